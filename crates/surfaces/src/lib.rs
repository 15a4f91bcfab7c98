//! What plugins show: widgets and pages in the dashboard, overlays on the stream.
//!
//! A plugin describes a surface as a flat table of nodes, of which each names the node that it is in. The
//! types here are those of the interface `ui` in `wit/ui.wit`, in the JSON form that pages receive.

mod alert;
mod node;

pub use alert::{Alert, Animation, Sound};
pub use node::{
    Alignment, ChartKind, Choice, Column, ColumnKind, Kind, Node, Source, TextStyle, Tone,
};

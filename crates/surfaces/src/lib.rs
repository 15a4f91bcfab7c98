//! What plugins show: widgets and pages in the dashboard, overlays on the stream.
//!
//! A plugin describes a surface as a flat table of nodes, of which each names the node that it is in. The
//! types here are those of the interface `ui` in `wit/ui.wit`, in the JSON form that pages receive.
//!
//! What a plugin sends is checked once, here: a [`Surface`] holds a [`Table`] and values that fit it, a
//! [`CheckedAlert`] what an overlay can show. A page receives a [`Drawing`], then what [`Pending`] gathered,
//! and needs to doubt none of it: addresses are `https:` of granted hosts or the plugin's own assets, and
//! Markdown is read here. What a page sends back, [`Surface::check_act`] checks.
//!
//! This crate does no I/O and asks no clock. It compiles to WebAssembly.

mod act;
mod address;
mod alert;
mod drawing;
mod error;
mod fields;
mod fit;
mod limits;
mod markdown;
mod node;
mod queue;
mod size;
mod surface;
mod table;
mod values;

pub use act::Act;
pub use address::Hosts;
pub use alert::{Alert, Animation, CheckedAlert, Sound};
pub use drawing::{Delta, Drawing, Pending, Update};
pub use error::SurfaceError;
pub use limits::Limits;
pub use markdown::{Block, Inline, Markdown};
pub use node::{
    Alignment, ChartKind, Choice, Column, ColumnKind, Kind, Node, Source, TextStyle, Tone,
};
pub use queue::{ALERT_GAP, AlertChange, AlertQueue, ShownAlert};
pub use surface::Surface;
pub use table::Table;

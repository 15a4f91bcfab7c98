//! The frames of the wire protocol and what the views hold, as one JSON Schema: the page's types come
//! from it.

use pato_events::Event;
use pato_events::wire::{ClientFrame, HostFrame};
use pato_host::drawing::{Drawing, Markdown};
use pato_host::runtime::{CallEdge, LogLine, PluginMetrics};
use pato_host::{
    ActivityView, Layout, OverlayScene, OverlayView, ServicesView, SettingView, SurfaceView,
};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use crate::session::SessionView;

/// The JSON Schema (draft 2020-12) of all that a page sends and receives, under `$defs`.
///
/// # Errors
///
/// If it can't be written as JSON, which a test rules out.
pub fn page_schema() -> Result<String, serde_json::Error> {
    let mut generator = SchemaGenerator::default();
    generator.subschema_for::<ClientFrame>();
    generator.subschema_for::<HostFrame>();
    generator.subschema_for::<Drawing>();
    generator.subschema_for::<Markdown>();
    generator.subschema_for::<OverlayScene>();
    generator.subschema_for::<SurfaceView>();
    generator.subschema_for::<OverlayView>();
    generator.subschema_for::<Layout>();
    generator.subschema_for::<ActivityView>();
    generator.subschema_for::<ServicesView>();
    generator.subschema_for::<PluginMetrics>();
    generator.subschema_for::<CallEdge>();
    generator.subschema_for::<LogLine>();
    generator.subschema_for::<SettingView>();
    generator.subschema_for::<Event>();
    generator.subschema_for::<SessionView>();
    let definitions: Value = generator.take_definitions(true).into();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pages of Pato",
        "$defs": definitions,
    });
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

//! What surfaces show and refuse, as a plugin and a page see it.
#![allow(
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, not in what they share; JSON is written in place"
)]

mod acts;
mod alerts;
mod drawings;
mod tables;
mod values;

use pato_surfaces::{Limits, Node, Surface, SurfaceError, Table};
use serde_json::{Value, json};

/// The hosts that the plugin of these tests was granted.
fn granted(host: &str, port: u16) -> bool {
    host == "cdn.example.com" && port == 443
}

fn nodes(json: Value) -> Vec<Node> {
    serde_json::from_value(json).unwrap()
}

fn table(json: Value) -> Result<Table, SurfaceError> {
    Table::new(nodes(json), &Limits::DEFAULT, &granted)
}

/// A surface that shows the nodes in a column.
fn surface(children: &[Value]) -> Surface {
    let mut surface = Surface::new(Limits::DEFAULT);
    surface.show(nodes(column(children)), &granted).unwrap();
    surface
}

/// The nodes, of which those without a parent stand in a column.
fn column(children: &[Value]) -> Value {
    let mut all = vec![json!({"kind": {"type": "column", "align": "stretch", "gap": 2}})];
    all.extend(children.iter().cloned().map(|mut child| {
        if child.get("parent").is_none() {
            child["parent"] = json!(0);
        }
        child
    }));
    Value::Array(all)
}

fn text() -> Value {
    json!({"type": "text", "style": "body", "tone": "normal"})
}

fn bound(kind: &Value, name: &str) -> Value {
    json!({"kind": kind, "value": {"bound": name}})
}

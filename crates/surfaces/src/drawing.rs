use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::limits::Limits;
use crate::node::Node;
use crate::size::{items_bytes, json_bytes};
use crate::surface::Surface;

/// A surface as a page draws it.
///
/// Of the values there are only those that nodes are bound to. The value of a `markdown`, be it a constant
/// or bound, is a [`Markdown`](crate::Markdown): no page reads the text form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drawing {
    /// The table; empty while nothing is drawn.
    pub nodes: Vec<Node>,
    /// The values by name.
    pub values: BTreeMap<String, Value>,
    /// Why nothing is drawn.
    pub problem: Option<String>,
}

/// What changed in the values of a surface, as a page applies it: first what is set, then what is added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delta {
    /// Values that are there anew; `null` is one that is no more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// What stands at the end of lists; a page keeps the last 1,000 items of a list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub append: BTreeMap<String, Vec<Value>>,
}

impl Delta {
    /// Whether there is nothing to tell a page.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.append.is_empty()
    }
}

/// What one page is sent next.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// All of it.
    Drawing(Drawing),
    /// What changed.
    Delta(Delta),
}

/// Gathers what one page has to be sent, until it is time to send it. Never holds more than the surface
/// itself, or one large value: with more than that, the whole is sent.
#[derive(Debug, Default)]
pub struct Pending {
    whole: bool,
    parts: BTreeMap<String, Part>,
    bytes: usize,
}

#[derive(Debug)]
struct Part {
    items: Change,
    bytes: usize,
}

#[derive(Debug)]
enum Change {
    Set(Value),
    Append(Vec<Value>),
}

impl Pending {
    /// For a page that was sent nothing yet: it gets the whole.
    pub fn whole() -> Self {
        Self {
            whole: true,
            ..Self::default()
        }
    }

    /// The table was replaced, so that the whole has to be sent.
    pub fn redraw(&mut self) {
        *self = Self::whole();
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        !self.whole && self.parts.is_empty()
    }

    /// Adds what changed on the surface just now.
    pub fn add(&mut self, delta: &Delta, surface: &Surface) {
        if self.whole {
            return;
        }
        for (name, value) in &delta.set {
            self.set(name, value.clone());
        }
        for (name, items) in &delta.append {
            self.append(name, items, surface.limits());
        }
        if self.bytes > surface.bytes().max(surface.limits().value_bytes) {
            self.redraw();
        }
    }

    /// What to send now, if anything. Nothing is pending afterwards.
    pub fn take(&mut self, surface: &Surface) -> Option<Update> {
        let Self { whole, parts, .. } = std::mem::take(self);
        if whole {
            return Some(Update::Drawing(surface.drawing()));
        }
        let mut delta = Delta::default();
        for (name, part) in parts {
            match part.items {
                Change::Set(value) => {
                    delta.set.insert(name, value);
                }
                Change::Append(items) => {
                    delta.append.insert(name, items);
                }
            }
        }
        (!delta.is_empty()).then_some(Update::Delta(delta))
    }

    fn set(&mut self, name: &str, value: Value) {
        let bytes = json_bytes(&value);
        let part = Part {
            items: Change::Set(value),
            bytes,
        };
        let old = self.parts.insert(name.into(), part);
        self.count(old.map_or(0, |old| old.bytes), bytes);
    }

    fn append(&mut self, name: &str, added: &[Value], limits: &Limits) {
        let part = self.parts.entry(name.into()).or_insert_with(|| Part {
            items: Change::Append(Vec::new()),
            bytes: 0,
        });
        let old = part.bytes;
        let items = match &mut part.items {
            Change::Append(items) | Change::Set(Value::Array(items)) => items,
            // The value was taken away, or there would be no adding to it.
            Change::Set(other) => {
                *other = Value::Array(Vec::new());
                let Change::Set(Value::Array(items)) = &mut part.items else {
                    return;
                };
                items
            }
        };
        items.extend_from_slice(added);
        let gone = items.len().saturating_sub(limits.items);
        let gone = items_bytes(&items.drain(..gone).collect::<Vec<_>>());
        let bytes = (old + items_bytes(added)).saturating_sub(gone);
        part.bytes = bytes;
        self.count(old, bytes);
    }

    fn count(&mut self, old: usize, new: usize) {
        self.bytes = (self.bytes + new).saturating_sub(old);
    }
}

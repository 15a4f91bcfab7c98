//! Who called what in whom, and how often.

use std::collections::BTreeMap;
use std::sync::Mutex;

use pato_permissions::PluginId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::lock;

/// The most functions and commands of which one plugin's calls are counted.
const MAX_COUNTED: usize = 1_024;

/// What one plugin calls in another: an interface that it imports, or commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallEdge {
    /// The plugin that calls.
    pub caller: String,
    /// The plugin that is called; none if none offers the interface now.
    pub callee: Option<String>,
    /// The interface, as the caller imports it; none for commands.
    pub interface: Option<String>,
    /// Whether a call could be answered now, as far as the plugin that is called is concerned.
    pub available: bool,
    /// Why not, in words.
    pub reason: Option<String>,
    /// The functions of the interface, or the commands that were called.
    pub functions: Vec<CalledFunction>,
}

/// A function or a command, as one plugin calls it in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalledFunction {
    /// Its name.
    pub name: String,
    /// The permission that it needs, as one types it; none while nobody offers it.
    pub permission: Option<String>,
    /// Whether the manifest of the caller asks for it.
    pub requested: bool,
    /// Whether it may be called: asked for, and granted by the user.
    pub granted: bool,
    /// How often it was called since the caller was loaded.
    pub calls: u64,
    /// How often the host had to answer in its place: it was not allowed, not there, not done in time, or it
    /// trapped. What it answers itself does not count, errors included.
    pub failures: u64,
    /// What was said the last time.
    pub last_failure: Option<String>,
}

/// What one plugin called, since it was loaded.
#[derive(Default)]
pub(crate) struct Edges(Mutex<BTreeMap<Edge, Counts>>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) callee: Option<PluginId>,
    /// As imported; none for a command.
    pub(crate) interface: Option<String>,
    pub(crate) function: String,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) calls: u64,
    pub(crate) failures: u64,
    pub(crate) last_failure: Option<String>,
}

impl Edges {
    /// Counts a call, and with what the host answered in place of the plugin, if it did.
    pub(crate) fn count(&self, edge: Edge, failure: Option<String>) {
        let mut edges = lock(&self.0);
        // A plugin can make up names of commands without end.
        if edges.len() >= MAX_COUNTED && !edges.contains_key(&edge) {
            return;
        }
        let counts = edges.entry(edge).or_default();
        counts.calls += 1;
        if failure.is_some() {
            counts.failures += 1;
            counts.last_failure = failure;
        }
    }

    pub(crate) fn snapshot(&self) -> BTreeMap<Edge, Counts> {
        lock(&self.0).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_plugin_makes_up_do_not_fill_the_memory() {
        let edges = Edges::default();
        for number in 0..MAX_COUNTED + 100 {
            let edge = Edge {
                callee: None,
                interface: None,
                function: number.to_string(),
            };
            edges.count(edge.clone(), Some("not there".into()));
            edges.count(edge, None);
        }
        let counted = edges.snapshot();
        assert_eq!(counted.len(), MAX_COUNTED);
        assert!(
            counted
                .values()
                .all(|one| (one.calls, one.failures) == (2, 1))
        );
    }
}

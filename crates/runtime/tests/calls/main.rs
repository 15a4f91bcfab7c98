//! Calls from one plugin to another, typed and by name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod coming_and_going;
mod hostile;
#[path = "../kit/mod.rs"]
mod kit;
mod refused;
mod typed;

use pato_permissions::PluginId;
use pato_runtime::{CalledFunction, LoadOptions, PluginHandle};

use crate::kit::{Host, fixture, granted, granted_to, manifest, requesting, within};

/// `points`, and `gifts`, which calls it.
async fn pair(host: &Host) -> (PluginHandle, PluginHandle) {
    let points = host.load("points", granted("points")).await;
    (points, host.load("gifts", granted("gifts")).await)
}

/// `gifts` under another id, which may call everything.
fn called(id: &str) -> LoadOptions {
    let mut manifest = requesting(manifest("gifts"), &["plugin:**"]);
    manifest.id = PluginId::new(id).unwrap();
    granted_to(manifest)
}

/// Loads a fixture of which these bytes were exchanged for others, as many.
async fn load_changed(
    host: &Host,
    name: &str,
    changes: &[(&str, &str)],
    options: LoadOptions,
) -> PluginHandle {
    let mut bytes = fixture(name);
    for (from, to) in changes {
        assert_eq!(from.len(), to.len());
        let mut places = 0;
        for start in 0..bytes.len() - from.len() {
            if bytes[start..].starts_with(from.as_bytes()) {
                bytes[start..start + to.len()].copy_from_slice(to.as_bytes());
                places += 1;
            }
        }
        assert!(places > 0, "{name} has no `{from}`");
    }
    let plugin = host.runtime.load(&bytes, options).await.unwrap();
    within("starting", plugin.started()).await;
    plugin
}

/// How a plugin's calls of a function were counted.
fn counted(host: &Host, caller: &str, function: &str) -> CalledFunction {
    let edges = host.runtime.calls().into_iter();
    let own = edges.filter(|edge| edge.caller == caller);
    let mut functions = own.flat_map(|edge| edge.functions);
    functions.find(|one| one.name == function).unwrap()
}

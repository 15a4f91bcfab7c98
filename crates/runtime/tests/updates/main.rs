//! A version of a plugin beside the one that runs: taking over, going back, and failing in between.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod failing;
#[path = "../kit/mod.rs"]
mod kit;
mod migrating;
mod taking_over;

use pato_events::catalogue::host::PluginState;
use pato_runtime::{Candidate, Limits, LoadOptions, PluginHandle};

use self::kit::{Host, fixture, granted_to, manifest, within};

/// Everything is granted, nothing is too fast, and the mailbox holds all that a test sends; the fixture
/// goes by the id of another one.
fn called(name: &str, id: &str) -> LoadOptions {
    let mut manifest = manifest(name);
    manifest.id = id.parse().unwrap();
    manifest.mailbox.capacity = 65_536;
    LoadOptions {
        limits: Some(Limits {
            publish_rate: u32::MAX,
            ..Limits::default()
        }),
        ..granted_to(manifest)
    }
}

/// Loads a fixture beside the plugin of that id, and waits until it has started, or failed to.
async fn beside(host: &Host, name: &str, options: LoadOptions) -> Candidate {
    let bytes = fixture(name);
    let loading = host.runtime.load_beside(&bytes, options);
    let candidate = within("loading", loading).await.unwrap();
    within("starting", candidate.started()).await;
    candidate
}

/// The same, of one that starts.
async fn ready(host: &Host, name: &str, options: LoadOptions) -> Candidate {
    let candidate = beside(host, name, options).await;
    let status = candidate.plugin().status();
    assert_eq!(status.state, PluginState::Running, "{status:?}");
    candidate
}

/// The one that is the plugin, as everyone else finds it.
fn named(host: &Host, id: &str) -> PluginHandle {
    host.runtime.plugin(&id.parse().unwrap()).unwrap()
}

//! A version of a plugin beside the one that runs: first as a candidate, then on trial.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use pato_events::catalogue::host::{PluginState, PluginStatus};
use serde::Serialize;
use tokio::time::timeout;

use crate::actor::{Control, GOODBYE};
use crate::handle::PluginHandle;
use crate::plugin::{Remainder, Shared, lock};
use crate::runtime::Inner;

/// A version of a plugin that was started beside the one that runs.
///
/// It has run `migrate` and `init` in a Store and a storage of its own. No event, timer or message of a
/// WebSocket reaches it, what it draws is not shown, and nobody is told of it. Dropping it ends it.
pub struct Candidate {
    pub(crate) runtime: Weak<Inner>,
    pub(crate) plugin: PluginHandle,
    pub(crate) taken: bool,
}

/// The version that a candidate took over from, for as long as that can be undone.
///
/// Meanwhile the candidate is the plugin. The other one handles the events that it had, then it rests:
/// its timers and what comes on its WebSocket connections wait, and what it draws is not shown. After a trap,
/// the candidate waits for how this ends. Dropping this [finishes](Self::finish) the hand-over without
/// waiting.
pub struct Standby {
    runtime: Weak<Inner>,
    new: PluginHandle,
    old: PluginHandle,
    settled: bool,
}

/// How a version of a plugin does that took over from another, counted since it was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Health {
    /// What it is doing.
    pub state: PluginState,
    /// How often it trapped.
    pub traps: u64,
    /// How often it was refused what the version before it could do.
    pub lost_permissions: u64,
    /// Events that it handled.
    pub events: u64,
    /// Events that wait for it now.
    pub queued: u64,
    /// Events that were lost to it because its mailbox was full.
    pub dropped: u64,
}

impl Candidate {
    /// The candidate itself: its log, its metrics, its manifest.
    pub fn plugin(&self) -> &PluginHandle {
        &self.plugin
    }

    /// Waits until `migrate` and `init` are done, and says how that went: running, or failed with the
    /// reason. It is not tried again.
    pub async fn started(&self) -> PluginStatus {
        self.plugin.started().await
    }

    /// Lets the candidate take the place of `old`: each event published before this moment is for the
    /// old one, each after it for this one, as far as either is subscribed to it. What is shown is
    /// exchanged too, and commands reach this one.
    #[must_use = "dropping it ends the old version"]
    pub fn take_over(mut self, old: &PluginHandle) -> Standby {
        self.taken = true;
        let new = self.plugin.clone();
        pass_pause(old, &new);
        new.shared.take_over(&old.shared);
        name(&self.runtime, &new);
        Standby {
            runtime: self.runtime.clone(),
            new,
            old: old.clone(),
            settled: false,
        }
    }

    /// Ends the candidate, and returns when it has ended.
    pub async fn discard(self) {
        retire(&self.plugin.shared).await;
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        if !self.taken {
            self.plugin.shared.kill.cancel();
        }
    }
}

impl Standby {
    /// The plugin now.
    pub fn plugin(&self) -> &PluginHandle {
        &self.new
    }

    /// The version before it.
    pub fn former(&self) -> &PluginHandle {
        &self.old
    }

    /// How the new version does.
    pub fn health(&self) -> Health {
        let (shared, metrics) = (&self.new.shared, self.new.metrics());
        Health {
            state: shared.state(),
            traps: metrics.traps,
            lost_permissions: shared.counters.lost_permissions.load(Ordering::Relaxed),
            events: metrics.events,
            queued: metrics.queued,
            dropped: metrics.dropped,
        }
    }

    /// Undoes the hand-over, and ends the new version without `shutdown`. What that one did not come
    /// to goes to the old one, after what this has of its own; what it may have begun to handle is
    /// marked as redelivered. Returns the old one, which is the plugin again.
    pub async fn give_back(mut self) -> PluginHandle {
        self.settled = true;
        let (new, old) = (&self.new.shared, &self.old.shared);
        *lock(&new.remainder) = Remainder::HandBack(Arc::clone(old));
        name(&self.runtime, &self.old);
        pass_pause(&self.new, &self.old);
        retire(new).await;
        // Its task had ended before, by itself.
        if matches!(*lock(&new.remainder), Remainder::HandBack(_)) {
            new.hand_back(old, &[]);
        }
        self.old.clone()
    }

    /// Ends the old version, with `shutdown`. What it did not come to goes to the new one, which is started
    /// anew if it had trapped.
    pub async fn finish(mut self) {
        self.settled = true;
        self.old.stop().await;
        self.end_trial();
    }

    fn end_trial(&self) {
        let new = &self.new.shared;
        new.on_trial.store(false, Ordering::Release);
        // It sets its status before it looks whether it is on trial, so one of the two sees the other.
        if new.state() == PluginState::Restarting {
            // A full queue holds what wakes it anyway.
            let _ = self.new.control.try_send(Control::Restart);
        }
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        if !self.settled {
            self.old.shared.stop.cancel();
            self.end_trial();
        }
    }
}

/// Ends a task between two calls, or in the middle of one that takes long.
async fn retire(shared: &Shared) {
    shared.retire.cancel();
    let ended = shared.ended.cancelled();
    if timeout(2 * GOODBYE, ended).await.is_err() {
        shared.kill.cancel();
        shared.ended.cancelled().await;
    }
}

/// Has the runtime know a plugin by its id.
fn name(runtime: &Weak<Inner>, plugin: &PluginHandle) {
    if let Some(runtime) = runtime.upgrade() {
        runtime.name(plugin);
    }
}

/// Whoever paused a plugin did so whatever its version is.
fn pass_pause(from: &PluginHandle, to: &PluginHandle) {
    let paused = from.is_paused();
    if to.is_paused() != paused {
        to.shared.paused.store(paused, Ordering::Relaxed);
        // Only handles that were not given away yet can have filled the queue.
        let _ = to.control.try_send(Control::Pause(paused));
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Candidate");
        text.field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

impl fmt::Debug for Standby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standby")
            .field("new", &self.new)
            .field("old", &self.old)
            .finish_non_exhaustive()
    }
}

use std::collections::BTreeSet;
use std::fmt;

use pato_events::Pattern;

use crate::bus::Bus;

/// What the subscribers of a [`Bus`] want, and when that changes.
///
/// For publishers whose source sends only what it is asked for: they ask for what somebody wants.
pub struct Interest {
    bus: Bus,
    /// How often subscriptions had changed when this was last looked at; none if it never was.
    seen: Option<u64>,
}

impl Interest {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus, seen: None }
    }

    /// Waits until subscriptions have changed since the last call, and returns all patterns that are
    /// subscribed to. The first call returns at once. Changes that follow each other quickly may be
    /// told as one.
    ///
    /// Cancel-safe: no change is missed when the future is dropped before it is ready.
    pub async fn changed(&mut self) -> BTreeSet<Pattern> {
        loop {
            // Listens before it looks, so that a change in between wakes it.
            let next = self.bus.next_change();
            let changes = self.bus.changes();
            if self.seen != Some(changes) {
                self.seen = Some(changes);
                return self.bus.wanted();
            }
            next.await;
        }
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interest").finish_non_exhaustive()
    }
}

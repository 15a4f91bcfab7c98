use std::sync::atomic::{AtomicU64, Ordering};

use pato_events::Timestamp;

/// Tells the time of an event whose source has no clock of its own.
///
/// Asked once for each such event, in the publisher's call: it must not wait.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told otherwise.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock that shows `now`, in milliseconds since the Unix epoch.
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicU64::new(now.to_bits()))
    }

    /// Makes it show `now`, in milliseconds since the Unix epoch.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.to_bits(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_bits(self.0.load(Ordering::Relaxed))
    }
}

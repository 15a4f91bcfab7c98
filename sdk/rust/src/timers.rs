//! Timers. When one is due, [`Plugin::timer`](crate::Plugin::timer) is called. Permission: `timers`.

use std::time::Duration;

use crate::{Error, Result, host};

/// A timer of this plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timer(pub(crate) u32);

/// Fires once, `delay` from now (10 ms at the least, 49 days at the most).
///
/// # Errors
///
/// If timers are not granted, the plugin has too many, or the delay is out of range.
pub fn after(delay: Duration) -> Result<Timer> {
    host::timer_after(milliseconds(delay)?).map(Timer)
}

/// Fires every `interval` (10 ms at the least, 49 days at the most) until cancelled.
///
/// # Errors
///
/// As for [`after`].
pub fn every(interval: Duration) -> Result<Timer> {
    host::timer_every(milliseconds(interval)?).map(Timer)
}

impl Timer {
    /// The timer that the host knows by this number, say one that was stored. If there is none, using
    /// it answers [`Error::NotFound`].
    pub fn from_id(id: u32) -> Self {
        Self(id)
    }

    /// The number by which the host knows it.
    pub fn id(self) -> u32 {
        self.0
    }

    /// Stops it.
    ///
    /// # Errors
    ///
    /// If it is over.
    pub fn cancel(self) -> Result<()> {
        host::timer_cancel(self.0)
    }
}

fn milliseconds(duration: Duration) -> Result<u32> {
    u32::try_from(duration.as_millis()).map_err(|_| {
        let days = duration.as_secs() / 86_400;
        Error::Invalid(format!(
            "a timer of {days} days is too long; the most is 49"
        ))
    })
}

//! The time, for what no event tells it of, such as a timer. It needs no permission.

use crate::host;

/// The host's time in milliseconds since the Unix epoch, as in [`Event::time`](crate::Event::time).
///
/// A clock can be set back, so use it to tell when something happened, not to measure.
pub fn now() -> f64 {
    host::now()
}

//! Waits that may have no end.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

/// Waits until then, or for ever.
pub(crate) async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Waits that long, or for ever.
pub(crate) async fn pause(length: Option<Duration>) {
    match length {
        Some(length) => sleep(length).await,
        None => std::future::pending().await,
    }
}

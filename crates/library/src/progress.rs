use std::sync::Arc;
use std::time::Duration;

use pato_permissions::Manifest;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::FetchError;

/// How far a download is. Sent to a channel that keeps only the latest, so that nobody who looks slowly
/// slows it down.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// What is going on.
    pub phase: Phase,
    /// Bytes that are here.
    pub received: u64,
    /// Bytes that there will be, if the server says so.
    pub total: Option<u64>,
    /// How fast they came in the last seconds.
    pub bytes_per_second: Option<u64>,
    /// What the package asks for, as soon as it is known, so that people can be asked while the rest comes.
    /// Only the manifest of what [`fetch`](crate::Fetcher::fetch) returns is checked: compare them.
    pub manifest: Option<Arc<Manifest>>,
}

/// What a download is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// Asking for it.
    #[default]
    Connecting,
    /// Taking it.
    Receiving,
    /// Something went wrong and will be tried again.
    Waiting {
        /// What went wrong.
        cause: String,
        /// After which pause.
        pause: Duration,
    },
    /// All is here and looked at for the last time.
    Checking,
    /// Nothing more follows.
    Done,
}

/// How long the speed looks back: each second, the past counts half as much.
const SPEED_HALF_LIFE: Duration = Duration::from_secs(1);

/// Writes [`Progress`].
pub(crate) struct Reporter<'a> {
    sender: &'a watch::Sender<Progress>,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(sender: &'a watch::Sender<Progress>) -> Self {
        Self { sender }
    }

    /// Where what is not told by this may be written.
    pub(crate) fn sender(&self) -> &watch::Sender<Progress> {
        self.sender
    }

    pub(crate) fn connecting(&self) {
        self.phase(Phase::Connecting);
    }

    pub(crate) fn receiving(&self, received: u64, total: Option<u64>, speed: &mut Speed) {
        let bytes_per_second = speed.after(received);
        self.sender.send_modify(|progress| {
            progress.phase = Phase::Receiving;
            progress.received = received;
            progress.total = total;
            progress.bytes_per_second = bytes_per_second;
        });
    }

    pub(crate) fn waiting(&self, error: &FetchError, pause: Duration) {
        let cause = error.to_string();
        self.sender.send_modify(|progress| {
            progress.phase = Phase::Waiting { cause, pause };
            progress.bytes_per_second = None;
        });
    }

    pub(crate) fn checking(&self) {
        self.phase(Phase::Checking);
    }

    pub(crate) fn done(&self) {
        self.phase(Phase::Done);
    }

    /// What came so far counts for nothing.
    pub(crate) fn forgotten(&self) {
        self.sender.send_modify(|progress| {
            progress.received = 0;
            progress.total = None;
            progress.manifest = None;
        });
    }

    fn phase(&self, phase: Phase) {
        self.sender.send_modify(|progress| progress.phase = phase);
    }
}

/// How fast bytes come.
pub(crate) struct Speed {
    since: Instant,
    received: u64,
    bytes_per_second: Option<f64>,
}

impl Speed {
    /// Begins now, with so many bytes already here.
    pub(crate) fn new(received: u64) -> Self {
        Self {
            since: Instant::now(),
            received,
            bytes_per_second: None,
        }
    }

    fn after(&mut self, received: u64) -> Option<u64> {
        /// Shorter stretches tell more of buffers than of the line.
        const STRETCH: Duration = Duration::from_millis(100);
        let elapsed = self.since.elapsed();
        if elapsed >= STRETCH {
            let gained = received.saturating_sub(self.received);
            let now = gained as f64 / elapsed.as_secs_f64();
            let past = 0.5_f64.powf(elapsed.as_secs_f64() / SPEED_HALF_LIFE.as_secs_f64());
            let speed = match self.bytes_per_second {
                Some(before) => before * past + now * (1.0 - past),
                None => now,
            };
            *self = Self {
                since: Instant::now(),
                received,
                bytes_per_second: Some(speed),
            };
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole bytes are enough, and a speed is never negative"
        )]
        self.bytes_per_second.map(|speed| speed as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_speed_follows_the_line() {
        let mut speed = Speed::new(0);
        assert_eq!(speed.after(10), None, "too early to tell");
        let mut received = 0;
        for _ in 0..10 {
            tokio::time::advance(Duration::from_millis(100)).await;
            received += 100_000;
            assert_eq!(speed.after(received), Some(1_000_000));
        }
        tokio::time::advance(SPEED_HALF_LIFE).await;
        assert_eq!(
            speed.after(received),
            Some(500_000),
            "nothing came for a second"
        );
    }
}

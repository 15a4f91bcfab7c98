//! Measures how much processor time calls into a plugin take.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts the time during which a plugin's code, or a host function that it called, really runs.
///
/// A call is a future: it runs only while it is polled. Between two polls it waits, for the network or
/// for its turn, and that time is not counted.
pub(crate) struct Meter {
    origin: Instant,
    /// When the poll under way began; nanoseconds after `origin`.
    poll_started: AtomicU64,
    /// What earlier polls of this call took, in nanoseconds.
    call: AtomicU64,
    /// What all calls took, in nanoseconds, without the poll under way.
    total: AtomicU64,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            origin: Instant::now(),
            poll_started: AtomicU64::new(0),
            call: AtomicU64::new(0),
            total: AtomicU64::new(0),
        }
    }

    /// Runs one call to its end.
    pub(crate) async fn measure<F: Future>(&self, call: F) -> F::Output {
        let mut call = pin!(call);
        self.call.store(0, Ordering::Relaxed);
        poll_fn(|context| {
            let started = self.now();
            self.poll_started.store(started, Ordering::Relaxed);
            let poll = call.as_mut().poll(context);
            let taken = self.now().saturating_sub(started);
            self.call.fetch_add(taken, Ordering::Relaxed);
            self.total.fetch_add(taken, Ordering::Relaxed);
            poll
        })
        .await
    }

    /// What the call under way has taken. Asked from within it.
    pub(crate) fn call_so_far(&self) -> Duration {
        let poll = self
            .now()
            .saturating_sub(self.poll_started.load(Ordering::Relaxed));
        Duration::from_nanos(self.call.load(Ordering::Relaxed).saturating_add(poll))
    }

    /// What all calls that ended, or wait now, have taken.
    pub(crate) fn total(&self) -> Duration {
        Duration::from_nanos(self.total.load(Ordering::Relaxed))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_is_not_processor_time_and_running_is() {
        let meter = Meter::new();
        meter
            .measure(async {
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(20) {}
                assert!(meter.call_so_far() >= Duration::from_millis(20));
                tokio::time::sleep(Duration::from_millis(300)).await;
            })
            .await;
        assert!(meter.total() >= Duration::from_millis(20));
        assert!(meter.total() < Duration::from_millis(300));
        let before = meter.total();
        meter.measure(async {}).await;
        assert!(
            meter.call.load(Ordering::Relaxed) < 20_000_000,
            "each call begins anew"
        );
        assert!(meter.total() >= before);
    }
}

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::configuration::Retries;
use crate::error::FetchError;
use crate::progress::Reporter;

/// Decides whether something is tried again, and waits until it is time.
pub(crate) struct Retry {
    retries: Retries,
    /// Failures in a row in which nothing was gained.
    failures: u32,
    random: Xoshiro256PlusPlus,
}

impl Retry {
    /// No failures yet; the jitter begins at `seed`.
    pub(crate) fn new(retries: Retries, seed: u64) -> Self {
        Self {
            retries,
            failures: 0,
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
        }
    }

    /// The next failure counts as the first: there was progress.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Waits after a failure. The pauses double, each between half and the whole of its limit, so that
    /// many clients of a server that failed them all do not come back at the same moment; a server that
    /// says when to come back is obeyed.
    ///
    /// # Errors
    ///
    /// The failure itself, if trying again can't help, was tried often enough, or would have to wait for
    /// longer than the longest pause.
    pub(crate) async fn after(
        &mut self,
        error: FetchError,
        progress: &Reporter<'_>,
    ) -> Result<(), FetchError> {
        if !error.may_pass() {
            return Err(error);
        }
        let longest = self.retries.longest_pause;
        let asked_for = error.retry_after().unwrap_or_default();
        if self.failures >= self.retries.at_most || asked_for > longest {
            return Err(match self.failures {
                0 => error,
                failures => FetchError::GaveUp {
                    attempts: failures + 1,
                    last: Box::new(error),
                },
            });
        }
        let factor = 2_u32.saturating_pow(self.failures);
        let limit = self.retries.first_pause.saturating_mul(factor).min(longest);
        self.failures += 1;
        let pause = limit
            .mul_f64(self.random.random_range(0.5..=1.0))
            .max(asked_for);
        tracing::debug!(%error, ?pause, "trying again");
        progress.waiting(&error, pause);
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::watch;
    use tokio::time::Instant;

    use super::*;
    use crate::progress::{Phase, Progress};

    const RETRIES: Retries = Retries {
        at_most: 6,
        first_pause: Duration::from_secs(1),
        longest_pause: Duration::from_secs(8),
    };

    fn failure(retry_after: Option<Duration>) -> FetchError {
        FetchError::Status {
            at: "https://example.com/a".to_owned(),
            status: 503,
            retry_after,
        }
    }

    async fn pauses(seed: u64) -> Vec<Duration> {
        let (sender, receiver) = watch::channel(Progress::default());
        let progress = Reporter::new(&sender);
        let mut retry = Retry::new(RETRIES, seed);
        let mut pauses = Vec::new();
        loop {
            let begin = Instant::now();
            match retry.after(failure(None), &progress).await {
                Ok(()) => pauses.push(begin.elapsed()),
                Err(error) => {
                    assert!(matches!(error, FetchError::GaveUp { attempts: 7, .. }));
                    assert!(begin.elapsed().is_zero());
                    break;
                }
            }
            let told = receiver.borrow();
            let Phase::Waiting { cause, pause } = &told.phase else {
                panic!("{told:?}");
            };
            assert!(cause.contains("503"), "{cause}");
            assert!(pauses.last().unwrap().abs_diff(*pause) <= Duration::from_millis(1));
        }
        pauses
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_to_a_limit_with_jitter_and_then_it_is_given_up() {
        let first = pauses(1).await;
        assert_eq!(first.len(), 6);
        for (pause, limit) in first.iter().zip([1, 2, 4, 8, 8, 8]) {
            let limit = Duration::from_secs(limit);
            let grace = Duration::from_millis(2);
            assert!(
                *pause + grace >= limit / 2 && *pause <= limit + grace,
                "{pause:?}"
            );
        }
        assert_ne!(first, pauses(2).await, "the jitter is missing");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_when_is_obeyed_unless_that_is_too_late() {
        let (sender, _receiver) = watch::channel(Progress::default());
        let progress = Reporter::new(&sender);
        let mut retry = Retry::new(RETRIES, 1);
        let begin = Instant::now();
        let wait = Duration::from_secs(7);
        retry.after(failure(Some(wait)), &progress).await.unwrap();
        assert!(begin.elapsed() >= wait);
        let begin = Instant::now();
        let late = failure(Some(Duration::from_secs(9)));
        assert!(retry.after(late, &progress).await.is_err());
        assert!(begin.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn progress_gives_all_tries_back_and_what_cannot_pass_is_not_tried_again() {
        let (sender, _receiver) = watch::channel(Progress::default());
        let progress = Reporter::new(&sender);
        let mut retry = Retry::new(RETRIES, 1);
        for _ in 0..20 {
            retry.after(failure(None), &progress).await.unwrap();
            retry.reset();
        }
        let begin = Instant::now();
        let missing = FetchError::Status {
            at: "https://example.com/a".to_owned(),
            status: 404,
            retry_after: None,
        };
        assert!(retry.after(missing, &progress).await.is_err());
        assert!(begin.elapsed().is_zero());
    }
}

//! Helix's limit: a bucket of points for each client and user, told with every answer. See
//! <https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits>.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

/// The bucket is full again after a minute at most.
const LONGEST: Duration = Duration::from_secs(60);

/// A little more than what is told, which is in whole seconds.
const MARGIN: Duration = Duration::from_millis(500);

/// What is known of the bucket.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    remaining: Option<u32>,
    /// When it is full again.
    full_at: Option<Instant>,
}

impl Bucket {
    /// Takes a point. If there is none, returns how long it takes until there is.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if self.full_at.is_some_and(|full_at| full_at <= now) {
            *self = Self::default();
        }
        match (self.remaining, self.full_at) {
            (Some(0), Some(full_at)) => Err(full_at - now),
            (Some(remaining), _) => {
                self.remaining = Some(remaining.saturating_sub(1));
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    /// Learns from an answer. `clock` is the time in milliseconds since the epoch.
    pub(super) fn learn(&mut self, headers: &HeaderMap, clock: f64, now: Instant) {
        let remaining = number(headers, "ratelimit-remaining");
        let reset = number(headers, "ratelimit-reset");
        let (Some(remaining), Some(reset)) = (remaining, reset) else {
            return;
        };
        self.remaining = Some(u32::try_from(remaining).unwrap_or(u32::MAX));
        self.full_at = Some(now + until(reset, clock));
    }

    /// The bucket is empty. Returns how long it takes until it is not.
    pub(super) fn empty(&mut self, headers: &HeaderMap, clock: f64, now: Instant) -> Duration {
        let wait = number(headers, "ratelimit-reset").map_or(LONGEST, |reset| until(reset, clock));
        self.remaining = Some(0);
        self.full_at = Some(now + wait);
        wait
    }
}

/// From now to a time in seconds since the epoch; bounded, for the clock of this machine can be wrong.
fn until(reset: u64, clock: f64) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "53 bits of seconds last")]
    let seconds = reset as f64 - clock / 1_000.0;
    let wait = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST);
    (wait + MARGIN).min(LONGEST)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(remaining: &str, reset: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit-remaining", remaining.parse().unwrap());
        headers.insert("ratelimit-reset", reset.parse().unwrap());
        headers
    }

    #[test]
    fn an_empty_bucket_is_waited_for_and_then_forgotten() {
        let mut bucket = Bucket::default();
        let now = Instant::now();
        bucket.learn(&headers("2", "1010"), 1_000_000.0, now);
        assert_eq!(bucket.take(now), Ok(()));
        assert_eq!(bucket.take(now), Ok(()));
        assert_eq!(bucket.take(now), Err(Duration::from_millis(10_500)));
        let later = now + Duration::from_secs(11);
        assert_eq!(bucket.take(later), Ok(()));
    }

    #[test]
    fn a_wrong_clock_or_nonsense_never_waits_longer_than_a_minute() {
        for (reset, clock) in [
            ("99999999999", 0.0),
            ("1", 1e15),
            ("18446744073709551615", 0.0),
        ] {
            let wait = Bucket::default().empty(&headers("0", reset), clock, Instant::now());
            assert!(wait <= LONGEST, "{reset} at {clock}: {wait:?}");
        }
        for nonsense in ["", "-1", "soon"] {
            let mut bucket = Bucket::default();
            bucket.learn(&headers(nonsense, "10"), 0.0, Instant::now());
            assert_eq!(bucket.take(Instant::now()), Ok(()));
        }
    }
}

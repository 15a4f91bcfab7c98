//! Twitch's limits for writing: 20 messages in 30 seconds, 100 for a moderator or broadcaster in the
//! channel; everyone else also one per second and channel, or what slow mode says.
//!
//! Who exceeds them is not heard for half an hour, so both spans are kept a little longer than asked:
//! on their way, messages can catch up with one another.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(31);
const GAP: Duration = Duration::from_millis(1_100);

/// What the account may do in the channel, as far as the limits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Broadcaster or moderator.
    Moderator,
    /// Exempt from slow mode and from the gap of one second.
    Vip,
    /// Anybody else, with the channel's slow mode in seconds (0 if off).
    Viewer { slow: u32 },
}

impl Standing {
    fn most(self) -> usize {
        match self {
            Self::Moderator => 100,
            Self::Vip | Self::Viewer { .. } => 20,
        }
    }

    fn gap(self) -> Duration {
        match self {
            Self::Moderator | Self::Vip => Duration::ZERO,
            Self::Viewer { slow } => GAP.max(Duration::from_secs(slow.into())),
        }
    }
}

/// When the last messages went out, or will.
#[derive(Debug, Default)]
pub(super) struct RateLimit(VecDeque<Instant>);

impl RateLimit {
    /// The moments at which `count` messages may go out, if the last is not later than `patience`
    /// from `now`; they are then taken.
    ///
    /// # Errors
    ///
    /// Else how long the last would have to wait; nothing is taken.
    pub(super) fn reserve(
        &mut self,
        count: usize,
        standing: Standing,
        now: Instant,
        patience: Duration,
    ) -> Result<Vec<Instant>, Duration> {
        while self.0.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.0.pop_front();
        }
        let taken = self.0.len();
        let mut latest = now;
        for _ in 0..count {
            if let Some(last) = self.0.back() {
                latest = latest.max(*last + standing.gap());
            }
            let place = self.0.len().checked_sub(standing.most());
            if let Some(sent) = place.and_then(|place| self.0.get(place)) {
                latest = latest.max(*sent + WINDOW);
            }
            self.0.push_back(latest);
        }
        let wait = latest - now;
        if wait > patience {
            self.0.truncate(taken);
            return Err(wait);
        }
        Ok(self.0.range(taken..).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    /// What Twitch would count: no span of 30 s with more than `most`, no two nearer than `gap`.
    fn check(times: &[Instant], most: usize, gap: Duration) {
        for (index, time) in times.iter().enumerate() {
            if let Some(later) = times.get(index + most) {
                assert!(*later - *time > Duration::from_secs(30), "{index}");
            }
            if let Some(next) = times.get(index + 1) {
                assert!(*next - *time >= gap, "{index}");
            }
        }
    }

    #[test]
    fn no_schedule_breaks_the_documented_limits() {
        let second = Duration::from_secs(1);
        for (standing, most, gap) in [
            (Standing::Moderator, 100, Duration::ZERO),
            (Standing::Vip, 20, Duration::ZERO),
            (Standing::Viewer { slow: 0 }, 20, second),
            (Standing::Viewer { slow: 10 }, 20, second * 10),
        ] {
            let mut rate = RateLimit::default();
            let mut now = Instant::now();
            let mut times = Vec::new();
            for step in 0..400_u64 {
                times.extend(rate.reserve(1, standing, now, DAY).unwrap());
                now += Duration::from_millis(step * 37 % 900);
            }
            check(&times, most, gap);
        }
    }

    #[test]
    fn what_would_wait_too_long_takes_nothing() {
        let mut rate = RateLimit::default();
        let now = Instant::now();
        let patience = Duration::from_secs(10);
        let standing = Standing::Vip;
        assert_eq!(rate.reserve(20, standing, now, patience), Ok(vec![now; 20]));
        assert_eq!(rate.reserve(1, standing, now, patience), Err(WINDOW));
        assert_eq!(rate.reserve(1, standing, now, patience), Err(WINDOW));
        let later = now + Duration::from_secs(22);
        let at = now + WINDOW;
        assert_eq!(rate.reserve(1, standing, later, patience), Ok(vec![at]));
    }

    #[test]
    fn becoming_a_moderator_lifts_the_limit_at_once() {
        let mut rate = RateLimit::default();
        let now = Instant::now();
        rate.reserve(20, Standing::Vip, now, DAY).unwrap();
        let moderator = rate.reserve(80, Standing::Moderator, now, Duration::ZERO);
        assert_eq!(moderator, Ok(vec![now; 80]));
        assert!(
            rate.reserve(1, Standing::Moderator, now, Duration::ZERO)
                .is_err()
        );
    }
}

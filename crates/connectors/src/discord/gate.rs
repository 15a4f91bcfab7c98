//! What all requests wait for together.
//!
//! Discord's per-route limits are `twilight-http-ratelimiting`'s business. Two things remain: a pause that
//! Discord imposes on everything, and the limit of 10,000 refused requests in ten minutes, beyond which
//! Discord shuts out the whole address
//! (<https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans>).

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many refused requests are let happen within [`WINDOW`]. Other programs on this machine may have
/// some of their own, so it stays far below Discord's limit.
const MOST_REFUSED: usize = 1_000;

const WINDOW: Duration = Duration::from_secs(600);

/// Whether a request may go out now.
#[derive(Debug, Default)]
pub(super) struct Gate {
    paused_until: Option<Instant>,
    refused: VecDeque<Instant>,
}

impl Gate {
    /// How long a request has to wait from `now`.
    pub(super) fn wait(&mut self, now: Instant) -> Duration {
        while self.refused.front().is_some_and(|at| *at + WINDOW <= now) {
            self.refused.pop_front();
        }
        let shut = match self.refused.front() {
            Some(first) if self.refused.len() >= MOST_REFUSED => *first + WINDOW - now,
            _ => Duration::ZERO,
        };
        let pause = self
            .paused_until
            .map(|until| until.saturating_duration_since(now));
        pause.unwrap_or_default().max(shut)
    }

    /// Discord wants to hear nothing for that long.
    pub(super) fn pause(&mut self, now: Instant, wait: Duration) {
        self.paused_until = self.paused_until.max(Some(now + wait));
    }

    /// Discord refused a request with 401, 403 or 429.
    pub(super) fn refused(&mut self, now: Instant) {
        if self.refused.len() < MOST_REFUSED {
            self.refused.push_back(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_holds_everything_and_a_shorter_one_does_not_end_it() {
        let mut gate = Gate::default();
        let now = Instant::now();
        assert_eq!(gate.wait(now), Duration::ZERO);
        gate.pause(now, Duration::from_secs(5));
        gate.pause(now, Duration::from_secs(1));
        assert_eq!(gate.wait(now), Duration::from_secs(5));
        let later = now + Duration::from_secs(4);
        assert_eq!(gate.wait(later), Duration::from_secs(1));
        assert_eq!(gate.wait(now + Duration::from_secs(6)), Duration::ZERO);
    }

    #[test]
    fn a_day_of_refusals_stays_far_below_what_shuts_out_the_address() {
        let mut gate = Gate::default();
        let begin = Instant::now();
        let mut sent = VecDeque::new();
        let mut most = 0;
        for tick in 0..86_400 * 10_u64 {
            let now = begin + Duration::from_millis(tick * 100);
            if !gate.wait(now).is_zero() {
                continue;
            }
            gate.refused(now);
            sent.push_back(now);
            while sent.front().is_some_and(|at| *at + WINDOW <= now) {
                sent.pop_front();
            }
            most = most.max(sent.len());
        }
        assert_eq!(most, MOST_REFUSED);
    }
}

//! Whether and when a plugin that trapped is started anew.

use std::collections::VecDeque;
use std::time::Duration;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio::time::Instant;

use crate::limits::RestartPolicy;

/// The traps of one plugin.
pub(crate) struct Traps {
    policy: RestartPolicy,
    recent: VecDeque<Instant>,
    random: Xoshiro256PlusPlus,
}

/// What follows a trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Start anew after this pause.
    RestartAfter(Duration),
    /// Wait for the user.
    Quarantine,
}

impl Traps {
    pub(crate) fn new(policy: RestartPolicy, seed: u64) -> Self {
        Self {
            policy,
            recent: VecDeque::new(),
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
        }
    }

    /// Counts a trap that happened now.
    pub(crate) fn record(&mut self) -> Verdict {
        let now = Instant::now();
        let window = self.policy.window;
        self.recent.retain(|at| now.duration_since(*at) < window);
        self.recent.push_back(now);
        if self.recent.len() >= self.policy.traps {
            return Verdict::Quarantine;
        }
        let doublings = u32::try_from(self.recent.len() - 1).unwrap_or(u32::MAX);
        let pause = self
            .policy
            .first_pause
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(self.policy.longest_pause);
        // Plugins that trapped on the same event do not all start at the same moment.
        Verdict::RestartAfter(pause.mul_f64(self.random.random_range(0.5..=1.0)))
    }

    /// Forgets all traps, because the user wants another try.
    pub(crate) fn forget(&mut self) {
        self.recent.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(traps: &mut Traps) -> Duration {
        match traps.record() {
            Verdict::RestartAfter(pause) => pause,
            Verdict::Quarantine => panic!("quarantined"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_the_longest_and_are_spread() {
        let policy = RestartPolicy {
            traps: 100,
            longest_pause: Duration::from_secs(2),
            ..RestartPolicy::default()
        };
        let mut traps = Traps::new(policy.clone(), 7);
        let mut longest = policy.first_pause;
        let mut different = Vec::new();
        for _ in 0..20 {
            let pause = pause(&mut traps);
            assert!(
                pause <= longest && pause >= longest / 2,
                "{pause:?} of {longest:?}"
            );
            different.push(pause.as_secs_f64() / longest.as_secs_f64());
            longest = (longest * 2).min(policy.longest_pause);
        }
        assert!(
            different
                .windows(2)
                .any(|pair| (pair[0] - pair[1]).abs() > 0.05)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_traps_in_the_window_lead_to_quarantine_and_old_ones_do_not_count() {
        let mut traps = Traps::new(RestartPolicy::default(), 7);
        for _ in 0..4 {
            pause(&mut traps);
        }
        tokio::time::advance(Duration::from_secs(61)).await;
        for _ in 0..4 {
            pause(&mut traps);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(traps.record(), Verdict::Quarantine);
        traps.forget();
        pause(&mut traps);
    }
}

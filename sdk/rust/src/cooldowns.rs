use std::collections::HashMap;

/// How many are kept before those that are over are thrown away.
const PURGE_AT: usize = 1024;

/// What may happen again only after a while: a command, a command of one person, a warning.
///
/// Moments are those of events, so tests need no clock.
#[derive(Debug, Default)]
pub struct Cooldowns {
    ready: HashMap<String, f64>,
}

impl Cooldowns {
    /// Whether `key` may happen at `now`, in milliseconds since the epoch.
    pub fn is_ready(&self, key: &str, now: f64) -> bool {
        self.ready.get(key).is_none_or(|ready| now >= *ready)
    }

    /// Keeps `key` from happening for so many seconds from `now` on.
    pub fn start(&mut self, key: impl Into<String>, now: f64, seconds: u32) {
        if seconds == 0 {
            return;
        }
        if self.ready.len() >= PURGE_AT {
            self.ready.retain(|_, ready| *ready > now);
        }
        let ready = now + f64::from(seconds) * 1000.0;
        self.ready.insert(key.into(), ready);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_ready_again_after_its_time() {
        let mut cooldowns = Cooldowns::default();
        cooldowns.start("hello", 1000.0, 5);
        assert!(!cooldowns.is_ready("hello", 5999.0));
        assert!(cooldowns.is_ready("hello", 6000.0));
        assert!(cooldowns.is_ready("other", 1000.0));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut cooldowns = Cooldowns::default();
        for number in 0..5000 {
            cooldowns.start(number.to_string(), f64::from(number) * 1000.0, 1);
        }
        assert!(cooldowns.ready.len() <= PURGE_AT);
    }
}

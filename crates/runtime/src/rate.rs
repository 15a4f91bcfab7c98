use std::time::Duration;

use tokio::time::Instant;

/// Lets so many through each second, and as many again at once after a pause: a token bucket.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    tokens: f64,
    counted: Instant,
}

impl Rate {
    pub(crate) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self {
            per_second,
            tokens: per_second,
            counted: Instant::now(),
        }
    }

    /// Takes one, or says how long until there is one.
    pub(crate) fn take(&mut self) -> Result<(), Duration> {
        let now = Instant::now();
        let gained = (now - self.counted).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + gained).min(self.per_second);
        self.counted = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - self.tokens) / self.per_second,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn so_many_pass_each_second_and_the_rest_learns_how_long_to_wait() {
        let mut rate = Rate::new(10);
        assert_eq!((0..20).filter(|_| rate.take().is_ok()).count(), 10);
        let wait = rate.take().unwrap_err();
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        tokio::time::advance(wait + Duration::from_millis(1)).await;
        assert!(rate.take().is_ok());
        assert!(rate.take().is_err());
    }
}

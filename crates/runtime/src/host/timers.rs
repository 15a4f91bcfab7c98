use std::collections::HashMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use pato_permissions::Allowed;
use tokio_util::time::DelayQueue;
use tokio_util::time::delay_queue::Key;

use super::HostState;
use crate::bindings::pato::platform::timers;
use crate::bindings::pato::platform::types::Error;

/// The shortest delay and interval.
const SHORTEST: Duration = Duration::from_millis(10);

impl timers::Host for HostState {
    fn after(&mut self, delay: u32) -> Result<u32, Error> {
        self.set_timer(delay, false)
    }

    fn every(&mut self, interval: u32) -> Result<u32, Error> {
        self.set_timer(interval, true)
    }

    fn cancel(&mut self, timer: u32) -> Result<(), Error> {
        match self.timers.cancel(timer) {
            true => Ok(()),
            false => Err(Error::NotFound(format!(
                "timer {timer} is over, or never was"
            ))),
        }
    }
}

impl HostState {
    fn set_timer(&mut self, milliseconds: u32, repeats: bool) -> Result<u32, Error> {
        self.permit(Allowed::check_timers)?;
        if !self.handlers.timers {
            return Err(Error::Invalid(
                "a timer would call nothing: the plugin does not export `timer-handler`".into(),
            ));
        }
        self.timers.set(milliseconds, repeats).ok_or_else(|| {
            Error::Invalid(format!(
                "{} timers run already, and that is the most; cancel one",
                self.timers.most
            ))
        })
    }
}

/// The timers of one Store; they end with it.
pub(crate) struct Timers {
    queue: DelayQueue<Timer>,
    keys: HashMap<u32, Key>,
    last: u32,
    most: usize,
}

#[derive(Clone, Copy)]
struct Timer {
    handle: u32,
    /// None fires once.
    interval: Option<Duration>,
}

impl Timers {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            queue: DelayQueue::new(),
            keys: HashMap::new(),
            last: 0,
            most,
        }
    }

    fn set(&mut self, milliseconds: u32, repeats: bool) -> Option<u32> {
        if self.keys.len() >= self.most {
            return None;
        }
        let delay = Duration::from_millis(milliseconds.into()).max(SHORTEST);
        let handle = self.unused_handle();
        let timer = Timer {
            handle,
            interval: repeats.then_some(delay),
        };
        self.keys.insert(handle, self.queue.insert(timer, delay));
        Some(handle)
    }

    fn cancel(&mut self, handle: u32) -> bool {
        match self.keys.remove(&handle) {
            Some(key) => self.queue.try_remove(&key).is_some(),
            None => false,
        }
    }

    /// Stops all of them.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.keys.clear();
    }

    /// Waits for the next timer that is due. Cancel-safe. An interval begins anew when it is due and
    /// the plugin is ready: ticks that a busy plugin missed are not made up for.
    pub(crate) async fn next(&mut self) -> u32 {
        let timer = poll_fn(|context| match self.queue.poll_expired(context) {
            Poll::Ready(Some(expired)) => Poll::Ready(expired.into_inner()),
            // None are set, and none can be set while this is waited for.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        })
        .await;
        match timer.interval {
            Some(interval) => {
                let key = self.queue.insert(timer, interval);
                self.keys.insert(timer.handle, key);
            }
            None => {
                self.keys.remove(&timer.handle);
            }
        }
        timer.handle
    }

    /// Never 0, and never one that is in use, even after four thousand million timers.
    fn unused_handle(&mut self) -> u32 {
        loop {
            self.last = self.last.wrapping_add(1).max(1);
            if !self.keys.contains_key(&self.last) {
                return self.last;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, advance};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn timers_fire_in_the_order_of_their_delays_and_not_sooner_than_allowed() {
        let mut timers = Timers::new(64);
        let started = Instant::now();
        let late = timers.set(50, false).unwrap();
        let early = timers.set(0, false).unwrap();
        assert_eq!(timers.next().await, early);
        assert!(started.elapsed() >= SHORTEST);
        assert_eq!(timers.next().await, late);
        assert!(!timers.cancel(late), "it is over");
    }

    #[tokio::test(start_paused = true)]
    async fn ticks_that_were_missed_are_not_made_up_for() {
        let mut timers = Timers::new(64);
        let tick = timers.set(100, true).unwrap();
        advance(Duration::from_millis(1_050)).await;
        assert_eq!(timers.next().await, tick);
        let after = Instant::now();
        assert_eq!(timers.next().await, tick);
        assert!(
            after.elapsed() >= Duration::from_millis(99),
            "{:?}",
            after.elapsed()
        );
        assert!(timers.cancel(tick));
        let nothing = tokio::time::timeout(Duration::from_secs(5), timers.next()).await;
        assert!(nothing.is_err());
    }

    #[tokio::test]
    async fn handles_are_never_zero_nor_in_use_and_their_number_is_bounded() {
        let mut timers = Timers::new(2);
        timers.last = u32::MAX - 1;
        assert_eq!(timers.set(10_000, false), Some(u32::MAX));
        assert_eq!(timers.set(10_000, false), Some(1));
        assert_eq!(timers.set(10_000, false), None);
        assert!(!timers.cancel(0));
        assert!(timers.cancel(1));
        timers.last = u32::MAX - 1;
        assert_eq!(timers.set(10_000, false), Some(1), "the other is in use");
    }
}

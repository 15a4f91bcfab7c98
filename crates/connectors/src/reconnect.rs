use std::future::Future;
use std::time::Duration;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use crate::pause::pause;
use crate::status::StatusReporter;

/// How long a session may take to say goodbye after the shutdown began.
const GOODBYE: Duration = Duration::from_secs(3);

/// One connection from its making to its end, made anew for each try. The state that outlives a
/// connection is the implementor's own.
pub trait Session: Send {
    /// Connects, calls [`StatusReporter::connected`] when the service has let it in and
    /// [`StatusReporter::heard`] whenever it hears something, and returns when the connection ends.
    ///
    /// When `shutdown` is cancelled it has three seconds to close the connection; then it is dropped.
    fn run(
        &mut self,
        status: &StatusReporter,
        shutdown: &CancellationToken,
    ) -> impl Future<Output = End> + Send;
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Trying again may help. The text says what happened.
    Retry(String),
    /// Trying again does not help before the user has acted. The text says what to do.
    NeedsUser(String),
    /// The connection is not wanted any more.
    Off,
}

/// Keeps a connection standing for as long as it is wanted.
pub struct Reconnect {
    status: StatusReporter,
    retry_now: Notify,
    back_off: Mutex<BackOff>,
}

impl Reconnect {
    /// A loop that reports to `status`; its jitter begins at `seed`.
    pub fn new(status: StatusReporter, configuration: BackOffConfiguration, seed: u64) -> Self {
        Self {
            status,
            retry_now: Notify::new(),
            back_off: Mutex::new(BackOff::new(configuration, seed)),
        }
    }

    /// Where it reports to.
    pub fn status(&self) -> &StatusReporter {
        &self.status
    }

    /// Ends the wait for the next try, or for the user. Without effect while connected.
    pub fn retry_now(&self) {
        self.retry_now.notify_waiters();
    }

    /// Runs sessions one after the other until `shutdown`, or until one ends with [`End::Off`]. A
    /// second call waits for the first to return.
    pub async fn run(&self, session: &mut impl Session, shutdown: &CancellationToken) {
        let mut back_off = self.back_off.lock().await;
        while !shutdown.is_cancelled() {
            self.status.connecting();
            let end = self.run_one(session, shutdown).await;
            if shutdown.is_cancelled() {
                break;
            }
            let stood = self.status.connected_for().unwrap_or_default();
            // Taken before the state is told: who sees the state can already wake this loop.
            let told = self.retry_now.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            let length = match end {
                End::Off => break,
                End::NeedsUser(reason) => {
                    back_off.reset();
                    self.status.needs_user(&reason);
                    None
                }
                End::Retry(cause) => {
                    let pause = back_off.next_pause(stood);
                    self.status.waiting(&cause, pause);
                    Some(pause)
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = told => {}
                () = pause(length) => {}
            }
        }
        self.status.off();
    }

    async fn run_one(&self, session: &mut impl Session, shutdown: &CancellationToken) -> End {
        let overdue = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GOODBYE).await;
        };
        tokio::select! {
            end = session.run(&self.status, shutdown) => end,
            () = overdue => End::Off,
        }
    }
}

/// How long to pause between tries.
#[derive(Debug, Clone, Copy)]
pub struct BackOffConfiguration {
    /// The longest pause after the first failure.
    pub first: Duration,
    /// The longest pause of all.
    pub longest: Duration,
    /// How long a connection must have stood for the next failure to count as the first.
    pub stable_after: Duration,
}

impl Default for BackOffConfiguration {
    /// From a second to a minute; a minute is stable.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            stable_after: Duration::from_secs(60),
        }
    }
}

/// Pauses that double, each between half and the whole of its limit so that many clients of one
/// service do not come back at the same moment.
pub struct BackOff {
    configuration: BackOffConfiguration,
    failures: u32,
    random: Xoshiro256PlusPlus,
}

impl BackOff {
    /// No failures yet; the jitter begins at `seed`.
    pub fn new(configuration: BackOffConfiguration, seed: u64) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self {
            configuration,
            failures: 0,
            random,
        }
    }

    /// The pause after one more failure of a connection that had stood for `stood`.
    pub fn next_pause(&mut self, stood: Duration) -> Duration {
        if stood >= self.configuration.stable_after {
            self.failures = 0;
        }
        let factor = 2_u32.saturating_pow(self.failures);
        let limit = self.configuration.first.saturating_mul(factor);
        self.failures = self.failures.saturating_add(1);
        let jitter = self.random.random_range(0.5..=1.0);
        limit.min(self.configuration.longest).mul_f64(jitter)
    }

    /// The next failure counts as the first.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex as StdMutex};

    use pato_bus::{Bus, BusConfiguration, Clock};
    use pato_events::catalogue::host::ConnectionState;
    use tokio::time::Instant;

    use super::*;

    /// Tells the time that was set last.
    #[derive(Default)]
    pub(crate) struct FixedClock(AtomicU64);

    impl FixedClock {
        pub(crate) fn set(&self, milliseconds: f64) {
            self.0.store(milliseconds.to_bits(), Ordering::Relaxed);
        }
    }

    impl Clock for FixedClock {
        fn now(&self) -> pato_events::Timestamp {
            f64::from_bits(self.0.load(Ordering::Relaxed))
        }
    }

    pub(crate) fn bus(clock: Arc<dyn Clock>) -> Bus {
        Bus::new(BusConfiguration::default(), clock)
    }

    fn reconnect(seed: u64) -> Arc<Reconnect> {
        let clock = Arc::new(FixedClock::default());
        let status = StatusReporter::new("test", bus(clock.clone()), clock);
        Arc::new(Reconnect::new(
            status,
            BackOffConfiguration::default(),
            seed,
        ))
    }

    /// Stands for `stands` (if not zero) after each connect, then ends with `end`.
    struct Script {
        tries: Arc<StdMutex<Vec<Instant>>>,
        stands: Duration,
        end: End,
    }

    impl Script {
        fn new(stands: u64, end: End) -> (Self, Arc<StdMutex<Vec<Instant>>>) {
            let tries = Arc::default();
            let script = Self {
                tries: Arc::clone(&tries),
                stands: Duration::from_secs(stands),
                end,
            };
            (script, tries)
        }
    }

    impl Session for Script {
        async fn run(&mut self, status: &StatusReporter, _: &CancellationToken) -> End {
            self.tries.lock().unwrap().push(Instant::now());
            if !self.stands.is_zero() {
                status.connected();
                tokio::time::sleep(self.stands).await;
            }
            self.end.clone()
        }
    }

    fn pauses(tries: &[Instant]) -> Vec<Duration> {
        tries.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_without_the_service_stays_within_bounds() {
        let reconnect = reconnect(7);
        let shutdown = CancellationToken::new();
        let (mut script, tries) = Script::new(0, End::Retry("connection refused".into()));
        let mut states = reconnect.status().subscribe();
        let run = async { reconnect.run(&mut script, &shutdown).await };
        let day = async {
            tokio::time::sleep(Duration::from_secs(24 * 3_600)).await;
            assert_eq!(states.borrow_and_update().state, ConnectionState::Waiting);
            shutdown.cancel();
        };
        tokio::join!(run, day);
        assert_eq!(states.borrow().state, ConnectionState::Off);

        let tries = tries.lock().unwrap();
        // A pause is between 30 and 60 s once it has grown, so a day holds 1,440 to 2,880 of them.
        assert!((1_440..=2_900).contains(&tries.len()), "{}", tries.len());
        let pauses = pauses(&tries);
        for (index, pause) in pauses.iter().enumerate() {
            let limit = Duration::from_secs(60.min(1 << index.min(6)));
            // The timer counts whole milliseconds, rounded up.
            let upper = limit + Duration::from_millis(2);
            assert!(*pause >= limit / 2 && *pause <= upper, "{index}: {pause:?}");
        }
        let grown = &pauses[6..];
        let different: std::collections::HashSet<_> = grown.iter().collect();
        assert!(different.len() > grown.len() / 2, "the jitter is missing");
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_stable_minute_the_pauses_begin_anew() {
        for (stands, expected) in [(61, true), (30, false)] {
            let reconnect = reconnect(1);
            let shutdown = CancellationToken::new();
            let (mut script, tries) = Script::new(stands, End::Retry("dropped".into()));
            let run = async { reconnect.run(&mut script, &shutdown).await };
            let hour = async {
                tokio::time::sleep(Duration::from_secs(3_600)).await;
                shutdown.cancel();
            };
            tokio::join!(run, hour);
            let longest = pauses(&tries.lock().unwrap()).into_iter().max().unwrap();
            let short = longest <= Duration::from_secs(stands + 2);
            assert_eq!(short, expected, "{stands} s stable, {longest:?} between");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_user_must_mend_is_not_tried_again_until_told() {
        let reconnect = reconnect(1);
        let shutdown = CancellationToken::new();
        let (mut script, tries) = Script::new(0, End::NeedsUser("wrong password".into()));
        let run = async { reconnect.run(&mut script, &shutdown).await };
        let user = async {
            tokio::time::sleep(Duration::from_secs(24 * 3_600)).await;
            assert_eq!(tries.lock().unwrap().len(), 1);
            let status = reconnect.status().current();
            assert_eq!(status.state, ConnectionState::NeedsUser);
            assert_eq!(status.reason.as_deref(), Some("wrong password"));
            reconnect.retry_now();
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(tries.lock().unwrap().len(), 2);
            shutdown.cancel();
        };
        tokio::join!(run, user);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_at_once_when_told() {
        let reconnect = reconnect(1);
        let shutdown = CancellationToken::new();
        let (mut script, tries) = Script::new(0, End::Retry("refused".into()));
        let run = async { reconnect.run(&mut script, &shutdown).await };
        let begin = Instant::now();
        let user = async {
            for expected in 1..=10 {
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
                assert_eq!(tries.lock().unwrap().len(), expected);
                reconnect.retry_now();
            }
            shutdown.cancel();
        };
        tokio::join!(run, user);
        assert_eq!(begin.elapsed(), Duration::ZERO, "no time passes between");
    }

    struct Stubborn;

    impl Session for Stubborn {
        async fn run(&mut self, status: &StatusReporter, _: &CancellationToken) -> End {
            status.connected();
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_that_does_not_end_is_dropped_after_three_seconds() {
        let reconnect = reconnect(1);
        let shutdown = CancellationToken::new();
        let before = Instant::now();
        let run = async { reconnect.run(&mut Stubborn, &shutdown).await };
        tokio::join!(run, async { shutdown.cancel() });
        assert!(before.elapsed() < Duration::from_secs(5));
        assert_eq!(reconnect.status().current().state, ConnectionState::Off);
    }

    #[test]
    fn the_same_seed_gives_the_same_pauses() {
        let run = |seed| {
            let mut back_off = BackOff::new(BackOffConfiguration::default(), seed);
            (0..20)
                .map(|_| back_off.next_pause(Duration::ZERO))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }
}

//! What goes on beside the connection: the login, the listener for webhooks, their subscriptions. Each
//! is tried again by itself, and how it stands is part of the connector's status.

use std::future::Future;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::pause::pause;
use crate::reconnect::{BackOff, BackOffConfiguration, End};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    Login,
    Listener,
    Subscriptions,
}

impl Duty {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "the login",
            Self::Listener => "webhooks",
            Self::Subscriptions => "the subscription to webhooks",
        }
    }
}

/// How they stand.
#[derive(Default)]
pub(super) struct Board {
    troubles: watch::Sender<Troubles>,
    /// Told when the user wants all to be tried now.
    retry_now: Notify,
}

/// What is wrong with each, if anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Troubles([Option<String>; 3]);

impl Troubles {
    /// All in one line; none if nothing is wrong.
    pub(super) fn text(&self) -> Option<String> {
        let said: Vec<&str> = self.0.iter().flatten().map(String::as_str).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }
}

impl Board {
    pub(super) fn subscribe(&self) -> watch::Receiver<Troubles> {
        self.troubles.subscribe()
    }

    pub(super) fn retry_now(&self) {
        self.retry_now.notify_waiters();
    }

    /// All is well with one.
    pub(super) fn well(&self, duty: Duty) {
        self.set(duty, None);
    }

    fn set(&self, duty: Duty, trouble: Option<String>) {
        self.troubles.send_if_modified(|troubles| {
            let slot = match duty {
                Duty::Login => troubles.0.get_mut(0),
                Duty::Listener => troubles.0.get_mut(1),
                Duty::Subscriptions => troubles.0.get_mut(2),
            };
            slot.is_some_and(|slot| {
                let changed = *slot != trouble;
                *slot = trouble;
                changed
            })
        });
    }

    /// Tries `attempt` again and again, for as long as it is polled.
    pub(super) async fn keep<A: Future<Output = End>>(
        &self,
        duty: Duty,
        pauses: BackOffConfiguration,
        seed: u64,
        attempt: impl Fn() -> A,
    ) {
        let mut back_off = BackOff::new(pauses, seed);
        loop {
            let began = Instant::now();
            let end = attempt().await;
            // Taken before the trouble is told: who sees it can already wake this loop.
            let told = self.retry_now.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            let length = match end {
                End::Off => return,
                End::NeedsUser(reason) => {
                    back_off.reset();
                    self.set(duty, Some(format!("{}: {reason}", duty.name())));
                    None
                }
                End::Retry(cause) => {
                    let pause = back_off.next_pause(began.elapsed());
                    let seconds = pause.as_secs_f64().ceil();
                    let text = format!("{}: {cause}; next try in {seconds} s", duty.name());
                    self.set(duty, Some(text));
                    Some(pause)
                }
            };
            tokio::select! {
                () = told => {}
                () = pause(length) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_day_of_trouble_is_visible_and_stays_within_bounds() {
        let board = Board::default();
        let tries = Mutex::new(0);
        let attempt = || async {
            *tries.lock().unwrap() += 1;
            End::Retry("Kick is away".into())
        };
        let keep = board.keep(Duty::Login, BackOffConfiguration::default(), 7, attempt);
        let day = Duration::from_secs(86_400);
        assert!(tokio::time::timeout(day, keep).await.is_err());
        let tries = *tries.lock().unwrap();
        assert!((1_440..=2_900).contains(&tries), "{tries}");
        let text = board.subscribe().borrow().text().unwrap();
        assert!(
            text.starts_with("the login: Kick is away; next try in "),
            "{text}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_needs_the_user_waits_for_the_user() {
        let board = Board::default();
        let tries = Mutex::new(0);
        let attempt = || async {
            *tries.lock().unwrap() += 1;
            End::NeedsUser("log in again".into())
        };
        let keep = board.keep(Duty::Login, BackOffConfiguration::default(), 7, attempt);
        let user = async {
            tokio::time::sleep(Duration::from_secs(86_400)).await;
            assert_eq!(*tries.lock().unwrap(), 1);
            board.retry_now();
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(*tries.lock().unwrap(), 2);
        };
        tokio::select! {
            () = keep => {}
            () = user => {}
        }
    }
}

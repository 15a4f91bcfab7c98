//! What the connector's status is about: reading, if the user wants it, else the login.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::frame::Happening;
use super::intake::Intake;
use super::lookup::look_up;
use super::realtime::{Context, Heard, open, retry};
use super::rest::Rest;
use super::seen::Way;
use super::upkeep::Board;
use super::{Counters, translate};
use crate::connector::ConnectorError;
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;

/// How the reading without login is named wherever it shows.
const UNOFFICIAL: &str =
    "reads as Kick's own page does, which is unofficial and may stop working at any time";

/// How often the login is looked at, if nobody knows when it ends.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);

/// The shortest time between two looks.
const SHORTEST: Duration = Duration::from_secs(1);

pub(super) struct KickSession<'a> {
    pub(super) context: &'a Context,
    pub(super) intake: &'a Arc<Intake>,
    pub(super) rest: Option<&'a Rest>,
    pub(super) board: &'a Board,
    pub(super) counters: &'a Counters,
    /// What is reported before the connection stands.
    pub(super) way: Way,
}

impl Session for KickSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        if self.context.configuration.unofficial {
            return self.read(status, shutdown).await;
        }
        let Some(rest) = self.rest else {
            return End::NeedsUser(format!(
                "Kick needs an account: `{}`; to only read, without any promise of Kick's, set \
                 `unofficial = true` for it",
                super::tokens::LOG_IN
            ));
        };
        let before = self.context.configuration.timing.refresh_before;
        let look = || rest.look(before);
        tokio::select! {
            () = shutdown.cancelled() => End::Off,
            end = stand(look, before, rest.changed(), || self.tell(status)) => end,
            () = self.follow_troubles(status) => End::Off,
        }
    }
}

impl KickSession<'_> {
    async fn read(&self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        let connect = async {
            let (room, reports) = look_up(self.context).await?;
            for report in reports {
                self.intake.take(&self.way, report);
            }
            open(self.context, &room).await
        };
        let connection = tokio::select! {
            () = shutdown.cancelled() => return End::Off,
            connection = connect => connection,
        };
        let mut connection = match connection {
            Ok(connection) => connection,
            Err(end) => return end,
        };
        let patience = self.context.configuration.timing.answer;
        let deadline = Instant::now() + patience;
        let listen = async {
            loop {
                let heard = match status.connected_for() {
                    Some(_) => connection.next().await,
                    None => {
                        let heard = timeout_at(deadline, connection.next()).await;
                        heard.unwrap_or_else(|_| Err(not_let_in(patience)))
                    }
                };
                match heard {
                    Ok(heard) => {
                        status.heard();
                        self.understand(heard, status);
                    }
                    Err(end) => return end,
                }
            }
        };
        let end = tokio::select! {
            () = shutdown.cancelled() => End::Off,
            end = listen => end,
            () = self.follow_troubles(status) => End::Off,
        };
        if end == End::Off {
            connection.close().await;
        }
        end
    }

    fn understand(&self, heard: Heard, status: &StatusReporter) {
        match heard {
            Heard::Ready => self.tell(status),
            Heard::Alive => {}
            Heard::Garbage => {
                self.counters.malformed.fetch_add(1, Ordering::Relaxed);
                tracing::debug!("Kick sent what is no message of the protocol");
            }
            Heard::Happening(happening) => self.report(&happening),
        }
    }

    fn report(&self, happening: &Happening) {
        self.counters.happenings.fetch_add(1, Ordering::Relaxed);
        let channel = &self.context.configuration.channel;
        match translate::report(channel, happening) {
            Ok(Some(report)) => self.intake.take(&happening.channel.as_str().into(), report),
            Ok(None) => tracing::trace!(event = happening.event, "nothing that Pato tells of"),
            Err(error) => {
                self.counters.malformed.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(event = happening.event, %error, "an event of Kick can't be read");
            }
        }
    }

    /// Says that the connection stands, and what there is to say about it.
    fn tell(&self, status: &StatusReporter) {
        let troubles = self.board.subscribe().borrow().text();
        let unofficial = self.context.configuration.unofficial;
        let unofficial = unofficial.then(|| UNOFFICIAL.to_owned());
        let notes: Vec<String> = unofficial.into_iter().chain(troubles).collect();
        let note = notes.join("; ");
        status.connected_with(Some(note.as_str()).filter(|note| !note.is_empty()));
    }

    /// Keeps the status up with what goes on beside the connection. Never returns.
    async fn follow_troubles(&self, status: &StatusReporter) {
        let mut troubles = self.board.subscribe();
        while troubles.changed().await.is_ok() {
            if status.connected_for().is_some() {
                self.tell(status);
            }
        }
    }
}

fn not_let_in(patience: Duration) -> End {
    let seconds = patience.as_secs_f32();
    End::Retry(format!(
        "Kick has not let Pato into the chat within {seconds} s"
    ))
}

/// Keeps a login alive: looks whether it is good, and renews its token before that ends. Returns only
/// when it is not. `look` makes sure of a token and tells when it ends; `well` is called each time that
/// it was found good. Looks sooner when a token `changed`, or could not be.
pub(super) async fn stand<L>(
    look: impl Fn() -> L,
    before: Duration,
    changed: &Notify,
    well: impl Fn(),
) -> End
where
    L: Future<Output = Result<Option<Instant>, ConnectorError>>,
{
    loop {
        let expires = match look().await {
            Ok(expires) => expires,
            Err(error) => return retry(error),
        };
        well();
        tokio::select! {
            () = sleep(renew_in(expires, before)) => {}
            () = changed.notified() => {}
        }
    }
}

/// When to look next: `before` a token ends, or halfway if it does not live much longer than that.
fn renew_in(expires: Option<Instant>, before: Duration) -> Duration {
    let Some(expires) = expires else {
        return LOOK_EVERY;
    };
    let left = expires.saturating_duration_since(Instant::now());
    left.saturating_sub(before).max(left / 2).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_it_ends_for_as_long_as_it_can_be() {
        let before = Duration::from_secs(300);
        let (began, looks, well) = (Instant::now(), Mutex::new(Vec::new()), Mutex::new(0));
        let look = || async {
            let mut looks = looks.lock().unwrap();
            looks.push(began.elapsed());
            match looks.len() {
                1 => Ok(None),
                2..=5 => Ok(Some(Instant::now() + 2 * HOUR)),
                6 => Ok(Some(Instant::now() + Duration::from_secs(60))),
                _ => Err(ConnectorError::Denied("log in again".into())),
            }
        };
        let changed = Notify::new();
        let end = stand(look, before, &changed, || *well.lock().unwrap() += 1).await;
        assert_eq!(end, End::NeedsUser("log in again".into()));
        assert_eq!(*well.lock().unwrap(), 6);
        let looks = looks.into_inner().unwrap();
        let pauses: Vec<_> = looks
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).as_secs())
            .collect();
        assert_eq!(pauses, [3_600, 6_900, 6_900, 6_900, 6_900, 30]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_over_at_once_is_not_asked_for_without_a_pause() {
        assert_eq!(renew_in(Some(Instant::now()), HOUR), SHORTEST);
    }
}

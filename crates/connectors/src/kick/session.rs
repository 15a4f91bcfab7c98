//! What the connector's status is about: reading, if the user wants it, else the login.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::de::IgnoredAny;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::frame::Happening;
use super::intake::Intake;
use super::lookup::look_up;
use super::realtime::{Context, Heard, open, retry};
use super::rest::{Ask, Rest};
use super::seen::Way;
use super::upkeep::Board;
use super::{Counters, translate};
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;

/// How the reading without login is named wherever it shows.
const UNOFFICIAL: &str =
    "reads as Kick's own page does, which is unofficial and may stop working at any time";

/// How often the login is looked at, if nobody knows when it ends.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);

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
        tokio::select! {
            () = shutdown.cancelled() => End::Off,
            end = stand(rest, before, || self.tell(status)) => end,
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
        let listen = async {
            loop {
                match connection.next().await {
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

/// Keeps a login alive: looks whether it is good, and renews its token before that ends. Returns only
/// when it is not. `well` is called each time it was found good.
pub(super) async fn stand(rest: &Rest, before: Duration, well: impl Fn()) -> End {
    loop {
        let look: Result<IgnoredAny, _> = rest
            .call(Ask::new(reqwest::Method::GET, "/public/v1/users", ""))
            .await;
        if let Err(error) = look {
            return retry(error);
        }
        well();
        let pause = match rest.tokens.expires().await {
            Some(expires) => expires
                .saturating_duration_since(Instant::now())
                .saturating_sub(before),
            None => LOOK_EVERY,
        };
        // A token that lives shorter than it is renewed before its end shall not be renewed all the time.
        sleep(pause.max(Duration::from_secs(10))).await;
        if let Err(error) = rest.tokens.bearer(before).await {
            return retry(error);
        }
    }
}

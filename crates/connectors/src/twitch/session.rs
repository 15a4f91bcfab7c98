//! One connection after the other: connects, and carries lines, messages and time limits to the
//! [`Connection`].

use std::convert::Infallible;
use std::time::Duration;

use pato_events::EventId;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio::sync::{MutexGuard, mpsc, oneshot};
use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::lines::Lines;
use super::split::Piece;
use super::translate::Translator;
use super::transport::{self, Stream};
use super::{Shared, Twitch, TwitchConfiguration};
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// One message on its way out.
pub(super) struct OutgoingMessage {
    pub(super) piece: Piece,
    pub(super) reply_to: Option<String>,
    pub(super) cause: Option<(EventId, u8)>,
    /// Told once: when Twitch confirmed or refused it. Dropped if the connection breaks before.
    pub(super) answer: oneshot::Sender<Result<(), ConnectorError>>,
}

/// What outlives a connection.
pub(super) struct ChatSession<'a> {
    configuration: &'a TwitchConfiguration,
    environment: &'a Environment,
    shared: &'a Shared,
    outgoing: MutexGuard<'a, mpsc::Receiver<OutgoingMessage>>,
    translator: Translator,
    random: Xoshiro256PlusPlus,
}

impl<'a> ChatSession<'a> {
    pub(super) fn new(
        configuration: &'a TwitchConfiguration,
        environment: &'a Environment,
        shared: &'a Shared,
        outgoing: MutexGuard<'a, mpsc::Receiver<OutgoingMessage>>,
    ) -> Self {
        Self {
            configuration,
            environment,
            shared,
            outgoing,
            translator: Translator::new(Twitch::ID),
            random: Xoshiro256PlusPlus::seed_from_u64(environment.seed),
        }
    }

    async fn converse(
        &mut self,
        status: &StatusReporter,
        shutdown: &CancellationToken,
    ) -> Result<Infallible, End> {
        let stream = tokio::select! {
            () = shutdown.cancelled() => return Err(End::Off),
            stream = connect(self.configuration) => stream?,
        };
        let (reader, writer) = tokio::io::split(stream);
        let mut lines = Lines::new(reader, &self.shared.counters);
        let mut connection = Connection::new(
            self.configuration,
            self.environment,
            self.shared,
            status,
            &mut self.translator,
            writer,
        );
        let anonymous = self.random.random_range(10_000..100_000_u32);
        connection.log_in(anonymous).await?;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => {
                    // The connection ends anyway; this only tells the server sooner.
                    let _ = timeout(GOODBYE, connection.quit()).await;
                    return Err(End::Off);
                }
                line = lines.next() => match line {
                    Ok(Some(line)) => connection.hear(&line).await?,
                    Ok(None) => return Err(End::Retry("Twitch closed the connection".into())),
                    Err(error) => {
                        return Err(End::Retry(format!("the connection to Twitch broke: {error}")));
                    }
                },
                () = sleep_until(connection.alarm()) => connection.ring().await?,
                Some(message) = self.outgoing.recv(), if connection.can_send() => {
                    connection.send(message).await?;
                }
            }
        }
    }
}

impl Session for ChatSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        let end = match self.converse(status, shutdown).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        // Who waits is told now that it did not go out, rather than minutes later that it did.
        while self.outgoing.try_recv().is_ok() {}
        end
    }
}

async fn connect(configuration: &TwitchConfiguration) -> Result<Box<dyn Stream>, End> {
    let server = &configuration.server;
    let place = format!("{}:{}", server.host, server.port);
    match timeout(configuration.patience, transport::connect(server)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(End::Retry(format!("{place} cannot be reached: {error}"))),
        Err(_) => {
            let seconds = configuration.patience.as_secs();
            Err(End::Retry(format!(
                "{place} did not answer within {seconds} s"
            )))
        }
    }
}

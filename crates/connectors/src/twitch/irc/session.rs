//! One connection after the other: connects, and carries lines and time limits to the
//! [`Connection`].

use std::convert::Infallible;
use std::time::Duration;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::lines::Lines;
use super::translate::Translator;
use super::transport::{self, Stream};
use crate::connector::Environment;
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;
use crate::twitch::{Counters, TwitchConfiguration};

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What outlives a connection.
pub(crate) struct ChatSession<'a> {
    configuration: &'a TwitchConfiguration,
    environment: &'a Environment,
    counters: &'a Counters,
    translator: Translator,
    random: Xoshiro256PlusPlus,
}

impl<'a> ChatSession<'a> {
    pub(crate) fn new(
        configuration: &'a TwitchConfiguration,
        environment: &'a Environment,
        counters: &'a Counters,
    ) -> Self {
        Self {
            configuration,
            environment,
            counters,
            translator: Translator::new(),
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
        let mut lines = Lines::new(reader, self.counters);
        let mut connection = Connection::new(
            self.configuration,
            self.environment,
            self.counters,
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
            }
        }
    }
}

impl Session for ChatSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        match self.converse(status, shutdown).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
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

//! The conversation on one connection: login, join, keeping alive, reading.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use pato_events::Draft;
use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::time::{Instant, timeout};

use super::lines::count;
use super::message::Message;
use super::translate::{Translator, channel, owned};
use super::transport::Stream;
use crate::connector::Environment;
use crate::reconnect::End;
use crate::status::StatusReporter;
use crate::twitch::{Counters, TwitchConfiguration};

pub(super) struct Connection<'a> {
    configuration: &'a TwitchConfiguration,
    environment: &'a Environment,
    counters: &'a Counters,
    status: &'a StatusReporter,
    translator: &'a mut Translator,
    writer: WriteHalf<Box<dyn Stream>>,
    phase: Phase,
    last_heard: Instant,
}

#[derive(Clone, Copy)]
enum Phase {
    /// Not in the channel yet; must be by then.
    Joining(Instant),
    /// In the channel.
    Joined,
    /// In the channel and asked whether the server is there; must answer by then.
    Asked(Instant),
}

impl<'a> Connection<'a> {
    pub(super) fn new(
        configuration: &'a TwitchConfiguration,
        environment: &'a Environment,
        counters: &'a Counters,
        status: &'a StatusReporter,
        translator: &'a mut Translator,
        writer: WriteHalf<Box<dyn Stream>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            configuration,
            environment,
            counters,
            status,
            translator,
            writer,
            phase: Phase::Joining(now + configuration.patience),
            last_heard: now,
        }
    }

    /// Asks for Twitch's tags and commands, and says that we only read.
    pub(super) async fn log_in(&mut self, anonymous: u32) -> Result<(), End> {
        self.write("CAP REQ :twitch.tv/tags twitch.tv/commands\r\n")
            .await?;
        self.write(&format!("NICK justinfan{anonymous}\r\n")).await
    }

    /// Says goodbye.
    pub(super) async fn quit(&mut self) -> Result<(), End> {
        self.write("QUIT\r\n").await?;
        // The other side may have closed already.
        let _ = self.writer.shutdown().await;
        Ok(())
    }

    /// When [`ring`](Self::ring) wants to be called.
    pub(super) fn alarm(&self) -> Instant {
        match self.phase {
            Phase::Joining(until) | Phase::Asked(until) => until,
            Phase::Joined => self.last_heard + self.configuration.silence,
        }
    }

    /// Does what a time limit that is over demands.
    pub(super) async fn ring(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let seconds = self.configuration.patience.as_secs();
        match self.phase {
            Phase::Joining(until) if until <= now => {
                let channel = &self.configuration.channel;
                let cause = format!(
                    "Twitch did not let us into `{channel}` within {seconds} s; \
                     is the channel's name right?"
                );
                Err(End::Retry(cause))
            }
            Phase::Asked(until) if until <= now => {
                let cause = format!("Twitch was silent and did not answer a PING for {seconds} s");
                Err(End::Retry(cause))
            }
            Phase::Joined if self.last_heard + self.configuration.silence <= now => {
                self.phase = Phase::Asked(now + self.configuration.patience);
                self.write("PING :pato\r\n").await
            }
            _ => Ok(()),
        }
    }

    /// Takes a line in.
    pub(super) async fn hear(&mut self, line: &[u8]) -> Result<(), End> {
        let line = String::from_utf8_lossy(line);
        if matches!(line, Cow::Owned(_)) {
            count(&self.counters.not_utf8);
        }
        self.last_heard = Instant::now();
        self.status.heard();
        if matches!(self.phase, Phase::Asked(_)) {
            self.phase = Phase::Joined;
        }
        let message = match Message::parse(&line) {
            Ok(message) => message,
            Err(error) => {
                count(&self.counters.malformed);
                // Told at the first, second, fourth … so that garbage does not fill the log.
                let number = self.counters.malformed.load(Ordering::Relaxed);
                if number.is_power_of_two() {
                    tracing::warn!(%error, number, "a line from Twitch is left out");
                }
                return Ok(());
            }
        };
        self.answer_to(&message).await
    }

    async fn answer_to(&mut self, message: &Message<'_>) -> Result<(), End> {
        match message.command() {
            "PING" => {
                let token = message.parameter(0).unwrap_or_default();
                self.write(&format!("PONG :{token}\r\n")).await
            }
            "RECONNECT" => Err(End::Retry("Twitch asked us to connect anew".into())),
            "CAP" if message.parameter(1) == Some("NAK") => Err(End::Retry(
                "Twitch refused to send tags and commands".into(),
            )),
            "001" => {
                let channel = &self.configuration.channel;
                let line = format!("JOIN #{channel}\r\n");
                self.write(&line).await
            }
            "NOTICE" if message.parameter(0) == Some("*") => {
                let text = message.parameter(1).unwrap_or_default();
                tracing::info!(text, "Twitch says");
                Ok(())
            }
            _ => {
                if channel(message).as_ref() == Some(&self.configuration.channel) {
                    self.hear_channel(message)?;
                }
                Ok(())
            }
        }
    }

    fn hear_channel(&mut self, message: &Message<'_>) -> Result<(), End> {
        match message.command() {
            "ROOMSTATE" => {
                if matches!(self.phase, Phase::Joining(_)) {
                    self.phase = Phase::Joined;
                    self.status.connected();
                }
            }
            "NOTICE" => {
                self.publish_events(message);
                self.hear_refusal(message)?;
            }
            _ => self.publish_events(message),
        }
        Ok(())
    }

    fn hear_refusal(&self, message: &Message<'_>) -> Result<(), End> {
        let kind = owned(message, "msg-id").unwrap_or_default();
        let text = message.parameter(1).unwrap_or_default();
        let shut_out = ["msg_banned", "msg_channel_suspended", "tos_ban"].contains(&&*kind);
        if matches!(self.phase, Phase::Joining(_)) && shut_out {
            let channel = &self.configuration.channel;
            return Err(End::NeedsUser(format!(
                "Twitch does not let us into `{channel}` ({text}); correct the channel's name, or \
                 add an account"
            )));
        }
        Ok(())
    }

    fn publish_events(&mut self, message: &Message<'_>) {
        match self.translator.events(message) {
            Some(drafts) => drafts.into_iter().for_each(|draft| self.publish(draft)),
            None => count(&self.counters.duplicates),
        }
    }

    fn publish(&self, draft: Draft) {
        if let Err(error) = self.environment.bus.publish(draft) {
            tracing::warn!(%error, "an event of Twitch was not published");
        }
    }

    async fn write(&mut self, line: &str) -> Result<(), End> {
        let patience = self.configuration.patience;
        let written = timeout(patience, async {
            self.writer.write_all(line.as_bytes()).await?;
            self.writer.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Retry(format!("writing to Twitch failed: {error}"))),
            Err(_) => {
                let seconds = patience.as_secs();
                let cause = format!("Twitch took nothing in for {seconds} s");
                Err(End::Retry(cause))
            }
        }
    }
}

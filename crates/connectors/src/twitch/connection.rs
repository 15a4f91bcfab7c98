//! The conversation on one connection: login, join, keeping alive, reading and writing.

use std::borrow::Cow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pato_events::catalogue::chat::{ChatMessage, Role, User};
use pato_events::{Draft, Flags};
use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::time::{Instant, timeout};

use super::irc::Message;
use super::lines::count;
use super::login;
use super::rate::Standing;
use super::session::OutgoingMessage;
use super::translate::{Translator, badges, channel, owned, roles};
use super::transport::Stream;
use super::{Shared, Twitch, TwitchConfiguration, lock};
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::End;
use crate::status::StatusReporter;

/// What Twitch says when it has counted too much.
const PENALTY: Duration = Duration::from_secs(30);

pub(super) struct Connection<'a> {
    configuration: &'a TwitchConfiguration,
    environment: &'a Environment,
    shared: &'a Shared,
    status: &'a StatusReporter,
    translator: &'a mut Translator,
    writer: WriteHalf<Box<dyn Stream>>,
    /// The account that we are, as Twitch describes it.
    account: Account,
    /// The channel's slow mode in seconds.
    slow: u32,
    phase: Phase,
    last_heard: Instant,
    /// The message that Twitch has not confirmed yet, and until when it may.
    pending: Option<(OutgoingMessage, Instant)>,
    /// How many messages Twitch confirmed without naming them.
    unnamed: u64,
}

#[derive(Default)]
struct Account {
    user: Option<User>,
    color: Option<String>,
    badges: Vec<pato_events::catalogue::chat::Badge>,
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
        shared: &'a Shared,
        status: &'a StatusReporter,
        translator: &'a mut Translator,
        writer: WriteHalf<Box<dyn Stream>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            configuration,
            environment,
            shared,
            status,
            translator,
            writer,
            account: Account::default(),
            slow: 0,
            phase: Phase::Joining(now + configuration.patience),
            last_heard: now,
            pending: None,
            unnamed: 0,
        }
    }

    /// Asks for Twitch's tags and commands, and says who we are.
    pub(super) async fn log_in(&mut self, anonymous: u32) -> Result<(), End> {
        self.write(b"CAP REQ :twitch.tv/tags twitch.tv/commands\r\n")
            .await?;
        let nick = match &self.configuration.login {
            None => format!("justinfan{anonymous}"),
            Some(login) => {
                let server = &self.configuration.server;
                let pass = login::pass(&self.environment.vault, login, server)?;
                self.write(pass.as_wire_bytes()).await?;
                login.user.clone()
            }
        };
        self.write(format!("NICK {nick}\r\n").as_bytes()).await
    }

    /// Says goodbye.
    pub(super) async fn quit(&mut self) -> Result<(), End> {
        self.write(b"QUIT\r\n").await?;
        // The other side may have closed already.
        let _ = self.writer.shutdown().await;
        Ok(())
    }

    /// When [`ring`](Self::ring) wants to be called.
    pub(super) fn alarm(&self) -> Instant {
        let alarm = match self.phase {
            Phase::Joining(until) | Phase::Asked(until) => until,
            Phase::Joined => self.last_heard + self.configuration.silence,
        };
        match &self.pending {
            Some((_, until)) => alarm.min(*until),
            None => alarm,
        }
    }

    /// Does what a time limit that is over demands.
    pub(super) async fn ring(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let seconds = self.configuration.patience.as_secs();
        if let Some((message, _)) = self.pending.take_if(|(_, until)| *until <= now) {
            let text = format!(
                "Twitch did not confirm the message within {seconds} s; it may have been written"
            );
            answer(message, Err(ConnectorError::TimedOut(text)));
        }
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
                self.write(b"PING :pato\r\n").await
            }
            _ => Ok(()),
        }
    }

    /// Whether a message may be written now: one at a time, so that the answer can be told apart.
    pub(super) fn can_send(&self) -> bool {
        self.pending.is_none() && !matches!(self.phase, Phase::Joining(_))
    }

    /// Writes a message.
    pub(super) async fn send(&mut self, message: OutgoingMessage) -> Result<(), End> {
        if message.answer.is_closed() {
            return Ok(());
        }
        let tags = match &message.reply_to {
            Some(id) => format!("@reply-parent-msg-id={id} "),
            None => String::new(),
        };
        let channel = &self.configuration.channel;
        let text = message.piece.wire_text();
        let line = format!("{tags}PRIVMSG #{channel} :{text}\r\n");
        let until = Instant::now() + self.configuration.patience;
        self.pending = Some((message, until));
        self.write(line.as_bytes()).await
    }

    /// Takes a line in.
    pub(super) async fn hear(&mut self, line: &[u8]) -> Result<(), End> {
        let counters = &self.shared.counters;
        let line = String::from_utf8_lossy(line);
        if matches!(line, Cow::Owned(_)) {
            count(&counters.not_utf8);
        }
        self.last_heard = Instant::now();
        self.status.heard();
        if matches!(self.phase, Phase::Asked(_)) {
            self.phase = Phase::Joined;
        }
        let message = match Message::parse(&line) {
            Ok(message) => message,
            Err(error) => {
                count(&counters.malformed);
                // Told at the first, second, fourth … so that garbage does not fill the log.
                let number = counters.malformed.load(Ordering::Relaxed);
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
                self.write(format!("PONG :{token}\r\n").as_bytes()).await
            }
            "RECONNECT" => Err(End::Retry("Twitch asked us to connect anew".into())),
            "CAP" if message.parameter(1) == Some("NAK") => Err(End::Retry(
                "Twitch refused to send tags and commands".into(),
            )),
            "001" => {
                // With a token, Twitch goes by the token's account and not by the name given.
                self.account.user = message.parameter(0).map(|login| User {
                    id: String::new(),
                    login: login.to_owned(),
                    name: login.to_owned(),
                });
                let channel = &self.configuration.channel;
                let line = format!("JOIN #{channel}\r\n");
                self.write(line.as_bytes()).await
            }
            "GLOBALUSERSTATE" => {
                self.describe_account(message);
                Ok(())
            }
            "NOTICE" if message.parameter(0) == Some("*") => self.hear_server_notice(message),
            _ => {
                if channel(message).as_ref() == Some(&self.configuration.channel) {
                    self.hear_channel(message)?;
                }
                Ok(())
            }
        }
    }

    fn hear_server_notice(&self, message: &Message<'_>) -> Result<(), End> {
        let text = message.parameter(1).unwrap_or_default();
        let refused = [
            "Login authentication failed",
            "Improperly formatted auth",
            "Login unsuccessful",
        ];
        if refused.iter().any(|beginning| text.starts_with(beginning)) {
            let user = self.configuration.login.as_ref().map(|login| &*login.user);
            let user = user.unwrap_or("anonymous");
            return Err(End::NeedsUser(format!(
                "Twitch refused the token of `{user}` ({text}); make a new one and give it to Pato"
            )));
        }
        tracing::info!(text, "Twitch says");
        Ok(())
    }

    fn hear_channel(&mut self, message: &Message<'_>) -> Result<(), End> {
        match message.command() {
            "ROOMSTATE" => {
                self.slow = message.number("slow").unwrap_or(self.slow);
                self.update_standing();
                // With an account, USERSTATE follows; taken for the answer to a message, it would
                // confirm one that Twitch has not seen.
                if self.configuration.login.is_none() {
                    self.joined();
                }
            }
            "USERSTATE" => {
                self.describe_account(message);
                self.account.badges = badges(message);
                self.update_standing();
                self.joined();
                if let Some((sent, _)) = self.pending.take() {
                    self.confirm(sent, message);
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

    fn joined(&mut self) {
        if matches!(self.phase, Phase::Joining(_)) {
            self.phase = Phase::Joined;
            self.status.connected();
        }
    }

    fn hear_refusal(&mut self, message: &Message<'_>) -> Result<(), End> {
        let kind = owned(message, "msg-id").unwrap_or_default();
        let text = message.parameter(1).unwrap_or_default();
        let shut_out = ["msg_banned", "msg_channel_suspended", "tos_ban"].contains(&&*kind);
        if matches!(self.phase, Phase::Joining(_)) && shut_out {
            let channel = &self.configuration.channel;
            return Err(End::NeedsUser(format!(
                "Twitch does not let us into `{channel}` ({text}); correct the channel's name, or use \
                 another account"
            )));
        }
        if kind.starts_with("msg_")
            && let Some((sent, _)) = self.pending.take()
        {
            answer(
                sent,
                Err(match &*kind {
                    "msg_ratelimit" | "msg_slowmode" => ConnectorError::RateLimited(PENALTY),
                    "msg_banned" | "msg_timedout" => ConnectorError::Denied(text.to_owned()),
                    _ => ConnectorError::Failed(text.to_owned()),
                }),
            );
        }
        Ok(())
    }

    fn describe_account(&mut self, message: &Message<'_>) {
        if let Some(user) = &mut self.account.user {
            if let Some(id) = owned(message, "user-id") {
                user.id = id;
            }
            if let Some(name) = owned(message, "display-name") {
                user.name = name;
            }
        }
        if let Some(color) = owned(message, "color") {
            self.account.color = Some(color);
        }
    }

    fn update_standing(&self) {
        let roles = roles(&self.account.badges);
        let standing = if roles.contains(&Role::Broadcaster) || roles.contains(&Role::Moderator) {
            Standing::Moderator
        } else if roles.contains(&Role::Vip) {
            Standing::Vip
        } else {
            Standing::Viewer { slow: self.slow }
        };
        *lock(&self.shared.standing) = standing;
    }

    /// Twitch does not send our own messages back to us, so they are told here.
    fn confirm(&mut self, sent: OutgoingMessage, confirmation: &Message<'_>) {
        let message_id = owned(confirmation, "id").unwrap_or_else(|| {
            self.unnamed += 1;
            format!("{}-own-{}", Twitch::ID, self.unnamed)
        });
        self.translator.remember(&message_id);
        if let Some(user) = self.account.user.clone() {
            let channel = &self.configuration.channel;
            let draft = self.translator.draft(&ChatMessage {
                roles: roles(&self.account.badges),
                badges: self.account.badges.clone(),
                color: self.account.color.clone(),
                is_action: sent.piece.is_action,
                ..ChatMessage::new(message_id, channel, user, &sent.piece.text)
            });
            if let Some(mut draft) = draft {
                draft.cause = sent.cause.clone();
                draft.flags = Flags {
                    own: true,
                    ..Flags::default()
                };
                self.publish(draft);
            }
        }
        answer(sent, Ok(()));
    }

    fn publish_events(&mut self, message: &Message<'_>) {
        match self.translator.events(message) {
            Some(drafts) => drafts.into_iter().for_each(|draft| self.publish(draft)),
            None => count(&self.shared.counters.duplicates),
        }
    }

    fn publish(&self, draft: Draft) {
        if let Err(error) = self.environment.bus.publish(draft) {
            tracing::warn!(%error, "an event of Twitch was not published");
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), End> {
        let patience = self.configuration.patience;
        let written = timeout(patience, async {
            self.writer.write_all(bytes).await?;
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

fn answer(message: OutgoingMessage, result: Result<(), ConnectorError>) {
    // The caller may have gone away meanwhile.
    let _ = message.answer.send(result);
}

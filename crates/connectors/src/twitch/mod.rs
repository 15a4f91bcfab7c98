//! Twitch chat over IRC with Twitch's tags.
//!
//! Without an account it reads: chat, cheers, rewards with a text, subscriptions, gifts, raids, and what
//! moderators do. With an account it also writes (`chat.send`).
//!
//! Not in this tier: `moderation.*`. Twitch removed the commands for it from IRC in 2023. Follows and
//! rewards without a text do not come over IRC either.
//!
//! Twitch announces a bundle of gifts once as a whole and then once for each; only the whole becomes an
//! event. In a shared chat, the other channels' messages become `chat.message`, but what was paid there
//! does not count as this channel's. Subscription kinds without a topic of their own become
//! `chat.notice`.

mod connection;
pub mod irc;
mod lines;
mod login;
mod rate;
mod recent;
mod session;
mod split;
mod translate;
mod transport;

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use pato_events::catalogue::Action;
use pato_events::catalogue::chat::{SendMessage, SendMessageAnswer, SendMessageParameters};
use pato_events::catalogue::host::ConnectorStatus;
use pato_events::{Event, Payload};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::reconnect::{BackOffConfiguration, Reconnect};
use crate::status::StatusReporter;

use lines::Counters;
use rate::{RateLimit, Standing};
use session::{ChatSession, OutgoingMessage};
use split::{MAX_PIECES, Piece};
pub use transport::{Security, TwitchServer};

/// The longest that a caller of `chat.send` waits for its turn.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// How many messages may wait to be written. Whoever comes later waits before this queue.
const OUTGOING: usize = 16;

/// What to connect to, as whom.
#[derive(Debug, Clone)]
pub struct TwitchConfiguration {
    /// The channel, as one types it; a `#` before it and capitals are accepted.
    pub channel: String,
    /// The account to write as; none means to read without one.
    pub login: Option<TwitchLogin>,
    /// The server.
    pub server: TwitchServer,
    /// After how long without a line the server is asked whether it is still there.
    pub silence: Duration,
    /// How long the server may take to answer: to a connect, a login, a PING, a message.
    pub patience: Duration,
    /// How long to pause between tries.
    pub back_off: BackOffConfiguration,
}

/// An account.
#[derive(Debug, Clone)]
pub struct TwitchLogin {
    /// Its name.
    pub user: String,
    /// The scope in the vault that its token belongs to.
    pub scope: String,
    /// The token's name in that scope. The token may begin with `oauth:` or not.
    pub secret: String,
}

impl TwitchConfiguration {
    /// Reads `channel` of Twitch itself, without an account: PING after four minutes of silence, ten
    /// seconds for an answer.
    pub fn new(channel: impl Into<String>) -> Self {
        Self {
            channel: channel.into(),
            login: None,
            server: TwitchServer::default(),
            silence: Duration::from_secs(240),
            patience: Duration::from_secs(10),
            back_off: BackOffConfiguration::default(),
        }
    }
}

/// What came over the connection so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TwitchMetrics {
    /// Lines of any kind.
    pub lines: u64,
    /// Lines left out because they were too long.
    pub too_long: u64,
    /// Lines with bytes that are not UTF-8; each such byte became U+FFFD.
    pub not_utf8: u64,
    /// Lines left out because they are not IRC.
    pub malformed: u64,
    /// Messages left out because they had come before.
    pub duplicates: u64,
}

/// The connector `twitch`.
pub struct Twitch {
    configuration: TwitchConfiguration,
    environment: Environment,
    reconnect: Reconnect,
    shared: Shared,
    outgoing: mpsc::Sender<OutgoingMessage>,
    /// Held by the running session.
    incoming: tokio::sync::Mutex<mpsc::Receiver<OutgoingMessage>>,
}

/// What the session finds out and callers need.
struct Shared {
    counters: Counters,
    standing: Mutex<Standing>,
    rate: Mutex<RateLimit>,
}

impl Twitch {
    /// The connector's name.
    pub const ID: &'static str = "twitch";

    /// A connector that is not connected yet.
    ///
    /// # Errors
    ///
    /// If the channel or the account has no valid name, or a token would go over the network in the
    /// clear.
    pub fn new(
        mut configuration: TwitchConfiguration,
        environment: Environment,
    ) -> Result<Self, ConnectorError> {
        configuration.channel = checked_name("channel", &configuration.channel)?;
        if let Some(login) = &mut configuration.login {
            login.user = checked_name("account", &login.user)?;
            check_privacy(&configuration.server)?;
        }
        let (bus, clock) = (environment.bus.clone(), environment.clock.clone());
        let status = StatusReporter::new(Self::ID, bus, clock);
        let (outgoing, incoming) = mpsc::channel(OUTGOING);
        Ok(Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            shared: Shared {
                counters: Counters::default(),
                standing: Mutex::new(Standing::Viewer { slow: 0 }),
                rate: Mutex::default(),
            },
            incoming: tokio::sync::Mutex::new(incoming),
            configuration,
            environment,
            outgoing,
        })
    }

    /// What came so far.
    pub fn metrics(&self) -> TwitchMetrics {
        let counters = &self.shared.counters;
        TwitchMetrics {
            lines: counters.lines.load(Ordering::Relaxed),
            too_long: counters.too_long.load(Ordering::Relaxed),
            not_utf8: counters.not_utf8.load(Ordering::Relaxed),
            malformed: counters.malformed.load(Ordering::Relaxed),
            duplicates: counters.duplicates.load(Ordering::Relaxed),
        }
    }

    async fn send(
        &self,
        parameters: SendMessageParameters,
        cause: Option<&Event>,
    ) -> Result<SendMessageAnswer, ConnectorError> {
        let pieces = self.checked_pieces(&parameters)?;
        if let Some(outage) = self.reconnect.status().outage() {
            return Err(ConnectorError::Unavailable(outage));
        }
        let times = self.shared.reserve(pieces.len())?;
        let mut messages = 0;
        for (piece, time) in pieces.into_iter().zip(times) {
            tokio::time::sleep_until(time).await;
            self.send_piece(piece, parameters.reply_to.clone(), cause)
                .await?;
            messages += 1;
        }
        Ok(SendMessageAnswer {
            messages,
            // IRC confirms a message without its id.
            message_ids: Vec::new(),
        })
    }

    fn checked_pieces(
        &self,
        parameters: &SendMessageParameters,
    ) -> Result<Vec<Piece>, ConnectorError> {
        let own = &self.configuration.channel;
        if let Some(channel) = &parameters.channel
            && checked_name("channel", channel)? != *own
        {
            let text = format!(
                "`{}` is in the channel `{own}`, not in `{channel}`",
                Self::ID
            );
            return Err(ConnectorError::NotFound(text));
        }
        if let Some(id) = &parameters.reply_to
            && !is_message_id(id)
        {
            let text = format!("reply_to: `{}` is no message id", id.escape_debug());
            return Err(ConnectorError::Invalid(text));
        }
        let pieces = split::pieces(&parameters.text);
        if pieces.is_empty() {
            let text = "text: nothing is left to write; give at least one visible character";
            return Err(ConnectorError::Invalid(text.into()));
        }
        if pieces.len() > MAX_PIECES {
            let count = pieces.len();
            let text = format!("text: it would become {count} messages; {MAX_PIECES} at most");
            return Err(ConnectorError::Invalid(text));
        }
        if self.configuration.login.is_none() {
            let text = format!(
                "`{}` reads without an account; to write, give it one: \
                 `pato run --twitch {own} --twitch-login NAME`",
                Self::ID
            );
            return Err(ConnectorError::Unavailable(text));
        }
        Ok(pieces)
    }

    async fn send_piece(
        &self,
        piece: Piece,
        reply_to: Option<String>,
        cause: Option<&Event>,
    ) -> Result<(), ConnectorError> {
        let (answer, answered) = oneshot::channel();
        let message = OutgoingMessage {
            piece,
            reply_to,
            cause: cause.map(|event| (event.id.clone(), event.depth)),
            answer,
        };
        let lost = || {
            let text = "the connection to Twitch broke before it confirmed the message";
            ConnectorError::Unavailable(text.into())
        };
        self.outgoing.send(message).await.map_err(|_| lost())?;
        answered.await.unwrap_or_else(|_| Err(lost()))
    }
}

impl Shared {
    fn reserve(&self, count: usize) -> Result<Vec<Instant>, ConnectorError> {
        let standing = *lock(&self.standing);
        let mut rate = lock(&self.rate);
        rate.reserve(count, standing, Instant::now(), SEND_PATIENCE)
            .map_err(ConnectorError::RateLimited)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Connector for Twitch {
    fn id(&self) -> &str {
        Self::ID
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![SendMessage::NAME]
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        let mut session = ChatSession::new(
            &self.configuration,
            &self.environment,
            &self.shared,
            self.incoming.lock().await,
        );
        self.reconnect.run(&mut session, &shutdown).await;
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        let Call {
            action,
            parameters,
            cause,
            ..
        } = call;
        if action != SendMessage::NAME {
            let served = self.actions();
            return Err(ConnectorError::unknown_action(Self::ID, action, &served));
        }
        let parameters = parameters
            .read()
            .map_err(|error| ConnectorError::Invalid(error.to_string()))?;
        let answer = self.send(parameters, cause).await?;
        Payload::from_value(&answer).map_err(|error| ConnectorError::Failed(error.to_string()))
    }
}

/// Publishes the events in these lines, as the connector does. For the benchmark of what that costs
/// (`benches/overhead.rs`); no interface.
#[doc(hidden)]
pub fn publish_lines<'l>(bus: &pato_bus::Bus, lines: impl IntoIterator<Item = &'l [u8]>) {
    let mut translator = translate::Translator::new(Twitch::ID);
    for line in lines {
        let line = String::from_utf8_lossy(line);
        let message = irc::Message::parse(&line).ok();
        let drafts = message.and_then(|message| translator.events(&message));
        for draft in drafts.into_iter().flatten() {
            // A loop is impossible here: nothing caused it.
            let _ = bus.publish(draft);
        }
    }
}

/// Names on Twitch are up to 25 letters, digits and underscores.
fn checked_name(what: &str, name: &str) -> Result<String, ConnectorError> {
    let plain = name.strip_prefix('#').unwrap_or(name).to_ascii_lowercase();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=25).contains(&plain.len()) && plain.bytes().all(allowed) {
        return Ok(plain);
    }
    let text = format!(
        "`{}` is no {what} name on Twitch: use 1 to 25 letters, digits and `_`",
        name.escape_debug()
    );
    Err(ConnectorError::Invalid(text))
}

fn is_message_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&id.len()) && id.bytes().all(allowed)
}

fn check_privacy(server: &TwitchServer) -> Result<(), ConnectorError> {
    let host = &server.host;
    let address = host.parse::<std::net::IpAddr>();
    let local = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    if matches!(server.security, Security::Plain) && !local {
        let text = format!("a token is not sent to `{host}` in the clear; use TLS");
        return Err(ConnectorError::Invalid(text));
    }
    Ok(())
}

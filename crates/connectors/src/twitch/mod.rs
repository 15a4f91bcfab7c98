//! Twitch.
//!
//! Without an account, chat is read over [`irc`]. With one, everything comes over [`eventsub`] and is
//! done through Helix; a second account, a bot, can be the one that writes.
//!
//! Tokens never pass through here as text: they go from Twitch's answer into the vault, and from there
//! into a request.

mod acting;
mod draft;
pub mod eventsub;
mod helix;
mod http;
pub mod irc;
mod oauth;
mod own;
mod rate;
mod recent;
pub mod scopes;
mod split;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pato_events::Payload;
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::lock::{self, Held, LockError, LockFile};
use crate::reconnect::{BackOffConfiguration, End, Reconnect, Session};
use crate::status::StatusReporter;

use acting::{Acting, Seat};
use eventsub::{EventSubSession, Hearing};
use helix::Helix;
use http::Http;
use irc::ChatSession;
use oauth::Tokens;

#[doc(hidden)]
pub use irc::publish_lines;
pub use irc::{Security, TwitchServer};
pub use oauth::{TwitchApplication, log_in, log_in_with_token, log_out};

/// How long Twitch may take to answer, and a caller waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to connect to, as whom.
#[derive(Debug, Clone)]
pub struct TwitchConfiguration {
    /// The channel, as one types it; a `#` before it and capitals are accepted.
    pub channel: String,
    /// The accounts; none means to read chat without one.
    pub accounts: Option<TwitchAccounts>,
    /// The server that chat is read from without an account.
    pub server: TwitchServer,
    /// After how long without a line that server is asked whether it is still there.
    pub silence: Duration,
    /// How long that server may take to answer: to a connect, a login, a PING.
    pub patience: Duration,
    /// How long to pause between tries.
    pub back_off: BackOffConfiguration,
}

/// As whom to read and to act.
#[derive(Debug, Clone)]
pub struct TwitchAccounts {
    /// What Pato is to Twitch.
    pub application: TwitchApplication,
    /// The broadcaster, or a moderator.
    pub main: Account,
    /// The account that writes in chat, if not the main one.
    pub bot: Option<Account>,
    /// Where the lock files are that keep a second Pato from using the same accounts; none if nothing
    /// else can.
    pub lock_folder: Option<PathBuf>,
}

impl TwitchConfiguration {
    /// Reads `channel` of Twitch itself, without an account: PING after four minutes of silence, ten
    /// seconds for an answer.
    pub fn new(channel: impl Into<String>) -> Self {
        Self {
            channel: channel.into(),
            accounts: None,
            server: TwitchServer::default(),
            silence: Duration::from_secs(240),
            patience: PATIENCE,
            back_off: BackOffConfiguration::default(),
        }
    }
}

/// What came over the connection so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TwitchMetrics {
    /// Lines of IRC or messages of EventSub, of any kind.
    pub lines: u64,
    /// Lines left out because they were too long.
    pub too_long: u64,
    /// Lines with bytes that are not UTF-8; each such byte became U+FFFD.
    pub not_utf8: u64,
    /// What was left out because it is neither IRC nor EventSub, or lacks what it should say.
    pub malformed: u64,
    /// What was left out because it had come before.
    pub duplicates: u64,
    /// What was left out because Twitch had sent it more than ten minutes before.
    pub old: u64,
}

#[derive(Debug, Default)]
struct Counters {
    lines: AtomicU64,
    too_long: AtomicU64,
    not_utf8: AtomicU64,
    malformed: AtomicU64,
    duplicates: AtomicU64,
    old: AtomicU64,
}

/// The connector `twitch`.
pub struct Twitch {
    configuration: TwitchConfiguration,
    environment: Environment,
    reconnect: Reconnect,
    counters: Counters,
    acting: Option<Acting>,
    /// Why another Pato keeps this one from the accounts, once that is known: its tokens have moved on
    /// since, and ours are no longer good.
    locked_out: Mutex<Option<String>>,
}

impl Twitch {
    /// The connector's name.
    pub const ID: &'static str = "twitch";

    /// A connector that is not connected yet.
    ///
    /// # Errors
    ///
    /// If the channel has no valid name, main account and bot are the same user, or a token would go
    /// over the network in the clear.
    pub fn new(
        mut configuration: TwitchConfiguration,
        environment: Environment,
    ) -> Result<Self, ConnectorError> {
        configuration.channel = checked_name("channel", &configuration.channel)?;
        let channel = &configuration.channel;
        let accounts = configuration.accounts.as_ref();
        let acting = accounts.map(|accounts| acting(accounts, channel, &environment));
        let (bus, clock) = (environment.bus.clone(), environment.clock.clone());
        let status = StatusReporter::new(Self::ID, bus, clock);
        Ok(Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            counters: Counters::default(),
            acting: acting.transpose()?,
            locked_out: Mutex::default(),
            configuration,
            environment,
        })
    }

    /// What came so far.
    pub fn metrics(&self) -> TwitchMetrics {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TwitchMetrics {
            lines: count(&self.counters.lines),
            too_long: count(&self.counters.too_long),
            not_utf8: count(&self.counters.not_utf8),
            malformed: count(&self.counters.malformed),
            duplicates: count(&self.counters.duplicates),
            old: count(&self.counters.old),
        }
    }

    /// Takes the lock files of the accounts.
    async fn lock(&self, accounts: &TwitchAccounts) -> Result<Vec<Held>, String> {
        let mut locked_out = self.locked_out.lock().await;
        if let Some(reason) = &*locked_out {
            return Err(reason.clone());
        }
        let mut held = Vec::new();
        for account in std::iter::once(&accounts.main).chain(&accounts.bot) {
            let lock = LockFile::new(accounts.lock_folder.as_deref(), Self::ID, account);
            match lock.take(lock::PATIENCE).await {
                Ok(lock) => held.push(lock),
                Err(error) => {
                    let reason = match &error {
                        LockError::Taken { .. } => {
                            format!("{error}: end it, then start this one anew")
                        }
                        LockError::Unusable { .. } => error.to_string(),
                    };
                    *locked_out = Some(reason.clone());
                    return Err(reason);
                }
            }
        }
        Ok(held)
    }

    async fn run_with_accounts(
        &self,
        accounts: &TwitchAccounts,
        acting: &Acting,
        shutdown: &CancellationToken,
    ) {
        let locked = tokio::select! {
            locked = self.lock(accounts) => locked,
            () = shutdown.cancelled() => return,
        };
        let _held = match locked {
            Ok(held) => held,
            Err(reason) => {
                let mut session = LockedOut(reason);
                return self.reconnect.run(&mut session, shutdown).await;
            }
        };
        let mut session = EventSubSession {
            application: &accounts.application,
            acting,
            hearing: Hearing::new(acting, &self.counters),
        };
        let mut tokens = acting.seats().map(|seat| Arc::clone(seat.helix.tokens()));
        let (main, bot) = (tokens.next(), tokens.next());
        tokio::select! {
            () = self.reconnect.run(&mut session, shutdown) => {}
            () = watch(main.as_ref()) => {}
            () = watch(bot.as_ref()) => {}
        }
        for seat in acting.seats() {
            seat.helix.tokens().settle().await;
        }
    }
}

/// Keeps the tokens of an account valid, if there is one.
async fn watch(tokens: Option<&Arc<Tokens>>) {
    match tokens {
        Some(tokens) => tokens.watch().await,
        None => std::future::pending().await,
    }
}

/// Says why there is no connection.
struct LockedOut(String);

impl Session for LockedOut {
    async fn run(&mut self, _: &StatusReporter, _: &CancellationToken) -> End {
        End::NeedsUser(self.0.clone())
    }
}

fn acting(
    accounts: &TwitchAccounts,
    channel: &str,
    environment: &Environment,
) -> Result<Acting, ConnectorError> {
    accounts.application.check()?;
    let same = |bot: &&Account| bot.user_id == accounts.main.user_id;
    if let Some(bot) = accounts.bot.as_ref().filter(same) {
        let text = format!(
            "the accounts `{}` and `{}` are the same user of Twitch, `{}`: give the bot a user of its \
             own, or leave it out",
            accounts.main.handle, bot.handle, bot.login
        );
        return Err(ConnectorError::Invalid(text));
    }
    let http = Http::new(environment.vault.clone(), PATIENCE)?;
    let seat = |account: &Account| {
        let application = accounts.application.clone();
        let tokens = Tokens::new(
            application.clone(),
            environment.clone(),
            http.clone(),
            account.clone(),
        );
        Seat::new(Helix::new(http.clone(), application, Arc::new(tokens)))
    };
    Ok(Acting::new(
        environment.clone(),
        channel.to_owned(),
        seat(&accounts.main),
        accounts.bot.as_ref().map(seat),
    ))
}

#[async_trait]
impl Connector for Twitch {
    fn id(&self) -> &str {
        Self::ID
    }

    fn actions(&self) -> Vec<&'static str> {
        let actions = helix::actions::ACTIONS.iter();
        actions.map(|action| action.name).collect()
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        match (&self.configuration.accounts, &self.acting) {
            (Some(accounts), Some(acting)) => {
                self.run_with_accounts(accounts, acting, &shutdown).await;
            }
            _ => {
                let mut session =
                    ChatSession::new(&self.configuration, &self.environment, &self.counters);
                self.reconnect.run(&mut session, &shutdown).await;
            }
        }
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        let Some(acting) = &self.acting else {
            if !self.actions().contains(&call.action) {
                let served = self.actions();
                return Err(ConnectorError::unknown_action(
                    Self::ID,
                    call.action,
                    &served,
                ));
            }
            return Err(ConnectorError::Unavailable(format!(
                "`{}` reads `{}` without an account, and cannot do anything there; give it one: \
                 `pato account add twitch`",
                Self::ID,
                self.configuration.channel
            )));
        };
        // Helix does not need the connection that events come over.
        let status = self.reconnect.status();
        let state = status.current().state;
        if matches!(state, ConnectionState::Off | ConnectionState::NeedsUser)
            && let Some(outage) = status.outage()
        {
            return Err(ConnectorError::Unavailable(outage));
        }
        helix::actions::call(acting, call).await
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

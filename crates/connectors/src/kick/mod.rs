//! Kick, by three ways that the user chooses among.
//!
//! *Reading without login* does what Kick's own page does (`unofficial = true`): chat, subscriptions,
//! gifts, kicks, rewards, hosts, moderation, predictions, the state of the stream. Kick documents none
//! of it and promises nothing, so it is off until the user wants it, and says so wherever it shows.
//!
//! *Writing* uses the public API with the user's own application: [`log_in`] brings the tokens.
//!
//! *Webhooks* are optional: Kick sends them to a tunnel of the user's, which leads to a listener on this
//! machine. They tell of followers by name, which no other way does, and of redemptions by their ids.
//!
//! What two ways report becomes one event. A message that Pato sent is told once, as its own.
//!
//! Absent, because Kick does not tell: tiers of subscriptions, who deleted a message and what it said,
//! and, without webhooks, the ids of rewards, of subscribers, and of those who give or receive.

mod actions;
mod claim;
mod configuration;
mod emotes;
pub mod frame;
mod http;
mod intake;
mod listener;
mod login;
mod lookup;
mod people;
mod realtime;
mod report;
mod rest;
mod rewards;
pub mod scopes;
mod seen;
mod session;
mod tokens;
mod translate;
mod upkeep;
mod webhook;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use pato_events::Payload;
use pato_events::catalogue::host::ConnectorStatus;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::lock::LockFile;
use crate::reconnect::Reconnect;
use crate::status::StatusReporter;

use claim::Claim;
pub use configuration::{KickAddresses, KickConfiguration, KickTiming};
use http::Http;
use intake::Intake;
pub use login::{KickLoginConfiguration, REDIRECT, log_in};
use realtime::Context;
use rest::Rest;
use session::KickSession;
use tokens::{LOG_IN, Tokens};
use upkeep::{Board, Duty};
use webhook::{PublicKey, Receiver, keep_subscribed};

/// What came so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KickMetrics {
    /// Events of the page's connection.
    pub happenings: u64,
    /// Messages and webhooks left out because they can't be read.
    pub malformed: u64,
    /// Webhooks that had come before.
    pub duplicates: u64,
    /// Webhooks refused: forged, too old, too long.
    pub refused: u64,
}

#[derive(Default)]
struct Counters {
    happenings: AtomicU64,
    malformed: AtomicU64,
    duplicates: AtomicU64,
    refused: AtomicU64,
}

/// The connector `kick`.
pub struct Kick {
    context: Context,
    reconnect: Reconnect,
    intake: Arc<Intake>,
    rest: Option<Rest>,
    receiver: Option<(Arc<Receiver>, SocketAddr)>,
    board: Board,
    counters: Arc<Counters>,
    listening: watch::Sender<Option<SocketAddr>>,
}

impl Kick {
    /// The connector's name.
    pub const ID: &'static str = "kick";

    /// A connector that is not connected yet.
    ///
    /// # Errors
    ///
    /// If the channel has no valid name, the account comes without the id of its application, webhooks
    /// are to be taken without an account or from outside, or TLS can't be set up.
    pub fn new(
        configuration: KickConfiguration,
        environment: Environment,
    ) -> Result<Self, ConnectorError> {
        let configuration = Arc::new(configuration.checked()?);
        let http = Http::new(configuration.timing)?;
        let (bus, clock) = (environment.bus.clone(), Arc::clone(&environment.clock));
        let status = StatusReporter::new(Self::ID, bus, clock);
        let rest = rest(&configuration, &environment, &http)?;
        let account = rest.as_ref().map(Rest::account);
        let intake = Arc::new(Intake::new(
            environment.clone(),
            configuration.channel.clone(),
            account.map(|account| (account.handle.as_str().into(), account.user_id.clone())),
            configuration.timing.pairing,
        ));
        let counters = Arc::new(Counters::default());
        let receiver = match (configuration.webhook, account) {
            (None, _) => None,
            (Some(_), None) => {
                let text = format!("webhooks of Kick need an account: `{LOG_IN}`");
                return Err(ConnectorError::Invalid(text));
            }
            (Some(address), Some(account)) => {
                let receiver = Receiver::new(
                    configuration.channel.clone(),
                    account.user_id.clone(),
                    Arc::clone(&intake),
                    Arc::clone(&environment.clock),
                    PublicKey::new(http.clone(), &configuration.addresses.api),
                    Arc::clone(&counters),
                );
                Some((receiver, address))
            }
        };
        Ok(Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            context: Context {
                http,
                client_id: client_id(environment.seed),
                environment,
                configuration,
            },
            intake,
            rest,
            receiver,
            board: Board::default(),
            counters,
            listening: watch::Sender::new(None),
        })
    }

    /// What came so far.
    pub fn metrics(&self) -> KickMetrics {
        let counters = &self.counters;
        KickMetrics {
            happenings: counters.happenings.load(Ordering::Relaxed),
            malformed: counters.malformed.load(Ordering::Relaxed),
            duplicates: counters.duplicates.load(Ordering::Relaxed),
            refused: counters.refused.load(Ordering::Relaxed),
        }
    }

    /// Where webhooks are taken, for the tunnel to lead to; none while they are not.
    pub fn listening(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.listening.subscribe()
    }

    /// Whether something tells what is written in the chat.
    fn is_read(&self) -> bool {
        let reads = self.context.configuration.unofficial;
        reads && self.reconnect.status().connected_for().is_some()
            || self.listening.borrow().is_some()
    }

    async fn keep_login(&self) {
        let (Some(rest), true) = (&self.rest, self.context.configuration.unofficial) else {
            // Without reading, the login is what the connection is about.
            return std::future::pending().await;
        };
        let before = self.context.configuration.timing.refresh_before;
        let look = || rest.look(before);
        let attempt = || {
            session::stand(look, before, rest.changed(), || {
                self.board.well(Duty::Login);
            })
        };
        self.keep(Duty::Login, attempt).await;
    }

    async fn take_webhooks(&self) {
        let Some((receiver, address)) = &self.receiver else {
            return std::future::pending().await;
        };
        let attempt = || {
            Arc::clone(receiver).listen(*address, |address| {
                self.listening.send_replace(Some(address));
                self.board.well(Duty::Listener);
            })
        };
        self.keep(Duty::Listener, attempt).await;
    }

    async fn keep_subscriptions(&self) {
        let (Some(rest), Some(_)) = (&self.rest, &self.receiver) else {
            return std::future::pending().await;
        };
        let attempt = || async {
            let upkeep = self.context.configuration.timing.upkeep;
            let end = keep_subscribed(rest, upkeep, || {
                self.intake.expect_webhooks(true);
                self.board.well(Duty::Subscriptions);
            });
            let end = end.await;
            self.intake.expect_webhooks(false);
            end
        };
        self.keep(Duty::Subscriptions, attempt).await;
    }

    async fn keep<A: Future<Output = crate::reconnect::End>>(
        &self,
        duty: Duty,
        attempt: impl Fn() -> A,
    ) {
        let pauses = self.context.configuration.back_off;
        let seed = self.context.environment.seed;
        self.board.keep(duty, pauses, seed, attempt).await;
    }
}

fn rest(
    configuration: &KickConfiguration,
    environment: &Environment,
    http: &Http,
) -> Result<Option<Rest>, ConnectorError> {
    let Some(account) = configuration.account.clone() else {
        return Ok(None);
    };
    let Some(client_id) = configuration.client_id.clone() else {
        let text = format!(
            "the account `{}` comes without the id of its application; add it again: `{LOG_IN}`",
            account.handle
        );
        return Err(ConnectorError::Invalid(text));
    };
    let addresses = configuration.addresses.clone();
    let folder = configuration.lock_folder.as_deref();
    let lock = LockFile::new(folder, Kick::ID, &account);
    let tokens = Tokens::new(
        environment.clone(),
        http.clone(),
        addresses,
        client_id,
        &account,
        Claim::new(lock, account.handle.clone()),
    );
    let rest = Rest::new(configuration, environment, http.clone(), account, tokens);
    Ok(Some(rest))
}

/// What this client calls itself towards the page. It need not be hard to guess.
fn client_id(seed: u64) -> String {
    let bytes = Xoshiro256PlusPlus::seed_from_u64(seed).random();
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Connector for Kick {
    fn id(&self) -> &str {
        Self::ID
    }

    fn actions(&self) -> Vec<&'static str> {
        actions::names()
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        let mut session = KickSession {
            context: &self.context,
            intake: &self.intake,
            rest: self.rest.as_ref(),
            board: &self.board,
            counters: &self.counters,
            way: "page".into(),
        };
        tokio::select! {
            () = self.reconnect.run(&mut session, &shutdown) => {}
            () = self.intake.run() => {}
            () = self.keep_login() => {}
            () = self.take_webhooks() => {}
            () = self.keep_subscriptions() => {}
        }
        self.listening.send_replace(None);
        self.intake.expect_webhooks(false);
        self.intake.finish();
        if let Some(rest) = &self.rest {
            rest.let_go().await;
        }
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
        self.board.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        actions::scope_of(call.action)?;
        match &self.rest {
            Some(rest) => self.act(rest, call).await,
            None => Err(ConnectorError::Unavailable(format!(
                "`{}` only reads; to act, give it an account: `{LOG_IN}`",
                Self::ID
            ))),
        }
    }
}

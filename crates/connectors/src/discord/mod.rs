//! Discord: a bot at the gateway and the REST API, or only a webhook.
//!
//! With a bot's token (made by the user in Discord's developer portal) it reads and writes. With the
//! address of a webhook alone it writes. Which channels count as chat is configured: a server has many,
//! and few of them belong to a show.
//!
//! The gateway is `twilight-gateway`'s. It wants the token as a `String`, so one copy lives in its memory
//! while a connection stands; it hides it from its output. Everywhere else the vault attaches the secrets
//! to requests. The REST API is spoken to directly, with `twilight-http-ratelimiting` for its limits:
//! `twilight-http` 0.18 would write the tokens of webhooks and interactions into the log, and repeat a
//! request at once that Discord's limit for everything has refused.
//!
//! Nobody is notified by what Pato writes, unless an action of Discord's own family names whom:
//! `allowed_mentions` goes along with every message. Nothing can notify `@everyone`.

mod actions;
mod gate;
mod gateway;
mod intents;
mod interactions;
mod login;
mod memory;
mod received;
mod refusal;
mod rest;
mod server;
mod split;
mod translate;
mod webhook;

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use pato_events::Payload;
use pato_events::catalogue::host::ConnectorStatus;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use twilight_gateway::Intents;
use url::Url;

use crate::account::Account;
use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::reconnect::{BackOffConfiguration, Reconnect};
use crate::status::StatusReporter;

use gateway::BotSession;
use interactions::Interactions;
pub use login::{Credential, log_in};
use memory::{Deeds, People};
use rest::Rest;
use webhook::WebhookSession;

/// How long to wait after subscriptions have changed: whoever changes one often changes more.
const SETTLE: Duration = Duration::from_secs(1);

/// How many people may be told to wait at the same time.
const ACKNOWLEDGEMENTS: usize = 16;

/// Where Discord is.
#[derive(Debug, Clone)]
pub struct DiscordServer {
    /// The REST API, with its version and a slash at the end.
    pub api: Url,
    /// The gateway.
    pub gateway: Url,
}

impl DiscordServer {
    /// Discord itself: version 10 of its API.
    ///
    /// # Errors
    ///
    /// None: the addresses are constant and valid.
    pub fn itself() -> Result<Self, ConnectorError> {
        Self::new("https://discord.com/api/v10/", "wss://gateway.discord.gg")
    }

    /// A server at these addresses.
    ///
    /// # Errors
    ///
    /// If one is no address, or would send tokens over the network in the clear.
    pub fn new(api: &str, gateway: &str) -> Result<Self, ConnectorError> {
        let parsed = |address: &str, schemes: [&str; 2]| {
            let url = Url::parse(address).ok().filter(|url| {
                let [private, clear] = schemes;
                url.scheme() == private || (url.scheme() == clear && is_loopback(url))
            });
            url.ok_or_else(|| {
                let text = format!(
                    "`{address}` is no address of Discord's: it begins with {}://",
                    schemes[0]
                );
                ConnectorError::Invalid(text)
            })
        };
        let mut api = parsed(api, ["https", "http"])?;
        if !api.path().ends_with('/') {
            api.set_path(&format!("{}/", api.path()));
        }
        let gateway = parsed(gateway, ["wss", "ws"])?;
        Ok(Self { api, gateway })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What to connect to, as whom.
#[derive(Debug, Clone)]
pub struct DiscordConfiguration {
    /// The bot; its token is the secret `token` in the account's scope.
    pub bot: Option<Account>,
    /// The webhook: its id is the `user_id`, its token the secret `webhook` in the account's scope.
    pub webhook: Option<Account>,
    /// The server to hear of; none means every one that the bot is on.
    pub server_id: Option<String>,
    /// The channels that count as chat, by their ids. The first is the one that is written to if an
    /// action names none.
    pub chat_channels: Vec<String>,
    /// Whether "Message Content Intent" is switched on in the developer portal. Without it, Discord hides
    /// what people write.
    pub message_content: bool,
    /// Whether "Server Members Intent" is switched on in the developer portal.
    pub members: bool,
    /// Where Discord is.
    pub server: DiscordServer,
    /// How long Discord may take to answer, or to let the bot in.
    pub patience: Duration,
    /// How long to pause between tries.
    pub back_off: BackOffConfiguration,
}

impl DiscordConfiguration {
    /// Discord at that place, nobody to connect as, no channel of chat.
    pub fn new(server: DiscordServer) -> Self {
        Self {
            bot: None,
            webhook: None,
            server_id: None,
            chat_channels: Vec::new(),
            message_content: true,
            members: false,
            server,
            patience: Duration::from_secs(20),
            back_off: BackOffConfiguration::default(),
        }
    }

    fn is_chat(&self, channel: &str) -> bool {
        self.chat_channels.iter().any(|chat| chat == channel)
    }

    /// Whose the events are.
    fn account(&self) -> Option<&Account> {
        self.bot.as_ref().or(self.webhook.as_ref())
    }
}

/// The connector `discord`.
pub struct Discord {
    configuration: DiscordConfiguration,
    environment: Environment,
    reconnect: Reconnect,
    shared: Shared,
    wanted: watch::Sender<Intents>,
    webhook_gone: Notify,
}

/// What the session finds out and callers need, and the other way round.
struct Shared {
    rest: Rest,
    /// The id of the bot's application, once it is known.
    application: watch::Sender<Option<String>>,
    deeds: Deeds,
    people: People,
    interactions: Interactions,
    /// Makes the nonces of messages differ.
    messages: AtomicU64,
}

impl Discord {
    /// The connector's name.
    pub const ID: &'static str = "discord";

    /// A connector that is not connected yet.
    ///
    /// # Errors
    ///
    /// If there is neither a bot nor a webhook, an id is none, or TLS cannot be set up.
    pub fn new(
        configuration: DiscordConfiguration,
        environment: Environment,
    ) -> Result<Self, ConnectorError> {
        if configuration.account().is_none() {
            let text = "`discord` needs a bot's token or the address of a webhook";
            return Err(ConnectorError::Invalid(text.into()));
        }
        let ids = configuration
            .server_id
            .iter()
            .chain(&configuration.chat_channels);
        for id in ids.chain(configuration.webhook.iter().map(|account| &account.user_id)) {
            actions::checked_id("id", id)?;
        }
        let api = configuration.server.api.clone();
        let rest = Rest::new(api, environment.vault.clone(), configuration.patience)?;
        // Discord swallows a message whose nonce it has seen lately: they differ after a restart too.
        let first_nonce = environment.seed ^ environment.clock.now().to_bits();
        let (bus, clock) = (environment.bus.clone(), environment.clock.clone());
        let status = StatusReporter::new(Self::ID, bus, clock);
        Ok(Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            shared: Shared {
                rest,
                application: watch::Sender::default(),
                deeds: Deeds::default(),
                people: People::default(),
                interactions: Interactions::default(),
                messages: AtomicU64::new(first_nonce),
            },
            wanted: watch::Sender::new(Intents::empty()),
            webhook_gone: Notify::new(),
            configuration,
            environment,
        })
    }

    /// Keeps up with what subscribers want.
    async fn follow_interest(&self, mut interest: pato_bus::Interest) {
        loop {
            let wanted = intents::wanted(&interest.changed().await, &self.configuration);
            self.wanted.send_if_modified(|current| {
                let changed = *current != wanted;
                *current = wanted;
                changed
            });
            tokio::time::sleep(SETTLE).await;
        }
    }

    /// Tells people to wait whom no plugin has answered in time.
    async fn acknowledge_in_time(&self) {
        let due = futures_util::stream::unfold(&self.shared.interactions, async |interactions| {
            Some((interactions.due().await, interactions))
        });
        let acknowledge = async |due: std::sync::Arc<interactions::Pending>| {
            if let Err(error) = self.acknowledge(&due).await {
                tracing::warn!(%error, "an interaction could not be acknowledged");
            }
        };
        due.for_each_concurrent(ACKNOWLEDGEMENTS, acknowledge).await;
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Connector for Discord {
    fn id(&self) -> &str {
        Self::ID
    }

    fn actions(&self) -> Vec<&'static str> {
        actions::served(&self.configuration)
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        if self.configuration.bot.is_none()
            && let Some(account) = &self.configuration.webhook
        {
            let mut session = WebhookSession {
                rest: &self.shared.rest,
                account,
                gone: &self.webhook_gone,
            };
            return self.reconnect.run(&mut session, &shutdown).await;
        }
        let mut interest = self.environment.bus.interest();
        let wanted = intents::wanted(&interest.changed().await, &self.configuration);
        self.wanted.send_replace(wanted);
        let mut session = BotSession::new(
            &self.configuration,
            &self.environment,
            &self.shared,
            self.wanted.subscribe(),
        );
        tokio::select! {
            () = self.reconnect.run(&mut session, &shutdown) => {}
            () = self.follow_interest(interest) => {}
            () = self.acknowledge_in_time() => {}
        }
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        self.act(call).await
    }
}

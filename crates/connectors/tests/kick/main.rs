//! The connector `kick` against the test server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod lock;
mod login;
mod reading;
mod storm;
#[path = "../storms/mod.rs"]
mod storms;
mod webhooks;
mod writing;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pato_bus::{Bus, BusConfiguration, Clock};
use pato_connectors::kick::{Kick, KickAddresses, KickConfiguration, KickTiming};
use pato_connectors::{
    Account, BackOffConfiguration, Call, Connector, ConnectorError, Environment,
};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, Pattern, Payload};
use pato_test_servers::kick::{
    BROADCASTER, CLIENT_ID, CLIENT_SECRET, Configuration, KickServer, Token, Transport,
};
use pato_vault::{Secret, Vault};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const SCOPE: &str = "account:kick-1";

/// All that an account can be asked for.
const SCOPES: [&str; 10] = [
    "user:read",
    "channel:read",
    "channel:write",
    "channel:rewards:read",
    "channel:rewards:write",
    "chat:write",
    "events:subscribe",
    "moderation:ban",
    "moderation:chat_message:manage",
    "kicks:read",
];

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> f64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        now.as_secs_f64() * 1_000.0
    }
}

/// A connector that runs against a server of its own.
struct Stage {
    server: Arc<KickServer>,
    kick: Arc<Kick>,
    environment: Environment,
    status: watch::Receiver<ConnectorStatus>,
    shutdown: CancellationToken,
    run: JoinHandle<()>,
}

fn environment() -> Environment {
    let clock = Arc::new(SystemClock);
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault: Vault::new(),
        seed: 1,
    }
}

fn keep_secrets(environment: &Environment, server: &KickServer, token: &Token) {
    let host = server.address().to_string();
    for (name, secret) in [
        ("client-secret", CLIENT_SECRET),
        ("access", token.access.as_str()),
        ("refresh", token.refresh.as_str()),
    ] {
        let secret = Secret::new(secret.to_owned());
        environment
            .vault
            .set(SCOPE, name, secret, &[&host])
            .unwrap();
    }
}

fn account(scopes: &[&str]) -> Account {
    Account {
        handle: "kick-1".into(),
        user_id: BROADCASTER.id.to_string(),
        login: BROADCASTER.slug.into(),
        name: BROADCASTER.name.into(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

fn configuration(server: &KickServer) -> KickConfiguration {
    KickConfiguration {
        back_off: BackOffConfiguration {
            first: Duration::from_millis(20),
            longest: Duration::from_millis(100),
            ..BackOffConfiguration::default()
        },
        timing: KickTiming {
            pairing: Duration::from_secs(1),
            ..KickTiming::default()
        },
        ..KickConfiguration::new("Pato_Host", KickAddresses::at(&server.url()).unwrap())
    }
}

/// The ways a stage uses: reading without login, an account with these scopes, webhooks.
fn ways(it: &mut KickConfiguration, unofficial: bool, scopes: Option<&[&str]>, webhooks: bool) {
    it.unofficial = unofficial;
    if let Some(scopes) = scopes {
        it.account = Some(account(scopes));
        it.client_id = Some(CLIENT_ID.into());
    }
    it.webhook = webhooks.then(|| SocketAddr::from(([127, 0, 0, 1], 0)));
}

impl Stage {
    async fn reader(transport: Transport) -> Self {
        let server = Configuration {
            transport,
            ..Configuration::default()
        };
        let stage = Self::with(server, |it| ways(it, true, None, false)).await;
        stage.listening(1).await
    }

    /// Reads and writes.
    async fn writer() -> Self {
        let server = Configuration::default();
        let stage = Self::with(server, |it| ways(it, true, Some(&SCOPES), false)).await;
        stage.listening(1).await
    }

    async fn with(server: Configuration, change: impl FnOnce(&mut KickConfiguration)) -> Self {
        Self::at(Arc::new(KickServer::start(server).await.unwrap()), change)
    }

    /// The same at a server that is there.
    fn at(server: Arc<KickServer>, change: impl FnOnce(&mut KickConfiguration)) -> Self {
        let mut configuration = configuration(&server);
        change(&mut configuration);
        let environment = environment();
        if let Some(account) = &configuration.account {
            let token = server.token(&account.scopes.join(" "));
            keep_secrets(&environment, &server, &token);
        }
        let kick = Arc::new(Kick::new(configuration, environment.clone()).unwrap());
        let shutdown = CancellationToken::new();
        let (running, token) = (Arc::clone(&kick), shutdown.clone());
        Self {
            server,
            status: kick.status(),
            kick,
            environment,
            run: tokio::spawn(async move { running.run(token).await }),
            shutdown,
        }
    }

    async fn state(&mut self, state: ConnectionState) -> ConnectorStatus {
        self.until(|status| status.state == state).await
    }

    async fn until(&mut self, reached: impl Fn(&ConnectorStatus) -> bool) -> ConnectorStatus {
        let waited = self.status.wait_for(|status| reached(status));
        let waited = tokio::time::timeout(Duration::from_secs(10), waited).await;
        if let Ok(status) = waited.map(|status| status.unwrap().clone()) {
            return status;
        }
        panic!("it stays {:?}", self.status.borrow())
    }

    async fn connected(mut self) -> Self {
        self.state(ConnectionState::Connected).await;
        self
    }

    /// Connected, and so many subscriptions to the chat were made.
    async fn listening(self, count: u64) -> Self {
        self.server.wait_for_listeners(count).await.unwrap();
        self.connected().await
    }

    /// The events of these topics, as soon as there are so many.
    async fn events(&self, pattern: &str, count: usize) -> Vec<Arc<Event>> {
        let pattern = Pattern::new(pattern).unwrap();
        for _ in 0..500 {
            let events = self.environment.bus.history(&pattern, 10_000);
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let history = self
            .environment
            .bus
            .history(&Pattern::new("**").unwrap(), 100);
        panic!("fewer than {count} of {pattern}: {history:?}")
    }

    /// The data of the events of these topics, each checked against the catalogue.
    async fn told(&self, pattern: &str, count: usize) -> Vec<Value> {
        let events = self.events(pattern, count).await;
        let data = events.iter().map(|event| {
            let entry = pato_events::catalogue::topic(event.topic.as_str()).unwrap();
            entry.check(&event.data).unwrap();
            event.data.read().unwrap()
        });
        data.collect()
    }

    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        self.call_because_of(action, parameters, None).await
    }

    async fn call_because_of(
        &self,
        action: &str,
        parameters: Value,
        cause: Option<&Event>,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let call = Call::new(action, &parameters).caused_by(cause);
        Ok(self.kick.call(call).await?.read().unwrap())
    }

    async fn end(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.run).await;
        ended
            .expect("the connector ends within five seconds")
            .unwrap();
        assert_eq!(self.status.borrow().state, ConnectionState::Off);
    }
}

//! The connector against the server that speaks VTube Studio's plugin API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock};
use pato_connectors::vtube::{VtubeAddress, VtubeConfiguration, VtubeConnector, log_in};
use pato_connectors::{Call, Connector, ConnectorError, Environment, LoginPrompt};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::catalogue::{self, vtube};
use pato_events::{Event, EventId, Flags, Pattern, Payload, Topic};
use pato_test_servers::vtube::{Configuration, Fault, PopUps, Token, VtubeServer};
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

mod connection;
mod events;
mod login;
mod parameters;
mod requests;
mod storm;
#[path = "../storms/mod.rs"]
mod storms;

/// Fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(20);

const TOKEN: &str = "adcd-123-ef09-some-token-string-abcd";

/// A server that let Pato in before.
async fn server() -> VtubeServer {
    let token = Token {
        token: TOKEN.into(),
        plugin: "Pato".into(),
        developer: "The Pato project".into(),
    };
    let configuration = Configuration {
        tokens: vec![token],
        ..Configuration::default()
    };
    VtubeServer::start(configuration).await.unwrap()
}

fn environment() -> Environment {
    let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault: Vault::new(),
        seed: 1,
    }
}

fn configuration(server: &VtubeServer) -> VtubeConfiguration {
    let mut configuration = VtubeConfiguration::new("me", Some(server.url().parse().unwrap()));
    configuration.back_off.first = Duration::from_millis(20);
    configuration
}

struct Running {
    connector: Arc<VtubeConnector>,
    bus: Bus,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// With the token in the vault.
    fn start(server: &VtubeServer) -> Self {
        let environment = environment();
        let hosts = [server.address().to_string()];
        let secret = Secret::new(TOKEN.into());
        environment
            .vault
            .set("account:me", "token", secret, &hosts)
            .unwrap();
        Self::run(configuration(server), environment)
    }

    async fn connected(server: &VtubeServer) -> Self {
        let running = Self::start(server);
        running.until(ConnectionState::Connected).await;
        running
    }

    fn run(configuration: VtubeConfiguration, environment: Environment) -> Self {
        let bus = environment.bus.clone();
        let connector = Arc::new(VtubeConnector::new(configuration, environment));
        let shutdown = CancellationToken::new();
        let task = tokio::spawn({
            let (connector, shutdown) = (Arc::clone(&connector), shutdown.clone());
            async move { connector.run(shutdown).await }
        });
        Self {
            connector,
            bus,
            shutdown,
            task,
        }
    }

    async fn until(&self, state: ConnectionState) -> ConnectorStatus {
        let mut status = self.connector.status();
        let reached = status.wait_for(|status| status.state == state);
        let reached = timeout(PATIENCE, reached).await;
        reached
            .unwrap_or_else(|_| panic!("{:?}", self.connector.status().borrow()))
            .unwrap()
            .clone()
    }

    async fn call_as(
        &self,
        caller: &str,
        action: &str,
        parameters: Value,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let entry = catalogue::action(action).unwrap();
        entry
            .check(&parameters)
            .unwrap_or_else(|error| panic!("{action}: {error}"));
        let call = Call::new(action, &parameters).by(caller);
        let answer = timeout(PATIENCE, self.connector.call(call))
            .await
            .unwrap()?;
        Ok(answer.read().unwrap())
    }

    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        self.call_as("plugin:a", action, parameters).await
    }

    async fn inject(
        &self,
        caller: &str,
        mode: &str,
        id: &str,
        value: f64,
    ) -> Result<Value, ConnectorError> {
        let parameters = json!({ "mode": mode, "parameterValues": [{ "id": id, "value": value }] });
        self.call_as(caller, vtube::INJECT, parameters).await
    }

    fn subscribe(&self, pattern: &str) -> Mailbox {
        let mailbox = self.bus.subscribe(MailboxConfiguration::new("test"));
        mailbox.add(Pattern::new(pattern).unwrap());
        mailbox
    }

    /// The latest event of that topic for which this is true.
    async fn event(&self, topic: &str, is: impl Fn(&Value) -> bool) -> Arc<Event> {
        let pattern = Pattern::new(topic).unwrap();
        eventually(topic, || {
            let mut events = self.bus.history(&pattern, 1_000).into_iter().rev();
            events.find(|event| is(&event.data.read().unwrap()))
        })
        .await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, found)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}

fn is_near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-9)
}

fn every_event_fits_the_catalogue(running: &Running) {
    let events = running
        .bus
        .history(&Pattern::new("vtube.*").unwrap(), 10_000);
    assert!(events.len() > 3, "{events:?}");
    for event in events {
        let entry = catalogue::topic(event.topic.as_str()).unwrap();
        entry
            .check(&event.data)
            .unwrap_or_else(|error| panic!("{}: {error}", event.topic));
    }
}

//! The Discord connector against a server that speaks like Discord's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock};
use pato_connectors::discord::{Discord, DiscordConfiguration, DiscordServer as Place};
use pato_connectors::{Account, Call, Connector, ConnectorError, Environment};
use pato_events::catalogue;
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, Pattern, Payload};
use pato_test_servers::discord::{self, CHANNEL, Configuration, DiscordServer, GUILD};
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

mod actions;
mod connection;
mod events;
mod interactions;
mod limits;
mod secrets;
mod storm;
#[path = "../storms/mod.rs"]
mod storms;
mod webhook;

/// Fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the tests' clock shows: 20 November 2025.
const NOW: f64 = 1_763_640_000_000.0;

struct Running {
    server: DiscordServer,
    connector: Arc<Discord>,
    bus: Bus,
    vault: Vault,
    /// Keeps the subscriptions alive that the intents follow.
    mailbox: Mailbox,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// A bot that is let in, with one channel of chat and everything wanted.
    async fn bot() -> Self {
        Self::with(Configuration::default(), |_| ()).await
    }

    async fn with(server: Configuration, change: impl FnOnce(&mut DiscordConfiguration)) -> Self {
        let running = Self::start(server, &["chat.*", "discord.*"], change).await;
        running.until(ConnectionState::Connected).await;
        running
    }

    async fn start(
        configuration: Configuration,
        wanted: &[&str],
        change: impl FnOnce(&mut DiscordConfiguration),
    ) -> Self {
        let token = configuration.token.clone();
        let (webhook, webhook_token) = configuration.webhook.clone();
        let server = DiscordServer::start(configuration).await.unwrap();
        let environment = environment();
        let (bus, vault) = (environment.bus.clone(), environment.vault.clone());
        let host = [server.address().to_string()];
        vault
            .set("account:bot", "token", Secret::new(token), &host)
            .unwrap();
        vault
            .set("account:hook", "webhook", Secret::new(webhook_token), &host)
            .unwrap();
        let mut configuration = DiscordConfiguration::new(place(&server));
        configuration.bot = Some(account("bot", discord::BOT));
        configuration.webhook = Some(account("hook", &webhook));
        configuration.server_id = Some(GUILD.into());
        configuration.chat_channels = vec![CHANNEL.into()];
        configuration.members = true;
        configuration.patience = Duration::from_secs(5);
        configuration.back_off.first = Duration::from_millis(50);
        configuration.back_off.longest = Duration::from_millis(200);
        change(&mut configuration);
        let mailbox = bus.subscribe(MailboxConfiguration::new("tests"));
        for pattern in wanted {
            mailbox.add(Pattern::new(pattern).unwrap());
        }
        let connector = Arc::new(Discord::new(configuration, environment).unwrap());
        let shutdown = CancellationToken::new();
        let task = tokio::spawn({
            let (connector, shutdown) = (Arc::clone(&connector), shutdown.clone());
            async move { connector.run(shutdown).await }
        });
        Self {
            server,
            connector,
            bus,
            vault,
            mailbox,
            shutdown,
            task,
        }
    }

    async fn until(&self, state: ConnectionState) -> ConnectorStatus {
        let mut status = self.connector.status();
        let reached = timeout(PATIENCE, status.wait_for(|status| status.state == state)).await;
        reached
            .unwrap_or_else(|_| panic!("{:?}", self.connector.status().borrow()))
            .unwrap()
            .clone()
    }

    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        self.call_because(action, parameters, None).await
    }

    async fn call_because(
        &self,
        action: &str,
        parameters: Value,
        cause: Option<&Event>,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        catalogue::action(action)
            .unwrap()
            .check(&parameters)
            .unwrap();
        let call = Call::new(action, &parameters).caused_by(cause);
        let answer = timeout(PATIENCE, self.connector.call(call))
            .await
            .unwrap()?;
        Ok(answer.read().unwrap())
    }

    fn events(&self, pattern: &str) -> Vec<Arc<Event>> {
        let events = self.bus.history(&Pattern::new(pattern).unwrap(), 10_000);
        for event in &events {
            let entry = catalogue::topic(event.topic.as_str());
            let entry = entry.unwrap_or_else(|| panic!("{} is not in the catalogue", event.topic));
            entry
                .check(&event.data)
                .unwrap_or_else(|error| panic!("{}: {error}", event.topic));
        }
        events
    }

    /// Waits for that many events of a topic.
    async fn wait_for(&self, topic: &str, count: usize) -> Vec<Arc<Event>> {
        until(
            || self.events(topic).len() >= count,
            || format!("{topic}: {:?}", self.events("*")),
        )
        .await;
        self.events(topic)
    }

    /// Lets somebody write in the channel of chat, and waits until that has become an event. What came
    /// before it has then been looked at too.
    async fn heard(&self, text: &str) -> Arc<Event> {
        self.server.say(CHANNEL, &ronni(), text, &json!({}));
        let said = |event: &Arc<Event>| event.data.read::<Value>().unwrap()["text"] == text;
        let find = || self.events("chat.message").into_iter().find(said);
        until(|| find().is_some(), || format!("`{text}` was not heard")).await;
        find().unwrap()
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

fn environment() -> Environment {
    let clock = Arc::new(ManualClock::new(NOW));
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault: Vault::new(),
        seed: 1,
    }
}

fn place(server: &DiscordServer) -> Place {
    Place::new(&server.api(), &server.gateway()).unwrap()
}

fn account(handle: &str, id: &str) -> Account {
    Account {
        handle: handle.into(),
        user_id: id.into(),
        login: handle.into(),
        name: handle.into(),
        scopes: Vec::new(),
    }
}

fn ronni() -> Value {
    discord::person(discord::OWNER, "ronni", "Ronni")
}

fn data(event: &Event) -> Value {
    event.data.read().unwrap()
}

async fn until(mut met: impl FnMut() -> bool, problem: impl FnOnce() -> String) {
    let wait = async {
        while !met() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = timeout(PATIENCE, wait).await;
    waited.unwrap_or_else(|_| panic!("{}", problem()));
}

//! A connector that runs, with its bus.

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, ManualClock};
use pato_connectors::obs::{ObsConfiguration, ObsConnector};
use pato_connectors::{Call, Connector, ConnectorError, Environment};
use pato_events::catalogue;
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, Pattern, Payload};
use pato_vault::{Secret, Vault};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Fails the test instead of hanging it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const PASSWORD: &str = "pato-secret";

pub(crate) struct Running {
    pub(crate) connector: Arc<ObsConnector>,
    pub(crate) bus: Bus,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// A connector of that name on a bus of its own.
    pub(crate) fn start(id: &str, url: &str, password: Option<&str>) -> Self {
        let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
        Self::start_on(
            Bus::new(BusConfiguration::default(), clock),
            id,
            url,
            password,
        )
    }

    /// A connector of that name on this bus.
    pub(crate) fn start_on(bus: Bus, id: &str, url: &str, password: Option<&str>) -> Self {
        let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
        let vault = Vault::new();
        if let Some(password) = password {
            let secret = Secret::new(password.to_owned());
            let host = url.trim_start_matches("ws://");
            vault.set(id, "password", secret, &[host]).unwrap();
        }
        let environment = Environment {
            bus: bus.clone(),
            clock,
            vault,
            seed: 1,
        };
        let name = password.map(|_| "password".to_owned());
        let mut configuration = ObsConfiguration::new(url.parse().unwrap(), name);
        configuration.id = id.to_owned();
        configuration.back_off.first = Duration::from_millis(200);
        configuration.back_off.longest = Duration::from_secs(1);
        let connector = Arc::new(ObsConnector::new(configuration, environment));
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

    pub(crate) async fn connected(&self) {
        self.until(ConnectionState::Connected).await;
    }

    pub(crate) async fn until(&self, state: ConnectionState) -> ConnectorStatus {
        let mut status = self.connector.status();
        let reached = status.wait_for(|status| status.state == state);
        let reached = timeout(PATIENCE, reached).await;
        reached
            .unwrap_or_else(|_| panic!("{:?}", self.connector.status().borrow()))
            .unwrap()
            .clone()
    }

    pub(crate) async fn call(
        &self,
        action: &str,
        parameters: Value,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let entry = catalogue::action(action).unwrap();
        entry.check(&parameters).unwrap();
        let answer = self.connector.call(Call::new(action, &parameters)).await?;
        Ok(answer.read().unwrap())
    }

    /// The latest event of that topic that says this.
    pub(crate) async fn event(&self, topic: &str, field: &str, value: Value) -> Arc<Event> {
        let pattern = Pattern::new(topic).unwrap();
        let event = async {
            loop {
                let events = self.bus.history(&pattern, 1_000);
                let says =
                    |event: &&Arc<Event>| event.data.read::<Value>().unwrap()[field] == value;
                if let Some(event) = events.iter().rev().find(says) {
                    return Arc::clone(event);
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let event = timeout(PATIENCE, event).await;
        event.unwrap_or_else(|_| panic!("no {topic} with {field} = {value}"))
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock, Spill};
use pato_events::catalogue::host::{PluginState, PluginStatus};
use pato_events::{Draft, Event, Payload, Topic};
use pato_permissions::{Grants, Manifest, PluginId};
use pato_runtime::{
    Dependencies, Limits, LoadOptions, NoScreen, PluginHandle, PluginMetrics, RestartPolicy,
    Runtime, RuntimeConfiguration, RuntimeError, ServiceCall, ServiceError, Services, SpillFactory,
    Storage, StorageChange, StorageError, StorageScope,
};
use pato_vault::Vault;

/// How long a test waits for what must happen before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A runtime with all that it works with, in memory.
pub struct Host {
    pub bus: Bus,
    pub runtime: Runtime,
    pub vault: Vault,
    /// What plugins and the runtime published.
    pub seen: Mailbox,
}

/// A plugin to load: its manifest's permissions are all granted.
pub struct Plugin {
    pub id: &'static str,
    pub permissions: &'static str,
    pub more: &'static str,
    pub limits: Limits,
}

impl Plugin {
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            permissions: "subscribe = [\"**\"]\npublish = [\"probe.**\"]\ntimers = true\nstorage = \"1KiB\"\ncall = [\"chat.*\"]",
            more: "",
            limits: Limits {
                restarts: RestartPolicy {
                    first_pause: Duration::from_millis(1),
                    longest_pause: Duration::from_millis(5),
                    ..RestartPolicy::default()
                },
                ..Limits::default()
            },
        }
    }

    pub fn manifest(&self) -> Manifest {
        let Self {
            id,
            permissions,
            more,
            ..
        } = self;
        let text = format!(
            "id = \"{id}\"\nname = \"Test\"\nversion = \"1.0.0\"\napi_version = \"0.1\"\n{more}\n[permissions]\n{permissions}\n"
        );
        Manifest::from_toml(&text, "test").unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Host {
    pub fn new() -> Self {
        Self::with(RuntimeConfiguration::default())
    }

    pub fn with(configuration: RuntimeConfiguration) -> Self {
        let clock = Arc::new(ManualClock::new(1_000.0));
        let bus = Bus::new(BusConfiguration::default(), Arc::clone(&clock) as _);
        let vault = Vault::new();
        let runtime = Runtime::new(
            RuntimeConfiguration {
                max_plugins: 50,
                ..configuration
            },
            Dependencies {
                bus: bus.clone(),
                clock,
                services: Arc::new(TestServices),
                screen: Arc::new(NoScreen),
                storage: Arc::<TestStorage>::default(),
                spills: Arc::new(NoSpills),
                vault: vault.clone(),
                seed: 7,
            },
        );
        let seen = bus.subscribe(MailboxConfiguration {
            capacity: 100_000,
            ..MailboxConfiguration::new("test")
        });
        seen.add("probe.**".parse().unwrap());
        seen.add("plugin.**".parse().unwrap());
        Self {
            runtime: runtime.unwrap_or_else(|error| panic!("{error}")),
            bus,
            vault,
            seen,
        }
    }

    pub async fn load(&self, plugin: &Plugin, component: &[u8]) -> PluginHandle {
        self.try_load(plugin, component)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn try_load(
        &self,
        plugin: &Plugin,
        component: &[u8],
    ) -> Result<PluginHandle, RuntimeError> {
        let manifest = plugin.manifest();
        let options = LoadOptions {
            grants: Grants::all_of(&manifest),
            manifest: Some(manifest),
            limits: Some(plugin.limits.clone()),
            ..LoadOptions::default()
        };
        self.runtime.load(component, options).await
    }

    /// Loads a plugin and waits until it runs.
    pub async fn run(&self, plugin: &Plugin, component: &[u8]) -> PluginHandle {
        let handle = self.load(plugin, component).await;
        let status = handle.started().await;
        assert_eq!(status.state, PluginState::Running, "{:?}", status.reason);
        handle
    }

    pub fn publish(&self, topic: &str, data: &str) -> Arc<Event> {
        let data = Payload::parse(data).unwrap();
        let draft = Draft::new(Topic::new(topic).unwrap(), "test", data);
        self.bus.publish(draft).unwrap()
    }

    /// Waits until so many events of a topic were seen since this was last asked, and returns all
    /// that were seen meanwhile.
    pub async fn wait_for_events(&self, topic: &str, count: usize) -> Vec<Arc<Event>> {
        let mut events: Vec<Arc<Event>> = Vec::new();
        let of_topic = |events: &[Arc<Event>]| {
            let same = events.iter().filter(|event| event.topic.as_str() == topic);
            same.count()
        };
        while of_topic(&events) < count {
            let next = self.seen.next_batch(&mut events, 1_000);
            if tokio::time::timeout(PATIENCE, next).await.is_err() {
                panic!(
                    "{topic}: {count} expected, {} came: {events:#?}",
                    of_topic(&events)
                );
            }
        }
        events
    }
}

/// Waits until a plugin's metrics are as expected.
pub async fn wait_for(
    plugin: &PluginHandle,
    what: &str,
    mut met: impl FnMut(&PluginMetrics) -> bool,
) -> PluginMetrics {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let metrics = plugin.metrics();
        if met(&metrics) {
            return metrics;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "{what}: {metrics:#?} {:?}",
            plugin.status()
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl Host {
    /// Waits until a plugin is in a state.
    pub async fn wait_for_state(&self, plugin: &PluginHandle, state: PluginState) -> PluginStatus {
        let mut status = plugin.watch();
        let reached = status.wait_for(|status| status.state == state);
        match tokio::time::timeout(PATIENCE, reached).await {
            Ok(status) => status.unwrap().clone(),
            Err(_) => panic!("{state:?} expected, but {:?}", plugin.status()),
        }
    }
}

/// `chat.slow` answers after 300 milliseconds, `chat.never` never, any other action at once.
struct TestServices;

#[async_trait]
impl Services for TestServices {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        match call.action {
            "chat.slow" => tokio::time::sleep(Duration::from_millis(300)).await,
            "chat.never" => std::future::pending().await,
            "chat.fails" => return Err(ServiceError::Failed("no such channel".into())),
            _ => {}
        }
        Ok(Payload::parse("{\"done\":true}").unwrap())
    }
}

#[derive(Default)]
struct TestStorage(Mutex<BTreeMap<(StorageScope, String), Vec<u8>>>);

#[async_trait]
impl Storage for TestStorage {
    async fn get(&self, scope: &StorageScope, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let values = self.0.lock().unwrap();
        Ok(values.get(&(scope.clone(), key.to_owned())).cloned())
    }

    async fn keys(
        &self,
        scope: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError> {
        let values = self.0.lock().unwrap();
        let keys = values.keys().filter(|(owner, _)| owner == scope);
        Ok(keys
            .map(|(_, key)| key.clone())
            .filter(|key| key.starts_with(prefix) && after.is_none_or(|after| &**key > after))
            .take(at_most)
            .collect())
    }

    async fn used(&self, scope: &StorageScope) -> Result<u64, StorageError> {
        let values = self.0.lock().unwrap();
        let own = values.iter().filter(|((owner, _), _)| owner == scope);
        Ok(own
            .map(|((_, key), value)| (key.len() + value.len()) as u64)
            .sum())
    }

    async fn transact(
        &self,
        scope: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError> {
        let mut values = self.0.lock().unwrap();
        for change in changes {
            match change {
                StorageChange::Set { key, value } => {
                    values.insert((scope.clone(), key), value);
                }
                StorageChange::Delete { key } => {
                    values.remove(&(scope.clone(), key));
                }
            }
        }
        Ok(())
    }
}

struct NoSpills;

impl SpillFactory for NoSpills {
    fn open(&self, _: &PluginId) -> io::Result<Box<dyn Spill>> {
        Err(io::Error::other("no spill in this test"))
    }
}

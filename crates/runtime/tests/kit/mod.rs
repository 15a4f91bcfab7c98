//! A host around the runtime, in memory: what the tests of plugins have in common.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test target uses a part of it"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "`json!(...)` is handed over as it is"
)]

mod doubles;
mod listener;
mod servers;
mod witness;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration};
use pato_events::catalogue::host::PluginState;
use pato_events::{Draft, Event, Payload, Topic};
use pato_packages::read_manifest;
use pato_permissions::{Grants, Manifest, Permission, Request};
use pato_runtime::{
    CacheConfiguration, Dependencies, Limits, LoadOptions, PluginHandle, RestartPolicy, Runtime,
    RuntimeConfiguration,
};
use pato_vault::Vault;
use serde_json::Value;

pub(crate) use self::doubles::{
    MemorySpills, MemoryStorage, RecordingScreen, ScriptedServices, Shown, ShownWhat,
};
pub(crate) use self::listener::Listener;
pub(crate) use self::servers::{SocketServer, WebServer};
pub(crate) use self::witness::Witness;

/// How long anything may take before a test gives up; no test expects anything to be quick.
const PATIENCE: Duration = Duration::from_secs(60);

/// The runtime with everything it is handed.
pub(crate) struct Host {
    pub(crate) runtime: Runtime,
    pub(crate) bus: Bus,
    pub(crate) services: Arc<ScriptedServices>,
    pub(crate) screen: Arc<RecordingScreen>,
    pub(crate) storage: Arc<MemoryStorage>,
    pub(crate) spills: Arc<MemorySpills>,
    pub(crate) vault: Vault,
}

impl Host {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(adjust: impl FnOnce(&mut RuntimeConfiguration)) -> Self {
        let mut configuration = RuntimeConfiguration {
            // Shared by all tests, so that each fixture is compiled once.
            cache: Some(CacheConfiguration::in_folder(concat!(
                env!("CARGO_TARGET_TMPDIR"),
                "/compiled-fixtures"
            ))),
            max_plugins: 16,
            stop_time: Duration::from_secs(1),
            ..RuntimeConfiguration::default()
        };
        adjust(&mut configuration);
        let clock = Arc::new(doubles::SystemClock);
        let bus = Bus::new(BusConfiguration::default(), clock.clone());
        let (services, storage, screen) = (Arc::default(), Arc::default(), Arc::default());
        let (spills, vault) = (Arc::default(), Vault::new());
        let dependencies = Dependencies {
            bus: bus.clone(),
            clock,
            services: Arc::clone(&services) as _,
            screen: Arc::clone(&screen) as _,
            storage: Arc::clone(&storage) as _,
            spills: Arc::clone(&spills) as _,
            vault: vault.clone(),
            seed: 7,
        };
        let runtime = Runtime::new(configuration, dependencies).unwrap();
        Self {
            runtime,
            bus,
            services,
            screen,
            storage,
            spills,
            vault,
        }
    }

    /// Loads a fixture and waits until it has started, or failed to.
    pub(crate) async fn load(&self, name: &str, options: LoadOptions) -> PluginHandle {
        let loaded = within("loading", self.runtime.load(&fixture(name), options)).await;
        let plugin = loaded.unwrap_or_else(|error| panic!("{name}: {error}"));
        within("starting", plugin.started()).await;
        plugin
    }

    pub(crate) fn publish(&self, topic: &str, data: Value) -> Arc<Event> {
        self.bus.publish(draft(topic, &data)).unwrap()
    }

    pub(crate) fn publish_state(&self, topic: &str, data: Value) -> Arc<Event> {
        let mut draft = draft(topic, &data);
        draft.stateful = true;
        self.bus.publish(draft).unwrap()
    }

    /// Hears everything on this pattern from now on.
    pub(crate) fn listen(&self, pattern: &str) -> Listener {
        Listener::new(&self.bus, pattern)
    }
}

pub(crate) fn draft(topic: &str, data: &Value) -> Draft {
    let data = Payload::from_value(data).unwrap();
    Draft::new(Topic::new(topic).unwrap(), "test", data)
}

/// The component of a fixture.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests/fixtures");
    std::fs::read(format!("{folder}/{name}.wasm"))
        .unwrap_or_else(|error| panic!("{folder}/{name}.wasm: {error}; run `cargo xtask guests`"))
}

/// What a fixture says of itself.
pub(crate) fn manifest(name: &str) -> Manifest {
    read_manifest(&fixture(name)).unwrap()
}

/// The manifest with these permissions requested, too.
pub(crate) fn requesting(mut manifest: Manifest, permissions: &[&str]) -> Manifest {
    let requests = permissions.iter().map(|text| Request {
        permission: permission(text),
        reason: None,
        optional: false,
    });
    manifest.permissions.extend(requests);
    manifest
}

pub(crate) fn permission(text: &str) -> Permission {
    text.parse().unwrap()
}

pub(crate) fn grants(texts: &[&str]) -> Grants {
    texts.iter().map(|text| permission(text)).collect()
}

/// Everything that its manifest requests is granted.
pub(crate) fn granted(name: &str) -> LoadOptions {
    granted_to(manifest(name))
}

/// The same, with this manifest in place of the one in the component.
pub(crate) fn granted_to(manifest: Manifest) -> LoadOptions {
    LoadOptions {
        grants: Grants::all_of(&manifest),
        manifest: Some(manifest),
        ..LoadOptions::default()
    }
}

/// Everything is granted, and the limits let a test of them end soon.
pub(crate) fn limited(name: &str, adjust: impl FnOnce(&mut Limits)) -> LoadOptions {
    let mut limits = Limits {
        processor_time: Duration::from_millis(500),
        restarts: RestartPolicy {
            first_pause: Duration::from_millis(10),
            longest_pause: Duration::from_millis(50),
            traps: 3,
            window: Duration::from_secs(600),
        },
        ..Limits::default()
    };
    adjust(&mut limits);
    LoadOptions {
        limits: Some(limits),
        ..granted(name)
    }
}

/// Calls a command; its answer as JSON.
pub(crate) async fn command(plugin: &PluginHandle, name: &str, parameters: Value) -> Value {
    let parameters = Payload::from_value(&parameters).unwrap();
    let answer = within(name, plugin.command(name, &parameters)).await;
    answer
        .unwrap_or_else(|error| panic!("{name}: {error}"))
        .read()
        .unwrap()
}

/// What a probe answered; panics if it was an error.
pub(crate) async fn ok(plugin: &PluginHandle, name: &str, parameters: Value) -> Value {
    let mut answer = command(plugin, name, parameters).await;
    match answer.get_mut("ok") {
        Some(value) => value.take(),
        None => panic!("{name}: {answer}"),
    }
}

/// The kind and the text of the error that a probe answered; panics if there was none.
pub(crate) async fn refusal(
    plugin: &PluginHandle,
    name: &str,
    parameters: Value,
) -> (String, String) {
    let answer = command(plugin, name, parameters).await;
    let text = |key: &str| answer["error"][key].as_str().unwrap_or_default().to_owned();
    let kind = text("kind");
    assert!(!kind.is_empty(), "{name} was to be refused: {answer}");
    (kind, text("text"))
}

/// Waits for a state, and says with which reason.
pub(crate) async fn state(plugin: &PluginHandle, state: PluginState) -> String {
    let mut status = plugin.watch();
    let reached = within(
        &format!("{} to be {state:?}", plugin.id()),
        status.wait_for(|status| status.state == state),
    )
    .await;
    reached.unwrap().reason.clone().unwrap_or_default()
}

/// Pauses a plugin and waits until it reads nothing more.
pub(crate) async fn pause(plugin: &PluginHandle) {
    plugin.pause().await;
    eventually("the pause", || plugin.status().reason.is_some()).await;
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    within(what, async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// Waits, but not for ever.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => panic!("waited {PATIENCE:?} for {what}"),
    }
}

/// Whether a line of the plugin's log holds this text.
pub(crate) fn logged(plugin: &PluginHandle, text: &str) -> bool {
    log(plugin).iter().any(|line| line.contains(text))
}

pub(crate) fn log(plugin: &PluginHandle) -> Vec<String> {
    let lines = plugin.logs(usize::MAX).into_iter();
    lines.map(|line| line.text).collect()
}

pub(crate) fn settings<const N: usize>(values: [(&str, Value); N]) -> BTreeMap<String, Value> {
    values.map(|(key, value)| (key.to_owned(), value)).into()
}

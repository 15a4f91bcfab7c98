//! A host with nothing but plugins, and the same plugin without a host.

mod bare;
mod large;
mod spill;

use std::path::Path;
use std::sync::Arc;
use std::thread;

use pato_bus::{Bus, BusConfiguration, ManualClock, Spill};
use pato_events::{Draft, Payload, Topic};
use pato_packages::read_manifest;
use pato_permissions::{Grants, Manifest, PluginId};
use pato_runtime::{
    CacheConfiguration, Dependencies, LoadOptions, NoScreen, PluginHandle, Runtime,
    RuntimeConfiguration, ServiceCall, ServiceError, Services, SpillFactory, Storage,
    StorageChange, StorageError, StorageScope,
};
use pato_vault::Vault;
use tempfile::TempDir;

pub use self::bare::{Bare, BareFunction};
pub use self::large::enlarged;
use self::spill::FileSpill;

/// A chat line as a connector publishes it; 230 bytes.
const CHAT_LINE: &str = r#"{"channel":"pato","message":"1d2f8a60","user":{"id":"12345678","login":"somebody","name":"Somebody"},"text":"hello everyone, what a fine day for a stream, is it not?","badges":["subscriber"],"emotes":[],"first":false,"color":"red"}"#;

/// The plugin that is measured: it counts events and does not look at them.
pub struct Guest {
    /// The component.
    pub bytes: Vec<u8>,
    /// Its manifest.
    pub manifest: Manifest,
}

impl Guest {
    /// Reads the fixture `tally`.
    pub fn read() -> Self {
        Self::named("tally")
    }

    /// Reads a fixture.
    pub fn named(name: &str) -> Self {
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests/fixtures");
        let path = guests.join(format!("{name}.wasm"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; run `cargo xtask guests`", path.display())
        });
        let manifest = read_manifest(&bytes).unwrap();
        Self { bytes, manifest }
    }

    /// The same plugin with other bytes, so that it must be compiled for itself.
    pub fn altered(&self, number: usize) -> Vec<u8> {
        let name = b"measure";
        let text = format!("{number:08}");
        let mut bytes = self.bytes.clone();
        bytes.extend([0, 1 + 7 + 8, 7]);
        bytes.extend(name);
        bytes.extend(text.as_bytes());
        bytes
    }

    fn options(&self, id: &str) -> LoadOptions {
        let mut manifest = self.manifest.clone();
        manifest.id = id.parse().unwrap();
        LoadOptions {
            grants: Grants::all_of(&manifest),
            manifest: Some(manifest),
            ..LoadOptions::default()
        }
    }
}

/// A host's runtime and bus.
pub struct Host {
    /// Runs the plugins.
    pub runtime: Runtime,
    bus: Bus,
    draft: Draft,
    _folder: TempDir,
}

impl Host {
    /// Sets up a runtime that waits for optimised code, as plugins run in the long run; with a cache,
    /// compiled code is kept.
    pub fn start(cache: Option<&Path>) -> Self {
        Self::start_with(cache, false)
    }

    /// The same; with `baseline`, a first start takes what the baseline compiler makes.
    pub fn start_with(cache: Option<&Path>, baseline: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(0.0));
        let bus = Bus::new(BusConfiguration::default(), clock.clone());
        let configuration = RuntimeConfiguration {
            cache: cache.map(CacheConfiguration::in_folder),
            baseline,
            ..RuntimeConfiguration::default()
        };
        let nothing = Arc::new(Nothing(folder.path().to_owned()));
        let dependencies = Dependencies {
            bus: bus.clone(),
            clock,
            services: nothing.clone(),
            screen: Arc::new(NoScreen),
            storage: nothing.clone(),
            spills: nothing,
            vault: Vault::new(),
            seed: 1,
        };
        let topic = Topic::new("chat.message").unwrap();
        Self {
            runtime: Runtime::new(configuration, dependencies).unwrap(),
            bus,
            draft: Draft::new(topic, "twitch", Payload::parse(CHAT_LINE).unwrap()),
            _folder: folder,
        }
    }

    /// Loads `bytes` as the plugin `tally-NUMBER`, and waits until it runs.
    pub async fn load(&self, guest: &Guest, bytes: &[u8], number: usize) -> PluginHandle {
        self.load_bytes(guest, bytes, &format!("tally-{number}"))
            .await
    }

    /// Loads a plugin under an id, and waits until it runs.
    pub async fn load_as(&self, guest: &Guest, id: &str) -> PluginHandle {
        self.load_bytes(guest, &guest.bytes, id).await
    }

    async fn load_bytes(&self, guest: &Guest, bytes: &[u8], id: &str) -> PluginHandle {
        let loaded = self.runtime.load(bytes, guest.options(id)).await;
        let plugin = loaded.unwrap();
        let status = plugin.started().await;
        assert_eq!(
            status.state,
            pato_events::catalogue::host::PluginState::Running,
            "{status:?}"
        );
        plugin
    }

    /// So many plugins that share their code.
    pub async fn load_many(&self, guest: &Guest, count: usize) -> Vec<PluginHandle> {
        let mut plugins = Vec::new();
        for number in 0..count {
            plugins.push(self.load(guest, &guest.bytes, number).await);
        }
        plugins
    }

    /// Publishes one chat line.
    pub fn publish(&self) {
        self.bus.publish(self.draft.clone()).unwrap();
    }
}

/// Waits until each plugin has handled so many events.
pub fn wait_until_handled(plugins: &[PluginHandle], events: u64) {
    for plugin in plugins {
        while plugin.metrics().events < events {
            thread::yield_now();
        }
    }
}

/// Performs no action, stores nothing, and spills into its folder.
struct Nothing(std::path::PathBuf);

#[async_trait::async_trait]
impl Services for Nothing {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        Err(ServiceError::NotFound(call.action.to_owned()))
    }
}

#[async_trait::async_trait]
impl Storage for Nothing {
    async fn get(&self, _: &StorageScope, _: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(None)
    }

    async fn keys(
        &self,
        _: &StorageScope,
        _: &str,
        _: Option<&str>,
        _: usize,
    ) -> Result<Vec<String>, StorageError> {
        Ok(Vec::new())
    }

    async fn used(&self, _: &StorageScope) -> Result<u64, StorageError> {
        Ok(0)
    }

    async fn transact(&self, _: &StorageScope, _: Vec<StorageChange>) -> Result<(), StorageError> {
        Err(StorageError::new("nothing is stored here"))
    }
}

impl SpillFactory for Nothing {
    fn open(&self, plugin: &PluginId) -> std::io::Result<Box<dyn Spill>> {
        Ok(Box::new(FileSpill::create(&self.0.join(plugin.as_str()))?))
    }
}

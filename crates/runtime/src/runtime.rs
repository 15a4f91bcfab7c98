use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock, Weak};
use std::time::Duration;

use pato_bus::{MailboxConfiguration, Overflow};
use pato_events::catalogue::host::{PluginState, PluginStatus};
use pato_packages::{check_component, read_manifest};
use pato_permissions::{
    Allowed, CONTRACT_VERSION, Grants, Manifest, OverflowPolicy, PluginId, SettingValue,
};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actor::{Actor, Control, GOODBYE};
use crate::backlog::Backlog;
use crate::calls::{self, CallEdge, Edges, Plugins};
use crate::candidate::Candidate;
use crate::compile::{Code, Compiler};
use crate::configuration::{Dependencies, RuntimeConfiguration};
use crate::curtain::Curtain;
use crate::egress::Egress;
use crate::engine::{self, Ticker};
use crate::error::RuntimeError;
use crate::handle::PluginHandle;
use crate::limits::Limits;
use crate::log::Log;
use crate::metrics::Counters;
use crate::plugin::{Remainder, Role, Shared, lock};
use crate::restart::Traps;
use crate::storage::StorageScope;

/// How many wishes of handles wait for a plugin's task.
const CONTROL_QUEUE: usize = 32;

/// Runs plugins. Clones are cheap, and all are the same runtime; when the last one is dropped, the
/// plugins end without `shutdown`.
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

/// How a plugin is to be run.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Its manifest; none reads it out of the component.
    pub manifest: Option<Manifest>,
    /// What the user granted. The manifest alone grants nothing.
    pub grants: Grants,
    /// The values of its settings; those that are not here have their defaults.
    pub settings: BTreeMap<String, Value>,
    /// What it may use; none is what the configuration says, changed by what the manifest asks for.
    pub limits: Option<Limits>,
    /// Which copy of its storage it works on.
    pub generation: u32,
    /// The version of which that storage is, if it is to be [migrated](crate#updates) first.
    pub migrate_from: Option<String>,
}

/// What a plugin is started with.
struct Prepared {
    code: Code,
    manifest: Manifest,
    grants: Grants,
    settings: BTreeMap<String, Value>,
    limits: Limits,
    generation: u32,
    migrate_from: Option<String>,
}

pub(crate) struct Inner {
    configuration: RuntimeConfiguration,
    dependencies: Dependencies,
    compiler: Compiler,
    egress: Egress,
    plugins: Arc<Plugins>,
    /// All that run, candidates and those on standby too.
    running: Mutex<Vec<Arc<Shared>>>,
    tasks: TaskTracker,
    closing: AtomicBool,
    ticker: Arc<Ticker>,
}

impl Runtime {
    /// Sets up the engine, the cache and the gate to the network.
    ///
    /// # Errors
    ///
    /// If WebAssembly cannot be set up on this machine, or the cache's folder cannot be used.
    pub fn new(
        configuration: RuntimeConfiguration,
        dependencies: Dependencies,
    ) -> Result<Self, RuntimeError> {
        let engines = engine::build(&configuration)?;
        let ticker = Arc::new(Ticker::start(&engines)?);
        let tasks = TaskTracker::new();
        let egress = Egress::new(configuration.egress.clone(), dependencies.vault.clone())?;
        Ok(Self(Arc::new(Inner {
            compiler: Compiler::new(engines, configuration.cache.as_ref(), tasks.clone())?,
            egress,
            plugins: Arc::default(),
            running: Mutex::default(),
            tasks,
            closing: AtomicBool::new(false),
            ticker,
            configuration,
            dependencies,
        })))
    }

    /// Checks that a component can be run here, and compiles it into the cache. Nothing of it is run.
    ///
    /// # Errors
    ///
    /// If it is no component that this host can run.
    pub async fn check(&self, bytes: &[u8]) -> Result<(), RuntimeError> {
        self.0.compile(bytes.into()).await.map(drop)
    }

    /// Loads a plugin and starts it. Returns when it is compiled; [`PluginHandle::started`] tells how
    /// its `init` went.
    ///
    /// # Errors
    ///
    /// If it is no component that this host can run, its manifest is wrong, a setting has a value that
    /// it cannot have, a limit is not possible, or a plugin of that id is running.
    pub async fn load(
        &self,
        bytes: &[u8],
        options: LoadOptions,
    ) -> Result<PluginHandle, RuntimeError> {
        let prepared = self.0.prepare(bytes, options).await?;
        self.0.start(prepared, None)
    }

    /// Loads another version of a plugin that is loaded, beside that one: see [`Candidate`]. Returns when
    /// it is compiled.
    ///
    /// # Errors
    ///
    /// Like [`load`](Self::load), but the plugin of that id must be loaded.
    pub async fn load_beside(
        &self,
        bytes: &[u8],
        options: LoadOptions,
    ) -> Result<Candidate, RuntimeError> {
        let prepared = self.0.prepare(bytes, options).await?;
        let id = &prepared.manifest.id;
        let old = self.plugin(id);
        let old = old.ok_or_else(|| RuntimeError::NotLoaded(id.clone()))?;
        Ok(Candidate {
            plugin: self.0.start(prepared, Some(&old.shared))?,
            runtime: Arc::downgrade(&self.0),
            taken: false,
        })
    }

    /// Like [`load`](Self::load), from a file.
    ///
    /// # Errors
    ///
    /// Like `load`, and if the file cannot be read.
    pub async fn load_file(
        &self,
        path: &Path,
        options: LoadOptions,
    ) -> Result<PluginHandle, RuntimeError> {
        let read = tokio::fs::read(path).await;
        let bytes = read.map_err(|source| RuntimeError::Read {
            path: path.to_owned(),
            source,
        })?;
        self.load(&bytes, options).await
    }

    /// The plugins that are loaded: running, waiting for a restart, failed, or in quarantine.
    pub fn plugins(&self) -> Vec<PluginHandle> {
        self.0.plugins.loaded().values().cloned().collect()
    }

    /// The plugin of that id, if it is loaded.
    pub fn plugin(&self, id: &PluginId) -> Option<PluginHandle> {
        self.0.plugins.get(id)
    }

    /// Who calls what in whom: all that the plugins that are loaded import of each other, and the commands
    /// that they called.
    pub fn calls(&self) -> Vec<CallEdge> {
        self.0.plugins.edges()
    }

    /// Stops all plugins at once: each one's `shutdown` gets its chance, and what has not ended within
    /// `limit` is ended. No plugin can be loaded after that.
    pub async fn shutdown(&self, limit: Duration) {
        self.0.closing.store(true, Ordering::SeqCst);
        self.0.compiler.stop();
        let running = lock(&self.0.running).clone();
        for plugin in &running {
            plugin.stop.cancel();
        }
        self.0.tasks.close();
        if tokio::time::timeout(limit, self.0.tasks.wait())
            .await
            .is_err()
        {
            for plugin in &running {
                plugin.kill.cancel();
            }
            self.0.tasks.wait().await;
        }
    }
}

impl Inner {
    /// Has the id of a plugin stand for this one.
    pub(crate) fn name(&self, plugin: &PluginHandle) {
        let mut plugins = self.plugins.loaded();
        plugins.insert(plugin.id().clone(), plugin.clone());
        drop(plugins);
        self.plugins.tell_dependencies();
    }

    /// Checks what is to be loaded, and compiles it.
    async fn prepare(&self, bytes: &[u8], options: LoadOptions) -> Result<Prepared, RuntimeError> {
        let manifest = match options.manifest {
            Some(manifest) => manifest,
            None => read_manifest(bytes)?,
        };
        if manifest.api_version > CONTRACT_VERSION {
            return Err(RuntimeError::ManifestContract {
                wanted: manifest.api_version,
            });
        }
        Ok(Prepared {
            settings: settings(&manifest, options.settings)?,
            limits: self.limits(options.limits, &manifest)?,
            code: self.compile(bytes.into()).await?,
            grants: options.grants,
            generation: options.generation,
            migrate_from: options.migrate_from,
            manifest,
        })
    }

    /// Validates, compiles and links.
    async fn compile(&self, bytes: Arc<[u8]>) -> Result<Code, RuntimeError> {
        let (checked, most) = (Arc::clone(&bytes), self.configuration.max_component);
        let check = tokio::task::spawn_blocking(move || check_component(&checked, most));
        let checked = check.await;
        checked.map_err(|error| RuntimeError::Compile(error.to_string()))??;
        self.compiler.compile(bytes).await
    }

    fn limits(&self, given: Option<Limits>, manifest: &Manifest) -> Result<Limits, RuntimeError> {
        let configuration = &self.configuration;
        let limits = given.unwrap_or_else(|| {
            let usual = configuration.limits.clone();
            usual.with_requested(&manifest.limits, configuration)
        });
        let tables = configuration.max_table_elements as u64;
        for (limit, wanted, most) in [
            ("memory", limits.memory, configuration.max_memory),
            ("number of table elements", limits.table_elements, tables),
        ] {
            if wanted > most {
                return Err(RuntimeError::LimitTooHigh {
                    limit,
                    wanted,
                    most,
                });
            }
        }
        if limits.instructions.is_some() && !configuration.count_instructions {
            return Err(RuntimeError::InstructionsNotCounted);
        }
        Ok(limits)
    }

    /// Starts a plugin, or a candidate beside `old`.
    fn start(
        self: &Arc<Self>,
        prepared: Prepared,
        old: Option<&Arc<Shared>>,
    ) -> Result<PluginHandle, RuntimeError> {
        let id = prepared.manifest.id.clone();
        // Held until the plugin is in the list, so that no other one of the same id comes in between.
        let mut plugins = self.plugins.loaded();
        let mut running = lock(&self.running);
        if self.closing.load(Ordering::SeqCst) {
            return Err(RuntimeError::ShuttingDown);
        }
        if old.is_none() && plugins.contains_key(&id) {
            return Err(RuntimeError::AlreadyLoaded(id));
        }
        let (code, migrate_from) = (prepared.code.clone(), prepared.migrate_from.clone());
        let shared = Arc::new(self.shared(prepared, old)?);
        let (control, wishes) = mpsc::channel::<Control>(CONTROL_QUEUE);
        let (call, calls) = mpsc::channel(calls::QUEUE);
        let handle = PluginHandle {
            shared: Arc::clone(&shared),
            control,
            calls: call,
            // The task keeps the time itself; one that does not come to it is ended.
            stop_time: self.configuration.stop_time + 2 * GOODBYE,
        };
        if old.is_none() {
            plugins.insert(id.clone(), handle.clone());
        }
        running.push(Arc::clone(&shared));
        drop((plugins, running));
        shared.set_status(PluginState::Loading, None);
        let mut seed = DefaultHasher::new();
        (self.dependencies.seed, &id).hash(&mut seed);
        let actor = Actor {
            traps: Traps::new(shared.limits.restarts.clone(), seed.finish()),
            egress: self.egress.for_plugin(id, &shared.manifest.limits),
            code,
            control: wishes,
            calls,
            backlog: Backlog::default(),
            paused: false,
            role: shared.role.subscribe(),
            migrate_from,
            stop_time: self.configuration.stop_time,
            _ticker: Arc::clone(&self.ticker),
            shared: Arc::clone(&shared),
        };
        self.tasks
            .spawn(supervise(actor, shared, Arc::downgrade(self)));
        Ok(handle)
    }

    fn shared(
        &self,
        prepared: Prepared,
        old: Option<&Arc<Shared>>,
    ) -> Result<Shared, RuntimeError> {
        let (dependencies, manifest) = (&self.dependencies, prepared.manifest);
        let id = manifest.id.clone();
        let source: Arc<str> = format!("plugin:{id}").into();
        let overflow = match manifest.mailbox.overflow {
            OverflowPolicy::DropOldest => Overflow::DropOldest,
            OverflowPolicy::DropNewest => Overflow::DropNewest,
            OverflowPolicy::Spill if old.is_some_and(|old| old.mailbox.spills()) => {
                Overflow::HandedSpill
            }
            OverflowPolicy::Spill => {
                let spill = dependencies.spills.open(&id);
                Overflow::Spill(spill.map_err(RuntimeError::Spill)?)
            }
        };
        let mailbox = MailboxConfiguration {
            name: Arc::clone(&source),
            capacity: manifest.mailbox.capacity,
            overflow,
        };
        let screen = Arc::clone(&dependencies.screen);
        let (role, mailbox, screen) = match old {
            None => {
                let mailbox = dependencies.bus.subscribe(mailbox);
                (Role::Plugin, mailbox, Curtain::open(screen))
            }
            Some(_) => {
                let mailbox = dependencies.bus.subscribe_held(mailbox);
                (Role::Candidate, mailbox, Curtain::closed(screen))
            }
        };
        let status = PluginStatus {
            plugin: id.to_string(),
            state: PluginState::Loading,
            reason: None,
        };
        Ok(Shared {
            log: Log::new(
                id.clone(),
                Arc::clone(&dependencies.clock),
                dependencies.vault.redactor(),
                &prepared.limits,
            ),
            allowed: watch::Sender::new(Arc::new(Allowed::new(&manifest, &prepared.grants))),
            grants_changed: Notify::new(),
            settings: RwLock::new(Arc::new(prepared.settings)),
            manifest: Arc::new(manifest),
            counts_instructions: self.configuration.count_instructions,
            clock: Arc::clone(&dependencies.clock),
            random_seed: self.configuration.random_seed,
            limits: prepared.limits,
            bus: dependencies.bus.clone(),
            services: Arc::clone(&dependencies.services),
            screen,
            storage: Arc::clone(&dependencies.storage),
            storage_scope: StorageScope {
                plugin: id.clone(),
                generation: prepared.generation,
            },
            plugins: Arc::downgrade(&self.plugins),
            interfaces: Arc::clone(prepared.code.plan().interfaces()),
            edges: Edges::default(),
            dependencies: Mutex::default(),
            mailbox,
            counters: Counters::new(),
            status: watch::Sender::new(status),
            denials: Mutex::default(),
            revoked: AtomicBool::new(true),
            paused: AtomicBool::new(false),
            role: watch::Sender::new(role),
            on_trial: AtomicBool::new(false),
            former: old.map(|old| old.allowed()),
            remainder: Mutex::new(Remainder::SetAside),
            states: Mutex::default(),
            begun: Mutex::default(),
            retire: CancellationToken::new(),
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
            ended: CancellationToken::new(),
            source,
            id,
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for plugin in lock(&self.running).iter() {
            plugin.kill.cancel();
        }
    }
}

/// Runs a plugin's task to its end, and cleans up after it.
async fn supervise(mut actor: Actor, shared: Arc<Shared>, runtime: Weak<Inner>) {
    tokio::select! {
        () = actor.run() => {}
        () = shared.kill.cancelled() => {}
    }
    let unread = actor.backlog.unread();
    let remainder = std::mem::replace(&mut *lock(&shared.remainder), Remainder::SetAside);
    match remainder {
        Remainder::SetAside => shared.mailbox.set_aside(&unread),
        Remainder::LeaveTo(new) => shared.leave_to(&new, &unread),
        Remainder::HandBack(old) => shared.hand_back(&old, &unread),
    }
    shared.set_status(PluginState::Stopped, None);
    if let Some(runtime) = runtime.upgrade() {
        let is_this = |other: &Arc<Shared>| Arc::ptr_eq(other, &shared);
        let mut plugins = runtime.plugins.loaded();
        if plugins
            .get(&shared.id)
            .is_some_and(|known| is_this(&known.shared))
        {
            plugins.remove(&shared.id);
        }
        drop(plugins);
        runtime.plugins.tell_dependencies();
        lock(&runtime.running).retain(|other| !is_this(other));
    }
    shared.ended.cancel();
}

/// All settings that the manifest declares, with the values given or their defaults.
fn settings(
    manifest: &Manifest,
    mut given: BTreeMap<String, Value>,
) -> Result<BTreeMap<String, Value>, RuntimeError> {
    let mut settings = BTreeMap::new();
    for (key, declaration) in &manifest.settings {
        let value = match given.remove(key) {
            Some(value) => declaration.validate(&value),
            None => Ok(declaration.default.clone()),
        };
        let value = value.map_err(|error| RuntimeError::Setting {
            key: key.clone(),
            error,
        })?;
        settings.insert(key.clone(), json(value));
    }
    Ok(settings)
}

fn json(value: SettingValue) -> Value {
    match value {
        SettingValue::Boolean(value) => value.into(),
        SettingValue::Integer(value) => value.into(),
        SettingValue::Number(value) => value.into(),
        SettingValue::String(value) => value.into(),
        SettingValue::List(values) => values.into(),
    }
}

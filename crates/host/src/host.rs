use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use pato_bus::{Bus, BusConfiguration, Clock};
use pato_connectors::simulator::{Simulator, SimulatorConfiguration};
use pato_connectors::{Call, Connector, Environment};
use pato_events::catalogue::host::{HostStarted, HostStopping};
use pato_events::catalogue::{self, TopicPayload};
use pato_events::{Draft, Event, EventId, Flags, Pattern, Payload, Topic};
use pato_library::{Fetcher, FetcherConfiguration, Registries};
use pato_permissions::{CONTRACT_VERSION, PluginId};
use pato_runtime::{
    CacheConfiguration, Dependencies, Limits, PluginHandle, Runtime, RuntimeConfiguration,
    SpillFactory,
};
use pato_vault::{Keyring, Secret, Vault};
use serde_json::Value;
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::Logins;
use crate::audit::Gathering;
use crate::clock::SystemClock;
use crate::configuration::{Configuration, ObsSection};
use crate::connectors::{Connectors, keep_obs_password};
use crate::consent::Questions;
use crate::database::{Database, DatabaseThread};
use crate::directory::{DataDirectory, DirectoryLock, RunFile, create_private};
use crate::error::HostError;
use crate::library::{Indexes, Offers, Trials};
use crate::network::Network;
use crate::package::MAX_COMPONENT_BYTES;
use crate::plugins::Failures;
use crate::random;
use crate::router::Router;
use crate::spill::{self, FileSpill};
use crate::storage::PluginStorage;
use crate::surfaces::Gallery;
use crate::view::{ConnectorView, HostView};

/// How long connectors and plugins together may take to stop.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// What a host is started with.
pub struct HostOptions {
    /// Where its data lies.
    pub directory: DataDirectory,
    /// What the user set.
    pub configuration: Configuration,
    /// The secrets known at the start.
    pub vault: Vault,
    /// Where random numbers begin.
    pub seed: u64,
    /// Where the secrets of remembered accounts are kept; none means the system's keyring.
    pub keyring: Option<Keyring>,
    /// The folder of the plugins that come with Pato, if it brings any.
    pub bundled: Option<PathBuf>,
}

/// A running host. Cloning is cheap; all clones are one host.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) bus: Bus,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) database: Database,
    pub(crate) directory: DataDirectory,
    pub(crate) runtime: Runtime,
    pub(crate) router: Arc<Router>,
    pub(crate) vault: Vault,
    pub(crate) keyring: Option<Keyring>,
    pub(crate) logins: Logins,
    /// Held while a service's connector is replaced.
    pub(crate) setting_up: AsyncMutex<()>,
    pub(crate) environment: Environment,
    /// Held while plugins are installed, removed, started or stopped, so that two such things never
    /// cross.
    pub(crate) changing: AsyncMutex<()>,
    pub(crate) configuration: RwLock<Arc<Configuration>>,
    /// Held while the configuration's file is changed.
    pub(crate) configuring: AsyncMutex<()>,
    pub(crate) simulator: Mutex<Option<Arc<Simulator>>>,
    pub(crate) bundled: Option<PathBuf>,
    started: Instant,
    /// What plugins drew, and who looks at it.
    pub(crate) gallery: Arc<Gallery>,
    pub(crate) fetcher: Fetcher,
    pub(crate) indexes: Indexes,
    pub(crate) offers: Offers,
    pub(crate) trials: Trials,
    pub(crate) failures: Failures,
    pub(crate) questions: Questions,
    /// What plugins do over and over, on its way into the audit log.
    pub(crate) gathering: Arc<Gathering>,
    /// What the cookie of the dashboard holds.
    pub(crate) page_secret: watch::Sender<Arc<str>>,
    /// Whether devices on the network can reach the host, and how they are paired.
    pub(crate) network: Network,
    /// Told when something changes that pages show and no event tells of.
    pub(crate) pages_changed: watch::Sender<()>,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// What is given back at the very end.
    ending: Mutex<Option<(DatabaseThread, DirectoryLock)>>,
}

impl Host {
    /// Takes the data folder, opens the database, connects the connectors and starts the plugins that
    /// are enabled. A plugin or service that fails is shown as failed and keeps nothing from starting.
    ///
    /// # Errors
    ///
    /// If the data folder is in use, or it or the database can't be used.
    pub async fn start(options: HostOptions) -> Result<Self, HostError> {
        let HostOptions {
            directory,
            configuration,
            vault,
            seed,
            keyring,
            bundled,
        } = options;
        configuration.check()?;
        let lock = directory.lock()?;
        // Whatever was on its way when an earlier host ended is not whole.
        let _ = fs::remove_dir_all(directory.arriving());
        for folder in [
            directory.arriving(),
            directory.plugins(),
            directory.spill(),
            directory.cache(),
            directory.locks(),
        ] {
            create_private(&folder)?;
        }
        let (database, thread) = Database::open(&directory.database())?;
        let page_secret = database.page_secret(random::token()?).await?;
        let network = Network::new(configuration.network.open);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let bus = Bus::new(
            BusConfiguration {
                history: configuration.history.events,
                history_bytes: configuration.history.bytes,
                // Distinguishes this run's events from those of an earlier one.
                id_prefix: format!("{:x}", clock.now() as u64),
                ..BusConfiguration::default()
            },
            Arc::clone(&clock),
        );
        let environment = Environment {
            bus: bus.clone(),
            clock: Arc::clone(&clock),
            vault: vault.clone(),
            seed,
        };
        let Connectors { all, simulator } = Connectors::new(&configuration, &environment)?;
        let gathering = Arc::new(Gathering::new(Arc::clone(&clock)));
        let router = Arc::new(Router::new(bus.clone(), Arc::clone(&gathering)));
        let fetcher = fetcher(&directory, &configuration, seed)?;
        let gallery = Gallery::new(Arc::clone(&clock));
        let runtime = Runtime::new(
            RuntimeConfiguration {
                cache: Some(CacheConfiguration::in_folder(directory.cache())),
                limits: configuration.limits.applied_to(Limits::default()),
                ..RuntimeConfiguration::default()
            },
            Dependencies {
                bus: bus.clone(),
                clock: Arc::clone(&clock),
                services: Arc::clone(&router) as _,
                storage: Arc::new(PluginStorage(database.clone())),
                screen: Arc::clone(&gallery) as _,
                spills: Arc::new(SpillFolder(directory.clone())),
                vault: vault.clone(),
                seed,
            },
        )?;
        let host = Self {
            inner: Arc::new(Inner {
                bus,
                clock,
                database,
                directory,
                runtime,
                router,
                vault,
                keyring,
                logins: Logins::default(),
                setting_up: AsyncMutex::new(()),
                environment,
                changing: AsyncMutex::new(()),
                configuration: RwLock::new(Arc::new(configuration)),
                configuring: AsyncMutex::new(()),
                simulator: Mutex::new(simulator),
                bundled,
                started: Instant::now(),
                gallery,
                fetcher,
                indexes: Indexes::default(),
                offers: Offers::default(),
                trials: Trials::default(),
                failures: Failures::default(),
                questions: Questions::default(),
                gathering,
                page_secret: watch::Sender::new(page_secret.into()),
                network,
                pages_changed: watch::Sender::new(()),
                stopping: CancellationToken::new(),
                tasks: TaskTracker::new(),
                ending: Mutex::new(Some((thread, lock))),
            }),
        };
        host.announce(&HostStarted {
            version: env!("CARGO_PKG_VERSION").to_owned(),
        });
        let surfaces = host.clone();
        host.inner
            .tasks
            .spawn(async move { surfaces.run_surfaces().await });
        let activity = host.clone();
        host.inner
            .tasks
            .spawn(async move { activity.keep_activity().await });
        host.keep_house();
        host.sweep_all().await;
        // Plugins first, so that they miss nothing that the connectors say.
        host.start_enabled_plugins().await?;
        for connector in all {
            host.add_connector(connector);
        }
        host.start_services().await?;
        Ok(host)
    }

    /// Begins what goes on for as long as the host runs.
    fn keep_house(&self) {
        let tasks = &self.inner.tasks;
        let host = self.clone();
        tasks.spawn(async move { host.keep_audit().await });
        let host = self.clone();
        tasks.spawn(async move { host.watch_denials().await });
        let host = self.clone();
        tasks.spawn(async move { host.keep_indexes().await });
        let host = self.clone();
        tasks.spawn(async move { host.keep_backups().await });
    }

    /// Keeps the password of OBS, in memory, for that OBS alone.
    ///
    /// # Errors
    ///
    /// If it is too short or too long for one.
    pub fn keep_obs_password(
        vault: &Vault,
        section: &ObsSection,
        password: Secret,
    ) -> Result<(), HostError> {
        keep_obs_password(vault, section, password)
    }

    /// Tells the command line where this host listens, by a file in the data folder.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn announce_address(&self, run: &RunFile) -> Result<(), HostError> {
        let ending = self
            .inner
            .ending
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lock)) = &*ending {
            lock.announce(run)?;
        }
        Ok(())
    }

    /// Asks the host to stop. [`stopped`](Self::stopped) tells whoever runs it.
    pub fn request_stop(&self) {
        self.inner.stopping.cancel();
    }

    /// Waits until someone asks the host to stop.
    pub async fn stopped(&self) {
        self.inner.stopping.cancelled().await;
    }

    /// Stops: plugins get their chance to save, connectors close, the database writes what is left.
    /// Takes 5 seconds at most for each of plugins and connectors.
    pub async fn shutdown(&self, reason: &str) {
        self.announce(&HostStopping {
            reason: reason.to_owned(),
        });
        let _changing = self.inner.changing.lock().await;
        self.inner.runtime.shutdown(SHUTDOWN_LIMIT).await;
        self.inner.logins.cancel_all();
        self.inner.stopping.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(SHUTDOWN_LIMIT, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("a connector did not close in time and was left behind");
        }
        self.inner.database.close().await;
        let ending = self
            .inner
            .ending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((thread, lock)) = ending {
            // The thread ends with its queue; waiting for it would block this one.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
            drop(lock);
        }
    }

    /// The bus, for whoever follows or publishes events.
    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    /// The secrets. Nothing can be read from it.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// Told when something changed that pages show and no event tells of: an arrangement, an address, the
    /// activity.
    pub fn pages_changed(&self) -> watch::Receiver<()> {
        self.inner.pages_changed.subscribe()
    }

    /// The configuration, as it is now.
    pub fn configuration(&self) -> Arc<Configuration> {
        let configuration = self.inner.configuration.read();
        Arc::clone(&configuration.unwrap_or_else(PoisonError::into_inner))
    }

    /// The data folder.
    pub fn directory(&self) -> &DataDirectory {
        &self.inner.directory
    }

    /// The host at a glance.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn view(&self) -> Result<HostView, HostError> {
        let metrics = self.inner.bus.metrics();
        let plugins = self.plugins().await?;
        let running = catalogue::host::PluginState::Running;
        Ok(HostView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            contract: CONTRACT_VERSION.to_string(),
            uptime_seconds: self.inner.started.elapsed().as_secs_f64(),
            events_published: metrics.published,
            loops_refused: metrics.refused_loops,
            plugins_running: plugins
                .iter()
                .filter(|plugin| plugin.state == running)
                .count(),
            plugins_installed: plugins.len(),
            connectors: self.connectors(),
        })
    }

    /// The connectors.
    pub fn connectors(&self) -> Vec<ConnectorView> {
        let view = |connector: &Arc<dyn Connector>| {
            let status = connector.status().borrow().clone();
            ConnectorView {
                id: connector.id().to_owned(),
                state: status.state,
                reason: status.reason,
                last_heard: status.last_heard,
                next_try: status.next_try,
                actions: connector.actions().into_iter().map(str::to_owned).collect(),
            }
        };
        self.inner.router.connectors().iter().map(view).collect()
    }

    /// Tries to connect now, instead of at the next try. False if there is no such connector.
    pub fn reconnect(&self, connector: &str) -> bool {
        let found = self.inner.router.connector(connector);
        if let Some(known) = &found {
            known.retry_now();
        }
        found.is_some()
    }

    pub(crate) fn add_connector(&self, connector: Arc<dyn Connector>) {
        let inner = &self.inner;
        inner.router.add(connector, &inner.tasks, &inner.stopping);
    }

    /// Publishes an event for the user, marked as simulated where its topic belongs to a connector or
    /// the host.
    ///
    /// # Errors
    ///
    /// If the topic is none, or the payload is not of its shape.
    pub fn emit(&self, topic: &str, payload: &str) -> Result<Arc<Event>, HostError> {
        let topic = Topic::new(topic)?;
        let in_topic = |error| HostError::Payload {
            topic: topic.to_string(),
            error,
        };
        let data = Payload::parse(payload).map_err(in_topic)?;
        let entry = catalogue::topic(topic.as_str());
        if let Some(entry) = entry {
            entry.check(&data).map_err(in_topic)?;
        }
        let reserved = catalogue::RESERVED_FAMILIES.contains(&topic.family());
        let draft = Draft {
            flags: Flags {
                simulated: reserved,
                ..Flags::default()
            },
            stateful: entry.is_some_and(|entry| entry.stateful),
            ..Draft::new(topic, "user", data)
        };
        Ok(self.inner.bus.publish(draft)?)
    }

    /// Invents one event, marked as simulated: the topic's example, changed by `overrides` (a JSON
    /// object). If the simulator runs, it is a part of what happens there: a message can be deleted.
    ///
    /// # Errors
    ///
    /// If the topic is unknown, or the outcome not of its shape.
    pub fn simulate(&self, topic: &str, overrides: &Value) -> Result<Arc<Event>, HostError> {
        let simulator = self.simulator();
        if let Some(simulator) = simulator {
            return Ok(simulator.fire(topic, overrides)?);
        }
        let draft = pato_connectors::simulator::draft(topic, overrides)?;
        Ok(self.inner.bus.publish(draft)?)
    }

    /// Performs an action, or a plugin's command (`plugin-id.command`), for the user.
    ///
    /// # Errors
    ///
    /// If there is none of that name, the parameters are wrong, or it fails.
    pub async fn call(&self, name: &str, parameters: &str) -> Result<Payload, HostError> {
        let parameters = Payload::parse(parameters).map_err(|error| HostError::Payload {
            topic: name.to_owned(),
            error,
        })?;
        if let Some((plugin, command)) = name.split_once('.')
            && let Some(handle) = self.loaded_plugin(plugin)
        {
            return Ok(handle.command(command, &parameters).await?);
        }
        Ok(self.inner.router.call(Call::new(name, &parameters)).await?)
    }

    /// Performs a plugin's command, and nothing else.
    ///
    /// # Errors
    ///
    /// If the plugin does not run, has no such command, the parameters are wrong, or it fails.
    pub async fn command(
        &self,
        plugin: &str,
        command: &str,
        parameters: &str,
    ) -> Result<Payload, HostError> {
        let handle = self.running_plugin(plugin).await?;
        let parameters = Payload::parse(parameters).map_err(|error| HostError::Payload {
            topic: format!("{plugin}.{command}"),
            error,
        })?;
        Ok(handle.command(command, &parameters).await?)
    }

    /// The latest events that match, oldest first.
    pub fn history(&self, pattern: &Pattern, at_most: usize) -> Vec<Arc<Event>> {
        self.inner.bus.history(pattern, at_most)
    }

    /// An event and what led to it, as far as the history reaches.
    pub fn chain(&self, id: &str) -> Vec<Arc<Event>> {
        self.inner.bus.chain(&EventId::new(id))
    }

    fn simulator(&self) -> Option<Arc<Simulator>> {
        let simulator = self.inner.simulator.lock();
        simulator.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many events a second the simulator invents; none if it does not run.
    pub fn simulator_rate(&self) -> Option<f64> {
        self.simulator().map(|simulator| simulator.rate())
    }

    /// Lets the simulator invent so many events a second from now on, until the host stops; none takes it
    /// away.
    ///
    /// # Errors
    ///
    /// If the rate is not one that it can have.
    pub async fn set_simulator_rate(&self, rate: Option<f64>) -> Result<(), HostError> {
        let _setting_up = self.inner.setting_up.lock().await;
        let simulator = match rate {
            Some(rate) => {
                let usual = self.configuration().simulator.clone().unwrap_or_default();
                let configuration = SimulatorConfiguration {
                    seed: usual.seed,
                    rate,
                    channel: usual.channel,
                };
                let environment = self.inner.environment.clone();
                Some(Arc::new(Simulator::new(configuration, environment)?))
            }
            None => None,
        };
        self.inner.router.remove(Simulator::ID).await;
        let place = self.inner.simulator.lock();
        (*place.unwrap_or_else(PoisonError::into_inner)).clone_from(&simulator);
        if let Some(simulator) = simulator {
            self.add_connector(simulator);
        }
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    pub(crate) fn announce<T: TopicPayload>(&self, payload: &T) {
        let event = Topic::new(T::TOPIC)
            .map_err(HostError::from)
            .and_then(|topic| {
                let data = Payload::from_value(payload).map_err(|error| HostError::Payload {
                    topic: T::TOPIC.to_owned(),
                    error,
                })?;
                let draft = Draft {
                    stateful: T::STATEFUL,
                    ..Draft::new(topic, "host", data)
                };
                Ok(self.inner.bus.publish(draft)?)
            });
        if let Err(error) = event {
            tracing::error!(topic = T::TOPIC, %error, "the host could not say what happened");
        }
    }

    pub(crate) fn loaded_plugin(&self, id: &str) -> Option<PluginHandle> {
        self.inner.runtime.plugin(&id.parse().ok()?)
    }

    /// A plugin to which something is to be said, or why that can't be.
    pub(crate) async fn running_plugin(&self, id: &str) -> Result<PluginHandle, HostError> {
        if let Some(handle) = self.loaded_plugin(id) {
            return Ok(handle);
        }
        let record = self.record(id).await?;
        Err(HostError::NotRunning { id: record.id })
    }
}

fn fetcher(
    directory: &DataDirectory,
    configuration: &Configuration,
    seed: u64,
) -> Result<Fetcher, HostError> {
    let library = &configuration.library;
    let mut registries = Registries {
        namespaces: library.registries.clone(),
        default: None,
    };
    registries.default = registries.namespaces.remove("*");
    Ok(Fetcher::new(FetcherConfiguration {
        max_bytes: MAX_COMPONENT_BYTES,
        proxy: library.proxy.clone(),
        local_networks: library.local_networks.clone(),
        registries,
        ..FetcherConfiguration::new(directory.arriving(), seed)
    })?)
}

/// Gives each lossless mailbox a file of its own.
struct SpillFolder(DataDirectory);

impl SpillFactory for SpillFolder {
    fn open(&self, plugin: &PluginId) -> std::io::Result<Box<dyn pato_bus::Spill>> {
        Ok(Box::new(FileSpill::open(
            self.0.spill().join(format!("{plugin}.jsonl")),
            spill::MAX_BYTES,
        )?))
    }
}

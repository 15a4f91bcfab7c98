//! Installing, starting, stopping and removing plugins.

use std::collections::HashMap;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use pato_events::nearest;
use pato_permissions::{Grants, Manifest, PluginId};
use pato_runtime::{Limits, LoadOptions, LogLine, PluginHandle};
use tokio::sync::oneshot;

use crate::audit::AuditKind;
use crate::database::{Origin, PluginRecord, Replaced};
use crate::directory::{DirectoryError, create_private, write_private};
use crate::error::HostError;
use crate::grants::check_requested;
use crate::host::Host;
use crate::library::{Verdict, publisher_view};
use crate::package::Package;
use crate::view::{CommandView, InspectionView, PluginView, SecretView, requests};

/// How long a start is waited for before it is left to itself.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(10);

/// Why plugins that should run do not, where no handle of theirs can say it.
#[derive(Default)]
pub(crate) struct Failures(Mutex<HashMap<String, String>>);

impl Failures {
    pub(crate) fn set(&self, plugin: &str, reason: String) {
        self.lock().insert(plugin.to_owned(), reason);
    }

    fn clear(&self, plugin: &str) {
        self.lock().remove(plugin);
    }

    fn get(&self, plugin: &str) -> Option<String> {
        self.lock().get(plugin).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the user agreed to at an installation.
#[derive(Debug, Clone)]
pub struct Consent {
    /// What is granted. What the manifest does not ask for is refused.
    pub grants: Grants,
    /// Where the plugin came from.
    pub origin: Origin,
    /// What newer versions are looked for at.
    pub source: Option<String>,
    /// The name to install it under, if not its own: so two versions of one plugin stand side by side.
    pub name: Option<PluginId>,
}

impl Consent {
    /// To a plugin of this machine, under its own name.
    pub fn new(grants: Grants, origin: Origin) -> Self {
        Self {
            grants,
            origin,
            source: None,
            name: None,
        }
    }
}

impl Host {
    /// All installed plugins, by id.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn plugins(&self) -> Result<Vec<PluginView>, HostError> {
        let mut views = Vec::new();
        for record in self.inner.database.plugins().await? {
            views.push(self.plugin_view(record).await?);
        }
        Ok(views)
    }

    /// One installed plugin.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or the database fails.
    pub async fn plugin(&self, id: &str) -> Result<PluginView, HostError> {
        let record = self.record(id).await?;
        self.plugin_view(record).await
    }

    /// What a plugin asks for, against what the installed version of it was granted.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn inspect(&self, package: &Package) -> Result<InspectionView, HostError> {
        let manifest = &package.manifest;
        let installed = self.inner.database.plugin(manifest.id.as_str()).await?;
        let (key, before) = (package.publisher, installed.as_ref());
        let mut view = self
            .inspection(manifest, &package.hash, key, before)
            .await?;
        if let Some(record) = &installed {
            let granted = self.granted(record).await?;
            for request in &mut view.requests {
                request.granted = granted.covers(&request.permission);
            }
        }
        Ok(view)
    }

    /// Installs a plugin and starts it, without restarting anything else.
    ///
    /// An installed version that runs goes on until the new one has started beside it, on a copy of what is
    /// stored, and taken over; then it stands by while the new one is on trial. If the new one can't be
    /// compiled or started, or fails its trial, the old one stays. Settings stay either way.
    ///
    /// # Errors
    ///
    /// If the component is not one that this host can run, another key signed it than the version before, a
    /// grant is not asked for, it does not start, or the disk or the database fails.
    pub async fn install(
        &self,
        package: Package,
        consent: Consent,
    ) -> Result<PluginView, HostError> {
        let (view, _) = self.put_in_place(package, consent).await?;
        Ok(view)
    }

    /// Like [`install`](Self::install), and waits for the end of the trial.
    pub(crate) async fn install_and_prove(
        &self,
        package: Package,
        consent: Consent,
        on_trial: impl FnOnce(),
    ) -> Result<PluginView, HostError> {
        let (view, verdict) = self.put_in_place(package, consent).await?;
        let Some(verdict) = verdict else {
            return Ok(view);
        };
        on_trial();
        match verdict.await {
            Ok(Verdict::Failed(reason)) => {
                let before = self.record(&view.id).await?.version;
                Err(HostError::Unhealthy {
                    id: view.id,
                    version: view.version,
                    before,
                    reason,
                })
            }
            Ok(Verdict::Healthy) | Err(_) => self.plugin(&view.id).await,
        }
    }

    async fn put_in_place(
        &self,
        package: Package,
        consent: Consent,
    ) -> Result<(PluginView, Option<oneshot::Receiver<Verdict>>), HostError> {
        let manifest = &package.manifest;
        for permission in consent.grants.iter() {
            check_requested(manifest, permission)?;
        }
        self.check_publisher(&package).await?;
        self.check_revoked(manifest.id.as_str(), &package).await?;
        // Before anything else waits for it: this is what takes long.
        self.inner.runtime.check(&package.bytes).await?;
        let _changing = self.inner.changing.lock().await;
        let id = consent.name.as_ref().unwrap_or(&manifest.id).to_string();
        self.settle_trial(&id).await;
        self.write_component(&id, &package)?;
        let before = self.inner.database.plugin(&id).await?;
        let record = PluginRecord {
            component: (id != manifest.id.as_str()).then(|| manifest.id.to_string()),
            hash: package.hash.clone(),
            version: manifest.version.to_string(),
            origin: consent.origin,
            source: consent.source,
            publisher: package.publisher.as_ref().map(ToString::to_string),
            pinned: before.as_ref().is_some_and(|before| before.pinned),
            enabled: true,
            installed_at: self.inner.clock.now(),
            generation: before.as_ref().map_or(0, |before| before.generation),
            id,
        };
        let grants: Vec<_> = consent.grants.iter().map(ToString::to_string).collect();
        let id = record.id.clone();
        let placed = self.replace(before, record, &package, grants).await;
        if placed.is_err() {
            self.sweep(&id).await;
        }
        placed
    }

    async fn replace(
        &self,
        before: Option<PluginRecord>,
        record: PluginRecord,
        package: &Package,
        grants: Vec<String>,
    ) -> Result<(PluginView, Option<oneshot::Receiver<Verdict>>), HostError> {
        let running = self
            .loaded_plugin(&record.id)
            .filter(|handle| handle.state() == PluginState::Running);
        match (before, running) {
            (Some(before), Some(old)) if before.hash != record.hash => {
                let trial = self.begin_trial(&old, before, record.clone(), package, grants);
                let verdict = trial.await?;
                Ok((self.plugin_view(record).await?, Some(verdict)))
            }
            (before, _) => {
                let view = self.switch(before, record, grants).await?;
                Ok((view, None))
            }
        }
    }

    fn write_component(&self, id: &str, package: &Package) -> Result<(), HostError> {
        let path = self.inner.directory.component(id, &package.hash);
        if let Some(folder) = path.parent() {
            create_private(folder)?;
        }
        let written = write_private(&path, &package.bytes);
        Ok(written.map_err(|source| DirectoryError::Io { path, source })?)
    }

    /// Puts a version in the place of one that does not run.
    async fn switch(
        &self,
        before: Option<PluginRecord>,
        mut record: PluginRecord,
        grants: Vec<String>,
    ) -> Result<PluginView, HostError> {
        let replaced = before.as_ref().filter(|before| before.hash != record.hash);
        let keep = match replaced {
            Some(_) => {
                // The version before it keeps what it stored, to be gone back to.
                let copy = self.inner.database.copy_generation(&record.id).await?;
                record.generation = copy.unwrap_or(0);
                Some(Replaced {
                    at: record.installed_at,
                    reason: None,
                })
            }
            None => None,
        };
        self.inner
            .database
            .install(record.clone(), grants, keep)
            .await?;
        let what = match before {
            Some(_) => AuditKind::Updated,
            None => AuditKind::Installed,
        };
        self.note(&record.id, what, None, Some(record.version.clone()))
            .await;
        self.stop_plugin(&record.id).await;
        self.start_plugin(&record).await?;
        self.sweep_storage(&record.id).await;
        self.sweep(&record.id).await;
        self.plugin_view(record).await
    }

    /// Makes a plugin run now and at every start.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or it can't be started.
    pub async fn enable(&self, id: &str) -> Result<PluginView, HostError> {
        let _changing = self.inner.changing.lock().await;
        self.settle_trial(id).await;
        let record = PluginRecord {
            enabled: true,
            ..self.record(id).await?
        };
        self.inner.database.set_enabled(id, true).await?;
        let running = self
            .loaded_plugin(id)
            .is_some_and(|handle| handle.status().state == PluginState::Running);
        if !running {
            self.stop_plugin(id).await;
            self.start_plugin(&record).await?;
        }
        self.plugin_view(record).await
    }

    /// Stops a plugin, now and at every start.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or the database fails.
    pub async fn disable(&self, id: &str) -> Result<PluginView, HostError> {
        let _changing = self.inner.changing.lock().await;
        self.settle_trial(id).await;
        let record = PluginRecord {
            enabled: false,
            ..self.record(id).await?
        };
        self.inner.database.set_enabled(id, false).await?;
        self.stop_plugin(id).await;
        self.plugin_view(record).await
    }

    /// Stops a plugin and starts it anew, out of quarantine too.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or it can't be started.
    pub async fn restart(&self, id: &str) -> Result<PluginView, HostError> {
        let _changing = self.inner.changing.lock().await;
        self.settle_trial(id).await;
        let record = self.record(id).await?;
        self.stop_plugin(id).await;
        self.start_plugin(&record).await?;
        self.plugin_view(record).await
    }

    /// Removes a plugin with all that it stored, and what it was granted.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or the database fails.
    pub async fn remove(&self, id: &str) -> Result<(), HostError> {
        let _changing = self.inner.changing.lock().await;
        self.settle_trial(id).await;
        let record = self.record(id).await?;
        self.stop_plugin(id).await;
        self.inner.database.remove_plugin(id).await?;
        self.inner.vault.remove_scope(id);
        self.inner.gallery.forget(id);
        self.inner.questions.forget(id);
        self.note(id, AuditKind::Removed, None, Some(record.version.clone()))
            .await;
        // But for what backups speak of.
        self.sweep(id).await;
        let _ = fs::remove_file(self.inner.directory.spill().join(format!("{id}.jsonl")));
        Ok(())
    }

    /// The plugin's latest log lines, oldest first.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or it was not started since the host was.
    pub async fn logs(&self, id: &str, at_most: usize) -> Result<Vec<LogLine>, HostError> {
        Ok(self.running_plugin(id).await?.logs(at_most))
    }

    pub(crate) async fn start_enabled_plugins(&self) -> Result<(), HostError> {
        let _changing = self.inner.changing.lock().await;
        let records = self.inner.database.plugins().await?;
        let starts = records
            .iter()
            .filter(|record| record.enabled)
            .map(async |record| {
                if let Err(error) = self.start_plugin(record).await {
                    tracing::error!(plugin = record.id, %error, "the plugin could not be started");
                }
            });
        futures_util::future::join_all(starts).await;
        Ok(())
    }

    /// Starts a plugin. Why it could not be started is remembered, and shown.
    pub(crate) async fn start_plugin(&self, record: &PluginRecord) -> Result<(), HostError> {
        let started = self.load(record).await;
        match &started {
            Ok(()) => self.inner.failures.clear(&record.id),
            Err(error) => self.inner.failures.set(&record.id, error.to_string()),
        }
        started
    }

    async fn load(&self, record: &PluginRecord) -> Result<(), HostError> {
        let package = self.installed_package(record)?;
        self.check_revoked(record.component_id(), &package).await?;
        let grants = self.granted(record).await?;
        let options = self.load_options(record, &package.manifest, grants).await?;
        let handle = self.inner.runtime.load(&package.bytes, options).await?;
        // A plugin that hangs in `init` is on its own; the others start meanwhile.
        let _ = tokio::time::timeout(START_LIMIT, handle.started()).await;
        self.free_when_it_stops(handle);
        Ok(())
    }

    /// Lets connectors free what a plugin holds of theirs whenever it stops.
    pub(crate) fn free_when_it_stops(&self, handle: PluginHandle) {
        let host = self.clone();
        self.inner.tasks.spawn(async move {
            // Another version may have taken over; what is held is its own then.
            let replaced = || {
                let now = host.loaded_plugin(handle.id().as_str());
                now.is_some_and(|now| now.state() == PluginState::Running)
            };
            host.inner.router.follow(&handle, replaced).await;
        });
    }

    /// The component of a version that is installed, or kept, if it is still the one that it was.
    pub(crate) fn installed_package(&self, record: &PluginRecord) -> Result<Package, HostError> {
        let path = self.inner.directory.component(&record.id, &record.hash);
        let package = Package::read(&path)?;
        if package.hash != record.hash {
            return Err(HostError::Tampered {
                id: record.id.clone(),
                path,
            });
        }
        Ok(package)
    }

    pub(crate) async fn load_options(
        &self,
        record: &PluginRecord,
        manifest: &Manifest,
        grants: Grants,
    ) -> Result<LoadOptions, HostError> {
        Ok(LoadOptions {
            manifest: Some(named(manifest.clone(), record)?),
            grants,
            settings: self.effective_settings(manifest, &record.id).await?,
            limits: self.own_limits(&record.id),
            generation: record.generation,
            ..LoadOptions::default()
        })
    }

    /// What the user set for this plugin in particular, in place of what its manifest asks for.
    fn own_limits(&self, id: &str) -> Option<Limits> {
        let configuration = self.configuration();
        let section = &configuration.plugins.get(id)?.limits;
        let usual = configuration.limits.applied_to(Limits::default());
        (!section.is_empty()).then(|| section.applied_to(usual))
    }

    pub(crate) async fn stop_plugin(&self, id: &str) {
        self.inner.questions.forget(id);
        if let Some(handle) = self.loaded_plugin(id) {
            handle.stop().await;
        }
    }

    pub(crate) async fn record(&self, id: &str) -> Result<PluginRecord, HostError> {
        if let Some(record) = self.inner.database.plugin(id).await? {
            return Ok(record);
        }
        let known = self.inner.database.plugins().await?;
        let hint = nearest(id, known.iter().map(|record| record.id.as_str())).map(str::to_owned);
        Err(HostError::UnknownPlugin {
            id: id.to_owned(),
            hint,
        })
    }

    pub(crate) fn manifest(&self, record: &PluginRecord) -> Result<Manifest, HostError> {
        if let Some(handle) = self.loaded_plugin(&record.id) {
            return Ok(handle.manifest().clone());
        }
        let path = self.inner.directory.component(&record.id, &record.hash);
        named(Package::read(&path)?.manifest, record)
    }

    pub(crate) async fn plugin_view(&self, record: PluginRecord) -> Result<PluginView, HostError> {
        let manifest = match self.manifest(&record) {
            Ok(manifest) => manifest,
            Err(error) => return Ok(PluginView::unreadable(record, &error)),
        };
        let granted = self.granted(&record).await?;
        let handle = self.loaded_plugin(&record.id);
        let status = handle.as_ref().map(PluginHandle::status);
        let publisher = record.publisher.as_ref().and_then(|key| key.parse().ok());
        let trial = self.inner.trials.version(&record.id);
        let failure = match handle {
            Some(_) => None,
            None => self.inner.failures.get(&record.id),
        };
        Ok(PluginView {
            id: record.id,
            name: manifest.name.clone(),
            version: record.version,
            description: manifest.description.clone(),
            author: manifest.author.clone(),
            hash: record.hash,
            source: record.source,
            publisher: publisher.map(|key| publisher_view(&key, true)),
            pinned: record.pinned,
            trial,
            enabled: record.enabled,
            state: status.as_ref().map_or(
                if record.enabled {
                    PluginState::Failed
                } else {
                    PluginState::Stopped
                },
                |status| status.state,
            ),
            reason: status.and_then(|status| status.reason).or(failure),
            requests: requests(&manifest, |permission| granted.covers(permission)),
            subscriptions: handle
                .as_ref()
                .map(|handle| {
                    handle
                        .subscriptions()
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                })
                .unwrap_or_default(),
            paused: handle.as_ref().is_some_and(PluginHandle::is_paused),
            commands: manifest
                .commands
                .iter()
                .map(|command| CommandView {
                    name: command.name.clone(),
                    description: command.description.clone(),
                })
                .collect(),
            secrets: manifest
                .secrets
                .iter()
                .map(|secret| SecretView {
                    name: secret.name.clone(),
                    label: secret.label.clone(),
                    hosts: secret.hosts.iter().map(ToString::to_string).collect(),
                    is_set: self
                        .inner
                        .vault
                        .contains(manifest.id.as_str(), &secret.name),
                })
                .collect(),
            metrics: handle.as_ref().map(PluginHandle::metrics),
        })
    }
}

/// The manifest of a plugin that may be installed under another name than its own.
fn named(manifest: Manifest, record: &PluginRecord) -> Result<Manifest, HostError> {
    Ok(match record.component {
        Some(_) => Manifest {
            id: record.id.parse()?,
            ..manifest
        },
        None => manifest,
    })
}

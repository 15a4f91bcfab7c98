//! Installing, starting, stopping and removing plugins; what they may do, and how they are set.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::{PluginGrantsChanged, PluginState};
use pato_events::{Draft, Payload, Topic, nearest};
use pato_permissions::{Grants, Manifest, Permission, SettingDeclaration};
use pato_runtime::{Limits, LoadOptions, LogLine, PluginHandle};
use pato_vault::Secret;
use serde_json::Value;

use crate::database::{Origin, PluginRecord};
use crate::directory::{DirectoryError, create_private, write_private};
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::view::{
    CommandView, InspectionView, PluginView, SecretView, SettingView, SettingsView, requests,
};

/// How long a start is waited for before it is left to itself.
const START_LIMIT: Duration = Duration::from_secs(10);

/// What the user agreed to at an installation.
#[derive(Debug, Clone)]
pub struct Consent {
    /// What is granted. What the manifest does not ask for is refused.
    pub grants: Grants,
    /// Where the plugin came from.
    pub origin: Origin,
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
        let granted = match &installed {
            Some(record) => self.granted(record).await?,
            None => Grants::default(),
        };
        Ok(InspectionView {
            id: manifest.id.to_string(),
            name: manifest.name.clone(),
            version: manifest.version.to_string(),
            description: manifest.description.clone(),
            author: manifest.author.clone(),
            hash: package.hash.clone(),
            installed_version: installed.map(|record| record.version),
            requests: requests(manifest, |permission| granted.covers(permission)),
            warnings: manifest.warnings(),
        })
    }

    /// Installs a plugin and starts it, without restarting anything else. An installed version is
    /// replaced; its storage and settings stay. If the new one can't be compiled, the old one stays.
    ///
    /// # Errors
    ///
    /// If the component is not one that this host can run, a grant is not asked for, or the disk or
    /// the database fails.
    pub async fn install(
        &self,
        package: Package,
        consent: Consent,
    ) -> Result<PluginView, HostError> {
        let manifest = &package.manifest;
        for permission in consent.grants.iter() {
            check_requested(manifest, permission)?;
        }
        let _changing = self.inner.changing.lock().await;
        self.inner.runtime.check(&package.bytes).await?;
        let path = self
            .inner
            .directory
            .component(manifest.id.as_str(), &package.hash);
        if let Some(folder) = path.parent() {
            create_private(folder)?;
        }
        write_private(&path, &package.bytes).map_err(|source| DirectoryError::Io {
            path: path.clone(),
            source,
        })?;
        let before = self.inner.database.plugin(manifest.id.as_str()).await?;
        let record = PluginRecord {
            id: manifest.id.to_string(),
            hash: package.hash.clone(),
            version: manifest.version.to_string(),
            origin: consent.origin,
            enabled: true,
            installed_at: self.inner.clock.now(),
        };
        let grants = consent.grants.iter().map(ToString::to_string).collect();
        self.inner.database.install(record.clone(), grants).await?;
        self.stop_plugin(&record.id).await;
        self.start_plugin(&record).await?;
        if let Some(before) = before
            && before.hash != record.hash
        {
            let old = self.inner.directory.component(&before.id, &before.hash);
            if let Err(error) = fs::remove_file(&old) {
                tracing::warn!(path = %old.display(), %error, "the old version was left behind");
            }
        }
        self.plugin_view(record).await
    }

    /// Makes a plugin run now and at every start.
    ///
    /// # Errors
    ///
    /// If there is none with that id, or it can't be started.
    pub async fn enable(&self, id: &str) -> Result<PluginView, HostError> {
        let _changing = self.inner.changing.lock().await;
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
        let record = self.record(id).await?;
        self.stop_plugin(id).await;
        self.inner.database.remove_plugin(id).await?;
        self.inner.vault.remove_scope(id);
        self.inner.gallery.forget(id);
        let folder = self.inner.directory.plugins().join(&record.id);
        if let Err(error) = fs::remove_dir_all(&folder) {
            tracing::warn!(path = %folder.display(), %error, "the plugin's files were left behind");
        }
        let _ = fs::remove_file(self.inner.directory.spill().join(format!("{id}.jsonl")));
        Ok(())
    }

    /// Grants a permission that the plugin asks for. It takes effect at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, it does not ask for that, or the database fails.
    pub async fn grant(&self, id: &str, permission: &str) -> Result<PluginView, HostError> {
        self.change_grants(id, permission, |manifest, grants, permission| {
            check_requested(manifest, &permission)?;
            grants.add(permission);
            Ok(())
        })
        .await
    }

    /// Takes a permission back. It takes effect at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, it was not granted that, or the database fails.
    pub async fn revoke(&self, id: &str, permission: &str) -> Result<PluginView, HostError> {
        self.change_grants(id, permission, |_, grants, permission| {
            grants.remove(&permission)?;
            Ok(())
        })
        .await
    }

    async fn change_grants(
        &self,
        id: &str,
        permission: &str,
        change: impl FnOnce(&Manifest, &mut Grants, Permission) -> Result<(), HostError>,
    ) -> Result<PluginView, HostError> {
        let permission: Permission = permission.parse()?;
        let _changing = self.inner.changing.lock().await;
        let record = self.record(id).await?;
        let mut grants = self.granted(&record).await?;
        change(&self.manifest(&record)?, &mut grants, permission)?;
        let texts: Vec<String> = grants.iter().map(ToString::to_string).collect();
        let now = self.inner.clock.now();
        self.inner
            .database
            .set_grants(id, &record.hash, texts.clone(), now)
            .await?;
        if let Some(handle) = self.loaded_plugin(id) {
            handle.set_grants(&grants);
        }
        self.publish_grants(id, texts)?;
        self.plugin_view(record).await
    }

    /// The plugin's settings with their values and declarations.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or the database fails.
    pub async fn settings(&self, id: &str) -> Result<SettingsView, HostError> {
        let record = self.record(id).await?;
        let manifest = self.manifest(&record)?;
        let set = self.inner.database.settings(id).await?;
        let mut views = SettingsView::new();
        for (key, declaration) in &manifest.settings {
            let value = set
                .get(key)
                .and_then(|text| serde_json::from_str::<Value>(text).ok());
            views.insert(
                key.clone(),
                SettingView {
                    is_default: value.is_none(),
                    value: value.unwrap_or_else(|| default_of(declaration)),
                    declaration: serde_json::to_value(declaration).unwrap_or_default(),
                },
            );
        }
        Ok(views)
    }

    /// Changes settings; a null brings one back to its default. The plugin is told at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin or setting, or a value does not fit its declaration. Then none is
    /// changed.
    pub async fn set_settings(
        &self,
        id: &str,
        values: BTreeMap<String, Value>,
    ) -> Result<SettingsView, HostError> {
        {
            let _changing = self.inner.changing.lock().await;
            let record = self.record(id).await?;
            let manifest = self.manifest(&record)?;
            let mut changes = Vec::new();
            for (key, value) in values {
                let Some(declaration) = manifest.settings.get(&key) else {
                    let known = manifest.settings.keys().map(String::as_str);
                    let hint = nearest(&key, known).map(str::to_owned);
                    return Err(HostError::UnknownSetting {
                        plugin: id.to_owned(),
                        key,
                        hint,
                    });
                };
                if value.is_null() {
                    changes.push((key, None));
                } else {
                    declaration
                        .validate(&value)
                        .map_err(|error| HostError::Setting {
                            plugin: id.to_owned(),
                            key: key.clone(),
                            error,
                        })?;
                    changes.push((key, Some(value.to_string())));
                }
            }
            self.inner.database.set_settings(id, changes).await?;
            if let Some(handle) = self.loaded_plugin(id) {
                handle
                    .set_settings(self.effective_settings(&manifest, id).await?)
                    .await;
            }
        }
        self.settings(id).await
    }

    /// Keeps a secret that the plugin's manifest names, in memory, for the hosts named there. The
    /// plugin itself never sees it.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, its manifest names no such secret, or the value can't be one.
    pub async fn keep_secret(&self, id: &str, name: &str, secret: Secret) -> Result<(), HostError> {
        let record = self.record(id).await?;
        let secrets = self.manifest(&record)?.secrets;
        let Some(declared) = secrets.iter().find(|declared| declared.name == name) else {
            let known: Vec<_> = secrets
                .iter()
                .map(|declared| declared.name.as_str())
                .collect();
            return Err(HostError::UnknownSecret {
                plugin: id.to_owned(),
                name: name.to_owned(),
                known: if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                },
            });
        };
        let hosts: Vec<String> = declared.hosts.iter().map(ToString::to_string).collect();
        Ok(self.inner.vault.set(id, name, secret, &hosts)?)
    }

    /// The plugin's latest log lines, oldest first.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or it was not started since the host was.
    pub async fn logs(&self, id: &str, at_most: usize) -> Result<Vec<LogLine>, HostError> {
        self.record(id).await?;
        let handle = self.loaded_plugin(id);
        let handle = handle.ok_or_else(|| HostError::NotRunning { id: id.to_owned() })?;
        Ok(handle.logs(at_most))
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

    async fn start_plugin(&self, record: &PluginRecord) -> Result<(), HostError> {
        let path = self.inner.directory.component(&record.id, &record.hash);
        let package = Package::read(&path)?;
        if package.hash != record.hash {
            return Err(HostError::Tampered {
                id: record.id.clone(),
                path,
            });
        }
        let options = LoadOptions {
            grants: self.granted(record).await?,
            settings: self
                .effective_settings(&package.manifest, &record.id)
                .await?,
            limits: self.own_limits(&record.id),
            ..LoadOptions::default()
        };
        let handle = self.inner.runtime.load(&package.bytes, options).await?;
        // A plugin that hangs in `init` is on its own; the others start meanwhile.
        let _ = tokio::time::timeout(START_LIMIT, handle.started()).await;
        let router = Arc::clone(&self.inner.router);
        self.inner
            .tasks
            .spawn(async move { router.follow(&handle).await });
        Ok(())
    }

    /// What the user set for this plugin in particular, in place of what its manifest asks for.
    fn own_limits(&self, id: &str) -> Option<Limits> {
        let configuration = self.configuration();
        let section = &configuration.plugins.get(id)?.limits;
        let usual = configuration.limits.applied_to(Limits::default());
        (!section.is_empty()).then(|| section.applied_to(usual))
    }

    async fn stop_plugin(&self, id: &str) {
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
        Ok(Package::read(&path)?.manifest)
    }

    pub(crate) async fn granted(&self, record: &PluginRecord) -> Result<Grants, HostError> {
        let texts = self.inner.database.grants(&record.id, &record.hash).await?;
        // What an older version of Pato wrote and this one can't read grants nothing.
        Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
    }

    async fn effective_settings(
        &self,
        manifest: &Manifest,
        id: &str,
    ) -> Result<BTreeMap<String, Value>, HostError> {
        let set = self.inner.database.settings(id).await?;
        let effective = |(key, declaration): (&String, &SettingDeclaration)| {
            let value = set
                .get(key)
                .and_then(|text| serde_json::from_str::<Value>(text).ok())
                // An update may have narrowed what the setting takes.
                .filter(|value| declaration.validate(value).is_ok());
            (
                key.clone(),
                value.unwrap_or_else(|| default_of(declaration)),
            )
        };
        Ok(manifest.settings.iter().map(effective).collect())
    }

    pub(crate) async fn plugin_view(&self, record: PluginRecord) -> Result<PluginView, HostError> {
        let manifest = match self.manifest(&record) {
            Ok(manifest) => manifest,
            Err(error) => return Ok(PluginView::unreadable(record, &error)),
        };
        let granted = self.granted(&record).await?;
        let handle = self.loaded_plugin(&record.id);
        let status = handle.as_ref().map(PluginHandle::status);
        Ok(PluginView {
            id: record.id,
            name: manifest.name.clone(),
            version: record.version,
            description: manifest.description.clone(),
            author: manifest.author.clone(),
            hash: record.hash,
            enabled: record.enabled,
            state: status.as_ref().map_or(
                if record.enabled {
                    PluginState::Failed
                } else {
                    PluginState::Stopped
                },
                |status| status.state,
            ),
            reason: status.and_then(|status| status.reason),
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

    fn publish_grants(&self, plugin: &str, grants: Vec<String>) -> Result<(), HostError> {
        let payload = PluginGrantsChanged {
            plugin: plugin.to_owned(),
            grants,
        };
        let topic = PluginGrantsChanged::TOPIC;
        let data = Payload::from_value(&payload).map_err(|error| HostError::Payload {
            topic: topic.to_owned(),
            error,
        })?;
        self.inner
            .bus
            .publish(Draft::new(Topic::new(topic)?, "host", data))?;
        Ok(())
    }
}

fn default_of(declaration: &SettingDeclaration) -> Value {
    serde_json::to_value(&declaration.default).unwrap_or_default()
}

/// A grant may be narrower than what is asked for, or wider; one that has nothing in common with any
/// request is a mistake.
fn check_requested(manifest: &Manifest, permission: &Permission) -> Result<(), HostError> {
    let touches =
        |requested: &Permission| requested.covers(permission) || permission.covers(requested);
    if manifest
        .permissions
        .iter()
        .any(|request| touches(&request.permission))
    {
        return Ok(());
    }
    Err(HostError::NotRequested {
        plugin: manifest.id.to_string(),
        permission: permission.to_string(),
        requested: manifest
            .permissions
            .iter()
            .map(|request| request.permission.to_string())
            .collect::<Vec<_>>()
            .join(", "),
    })
}

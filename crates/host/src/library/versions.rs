//! Earlier versions of a plugin: going back to one, staying at one, and clearing away what no one needs.

use std::collections::HashSet;
use std::fs;

use super::view::VersionView;
use crate::audit::AuditKind;
use crate::database::{PluginRecord, Replaced};
use crate::error::HostError;
use crate::host::Host;
use crate::view::PluginView;

impl Host {
    /// The earlier versions of a plugin that can be gone back to, the latest first.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or the database fails.
    pub async fn versions(&self, id: &str) -> Result<Vec<VersionView>, HostError> {
        self.record(id).await?;
        let versions = self.inner.database.versions(id).await?;
        let view = |version: crate::database::VersionRecord| VersionView {
            version: version.version,
            hash: version.hash,
            replaced_at: version.replaced_at,
            reason: version.reason,
        };
        Ok(versions.into_iter().map(view).collect())
    }

    /// Goes back to an earlier version of a plugin, to the latest if none is named, with what it had stored
    /// and was granted then. The version that is left can be gone back to in turn.
    ///
    /// # Errors
    ///
    /// If there is no such plugin or version, its file was changed, or it does not start.
    pub async fn roll_back(
        &self,
        id: &str,
        version: Option<&str>,
    ) -> Result<PluginView, HostError> {
        let _changing = self.inner.changing.lock().await;
        self.settle_trial(id).await;
        let now = self.record(id).await?;
        let versions = self.inner.database.versions(id).await?;
        let found = versions.iter().find(|one| {
            version.is_none_or(|wanted| one.version == wanted || one.hash.starts_with(wanted))
        });
        let Some(earlier) = found else {
            let known: Vec<_> = versions.iter().map(|one| one.version.as_str()).collect();
            return Err(HostError::UnknownVersion {
                id: id.to_owned(),
                wanted: version.map(str::to_owned),
                known: known.join(", "),
            });
        };
        let record = PluginRecord {
            hash: earlier.hash.clone(),
            version: earlier.version.clone(),
            origin: earlier.origin,
            source: earlier.source.clone(),
            publisher: earlier.publisher.clone(),
            generation: earlier.generation,
            installed_at: self.inner.clock.now(),
            ..now.clone()
        };
        let package = self.installed_package(&record)?;
        self.inner.runtime.check(&package.bytes).await?;
        let granted = self.kept_grants(&record).await?;
        let grants = granted.iter().map(ToString::to_string).collect();
        let keep = Replaced {
            at: record.installed_at,
            reason: None,
        };
        let database = &self.inner.database;
        database.install(record.clone(), grants, Some(keep)).await?;
        let detail = format!("{} back to {}", now.version, record.version);
        self.note(id, AuditKind::RolledBack, None, Some(detail))
            .await;
        self.stop_plugin(id).await;
        if record.enabled {
            self.start_plugin(&record).await?;
        }
        self.sweep(id).await;
        self.plugin_view(record).await
    }

    /// Lets a plugin stay at its version, or lets it be updated again.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or the database fails.
    pub async fn set_pinned(&self, id: &str, pinned: bool) -> Result<PluginView, HostError> {
        self.record(id).await?;
        self.inner.database.set_pinned(id, pinned).await?;
        self.inner.pages_changed.send_replace(());
        self.plugin(id).await
    }

    /// Forgets what a plugin stored, but for the installed version and those that can be gone back to.
    pub(crate) async fn sweep_storage(&self, id: &str) {
        let database = &self.inner.database;
        let swept = async {
            let versions = database.versions(id).await?;
            let kept = versions.iter().map(|version| version.generation).collect();
            database.keep_generations(id, kept).await
        };
        if let Err(error) = swept.await {
            tracing::warn!(plugin = id, %error, "old copies of what it stores were not cleared away");
        }
    }

    /// Removes the files of a plugin that nothing names: what an update replaced for good, and what did not
    /// come to be installed. Whoever calls it keeps everything else from changing the plugin. That one can't
    /// be removed does no harm.
    pub(crate) async fn sweep(&self, id: &str) {
        self.clear_away(vec![id.to_owned()]).await;
    }

    /// Removes the files that nothing names: what a sudden end left behind.
    pub(crate) async fn sweep_all(&self) {
        let entries = fs::read_dir(self.inner.directory.plugins());
        let entries = entries.into_iter().flatten().filter_map(Result::ok);
        let ids = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        self.clear_away(ids.collect()).await;
    }

    async fn clear_away(&self, ids: Vec<String>) {
        let needed = match self.needed_components().await {
            Ok(needed) => needed,
            Err(error) => return tracing::warn!(%error, "old versions were not cleared away"),
        };
        let folder = self.inner.directory.plugins();
        let done = tokio::task::spawn_blocking(move || {
            for id in ids {
                let folder = folder.join(&id);
                for file in fs::read_dir(&folder)?.filter_map(Result::ok) {
                    let path = file.path();
                    let hash = path
                        .file_stem()
                        .map(|stem| stem.to_string_lossy().into_owned());
                    if !needed.contains(&(id.clone(), hash.unwrap_or_default())) {
                        fs::remove_file(path)?;
                    }
                }
                // Refused as long as there is something in it.
                let _ = fs::remove_dir(folder);
            }
            Ok::<_, std::io::Error>(())
        });
        if let Ok(Err(error)) = done.await {
            tracing::warn!(%error, "old versions were not cleared away");
        }
    }

    async fn needed_components(&self) -> Result<HashSet<(String, String)>, HostError> {
        let mut needed: HashSet<_> = self
            .inner
            .database
            .components()
            .await?
            .into_iter()
            .collect();
        needed.extend(self.components_of_backups().await);
        Ok(needed)
    }
}

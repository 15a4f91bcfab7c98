//! Lists of plugins: added by their address, signed if they say so, looked through without the network.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use pato_library::Progress;
use pato_library::indexes::{Freshness, IndexPlace, IndexState};
use pato_packages::{Index, PublicKey};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use url::Url;

use super::trust::publisher_view;
use super::view::{IndexView, ListedVersionView, ListingView};
use crate::database::IndexRecord;
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::view::RequestView;

/// A list as it was last seen.
pub(crate) struct KnownIndex {
    pub(super) url: String,
    pub(super) index: Index,
}

/// The lists, read once.
#[derive(Default)]
pub(crate) struct Indexes(Mutex<Option<Arc<Vec<KnownIndex>>>>);

impl Indexes {
    fn cached(&self) -> Option<Arc<Vec<KnownIndex>>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, known: Option<Arc<Vec<KnownIndex>>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl Host {
    /// The lists of plugins, the most important first.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn indexes(&self) -> Result<Vec<IndexView>, HostError> {
        let records = self.inner.database.indexes().await?;
        let known = self.read_indexes().await?;
        let view = |record: IndexRecord| {
            let state = state_of(&record);
            let index = known.iter().find(|known| known.url == record.url);
            let index = index.map(|known| &known.index);
            IndexView {
                name: index.map(|index| index.name.clone()),
                description: index.and_then(|index| index.description.clone()),
                plugins: index.map_or(0, |index| index.plugins.len()),
                fetched_at: state.map(|state| state.fetched_at.as_millisecond() as f64),
                url: record.url,
                priority: record.priority,
                key: record.key,
                problem: record.problem,
            }
        };
        Ok(records.into_iter().map(view).collect())
    }

    /// Adds a list, once it could be fetched. The key that it names is the one that has to sign it from then on.
    ///
    /// # Errors
    ///
    /// If the address is none, nothing that is a list can be fetched from it, or another key signed it.
    pub async fn add_index(
        &self,
        url: &str,
        key: Option<&str>,
        priority: u32,
    ) -> Result<IndexView, HostError> {
        let url = Url::parse(url).map_err(|error| HostError::Address {
            address: url.to_owned(),
            reason: error.to_string(),
        })?;
        let key: Option<PublicKey> = key.map(str::parse).transpose()?;
        let records = self.inner.database.indexes().await?;
        let before = records
            .into_iter()
            .find(|record| record.url == url.as_str());
        let mut record = IndexRecord {
            url: url.to_string(),
            priority,
            key: key.map(|key| key.to_string()),
            state: before.and_then(|before| before.state),
            problem: None,
        };
        self.fetch_index(&mut record).await?;
        self.inner.database.set_index(record.clone()).await?;
        self.indexes_changed().await;
        let views = self.indexes().await?;
        let added = views.into_iter().find(|view| view.url == record.url);
        added.ok_or(HostError::UnknownIndex {
            url: record.url,
            hint: None,
        })
    }

    /// Removes a list. What was installed from it stays.
    ///
    /// # Errors
    ///
    /// If there is none with that address, or the database fails.
    pub async fn remove_index(&self, url: &str) -> Result<(), HostError> {
        if !self.inner.database.remove_index(url).await? {
            let known = self.inner.database.indexes().await?;
            let known = known.iter().map(|record| record.url.as_str());
            return Err(HostError::UnknownIndex {
                url: url.to_owned(),
                hint: pato_events::nearest(url, known).map(str::to_owned),
            });
        }
        self.indexes_changed().await;
        Ok(())
    }

    /// Fetches every list anew. One that can't be fetched, or is not right, stays as it was last seen.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn refresh_indexes(&self) -> Result<Vec<IndexView>, HostError> {
        for mut record in self.inner.database.indexes().await? {
            let outcome = self.fetch_index(&mut record).await;
            record.problem = match outcome {
                Ok(Freshness::New | Freshness::Unchanged) => None,
                Ok(Freshness::Offline(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(problem) = &record.problem {
                tracing::warn!(
                    index = record.url,
                    problem,
                    "a list of plugins was not fetched"
                );
            }
            self.inner.database.set_index(record).await?;
        }
        self.indexes_changed().await;
        self.indexes().await
    }

    /// Fetches every list from time to time, until the host stops.
    pub(crate) async fn keep_indexes(&self) {
        loop {
            let hours = self.configuration().library.refresh_hours;
            let wait = match hours {
                0 => Duration::MAX,
                hours => self.jittered(Duration::from_secs(hours * 60 * 60)),
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.inner.stopping.cancelled() => return,
            }
            if let Err(error) = self.refresh_indexes().await {
                tracing::warn!(%error, "the lists of plugins were not fetched");
            }
        }
    }

    /// So that not everybody asks at the same moment: between 90 and 110 of a hundred.
    fn jittered(&self, wait: Duration) -> Duration {
        let jitter = self.inner.environment.seed % 200;
        wait.mul_f64(0.9 + jitter as f64 / 1_000.0)
    }

    async fn fetch_index(&self, record: &mut IndexRecord) -> Result<Freshness, HostError> {
        let url = Url::parse(&record.url).map_err(|error| HostError::Address {
            address: record.url.clone(),
            reason: error.to_string(),
        })?;
        let key = record.key.as_deref().map(str::parse).transpose()?;
        let place = IndexPlace {
            urls: vec![url],
            key,
        };
        let known = state_of(record);
        let (progress, stopping) = (
            watch::Sender::new(Progress::default()),
            &self.inner.stopping,
        );
        let now = Timestamp::from_millisecond(self.inner.clock.now() as i64);
        let fetched = self.inner.fetcher.index(
            &place,
            known.as_ref(),
            now.unwrap_or_default(),
            &progress,
            stopping,
        );
        let fetched = fetched.await?;
        record.key = fetched.index.key.map(|key| key.to_string());
        record.state = Some(keep(&fetched.state));
        Ok(fetched.freshness)
    }

    /// After the lists changed: what they warn of does not go on running.
    async fn indexes_changed(&self) {
        self.inner.indexes.set(None);
        self.inner.pages_changed.send_replace(());
        if let Err(error) = self.stop_revoked().await {
            tracing::error!(%error, "what lists warn of could not be looked for");
        }
    }

    async fn stop_revoked(&self) -> Result<(), HostError> {
        let _changing = self.inner.changing.lock().await;
        for record in self.inner.database.plugins().await? {
            let Some(handle) = self.loaded_plugin(&record.id) else {
                continue;
            };
            let package = self.installed_package(&record)?;
            if let Err(error) = self.check_revoked(record.component_id(), &package).await {
                tracing::error!(plugin = record.id, %error, "the plugin was stopped");
                handle.stop().await;
                self.inner.failures.set(&record.id, error.to_string());
            }
        }
        Ok(())
    }

    /// Refuses what a list warns of.
    pub(crate) async fn check_revoked(&self, id: &str, package: &Package) -> Result<(), HostError> {
        let (version, key) = (&package.manifest.version, package.publisher.as_ref());
        let hash = package.hash.parse()?;
        for known in self.read_indexes().await?.iter() {
            if let Some(revoked) = known.index.revocation_of(id, version, &hash, key) {
                return Err(HostError::Revoked {
                    id: id.to_owned(),
                    by: known.index.name.clone(),
                    reason: revoked.reason.clone(),
                });
            }
        }
        Ok(())
    }

    /// The lists as they were last seen, the most important first. One that this Pato can't read is left out.
    pub(super) async fn read_indexes(&self) -> Result<Arc<Vec<KnownIndex>>, HostError> {
        if let Some(known) = self.inner.indexes.cached() {
            return Ok(known);
        }
        let records = self.inner.database.indexes().await?;
        let read = |record: IndexRecord| {
            let index = state_of(&record)?.index();
            let index = index.inspect_err(|error| {
                tracing::warn!(index = record.url, %error, "a list of plugins can't be read");
            });
            Some(KnownIndex {
                index: index.ok()?,
                url: record.url,
            })
        };
        let known = Arc::new(records.into_iter().filter_map(read).collect());
        self.inner.indexes.set(Some(Arc::clone(&known)));
        Ok(known)
    }

    /// The plugins of all lists in which every word stands somewhere. Where several lists have the same one,
    /// the most important list's.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn search(&self, words: &str) -> Result<Vec<ListingView>, HostError> {
        let installed = self.inner.database.plugins().await?;
        let mut found: Vec<ListingView> = Vec::new();
        for known in self.read_indexes().await?.iter() {
            for plugin in known.index.search(words) {
                if found.iter().any(|view| view.id == plugin.id) {
                    continue;
                }
                let mut versions: Vec<_> = plugin.versions.iter().collect();
                versions.sort_by(|one, other| other.version.cmp(&one.version));
                let revoked = versions.first().and_then(|newest| {
                    let key = plugin.publisher.as_ref();
                    let (version, hash) = (&newest.version, &newest.sha256);
                    let revoked = known.index.revocation_of(&plugin.id, version, hash, key);
                    revoked.map(|revoked| revoked.reason.clone())
                });
                let mut here = installed.iter();
                let here = here.find(|record| record.component_id() == plugin.id);
                let publisher = match &plugin.publisher {
                    Some(key) => {
                        let known = self.inner.database.publisher(&plugin.id).await?;
                        let known = known.is_some_and(|known| known == key.to_string());
                        Some(publisher_view(key, known))
                    }
                    None => None,
                };
                found.push(ListingView {
                    id: plugin.id.clone(),
                    name: plugin.name.clone(),
                    description: plugin.description.clone(),
                    author: plugin.author.clone(),
                    license: plugin.license.clone(),
                    homepage: plugin.homepage.clone(),
                    pictures: plugin.pictures.clone(),
                    publisher,
                    versions: versions.into_iter().map(listed).collect(),
                    index: known.index.name.clone(),
                    installed_version: here.map(|record| record.version.clone()),
                    revoked,
                });
            }
        }
        Ok(found)
    }
}

fn listed(version: &pato_packages::index::IndexVersion) -> ListedVersionView {
    ListedVersionView {
        version: version.version.to_string(),
        size: version.size,
        published: Some(version.published.clone()),
        changes: version.changes.clone(),
        yanked: version.yanked.clone(),
        requests: version
            .requests
            .iter()
            .filter_map(|one| {
                RequestView::listed(&one.permission, one.reason.clone(), one.optional)
            })
            .collect(),
    }
}

/// A list as it is kept in the database, as JSON.
#[derive(Serialize, Deserialize)]
struct Kept {
    from: Url,
    etag: Option<String>,
    serial: u64,
    /// In milliseconds since the epoch.
    fetched_at: i64,
    body: String,
}

fn keep(state: &IndexState) -> String {
    let kept = Kept {
        from: state.from.clone(),
        etag: state.etag.clone(),
        serial: state.serial,
        fetched_at: state.fetched_at.as_millisecond(),
        body: state.body.clone(),
    };
    serde_json::to_string(&kept).unwrap_or_default()
}

fn state_of(record: &IndexRecord) -> Option<IndexState> {
    let kept: Kept = serde_json::from_str(record.state.as_deref()?).ok()?;
    Some(IndexState {
        from: kept.from,
        etag: kept.etag,
        serial: kept.serial,
        body: kept.body,
        fetched_at: Timestamp::from_millisecond(kept.fetched_at).ok()?,
    })
}

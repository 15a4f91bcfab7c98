//! Newer versions of what is installed.

use pato_library::Source;
use semver::Version;

use super::resolve::choose;
use super::view::{OfferRequest, OfferView, UpdateView};
use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// The newer versions of installed plugins that the lists name. Nothing is fetched for it.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn updates(&self) -> Result<Vec<UpdateView>, HostError> {
        let indexes = self.read_indexes().await?;
        let mut updates = Vec::new();
        for record in self.inner.database.plugins().await? {
            let id = record.component_id();
            let listed = indexes.iter().find_map(|known| known.index.plugin(id));
            let (Some(plugin), Ok(now)) = (listed, record.version.parse::<Version>()) else {
                continue;
            };
            // Another publisher's plugin of that name is none of this one's versions.
            if plugin.publisher.map(|key| key.to_string()) != record.publisher {
                continue;
            }
            if let Ok(newest) = choose(plugin, None)
                && newest.version > now
            {
                updates.push(UpdateView {
                    plugin: record.id,
                    name: plugin.name.clone(),
                    from: record.version,
                    to: newest.version.to_string(),
                    changes: newest.changes.clone(),
                    pinned: record.pinned,
                });
            }
        }
        Ok(updates)
    }

    /// Begins to fetch the newest version of a plugin from where it came, or the version named. It goes on by
    /// itself if it asks for nothing new; the version that is installed runs on until the new one has proved
    /// healthy.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, nobody knows where newer versions are, or it is to stay at its version.
    pub async fn update(&self, id: &str, version: Option<&str>) -> Result<OfferView, HostError> {
        let record = self.record(id).await?;
        if record.pinned && version.is_none() {
            return Err(HostError::Pinned {
                id: id.to_owned(),
                version: record.version,
            });
        }
        let source = match &record.source {
            Some(source) => source.clone(),
            // What came as a file may be in a list by now.
            None => record.component_id().to_owned(),
        };
        let reference = match (source.parse::<Source>()?, version) {
            (Source::Plugin { id, .. }, Some(version)) => format!("{id}@{version}"),
            (Source::Plugin { id, .. }, None) => id.to_string(),
            (_, Some(version)) => {
                return Err(HostError::OneVersion {
                    id: id.to_owned(),
                    wanted: version.to_owned(),
                    source_text: source,
                });
            }
            (_, None) => source,
        };
        let request = OfferRequest {
            reference,
            name: record.component.is_some().then(|| record.id.clone()),
            sha256: None,
        };
        self.begin_offer(request, Some(record.id))
    }

    /// Begins to update every plugin that has a newer version in a list and is not to stay as it is.
    ///
    /// # Errors
    ///
    /// If too many are under way, or the database fails.
    pub async fn update_all(&self) -> Result<Vec<OfferView>, HostError> {
        let mut offers = Vec::new();
        for update in self.updates().await? {
            if !update.pinned {
                offers.push(self.update(&update.plugin, None).await?);
            }
        }
        Ok(offers)
    }
}

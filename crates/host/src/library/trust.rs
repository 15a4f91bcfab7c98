//! Who vouches for a plugin.

use pato_packages::PublicKey;
use pato_permissions::{Grants, Manifest};

use super::resolve::Wanted;
use super::view::PublisherView;
use crate::audit::AuditKind;
use crate::database::PluginRecord;
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::view::InspectionView;

impl Host {
    /// Refuses a plugin that another key signed than the one known for its id, and one that a list warns of.
    pub(super) async fn check_trust(
        &self,
        package: &Package,
        wanted: &Wanted,
    ) -> Result<(), HostError> {
        let id = package.manifest.id.as_str();
        self.check_publisher(package).await?;
        if let Some(expected) = &wanted.id
            && expected != id
        {
            return Err(HostError::OtherPlugin {
                expected: expected.clone(),
                found: id.to_owned(),
            });
        }
        self.check_revoked(id, package).await
    }

    /// Refuses a plugin that another key signed than the one known for its id.
    pub(crate) async fn check_publisher(&self, package: &Package) -> Result<(), HostError> {
        let id = package.manifest.id.as_str();
        let known = self.inner.database.publisher(id).await?;
        let came = package.publisher.as_ref().map(ToString::to_string);
        match known {
            Some(known) if came.as_ref() != Some(&known) => Err(HostError::PublisherChanged {
                id: id.to_owned(),
                known: in_words(&known),
                came: came
                    .map_or_else(|| "nobody: it is unsigned".to_owned(), |key| in_words(&key)),
            }),
            _ => Ok(()),
        }
    }

    /// Forgets whose key the plugin of that id bore, so that one of another key can be installed.
    ///
    /// # Errors
    ///
    /// If none is known, or the database fails.
    pub async fn forget_publisher(&self, id: &str) -> Result<(), HostError> {
        if !self.inner.database.forget_publisher(id).await? {
            return Err(HostError::UnknownPublisher { id: id.to_owned() });
        }
        self.note(id, AuditKind::PublisherForgotten, None, None)
            .await;
        Ok(())
    }

    /// What a plugin is and asks for, and what of it the installed version's grants cover: for an unsigned
    /// one, nothing, because a grant then is bound to the exact bytes.
    pub(super) async fn compare(
        &self,
        package: &Package,
        before: Option<&PluginRecord>,
    ) -> Result<(InspectionView, Grants), HostError> {
        let (manifest, key) = (&package.manifest, package.publisher);
        let mut view = self
            .inspection(manifest, &package.hash, key, before)
            .await?;
        let mut inherited = Grants::default();
        if let Some(record) = before
            && inherits(package, record)
        {
            let kept = self.kept_grants(record).await?;
            for request in view.requests.iter_mut().filter(|request| !request.is_new) {
                request.granted = kept.covers(&request.permission);
                if request.granted {
                    inherited.add(request.permission.clone());
                }
            }
        }
        Ok((view, inherited))
    }

    pub(crate) async fn inspection(
        &self,
        manifest: &Manifest,
        hash: &str,
        key: Option<PublicKey>,
        before: Option<&PluginRecord>,
    ) -> Result<InspectionView, HostError> {
        let publisher = match key {
            Some(key) => {
                let known = self.inner.database.publisher(manifest.id.as_str()).await?;
                let known = known.is_some_and(|known| known == key.to_string());
                Some(publisher_view(&key, known))
            }
            None => None,
        };
        let earlier = match before {
            Some(record) => Some((self.manifest(record)?, record.version.clone())),
            None => None,
        };
        let earlier = earlier.as_ref();
        let earlier = earlier.map(|(manifest, version)| (manifest, version.clone()));
        let nothing = Grants::default();
        Ok(InspectionView::of(
            manifest, hash, earlier, &nothing, publisher,
        ))
    }
}

/// Whether what was granted to the installed version holds for this one too.
pub(super) fn inherits(package: &Package, record: &PluginRecord) -> bool {
    let signed = package.publisher.as_ref().map(ToString::to_string);
    package.hash == record.hash || (signed.is_some() && signed == record.publisher)
}

pub(crate) fn publisher_view(key: &PublicKey, known: bool) -> PublisherView {
    PublisherView {
        key: key.to_string(),
        words: key.words().join(" "),
        known,
    }
}

fn in_words(key: &str) -> String {
    match key.parse::<PublicKey>() {
        Ok(key) => format!("“{}” ({key})", key.words().join(" ")),
        Err(_) => key.to_owned(),
    }
}

//! From what the user wrote to where the bytes are.

use pato_library::{Expected, Source};
use pato_packages::Index;
use pato_packages::index::{IndexPlugin, IndexVersion};
use pato_permissions::{CONTRACT_VERSION, ContractVersion, PluginId};
use semver::Version;

use super::view::OfferRequest;
use crate::database::{Origin, PluginRecord};
use crate::error::HostError;
use crate::host::Host;

/// What is to be fetched.
pub(super) struct Wanted {
    /// From where; mirrors after the first.
    pub(super) sources: Vec<Source>,
    /// What it must be.
    pub(super) expected: Expected,
    /// What newer versions are looked for at.
    pub(super) kept: String,
    /// The id that its manifest must have.
    pub(super) id: Option<String>,
    pub(super) origin: Origin,
}

impl Host {
    /// Finds where a plugin lies; one that is named by its id, in the lists.
    pub(super) async fn resolve(
        &self,
        request: &OfferRequest,
        installed: Option<&PluginRecord>,
    ) -> Result<Wanted, HostError> {
        let given = match &request.sha256 {
            Some(text) => Some(text.parse().map_err(HostError::Digest)?),
            None => None,
        };
        let id = installed.map(|record| record.component.as_ref().unwrap_or(&record.id).clone());
        let source: Source = request.reference.parse()?;
        if let Source::Plugin { id, version } = &source {
            let mut wanted = self.look_up(id, version.as_ref()).await?;
            wanted.expected.sha256 = given.or(wanted.expected.sha256);
            return Ok(wanted);
        }
        let mut expected = Expected {
            sha256: given,
            ..Expected::default()
        };
        let source = match source {
            Source::Link(link) => {
                expected.sha256 = expected.sha256.or(link.sha256);
                expected.publisher = link.publisher;
                link.source
            }
            source => source,
        };
        if let Source::Plugin { id, version } = &source {
            let wanted = self.look_up(id, version.as_ref()).await?;
            if expected.sha256.is_some() && expected.sha256 != wanted.expected.sha256 {
                return Err(HostError::OtherBytes {
                    id: id.to_string(),
                    expected: expected
                        .sha256
                        .map(|hash| hash.to_string())
                        .unwrap_or_default(),
                });
            }
            return Ok(wanted);
        }
        Ok(Wanted {
            origin: match source {
                Source::Path(_) => Origin::File,
                _ => Origin::Link,
            },
            kept: source.to_string(),
            sources: vec![source],
            expected,
            id,
        })
    }

    async fn look_up(&self, id: &PluginId, version: Option<&Version>) -> Result<Wanted, HostError> {
        let indexes = self.read_indexes().await?;
        let mut reasons = Vec::new();
        for known in indexes.iter() {
            let Some(plugin) = known.index.plugin(id.as_str()) else {
                continue;
            };
            match choose(plugin, version) {
                Ok(version) => return wanted(&known.index, plugin, version),
                Err(reason) => reasons.push(format!("{}: {reason}", known.index.name)),
            }
        }
        let names = indexes.iter().flat_map(|known| &known.index.plugins);
        let hint = pato_events::nearest(id.as_str(), names.map(|plugin| &*plugin.id));
        Err(HostError::NotListed {
            id: id.to_string(),
            reason: match (reasons.is_empty(), indexes.is_empty(), hint) {
                (false, ..) => reasons.join("; "),
                (_, true, _) => {
                    "you have added no list of plugins yet: `pato library add URL` adds \
                                 one, or give the address of the plugin itself"
                        .to_owned()
                }
                (_, _, Some(hint)) => format!("no list has it; did you mean `{hint}`?"),
                _ => "no list has it: `pato library search` looks through them".to_owned(),
            },
        })
    }
}

/// The version that is wanted, or the newest that can be used.
pub(super) fn choose<'a>(
    plugin: &'a IndexPlugin,
    wanted: Option<&Version>,
) -> Result<&'a IndexVersion, String> {
    if let Some(wanted) = wanted {
        return plugin.version(wanted).ok_or_else(|| {
            let known: Vec<_> = plugin
                .versions
                .iter()
                .map(|one| one.version.to_string())
                .collect();
            format!(
                "there is no version {wanted}; there are {}",
                known.join(", ")
            )
        });
    }
    let fits = |one: &&IndexVersion| {
        let contract = one.api_version.parse::<ContractVersion>();
        one.yanked.is_none() && contract.is_ok_and(|contract| contract <= CONTRACT_VERSION)
    };
    let usable = plugin.versions.iter().filter(fits);
    // One for testing only where there is no other.
    usable
        .max_by_key(|one| (one.version.pre.is_empty(), &one.version))
        .ok_or_else(|| "every version of it was withdrawn, or needs a newer Pato".to_owned())
}

fn wanted(
    index: &Index,
    plugin: &IndexPlugin,
    version: &IndexVersion,
) -> Result<Wanted, HostError> {
    if let Some(revoked) = index.revocation_of(
        &plugin.id,
        &version.version,
        &version.sha256,
        plugin.publisher.as_ref(),
    ) {
        return Err(HostError::Revoked {
            id: plugin.id.to_string(),
            by: index.name.clone(),
            reason: revoked.reason.clone(),
        });
    }
    Ok(Wanted {
        sources: version
            .urls
            .iter()
            .map(|url| url.parse())
            .collect::<Result<_, _>>()?,
        expected: Expected {
            sha256: Some(version.sha256),
            size: Some(version.size),
            publisher: plugin.publisher,
        },
        kept: plugin.id.to_string(),
        id: Some(plugin.id.to_string()),
        origin: Origin::Link,
    })
}

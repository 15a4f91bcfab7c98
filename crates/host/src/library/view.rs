//! What is told of plugins on their way in, of lists of plugins, and of earlier versions.

use pato_permissions::Grants;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::view::{InspectionView, RequestView};

/// How far a plugin on its way in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OfferStage {
    /// Its address is being found.
    Resolving,
    /// It is on its way.
    Fetching,
    /// It is here, and waits for the user's answer.
    Asking,
    /// It is compiled and started.
    Installing,
    /// It runs; the version before it stands by.
    Trial,
    /// It is installed.
    Installed,
    /// What is installed is the newest already.
    UpToDate,
    /// The user did not want it.
    Declined,
    /// It could not be fetched, was refused, or was taken back.
    Failed,
}

impl OfferStage {
    /// Whether nothing more happens to it.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Installed | Self::UpToDate | Self::Declined | Self::Failed
        )
    }
}

/// A plugin on its way in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OfferView {
    /// Its number.
    pub id: u64,
    /// What was asked for, as the user wrote it.
    pub reference: String,
    /// How far it has come.
    pub stage: OfferStage,
    /// How many bytes have come.
    pub received: u64,
    /// How many there are, if that is known.
    pub total: Option<u64>,
    /// What it is and asks for, as soon as that is known, often before the last byte has come.
    pub inspection: Option<InspectionView>,
    /// Whether there is something to decide. An update that asks for nothing new goes on by itself.
    pub needs_answer: bool,
    /// The installed plugin, at the end.
    pub plugin: Option<String>,
    /// Why it failed, and what to do.
    pub problem: Option<String>,
}

/// What the user wants to have.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferRequest {
    /// An address, a file, `oci://…`, `namespace:name`, or an id in one of the lists, with `@version` if it
    /// shall be a certain one.
    pub reference: String,
    /// Install it under this name, beside what is installed already.
    #[serde(default)]
    pub name: Option<String>,
    /// Refuse it unless it has this SHA-256.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// The user's answer to an offer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferAnswer {
    /// What is granted. What it does not ask for is refused.
    #[schema(value_type = Vec<String>)]
    pub grant: Grants,
}

/// Who signed a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublisherView {
    /// The key, as minisign writes it.
    pub key: String,
    /// The same in words, for people to compare.
    pub words: String,
    /// Whether a plugin of this name came with this key before.
    pub known: bool,
}

/// An earlier version of an installed plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionView {
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
    /// When another took its place, in milliseconds since the epoch.
    pub replaced_at: f64,
    /// Why it was given up, if it failed.
    pub reason: Option<String>,
}

/// A list of plugins that the user added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndexView {
    /// Its address.
    pub url: String,
    /// Its name, once it was fetched.
    pub name: Option<String>,
    /// What it says of itself.
    pub description: Option<String>,
    /// Which comes first where several have the same plugin: the smallest.
    pub priority: u32,
    /// The key that signs it; none if it is unsigned.
    pub key: Option<String>,
    /// How many plugins are in it.
    pub plugins: usize,
    /// When it was last fetched, in milliseconds since the epoch.
    pub fetched_at: Option<f64>,
    /// Why it could not be fetched the last time.
    pub problem: Option<String>,
}

/// A plugin in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListingView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// Where to read more.
    pub homepage: Option<String>,
    /// Addresses of pictures.
    pub pictures: Vec<String>,
    /// Who signs it.
    pub publisher: Option<PublisherView>,
    /// Its versions, the newest first.
    pub versions: Vec<ListedVersionView>,
    /// The list that it is in.
    pub index: String,
    /// The version that is installed now.
    pub installed_version: Option<String>,
    /// Why it should not be installed, if the list says so.
    pub revoked: Option<String>,
}

/// One version of a plugin in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListedVersionView {
    /// The version.
    pub version: String,
    /// Its size, in bytes.
    pub size: u64,
    /// When it was published, as RFC 3339 has it.
    pub published: Option<String>,
    /// What is different in it.
    pub changes: Option<String>,
    /// Why it was withdrawn, if it was.
    pub yanked: Option<String>,
    /// What people are asked to grant.
    pub requests: Vec<RequestView>,
}

/// A newer version of an installed plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UpdateView {
    /// The plugin.
    pub plugin: String,
    /// Its name.
    pub name: String,
    /// The version that is installed.
    pub from: String,
    /// The newer one.
    pub to: String,
    /// What is different.
    pub changes: Option<String>,
    /// Whether the user wants the installed version to stay.
    pub pinned: bool,
}

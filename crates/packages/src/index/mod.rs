//! Indexes of plugins: a JSON file that anyone can put on a web server, with what there is, where it lies,
//! and which bytes it is.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::digest::Digest;
use crate::key::PublicKey;

mod check;
mod publish;

pub use publish::{Entry, publish};

/// The largest index, in bytes.
pub const MAX_INDEX_BYTES: usize = 8 << 20;

/// The most plugins in an index.
pub const MAX_PLUGINS: usize = 10_000;

/// The most versions of a plugin in an index.
pub const MAX_VERSIONS: usize = 200;

/// The most entries of any other list in an index.
pub const MAX_ENTRIES: usize = 256;

/// The version of the format that this Pato reads.
pub const INDEX_SCHEMA: u32 = 1;

/// A list of plugins. It names the bytes of each version, so whoever serves those can't swap them; and the
/// key of each publisher, so whoever serves the index can't either. Keys that are not listed here are left
/// for later versions of the format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// The version of the format: 1.
    pub schema: u32,
    /// Its name for people, such as `Pato's own plugins`.
    pub name: String,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where to read more: an `https:` or `http:` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The key that signs it, if one does; the signature lies beside it, under its address with `.minisig`
    /// at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
    /// Raised with each change. An index with a lower one than was seen before is old, and refused.
    pub serial: u64,
    /// When it was changed (RFC 3339).
    pub updated: String,
    /// The plugins, each once.
    #[serde(default)]
    pub plugins: Vec<IndexPlugin>,
    /// What is not to be run any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Revocation>,
}

/// One plugin of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndexPlugin {
    /// Its id, as in its manifest.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// Its licence, as an SPDX expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Where to read more: an `https:` or `http:` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Addresses of pictures that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    /// The key that signs it; none if it is unsigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<PublicKey>,
    /// Its versions, in any order.
    pub versions: Vec<IndexVersion>,
}

/// One version of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndexVersion {
    /// The version, as in its manifest.
    #[schemars(with = "String")]
    pub version: semver::Version,
    /// The version of the contract that it is made for, such as `0.1`.
    pub api_version: String,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// Where to get it, the best first. A relative address begins at that of the index; once the index is
    /// parsed, each is absolute.
    pub urls: Vec<String>,
    /// What it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<IndexRequest>,
    /// When it was published (RFC 3339).
    pub published: String,
    /// What is new in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<String>,
    /// Why nobody should install it any more, if that is so. Who has it keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yanked: Option<String>,
}

/// One permission that a version asks for. It is what people see before the plugin is there; what counts is
/// the manifest inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexRequest {
    /// The permission, such as `call:chat.send`.
    pub permission: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it also works without.
    #[serde(default)]
    pub optional: bool,
}

/// Something that is not to be run any more: one file, all of a publisher, or a plugin, all of it or one
/// version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revocation {
    /// The SHA-256 of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
    /// The key of its publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<PublicKey>,
    /// The plugin's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Only this version of that plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub version: Option<semver::Version>,
    /// Why.
    pub reason: String,
}

/// Why a file is no index, or can't take what is to be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Too large.
    #[error("the index has {length} bytes, and at most {MAX_INDEX_BYTES} are read")]
    TooLarge {
        /// How many it has.
        length: usize,
    },
    /// Of a later version of the format.
    #[error(
        "the index has schema {schema}, and this Pato reads schema {INDEX_SCHEMA}: update Pato"
    )]
    Schema {
        /// Which it has.
        schema: u64,
    },
    /// No JSON, a key that is missing, or a value that does not fit.
    #[error("the index is wrong{}: {problem}", at(.place))]
    Value {
        /// The path of the value, such as `plugins[3].versions[0].sha256`; empty for the whole.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A version that was published before is to be published again, with other bytes.
    #[error(
        "`{id}` {version} is published already, with other bytes ({published}): \
         raise the version in its manifest"
    )]
    OtherBytes {
        /// The plugin.
        id: String,
        /// The version.
        version: semver::Version,
        /// The SHA-256 that is published.
        published: Digest,
    },
    /// A plugin that was published before is to be published by somebody else.
    #[error(
        "`{id}` is published by another key ({}): sign it with that one, or give it another id",
        .published.words().join(" ")
    )]
    OtherPublisher {
        /// The plugin.
        id: String,
        /// By whom it is published.
        published: PublicKey,
    },
}

fn at(place: &str) -> String {
    match place {
        "" => String::new(),
        place => format!(" at `{place}`"),
    }
}

impl Index {
    /// Reads an index that came from `base`.
    ///
    /// # Errors
    ///
    /// If it is too large, of a later schema, no JSON, or a value in it does not fit.
    pub fn parse(bytes: &[u8], base: &Url) -> Result<Self, IndexError> {
        let mut index = check::read(bytes)?;
        check::resolve(&mut index, base)?;
        Ok(index)
    }

    /// Reads an index for its author: its addresses stay as they are written.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        check::read(bytes)
    }

    /// The plugin of that id.
    pub fn plugin(&self, id: &str) -> Option<&IndexPlugin> {
        self.plugins.iter().find(|plugin| plugin.id == id)
    }

    /// The plugins in whose id, name, description or author every word of `text` stands, whatever its case;
    /// those first where it stands in the id or the name.
    pub fn search<'a>(&'a self, text: &str) -> Vec<&'a IndexPlugin> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let mut found: Vec<(bool, &IndexPlugin)> = self
            .plugins
            .iter()
            .filter_map(|plugin| {
                let title = format!("{}\n{}", plugin.id, plugin.name).to_lowercase();
                let rest = format!("{}\n{}", plugin.description, plugin.author).to_lowercase();
                let all = words
                    .iter()
                    .all(|word| title.contains(word) || rest.contains(word));
                let in_title = words.iter().all(|word| title.contains(word));
                all.then_some((!in_title, plugin))
            })
            .collect();
        found.sort_by_key(|(in_text, plugin)| (*in_text, plugin.name.to_lowercase()));
        found.into_iter().map(|(_, plugin)| plugin).collect()
    }

    /// Why a package is not to be run any more, if that is so.
    pub fn revocation_of(
        &self,
        id: &str,
        version: &semver::Version,
        sha256: &Digest,
        publisher: Option<&PublicKey>,
    ) -> Option<&Revocation> {
        self.revoked.iter().find(|revocation| {
            let of_plugin = revocation.id.as_deref() == Some(id)
                && revocation
                    .version
                    .as_ref()
                    .is_none_or(|revoked| revoked == version);
            let of_publisher = publisher.is_some() && revocation.publisher.as_ref() == publisher;
            revocation.sha256.as_ref() == Some(sha256) || of_publisher || of_plugin
        })
    }

    /// The JSON schema of an index.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}

impl IndexPlugin {
    /// Its newest version that is not yanked; a version for testing, such as `2.0.0-beta`, only where there
    /// is no other.
    pub fn newest(&self) -> Option<&IndexVersion> {
        let offered = self
            .versions
            .iter()
            .filter(|version| version.yanked.is_none());
        offered.max_by_key(|one| (one.version.pre.is_empty(), &one.version))
    }

    /// That version of it.
    pub fn version(&self, version: &semver::Version) -> Option<&IndexVersion> {
        self.versions.iter().find(|one| one.version == *version)
    }
}

impl fmt::Display for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

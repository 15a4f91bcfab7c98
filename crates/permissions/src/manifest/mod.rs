//! What a plugin says of itself: `pato.toml`, or the same keys as JSON in `manifest.json`.

use indexmap::IndexMap;
use serde::Serialize;

use crate::contract::ContractVersion;
use crate::host_scope::HostScope;
use crate::permission::Permission;
use crate::plugin_id::PluginId;
use crate::surface::SurfaceKind;

mod document;
mod error;
mod reading;
mod setting;
mod text;
mod warning;

pub use error::ManifestError;
pub use setting::{SettingDeclaration, SettingError, SettingKind, SettingValue};

/// The largest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 64 << 10;

/// The most entries in any one list or table of a manifest.
pub const MAX_REQUESTS: usize = 256;

/// What `storage = true` requests, in bytes.
pub const DEFAULT_STORAGE_BYTES: u64 = 1 << 20;

/// What a plugin is, needs, and lets the user adjust. It grants nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// Its id, unique on a machine.
    pub id: PluginId,
    /// Its name for people.
    pub name: String,
    /// Its own version.
    pub version: semver::Version,
    /// The version of the contract that it is made for.
    pub api_version: ContractVersion,
    /// What it does; empty if it does not say.
    pub description: String,
    /// Who made it; empty if it does not say.
    pub author: String,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// Where to read more: an `https:` or `http:` address.
    pub homepage: Option<String>,
    /// The key by which its author signs it, in the format of minisign: 56 characters of base64 that begin
    /// with `RW`.
    pub publisher: Option<String>,
    /// What it asks to be allowed; no permission stands twice.
    pub permissions: Vec<Request>,
    /// What the user can set, by key, in the order of the file.
    pub settings: IndexMap<String, SettingDeclaration>,
    /// What it can be called to do, besides events.
    pub commands: Vec<CommandDeclaration>,
    /// What it shows in the dashboard and on the stream.
    pub surfaces: Vec<SurfaceDeclaration>,
    /// The secrets that it uses and never sees.
    pub secrets: Vec<SecretDeclaration>,
    /// The limits it would like; the host's maximum wins.
    pub limits: RequestedLimits,
    /// How its events wait for it.
    pub mailbox: MailboxDeclaration,
}

/// One permission that a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The permission.
    pub permission: Permission,
    /// Why, for the user who decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the plugin also works without it.
    pub optional: bool,
}

/// One command: the plugin's `handle-command` is called with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandDeclaration {
    /// Its name, such as `next-scene`.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
}

/// Something that a plugin shows: a widget or a page of the dashboard, or an overlay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurfaceDeclaration {
    /// Its name, such as `top-chatters`.
    pub id: String,
    /// What it is.
    pub kind: SurfaceKind,
    /// What people call it.
    pub title: String,
    /// What it shows.
    pub description: Option<String>,
    /// Of the Lucide set.
    pub icon: Option<String>,
    /// How wide it is at first: a widget in columns of 12, an overlay in pixels. A page has 0.
    pub width: u32,
    /// How high it is at first: a widget in rows of 40 pixels, an overlay in pixels. A page has 0.
    pub height: u32,
}

/// One secret that the user enters and the host puts into requests where `{secret:NAME}` stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretDeclaration {
    /// Its name, such as `token`.
    pub name: String,
    /// The only hosts it is ever sent to: at least one, and none with a star.
    pub hosts: Vec<HostScope>,
    /// What the user is asked for.
    pub label: Option<String>,
}

/// The limits that a plugin would like, where the usual ones do not do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RequestedLimits {
    /// Memory, in bytes.
    pub memory: Option<u64>,
    /// Processor time of one call, in milliseconds.
    pub call_milliseconds: Option<u32>,
    /// The body of one HTTP answer, in bytes.
    pub http_response: Option<u64>,
    /// Lines a second in the log.
    pub log_lines: Option<u32>,
}

/// How events wait for a plugin that is busy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailboxDeclaration {
    /// How many events wait in memory: 1 to 65,536.
    pub capacity: usize,
    /// What happens when they are more.
    pub overflow: OverflowPolicy,
}

impl Default for MailboxDeclaration {
    fn default() -> Self {
        Self {
            capacity: 1024,
            overflow: OverflowPolicy::default(),
        }
    }
}

/// What happens to events when a mailbox is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverflowPolicy {
    /// The oldest is lost.
    #[default]
    DropOldest,
    /// The newest is lost.
    DropNewest,
    /// None is lost: what does not fit waits on disk.
    Spill,
}

impl Manifest {
    /// Reads `pato.toml`. `origin` says where the text comes from, for errors.
    ///
    /// # Errors
    ///
    /// If the text is too long, is no TOML, has an unknown key, or a value that does not fit.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, ManifestError> {
        reading::from_toml(text, origin)
    }

    /// Reads `manifest.json`, which has the same keys. `origin` says where the text comes from, for
    /// errors.
    ///
    /// # Errors
    ///
    /// If the text is too long, is no JSON, has an unknown key, or a value that does not fit.
    pub fn from_json(text: &str, origin: &str) -> Result<Self, ManifestError> {
        reading::from_json(text, origin)
    }

    /// What it requests that `old` did not: what the user is asked when a plugin is updated.
    pub fn additional_to(&self, old: &Manifest) -> Vec<&Request> {
        let known = |permission: &Permission| {
            let mut old = old.permissions.iter();
            old.any(|request| request.permission.covers(permission))
        };
        self.permissions
            .iter()
            .filter(|request| !known(&request.permission))
            .collect()
    }

    /// What is likely a mistake, though it may be meant: topics and actions that the catalogue does not
    /// have, secrets for hosts that the plugin may not reach. Each is a sentence with a remedy.
    pub fn warnings(&self) -> Vec<String> {
        warning::of(self)
    }
}

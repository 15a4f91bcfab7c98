//! What the host tells of itself: the types that the server, the command line and the desktop share.

use indexmap::IndexMap;
use pato_events::catalogue::host::{ConnectionState, PluginState};
use pato_permissions::{Grants, Manifest, Permission, SettingDeclaration, SettingValue};
use pato_runtime::PluginMetrics;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::database::PluginRecord;
use crate::error::HostError;
use crate::library::PublisherView;

/// The host at a glance.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HostView {
    /// The version of Pato.
    pub version: String,
    /// The version of the contract with plugins.
    pub contract: String,
    /// For how many seconds it has been running.
    pub uptime_seconds: f64,
    /// How many events were published since it started.
    pub events_published: u64,
    /// How many events were refused because their chain of causes was a loop.
    pub loops_refused: u64,
    /// How many plugins run.
    pub plugins_running: usize,
    /// How many plugins are installed.
    pub plugins_installed: usize,
    /// The connectors.
    pub connectors: Vec<ConnectorView>,
}

/// A connector.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConnectorView {
    /// Its id, which is the source of its events.
    pub id: String,
    /// How its connection stands.
    #[schema(value_type = String)]
    pub state: ConnectionState,
    /// Why, where there is something to say.
    pub reason: Option<String>,
    /// When it last heard something, in milliseconds since the epoch.
    pub last_heard: Option<f64>,
    /// When it tries again, in milliseconds since the epoch.
    pub next_try: Option<f64>,
    /// The actions that it performs.
    pub actions: Vec<String>,
}

/// A permission that a plugin asks for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RequestView {
    /// As one types it: `call:chat.send`.
    #[schema(value_type = String)]
    pub permission: Permission,
    /// What it means, in plain words.
    pub meaning: String,
    /// What to know before granting it, if it can do harm.
    pub danger: Option<String>,
    /// The plugin's own reason.
    pub reason: Option<String>,
    /// Whether the plugin also works without it.
    pub optional: bool,
    /// Whether the user granted it.
    pub granted: bool,
    /// Whether the version before did not ask for it.
    #[serde(default)]
    pub is_new: bool,
}

/// An installed plugin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PluginView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
    /// Where it came from: an address, or an id in a list of plugins.
    pub source: Option<String>,
    /// Who signed it; nobody if it is unsigned.
    pub publisher: Option<PublisherView>,
    /// Whether it stays at its version.
    pub pinned: bool,
    /// The version that has taken its place on trial; this one stands by.
    pub trial: Option<String>,
    /// Whether it runs when the host does.
    pub enabled: bool,
    /// What it is doing.
    #[schema(value_type = String)]
    pub state: PluginState,
    /// Why, where there is something to say.
    pub reason: Option<String>,
    /// What it asks for.
    pub requests: Vec<RequestView>,
    /// What it subscribed to.
    pub subscriptions: Vec<String>,
    /// Whether its events wait, because the user wants that.
    pub paused: bool,
    /// The commands that it understands.
    pub commands: Vec<CommandView>,
    /// The secrets that it uses and never sees.
    pub secrets: Vec<SecretView>,
    /// What it uses; none while it does not run.
    #[schema(value_type = Option<Object>)]
    pub metrics: Option<PluginMetrics>,
}

impl RequestView {
    /// What it means, and what to know before granting it.
    pub fn meaning_with_danger(&self) -> String {
        match &self.danger {
            Some(danger) => format!("{}. {danger}", self.meaning),
            None => self.meaning.clone(),
        }
    }
}

/// A command of a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CommandView {
    /// Its name, such as `next-scene`.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
}

/// A secret that a plugin uses and never sees.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SecretView {
    /// Its name, such as `token`.
    pub name: String,
    /// What the user is asked for.
    pub label: Option<String>,
    /// The only hosts it is ever sent to.
    pub hosts: Vec<String>,
    /// Whether Pato has it now.
    pub is_set: bool,
}

/// A plugin before it is installed: what the user is asked to agree to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InspectionView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// Where to read more.
    pub homepage: Option<String>,
    /// Who signed it; nobody if it is unsigned.
    pub publisher: Option<PublisherView>,
    /// The version that is installed now.
    pub installed_version: Option<String>,
    /// What it asks for; what the installed version was granted counts as granted.
    pub requests: Vec<RequestView>,
    /// What looks like a mistake in its manifest.
    pub warnings: Vec<String>,
}

/// One setting of a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct SettingView {
    /// Its value now.
    #[schema(value_type = Object)]
    #[schemars(with = "SettingValue")]
    pub value: Value,
    /// Whether that is the declared default.
    pub is_default: bool,
    /// How the manifest declares it.
    #[schema(value_type = Object)]
    #[schemars(with = "SettingDeclaration")]
    pub declaration: Value,
}

/// The settings of a plugin, by key, in the order of its manifest.
pub type SettingsView = IndexMap<String, SettingView>;

pub(crate) fn requests(
    manifest: &Manifest,
    granted: impl Fn(&Permission) -> bool,
) -> Vec<RequestView> {
    manifest
        .permissions
        .iter()
        .map(|request| RequestView {
            permission: request.permission.clone(),
            meaning: request.permission.meaning(),
            danger: request.permission.danger().map(str::to_owned),
            reason: request.reason.clone(),
            optional: request.optional,
            granted: granted(&request.permission),
            is_new: false,
        })
        .collect()
}

impl RequestView {
    /// What somebody else says that a plugin asks for. None if this Pato knows no such permission.
    pub(crate) fn listed(permission: &str, reason: Option<String>, optional: bool) -> Option<Self> {
        let permission: Permission = permission.parse().ok()?;
        Some(Self {
            meaning: permission.meaning(),
            danger: permission.danger().map(str::to_owned),
            reason,
            optional,
            granted: false,
            is_new: false,
            permission,
        })
    }
}

impl InspectionView {
    /// What a manifest says, against what is installed: its manifest, its version, and what of it is granted
    /// to the new one too.
    pub(crate) fn of(
        manifest: &Manifest,
        hash: &str,
        before: Option<(&Manifest, String)>,
        granted: &Grants,
        publisher: Option<PublisherView>,
    ) -> Self {
        let mut requests = requests(manifest, |permission| granted.covers(permission));
        let additional = match &before {
            Some((before, _)) => manifest.additional_to(before),
            None => manifest.permissions.iter().collect(),
        };
        for request in &mut requests {
            let mut additional = additional.iter();
            request.is_new = additional.any(|one| one.permission == request.permission);
        }
        Self {
            id: manifest.id.to_string(),
            name: manifest.name.clone(),
            version: manifest.version.to_string(),
            description: manifest.description.clone(),
            author: manifest.author.clone(),
            license: manifest.license.clone(),
            homepage: manifest.homepage.clone(),
            publisher,
            hash: hash.to_owned(),
            installed_version: before.map(|(_, version)| version),
            requests,
            warnings: manifest.warnings(),
        }
    }
}

impl PluginView {
    /// What can be said of a plugin whose file can't be read.
    pub(crate) fn unreadable(record: PluginRecord, error: &HostError) -> Self {
        Self {
            name: record.id.clone(),
            id: record.id,
            version: record.version,
            description: String::new(),
            author: String::new(),
            hash: record.hash,
            source: record.source,
            publisher: None,
            pinned: record.pinned,
            trial: None,
            enabled: record.enabled,
            state: PluginState::Failed,
            reason: Some(error.to_string()),
            requests: Vec::new(),
            subscriptions: Vec::new(),
            paused: false,
            commands: Vec::new(),
            secrets: Vec::new(),
            metrics: None,
        }
    }
}

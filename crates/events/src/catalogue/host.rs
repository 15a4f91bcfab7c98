//! What the host says of itself, its plugins and its connectors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TopicEntry, TopicPayload};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<HostStarted>("The host is up; its plugins and connectors start now."),
    TopicEntry::of::<HostStopping>("The host is about to stop."),
    TopicEntry::of::<PluginStatus>("A plugin's state changed."),
    TopicEntry::of::<PluginDenied>("A plugin was refused something it is not allowed to do."),
    TopicEntry::of::<PluginLagged>("A plugin's mailbox was full, and events were lost to it."),
    TopicEntry::of::<PluginDependencies>(
        "What a plugin calls in other plugins is there now, or no longer.",
    ),
    TopicEntry::of::<PluginGrantsChanged>("The user changed what a plugin may do."),
    TopicEntry::of::<PluginUpdated>(
        "A new version of a plugin has proved healthy and is installed.",
    ),
    TopicEntry::of::<PluginRolledBack>(
        "A new version of a plugin failed, and the one before runs again.",
    ),
    TopicEntry::of::<ConnectorStatus>("A connector's state changed."),
    TopicEntry::of::<AccountChanged>("An account was added, logged in anew, changed or removed."),
];

/// The host is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostStarted {
    /// The version of Pato.
    pub version: String,
}

impl TopicPayload for HostStarted {
    const TOPIC: &'static str = "host.started";
    const STATEFUL: bool = true;

    fn example() -> Self {
        Self {
            version: "0.1.0".into(),
        }
    }
}

/// The host is about to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostStopping {
    /// Why.
    pub reason: String,
}

impl TopicPayload for HostStopping {
    const TOPIC: &'static str = "host.stopping";

    fn example() -> Self {
        Self {
            reason: "the user asked for it".into(),
        }
    }
}

/// What a plugin is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PluginState {
    /// Being compiled, or read from the cache.
    Loading,
    /// Handling events.
    Running,
    /// Trapped; started anew after a pause.
    Restarting,
    /// Trapped too often; waits for the user.
    Quarantined,
    /// Could not be started; waits for the user.
    Failed,
    /// Stopped.
    Stopped,
}

/// A plugin's state changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginStatus {
    /// The plugin.
    pub plugin: String,
    /// What it is doing now.
    pub state: PluginState,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl TopicPayload for PluginStatus {
    const TOPIC: &'static str = "plugin.status";
    const STATEFUL: bool = true;

    fn example() -> Self {
        Self {
            plugin: "counter".into(),
            state: PluginState::Restarting,
            reason: Some("trap in handle-events: unreachable".into()),
        }
    }
}

/// A plugin was refused something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginDenied {
    /// The plugin.
    pub plugin: String,
    /// What it wanted, as a permission: `call:obs.set-current-program-scene`.
    pub permission: String,
    /// Whether the manifest asks for it, so that a grant is all that is missing.
    pub declared: bool,
    /// What to type to allow it.
    pub remedy: String,
}

impl TopicPayload for PluginDenied {
    const TOPIC: &'static str = "plugin.denied";

    fn example() -> Self {
        Self {
            plugin: "scenes".into(),
            permission: "call:obs.set-current-program-scene".into(),
            declared: true,
            remedy: "pato plugin grant scenes call:obs.set-current-program-scene".into(),
        }
    }
}

/// A plugin's mailbox was full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginLagged {
    /// The plugin.
    pub plugin: String,
    /// How many events were lost to it since it was last said.
    pub dropped: u32,
}

impl TopicPayload for PluginLagged {
    const TOPIC: &'static str = "plugin.lagged";

    fn example() -> Self {
        Self {
            plugin: "counter".into(),
            dropped: 17,
        }
    }
}

/// What a plugin imports of other plugins, and who offers it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginDependencies {
    /// The plugin.
    pub plugin: String,
    /// The interfaces that it imports.
    pub dependencies: Vec<PluginDependency>,
}

/// An interface that a plugin imports, and who offers it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginDependency {
    /// The interface, with the version that is asked for.
    pub interface: String,
    /// The plugin that offers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Whether it can be called now. Permission is another matter.
    pub available: bool,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl TopicPayload for PluginDependencies {
    const TOPIC: &'static str = "plugin.dependencies";
    const STATEFUL: bool = true;

    fn example() -> Self {
        Self {
            plugin: "alerts".into(),
            dependencies: vec![PluginDependency {
                interface: "ronni:points/points@1.0.0".into(),
                provider: Some("points".into()),
                available: true,
                reason: None,
            }],
        }
    }
}

/// The user changed what a plugin may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginGrantsChanged {
    /// The plugin.
    pub plugin: String,
    /// Its grants now, as permissions.
    pub grants: Vec<String>,
}

impl TopicPayload for PluginGrantsChanged {
    const TOPIC: &'static str = "plugin.grants-changed";

    fn example() -> Self {
        Self {
            plugin: "scenes".into(),
            grants: vec!["subscribe:chat.message".into()],
        }
    }
}

/// A new version of a plugin has proved healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginUpdated {
    /// The plugin.
    pub plugin: String,
    /// The version before.
    pub from: String,
    /// The version that is installed now.
    pub to: String,
}

impl TopicPayload for PluginUpdated {
    const TOPIC: &'static str = "plugin.updated";

    fn example() -> Self {
        Self {
            plugin: "alerts".into(),
            from: "1.2.0".into(),
            to: "1.3.0".into(),
        }
    }
}

/// A new version of a plugin failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginRolledBack {
    /// The plugin.
    pub plugin: String,
    /// The version that failed.
    pub from: String,
    /// The version that runs again.
    pub to: String,
    /// Why the other failed.
    pub reason: String,
}

impl TopicPayload for PluginRolledBack {
    const TOPIC: &'static str = "plugin.rolled-back";

    fn example() -> Self {
        Self {
            plugin: "alerts".into(),
            from: "1.3.0".into(),
            to: "1.2.0".into(),
            reason: "it crashed: handle-events: unreachable".into(),
        }
    }
}

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionState {
    /// Not wanted.
    Off,
    /// Being made.
    Connecting,
    /// Standing.
    Connected,
    /// Broken; tried again at `next_try`.
    Waiting,
    /// Broken in a way that only the user can mend, such as a wrong password.
    NeedsUser,
}

/// A connector's state changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectorStatus {
    /// The connector.
    pub connector: String,
    /// How its connection stands.
    pub state: ConnectionState,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it last heard something, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heard: Option<f64>,
    /// When it tries again, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try: Option<f64>,
}

impl TopicPayload for ConnectorStatus {
    const TOPIC: &'static str = "connector.status";
    const STATEFUL: bool = true;

    fn example() -> Self {
        Self {
            connector: "obs".into(),
            state: ConnectionState::Waiting,
            reason: Some("connection refused: is OBS running?".into()),
            last_heard: None,
            next_try: Some(1_763_683_200_000.0),
        }
    }
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountChange {
    /// It is new.
    Added,
    /// It was logged in anew.
    Authorized,
    /// Whether it is remembered changed.
    Updated,
    /// It is gone.
    Removed,
}

/// An account was added, logged in anew, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountChanged {
    /// The account's handle.
    pub account: String,
    /// Its service.
    pub service: String,
    /// What happened.
    pub change: AccountChange,
}

impl TopicPayload for AccountChanged {
    const TOPIC: &'static str = "host.account-changed";

    fn example() -> Self {
        Self {
            account: "twitch".into(),
            service: "twitch".into(),
            change: AccountChange::Added,
        }
    }
}

use pato_bus::PublishError;
use pato_connectors::ConnectorError;
use pato_events::{PatternError, PayloadError, TopicError};
use pato_permissions::{ParseError, RevokeError, SettingError};
use pato_runtime::{RuntimeError, ServiceError};
use pato_vault::VaultError;

use crate::configuration::ConfigurationError;
use crate::database::DatabaseError;
use crate::directory::DirectoryError;
use crate::network::PairingError;
use crate::package::PackageError;

/// Why the host did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The configuration is wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The data folder can't be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database can't be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file is no plugin.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A plugin could not be run.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// An action was not performed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// There is no such plugin.
    #[error("no plugin `{id}` is installed{}", hint.as_ref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_else(|| ": `pato plugin list` shows which are".into()))]
    UnknownPlugin {
        /// As given.
        id: String,
        /// The installed one that is most like it.
        hint: Option<String>,
    },
    /// The component on disk is not the one that was installed.
    #[error(
        "{} is not the file that was installed as `{id}`: something changed it. Install the plugin \
         again with `pato plugin add`",
        path.display()
    )]
    Tampered {
        /// Which one.
        id: String,
        /// The file.
        path: std::path::PathBuf,
    },
    /// A plugin shows no such thing.
    #[error(
        "`{plugin}` shows nothing called `{surface}`: look at the plugin's page for what it shows"
    )]
    UnknownSurface {
        /// The plugin.
        plugin: String,
        /// As given.
        surface: String,
    },
    /// What was done on a surface does not count.
    #[error("{problem}")]
    Surface {
        /// Why.
        problem: String,
    },
    /// An overlay can't be placed so.
    #[error("the overlay can't be placed so: {problem}")]
    Placement {
        /// What is wrong, and what to write.
        problem: String,
    },
    /// The dashboard can't be arranged so.
    #[error("the dashboard can't be arranged so: {problem}")]
    Layout {
        /// What is wrong.
        problem: String,
    },
    /// Nobody remembers the event.
    #[error("the event `{id}` is not remembered any more")]
    UnknownEvent {
        /// As given.
        id: String,
    },
    /// Pato brings no such plugin.
    #[error("Pato brings no plugin `{id}`: `pato plugin add FILE` installs one from its file")]
    NotBundled {
        /// As given.
        id: String,
    },
    /// No device can be paired while none can reach Pato.
    #[error("Pato is not open to the network: open it first, then pair a device")]
    NetworkClosed,
    /// A device was not paired.
    #[error(transparent)]
    Pairing(#[from] PairingError),
    /// No more devices can be paired.
    #[error("{most} devices are paired already: remove one that is not used any more")]
    TooManyDevices {
        /// How many can be.
        most: usize,
    },
    /// There is no such device.
    #[error("no device {id} is paired")]
    UnknownDevice {
        /// As given.
        id: u32,
    },
    /// The system has no random numbers to give.
    #[error("this system gives no random numbers: {reason}")]
    Random {
        /// What it says.
        reason: String,
    },
    /// The plugin is installed, but does not run.
    #[error("the plugin `{id}` is not running: start it with `pato plugin enable {id}`")]
    NotRunning {
        /// Which one.
        id: String,
    },
    /// What is to be granted is not asked for.
    #[error(
        "`{plugin}` does not ask for `{permission}`, so granting it would do nothing; it asks for: {requested}"
    )]
    NotRequested {
        /// Which one.
        plugin: String,
        /// As given.
        permission: String,
        /// What it does ask for.
        requested: String,
    },
    /// A permission can't be taken back.
    #[error(transparent)]
    Revoke(#[from] RevokeError),
    /// There is no such setting.
    #[error("the plugin `{plugin}` has no setting `{key}`{}", hint.as_ref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_default())]
    UnknownSetting {
        /// Which one.
        plugin: String,
        /// As given.
        key: String,
        /// The one most like it.
        hint: Option<String>,
    },
    /// A setting can't have that value.
    #[error("{plugin}, setting `{key}`: {error}")]
    Setting {
        /// Which plugin.
        plugin: String,
        /// Which setting.
        key: String,
        /// What is wrong with the value.
        error: SettingError,
    },
    /// The plugin uses no such secret.
    #[error("the manifest of `{plugin}` names no secret `{name}`; it names: {known}")]
    UnknownSecret {
        /// Which plugin.
        plugin: String,
        /// As given.
        name: String,
        /// Those it names.
        known: String,
    },
    /// A secret can't be kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// There is no such account.
    #[error("there is no account `{handle}`{}", hint.as_ref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_else(|| ": `pato account list` shows which there are".into()))]
    UnknownAccount {
        /// As given.
        handle: String,
        /// The one that is most like it.
        hint: Option<String>,
    },
    /// An account can't be called that.
    #[error("`{handle}` can't be an account's name: use up to 48 small letters, digits and `-`")]
    Handle {
        /// As given.
        handle: String,
    },
    /// Another service's account is called that.
    #[error("`{handle}` is an account of {service} already: choose another name with --as")]
    HandleTaken {
        /// As given.
        handle: String,
        /// Whose it is.
        service: &'static str,
    },
    /// There is no such login.
    #[error("there is no login {id}: it ended long ago, or never was")]
    UnknownLogin {
        /// As given.
        id: u64,
    },
    /// A login was given up.
    #[error("the login was given up: another one for the same account began, or it was cancelled")]
    LoginCancelled,
    /// The keyring takes too long.
    #[error("the system's keyring does not answer: unlock it, then `pato account authorize`")]
    Keyring,
    /// A connector can't be set up.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Not a permission.
    #[error(transparent)]
    Permission(#[from] ParseError),
    /// Not a topic.
    #[error(transparent)]
    Topic(#[from] TopicError),
    /// Not a pattern.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Not a payload, or not of the topic's shape.
    #[error("{topic}: {error}")]
    Payload {
        /// The topic.
        topic: String,
        /// What is wrong with it.
        error: PayloadError,
    },
    /// The bus refused it.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

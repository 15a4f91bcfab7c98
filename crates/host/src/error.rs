use pato_bus::PublishError;
use pato_connectors::ConnectorError;
use pato_events::{PatternError, PayloadError, TopicError};
use pato_library::{FetchError, SourceError};
use pato_packages::{DigestError, KeyError};
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
         again with `pato plugin install`",
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
    #[error("Pato brings no plugin `{id}`: `pato plugin install FILE` installs one from its file")]
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
    /// The text names no place that a plugin can come from.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A plugin or a list could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A text is no SHA-256.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// A text is no public key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A text is no web address.
    #[error("`{address}` is no web address ({reason}): write one that begins with https://")]
    Address {
        /// As given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host stops.
    #[error("Pato is stopping")]
    ShuttingDown,
    /// Too much is being fetched.
    #[error("{most} plugins are on their way already: wait for one to arrive, or give one up")]
    ManyOffers {
        /// How many there may be.
        most: usize,
    },
    /// There is no such offer.
    #[error("there is no offer {id}: it ended long ago, or never was")]
    UnknownOffer {
        /// As given.
        id: u64,
    },
    /// An offer waits for no answer.
    #[error(
        "there is nothing to answer to offer {id}: its manifest has not come yet, or it is over"
    )]
    NothingToAnswer {
        /// Which one.
        id: u64,
    },
    /// No list has such a plugin.
    #[error("`{id}`: {reason}")]
    NotListed {
        /// As given.
        id: String,
        /// Why, and what to do.
        reason: String,
    },
    /// What came is another plugin than the one that was wanted.
    #[error(
        "this was to be the plugin `{expected}`, and it is `{found}`: nothing was changed. If you want \
         that one, install it by its address"
    )]
    OtherPlugin {
        /// The id that was expected.
        expected: String,
        /// The id in the manifest.
        found: String,
    },
    /// A link names other bytes than the list.
    #[error(
        "the link asks for `{id}` with the SHA-256 {expected}, and the list knows that plugin with \
         another: nothing was installed. Ask whoever made the link"
    )]
    OtherBytes {
        /// Which plugin.
        id: String,
        /// What the link names.
        expected: String,
    },
    /// Another key signed a plugin than before.
    #[error(
        "`{id}` was always signed by {known}, and this one is signed by {came}. It may come from \
         somebody else, so nothing was changed. Ask its author whether the key was changed; if so, \
         `pato plugin forget-publisher {id}` lets the new key in"
    )]
    PublisherChanged {
        /// Which plugin.
        id: String,
        /// The key that is known, in words.
        known: String,
        /// The key that came, in words.
        came: String,
    },
    /// No key is known for a plugin.
    #[error("no key is known for `{id}`, so there is none to forget")]
    UnknownPublisher {
        /// As given.
        id: String,
    },
    /// A list warns of a plugin.
    #[error(
        "`{id}` is not run, because the list “{by}” warns of it: {reason}. If you trust the plugin more \
         than the list, remove the list"
    )]
    Revoked {
        /// Which plugin.
        id: String,
        /// Which list.
        by: String,
        /// What the list says.
        reason: String,
    },
    /// A new version did not prove healthy.
    #[error("`{id}` {version} failed, and {before} runs on: {reason}")]
    Unhealthy {
        /// Which plugin.
        id: String,
        /// The version that failed.
        version: String,
        /// The version that runs.
        before: String,
        /// Why.
        reason: String,
    },
    /// There is no such earlier version.
    #[error(
        "there is no earlier version{} of `{id}` to go back to; there is: {}",
        wanted.as_ref().map(|wanted| format!(" {wanted}")).unwrap_or_default(),
        if known.is_empty() { "none" } else { known }
    )]
    UnknownVersion {
        /// Which plugin.
        id: String,
        /// As given.
        wanted: Option<String>,
        /// Those there are.
        known: String,
    },
    /// A plugin is to stay at its version.
    #[error(
        "`{id}` is to stay at {version}: `pato plugin unpin {id}` lets it be updated, or name the \
         version that you want"
    )]
    Pinned {
        /// Which plugin.
        id: String,
        /// Its version.
        version: String,
    },
    /// Where a plugin comes from, there is one version only.
    #[error(
        "`{id}` comes from {source_text}, where there is one version only, so {wanted} can't be chosen: \
         install it by its own address"
    )]
    OneVersion {
        /// Which plugin.
        id: String,
        /// The version that was wanted.
        wanted: String,
        /// Where it comes from.
        source_text: String,
    },
    /// There is no such list.
    #[error("there is no list {url}{}", hint.as_ref().map(|hint| format!("; did you mean {hint}?")).unwrap_or_else(|| ": `pato library list` shows which there are".into()))]
    UnknownIndex {
        /// As given.
        url: String,
        /// The one that is most like it.
        hint: Option<String>,
    },
    /// A set-up was written by a newer Pato.
    #[error(
        "this set-up has the form {form}, of Pato {pato}, and this Pato knows the form 1: update Pato"
    )]
    NewerSetUp {
        /// The form.
        form: u32,
        /// The version that wrote it.
        pato: String,
    },
    /// A plugin of a set-up came from a file.
    #[error(
        "`{id}` was installed from a file, so nobody knows where to fetch it: install the file with the \
         SHA-256 {sha256} by `pato plugin install FILE`, then import again"
    )]
    OnlyAFile {
        /// Which plugin.
        id: String,
        /// Its hash.
        sha256: String,
    },
    /// A plugin of a set-up could not be had.
    #[error("`{id}` could not be had: {reason}")]
    NotImported {
        /// Which plugin.
        id: String,
        /// Why.
        reason: String,
    },
    /// There is no such backup.
    #[error("there is no backup `{name}`{}", hint.as_ref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_else(|| ": `pato backup list` shows which there are".into()))]
    UnknownBackup {
        /// As given.
        name: String,
        /// The one that is most like it.
        hint: Option<String>,
    },
}

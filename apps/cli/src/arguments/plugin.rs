//! Installed plugins, and the lists that they come from.

use clap::{Args, Subcommand};

use crate::author::AuthorCommand;

#[derive(Debug, Subcommand)]
pub(crate) enum AnyPluginCommand {
    #[command(flatten)]
    Installed(PluginCommand),
    #[command(flatten)]
    Author(AuthorCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Install a plugin: an address, a file, oci://…, namespace:name, or an id in one of your lists
    #[command(visible_alias = "add")]
    Install(InstallOptions),
    /// Update a plugin, or all of them; the version before stands by until the new one has proved healthy
    #[command(disable_version_flag = true)]
    Update(UpdateOptions),
    /// Go back to an earlier version, with what it had stored then
    Rollback(VersionOptions),
    /// List the earlier versions that can be gone back to
    Versions(PluginId),
    /// Let a plugin stay at its version
    Pin(PluginId),
    /// Let it be updated again
    Unpin(PluginId),
    /// Let a plugin be signed by another key from now on
    ForgetPublisher(PluginId),
    /// See what plugins wanted while they ran and were not granted
    Questions,
    /// Answer such a question: once, always or never
    Answer(AnswerOptions),
    /// See which plugins call which others, whether they may, and how often they did
    Graph,
    /// List the installed plugins
    List,
    /// Show all about one plugin
    Info(PluginId),
    /// Run a plugin, now and at every start
    Enable(PluginId),
    /// Stop a plugin, now and at every start
    Disable(PluginId),
    /// Stop a plugin and start it anew, out of quarantine too
    Restart(PluginId),
    /// Let events wait for a plugin
    Pause(PluginId),
    /// Let them through again
    Resume(PluginId),
    /// Remove a plugin with all that it stored
    Remove(RemoveOptions),
    /// Show what a plugin asks for, and what of it is granted
    Grants(PluginId),
    /// Grant permissions that a plugin asks for
    Grant(PermissionOptions),
    /// Take permissions back
    Revoke(PermissionOptions),
    /// Show a plugin's log
    Logs(LogOptions),
    /// Show a plugin's settings, or change them: KEY=VALUE, or KEY= for the default
    Settings(SettingsOptions),
    /// Give a plugin a secret, to be used by the host on its behalf; it is asked for
    Secret(SecretOptions),
}

#[derive(Debug, Args)]
pub(crate) struct PluginId {
    /// The plugin's id, as `pato plugin list` shows it
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct InstallOptions {
    /// An address, a .wasm file, a folder with manifest.json and module.wasm, oci://REGISTRY/NAME:TAG,
    /// NAMESPACE:NAME, or an id in one of your lists; @VERSION after a name chooses one
    pub(crate) reference: String,

    /// Install it under this name, beside what is installed already
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Refuse it unless it has this SHA-256
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<String>,

    /// Wait until the new version has proved healthy
    #[arg(long)]
    pub(crate) wait: bool,

    #[command(flatten)]
    pub(crate) grants: GrantOptions,
}

#[derive(Debug, Args)]
pub(crate) struct GrantOptions {
    /// Grant all that it asks for, without asking
    #[arg(long, conflicts_with = "grant")]
    pub(crate) grant_all: bool,

    /// Grant just this, without asking; may be repeated
    #[arg(long, value_name = "PERMISSION")]
    pub(crate) grant: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct UpdateOptions {
    /// The plugin's id [default: every plugin that has a newer version in a list]
    pub(crate) id: Option<String>,

    /// To this version, newer or older [default: the newest]
    #[arg(long, value_name = "VERSION", requires = "id")]
    pub(crate) version: Option<String>,

    /// Wait until the new version has proved healthy
    #[arg(long)]
    pub(crate) wait: bool,

    #[command(flatten)]
    pub(crate) grants: GrantOptions,
}

#[derive(Debug, Args)]
pub(crate) struct VersionOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// Which version [default: the one before]
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AnswerOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// As `pato plugin questions` shows it: call:chat.send
    pub(crate) permission: String,

    /// Until it is stopped, until you take it back, or not at all and never ask again
    #[arg(value_parser = ["once", "always", "never"])]
    pub(crate) decision: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Add a list of plugins by its address
    Add {
        /// Where its JSON lies
        url: String,

        /// The key that signs it, as its owner publishes it
        #[arg(long)]
        key: Option<String>,

        /// Which list comes first where several have the same plugin: the smallest
        #[arg(long, default_value_t = 0)]
        priority: u32,
    },
    /// Remove a list; what was installed from it stays
    Remove {
        /// Its address
        url: String,
    },
    /// List the lists
    List,
    /// Fetch every list anew
    Refresh,
    /// Look through all lists
    Search {
        /// Words that must stand in the id, name, description or author
        words: Vec<String>,
    },
    /// Show all about one plugin of a list
    Show {
        /// Its id
        id: String,
    },
    /// List the newer versions of installed plugins
    Updates,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PermissionOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// As `pato plugin grants` shows them: call:chat.send
    #[arg(required = true, value_name = "PERMISSION")]
    pub(crate) permissions: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LogOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// Keep printing new lines until Ctrl-C
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SettingsOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// What to change; a value is JSON, or else a text
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) changes: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SecretOptions {
    /// The plugin's id
    pub(crate) id: String,

    /// The secret's name, as the plugin's manifest has it
    pub(crate) name: String,
}

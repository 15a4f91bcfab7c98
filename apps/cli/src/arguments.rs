use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use pato_events::Pattern;
use pato_host::Service;
use url::Url;

use crate::author::AuthorCommand;
use crate::author::project::{BuildOptions, DoctorOptions, NewOptions, ProjectOptions};
use crate::key::KeyCommand;

/// Runs plugins for streamers: one connection to each service, one stream of events, sandboxed
/// plugins that react.
#[derive(Debug, Parser)]
#[command(
    name = "pato",
    version,
    propagate_version = true,
    infer_subcommands = true
)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no host is running (or, for \
                        `run`, one is already)."
)]
pub(crate) struct Arguments {
    /// The folder where Pato keeps its data [default: the system's place for such]
    #[arg(long, global = true, value_name = "FOLDER", env = "PATO_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the host, and keep it running until Ctrl-C
    Run(Box<RunOptions>),
    /// Show Pato at work: simulated chat, bundled plugins, nothing kept
    Demo(DemoOptions),
    /// Stop the running host
    Stop,
    /// Show the running host at a glance
    Status,
    /// Install, inspect and control plugins; pack, sign and publish your own
    Plugin {
        #[command(subcommand)]
        command: AnyPluginCommand,
    },
    /// Make the project of a new plugin, in the language you choose
    New(NewOptions),
    /// Build the plugin in a project, with its language's own tools
    Build(BuildOptions),
    /// Remove what builds made in a project
    Clean(ProjectOptions),
    /// Make and show the keys that sign plugins
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Lists of plugins, and what is in them
    Library {
        #[command(subcommand)]
        command: LibraryCommand,
    },
    /// What plugins were granted, refused, and did that can do harm
    Audit(AuditOptions),
    /// Copies of the database, and going back to one
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// The whole set-up in one file, without a secret
    SetUp {
        #[command(subcommand)]
        command: SetUpCommand,
    },
    /// Log in to services, and see the accounts
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// See the connections to services
    Connector {
        #[command(subcommand)]
        command: ConnectorCommand,
    },
    /// Follow what happens, or look back
    Events {
        #[command(subcommand)]
        command: EventsCommand,
    },
    /// Publish an event of your own
    Emit(EventOptions),
    /// Invent one event, marked as simulated: the topic's example, changed by PAYLOAD and --set
    #[command(alias = "sim")]
    Simulate(SimulateOptions),
    /// Write down what happens, to play it again
    Record(RecordOptions),
    /// Play a recording into plugins, and into nothing else
    Replay(ReplayOptions),
    /// Perform an action of a service, or a command of a plugin
    Call(CallOptions),
    /// Find out what is wrong, and how to mend it
    Doctor(DoctorOptions),
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the description of the local API
    #[command(hide = true)]
    Openapi,
    /// Print the schema of what pages send and receive
    #[command(hide = true)]
    PageSchema,
    /// Print the schema of an index of plugins
    #[command(hide = true)]
    IndexSchema,
}

#[derive(Debug, Default, Args)]
pub(crate) struct RunOptions {
    /// Read this Twitch channel's chat; no account needed
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) twitch: Option<String>,

    /// Another server than Twitch's own, for tests: irc://HOST:PORT
    #[arg(long, value_name = "URL", requires = "twitch", hide = true)]
    pub(crate) twitch_server: Option<Url>,

    /// Control OBS Studio; its password is asked for
    #[arg(long, value_name = "ws://HOST:PORT", num_args = 0..=1, default_missing_value = "ws://127.0.0.1:4455", value_parser = websocket)]
    pub(crate) obs: Option<Url>,

    /// Invent events, so many a second
    #[arg(long, value_name = "RATE", num_args = 0..=1, default_missing_value = "2")]
    pub(crate) simulate: Option<f64>,

    /// Begin the simulator's random numbers here: the same seed makes the same events
    #[arg(long, value_name = "NUMBER", requires = "simulate")]
    pub(crate) seed: Option<u64>,

    /// Where the page and the API listen; port 0 takes any free one [default: 127.0.0.1:7286]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,

    /// Let phones and tablets that you pair on this network look and operate
    #[arg(long)]
    pub(crate) network: bool,

    /// Read passwords and tokens from standard input instead of asking: one NAME=VALUE a line, where
    /// NAME is that of an OBS, such as `obs`, or `plugin/secret`
    #[arg(long)]
    pub(crate) secrets_from_stdin: bool,

    /// Print what happens, event by event
    #[arg(long)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// The folder with the bundled plugins
    #[arg(long, value_name = "FOLDER")]
    pub(crate) plugins: PathBuf,

    /// Stop by itself after this time, such as 30s or 2m
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) time: Option<Duration>,

    /// How many events a second the simulator invents
    #[arg(long, default_value_t = 2.0)]
    pub(crate) rate: f64,

    /// Begin the simulator's random numbers here
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// Where the page listens; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
}

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
pub(crate) struct AuditOptions {
    /// Words to look for
    pub(crate) text: Vec<String>,

    /// Of this plugin only
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Option<String>,

    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// List the copies
    List,
    /// Make one now
    Make,
    /// Go back to one; Pato must not be running
    Restore {
        /// Its name, as `pato backup list` shows it
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetUpCommand {
    /// Write the set-up to a file, or to standard output
    Export {
        /// The file; it must not be there yet
        file: Option<PathBuf>,
    },
    /// Bring this machine to the set-up in a file; what is installed besides stays
    Import {
        /// The file
        file: PathBuf,

        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
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

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts
    List,
    /// Log in to a service
    Add(AddAccountOptions),
    /// Log in anew, with what granted plugins need by now
    Authorize {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,

        /// For Twitch: with an access token that you have; it is asked for, or read from standard input
        #[arg(long)]
        token: bool,
    },
    /// Keep what opens an account in this system's keyring
    Remember {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
    /// Keep it in memory only, until Pato stops
    Forget {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
    /// Remove an account, and what opens it
    Remove {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddAccountOptions {
    /// Which service
    #[arg(value_parser = service)]
    pub(crate) service: Service,

    /// What to call the account [default: after the service]
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) handle: Option<String>,

    /// Another account than the streamer's, to write in chat with
    #[arg(long)]
    pub(crate) bot: bool,

    /// Keep what opens it in this system's keyring; without, it is asked for at the next start
    #[arg(long)]
    pub(crate) remember: bool,

    /// For Twitch: with an access token that you have, instead of a page to agree on; it is asked for,
    /// or read from standard input
    #[arg(long)]
    pub(crate) token: bool,

    /// For Discord: a webhook's address instead of a bot, to write in one channel only
    #[arg(long)]
    pub(crate) webhook: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectorCommand {
    /// List the connectors
    List,
    /// Show one connector, with the actions that it performs
    Status {
        /// The connector's id
        id: String,
    },
    /// Connect now, instead of at the next try
    Retry {
        /// The connector's id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// Print events as they happen, until Ctrl-C
    Follow {
        /// Which topics: chat.*, obs.**
        #[arg(default_value = "**")]
        pattern: Pattern,
    },
    /// Print the latest events
    History {
        /// Which topics: chat.*, obs.**
        #[arg(default_value = "**")]
        pattern: Pattern,
        /// How many at the most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Print an event and what led to it
    Chain {
        /// The event's id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EventOptions {
    /// The topic, such as chat.message
    pub(crate) topic: String,

    /// The payload: a JSON object
    #[arg(default_value = "{}")]
    pub(crate) payload: String,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateOptions {
    #[command(flatten)]
    pub(crate) event: EventOptions,

    /// Change one field, also inside others: user.name=Ronni; a value is JSON, or else a text; may be
    /// repeated
    #[arg(long, value_name = "FIELD=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RecordOptions {
    /// The file to write
    pub(crate) file: PathBuf,

    /// Which topics: chat.*, obs.**
    #[arg(long, default_value = "**")]
    pub(crate) pattern: Pattern,

    /// End by itself after this time, such as 30s or 2m
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) time: Option<Duration>,

    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayOptions {
    /// A file that `pato record` wrote
    pub(crate) file: PathBuf,

    /// The plugin to play it into; may be repeated
    #[arg(long, value_name = "PLUGIN", required = true)]
    pub(crate) to: Vec<String>,

    /// How many times as fast as it happened; 0 means as fast as it goes
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
}

#[derive(Debug, Args)]
pub(crate) struct CallOptions {
    /// The action (obs.set-current-program-scene), or plugin and command (counter.reset)
    pub(crate) name: String,

    /// The parameters: a JSON object
    #[arg(default_value = "{}")]
    pub(crate) parameters: String,
}

/// A number with a unit: 500ms, 30s, 2m, 1h.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time: write a number with a unit, such as 30s or 2m");
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1_000),
        "m" | "min" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    milliseconds.map(Duration::from_millis).ok_or_else(wrong)
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.0..=1_000_000.0).contains(&speed) => Ok(speed),
        _ => Err("write a number from 0 to 1000000".into()),
    }
}

fn service(text: &str) -> Result<Service, String> {
    text.parse().map_err(|error: String| {
        let known: Vec<_> = Service::ALL
            .iter()
            .map(|service| service.as_str())
            .collect();
        format!("{error}: there are {}", known.join(", "))
    })
}

fn websocket(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "ws" | "wss") && url.has_host() => Ok(url),
        _ => Err(
            "write it as ws://HOST:PORT, as OBS shows it under Tools, WebSocket Server Settings"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_time_has_a_unit_that_is_known() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for wrong in [
            "",
            "s",
            "-1s",
            "3 days",
            "99999999999999999999h",
            "18446744073709551615h",
        ] {
            assert!(duration(wrong).unwrap_err().contains("30s"), "{wrong}");
        }
    }

    #[test]
    fn no_secret_can_be_given_as_an_argument() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_long().unwrap_or_default();
                let secret = ["token", "password", "secret", "webhook"].contains(&name);
                let is_flag = !argument.get_action().takes_values();
                assert!(!secret || is_flag, "{} --{name}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Arguments::command());
    }
}

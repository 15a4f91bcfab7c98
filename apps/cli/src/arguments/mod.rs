//! What can be typed.

mod author;
mod events;
mod host;
mod plugin;
mod service;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use self::author::{ExecOptions, InspectOptions, TestOptions, VerifyOptions};
pub(crate) use self::events::{
    CallOptions, EventOptions, EventsCommand, RecordOptions, ReplayOptions, SimulateOptions,
};
pub(crate) use self::host::{
    AuditOptions, BackupCommand, ConfigCommand, DemoOptions, RunOptions, SetUpCommand,
    ShowConfigOptions,
};
pub(crate) use self::plugin::{
    AnyPluginCommand, GrantOptions, InstallOptions, LibraryCommand, LogOptions, PluginCommand,
    RemoveOptions, SettingsOptions, UpdateOptions,
};
pub(crate) use self::service::{AccountCommand, AddAccountOptions, ConnectorCommand};
use crate::author::develop::{DevOptions, RunProjectOptions};
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
    /// Start the host, and keep it running until Ctrl-C; with a project, build and load its plugin too
    Run(Box<RunProjectOptions>),
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
    /// Build a project's plugin, load it, show what it does, and begin anew whenever something is saved
    Dev(DevOptions),
    /// Remove what builds made in a project
    Clean(ProjectOptions),
    /// Run a WebAssembly program, or call one of its functions; it gets what you grant
    Exec(ExecOptions),
    /// Check a WebAssembly file: whether it is valid, what it fits, and what it will need
    Verify(VerifyOptions),
    /// Show all about a WebAssembly file: its world, what makes it large, its manifest
    Inspect(InspectOptions),
    /// Play events into a plugin, and compare what it does with what it did before
    Test(TestOptions),
    /// The configuration, and where each value comes from
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
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
    /// Perform an action of a service, a command of a plugin, or a function that it offers to others
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        Arguments::command().debug_assert();
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

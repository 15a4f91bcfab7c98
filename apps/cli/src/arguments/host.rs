//! The host itself: what it runs with, what it wrote down, and copies of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use url::Url;

use super::values::{duration, websocket};

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
    #[arg(long, value_name = "NUMBER", requires = "simulate", value_parser = clap::value_parser!(u64).range(..=i64::MAX.cast_unsigned()))]
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

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show the values that hold here, out of the file in the data folder, the project, the environment and
    /// the options of `pato run`
    Show(Box<ShowConfigOptions>),
    /// Check every layer
    Check,
}

#[derive(Debug, Args)]
pub(crate) struct ShowConfigOptions {
    /// Say where each value comes from
    #[arg(long)]
    pub(crate) origin: bool,

    /// As `pato run` would take them
    #[command(flatten)]
    pub(crate) run: RunOptions,
}

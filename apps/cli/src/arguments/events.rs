//! What happens: followed, invented, recorded and called for.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use pato_events::Pattern;

use super::values::{duration, speed};

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
    /// The action (obs.set-current-program-scene), plugin and command (counter.reset), or plugin, interface
    /// and function (points.points.give)
    pub(crate) name: String,

    /// The parameters: a JSON object, or for a function each argument in WAVE ('"ronni"' 5)
    pub(crate) parameters: Vec<String>,
}

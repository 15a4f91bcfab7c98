//! What the user set for the host as a whole, in [`Layers`]: `config.toml` in the data folder, that of a
//! project, variables of the environment, and what the command line adds.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::limits::{LimitsSection, PluginSection};

pub(crate) use change::ConfigurationFile;
pub use change::{DiscordView, KickView, ObsView, ServicesView, TwitchView, VtubeView};
pub use layers::{ConfiguredValue, Layers, VARIABLE_PREFIX, ValueOrigin};
pub use library::LibrarySection;
pub use network::NetworkSection;
pub use services::{DiscordSection, KickSection, ObsSection, TwitchSection, VtubeSection};

mod change;
mod layers;
mod library;
mod network;
mod services;

/// Where the host listens unless told otherwise. 7286 spells PATO on a telephone.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7286);

/// The configuration of a host.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// The local server.
    pub server: ServerSection,
    /// Devices on the same network.
    pub network: NetworkSection,
    /// Invented events, for trying things out. None means off.
    pub simulator: Option<SimulatorSection>,
    /// Twitch, beyond what its accounts say.
    pub twitch: TwitchSection,
    /// Discord, beyond what its accounts say.
    pub discord: DiscordSection,
    /// Kick, beyond what its accounts say.
    pub kick: KickSection,
    /// VTube Studio, beyond what its account says.
    pub vtube: VtubeSection,
    /// Each OBS Studio.
    pub obs: Vec<ObsSection>,
    /// How many events the history holds, in number and bytes.
    pub history: HistorySection,
    /// Where plugins may come from, and how careful an update is.
    pub library: LibrarySection,
    /// What each plugin may use.
    pub limits: LimitsSection,
    /// What holds for one plugin, by its id.
    pub plugins: BTreeMap<String, PluginSection>,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// Where to listen. Loopback only; port 0 takes any free one.
    pub address: SocketAddr,
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            address: DEFAULT_ADDRESS,
        }
    }
}

/// `[simulator]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatorSection {
    /// How many events a second on average.
    pub rate: f64,
    /// The same seed makes the same events.
    pub seed: u64,
    /// The name of the invented channel.
    pub channel: String,
}

impl Default for SimulatorSection {
    fn default() -> Self {
        Self {
            rate: 2.0,
            seed: 1,
            channel: "pato".into(),
        }
    }
}

/// `[history]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistorySection {
    /// The most events kept.
    pub events: usize,
    /// The most bytes they may take.
    pub bytes: usize,
}

impl Default for HistorySection {
    fn default() -> Self {
        Self {
            events: 10_000,
            bytes: 16 * 1024 * 1024,
        }
    }
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file can't be read.
    #[error("can't read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{} is not right: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What, where, and what would be right.
        message: String,
    },
    /// A variable of the environment sets what there is not, or to what can't be.
    #[error("the variable {name} is not right: {problem}")]
    Variable {
        /// Its name.
        name: String,
        /// What, and what would be right.
        problem: String,
    },
    /// The file of a project sets what a project may not.
    #[error(
        "{} sets `{key}`, and a project may set only {allowed}: put it into config.toml in the data folder",
        path.display()
    )]
    OfProject {
        /// The file.
        path: PathBuf,
        /// What it sets.
        key: String,
        /// What it may set.
        allowed: String,
    },
    /// Each layer is right by itself, and all together are not.
    #[error(
        "the configuration is not right: {message}; `pato config show --origin` says where each value comes from"
    )]
    Merged {
        /// What.
        message: String,
    },
    /// A value that makes no sense, or would be dangerous.
    #[error("{name} = `{value}`: {remedy}")]
    Value {
        /// Which one.
        name: &'static str,
        /// As given.
        value: String,
        /// What to do.
        remedy: String,
    },
}

impl Configuration {
    /// Checks what the types can't.
    ///
    /// # Errors
    ///
    /// If a value makes no sense, or would be dangerous.
    pub fn check(&self) -> Result<(), ConfigurationError> {
        if !self.server.address.ip().is_loopback() {
            return wrong(
                "server.address",
                &self.server.address,
                "Pato listens on this machine only; use 127.0.0.1 or [::1]",
            );
        }
        if let Some(simulator) = &self.simulator
            && !(simulator.rate.is_finite() && (0.0..=10_000.0).contains(&simulator.rate))
        {
            return wrong(
                "simulator.rate",
                &simulator.rate,
                "use a number of events a second from 0 to 10000",
            );
        }
        library::check(self)?;
        self.network.check()?;
        services::check(self)
    }
}

/// The error for a value that is not right.
fn wrong(name: &'static str, value: &dyn ToString, remedy: &str) -> Result<(), ConfigurationError> {
    Err(ConfigurationError::Value {
        name,
        value: value.to_string(),
        remedy: remedy.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Configuration, ConfigurationError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Layers::read(&path, None, [])?.configuration()
    }

    #[test]
    fn a_file_that_is_not_there_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let layers = Layers::read(&folder.path().join("none.toml"), None, []).unwrap();
        let configuration = layers.configuration().unwrap();
        assert_eq!(configuration, Configuration::default());
        assert_eq!(ObsSection::default().url.port(), Some(4455));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_known_ones() {
        let message = load("[server]\nadress = \"127.0.0.1:1\"")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("line 2") && message.contains("`address`"),
            "{message}"
        );
    }

    #[test]
    fn values_that_make_no_sense_are_refused_with_what_would() {
        for (text, name) in [
            ("[server]\naddress = \"0.0.0.0:7286\"", "server.address"),
            ("[network]\naddresses = [\"0.0.0.0\"]", "network.addresses"),
            ("[network]\naddresses = [\"8.8.8.8\"]", "network.addresses"),
            ("[simulator]\nrate = -1.0", "simulator.rate"),
            ("[simulator]\nrate = nan", "simulator.rate"),
            ("[twitch]\nchannel = \"a b\"", "twitch.channel"),
            ("[twitch]\nclient_id = \"My App\"", "twitch.client_id"),
            (
                "[twitch]\nchannel = \"a\"\nserver = \"http://a\"",
                "twitch.server",
            ),
            ("[[obs]]\nurl = \"http://127.0.0.1\"", "obs.url"),
            ("[[obs]]\n[[obs]]", "obs.name"),
            ("[[obs]]\nname = \"kick\"", "obs.name"),
            ("[[obs]]\nname = \"My OBS\"", "obs.name"),
            ("[discord]\nchannels = [\"#general\"]", "discord.channels"),
            ("[kick]\nchannel = \"a b\"", "kick.channel"),
            ("[kick]\nunofficial = true", "kick.unofficial"),
            ("[kick]\nwebhook = \"0.0.0.0:80\"", "kick.webhook"),
            ("[vtube]\nurl = \"http://127.0.0.1:8001\"", "vtube.url"),
            ("[library]\ntrial_seconds = 4000", "library.trial_seconds"),
            ("[library]\nproxy = \"socks5://a\"", "library.proxy"),
        ] {
            let message = load(text).unwrap_err().to_string();
            assert!(
                message.contains(name) && message.contains("use "),
                "{message}"
            );
        }
    }
}

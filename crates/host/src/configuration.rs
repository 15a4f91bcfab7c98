//! What the user set for the host as a whole: `config.toml` in the data folder, and what the command
//! line adds.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use crate::limits::{LimitsSection, PluginSection};

/// Where the host listens unless told otherwise. 7286 spells PATO on a telephone.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7286);

/// The configuration of a host.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// The local server.
    pub server: ServerSection,
    /// Invented events, for trying things out. None means off.
    pub simulator: Option<SimulatorSection>,
    /// Twitch chat. None means off.
    pub twitch: Option<TwitchSection>,
    /// OBS Studio. None means off.
    pub obs: Option<ObsSection>,
    /// How many events the history holds, in number and bytes.
    pub history: HistorySection,
    /// What each plugin may use.
    pub limits: LimitsSection,
    /// What holds for one plugin, by its id.
    pub plugins: BTreeMap<String, PluginSection>,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Deserialize)]
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

/// `[twitch]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwitchSection {
    /// The channel to read, as it stands in its address.
    pub channel: String,
    /// The account that writes. None means reading only, without an account.
    #[serde(default)]
    pub login: Option<String>,
    /// Another server than Twitch's own, for tests: `irc://127.0.0.1:6667`, or `ircs://` for TLS.
    #[serde(default)]
    pub server: Option<Url>,
}

/// `[obs]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObsSection {
    /// Where its WebSocket server listens.
    #[serde(default = "default_obs")]
    pub url: Url,
}

fn default_obs() -> Url {
    #[expect(clippy::unwrap_used, reason = "a constant that a test parses")]
    "ws://127.0.0.1:4455".parse().unwrap()
}

impl Default for ObsSection {
    fn default() -> Self {
        Self { url: default_obs() }
    }
}

/// `[history]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
    /// Reads the file; one that is not there means the defaults.
    ///
    /// # Errors
    ///
    /// If it can't be read, holds an unknown key, or a value that makes no sense.
    pub fn load(path: &Path) -> Result<Self, ConfigurationError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(ConfigurationError::Io {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        let configuration: Self = toml::from_str(&text).map_err(|error| {
            // The parser's own text shows the line, and names the keys it knows.
            ConfigurationError::Syntax {
                path: path.to_owned(),
                message: error.to_string(),
            }
        })?;
        configuration.check()?;
        Ok(configuration)
    }

    /// Checks what the types can't.
    ///
    /// # Errors
    ///
    /// If a value makes no sense, or would be dangerous.
    pub fn check(&self) -> Result<(), ConfigurationError> {
        let value = |name, value: &dyn ToString, remedy: &str| {
            Err(ConfigurationError::Value {
                name,
                value: value.to_string(),
                remedy: remedy.to_owned(),
            })
        };
        if !self.server.address.ip().is_loopback() {
            return value(
                "server.address",
                &self.server.address,
                "Pato listens on this machine only; use 127.0.0.1 or [::1]",
            );
        }
        if let Some(simulator) = &self.simulator
            && !(simulator.rate.is_finite() && (0.0..=10_000.0).contains(&simulator.rate))
        {
            return value(
                "simulator.rate",
                &simulator.rate,
                "use a number of events a second from 0 to 10000",
            );
        }
        if let Some(twitch) = &self.twitch {
            if !is_twitch_login(&twitch.channel) {
                return value(
                    "twitch.channel",
                    &twitch.channel,
                    "use the name in the channel's address: 1 to 25 letters, digits and `_`",
                );
            }
            if let Some(login) = &twitch.login
                && !is_twitch_login(login)
            {
                return value(
                    "twitch.login",
                    login,
                    "use the account's name in small letters",
                );
            }
            if let Some(server) = &twitch.server
                && !matches!(server.scheme(), "irc" | "ircs")
            {
                return value(
                    "twitch.server",
                    server,
                    "use irc://HOST:PORT or ircs://HOST:PORT",
                );
            }
        }
        if let Some(obs) = &self.obs
            && !matches!(obs.url.scheme(), "ws" | "wss")
        {
            return value(
                "obs.url",
                &obs.url,
                "use ws://HOST:PORT, such as ws://127.0.0.1:4455",
            );
        }
        Ok(())
    }
}

/// <https://dev.twitch.tv/docs/chat/irc>: a login is 1 to 25 letters, digits and underscores.
fn is_twitch_login(text: &str) -> bool {
    (1..=25).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Configuration, ConfigurationError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        Configuration::load(&path)
    }

    #[test]
    fn a_file_that_is_not_there_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let configuration = Configuration::load(&folder.path().join("none.toml")).unwrap();
        assert_eq!(configuration, Configuration::default());
        assert_eq!(default_obs().port(), Some(4455));
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
            ("[simulator]\nrate = -1.0", "simulator.rate"),
            ("[simulator]\nrate = nan", "simulator.rate"),
            ("[twitch]\nchannel = \"a b\"", "twitch.channel"),
            (
                "[twitch]\nchannel = \"a\"\nserver = \"http://a\"",
                "twitch.server",
            ),
            ("[obs]\nurl = \"http://127.0.0.1\"", "obs.url"),
        ] {
            let message = load(text).unwrap_err().to_string();
            assert!(
                message.contains(name) && message.contains("use "),
                "{message}"
            );
        }
    }
}

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A service that one logs in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Twitch.
    Twitch,
    /// Discord.
    Discord,
    /// Kick.
    Kick,
    /// VTube Studio.
    Vtube,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Twitch, Self::Discord, Self::Kick, Self::Vtube];

    /// Its name in the configuration, which is also its connector's.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Twitch => "twitch",
            Self::Discord => "discord",
            Self::Kick => "kick",
            Self::Vtube => "vtube",
        }
    }

    /// The secrets of which one opens an account.
    pub(crate) fn secrets(self) -> &'static [&'static str] {
        match self {
            Self::Twitch | Self::Kick => &["access"],
            Self::Discord => &["token", "webhook"],
            Self::Vtube => &["token"],
        }
    }
}

impl FromStr for Service {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL
            .into_iter()
            .find(|service| service.as_str() == text);
        found.ok_or_else(|| format!("there is no service `{text}`"))
    }
}

/// What an account is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The streamer's own: its channel is what events are about.
    #[default]
    Main,
    /// Another one, that writes in chat.
    Bot,
}

impl Role {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Bot => "bot",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "main" => Ok(Self::Main),
            "bot" => Ok(Self::Bot),
            _ => Err(format!("there is no role `{text}`")),
        }
    }
}

//! What the user sets for each service, beyond what its accounts say.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use pato_events::catalogue::RESERVED_FAMILIES;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Configuration, ConfigurationError, wrong};

/// `[twitch]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwitchSection {
    /// The channel to read without an account, as it stands in its address.
    pub channel: Option<String>,
    /// The application that accounts are added with: one of your own (of the type public) at
    /// dev.twitch.tv/console.
    pub client_id: Option<String>,
    /// Another server than Twitch's own for chat without an account, for tests:
    /// `irc://127.0.0.1:6667`, or `ircs://` for TLS.
    pub server: Option<Url>,
    /// Another server than Twitch's own for everything else, for tests: `http://127.0.0.1:8080`.
    pub api: Option<Url>,
}

/// `[discord]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscordSection {
    /// The server, by its id; none means every server that the bot is in.
    pub guild: Option<String>,
    /// The channels whose messages are chat, by their ids. The first is the one that is written to
    /// where none is named.
    pub channels: Vec<String>,
    /// Whether "Message Content Intent" is switched on in the developer portal.
    pub message_content: bool,
    /// Whether "Server Members Intent" is switched on in the developer portal.
    pub members: bool,
    /// Another server than Discord's own, for tests: `http://127.0.0.1:8080`.
    pub server: Option<Url>,
}

impl Default for DiscordSection {
    fn default() -> Self {
        Self {
            guild: None,
            channels: Vec::new(),
            message_content: true,
            members: false,
            server: None,
        }
    }
}

/// `[kick]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KickSection {
    /// The channel, as it stands in its address.
    pub channel: Option<String>,
    /// Whether to read without login, in the way that Kick's own page does. Kick promises nothing about
    /// it: it may end any day.
    pub unofficial: bool,
    /// The application that the account is added with: one of your own at kick.com/settings/developer.
    pub client_id: Option<String>,
    /// The address that the application sends people back to, exactly as it stands there; none means
    /// `http://localhost:8976/kick/callback`.
    pub redirect: Option<Url>,
    /// Where to take webhooks, on this machine; a tunnel of your own has to lead here.
    pub webhook: Option<SocketAddr>,
    /// Another server than Kick's own, for tests: `http://127.0.0.1:8080`.
    pub server: Option<Url>,
}

/// `[vtube]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VtubeSection {
    /// Where VTube Studio listens; none means to look for it on this machine and in the network.
    pub url: Option<Url>,
}

/// `[[obs]]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ObsSection {
    /// What to call it: the connector, and the source of its events.
    pub name: String,
    /// Where its WebSocket server listens.
    pub url: Url,
}

impl Default for ObsSection {
    fn default() -> Self {
        #[expect(clippy::unwrap_used, reason = "a constant that a test parses")]
        let url = "ws://127.0.0.1:4455".parse().unwrap();
        Self {
            name: "obs".into(),
            url,
        }
    }
}

pub(super) fn check(configuration: &Configuration) -> Result<(), ConfigurationError> {
    check_twitch(&configuration.twitch)?;
    check_discord(&configuration.discord)?;
    check_kick(&configuration.kick)?;
    check_obs(&configuration.obs)?;
    if let Some(url) = &configuration.vtube.url
        && !is_websocket(url)
    {
        return wrong(
            "vtube.url",
            url,
            "use ws://HOST:PORT, such as ws://127.0.0.1:8001",
        );
    }
    Ok(())
}

fn check_twitch(twitch: &TwitchSection) -> Result<(), ConfigurationError> {
    if let Some(channel) = &twitch.channel
        && !is_twitch_login(channel)
    {
        return wrong(
            "twitch.channel",
            channel,
            "use the name in the channel's address: 1 to 25 letters, digits and `_`",
        );
    }
    if let Some(id) = &twitch.client_id
        && !is_twitch_client_id(id)
    {
        return wrong(
            "twitch.client_id",
            id,
            "use the Client ID that your application has at dev.twitch.tv/console: about 30 small letters and digits",
        );
    }
    if let Some(server) = &twitch.server
        && !matches!(server.scheme(), "irc" | "ircs")
    {
        return wrong(
            "twitch.server",
            server,
            "use irc://HOST:PORT or ircs://HOST:PORT",
        );
    }
    Ok(())
}

/// <https://dev.twitch.tv/docs/chat/irc>: a login is 1 to 25 letters, digits and underscores.
fn is_twitch_login(text: &str) -> bool {
    (1..=25).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Twitch documents no shape. Ids are about 30 small letters and digits long, and so is the example in its
/// documentation; a name or an address is not.
fn is_twitch_client_id(text: &str) -> bool {
    (10..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn check_discord(discord: &DiscordSection) -> Result<(), ConfigurationError> {
    const REMEDY: &str =
        "use the number that Discord's `Copy ID` gives, with the developer mode on";
    for id in &discord.channels {
        if !is_snowflake(id) {
            return wrong("discord.channels", id, REMEDY);
        }
    }
    match &discord.guild {
        Some(id) if !is_snowflake(id) => wrong("discord.guild", id, REMEDY),
        _ => Ok(()),
    }
}

/// <https://discord.com/developers/docs/reference#snowflakes>: 64 bits, written in decimal digits.
fn is_snowflake(text: &str) -> bool {
    text.parse::<u64>().is_ok_and(|id| id > 0)
}

fn check_kick(kick: &KickSection) -> Result<(), ConfigurationError> {
    if let Some(channel) = &kick.channel {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if channel.is_empty() || !channel.chars().all(allowed) {
            return wrong(
                "kick.channel",
                channel,
                "use the name in the channel's address",
            );
        }
    } else if kick.unofficial {
        return wrong(
            "kick.unofficial",
            &true,
            "use it together with kick.channel",
        );
    }
    match &kick.webhook {
        Some(address) if !address.ip().is_loopback() => wrong(
            "kick.webhook",
            address,
            "use an address of this machine, such as 127.0.0.1:8977, and let your tunnel lead there",
        ),
        _ => Ok(()),
    }
}

fn check_obs(sections: &[ObsSection]) -> Result<(), ConfigurationError> {
    let mut names = BTreeSet::new();
    for obs in sections {
        if !is_websocket(&obs.url) {
            return wrong(
                "obs.url",
                &obs.url,
                "use ws://HOST:PORT, such as ws://127.0.0.1:4455",
            );
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let reserved = obs.name != "obs" && RESERVED_FAMILIES.contains(&&*obs.name);
        if obs.name.is_empty() || reserved || !obs.name.chars().all(allowed) {
            return wrong(
                "obs.name",
                &obs.name,
                "use small letters, digits and `-`, and no name of a service",
            );
        }
        if !names.insert(&obs.name) {
            return wrong("obs.name", &obs.name, "use another name for each OBS");
        }
    }
    Ok(())
}

fn is_websocket(url: &Url) -> bool {
    matches!(url.scheme(), "ws" | "wss")
}

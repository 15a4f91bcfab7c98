use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::account::Account;
use crate::connector::ConnectorError;
use crate::reconnect::BackOffConfiguration;

/// Which channel, and by which of the three ways.
#[derive(Debug, Clone)]
pub struct KickConfiguration {
    /// The channel, as it stands in its address or as its owner writes it.
    pub channel: String,
    /// Whether to read without login, in the way that Kick's own page does. Kick promises nothing about
    /// it; only the user can want it.
    pub unofficial: bool,
    /// The account to act as, which owns the channel; none means to act not at all.
    pub account: Option<Account>,
    /// The id of the user's own application, which the account was added with.
    pub client_id: Option<String>,
    /// Where the lock file is that keeps a second Pato from using the same account; none if nothing
    /// else can.
    pub lock_folder: Option<PathBuf>,
    /// Where to listen for webhooks, on the loopback interface; none means not to.
    pub webhook: Option<SocketAddr>,
    /// Where Kick is.
    pub addresses: KickAddresses,
    /// How long to wait.
    pub timing: KickTiming,
    /// How long to pause between tries.
    pub back_off: BackOffConfiguration,
}

impl KickConfiguration {
    /// The channel at Kick itself, by none of the ways yet.
    pub fn new(channel: impl Into<String>, addresses: KickAddresses) -> Self {
        Self {
            channel: channel.into(),
            unofficial: false,
            account: None,
            client_id: None,
            lock_folder: None,
            webhook: None,
            addresses,
            timing: KickTiming::default(),
            back_off: BackOffConfiguration::default(),
        }
    }

    /// Checks what can be checked without a connection.
    pub(super) fn checked(mut self) -> Result<Self, ConnectorError> {
        self.channel = checked_slug(&self.channel)?;
        if let Some(address) = self.webhook.filter(|address| !address.ip().is_loopback()) {
            let text = format!(
                "webhooks are not taken at `{address}`: let your tunnel lead to an address such as \
                 `127.0.0.1:8977`"
            );
            return Err(ConnectorError::Invalid(text));
        }
        Ok(self)
    }
}

/// Where Kick is. Each without a path.
#[derive(Debug, Clone)]
pub struct KickAddresses {
    /// The public API.
    pub api: Url,
    /// Where people log in.
    pub id: Url,
    /// The page (unofficial).
    pub site: Url,
    /// What the page asks for its connection (unofficial).
    pub web: Url,
    /// Where Pusher is: `{cluster}` stands for what the page is told (unofficial).
    pub pusher: String,
}

impl KickAddresses {
    /// Kick itself.
    ///
    /// # Errors
    ///
    /// Never; the addresses are constants.
    pub fn kick() -> Result<Self, ConnectorError> {
        Ok(Self {
            api: parse("https://api.kick.com")?,
            id: parse("https://id.kick.com")?,
            site: parse("https://kick.com")?,
            web: parse("https://web.kick.com")?,
            pusher: "wss://ws-{cluster}.pusher.com".into(),
        })
    }

    /// Everything at one address, for tests.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn at(base: &str) -> Result<Self, ConnectorError> {
        let base = parse(base)?;
        let socket = base
            .as_str()
            .trim_end_matches('/')
            .replacen("http", "ws", 1);
        Ok(Self {
            api: base.clone(),
            id: base.clone(),
            site: base.clone(),
            web: base,
            pusher: socket,
        })
    }
}

fn parse(text: &str) -> Result<Url, ConnectorError> {
    text.parse()
        .map_err(|error| ConnectorError::Invalid(format!("`{text}` is no address: {error}")))
}

/// How long to wait for Kick.
#[derive(Debug, Clone, Copy)]
pub struct KickTiming {
    /// For a connection, and for the answer to a call or a ping.
    pub answer: Duration,
    /// For a turn, when Kick has said that it was too much.
    pub patience: Duration,
    /// For the fuller of two reports of the same thing, and for the rest of one that comes in parts.
    pub pairing: Duration,
    /// Between two looks at whether Kick still sends its webhooks.
    pub upkeep: Duration,
    /// How long before a token expires it is replaced.
    pub refresh_before: Duration,
}

impl Default for KickTiming {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(10),
            patience: Duration::from_secs(10),
            pairing: Duration::from_secs(3),
            upkeep: Duration::from_secs(30 * 60),
            refresh_before: Duration::from_secs(5 * 60),
        }
    }
}

/// What a name becomes in an address of Kick: lower case, and `-` for `_`.
pub(super) fn slug_of(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// The channel as it stands in its address.
pub(super) fn checked_slug(channel: &str) -> Result<String, ConnectorError> {
    let slug = slug_of(channel.strip_prefix('@').unwrap_or(channel));
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=64).contains(&slug.len()) && slug.bytes().all(allowed) {
        return Ok(slug);
    }
    let text = format!(
        "`{}` is no channel name on Kick: use what follows kick.com/ in its address",
        channel.escape_debug()
    );
    Err(ConnectorError::Invalid(text))
}

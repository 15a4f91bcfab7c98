//! Who may act: logging in by device code or with a token made elsewhere, and keeping the tokens alive.
//!
//! The crate `twitch_oauth2` is not used. Its tokens are strings of its own that anyone who holds them
//! can read, where here they go from the answer into the vault; and the addresses it asks can only be
//! changed for the whole process, by an environment variable.
//!
//! The rules are those of <https://dev.twitch.tv/docs/authentication/>: a refresh token of a public
//! client works once, so there is never more than one refresh at a time, and the new tokens are kept
//! before they are used.

mod device;
mod given;
mod logout;
mod owner;
mod tokens;

use std::collections::BTreeSet;
use std::time::Duration;

use pato_vault::{Destination, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::http::{Answer, HttpError};
use crate::connector::ConnectorError;

pub use device::log_in;
pub use given::log_in_with_token;
pub use logout::log_out;
pub(super) use tokens::{TokenError, Tokens};

/// The names of an account's secrets in the vault.
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// The application that Pato is to Twitch, and where Twitch is.
#[derive(Debug, Clone)]
pub struct TwitchApplication {
    /// The client id of a public client, as Twitch's developer console shows it. Not a secret. None if
    /// the user has no application: then only tokens that were made elsewhere work.
    pub client_id: Option<String>,
    /// Where tokens come from.
    pub id: Url,
    /// Where Helix is.
    pub helix: Url,
    /// Where EventSub is.
    pub eventsub: Url,
}

impl TwitchApplication {
    /// The application with that client id, at Twitch itself.
    ///
    /// # Errors
    ///
    /// If the client id is not 1 to 64 letters and digits.
    pub fn new(client_id: impl Into<String>) -> Result<Self, ConnectorError> {
        let client_id = client_id.into();
        check_client_id(&client_id)?;
        Ok(Self {
            client_id: Some(client_id),
            ..Self::unnamed()?
        })
    }

    /// Twitch itself, without an application of the user's own.
    ///
    /// # Errors
    ///
    /// None that can happen: the addresses are known.
    pub fn unnamed() -> Result<Self, ConnectorError> {
        let url =
            |text| Url::parse(text).map_err(|error| ConnectorError::Failed(error.to_string()));
        Ok(Self {
            client_id: None,
            id: url("https://id.twitch.tv/")?,
            helix: url("https://api.twitch.tv/helix/")?,
            eventsub: url("wss://eventsub.wss.twitch.tv/ws")?,
        })
    }

    /// Refuses addresses to which a token would go in the clear, except on this machine.
    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        for url in [&self.id, &self.helix, &self.eventsub] {
            let private = matches!(url.scheme(), "https" | "wss");
            if !private && !is_local(url) {
                let text = format!("a token is not sent to `{url}` in the clear; use https or wss");
                return Err(ConnectorError::Invalid(text));
            }
        }
        Ok(())
    }

    /// Where the access token may go.
    fn access_hosts(&self) -> Vec<String> {
        hosts(&[&self.id, &self.helix])
    }

    /// Where the refresh token may go.
    fn refresh_hosts(&self) -> Vec<String> {
        hosts(&[&self.id])
    }

    fn endpoint(&self, path: &str) -> Result<Url, HttpError> {
        let url = self.id.join(path);
        url.map_err(|error| HttpError::Address(error.to_string()))
    }
}

fn check_client_id(client_id: &str) -> Result<(), ConnectorError> {
    let letters = client_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if letters && (1..=64).contains(&client_id.len()) {
        return Ok(());
    }
    Err(ConnectorError::Invalid(format!(
        "`{}` is no client id of Twitch: use the letters and digits that its developer console shows",
        client_id.escape_debug()
    )))
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn hosts(urls: &[&Url]) -> Vec<String> {
    let destinations = urls.iter().filter_map(|url| Destination::of(url));
    destinations
        .map(|destination| destination.to_string())
        .collect()
}

/// New tokens, as Twitch answers.
#[derive(Deserialize)]
struct NewTokens {
    access_token: Secret,
    refresh_token: Secret,
    expires_in: u64,
    #[serde(default)]
    scope: BTreeSet<String>,
}

/// Whose token it is and what it is good for.
#[derive(Debug, Deserialize)]
struct Validation {
    client_id: String,
    login: String,
    user_id: String,
    #[serde(default)]
    scopes: Option<BTreeSet<String>>,
    expires_in: u64,
}

/// What Twitch answers when it refuses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) message: String,
}

/// Reads an answer. The error names no content, which can be a token.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, String> {
    serde_json::from_slice(answer.body())
        .map_err(|error| format!("Twitch's answer cannot be read ({:?})", error.classify()))
}

fn seconds(count: u64) -> Duration {
    // A year; whoever says more means for ever.
    Duration::from_secs(count.min(31_536_000))
}

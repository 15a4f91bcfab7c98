use std::net::IpAddr;

use pato_permissions::Allowed;
use url::{Host, Url};

use super::error::EgressError;

/// The longest URL, in bytes.
pub const MAX_URL_BYTES: usize = 8 * 1024;

/// Which of the two protocols a plugin speaks through the gate; each has its own permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    WebSocket,
}

/// A URL that has passed every check that needs no network.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) url: Url,
    /// In lower case, without a final dot or brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// The address, where the URL has one instead of a name.
    pub(super) address: Option<IpAddr>,
}

impl Destination {
    /// Parses `url` and asks `allowed` for it.
    pub(super) fn parse(
        url: &str,
        protocol: Protocol,
        allowed: &Allowed,
    ) -> Result<Self, EgressError> {
        if url.len() > MAX_URL_BYTES {
            let length = url.len();
            return Err(EgressError::invalid(
                "url",
                format!("it has {length} bytes, and {MAX_URL_BYTES} are allowed"),
            ));
        }
        if url.contains("{secret:") {
            return Err(EgressError::invalid(
                "url",
                "secrets are never put into a URL, where logs would keep them; \
                 use a header or the body",
            ));
        }
        let url = Url::parse(url).map_err(|error| {
            EgressError::invalid(
                "url",
                format!("{error}; write it in full, as in {}", example(protocol)),
            )
        })?;
        Self::check(url, protocol, allowed)
    }

    /// Checks a URL, be it the plugin's or one that a redirect leads to.
    pub(super) fn check(
        url: Url,
        protocol: Protocol,
        allowed: &Allowed,
    ) -> Result<Self, EgressError> {
        let encrypted = match (protocol, url.scheme()) {
            (Protocol::Http, "https") | (Protocol::WebSocket, "wss") => true,
            (Protocol::Http, "http") | (Protocol::WebSocket, "ws") => false,
            (_, scheme) => {
                return Err(EgressError::invalid(
                    "url",
                    format!(
                        "`{scheme}:` is not spoken here; write {}",
                        example(protocol)
                    ),
                ));
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::invalid(
                "url",
                "it holds a user name or password; send an `authorization` header instead",
            ));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(EgressError::invalid("url", "it names no host"));
        };
        let (host, address) = match host {
            Host::Domain(name) => (name.strip_suffix('.').unwrap_or(name).to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        let scope = match protocol {
            Protocol::Http => allowed.check_http(&host, port),
            Protocol::WebSocket => allowed.check_websocket(&host, port),
        }?;
        if !encrypted && !scope.names_private() {
            return Err(EgressError::invalid(
                "url",
                format!(
                    "`{}:` would send everything in the clear to {host}; write {}",
                    url.scheme(),
                    example(protocol),
                ),
            ));
        }
        Ok(Self {
            url,
            host,
            port,
            address,
        })
    }

    /// Host and port as people write them.
    pub(super) fn authority(&self) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => format!("[{address}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    /// What the vault compares a secret's hosts with.
    pub(super) fn for_vault(&self) -> pato_vault::Destination {
        pato_vault::Destination::new(&*self.host, self.port)
    }

    /// Whether both lead to the same server over the same kind of connection.
    pub(super) fn same_origin(&self, other: &Self) -> bool {
        self.url.scheme() == other.url.scheme()
            && self.host == other.host
            && self.port == other.port
    }
}

const fn example(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Http => {
            "`https://host/path`, or `http://` toward a loopback or private address that is granted"
        }
        Protocol::WebSocket => {
            "`wss://host/path`, or `ws://` toward a loopback or private address that is granted"
        }
    }
}

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::is_private_address;
use crate::error::{ParseError, shown};

/// A host and a port that a plugin may reach: `api.example.com`, `*.example.com:8443`, `127.0.0.1:8123`.
///
/// Without a port it is 443, that of `https` and `wss`; port 80 is never meant silently.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostScope {
    host: Host,
    port: u16,
}

/// The host of a [`HostScope`], in lower case and without a final dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// One name.
    Name(String),
    /// All names that end in a dot and this one, but not this one itself.
    Subdomains(String),
    /// One address.
    Address(IpAddr),
}

const DEFAULT_PORT: u16 = 443;

/// RFC 1035, section 2.3.4.
const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

impl HostScope {
    /// The scope that is one host, as it stands in a URL, at one port.
    ///
    /// # Errors
    ///
    /// If the text is neither a name nor an address.
    pub fn exact(host: &str, port: u16) -> Result<Self, ParseError> {
        let parsed = match address_of(host) {
            Some(address) => Ok(Host::Address(address)),
            None => name(host).map(Host::Name),
        };
        match parsed {
            Ok(host) => Ok(Self { host, port }),
            Err(remedy) => Err(ParseError::Host {
                text: shown(host),
                remedy,
            }),
        }
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it permits `host` at `port`. Never allocates.
    ///
    /// The host is what stands in a URL: a name in any case, perhaps with a final dot, or an address,
    /// perhaps in brackets. An address matches only a scope that is that address.
    pub fn matches(&self, host: &str, port: u16) -> bool {
        if port != self.port {
            return false;
        }
        let host = host.strip_suffix('.').unwrap_or(host);
        let address = address_of(host);
        match &self.host {
            Host::Address(own) => address == Some(*own),
            Host::Name(own) => address.is_none() && host.eq_ignore_ascii_case(own),
            Host::Subdomains(parent) => address.is_none() && is_subdomain(parent, host),
        }
    }

    /// Whether it permits all that `other` permits.
    pub fn covers(&self, other: &Self) -> bool {
        self.port == other.port
            && match (&self.host, &other.host) {
                (Host::Subdomains(parent), Host::Name(name) | Host::Subdomains(name))
                    if self.host != other.host =>
                {
                    is_subdomain(parent, name)
                }
                (own, other) => own == other,
            }
    }

    /// Whether some host is permitted by both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// Whether the scope itself names something on this machine or its network: a private address
    /// (see [`is_private_address`]), `localhost` (RFC 6761) or a `.local` name (RFC 6762).
    ///
    /// Only then may the host connect to a private address: a public name that resolves to one is a
    /// trick (DNS rebinding).
    pub fn names_private(&self) -> bool {
        match &self.host {
            Host::Address(address) => is_private_address(*address),
            Host::Name(name) | Host::Subdomains(name) => {
                let last = name.rsplit('.').next().unwrap_or(name);
                last == "localhost" || (last == "local" && last != name)
            }
        }
    }
}

fn is_subdomain(parent: &str, name: &str) -> bool {
    let Some(start) = name.len().checked_sub(parent.len()) else {
        return false;
    };
    match name.split_at_checked(start) {
        Some((front, end)) => {
            front.len() > 1 && front.ends_with('.') && end.eq_ignore_ascii_case(parent)
        }
        None => false,
    }
}

/// An IPv4 address mapped into IPv6 counts as the IPv4 address: the system connects to that.
fn address_of(host: &str) -> Option<IpAddr> {
    let address = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inside) => inside.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    };
    address.map(|address| address.to_canonical())
}

impl FromStr for HostScope {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map_err(|remedy| ParseError::Host {
            text: shown(text),
            remedy,
        })
    }
}

fn parse(text: &str) -> Result<HostScope, String> {
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let port = match (scheme, host.contains(':')) {
            ("http" | "ws", false) => ":80",
            _ => "",
        };
        return Err(format!(
            "leave the scheme out: write `{}{port}`",
            shown(host)
        ));
    }
    if let Some((host, _)) = text.split_once(['/', '?', '#']) {
        return Err(format!("a scope has no path: write `{}`", shown(host)));
    }
    if let Some((_, host)) = text.rsplit_once('@') {
        return Err(format!("a scope has no user: write `{}`", shown(host)));
    }
    let (host, port) = split_port(text)?;
    let host = if let Some(address) = address_of(host) {
        Host::Address(address)
    } else if let Some(parent) = host.strip_prefix("*.") {
        let parent = name(parent)?;
        if !parent.contains('.') && parent != "localhost" {
            return Err(format!(
                "`*.{parent}` would be every host there is under `{parent}`: name the domain, \
                 such as `*.example.{parent}`"
            ));
        }
        Host::Subdomains(parent)
    } else {
        Host::Name(name(host)?)
    };
    Ok(HostScope { host, port })
}

fn split_port(text: &str) -> Result<(&str, u16), String> {
    let (host, port) = if text.starts_with('[') {
        let Some(end) = text.find(']') else {
            return Err("the bracket is never closed: write `[::1]:8123`".into());
        };
        let (host, rest) = text.split_at_checked(end + 1).unwrap_or((text, ""));
        match rest.strip_prefix(':') {
            Some(port) => (host, port),
            None if rest.is_empty() => return Ok((host, DEFAULT_PORT)),
            None => return Err("after the bracket only `:` and a port may follow".into()),
        }
    } else {
        match text.split_once(':') {
            Some((_, rest)) if rest.contains(':') => {
                return Err("an IPv6 address stands in brackets: write `[::1]:8123`".into());
            }
            Some(parts) => parts,
            None => return Ok((text, DEFAULT_PORT)),
        }
    };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok((host, number)),
        _ => Err(format!(
            "`{}` is no port: write a number from 1 to 65535",
            shown(port)
        )),
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() {
        return Err("the host is missing: write a name such as `api.example.com`".into());
    }
    if text.contains('*') {
        return Err("`*` may only stand for all subdomains: write `*.example.com`".into());
    }
    if !text.is_ascii() {
        return Err(
            "names outside ASCII are written in their `xn--` form, so that look-alikes show".into(),
        );
    }
    if let Some(wrong) = text
        .chars()
        .find(|&c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
    {
        return Err(format!(
            "`{}` is not allowed: write a name such as `api.example.com`",
            wrong.escape_debug()
        ));
    }
    if text.len() > MAX_NAME_BYTES {
        return Err(format!("a name has at most {MAX_NAME_BYTES} bytes"));
    }
    if text
        .split('.')
        .any(|label| label.is_empty() || label.len() > MAX_LABEL_BYTES)
    {
        return Err(format!(
            "between the dots stand 1 to {MAX_LABEL_BYTES} characters"
        ));
    }
    // Such as `127.1` or `0x7f000001`: the URL Standard reads a host that ends in a number as IPv4.
    let last = text.rsplit('.').next().unwrap_or(text);
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    if last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        return Err("write an IPv4 address as four decimal numbers, such as `127.0.0.1`".into());
    }
    Ok(text.to_ascii_lowercase())
}

impl fmt::Display for HostScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Subdomains(parent) => write!(f, "*.{parent}"),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl fmt::Debug for HostScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Serialize for HostScope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HostScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

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
    let start = name.len().checked_sub(parent.len());
    let Some((front, end)) = start.and_then(|start| name.split_at_checked(start)) else {
        return false;
    };
    let labels = front.strip_suffix('.');
    end.eq_ignore_ascii_case(parent)
        && labels.is_some_and(|labels| {
            let mut labels = labels.split('.');
            labels.all(|label| !label.is_empty() && label.chars().all(is_name_character))
        })
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
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
        .find(|&character| character != '.' && !is_name_character(character))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope(text: &str) -> HostScope {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_matches_itself_however_it_is_written() {
        let api = scope("API.Example.com");
        for host in ["api.example.com", "API.EXAMPLE.COM", "api.example.com."] {
            assert!(api.matches(host, 443), "{host}");
        }
        for host in [
            "api.example.com.evil.com",
            "evil.com",
            "xapi.example.com",
            "x.api.example.com",
            "example.com",
            "api.example.com..",
            "api.example.com:443",
            "api.example.com@evil.com",
            "аpi.example.com",
            "",
            ".",
        ] {
            assert!(!api.matches(host, 443), "{host}");
        }
        assert!(!api.matches("api.example.com", 80));
        assert!(scope("api.example.com:80").matches("api.example.com", 80));
        assert_eq!(scope("api.example.com.:443"), api);
    }

    #[test]
    fn a_star_is_for_subdomains_only() {
        let all = scope("*.example.com");
        assert!(all.matches("a.example.com", 443) && all.matches("a.b.Example.com.", 443));
        for host in [
            "example.com",
            ".example.com",
            "evilexample.com",
            "evil.com\0.example.com",
            "evil.com/.example.com",
            "a..example.com",
            "a.example.com.evil.com",
        ] {
            assert!(!all.matches(host, 443), "{host}");
        }
        assert!(all.covers(&scope("a.example.com")) && all.covers(&scope("*.a.example.com")));
        assert!(all.covers(&all) && !all.covers(&scope("example.com")));
        assert!(!all.covers(&scope("a.example.com:8443")));
        assert!(!scope("a.example.com").covers(&all));
    }

    #[test]
    fn an_address_matches_in_each_of_its_forms_and_no_name() {
        assert!(scope("127.0.0.1:8123").matches("127.0.0.1", 8123));
        assert!(scope("127.0.0.1:8123").matches("[::ffff:127.0.0.1]", 8123));
        assert!(scope("[::1]:8123").matches("[0:0::1]", 8123));
        assert!(scope("[::1]:8123").matches("::1", 8123));
        assert!(!scope("127.0.0.1:8123").matches("localhost", 8123));
        assert!(!scope("127.0.0.1:8123").matches("127.0.0.2", 8123));
        assert_eq!(scope("[::ffff:10.0.0.1]"), scope("10.0.0.1"));
    }

    #[test]
    fn only_a_scope_that_names_something_near_is_private() {
        for text in [
            "127.0.0.1:80",
            "192.168.1.9:8123",
            "[::1]:1",
            "[fd00::1]:1",
            "169.254.169.254:80",
            "localhost:4455",
            "*.localhost:80",
            "homeassistant.local:8123",
        ] {
            assert!(scope(text).names_private(), "{text}");
        }
        for text in [
            "1.1.1.1",
            "[2606:4700::1111]",
            "example.com",
            "*.example.com",
            "localhost.example.com",
            "local",
            "mylocal",
            "local.example",
        ] {
            assert!(!scope(text).names_private(), "{text}");
        }
    }

    #[test]
    fn what_is_no_scope_is_refused_with_what_to_write() {
        for (text, remedy) in [
            ("", "missing"),
            ("*", "write `*.example.com`"),
            ("*.com", "name the domain"),
            ("*.", "missing"),
            ("*.*.com", "only stand"),
            ("a*.example.com", "only stand"),
            ("https://example.com/x", "write `example.com`"),
            ("http://example.com", "write `example.com:80`"),
            ("example.com/path", "write `example.com`"),
            ("user@example.com", "write `example.com`"),
            ("example.com:", "from 1 to 65535"),
            ("example.com:0", "from 1 to 65535"),
            ("example.com:65536", "from 1 to 65535"),
            ("example.com:+80", "from 1 to 65535"),
            ("example.com:*", "from 1 to 65535"),
            ("::1", "brackets"),
            ("[::1", "never closed"),
            ("[::1]x", "only `:`"),
            ("[127.0.0.1]", "not allowed"),
            ("bücher.example", "xn--"),
            ("a b.com", "not allowed"),
            ("a\0b.com", "not allowed"),
            ("a..com", "between the dots"),
            ("127.1", "four decimal"),
            ("2130706433", "four decimal"),
            ("0x7f.0x1", "four decimal"),
            ("0177.0.0.01", "four decimal"),
            ("*.0.0.1", "four decimal"),
            (&format!("{}.com", "a".repeat(64)), "between the dots"),
            (&"a.".repeat(200), "at most 253"),
        ] {
            let message = text.parse::<HostScope>().unwrap_err().to_string();
            assert!(message.contains(remedy), "{text:?}: {message}");
        }
    }

    proptest! {
        #[test]
        fn a_shown_scope_reads_back(text in "(\\*\\.)?[a-zA-Z0-9.:\\[\\]-]{1,30}") {
            if let Ok(scope) = text.parse::<HostScope>() {
                prop_assert_eq!(scope.to_string().parse(), Ok(scope));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,80}", port: u16) {
            let _ = text.parse::<HostScope>();
            let _ = scope("*.example.com").matches(&text, port);
        }
    }
}

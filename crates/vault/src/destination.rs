use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use url::{Host, Url};

use crate::error::VaultError;

/// Where a request goes: a host and a port.
///
/// As text `api.example.com:443`; without a port, 443.
#[derive(Debug, Clone)]
pub struct Destination {
    /// A name or an address, as it stands in a URL.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Destination {
    /// A host and a port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self { host, port }
    }

    /// Where a URL leads: what stands before an `@` is not the host. None if it has no host or its
    /// scheme no port.
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self::new(url.host_str()?, url.port_or_known_default()?))
    }

    /// The host as the URL Standard writes it: lower case, punycode, addresses in their usual form,
    /// no final dot. None if it is no host at all.
    fn canonical(&self) -> Option<String> {
        let host = self.host.strip_suffix('.').unwrap_or(&self.host);
        let address = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        if let Ok(address) = address.unwrap_or(host).parse::<IpAddr>() {
            return Some(address.to_canonical().to_string());
        }
        match Host::parse(host).ok()? {
            Host::Domain(name) if name.starts_with('.') || name.contains("..") => None,
            Host::Domain(name) => Some(name),
            Host::Ipv4(address) => Some(address.to_string()),
            Host::Ipv6(address) => Some(IpAddr::V6(address).to_canonical().to_string()),
        }
    }
}

impl PartialEq for Destination {
    /// Whether both are the same host and port, however they are written. What is no host equals
    /// nothing.
    fn eq(&self, other: &Self) -> bool {
        self.port == other.port
            && match (self.canonical(), other.canonical()) {
                (Some(own), Some(other)) => own == other,
                _ => false,
            }
    }
}

impl Eq for Destination {}

impl FromStr for Destination {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || VaultError::Host { text: shown(text) };
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let digits = port.bytes().all(|byte| byte.is_ascii_digit());
                let port = port.parse().ok().filter(|port| digits && *port > 0);
                (host, port.ok_or_else(error)?)
            }
            _ => (text, 443),
        };
        // A colon is left only in an IPv6 address, and that stands in brackets.
        if host.contains(['*', '/', '@', '\\']) || (host.contains(':') && !host.starts_with('[')) {
            return Err(error());
        }
        let host = Self::new(host, port).canonical().ok_or_else(error)?;
        Ok(Self { host, port })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = shown(&self.host);
        match self.host.contains(':') && !self.host.starts_with('[') {
            true => write!(f, "[{host}]:{}", self.port),
            false => write!(f, "{host}:{}", self.port),
        }
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text as an error shows it: at most 80 characters, with control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(text: &str) -> Destination {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_host_is_recognised_however_it_is_written() {
        let own = destination("api.example.com");
        for host in ["api.example.com", "API.Example.COM", "api.example.com."] {
            assert_eq!(own, Destination::new(host, 443), "{host}");
        }
        assert_eq!(destination("127.0.0.1:80"), Destination::new("127.1", 80));
        assert_eq!(destination("[::1]:80"), Destination::new("::1", 80));
        assert_eq!(destination("[::1]:80"), Destination::new("[0:0::1]", 80));
        assert_eq!(
            destination("[::ffff:127.0.0.1]:80"),
            Destination::new("127.0.0.1", 80)
        );
        assert_eq!(
            destination("bücher.example"),
            destination("xn--bcher-kva.example")
        );
        assert_eq!(destination("[::1]:80").to_string(), "[::1]:80");
    }

    #[test]
    fn look_alikes_are_other_hosts() {
        let own = destination("api.example.com");
        for host in [
            "api.example.com.evil.com",
            "evil-api.example.com",
            "evil.com/api.example.com",
            "api.example.com@evil.com",
            "api.example.com:443",
            "api.example.com\0",
            "api.example.com ",
            "api.example.com..",
            "аpi.example.com",
            "example.com",
            "",
        ] {
            assert_ne!(own, Destination::new(host, 443), "{host}");
        }
        assert_ne!(own, Destination::new("api.example.com", 8443));
        let nothing = Destination::new("", 443);
        assert_ne!(nothing, nothing.clone());
    }

    #[test]
    fn a_url_leads_to_its_host_and_not_to_its_user() {
        for (url, host, port) in [
            ("https://api.example.com@evil.com/", "evil.com", 443),
            (
                "https://api.example.com:443@evil.com:8443/",
                "evil.com",
                8443,
            ),
            ("https://evil.com\\@api.example.com/", "evil.com", 443),
            ("wss://API.example.com/x", "api.example.com", 443),
        ] {
            let found = Destination::of(&Url::parse(url).unwrap()).unwrap();
            assert_eq!(found, Destination::new(host, port), "{url}");
        }
        assert!(Destination::of(&Url::parse("data:text/plain,x").unwrap()).is_none());
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            ":443",
            "*.example.com",
            "https://example.com",
            "a.com/x",
            "a@b.com",
            "a.com:0",
            "a.com:65536",
            "a.com:+1",
            "a.com:",
            "::1",
            "[::1",
            "a b.com",
            "a.com\n",
            ".com",
            "a..b",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text:?}");
        }
    }
}

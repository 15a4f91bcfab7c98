use std::net::IpAddr;

use ipnet::IpNet;
use pato_permissions::is_private_address;
use url::{Host, Url};

use crate::error::{FetchError, Refusal};

/// A URL that has passed every check that needs no network.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) url: Url,
    zone: Zone,
}

/// Where a host stands, as far as its name or address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    ThisMachine,
    LocalNetwork,
    Internet,
}

impl Destination {
    /// Checks where a request begins.
    pub(crate) fn first(url: Url, local_networks: &[IpNet]) -> Result<Self, FetchError> {
        let zone = zone(&url, local_networks)?;
        match (url.scheme(), zone) {
            ("https", _) | ("http", Zone::ThisMachine | Zone::LocalNetwork) => {}
            ("http", Zone::Internet) => {
                return Err(forbidden(
                    &url,
                    "an address that begins with `https:`",
                    "`http:`, over which anybody on the way could put other code".to_owned(),
                    "ask for the same with `https:`",
                ));
            }
            (scheme, _) => {
                let came = format!("`{scheme}:`");
                return Err(forbidden(
                    &url,
                    "an address of the web",
                    came,
                    "write `https://…`",
                ));
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(forbidden(
                &url,
                "an address without a login",
                "a user name or password in it".to_owned(),
                "leave out what stands before the `@`",
            ));
        }
        Ok(Self { url, zone })
    }

    /// Checks where a server sends us.
    pub(crate) fn next(
        &self,
        location: &str,
        local_networks: &[IpNet],
    ) -> Result<Self, FetchError> {
        let refused = |came: String| {
            forbidden(
                &self.url,
                "a redirect to a place on the web",
                came,
                "ask whoever runs the server for the right address",
            )
        };
        let url = self
            .url
            .join(location)
            .map_err(|error| refused(format!("one that can't be read ({error})")))?;
        if self.url.scheme() == "https" && url.scheme() == "http" {
            let to = shown(&url);
            return Err(refused(format!("one to {to}, which is not encrypted")));
        }
        let next = Self::first(url, local_networks)?;
        if next.zone == Zone::ThisMachine && self.zone != Zone::ThisMachine {
            let to = shown(&next.url);
            return Err(refused(format!(
                "one to {to}, which is this machine itself"
            )));
        }
        Ok(next)
    }

    /// Host and port as people write them.
    pub(crate) fn authority(&self) -> String {
        self.url.authority().to_owned()
    }

    /// Whether a proxy may be asked for it.
    pub(crate) fn is_far(&self) -> bool {
        self.zone == Zone::Internet
    }

    /// Whether it is this machine itself, which may be asked in the clear.
    pub(crate) fn is_here(&self) -> bool {
        self.zone == Zone::ThisMachine
    }

    /// Whether both are the same server over the same kind of connection.
    pub(crate) fn same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }
}

fn zone(url: &Url, local_networks: &[IpNet]) -> Result<Zone, FetchError> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical(),
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            return Ok(match name.rsplit('.').next() {
                Some("localhost") => Zone::ThisMachine,
                // Such a name resolves only to addresses of granted networks; see the resolver.
                Some("local") => Zone::LocalNetwork,
                _ => Zone::Internet,
            });
        }
        None => {
            return Err(forbidden(
                url,
                "an address with a host",
                "none".to_owned(),
                "write it in full, as in `https://example.com/alerts.wasm`",
            ));
        }
    };
    if address.is_loopback() {
        Ok(Zone::ThisMachine)
    } else if local_networks
        .iter()
        .any(|network| network.contains(&address))
    {
        Ok(Zone::LocalNetwork)
    } else if is_private_address(address) {
        Err(FetchError::Address {
            name: url.authority().to_owned(),
            address,
        })
    } else {
        Ok(Zone::Internet)
    }
}

fn forbidden(url: &Url, expected: &str, came: String, remedy: &str) -> FetchError {
    FetchError::Forbidden(Refusal::new(shown(url), expected, came, remedy))
}

/// A URL for people: without its query, which may hold a token that lets anybody in.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Each fails only for URLs that have no such part.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted() -> Vec<IpNet> {
        vec![
            "192.168.7.0/24".parse().unwrap(),
            "fd00:7::/64".parse().unwrap(),
        ]
    }

    fn first(url: &str) -> Result<Destination, FetchError> {
        Destination::first(url.parse().unwrap(), &granted())
    }

    #[test]
    fn in_the_clear_only_this_machine_and_granted_networks_are_asked() {
        for url in [
            "https://example.com/a",
            "https://1.1.1.1/a",
            "http://127.0.0.1:8000/a",
            "http://[::1]:8000/a",
            "http://[::ffff:127.0.0.1]/a",
            "http://localhost:1/a",
            "http://files.localhost/a",
            "http://192.168.7.9/a",
            "https://192.168.7.9/a",
            "http://[fd00:7::9]/a",
            "http://nas.local/a",
        ] {
            assert!(first(url).is_ok(), "{url}");
        }
        for (url, reason) in [
            ("http://example.com/a", "`https:`"),
            ("http://notlocalhost/a", "`https:`"),
            ("http://1.1.1.1/a", "`https:`"),
            ("https://192.168.8.9/a", "192.168.8.9"),
            ("https://10.0.0.1/a", "10.0.0.1"),
            (
                "https://169.254.169.254/latest/meta-data",
                "169.254.169.254",
            ),
            ("https://[fd00:8::9]/a", "fd00:8::9"),
            ("https://0.0.0.0/a", "0.0.0.0"),
            ("https://[64:ff9b::10.0.0.1]/a", "64:ff9b::a00:1"),
            ("ftp://example.com/a", "`ftp:`"),
            ("data:text/plain,x", "a host"),
            ("https://me:secret@example.com/a", "login"),
        ] {
            let message = first(url).unwrap_err().to_string();
            assert!(message.contains(reason), "{url}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn a_redirect_leads_neither_out_of_encryption_nor_into_this_machine() {
        let next = |from: &str, to: &str| first(from).unwrap().next(to, &granted());
        for (from, to) in [
            ("https://example.com/a", "/b"),
            ("https://example.com/a", "https://cdn.example.com/a?token=1"),
            ("http://127.0.0.1:1/a", "http://127.0.0.1:2/a"),
            ("http://127.0.0.1:1/a", "https://example.com/a"),
            ("https://example.com/a", "//other.example.com/a"),
        ] {
            assert!(next(from, to).is_ok(), "{from} {to}");
        }
        for (from, to, reason) in [
            (
                "https://example.com/a",
                "http://example.com/a",
                "not encrypted",
            ),
            ("https://localhost/a", "http://localhost/a", "not encrypted"),
            (
                "https://example.com/a",
                "https://127.0.0.1/a",
                "this machine",
            ),
            (
                "https://example.com/a",
                "https://localhost:8080/a",
                "this machine",
            ),
            ("https://192.168.7.1/a", "https://[::1]/a", "this machine"),
            ("https://example.com/a", "https://10.0.0.1/a", "10.0.0.1"),
            ("http://127.0.0.1/a", "http://example.com/a", "`https:`"),
            ("https://example.com/a", "file:///etc/passwd", "host"),
            ("https://example.com/a", "javascript:alert(1)", "host"),
            ("https://example.com/a", "https://", "can't be read"),
        ] {
            let message = next(from, to).unwrap_err().to_string();
            assert!(message.contains(reason), "{from} {to}: {message}");
        }
    }

    #[test]
    fn what_is_shown_of_an_address_lets_nobody_in() {
        let url = "https://me:pass@example.com/a.wasm?X-Signature=secret#x"
            .parse()
            .unwrap();
        assert_eq!(shown(&url), "https://example.com/a.wasm");
    }
}

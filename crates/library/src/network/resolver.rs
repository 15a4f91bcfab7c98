use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use pato_permissions::may_resolve_to;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

/// A resolver that answers only with addresses that may be connected to.
///
/// Looking up and checking are one step, and connections are made to the answer: a name that resolves to
/// something else a moment later (DNS rebinding) gains nothing.
pub(super) struct CheckedResolver {
    pub(super) inner: Arc<dyn Resolve>,
    pub(super) local_networks: Vec<IpNet>,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("`{name}` is {address}")]
    Address { name: String, address: IpAddr },
    #[error("`{name}`: {reason}")]
    Unknown { name: String, reason: String },
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let asked = name.as_str().to_owned();
        let looking_up = self.inner.resolve(name);
        let local_networks = self.local_networks.clone();
        Box::pin(async move {
            let found = looking_up.await;
            let checked = check(
                &asked,
                found.map_err(|error| deepest(&*error)),
                &local_networks,
            )?;
            Ok(Box::new(checked.into_iter()) as Addrs)
        })
    }
}

/// The addresses of `name`. A single one that it must not have refuses the name.
fn check(
    name: &str,
    found: Result<Addrs, String>,
    local_networks: &[IpNet],
) -> Result<Vec<SocketAddr>, Unresolved> {
    let unknown = |reason: String| Unresolved::Unknown {
        name: name.to_owned(),
        reason,
    };
    let addresses: Vec<SocketAddr> = found.map_err(unknown)?.collect();
    if addresses.is_empty() {
        return Err(unknown("it has no address".to_owned()));
    }
    let allowed = |address: IpAddr| {
        let is_granted = local_networks
            .iter()
            .any(|network| network.contains(&address.to_canonical()));
        is_granted || (!is_of_home(name) && may_resolve_to(name, address))
    };
    match addresses.iter().find(|address| !allowed(address.ip())) {
        Some(address) => Err(Unresolved::Address {
            name: name.to_owned(),
            address: address.ip(),
        }),
        None => Ok(addresses),
    }
}

/// Whether it is a name of the home network (RFC 6762), whose addresses all need a grant: they are asked
/// in the clear.
fn is_of_home(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.').next() == Some("local")
}

/// What went wrong at the bottom; the layers above only say that something did.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(name: &str, addresses: &[&str]) -> Result<usize, String> {
        let granted = ["192.168.7.0/24".parse().unwrap()];
        let addresses: Vec<SocketAddr> = addresses
            .iter()
            .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
            .collect();
        let found = Ok(Box::new(addresses.into_iter()) as Addrs);
        let checked = check(name, found, &granted);
        checked
            .map(|found| found.len())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_means_public_addresses_or_granted_ones() {
        assert_eq!(
            resolve("example.com", &["1.1.1.1", "2606:4700::1111"]),
            Ok(2)
        );
        assert_eq!(resolve("nas.example.com", &["192.168.7.2"]), Ok(1));
        assert_eq!(resolve("nas.local.", &["192.168.7.2"]), Ok(1));
        assert_eq!(resolve("localhost", &["127.0.0.1", "::1"]), Ok(2));
    }

    #[test]
    fn a_single_address_of_another_kind_refuses_the_name() {
        for (name, addresses) in [
            ("example.com", ["1.1.1.1", "10.0.0.1"]),
            ("example.com", ["127.0.0.1", "1.1.1.1"]),
            ("example.com", ["192.168.7.2", "192.168.8.2"]),
            ("example.com", ["1.1.1.1", "::ffff:10.0.0.1"]),
            ("localhost", ["127.0.0.1", "1.1.1.1"]),
            ("nas.local", ["192.168.7.2", "1.1.1.1"]),
            ("nas.local", ["192.168.8.2", "192.168.7.2"]),
        ] {
            assert!(resolve(name, &addresses).is_err(), "{name} {addresses:?}");
        }
        assert_eq!(
            resolve("example.com", &[]).unwrap_err(),
            "`example.com`: it has no address"
        );
    }
}

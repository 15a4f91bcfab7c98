use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use pato_permissions::is_private_address;

use super::error::EgressError;

/// Turns host names into addresses.
///
/// Asked once for each connection, by the task that makes it. Handed in, so that tests decide what a
/// name means.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// All addresses of `name`, in the order in which they are to be tried.
    ///
    /// # Errors
    ///
    /// If the name is unknown or nobody answers.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = tokio::net::lookup_host((name, 0)).await?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}

/// A resolver that answers only with addresses that may be connected to.
///
/// Looking up and checking are one step, and connections are made to the answer: a name that
/// resolves to something else a moment later (DNS rebinding) gains nothing.
#[derive(Clone)]
pub(super) struct CheckedResolver(pub(super) Arc<dyn Resolve>);

impl CheckedResolver {
    /// The addresses of `name`. A single one that this name must not have refuses the name.
    pub(super) async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, EgressError> {
        let unknown = |reason: String| EgressError::NameUnknown {
            name: name.to_owned(),
            reason,
        };
        let addresses = self
            .0
            .resolve(name)
            .await
            .map_err(|error| unknown(error.to_string()))?;
        if addresses.is_empty() {
            return Err(unknown("it has no address".to_owned()));
        }
        match addresses.iter().find(|address| !may_mean(name, **address)) {
            Some(address) => Err(EgressError::Address {
                name: name.to_owned(),
                address: *address,
            }),
            None => Ok(addresses),
        }
    }
}

/// Whether a name may resolve to an address: `localhost` to this machine, `.local` names (RFC 6762) to
/// the home network, and every other name to the Internet at large.
fn may_mean(name: &str, address: IpAddr) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.rsplit('.').next() {
        Some("localhost") => address.is_loopback(),
        Some("local") => is_home_network(address) || !is_private_address(address),
        _ => !is_private_address(address),
    }
}

fn is_home_network(address: IpAddr) -> bool {
    /// Where clouds hand out a machine's credentials.
    const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
    match address {
        IpAddr::V4(address) => {
            address.is_private() || (address.is_link_local() && address != METADATA)
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

impl reqwest::dns::Resolve for CheckedResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.resolve(name.as_str()).await?;
            let addresses = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::may_mean;

    #[test]
    fn a_name_means_only_addresses_of_its_own_kind() {
        for (name, address, expected) in [
            ("localhost", "127.0.0.1", true),
            ("localhost.", "::1", true),
            ("app.localhost", "127.0.0.1", true),
            ("localhost", "192.168.1.2", false),
            ("localhost", "1.1.1.1", false),
            ("lamp.local", "192.168.1.2", true),
            ("lamp.local", "169.254.7.7", true),
            ("lamp.local", "fe80::2", true),
            ("lamp.local", "fd00::2", true),
            ("lamp.local", "127.0.0.1", false),
            ("lamp.local", "::ffff:127.0.0.1", false),
            ("lamp.local", "169.254.169.254", false),
            ("lamp.local", "0.0.0.0", false),
            ("api.example.com", "1.1.1.1", true),
            ("api.example.com", "192.168.1.2", false),
            ("api.example.com", "100.64.0.1", false),
            ("api.example.com", "169.254.169.254", false),
            ("api.example.com", "::ffff:10.0.0.1", false),
            ("api.example.com", "64:ff9b::10.0.0.1", false),
            ("api.example.com", "2002:a00:1::", false),
            ("api.example.com", "fd00::1", false),
            ("notlocalhost", "127.0.0.1", false),
        ] {
            assert_eq!(
                may_mean(name, address.parse().unwrap()),
                expected,
                "{name} {address}"
            );
        }
    }
}

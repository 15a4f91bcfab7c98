use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use pato_permissions::may_resolve_to;

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
        match addresses
            .iter()
            .find(|address| !may_resolve_to(name, **address))
        {
            Some(address) => Err(EgressError::Address {
                name: name.to_owned(),
                address: *address,
            }),
            None => Ok(addresses),
        }
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

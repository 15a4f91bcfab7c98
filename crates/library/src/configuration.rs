use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::Resolve;
use rustls::pki_types::CertificateDer;
use url::Url;

use crate::network::SystemResolver;

/// The largest package, in bytes, if nothing else is configured.
const MAX_PACKAGE_BYTES: u64 = 64 * 1024 * 1024;

/// What a [`Fetcher`](crate::Fetcher) is built from.
#[derive(Clone)]
pub struct FetcherConfiguration {
    /// Where packages lie until they are whole. It must be there; what a killed program left in it may be
    /// removed at start.
    pub temporary_folder: PathBuf,
    /// The largest package, in bytes.
    pub max_bytes: u64,
    /// How long each step may take.
    pub limits: TimeLimits,
    /// How often and after which pauses is tried again.
    pub retries: Retries,
    /// An HTTP proxy, `http://host:port`, through which the Internet is asked.
    pub proxy: Option<Url>,
    /// The networks, besides this machine, whose private addresses may be asked, in the clear too.
    pub local_networks: Vec<IpNet>,
    /// Which registry has the packages of which namespace.
    pub registries: Registries,
    /// Certificate authorities to trust besides Mozilla's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Who turns names into addresses. Its answers are checked.
    pub resolver: Arc<dyn Resolve>,
    /// Where the random numbers begin: the jitter of pauses.
    pub seed: u64,
}

impl FetcherConfiguration {
    /// Limits that fit a slow line, no proxy, no local network.
    pub fn new(temporary_folder: PathBuf, seed: u64) -> Self {
        Self {
            temporary_folder,
            max_bytes: MAX_PACKAGE_BYTES,
            limits: TimeLimits::default(),
            retries: Retries::default(),
            proxy: None,
            local_networks: Vec::new(),
            registries: Registries::default(),
            extra_roots: Vec::new(),
            resolver: Arc::new(SystemResolver),
            seed,
        }
    }
}

impl fmt::Debug for FetcherConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetcherConfiguration")
            .field("temporary_folder", &self.temporary_folder)
            .field("max_bytes", &self.max_bytes)
            .field("limits", &self.limits)
            .field("retries", &self.retries)
            .field("local_networks", &self.local_networks)
            .field("registries", &self.registries)
            .finish_non_exhaustive()
    }
}

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// From the looking up of the name to the end of the TLS handshake.
    pub connect: Duration,
    /// From then to the end of the answer's headers, for each redirect anew.
    pub first_byte: Duration,
    /// Between two pieces of the body.
    pub stall: Duration,
    /// All together, pauses and tries included.
    pub total: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(20),
            stall: Duration::from_secs(20),
            total: Duration::from_secs(20 * 60),
        }
    }
}

/// How often and after which pauses is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Further tries after a failure. Each byte that was not here before gives all of them back.
    pub at_most: u32,
    /// The first pause; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause, also of those that a server asks for.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            at_most: 4,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// Which registry has the packages of which namespace, as in the configuration of `wkg`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registries {
    /// The host of the registry for one namespace.
    pub namespaces: BTreeMap<String, String>,
    /// The host for all others.
    pub default: Option<String>,
}

impl Registries {
    /// The host of the registry that has the packages of `namespace`.
    pub fn of(&self, namespace: &str) -> Option<&str> {
        let own = self.namespaces.get(namespace);
        own.or(self.default.as_ref()).map(String::as_str)
    }
}

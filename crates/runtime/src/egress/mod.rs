//! The only way out of a plugin's sandbox into the network.
//!
//! Every connection, be it `http`, `websocket` or a language's own client over `wasi:http`, passes the
//! same checks: the URL is one of TLS (in the clear only toward loopback and private hosts); its host
//! and port are requested and granted; the name is looked up here, and each address must be public
//! unless the permission itself names it; and the connection goes to exactly the address that was
//! checked. Redirects begin anew. Secrets are put in at the last moment, for the hosts they belong
//! to, and blotted out of what comes back, in the shapes that the vault knows. A server that means to
//! return a secret in a shape of its own can do so; that is why each belongs to certain hosts.

mod connection;
mod destination;
mod error;
mod headers;
mod http;
mod resolve;
mod websocket;

use std::sync::Arc;
use std::time::Duration;

use pato_permissions::{PluginId, RequestedLimits};
use pato_vault::Vault;
use rustls::pki_types::CertificateDer;
use tokio::sync::Semaphore;

pub use self::connection::{SocketEvent, SocketMessage};
pub use self::destination::MAX_URL_BYTES;
pub use self::error::EgressError;
pub use self::headers::{
    MAX_HEADERS, MAX_REQUEST_HEADER_BYTES, MAX_RESPONSE_HEADER_BYTES, parse_headers,
};
pub use self::http::{HttpRequest, HttpResponse, MAX_REDIRECTS, Style};
pub use self::resolve::{Resolve, SystemResolver};
pub use self::websocket::WebSockets;

use self::resolve::CheckedResolver;

/// What each plugin may use of the network at most.
#[derive(Debug, Clone, Copy)]
pub struct EgressLimits {
    /// The longest request body, in bytes.
    pub request_body: usize,
    /// The longest answer, in bytes, unpacked, if the plugin's manifest does not say.
    pub response_body: usize,
    /// The longest answer, in bytes, that a manifest can ask for.
    pub max_response_body: usize,
    /// How long an exchange may take if the plugin does not say.
    pub timeout: Duration,
    /// How long it may take at most.
    pub longest_timeout: Duration,
    /// Requests under way at the same time.
    pub in_flight: usize,
    /// WebSocket connections open at the same time.
    pub connections: usize,
    /// The longest WebSocket message, in bytes, in either direction.
    pub message: usize,
    /// Bytes of WebSocket messages waiting to be sent on one connection.
    pub outgoing_queue: usize,
}

impl Default for EgressLimits {
    fn default() -> Self {
        Self {
            request_body: 4 * 1024 * 1024,
            response_body: 4 * 1024 * 1024,
            max_response_body: 16 * 1024 * 1024,
            timeout: Duration::from_secs(10),
            longest_timeout: Duration::from_secs(30),
            in_flight: 8,
            connections: 16,
            message: 1024 * 1024,
            outgoing_queue: 4 * 1024 * 1024,
        }
    }
}

/// What [`Egress`] is built from.
#[derive(Clone)]
pub struct EgressConfiguration {
    /// What each plugin may use.
    pub limits: EgressLimits,
    /// Who turns names into addresses.
    pub resolver: Arc<dyn Resolve>,
    /// Certificate authorities to trust besides Mozilla's.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl Default for EgressConfiguration {
    fn default() -> Self {
        Self {
            limits: EgressLimits::default(),
            resolver: Arc::new(SystemResolver),
            extra_roots: Vec::new(),
        }
    }
}

/// The gate, once for the whole host. Clones share its clients and their idle connections.
#[derive(Clone)]
pub struct Egress(Arc<Shared>);

impl Egress {
    /// Builds the clients. Proxies named in the environment are not used: they would be the ones to
    /// look names up.
    ///
    /// # Errors
    ///
    /// If a certificate of `extra_roots` cannot be read or TLS cannot be set up.
    pub fn new(configuration: EgressConfiguration, vault: Vault) -> Result<Self, EgressError> {
        let setup = |error: &dyn std::error::Error| EgressError::Setup(error.to_string());
        let mut roots = rustls::RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for certificate in configuration.extra_roots {
            roots.add(certificate).map_err(|error| setup(&error))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| setup(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let resolver = CheckedResolver(configuration.resolver);
        let client = |unpack: bool| {
            let mut tls = tls.clone();
            tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls)
                .dns_resolver(Arc::new(resolver.clone()))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .gzip(unpack)
                .user_agent(concat!("pato/", env!("CARGO_PKG_VERSION")))
                .http1_max_headers(MAX_HEADERS)
                .http2_max_header_list_size(MAX_RESPONSE_HEADER_BYTES as u32)
                .pool_max_idle_per_host(4)
                .build()
                .map_err(|error| setup(&error))
        };
        Ok(Self(Arc::new(Shared {
            limits: configuration.limits,
            unpacking: client(true)?,
            plain: client(false)?,
            tls: Arc::new(tls),
            resolver,
            vault,
        })))
    }

    /// The gate as one plugin sees it. Its limits hold for all clones together.
    pub fn for_plugin(&self, plugin: PluginId, requested: &RequestedLimits) -> PluginEgress {
        let mut limits = self.0.limits;
        if let Some(bytes) = requested.http_response {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            limits.response_body = bytes.min(limits.max_response_body);
        }
        PluginEgress {
            in_flight: Arc::new(Semaphore::new(limits.in_flight)),
            egress: self.0.clone(),
            plugin,
            limits,
        }
    }
}

struct Shared {
    limits: EgressLimits,
    /// For [`Style::Complete`].
    unpacking: reqwest::Client,
    /// For [`Style::Bare`].
    plain: reqwest::Client,
    /// For WebSocket connections.
    tls: Arc<rustls::ClientConfig>,
    resolver: CheckedResolver,
    vault: Vault,
}

/// The gate for one plugin: knows whose secrets to attach, and counts what is under way.
#[derive(Clone)]
pub struct PluginEgress {
    egress: Arc<Shared>,
    plugin: PluginId,
    limits: EgressLimits,
    in_flight: Arc<Semaphore>,
}

impl PluginEgress {
    /// What the plugin may use.
    pub fn limits(&self) -> &EgressLimits {
        &self.limits
    }
}

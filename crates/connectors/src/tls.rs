//! Encrypted connections to services.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::connector::ConnectorError;

/// What Pato calls itself where a service has no rule for that.
pub(crate) const USER_AGENT: &str = concat!("pato/", env!("CARGO_PKG_VERSION"));

/// TLS 1.2 or 1.3 that trusts the public authorities and `extra_roots`.
///
/// # Errors
///
/// If one of those is no certificate.
pub(crate) fn configuration(
    extra_roots: &[CertificateDer<'static>],
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for certificate in extra_roots {
        roots.add(certificate.clone())?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// A client for a service's web interface, which waits at most `patience` for a whole answer. It follows
/// no redirect, which could lead a token astray; repeats nothing, which could write a message twice; and
/// asks no proxy.
///
/// # Errors
///
/// If TLS cannot be set up.
pub(crate) fn http_client(
    user_agent: &str,
    patience: Duration,
) -> Result<reqwest::Client, ConnectorError> {
    let setup = |error: &dyn std::fmt::Display| {
        ConnectorError::Failed(format!("TLS could not be set up: {error}"))
    };
    let mut tls = configuration(&[]).map_err(|error| setup(&error))?;
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .timeout(patience)
        .user_agent(user_agent)
        .build()
        .map_err(|error| setup(&error))
}

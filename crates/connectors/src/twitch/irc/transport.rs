//! Opens the connection: TCP, with TLS unless a test says otherwise.

use std::io;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::tls;

/// Where the server is, and whom to trust.
#[derive(Debug, Clone)]
pub struct TwitchServer {
    /// Its name or address. A token is only sent to the hosts that it was stored for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
}

/// How the connection is kept private.
#[derive(Debug, Clone)]
pub enum Security {
    /// TLS 1.2 or 1.3.
    Tls {
        /// Certificates to trust besides those of the public authorities.
        extra_roots: Vec<CertificateDer<'static>>,
    },
    /// Not at all: for a server on this machine.
    Plain,
}

impl Default for TwitchServer {
    /// Twitch itself, `irc.chat.twitch.tv:6697`.
    fn default() -> Self {
        Self {
            host: "irc.chat.twitch.tv".to_owned(),
            port: 6697,
            security: Security::Tls {
                extra_roots: Vec::new(),
            },
        }
    }
}

/// A stream of bytes in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(super) async fn connect(server: &TwitchServer) -> io::Result<Box<dyn Stream>> {
    let stream = TcpStream::connect((server.host.as_str(), server.port)).await?;
    stream.set_nodelay(true)?;
    let extra_roots = match &server.security {
        Security::Plain => return Ok(Box::new(stream)),
        Security::Tls { extra_roots } => extra_roots,
    };
    let configuration = tls::configuration(extra_roots).map_err(io::Error::other)?;
    let name = ServerName::try_from(server.host.clone()).map_err(io::Error::other)?;
    let connector = TlsConnector::from(Arc::new(configuration));
    Ok(Box::new(connector.connect(name, stream).await?))
}

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware;
use axum::routing::get;
use pato_host::Host;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::security::{Guard, Token};
use crate::{api, asset, network, overlay, page, security, socket};

/// Why the server can't listen.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another program has the port.
    #[error(
        "port {} of {} is in use by another program: close it, or choose another with \
         `--listen {}:PORT` (port 0 takes any free one)",
        .0.port(), .0.ip(), .0.ip()
    )]
    PortInUse(SocketAddr),
    /// Not an address of this machine alone.
    #[error("{0} can be reached from other machines: Pato listens on 127.0.0.1 or [::1] only")]
    NotLoopback(SocketAddr),
    /// The system refused.
    #[error("can't listen on {address}: {source}")]
    Io {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// What every handler shares.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) host: Host,
    /// Ends the WebSocket connections, which would else outlive the server.
    pub(crate) closing: CancellationToken,
    pub(crate) address: SocketAddr,
}

impl FromRef<Shared> for Host {
    fn from_ref(shared: &Shared) -> Self {
        shared.host.clone()
    }
}

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    host: Host,
    token: Token,
}

impl Server {
    /// Begins to listen. Port 0 takes any free one.
    ///
    /// # Errors
    ///
    /// If the address is not loopback, or the port in use.
    pub async fn bind(host: Host, address: SocketAddr, token: Token) -> Result<Self, ServerError> {
        let (listener, address) = listen(address).await?;
        Ok(Self {
            listener,
            address,
            host,
            token,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`, also on the network while the host wants that; then requests under way are ended.
    ///
    /// # Errors
    ///
    /// If the system takes the socket away.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), ServerError> {
        let closing = shutdown.child_token();
        let shared = Shared {
            host: self.host.clone(),
            closing: closing.clone(),
            address: self.address,
        };
        let guard = Guard::new(self.address, self.token, self.host.page_secret());
        let router = routes()
            .layer(middleware::from_fn_with_state(guard, security::guard))
            .with_state(shared);
        let network = network::run(self.host, self.address.port(), closing.child_token());
        let serving = axum::serve(self.listener, router)
            .with_graceful_shutdown(async move { closing.cancelled().await });
        let (served, ()) = tokio::join!(serving.into_future(), network);
        served.map_err(|source| ServerError::Io {
            address: self.address,
            source,
        })
    }
}

/// Begins to listen on this machine alone, and tells where.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    if !address.ip().is_loopback() {
        return Err(ServerError::NotLoopback(address));
    }
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::PortInUse(address),
        _ => ServerError::Io { address, source },
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn routes() -> Router<Shared> {
    let (api, _) = api::router().split_for_parts();
    api.route("/ws", get(socket::upgrade))
        .merge(page::router())
        .merge(overlay::router())
        .merge(asset::router())
}

use std::net::SocketAddr;

use pato_host::vault::Vault;
use pato_host::{Configuration, DataDirectory, Host, HostError, HostOptions, RunFile};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::security::Token;
use crate::server::{Server, ServerError};

/// What Pato is run with.
pub struct RunOptions {
    /// Where its data lies.
    pub directory: DataDirectory,
    /// What the user set.
    pub configuration: Configuration,
    /// The secrets known at the start.
    pub vault: Vault,
    /// Whether to take any free port where another program has the configured one.
    pub other_port: bool,
}

/// Why Pato does not run, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The host could not start.
    #[error("{0}")]
    Host(#[from] HostError),
    /// The server could not start, or lost its socket.
    #[error("{0}")]
    Server(#[from] ServerError),
    /// The system has no randomness to give.
    #[error("can't make a token: {0}")]
    Token(#[from] getrandom::Error),
    /// The server's task ended by itself.
    #[error("the server broke down: {0}")]
    Task(#[from] JoinError),
}

/// A host with its server, which must be [stopped](Self::stop): the whole of Pato but for what the user
/// sees of it.
pub struct Running {
    host: Host,
    address: SocketAddr,
    token: Token,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), ServerError>>,
}

impl Running {
    /// Starts the host, then the server, and tells the command line where it listens.
    ///
    /// # Errors
    ///
    /// If another Pato uses the data folder, or the server can't listen; then nothing runs any more.
    pub async fn start(options: RunOptions) -> Result<Self, RunError> {
        let RunOptions {
            directory,
            configuration,
            vault,
            other_port,
        } = options;
        let address = configuration.server.address;
        let simulator = configuration.simulator.as_ref();
        let seed = simulator.map_or_else(random_seed, |section| section.seed);
        let host = Host::start(HostOptions {
            directory,
            configuration,
            vault,
            seed,
            keyring: None,
            bundled: pato_host::bundled_plugins(),
        })
        .await?;
        match Self::serve(&host, address, other_port).await {
            Ok(running) => Ok(running),
            Err(error) => {
                host.shutdown("its server could not start").await;
                Err(error)
            }
        }
    }

    async fn serve(host: &Host, address: SocketAddr, other_port: bool) -> Result<Self, RunError> {
        let token = Token::random()?;
        let bind = |address| Server::bind(host.clone(), address, token.clone());
        let server = match bind(address).await {
            Err(error @ ServerError::PortInUse(_)) if other_port => {
                let server = bind(SocketAddr::new(address.ip(), 0)).await?;
                let taken = server.address();
                tracing::warn!("{error}; until then, overlays have other addresses, at {taken}");
                server
            }
            bound => bound?,
        };
        let address = server.address();
        host.announce_address(&RunFile {
            pid: std::process::id(),
            address,
            token: token.as_str().to_owned(),
        })?;
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(server.run(shutdown.clone()));
        Ok(Self {
            host: host.clone(),
            address,
            token,
            shutdown,
            serving,
        })
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Where the server listens, as a URL without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the dashboard, with the token that opens it.
    pub fn page(&self) -> String {
        format!("{}/#token={}", self.url(), self.token.as_str())
    }

    /// Ends both. Takes 5 seconds at most for each of plugins and connectors.
    ///
    /// # Errors
    ///
    /// If the server had broken down before.
    pub async fn stop(self, reason: &str) -> Result<(), RunError> {
        self.host.shutdown(reason).await;
        self.shutdown.cancel();
        Ok(self.serving.await??)
    }
}

/// The hasher's keys are random for each process; good enough to spread retries.
fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
}

use std::net::{Ipv4Addr, SocketAddr};

use pato_server::{FolderServer, ServerError};
use pato_toolchain::Project;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The project's own page, served until it is [stopped](Self::stop).
pub(super) struct Web {
    address: String,
    changes: watch::Sender<u64>,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), ServerError>>,
}

impl Web {
    /// Serves it, if the project has one.
    pub(super) async fn start(project: &Project) -> anyhow::Result<Option<Self>> {
        let Some(folder) = project.web() else {
            return Ok(None);
        };
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = FolderServer::bind(folder, any_port).await?;
        let changes = watch::Sender::new(0);
        let shutdown = CancellationToken::new();
        Ok(Some(Self {
            address: format!("http://{}/", server.address()),
            serving: tokio::spawn(server.run(changes.subscribe(), shutdown.clone())),
            changes,
            shutdown,
        }))
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Loads it anew wherever it is open.
    pub(super) fn reload(&self) {
        self.changes.send_modify(|number| *number += 1);
    }

    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        Ok(self.serving.await??)
    }
}

//! The wish that the program ends: Ctrl-C, or the system's signal.

use tokio_util::sync::CancellationToken;

/// Listens from the moment it is made, so that no wish is lost between two moments of waiting for one.
///
/// From then on a wish does not end the process by itself any more: whoever holds this must wait for it.
#[derive(Clone)]
pub struct Interruption {
    once: CancellationToken,
    again: CancellationToken,
}

impl Interruption {
    /// Takes over the process's signals.
    ///
    /// # Errors
    /// The system refuses the handlers.
    pub fn listen() -> std::io::Result<Self> {
        let mut wishes = Wishes::new()?;
        let interruption = Self {
            once: CancellationToken::new(),
            again: CancellationToken::new(),
        };
        let told = interruption.clone();
        tokio::spawn(async move {
            wishes.next().await;
            told.once.cancel();
            wishes.next().await;
            told.again.cancel();
        });
        Ok(interruption)
    }

    /// Until the program is asked to end.
    pub async fn once(&self) {
        self.once.cancelled().await;
    }

    /// Until the program is asked a second time: whoever asks twice does not want to wait.
    pub async fn again(&self) {
        self.again.cancelled().await;
    }
}

#[cfg(unix)]
struct Wishes {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Wishes {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Wishes {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Wishes {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c()?,
            close: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

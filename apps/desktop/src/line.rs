//! The conversation with one page, in a task of its own.

use std::sync::Arc;

use pato_events::wire::MAX_FRAME_BYTES;
use pato_server::Session;
use tokio::sync::{Mutex, mpsc};
use tokio_util::task::AbortOnDropHandle;

/// How many frames of the page may wait; beyond it, sending one waits.
const FROM_PAGE: usize = 64;

/// Why a line carries nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LineError {
    /// Another took its place, or Pato stops.
    #[error("this line is closed: connect again")]
    Closed,
    /// A frame is longer than the server takes, too.
    #[error("a frame has at most {MAX_FRAME_BYTES} bytes")]
    TooLong,
}

/// A page's line to the host. What the page does not fetch waits in the session, which has bounds: a page
/// that sleeps slows nobody. Cloning is cheap; all clones are one line.
#[derive(Clone)]
pub(crate) struct Line {
    from_page: mpsc::Sender<String>,
    to_page: Arc<Mutex<mpsc::Receiver<Vec<String>>>>,
    task: Arc<AbortOnDropHandle<()>>,
}

impl Line {
    pub(crate) fn new(session: Session) -> Self {
        let (from_page, received) = mpsc::channel(FROM_PAGE);
        let (sender, to_page) = mpsc::channel(1);
        Self {
            from_page,
            to_page: Arc::new(Mutex::new(to_page)),
            task: Arc::new(AbortOnDropHandle::new(tokio::spawn(carry(
                session, received, sender,
            )))),
        }
    }

    /// Ends it, for all clones.
    pub(crate) fn close(&self) {
        self.task.abort();
    }

    /// Takes a frame from the page.
    pub(crate) async fn send(&self, frame: String) -> Result<(), LineError> {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(LineError::TooLong);
        }
        let sent = self.from_page.send(frame).await;
        sent.map_err(|_| LineError::Closed)
    }

    /// The next frames for the page, at least one.
    pub(crate) async fn receive(&self) -> Result<Vec<String>, LineError> {
        let frames = self.to_page.lock().await.recv().await;
        frames.ok_or(LineError::Closed)
    }
}

async fn carry(
    mut session: Session,
    mut from_page: mpsc::Receiver<String>,
    to_page: mpsc::Sender<Vec<String>>,
) {
    loop {
        let is_ready = session.is_ready();
        // The session is asked only once there is room for its answer.
        let next = async {
            let room = to_page.reserve().await;
            (room, session.next().await)
        };
        tokio::select! {
            frame = from_page.recv(), if is_ready => match frame {
                Some(frame) => session.receive(&frame),
                None => return,
            },
            (room, frames) = next => match room {
                Ok(room) => room.send(frames),
                Err(_) => return,
            },
        }
    }
}

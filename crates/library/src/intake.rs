//! Where the bytes of a package go: into a temporary file and through a [`Reader`], on a thread of its own,
//! so that network, disk and checking do not wait for each other.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use pato_packages::{Inspected, PackageError, Reader, ReaderLimits};
use tempfile::TempPath;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, timeout_at};

use crate::error::FetchError;
use crate::progress::Progress;

/// How many bytes are gathered before the thread is woken: each time costs as much as hashing some ten
/// thousand.
const BATCH_BYTES: usize = 256 * 1024;

/// How long bytes wait for more, so that what comes slowly is checked as it comes.
const GATHERING: Duration = Duration::from_millis(10);

/// How many batches may wait: what the network brings while the disk is slow.
const QUEUE: usize = 4;

/// The first part of a temporary file's name, by which leftovers of a killed program are known.
pub(crate) const FILE_PREFIX: &str = "package-";

/// Takes one package. The file goes when this is dropped, and the thread ends.
pub(crate) struct Intake {
    at: String,
    file: TempPath,
    batches: mpsc::Sender<Vec<Bytes>>,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    /// When what waits goes on to the thread.
    due: Option<Instant>,
    thread: JoinHandle<Result<Inspected, Stopped>>,
}

/// Why the thread takes no more.
enum Stopped {
    Package(PackageError),
    File(std::io::Error),
    /// There was no end: whoever fed it is gone.
    Abandoned,
}

impl Intake {
    /// Makes the file in `folder` and starts the thread. `at` is for messages.
    pub(crate) fn start(
        at: String,
        folder: &Path,
        limits: ReaderLimits,
        progress: watch::Sender<Progress>,
    ) -> Result<Self, FetchError> {
        let made = tempfile::Builder::new()
            .prefix(FILE_PREFIX)
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(|error| FetchError::io("make a file in", folder, error))?;
        let (file, path) = made.into_parts();
        let (batches, receiver) = mpsc::channel(QUEUE);
        let thread =
            tokio::task::spawn_blocking(move || take_all(receiver, file, limits, &progress));
        Ok(Self {
            at,
            file: path,
            batches,
            waiting: Vec::new(),
            waiting_bytes: 0,
            due: None,
            thread,
        })
    }

    /// Takes the next bytes.
    pub(crate) async fn push(&mut self, bytes: Bytes) -> Result<(), FetchError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.due.get_or_insert_with(|| Instant::now() + GATHERING);
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        if self.waiting_bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Waits for `more`, and lets the thread have what is here if that takes long.
    pub(crate) async fn gathering<T>(
        &mut self,
        more: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let mut more = pin!(more);
        if let Some(due) = self.due {
            match timeout_at(due, &mut more).await {
                Ok(more) => return more,
                Err(_) => self.flush().await?,
            }
        }
        more.await
    }

    /// There are no more bytes: the file, which is whole, and what it is.
    pub(crate) async fn finish(mut self) -> Result<(TempPath, Inspected), FetchError> {
        if !self.waiting.is_empty() {
            self.flush().await?;
        }
        // An empty batch is the end.
        self.flush().await?;
        let ended = (&mut self.thread).await;
        let inspected = self.explain(ended)?;
        Ok((self.file, inspected))
    }

    async fn flush(&mut self) -> Result<(), FetchError> {
        let batch = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        self.due = None;
        if self.batches.send(batch).await.is_ok() {
            return Ok(());
        }
        let ended = (&mut self.thread).await;
        match self.explain(ended) {
            Err(error) => Err(error),
            Ok(_) => Err(self.broken("it ended before the file did")),
        }
    }

    fn explain(
        &self,
        ended: Result<Result<Inspected, Stopped>, JoinError>,
    ) -> Result<Inspected, FetchError> {
        match ended {
            Ok(Ok(inspected)) => Ok(inspected),
            Ok(Err(Stopped::Package(error))) => Err(FetchError::Package {
                at: self.at.clone(),
                error: Box::new(error),
            }),
            Ok(Err(Stopped::File(error))) => Err(FetchError::io("write", &self.file, error)),
            Ok(Err(Stopped::Abandoned)) => Err(self.broken("it was told to end too early")),
            Err(error) => Err(self.broken(&error.to_string())),
        }
    }

    fn broken(&self, reason: &str) -> FetchError {
        let error = std::io::Error::other(reason.to_owned());
        FetchError::io("check", &self.file, error)
    }
}

/// The thread: ends with an empty batch, an error, or when nobody can send any more.
fn take_all(
    mut batches: mpsc::Receiver<Vec<Bytes>>,
    mut file: File,
    limits: ReaderLimits,
    progress: &watch::Sender<Progress>,
) -> Result<Inspected, Stopped> {
    let mut reader = Reader::new(limits);
    let mut is_told = false;
    loop {
        let batch = batches.blocking_recv().ok_or(Stopped::Abandoned)?;
        if batch.is_empty() {
            return reader.finish().map_err(Stopped::Package);
        }
        for bytes in batch {
            reader.push(&bytes).map_err(Stopped::Package)?;
            file.write_all(&bytes).map_err(Stopped::File)?;
        }
        if let (Some(manifest), false) = (reader.manifest(), is_told) {
            let manifest = Some(Arc::new(manifest.clone()));
            progress.send_modify(|progress| progress.manifest = manifest);
            is_told = true;
        }
    }
}

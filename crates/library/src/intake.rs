//! Where the bytes of a package go: into a temporary file and through a [`Reader`], on a thread of its own,
//! so that network, disk and checking do not wait for each other.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use pato_packages::{Inspected, PackageError, Reader, ReaderLimits};
use tempfile::TempPath;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

use crate::error::FetchError;
use crate::progress::Progress;

/// How many bytes are gathered before the thread is woken, unless it has nothing to do.
const BATCH_BYTES: usize = 256 * 1024;

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
            thread,
        })
    }

    /// Takes the next bytes.
    pub(crate) async fn push(&mut self, bytes: Bytes) -> Result<(), FetchError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        let is_idle = self.batches.capacity() == self.batches.max_capacity();
        if is_idle || self.waiting_bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(())
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

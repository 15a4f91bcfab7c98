//! What must last: one SQLite file.
//!
//! One thread owns the connection. Jobs reach it through a bounded queue; the changes that wait in
//! the queue share one commit, so that many plugins writing at once cost one write to the disk. A
//! change is answered after the commit that holds it: it is on disk then, a crash of the machine
//! included.

mod accounts;
mod audit;
mod copies;
mod devices;
mod generations;
mod grants;
mod indexes;
mod pages;
mod plugins;
mod settings;
mod storage;
#[cfg(test)]
mod tests;
mod versions;

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{M, Migrations};
use tokio::sync::{mpsc, oneshot};

pub(crate) use accounts::AccountRecord;
pub(crate) use copies::copy_closed;
pub(crate) use indexes::IndexRecord;
pub use plugins::{Origin, PluginRecord};
pub(crate) use versions::{Replaced, VersionRecord};

/// How many jobs may wait.
const QUEUE: usize = 1_024;

/// How many changes share one commit at the most.
const CHANGES_PER_COMMIT: usize = 256;

const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("migrations/1-foundation.sql")),
    M::up(include_str!("migrations/2-accounts.sql")),
    M::up(include_str!("migrations/3-pages.sql")),
    M::up(include_str!("migrations/4-generations.sql")),
    M::up(include_str!("migrations/5-library.sql")),
    M::up(include_str!("migrations/6-devices.sql")),
];

/// Why the database did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// Another program holds it.
    #[error(
        "the database {path} is locked by another program: close what has it open \
         (a database browser, a backup) and try again"
    )]
    Locked {
        /// The database file.
        path: PathBuf,
    },
    /// No space.
    #[error(
        "no space is left on the disk that holds {path}: nothing was changed; make room and try again"
    )]
    Full {
        /// The database file.
        path: PathBuf,
    },
    /// The file is no database, or damaged.
    #[error(
        "{path} is no database of Pato's, or is damaged ({reason}): move it away to begin anew, or \
         put back a copy"
    )]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// A newer Pato wrote it.
    #[error("{path} was written by a newer version of Pato ({reason}): update Pato")]
    Newer {
        /// The database file.
        path: PathBuf,
        /// What the migration says.
        reason: String,
    },
    /// Anything else.
    #[error("the database {path} failed: {reason}")]
    Failed {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// It was closed already.
    #[error("the database is closed, because the host is stopping")]
    Closed,
}

/// One job for the connection, together with whom to answer.
trait Job: Send {
    /// Does it. The answer is given once it is known whether the commit succeeded.
    fn run(self: Box<Self>, connection: &Connection) -> Done;
    /// Gives up before it has begun.
    fn refuse(self: Box<Self>, error: DatabaseError);
}

type Answer = Box<dyn FnOnce(Result<(), DatabaseError>)>;

/// A job that was done.
struct Done {
    answer: Answer,
    /// Why it failed, if it did.
    error: Option<DatabaseError>,
}

struct Request<T, F> {
    work: F,
    sender: oneshot::Sender<Result<T, DatabaseError>>,
    path: PathBuf,
}

impl<T, F> Job for Request<T, F>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    fn run(self: Box<Self>, connection: &Connection) -> Done {
        let Self { work, sender, path } = *self;
        let outcome = work(connection).map_err(|error| translate(&path, &error));
        let error = outcome.as_ref().err().cloned();
        let answer = Box::new(move |committed: Result<(), DatabaseError>| {
            // Nobody waits any more if the caller was cancelled; the change stands all the same.
            let _ = sender.send(outcome.and_then(|value| committed.map(|()| value)));
        });
        Done { answer, error }
    }

    fn refuse(self: Box<Self>, error: DatabaseError) {
        let _ = self.sender.send(Err(error));
    }
}

enum Message {
    Read(Box<dyn Job>),
    Change(Box<dyn Job>),
    Close,
}

/// A handle to the database. Cloning is cheap; the last one dropped closes it.
#[derive(Clone)]
pub struct Database {
    jobs: mpsc::Sender<Message>,
    path: PathBuf,
}

/// The thread that owns the connection.
#[must_use = "join it after the database was closed, so that nothing is lost"]
pub struct DatabaseThread(JoinHandle<()>);

impl DatabaseThread {
    /// Waits until the last job is done and the file is closed. The database must have been told to
    /// close, or every handle to it been dropped, before.
    pub fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the database thread panicked");
        }
    }
}

impl Database {
    /// Opens the file, makes it if it is not there, and brings it up to date.
    ///
    /// # Errors
    ///
    /// If it is locked, damaged, or written by a newer version.
    pub fn open(path: &Path) -> Result<(Self, DatabaseThread), DatabaseError> {
        let mut connection = Connection::open(path).map_err(|error| translate(path, &error))?;
        prepare(&connection).map_err(|error| translate(path, &error))?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut connection)
            .map_err(|error| match error {
                rusqlite_migration::Error::RusqliteError { err, .. } => translate(path, &err),
                other => DatabaseError::Newer {
                    path: path.to_owned(),
                    reason: other.to_string(),
                },
            })?;
        let (jobs, receiver) = mpsc::channel(QUEUE);
        let owned = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("pato-database".into())
            .spawn(move || serve(&connection, receiver, &owned))
            .map_err(|error| DatabaseError::Failed {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
        Ok((
            Self {
                jobs,
                path: path.to_owned(),
            },
            DatabaseThread(thread),
        ))
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the thread after all that was asked for so far. What is asked for later is refused.
    pub(crate) async fn close(&self) {
        let _ = self.jobs.send(Message::Close).await;
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        self.submit(Message::Read, work).await
    }

    /// Work of several statements wraps them in a [`Savepoint`](plugins::Savepoint).
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        self.submit(Message::Change, work).await
    }

    async fn submit<T: Send + 'static>(
        &self,
        kind: fn(Box<dyn Job>) -> Message,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let (sender, receiver) = oneshot::channel();
        let request = Request {
            work,
            sender,
            path: self.path.clone(),
        };
        self.jobs
            .send(kind(Box::new(request)))
            .await
            .map_err(|_| DatabaseError::Closed)?;
        receiver.await.map_err(|_| DatabaseError::Closed)?
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted rows are overwritten: what a person removed is gone.
    connection.pragma_update(None, "secure_delete", true)
}

fn serve(connection: &Connection, mut receiver: mpsc::Receiver<Message>, path: &Path) {
    let mut messages = Vec::with_capacity(CHANGES_PER_COMMIT);
    while receiver.blocking_recv_many(&mut messages, CHANGES_PER_COMMIT) > 0 {
        let mut changes = Vec::new();
        for message in messages.drain(..) {
            match message {
                // A read sees every change that was asked for before it.
                Message::Read(job) => {
                    commit(connection, &mut changes, path);
                    (job.run(connection).answer)(Ok(()));
                }
                Message::Change(job) => changes.push(job),
                Message::Close => receiver.close(),
            }
        }
        commit(connection, &mut changes, path);
    }
}

/// Does the changes in one commit; in several only if one breaks it.
fn commit(connection: &Connection, changes: &mut Vec<Box<dyn Job>>, path: &Path) {
    let mut changes = changes.drain(..);
    while changes.len() > 0 {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            let error = translate(path, &error);
            for change in changes {
                change.refuse(error.clone());
            }
            return;
        }
        let mut answers = Vec::with_capacity(changes.len());
        let mut broken = None;
        for change in changes.by_ref() {
            let done = change.run(connection);
            answers.push(done.answer);
            // A full disk, among others, makes SQLite take back the whole transaction at once, also
            // what went well: <https://www.sqlite.org/lang_transaction.html>. Whatever came after it
            // would be written although its answer is an error.
            if connection.is_autocommit() {
                broken = Some(done.error.unwrap_or_else(|| DatabaseError::Failed {
                    path: path.to_owned(),
                    reason: "the transaction ended early".into(),
                }));
                break;
            }
        }
        let outcome = match broken {
            Some(error) => Err(error),
            None => connection.execute_batch("COMMIT").map_err(|error| {
                let _ = connection.execute_batch("ROLLBACK");
                translate(path, &error)
            }),
        };
        for answer in answers {
            answer(outcome.clone());
        }
    }
}

fn translate(path: &Path, error: &rusqlite::Error) -> DatabaseError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Locked { path },
        Some(ErrorCode::DiskFull) => DatabaseError::Full { path },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => DatabaseError::Damaged {
            path,
            reason: error.to_string(),
        },
        _ => DatabaseError::Failed {
            path,
            reason: error.to_string(),
        },
    }
}

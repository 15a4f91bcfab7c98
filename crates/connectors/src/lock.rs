//! The lock file of an account, which keeps a second Pato from using the same refresh token.
//!
//! It is held for as long as the connector runs and not only during a refresh: the other Pato would
//! still have the old refresh token afterwards, and using that one ends the login everywhere. The file
//! is as long as there were refreshes, so that whoever had to wait knows whether its own token is spent.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::account::Account;

/// How often the lock is tried while another holds it.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long to wait for a connector that is being replaced to let go: it ends within five seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(6);

/// The lock file of one account.
pub(crate) struct LockFile {
    path: Option<PathBuf>,
    handle: String,
}

/// The lock. Dropping it lets go, and so does the end of the process.
pub(crate) struct Held {
    file: Option<File>,
}

/// Why the lock can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Its text says who holds it, and not what to do.
    #[error("another Pato uses the account `{handle}` (it holds {})", path.display())]
    Taken { path: PathBuf, handle: String },
    #[error("the lock file {} of the account `{handle}` cannot be used: {source}", path.display())]
    Unusable {
        path: PathBuf,
        handle: String,
        source: std::io::Error,
    },
}

impl LockFile {
    /// The one of that account at `service`; without a folder there is nothing to hold.
    pub(crate) fn new(folder: Option<&Path>, service: &str, account: &Account) -> Self {
        let id = account.user_id.chars();
        let digits: String = id.filter(char::is_ascii_digit).collect();
        Self {
            path: folder.map(|folder| folder.join(format!("{service}-{digits}.lock"))),
            handle: account.handle.clone(),
        }
    }

    /// Takes the lock, for which it waits up to `patience`.
    ///
    /// # Errors
    ///
    /// If another Pato holds it, or the file cannot be made.
    pub(crate) async fn take(&self, patience: Duration) -> Result<Held, LockError> {
        let Some(path) = &self.path else {
            return Ok(Held { file: None });
        };
        let unusable = |source| LockError::Unusable {
            path: path.clone(),
            handle: self.handle.clone(),
            source,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(unusable)?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held { file: Some(file) }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(INTERVAL).await,
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Taken {
                        path: path.clone(),
                        handle: self.handle.clone(),
                    });
                }
                Err(TryLockError::Error(error)) => return Err(unusable(error)),
            }
        }
    }

    /// How often whoever held the lock refreshed the tokens; none if that can't be read.
    pub(crate) fn refreshes(&self) -> Option<u64> {
        let metadata = std::fs::metadata(self.path.as_ref()?).ok()?;
        Some(metadata.len())
    }
}

impl Held {
    /// Notes that the tokens were refreshed. A lock file that can't be written to is told in the log.
    pub(crate) fn note_refresh(&self) {
        let Some(file) = &self.file else {
            return;
        };
        let noted = file
            .metadata()
            .and_then(|metadata| file.set_len(metadata.len() + 1));
        if let Err(error) = noted {
            tracing::warn!(%error, "a lock file can't be written to");
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn account() -> Account {
        Account {
            handle: "main".into(),
            user_id: "../12".into(),
            login: "pato".into(),
            name: "Pato".into(),
            scopes: Vec::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_second_is_told_who_holds_it_and_gets_it_once_the_first_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let lock = || LockFile::new(Some(folder.path()), "twitch", &account());
        let (first, second) = (lock(), lock());
        let held = first.take(PATIENCE).await.unwrap();
        let before = Instant::now();
        let refused = second.take(PATIENCE).await.err().unwrap().to_string();
        assert!(
            refused.contains("another Pato uses the account `main`")
                && refused.contains("twitch-12.lock"),
            "{refused}"
        );
        assert!(before.elapsed() >= PATIENCE);
        drop(held);
        second.take(PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn the_lock_of_one_account_or_service_is_not_that_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let other = Account {
            user_id: "34".into(),
            ..account()
        };
        let mut held = Vec::new();
        for (service, account) in [("twitch", account()), ("kick", account()), ("kick", other)] {
            let lock = LockFile::new(Some(folder.path()), service, &account);
            held.push(lock.take(Duration::ZERO).await.unwrap());
        }
    }

    #[tokio::test]
    async fn who_waits_sees_how_often_the_holder_refreshed() {
        let folder = tempfile::tempdir().unwrap();
        let lock = LockFile::new(Some(folder.path()), "kick", &account());
        assert_eq!(lock.refreshes(), None);
        for count in 0..3 {
            let held = lock.take(Duration::ZERO).await.unwrap();
            assert_eq!(lock.refreshes(), Some(count));
            held.note_refresh();
            assert_eq!(lock.refreshes(), Some(count + 1));
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let nowhere = Path::new("/nowhere/at/all");
        let lock = LockFile::new(Some(nowhere), "twitch", &account());
        let refused = lock.take(PATIENCE).await.err().unwrap().to_string();
        assert!(refused.contains("/nowhere/at/all"), "{refused}");
    }
}

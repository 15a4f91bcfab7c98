//! The lock file of an account, which keeps a second Pato from using the same refresh token.
//!
//! It is held for as long as the connector runs and not only during a refresh: the other Pato would
//! still have the old refresh token afterwards, and using that one ends the login everywhere.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How often the lock is tried while another holds it.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long to wait for a connector that is being replaced to let go: it ends within five seconds.
const PATIENCE: Duration = Duration::from_secs(6);

/// The lock. Dropping it lets go, and so does the end of the process.
pub(crate) struct Held {
    _file: Option<File>,
}

/// Takes the lock at `path`; without a path there is nothing to take.
///
/// # Errors
///
/// With a text for the user, if another Pato holds it or the file cannot be made.
pub(crate) async fn take(path: Option<&Path>, handle: &str) -> Result<Held, String> {
    let Some(path) = path else {
        return Ok(Held { _file: None });
    };
    let place = path.display();
    let unusable =
        |error| format!("the lock file {place} of the account `{handle}` cannot be used: {error}");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(unusable)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Held { _file: Some(file) }),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(INTERVAL).await,
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "another Pato uses the account `{handle}` (it holds {place}): end it, then start \
                     this one anew"
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_second_is_told_who_holds_it_and_gets_it_once_the_first_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("twitch-main.lock");
        let first = take(Some(&path), "main").await.unwrap();
        let before = Instant::now();
        let refused = take(Some(&path), "main").await.err().unwrap();
        assert!(
            refused.contains("`main`") && refused.contains("end it"),
            "{refused}"
        );
        assert!(before.elapsed() >= PATIENCE);
        drop(first);
        take(Some(&path), "main").await.unwrap();
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let refused = take(Some(Path::new("/nowhere/at/all.lock")), "main").await;
        assert!(refused.err().unwrap().contains("/nowhere/at/all.lock"));
    }
}

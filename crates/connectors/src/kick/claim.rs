//! The account's lock file over the life of the connector: asked for again until it is held.

use std::time::Duration;

use tokio::sync::Mutex;

use super::tokens::authorize;
use crate::connector::ConnectorError;
use crate::lock::{Held, LockError, LockFile, PATIENCE};

/// The claim of this connector to the tokens of its account.
pub(super) struct Claim {
    lock: LockFile,
    handle: String,
    state: Mutex<State>,
}

enum State {
    /// Nobody has asked yet.
    Open,
    Held(Held),
    /// It could not be had. `refreshes` are those of others by then.
    Refused {
        error: ConnectorError,
        refreshes: Option<u64>,
    },
    /// Others have refreshed the tokens since, so that the ones here are spent.
    Spent,
}

impl Claim {
    pub(super) fn new(lock: LockFile, handle: String) -> Self {
        Self {
            lock,
            handle,
            state: Mutex::new(State::Open),
        }
    }

    /// Makes sure of the lock for a call, which does not wait for it: whoever keeps the login alive
    /// does that.
    ///
    /// # Errors
    ///
    /// If it can't be had, or the tokens are spent.
    pub(super) async fn check(&self) -> Result<(), ConnectorError> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Open => {
                let held = self.lock.take(Duration::ZERO).await;
                *state = State::Held(held.map_err(|error| refusal(&error))?);
                Ok(())
            }
            State::Held(_) => Ok(()),
            State::Refused { error, .. } => Err(error.clone()),
            State::Spent => Err(self.spent()),
        }
    }

    /// Makes sure of the lock, and asks again if it could not be had.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check).
    pub(super) async fn take(&self) -> Result<(), ConnectorError> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Open => self.ask(&mut state, PATIENCE).await,
            State::Held(_) => Ok(()),
            State::Refused { .. } => self.ask(&mut state, Duration::ZERO).await,
            State::Spent => Err(self.spent()),
        }
    }

    /// The tokens were refreshed by this connector.
    pub(super) async fn note_refresh(&self) {
        if let State::Held(held) = &*self.state.lock().await {
            held.note_refresh();
        }
    }

    /// Lets go. Whoever calls afterwards is told that the connector is off.
    pub(super) async fn let_go(&self) {
        *self.state.lock().await = State::Refused {
            error: ConnectorError::Unavailable("the connector `kick` is off".into()),
            refreshes: self.lock.refreshes(),
        };
    }

    async fn ask(&self, state: &mut State, patience: Duration) -> Result<(), ConnectorError> {
        let before = match state {
            State::Refused { refreshes, .. } => Some(*refreshes),
            _ => None,
        };
        match self.lock.take(patience).await {
            Ok(_) if before.is_some_and(|before| before != self.lock.refreshes()) => {
                *state = State::Spent;
                Err(self.spent())
            }
            Ok(held) => {
                *state = State::Held(held);
                Ok(())
            }
            Err(error) => {
                let error = refusal(&error);
                *state = State::Refused {
                    error: error.clone(),
                    refreshes: before.unwrap_or_else(|| self.lock.refreshes()),
                };
                Err(error)
            }
        }
    }

    fn spent(&self) -> ConnectorError {
        ConnectorError::Denied(format!(
            "another Pato has renewed the login of `{}` meanwhile: start this one anew, or log in \
             again: `{}`",
            self.handle,
            authorize(&self.handle)
        ))
    }
}

fn refusal(error: &LockError) -> ConnectorError {
    ConnectorError::Unavailable(match error {
        LockError::Taken { .. } => format!("{error}: end it, and this one goes on"),
        LockError::Unusable { .. } => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::lock::tests::account;

    fn claim(folder: &tempfile::TempDir) -> Claim {
        let lock = LockFile::new(Some(folder.path()), "kick", &account());
        Claim::new(lock, account().handle)
    }

    #[tokio::test(start_paused = true)]
    async fn the_second_waits_once_is_then_refused_at_once_and_goes_on_when_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (claim(&folder), claim(&folder));
        first.check().await.unwrap();
        let begin = Instant::now();
        let text = second.check().await.unwrap_err().to_string();
        assert!(text.contains("end it, and this one goes on"), "{text}");
        assert_eq!(begin.elapsed(), Duration::ZERO);
        second.take().await.unwrap_err();
        assert!(begin.elapsed() >= PATIENCE);
        let begin = Instant::now();
        second.check().await.unwrap_err();
        second.take().await.unwrap_err();
        assert_eq!(begin.elapsed(), Duration::ZERO);
        first.let_go().await;
        // A call asks for nothing: that is for who tries again with pauses.
        second.check().await.unwrap_err();
        second.take().await.unwrap();
        second.check().await.unwrap();
        let off = first.check().await.unwrap_err().to_string();
        assert!(off.contains("is off"), "{off}");
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_that_another_spent_meanwhile_are_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (claim(&folder), claim(&folder));
        first.check().await.unwrap();
        second.take().await.unwrap_err();
        first.note_refresh().await;
        second.take().await.unwrap_err();
        first.let_go().await;
        for _ in 0..2 {
            let ConnectorError::Denied(text) = second.take().await.unwrap_err() else {
                panic!("only the user can help")
            };
            assert!(text.contains("has renewed the login of `main`"), "{text}");
        }
        // Whoever begins anew has the new tokens, and is kept by nobody.
        claim(&folder).check().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_begins_after_the_first_ended_may_go_on_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = claim(&folder);
        first.check().await.unwrap();
        first.note_refresh().await;
        first.let_go().await;
        claim(&folder).check().await.unwrap();
    }
}

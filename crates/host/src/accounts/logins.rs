use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pato_connectors::{Login, LoginPrompt};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use utoipa::ToSchema;

use super::Service;
use crate::error::HostError;

/// How many logins may be under way; the oldest gives way.
const AT_ONCE: usize = 8;

/// How a login stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum LoginState {
    /// The user has to do something, or the service has to answer.
    Waiting,
    /// The account is there.
    Done,
    /// It did not succeed.
    Failed {
        /// Why, and what to do.
        reason: String,
    },
}

/// A login.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LoginView {
    /// Its number.
    pub id: u64,
    /// What the account is or will be called.
    pub account: String,
    /// The service.
    pub service: Service,
    /// The page to open, if there is one.
    pub url: Option<String>,
    /// What the page asks for.
    pub code: Option<String>,
    /// How many seconds there are for it.
    pub expires_in_seconds: Option<u64>,
    /// What to confirm, and where, if there is no page.
    pub confirm: Option<String>,
    /// How it stands.
    #[serde(flatten)]
    pub state: LoginState,
}

/// The logins under way, and the latest that ended.
#[derive(Default)]
pub(crate) struct Logins(Mutex<Table>);

#[derive(Default)]
struct Table {
    begun: u64,
    entries: BTreeMap<u64, Entry>,
}

struct Entry {
    view: LoginView,
    state: watch::Receiver<LoginState>,
    cancel: CancellationToken,
}

impl Logins {
    /// Takes a login in, and lets `finish` end it in a task of its own. Another one for the same
    /// account is given up.
    pub(super) fn begin<F, R>(
        &self,
        account: String,
        service: Service,
        login: Box<dyn Login>,
        finish: F,
        tasks: &TaskTracker,
    ) -> Result<LoginView, HostError>
    where
        F: FnOnce(Box<dyn Login>) -> R + Send + 'static,
        R: Future<Output = Result<(), HostError>> + Send + 'static,
    {
        let prompt = login.prompt();
        let (told, state) = watch::channel(LoginState::Waiting);
        let cancel = CancellationToken::new();
        let view = {
            let mut table = self.table();
            table.entries.retain(|_, entry| {
                let same = entry.view.account == account;
                if same {
                    entry.cancel.cancel();
                }
                !same
            });
            while table.entries.len() >= AT_ONCE {
                if let Some((_, oldest)) = table.entries.pop_first() {
                    oldest.cancel.cancel();
                }
            }
            table.begun += 1;
            let view = view(table.begun, account, service, prompt);
            let entry = Entry {
                view: view.clone(),
                state,
                cancel: cancel.clone(),
            };
            table.entries.insert(view.id, entry);
            view
        };
        tasks.spawn(async move {
            let ended = tokio::select! {
                ended = finish(login) => ended,
                () = cancel.cancelled() => Err(HostError::LoginCancelled),
            };
            told.send_replace(match ended {
                Ok(()) => LoginState::Done,
                Err(error) => LoginState::Failed {
                    reason: error.to_string(),
                },
            });
        });
        Ok(view)
    }

    /// How a login stands, after up to `patience` of waiting for its end.
    pub(super) async fn wait(&self, id: u64, patience: Duration) -> Result<LoginView, HostError> {
        let (mut view, mut state) = {
            let table = self.table();
            let entry = table
                .entries
                .get(&id)
                .ok_or(HostError::UnknownLogin { id })?;
            (entry.view.clone(), entry.state.clone())
        };
        let ended = state.wait_for(|state| *state != LoginState::Waiting);
        // Both a limit that is over and an end are told by the state.
        let _ = tokio::time::timeout(patience, ended).await;
        view.state = state.borrow().clone();
        Ok(view)
    }

    pub(super) fn cancel(&self, id: u64) -> Result<(), HostError> {
        let table = self.table();
        let entry = table
            .entries
            .get(&id)
            .ok_or(HostError::UnknownLogin { id })?;
        entry.cancel.cancel();
        Ok(())
    }

    /// Gives all up.
    pub(crate) fn cancel_all(&self) {
        for entry in self.table().entries.values() {
            entry.cancel.cancel();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn view(id: u64, account: String, service: Service, prompt: LoginPrompt) -> LoginView {
    let mut view = LoginView {
        id,
        account,
        service,
        url: None,
        code: None,
        expires_in_seconds: None,
        confirm: None,
        state: LoginState::Waiting,
    };
    match prompt {
        LoginPrompt::OpenPage {
            url,
            code,
            expires_in,
        } => {
            view.url = Some(url.into());
            view.code = code;
            view.expires_in_seconds = Some(expires_in.as_secs());
        }
        LoginPrompt::Confirm { text } => view.confirm = Some(text),
        LoginPrompt::Nothing => {}
    }
    view
}

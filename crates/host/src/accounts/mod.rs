//! The accounts that the user gave Pato: adding, remembering, removing them.
//!
//! What an account is called stands in the database; what opens it stands in the vault, and outlives the
//! process only in the operating system's keyring, if the user wants that.

mod logins;
mod service;
mod setup;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use pato_connectors::{Account, Login, SECRET_NAMES, vault_scope};
use pato_events::catalogue::host::{AccountChange, AccountChanged};
use pato_events::nearest;
use pato_vault::{Keyring, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::database::AccountRecord;
use crate::error::HostError;
use crate::host::Host;

pub(crate) use logins::Logins;
pub use logins::{LoginState, LoginView};
pub use service::{Role, Service};

/// How long the keyring may take to give an account's secrets back. It may ask the user to unlock it.
const RECALL_LIMIT: Duration = Duration::from_secs(120);

/// The longest handle, in characters.
const MAX_HANDLE: usize = 48;

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// What Pato calls it: the `account` of its events and of actions.
    pub handle: String,
    /// Its service.
    pub service: Service,
    /// What it is for.
    pub role: Role,
    /// The name one types at the service.
    pub login: String,
    /// The name one reads.
    pub name: String,
    /// What the service lets Pato do with it.
    pub scopes: Vec<String>,
    /// What granted plugins need and the service does not let Pato do yet: log in anew to allow it.
    pub missing_scopes: Vec<String>,
    /// Whether the system's keyring keeps what opens it.
    pub remembered: bool,
    /// Whether Pato has what opens it now.
    pub unlocked: bool,
}

/// What to log in to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The service.
    pub service: Service,
    /// What the account is for.
    #[serde(default)]
    pub role: Role,
    /// What to call it; none means after the service.
    #[serde(default)]
    pub handle: Option<String>,
    /// Whether the system's keyring shall keep what opens it.
    #[serde(default)]
    pub remember: bool,
    /// What the user has already, by its name: `token` for Twitch and Discord, `webhook` for
    /// Discord, `client-secret` for Kick.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    pub secrets: BTreeMap<String, GivenSecret>,
}

/// A secret on its way from the user to the vault. Prints as `***`, and wipes itself.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct GivenSecret(Zeroizing<String>);

impl GivenSecret {
    /// As the vault takes it.
    pub fn into_secret(mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.0))
    }

    fn into_text(self) -> Zeroizing<String> {
        self.0
    }
}

impl fmt::Debug for GivenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Host {
    /// All accounts, the first added first.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn accounts(&self) -> Result<Vec<AccountView>, HostError> {
        let mut views = Vec::new();
        for record in self.inner.database.accounts().await? {
            views.push(self.account_view(record).await?);
        }
        Ok(views)
    }

    /// Begins a login, which goes on by itself: [`login`](Self::login) tells how it stands.
    ///
    /// # Errors
    ///
    /// If the handle is taken by another service or is none, something is missing, the service can't
    /// be reached, or the keyring can't be used.
    pub async fn begin_login(&self, request: LoginRequest) -> Result<LoginView, HostError> {
        let handle = self.handle_for(&request).await?;
        let keyring = match request.remember {
            true => Some(self.keyring()?),
            false => None,
        };
        let login = self
            .log_in(request.service, request.role, &handle, request.secrets)
            .await?;
        let (host, service, role) = (self.clone(), request.service, request.role);
        let of = handle.clone();
        let finish = move |login: Box<dyn Login>| async move {
            match login.finish().await {
                Ok(account) => host.keep_account(account, service, role, keyring).await,
                Err(error) => {
                    // What was given for an account that is none is not kept.
                    if host.inner.database.account(&of).await?.is_none() {
                        host.inner.vault.remove_scope(&vault_scope(&of));
                    }
                    Err(error.into())
                }
            }
        };
        self.inner
            .logins
            .begin(handle, request.service, login, finish, &self.inner.tasks)
    }

    /// Begins to log in anew to an account that is there, with what granted plugins need by now.
    ///
    /// # Errors
    ///
    /// If there is no such account, or as [`begin_login`](Self::begin_login).
    pub async fn authorize_account(
        &self,
        handle: &str,
        secrets: BTreeMap<String, GivenSecret>,
    ) -> Result<LoginView, HostError> {
        let record = self.account_record(handle).await?;
        self.begin_login(LoginRequest {
            service: record.service,
            role: record.role,
            handle: Some(handle.to_owned()),
            remember: record.remembered,
            secrets,
        })
        .await
    }

    /// How a login stands; waits up to `patience` for it to end.
    ///
    /// # Errors
    ///
    /// If there is none of that number.
    pub async fn login(&self, id: u64, patience: Duration) -> Result<LoginView, HostError> {
        self.inner.logins.wait(id, patience).await
    }

    /// Gives a login up.
    ///
    /// # Errors
    ///
    /// If there is none of that number.
    pub fn cancel_login(&self, id: u64) -> Result<(), HostError> {
        self.inner.logins.cancel(id)
    }

    /// Removes an account: from the database, from memory, and from the keyring.
    ///
    /// # Errors
    ///
    /// If there is no such account, or the database or the keyring fails.
    pub async fn remove_account(&self, handle: &str) -> Result<(), HostError> {
        let record = self.account_record(handle).await?;
        if let Err(error) = self.log_out(&record).await {
            // Gone here all the same; the service's own page can still take back what it gave.
            tracing::warn!(account = handle, %error, "the login could not be ended at the service");
        }
        self.forget_secrets(handle).await?;
        self.inner.vault.remove_scope(&vault_scope(handle));
        self.inner.database.remove_account(handle).await?;
        self.announce_account(handle, record.service, AccountChange::Removed);
        self.set_up(record.service).await
    }

    /// Keeps what opens an account in the system's keyring from now on, or no more.
    ///
    /// # Errors
    ///
    /// If there is no such account, or the database or the keyring fails.
    pub async fn remember_account(
        &self,
        handle: &str,
        remember: bool,
    ) -> Result<AccountView, HostError> {
        let mut record = self.account_record(handle).await?;
        if remember {
            let (vault, scope, keyring) = (
                self.inner.vault.clone(),
                vault_scope(handle),
                self.keyring()?,
            );
            blocking(move || vault.remember(&scope, keyring)).await?;
        } else {
            self.forget_secrets(handle).await?;
        }
        record.remembered = remember;
        self.inner.database.put_account(record.clone()).await?;
        self.announce_account(handle, record.service, AccountChange::Updated);
        self.account_view(record).await
    }

    /// Sets up every service: at once, or where the keyring has what opens an account, as soon as it
    /// gives it out. What can't be fetched keeps nothing else from starting: its connector says what
    /// to do.
    pub(crate) async fn start_services(&self) -> Result<(), HostError> {
        let mut records = self.inner.database.accounts().await?;
        records.retain(|record| record.remembered);
        for service in Service::ALL {
            let accounts: Vec<Account> = records
                .extract_if(.., |record| record.service == service)
                .map(|record| record.account)
                .collect();
            if accounts.is_empty() {
                self.set_up(service).await?;
                continue;
            }
            let (host, stopping) = (self.clone(), self.inner.stopping.clone());
            self.inner.tasks.spawn(async move {
                tokio::select! {
                    () = host.open_service(service, &accounts) => {}
                    () = stopping.cancelled() => {}
                }
            });
        }
        Ok(())
    }

    async fn open_service(&self, service: Service, accounts: &[Account]) {
        for account in accounts {
            if let Err(error) = self.recall(account).await {
                let account = &account.handle;
                tracing::warn!(account, %error, "what opens an account could not be fetched");
            }
        }
        if let Err(error) = self.set_up(service).await {
            tracing::error!(service = service.as_str(), %error, "a service can't be set up");
        }
    }

    async fn recall(&self, account: &Account) -> Result<(), HostError> {
        let (vault, scope) = (self.inner.vault.clone(), account.vault_scope());
        let keyring = self.keyring()?;
        let recalled = blocking(move || vault.recall(&scope, &SECRET_NAMES, keyring));
        match tokio::time::timeout(RECALL_LIMIT, recalled).await {
            Ok(recalled) => recalled.map(drop),
            Err(_) => Err(HostError::Keyring),
        }
    }

    async fn keep_account(
        &self,
        account: Account,
        service: Service,
        role: Role,
        keyring: Option<Keyring>,
    ) -> Result<(), HostError> {
        let handle = account.handle.clone();
        let before = self.inner.database.account(&handle).await?;
        let remembered = keyring.is_some();
        if before.as_ref().is_some_and(|before| before.remembered) {
            // What another kind of login left there would open the account at the next start.
            self.forget_secrets(&handle).await?;
        }
        if let Some(keyring) = keyring {
            let (vault, scope) = (self.inner.vault.clone(), vault_scope(&handle));
            blocking(move || vault.remember(&scope, keyring)).await?;
        }
        let record = AccountRecord {
            account,
            service,
            role,
            remembered,
            added_at: match &before {
                Some(before) => before.added_at,
                None => self.inner.clock.now(),
            },
        };
        self.inner.database.put_account(record).await?;
        let change = match before {
            Some(_) => AccountChange::Authorized,
            None => AccountChange::Added,
        };
        self.announce_account(&handle, service, change);
        self.set_up(service).await
    }

    async fn forget_secrets(&self, handle: &str) -> Result<(), HostError> {
        let (vault, scope) = (self.inner.vault.clone(), vault_scope(handle));
        blocking(move || vault.forget(&scope, &SECRET_NAMES)).await
    }

    fn announce_account(&self, handle: &str, service: Service, change: AccountChange) {
        self.announce(&AccountChanged {
            account: handle.to_owned(),
            service: service.as_str().to_owned(),
            change,
        });
    }

    async fn account_record(&self, handle: &str) -> Result<AccountRecord, HostError> {
        if let Some(record) = self.inner.database.account(handle).await? {
            return Ok(record);
        }
        let known = self.inner.database.accounts().await?;
        let handles = known.iter().map(|record| record.account.handle.as_str());
        Err(HostError::UnknownAccount {
            handle: handle.to_owned(),
            hint: nearest(handle, handles).map(str::to_owned),
        })
    }

    async fn account_view(&self, record: AccountRecord) -> Result<AccountView, HostError> {
        let missing_scopes = self.missing_scopes(&record).await?;
        let scope = record.account.vault_scope();
        let opens = record.service.secrets();
        Ok(AccountView {
            missing_scopes,
            unlocked: opens
                .iter()
                .any(|name| self.inner.vault.contains(&scope, name)),
            handle: record.account.handle,
            service: record.service,
            role: record.role,
            login: record.account.login,
            name: record.account.name,
            scopes: record.account.scopes,
            remembered: record.remembered,
        })
    }

    async fn handle_for(&self, request: &LoginRequest) -> Result<String, HostError> {
        let known = self.inner.database.accounts().await?;
        let taken = |handle: &str| known.iter().find(|record| record.account.handle == handle);
        let Some(handle) = &request.handle else {
            let base = match request.role {
                Role::Main => request.service.as_str().to_owned(),
                Role::Bot => format!("{}-bot", request.service.as_str()),
            };
            let numbered = (2..).map(|number| format!("{base}-{number}"));
            let mut handles = std::iter::once(base.clone()).chain(numbered);
            let free = handles.find(|handle| taken(handle).is_none());
            return Ok(free.unwrap_or(base));
        };
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if handle.is_empty() || handle.len() > MAX_HANDLE || !handle.chars().all(allowed) {
            return Err(HostError::Handle {
                handle: handle.clone(),
            });
        }
        match taken(handle) {
            Some(record) if record.service != request.service => Err(HostError::HandleTaken {
                handle: handle.clone(),
                service: record.service.as_str(),
            }),
            _ => Ok(handle.clone()),
        }
    }

    /// The system's keyring, or the one that the host was started with.
    fn keyring(&self) -> Result<Keyring, HostError> {
        match &self.inner.keyring {
            Some(keyring) => Ok(keyring.clone()),
            None => {
                let name = self.directory().keyring_name();
                Ok(Keyring::of_the_system()?.filed_under(&name))
            }
        }
    }
}

/// A keyring may ask the user something before it answers.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, pato_vault::VaultError> + Send + 'static,
) -> Result<T, HostError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(HostError::Keyring),
    }
}

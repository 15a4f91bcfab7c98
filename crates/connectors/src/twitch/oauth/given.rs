//! Logging in with a token that the user has already: made for another application, or by a page that
//! makes tokens. It can't be renewed; when it ends, the user is asked for another one.

use async_trait::async_trait;
use pato_vault::Secret;
use zeroize::Zeroizing;

use super::owner::Owner;
use super::{ACCESS, REFRESH, TwitchApplication};
use crate::account::{Account, Login, LoginPrompt, vault_scope};
use crate::connector::{ConnectorError, Environment};
use crate::twitch::PATIENCE;
use crate::twitch::http::Http;

/// Begins a login with an access token; the prefix `oauth:`, which IRC wants, is accepted.
///
/// `user_id` is who it has to be, if the account is known already.
///
/// # Errors
///
/// If the addresses are not private, or the text is no token.
pub fn log_in_with_token(
    application: &TwitchApplication,
    handle: &str,
    token: &Zeroizing<String>,
    user_id: Option<&str>,
    environment: &Environment,
) -> Result<Box<dyn Login>, ConnectorError> {
    application.check()?;
    let plain = token.trim();
    let plain = plain.strip_prefix("oauth:").unwrap_or(plain);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(ConnectorError::Invalid(
            "this is no access token of Twitch: one consists of letters and digits".into(),
        ));
    }
    Ok(Box::new(GivenToken {
        http: Http::new(environment.vault.clone(), PATIENCE)?,
        token: Zeroizing::new(plain.to_owned()),
        application: application.clone(),
        environment: environment.clone(),
        handle: handle.to_owned(),
        user_id: user_id.map(str::to_owned),
        scope: format!("login:{handle}"),
    }))
}

struct GivenToken {
    application: TwitchApplication,
    environment: Environment,
    http: Http,
    token: Zeroizing<String>,
    handle: String,
    user_id: Option<String>,
    /// Where the vault keeps the token until it is known whose it is.
    scope: String,
}

impl Drop for GivenToken {
    fn drop(&mut self) {
        self.environment.vault.remove_scope(&self.scope);
    }
}

#[async_trait]
impl Login for GivenToken {
    fn prompt(&self) -> LoginPrompt {
        LoginPrompt::Nothing
    }

    async fn finish(self: Box<Self>) -> Result<Account, ConnectorError> {
        let failed = |error: pato_vault::VaultError| ConnectorError::Failed(error.to_string());
        let hosts = self.application.access_hosts();
        let secret = || Secret::new(self.token.to_string());
        let vault = &self.environment.vault;
        vault
            .set(&self.scope, ACCESS, secret(), &hosts)
            .map_err(failed)?;
        let owner = Owner {
            application: &self.application,
            http: &self.http,
            scope: &self.scope,
            handle: &self.handle,
            user_id: self.user_id.as_deref(),
        };
        let account = owner.account().await?;
        let scope = vault_scope(&self.handle);
        // One of another login would replace the token by another application's.
        vault.remove(&scope, REFRESH);
        self.environment
            .keep(&scope, ACCESS, secret(), hosts)
            .await
            .map_err(failed)?;
        Ok(account)
    }
}

//! Ending a login. See <https://dev.twitch.tv/docs/authentication/revoke-tokens/>.

use std::sync::Arc;

use super::{ACCESS, Refusal, Tokens, TwitchApplication, read};
use crate::account::Account;
use crate::connector::{ConnectorError, Environment};
use crate::twitch::PATIENCE;
use crate::twitch::http::Http;

/// Ends the login of an account at Twitch, and forgets its tokens. They are forgotten also if Twitch
/// cannot be told.
///
/// # Errors
///
/// If Twitch does not answer, or does not know the token: then the login may still be listed in the
/// user's settings at Twitch.
pub async fn log_out(
    application: &TwitchApplication,
    account: &Account,
    environment: &Environment,
) -> Result<(), ConnectorError> {
    let scope = account.vault_scope();
    let told = tell(application, account, environment).await;
    environment.vault.remove_scope(&scope);
    told
}

async fn tell(
    application: &TwitchApplication,
    account: &Account,
    environment: &Environment,
) -> Result<(), ConnectorError> {
    application.check()?;
    let http = Http::new(environment.vault.clone(), PATIENCE)?;
    let url = application.endpoint("oauth2/revoke")?;
    let tokens = Tokens::new(
        application.clone(),
        environment.clone(),
        http.clone(),
        account.clone(),
    );
    let known = Arc::new(tokens).client_id().await;
    let client_id = known.map_err(|error| ConnectorError::Failed(error.to_string()))?;
    let form = format!("client_id={client_id}&token={{secret:{ACCESS}}}");
    let answer = http.post_form(&account.vault_scope(), &url, &form).await?;
    if answer.status().is_success() {
        return Ok(());
    }
    let refusal: Refusal = read(&answer).unwrap_or_default();
    Err(ConnectorError::Failed(format!(
        "Twitch did not end the login: {}; see the connections in your settings at Twitch",
        refusal.message
    )))
}

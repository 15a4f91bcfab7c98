//! Logging in by device code: the user opens a page, agrees there, and Pato asks until it is done.
//! See <https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#device-code-grant-flow>.

use std::time::Duration;

use async_trait::async_trait;
use pato_vault::Secret;
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::owner::Owner;
use super::{ACCESS, NewTokens, REFRESH, Refusal, TwitchApplication, read, seconds};
use crate::account::{Account, Login, LoginPrompt, vault_scope};
use crate::connector::{ConnectorError, Environment};
use crate::twitch::PATIENCE;
use crate::twitch::http::{Answer, Http, HttpError};

/// What the code that this login is known by is called in the vault.
const DEVICE_CODE: &str = "device-code";

/// How much slower to ask when Twitch says so (RFC 8628, 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// The shortest pause between questions, should Twitch name none.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// Begins a login for the account that is to have that handle, asking for `scopes`.
///
/// `user_id` is who it has to be, if the account is known already: a browser that is logged in as
/// somebody else would otherwise replace one account by another.
///
/// # Errors
///
/// If the addresses are not private, Twitch does not answer, or does not know the client id.
pub async fn log_in(
    application: &TwitchApplication,
    handle: &str,
    scopes: &[&str],
    user_id: Option<&str>,
    environment: &Environment,
) -> Result<Box<dyn Login>, ConnectorError> {
    application.check()?;
    let Some(known_as) = &application.client_id else {
        return Err(ConnectorError::Unavailable(
            "Twitch lets only known applications log people in, and there is no client id".into(),
        ));
    };
    let http = Http::new(environment.vault.clone(), PATIENCE)?;
    let scope = format!("login:{handle}");
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let client_id = encode(known_as);
    let scopes = encode(&scopes.join(" "));
    let form = format!("client_id={client_id}&scopes={scopes}");
    let answer = http
        .post_form(&scope, &application.endpoint("oauth2/device")?, &form)
        .await?;
    if !answer.status().is_success() {
        let refusal: Refusal = read(&answer).unwrap_or_default();
        return Err(ConnectorError::Denied(format!(
            "Twitch does not begin a login for the client id `{known_as}`: {}; check the client id, and \
             that its type is public",
            refusal.message
        )));
    }
    let begun: DeviceAnswer = read(&answer).map_err(ConnectorError::Failed)?;
    let hosts = application.refresh_hosts();
    let kept = environment
        .vault
        .set(&scope, DEVICE_CODE, begun.device_code, &hosts);
    kept.map_err(|error| ConnectorError::Failed(error.to_string()))?;
    let expires_in = seconds(begun.expires_in);
    Ok(Box::new(DeviceLogin {
        form: format!(
            "client_id={client_id}&scopes={scopes}&device_code={{secret:{DEVICE_CODE}}}\
             &grant_type=urn:ietf:params:oauth:grant-type:device_code"
        ),
        interval: seconds(begun.interval).max(SHORTEST_INTERVAL),
        deadline: Instant::now() + expires_in,
        prompt: LoginPrompt::OpenPage {
            url: begun.verification_uri,
            code: Some(begun.user_code),
            expires_in,
        },
        application: application.clone(),
        environment: environment.clone(),
        handle: handle.to_owned(),
        user_id: user_id.map(str::to_owned),
        http,
        scope,
    }))
}

#[derive(Deserialize)]
struct DeviceAnswer {
    device_code: Secret,
    user_code: String,
    verification_uri: Url,
    expires_in: u64,
    interval: u64,
}

struct DeviceLogin {
    application: TwitchApplication,
    environment: Environment,
    http: Http,
    handle: String,
    user_id: Option<String>,
    /// Where the vault keeps what belongs to this login alone.
    scope: String,
    form: String,
    interval: Duration,
    deadline: Instant,
    prompt: LoginPrompt,
}

impl Drop for DeviceLogin {
    fn drop(&mut self) {
        self.environment.vault.remove_scope(&self.scope);
    }
}

#[async_trait]
impl Login for DeviceLogin {
    fn prompt(&self) -> LoginPrompt {
        self.prompt.clone()
    }

    async fn finish(mut self: Box<Self>) -> Result<Account, ConnectorError> {
        let answer = self.wait_for_consent().await?;
        let unreadable = ConnectorError::Failed;
        // Read twice: one copy to find out whose it is, and if it is the right one's, one to keep.
        let tokens: NewTokens = read(&answer).map_err(unreadable)?;
        let hosts = self.application.access_hosts();
        let vault = &self.environment.vault;
        let set = vault.set(&self.scope, ACCESS, tokens.access_token, &hosts);
        set.map_err(|error| ConnectorError::Failed(error.to_string()))?;
        let owner = Owner {
            application: &self.application,
            http: &self.http,
            scope: &self.scope,
            handle: &self.handle,
            user_id: self.user_id.as_deref(),
        };
        let account = owner.account().await?;
        let tokens: NewTokens = read(&answer).map_err(unreadable)?;
        let scope = vault_scope(&self.handle);
        for (name, secret, hosts) in [
            (
                REFRESH,
                tokens.refresh_token,
                self.application.refresh_hosts(),
            ),
            (ACCESS, tokens.access_token, hosts),
        ] {
            let kept = self.environment.keep(&scope, name, secret, hosts).await;
            kept.map_err(|error| ConnectorError::Failed(error.to_string()))?;
        }
        Ok(account)
    }
}

impl DeviceLogin {
    async fn wait_for_consent(&mut self) -> Result<Answer, ConnectorError> {
        let url = self.application.endpoint("oauth2/token")?;
        loop {
            if Instant::now() + self.interval >= self.deadline {
                let text = "nobody agreed in time; begin the login anew";
                return Err(ConnectorError::TimedOut(text.into()));
            }
            sleep(self.interval).await;
            let answer = match self.http.post_form(&self.scope, &url, &self.form).await {
                Ok(answer) => answer,
                Err(error @ (HttpError::Unreachable { .. } | HttpError::TimedOut { .. })) => {
                    tracing::debug!(%error, "asking again whether the login is done");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if answer.status().is_success() {
                return Ok(answer);
            }
            let refusal: Refusal = read(&answer).unwrap_or_default();
            match refusal.message.as_str() {
                // Twitch says it here, and not in `error` as RFC 8628 has it.
                "authorization_pending" => {}
                "slow_down" => self.interval += SLOWER,
                _ if answer.status().is_server_error() => {}
                message => {
                    return Err(ConnectorError::Denied(format!(
                        "Twitch ended the login: {message}; begin it anew"
                    )));
                }
            }
        }
    }
}

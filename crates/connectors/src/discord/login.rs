//! Taking an account in: a bot by its token, or a webhook by its address.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use pato_vault::{Destination, Secret};
use twilight_http_ratelimiting::Method;
use zeroize::Zeroizing;

use super::DiscordServer;
use super::received::Person;
use super::rest::{Ask, Rest};
use super::webhook;
use crate::account::{Account, Login, LoginPrompt, vault_scope};
use crate::connector::{ConnectorError, Environment};

/// How long Discord may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the user gives. Prints nothing of it.
pub enum Credential {
    /// A bot's token, from the developer portal.
    BotToken(Secret),
    /// The address of a webhook. Not kept as a whole: its token is what has to stay secret.
    WebhookAddress(Zeroizing<String>),
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BotToken(_) => "BotToken(***)",
            Self::WebhookAddress(_) => "WebhookAddress(***)",
        })
    }
}

/// Begins a login. Nothing has to be done in a browser: the credential is checked and kept.
///
/// # Errors
///
/// If the address is none of a webhook, or TLS cannot be set up.
pub fn log_in(
    server: DiscordServer,
    handle: impl Into<String>,
    credential: Credential,
    environment: Environment,
) -> Result<Box<dyn Login>, ConnectorError> {
    let rest = Rest::new(server.api.clone(), environment.vault.clone(), PATIENCE)?;
    let (webhook, name, secret) = match credential {
        Credential::BotToken(token) => (None, "token", token),
        Credential::WebhookAddress(address) => {
            let (id, token) = webhook::parts(&address).ok_or_else(|| {
                ConnectorError::Invalid(
                    "this is no address of a webhook: copy it in Discord from the channel's settings \
                     (Integrations, Webhooks, Copy Webhook URL)"
                        .into(),
                )
            })?;
            (Some(id), "webhook", Secret::new(token))
        }
    };
    Ok(Box::new(Check {
        server,
        handle: handle.into(),
        webhook,
        name,
        secret,
        environment,
        rest,
    }))
}

struct Check {
    server: DiscordServer,
    handle: String,
    /// The id of the webhook, if it is one.
    webhook: Option<String>,
    /// What the secret is called.
    name: &'static str,
    secret: Secret,
    environment: Environment,
    rest: Rest,
}

#[async_trait]
impl Login for Check {
    fn prompt(&self) -> LoginPrompt {
        LoginPrompt::Nothing
    }

    async fn finish(self: Box<Self>) -> Result<Account, ConnectorError> {
        let Self {
            server,
            handle,
            webhook,
            name,
            secret,
            environment,
            rest,
        } = *self;
        let scope = vault_scope(&handle);
        let hosts = [&server.api, &server.gateway].map(Destination::of);
        let hosts = hosts
            .into_iter()
            .flatten()
            .map(|host| host.to_string())
            .collect();
        let kept = environment.keep(&scope, name, secret, hosts).await;
        kept.map_err(|error| ConnectorError::Failed(error.to_string()))?;
        let checked = match webhook {
            Some(id) => check_webhook(&rest, &handle, &scope, &id).await,
            None => check_bot(&rest, &handle, &scope).await,
        };
        if checked.is_err() {
            // What Discord does not take is not kept.
            environment.vault.remove(&scope, name);
        }
        checked
    }
}

async fn check_bot(rest: &Rest, handle: &str, scope: &str) -> Result<Account, ConnectorError> {
    let answer = rest
        .send(Ask::as_bot(scope, Method::Get, "users/@me"))
        .await?;
    let bot: Person = serde_json::from_value(answer)
        .map_err(|_| ConnectorError::Failed("Discord does not say whose token it is".into()))?;
    let user = bot.user(None);
    Ok(Account {
        handle: handle.to_owned(),
        user_id: user.id,
        login: user.login,
        name: user.name,
        scopes: vec!["bot".into()],
    })
}

async fn check_webhook(
    rest: &Rest,
    handle: &str,
    scope: &str,
    id: &str,
) -> Result<Account, ConnectorError> {
    let webhook = webhook::look_up(rest, scope, id).await?;
    let name = webhook.name.unwrap_or_else(|| "webhook".into());
    Ok(Account {
        handle: handle.to_owned(),
        user_id: webhook.id,
        login: name.clone(),
        name,
        scopes: vec!["webhook".into()],
    })
}

//! The light way to Discord: the address of a webhook, and no bot.

use futures_util::future::Either;
use pato_events::catalogue::discord::{ExecuteWebhookParameters, MessageAnswer};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use twilight_http_ratelimiting::Method;
use url::Url;

use super::actions::content;
use super::refusal::WEBHOOK_GONE;
use super::rest::{Ask, Rest};
use crate::account::Account;
use crate::connector::ConnectorError;
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;

/// What Discord says of a webhook.
#[derive(Deserialize)]
pub(super) struct Webhook {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// The id and the token of a webhook's address, which Discord shows as
/// `https://discord.com/api/webhooks/ID/TOKEN`.
pub(super) fn parts(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address.trim()).ok()?;
    let mut segments = url
        .path_segments()?
        .skip_while(|segment| *segment != "webhooks")
        .skip(1);
    let (id, token) = (segments.next()?, segments.next()?);
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_token = !token.is_empty() && token.bytes().all(allowed);
    (is_id && is_token).then(|| (id.to_owned(), token.to_owned()))
}

/// Asks Discord about the webhook of an account.
pub(super) async fn look_up(rest: &Rest, scope: &str, id: &str) -> Result<Webhook, ConnectorError> {
    let ask = Ask::by_address(scope, Method::Get, path(id), route(id));
    let answer = rest.send(ask).await?;
    serde_json::from_value(answer)
        .map_err(|_| ConnectorError::Failed("Discord says nothing of the webhook".into()))
}

/// Writes through the webhook of an account, and returns the message as Discord has it.
pub(super) async fn execute(
    rest: &Rest,
    account: &Account,
    parameters: &ExecuteWebhookParameters,
) -> Result<Value, ConnectorError> {
    let mentions = (&*parameters.notify_users, &*parameters.notify_roles);
    let mut body = content(parameters.text.as_deref(), &parameters.embeds, mentions)?;
    for (field, value) in [
        ("username", &parameters.name),
        ("avatar_url", &parameters.picture),
    ] {
        if let (Some(value), Some(body)) = (value, body.as_object_mut()) {
            body.insert(field.to_owned(), json!(value));
        }
    }
    let (scope, id) = (account.vault_scope(), &account.user_id);
    let path = format!("{}?wait=true", path(id));
    let ask = Ask::by_address(&scope, Method::Post, path, route(id)).with_body(body);
    rest.send(ask).await
}

/// The message that was written.
pub(super) fn answer(message: &Value) -> MessageAnswer {
    let text = |field| {
        message
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    MessageAnswer {
        message_id: text("id"),
        channel_id: text("channel_id"),
    }
}

fn path(id: &str) -> String {
    format!("webhooks/{id}/{{secret:webhook}}")
}

fn route(id: &str) -> String {
    format!("webhooks/{id}")
}

/// There is no connection to keep: what is kept is whether the webhook is there.
pub(super) struct WebhookSession<'a> {
    pub(super) rest: &'a Rest,
    pub(super) account: &'a Account,
    /// Told when Discord does not know the webhook any more.
    pub(super) gone: &'a Notify,
}

impl Session for WebhookSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        let gone = std::pin::pin!(self.gone.notified());
        let scope = self.account.vault_scope();
        let looked = std::pin::pin!(look_up(self.rest, &scope, &self.account.user_id));
        let off = std::pin::pin!(shutdown.cancelled());
        let looked = match futures_util::future::select(looked, off).await {
            Either::Left((looked, _)) => looked,
            Either::Right(_) => return End::Off,
        };
        match looked {
            Ok(_) => {}
            Err(ConnectorError::NotFound(_) | ConnectorError::Denied(_)) => {
                return End::NeedsUser(WEBHOOK_GONE.into());
            }
            Err(error) => return End::Retry(error.to_string()),
        }
        status.connected();
        status.heard();
        tokio::select! {
            () = shutdown.cancelled() => End::Off,
            () = gone => End::NeedsUser(WEBHOOK_GONE.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_discord_shows_it() {
        let expected = Some(("123".to_owned(), "abc-_D".to_owned()));
        for address in [
            "https://discord.com/api/webhooks/123/abc-_D",
            " https://canary.discord.com/api/v10/webhooks/123/abc-_D?wait=true\n",
            "https://discordapp.com/api/webhooks/123/abc-_D/slack",
        ] {
            assert_eq!(parts(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_webhook_is_refused() {
        for address in [
            "",
            "123/abc",
            "https://discord.com/api/webhooks/",
            "https://discord.com/api/webhooks/123",
            "https://discord.com/api/webhooks/123/",
            "https://discord.com/api/webhooks/x/abc",
            "https://discord.com/api/webhooks/123/..%2f..",
            "https://discord.com/api/webhooks/123/{secret:token}",
            "https://discord.com/channels/123/456",
        ] {
            assert_eq!(parts(address), None, "{address}");
        }
    }
}

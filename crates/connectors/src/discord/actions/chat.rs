//! Writing, changing and reacting in the channels that count as chat.

use std::sync::atomic::Ordering;

use pato_events::Event;
use pato_events::catalogue::chat::{
    AddReactionParameters, EditMessageParameters, SendMessageAnswer, SendMessageParameters,
};
use pato_events::catalogue::discord::{ExecuteWebhookParameters, MessageAnswer, SendParameters};
use pato_events::catalogue::moderation::{DeleteMessageParameters, Done};
use serde_json::{Value, json};
use twilight_http_ratelimiting::Method;

use super::{DONE, checked_id, content, encoded};
use crate::connector::ConnectorError;
use crate::discord::split::{MAX_PIECES, pieces};
use crate::discord::translate::Translator;
use crate::discord::{Discord, webhook};
use crate::split::check_count;

impl Discord {
    pub(super) async fn send(
        &self,
        parameters: SendMessageParameters,
        cause: Option<&Event>,
    ) -> Result<SendMessageAnswer, ConnectorError> {
        let pieces = pieces(&parameters.text);
        check_count(pieces.len(), MAX_PIECES)?;
        let reply_to = parameters.reply_to.as_deref();
        if let Some(id) = reply_to {
            checked_id("reply_to", id)?;
        }
        let mut answer = SendMessageAnswer::default();
        if self.configuration.bot.is_none() {
            return self.send_through_webhook(&parameters, &pieces, cause).await;
        }
        let channel = self.chat_channel(parameters.channel.as_deref())?;
        for piece in &pieces {
            let body = content(Some(piece), &[], (&[], &[]))?;
            // The answer is the first; what follows belongs to it.
            let reply_to = reply_to.filter(|_| answer.messages == 0);
            let sent = self.post(&channel, body, reply_to, cause).await?;
            answer.messages += 1;
            answer.message_ids.push(sent.message_id);
        }
        Ok(answer)
    }

    async fn send_through_webhook(
        &self,
        parameters: &SendMessageParameters,
        pieces: &[String],
        cause: Option<&Event>,
    ) -> Result<SendMessageAnswer, ConnectorError> {
        if parameters.reply_to.is_some() {
            let text = "reply_to: a webhook can't answer a message, only a bot can";
            return Err(ConnectorError::Invalid(text.into()));
        }
        if let Some(channel) = &parameters.channel
            && !self.configuration.is_chat(channel)
        {
            let text = "channel: a webhook writes in its own channel only; leave the channel out";
            return Err(ConnectorError::Invalid(text.into()));
        }
        let mut answer = SendMessageAnswer::default();
        for piece in pieces {
            let piece = ExecuteWebhookParameters {
                text: Some(piece.clone()),
                ..ExecuteWebhookParameters::default()
            };
            let sent = self.execute_webhook(piece, cause).await?;
            answer.messages += 1;
            answer.message_ids.push(sent.message_id);
        }
        Ok(answer)
    }

    pub(super) async fn send_any(
        &self,
        parameters: SendParameters,
        cause: Option<&Event>,
    ) -> Result<MessageAnswer, ConnectorError> {
        let channel = match &parameters.channel {
            Some(channel) => checked_id("channel", channel)?.to_owned(),
            None => self.chat_channel(None)?,
        };
        let mentions = (&*parameters.notify_users, &*parameters.notify_roles);
        let body = content(parameters.text.as_deref(), &parameters.embeds, mentions)?;
        let reply_to = parameters.reply_to.as_deref();
        let reply_to = reply_to.map(|id| checked_id("reply_to", id)).transpose()?;
        self.post(&channel, body, reply_to, cause).await
    }

    /// Writes a message. Its nonce says, when it comes back, that Pato wrote it and why; and if Discord
    /// gets it twice, it writes it once.
    async fn post(
        &self,
        channel: &str,
        mut body: Value,
        reply_to: Option<&str>,
        cause: Option<&Event>,
    ) -> Result<MessageAnswer, ConnectorError> {
        let number = self.shared.messages.fetch_add(1, Ordering::Relaxed);
        let nonce = format!("pato-{number:x}");
        if let Some(body) = body.as_object_mut() {
            body.insert("nonce".into(), json!(nonce));
            body.insert("enforce_nonce".into(), json!(true));
            if let Some(id) = reply_to {
                // A message that is gone is answered without it.
                let reference = json!({ "message_id": id, "fail_if_not_exists": false });
                body.insert("message_reference".into(), reference);
            }
        }
        self.shared.deeds.remember(format!("nonce:{nonce}"), cause);
        let ask = self.ask(Method::Post, format!("channels/{channel}/messages"))?;
        let message = self.shared.rest.send(ask.with_body(body)).await?;
        Ok(webhook::answer(&message))
    }

    pub(super) async fn execute_webhook(
        &self,
        parameters: ExecuteWebhookParameters,
        cause: Option<&Event>,
    ) -> Result<MessageAnswer, ConnectorError> {
        let account = self.configuration.webhook.as_ref().ok_or_else(|| {
            let text = "`discord` has no webhook: enter its address in Pato";
            ConnectorError::Unavailable(text.into())
        })?;
        let message = webhook::execute(&self.shared.rest, account, &parameters).await;
        if let (Err(ConnectorError::NotFound(_)), None) = (&message, &self.configuration.bot) {
            self.webhook_gone.notify_waiters();
        }
        let message = message?;
        // Without a bot, nobody else tells that it stands there.
        if self.configuration.bot.is_none() {
            self.publish_own(&message, cause);
        }
        Ok(webhook::answer(&message))
    }

    fn publish_own(&self, message: &Value, cause: Option<&Event>) {
        let Ok(message) = serde_json::from_value(message.clone()) else {
            return;
        };
        let mut translator = Translator::new(&self.configuration, &self.shared);
        for mut draft in translator.message(&message) {
            draft.cause = cause.map(|event| (event.id.clone(), event.depth));
            if let Err(error) = self.environment.bus.publish(draft) {
                tracing::warn!(%error, "a message of Pato's own was not published");
            }
        }
    }

    pub(super) async fn edit(
        &self,
        parameters: EditMessageParameters,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let path = self.message(parameters.channel.as_deref(), &parameters.message_id)?;
        let mut body = content(Some(&parameters.text), &[], (&[], &[]))?;
        if let Some(body) = body.as_object_mut() {
            // The embeds stay.
            body.remove("embeds");
        }
        let deed = format!("edit:{}", parameters.message_id);
        self.shared.deeds.remember(deed, cause);
        let ask = self.ask(Method::Patch, path)?.with_body(body);
        self.shared.rest.send(ask).await?;
        Ok(DONE)
    }

    pub(super) async fn react(
        &self,
        parameters: AddReactionParameters,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let path = self.message(parameters.channel.as_deref(), &parameters.message_id)?;
        let emoji = self.emoji(parameters.emoji.trim()).await?;
        let name = emoji.split(':').next().unwrap_or_default();
        let deed = format!("react:{}:{name}", parameters.message_id);
        self.shared.deeds.remember(deed, cause);
        let path = format!("{path}/reactions/{}/@me", encoded(&emoji));
        self.shared.rest.send(self.ask(Method::Put, path)?).await?;
        Ok(DONE)
    }

    /// An emoji as an address has it: itself, or `name:id` for the server's own, which a text writes
    /// `<:name:id>` and people call by name.
    async fn emoji(&self, given: &str) -> Result<String, ConnectorError> {
        let emoji = given.strip_prefix("<a:").or(given.strip_prefix("<:"));
        let emoji = emoji.unwrap_or(given).trim_matches(['<', '>', ':']);
        if emoji.is_empty() || emoji.chars().count() > 64 {
            let text = "emoji: give one emoji, or the name of one of the server's own";
            return Err(ConnectorError::Invalid(text.into()));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !emoji.bytes().all(allowed) {
            return Ok(emoji.to_owned());
        }
        let path = format!("guilds/{}/emojis", self.server_id()?);
        let known = self.shared.rest.send(self.ask(Method::Get, path)?).await?;
        let mut known = known.as_array().into_iter().flatten();
        let named = known.find(|known| known.get("name").and_then(Value::as_str) == Some(emoji));
        let id = named
            .and_then(|named| named.get("id"))
            .and_then(Value::as_str);
        let id = id.ok_or_else(|| {
            ConnectorError::NotFound(format!("the server has no emoji called `{emoji}`"))
        })?;
        Ok(format!("{emoji}:{id}"))
    }

    pub(super) async fn delete(
        &self,
        parameters: DeleteMessageParameters,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let path = self.message(parameters.channel.as_deref(), &parameters.message_id)?;
        let deed = format!("delete:{}", parameters.message_id);
        self.shared.deeds.remember(deed, cause);
        self.shared
            .rest
            .send(self.ask(Method::Delete, path)?)
            .await?;
        Ok(DONE)
    }

    fn message(&self, channel: Option<&str>, id: &str) -> Result<String, ConnectorError> {
        let channel = self.chat_channel(channel)?;
        let id = checked_id("message_id", id)?;
        Ok(format!("channels/{channel}/messages/{id}"))
    }
}

//! What only Discord has: roles, threads, commands, interactions.

use pato_events::catalogue::discord::{
    AddRoleParameters, AnswerParameters, CommandOptionKind, CreateThreadAnswer,
    CreateThreadParameters, InteractionKind, KickParameters, RegisterCommandAnswer,
    RegisterCommandParameters, RemoveRoleParameters,
};
use pato_events::catalogue::moderation::Done;
use serde_json::{Value, json};
use twilight_http_ratelimiting::Method;

use super::{DONE, checked_id, content};
use crate::connector::ConnectorError;
use crate::discord::Discord;
use crate::discord::interactions::{Pending, Stage};
use crate::discord::rest::Ask;

/// A message as the answer.
const MESSAGE: u8 = 4;
/// "Pato is thinking…"; the message follows.
const MESSAGE_FOLLOWS: u8 = 5;
/// Nothing is shown; something may follow.
const NOTHING_YET: u8 = 6;

/// The flag of a message that only one person sees.
const EPHEMERAL: u64 = 1 << 6;

/// A thread that anybody can join.
const PUBLIC_THREAD: u8 = 11;

impl Discord {
    pub(super) async fn add_role(
        &self,
        parameters: AddRoleParameters,
    ) -> Result<Done, ConnectorError> {
        let (user, role) = (&parameters.user_id, &parameters.role_id);
        self.role(Method::Put, user, role, parameters.reason.as_deref())
            .await
    }

    pub(super) async fn remove_role(
        &self,
        parameters: RemoveRoleParameters,
    ) -> Result<Done, ConnectorError> {
        let (user, role) = (&parameters.user_id, &parameters.role_id);
        self.role(Method::Delete, user, role, parameters.reason.as_deref())
            .await
    }

    async fn role(
        &self,
        method: Method,
        user: &str,
        role: &str,
        reason: Option<&str>,
    ) -> Result<Done, ConnectorError> {
        let (user, role) = (checked_id("user_id", user)?, checked_id("role_id", role)?);
        let path = format!("guilds/{}/members/{user}/roles/{role}", self.server_id()?);
        let ask = self.ask(method, path)?.with_reason(reason);
        self.shared.rest.send(ask).await?;
        Ok(DONE)
    }

    pub(super) async fn kick(&self, parameters: KickParameters) -> Result<Done, ConnectorError> {
        let user = checked_id("user_id", &parameters.user_id)?;
        let path = format!("guilds/{}/members/{user}", self.server_id()?);
        let ask = self.ask(Method::Delete, path)?;
        let ask = ask.with_reason(parameters.reason.as_deref());
        self.shared.rest.send(ask).await?;
        Ok(DONE)
    }

    pub(super) async fn create_thread(
        &self,
        parameters: CreateThreadParameters,
    ) -> Result<CreateThreadAnswer, ConnectorError> {
        let channel = self.chat_channel(parameters.channel.as_deref())?;
        let (path, body) = match &parameters.message_id {
            Some(id) => {
                let id = checked_id("message_id", id)?;
                let path = format!("channels/{channel}/messages/{id}/threads");
                (path, json!({ "name": parameters.name }))
            }
            None => {
                let body = json!({ "name": parameters.name, "type": PUBLIC_THREAD });
                (format!("channels/{channel}/threads"), body)
            }
        };
        let ask = self.ask(Method::Post, path)?.with_body(body);
        let thread_id = id_of(&self.shared.rest.send(ask).await?)?;
        Ok(CreateThreadAnswer { thread_id })
    }

    /// Discord replaces the command of that name and leaves the others.
    pub(super) async fn register_command(
        &self,
        parameters: RegisterCommandParameters,
    ) -> Result<RegisterCommandAnswer, ConnectorError> {
        let options = parameters.options.iter().map(|option| {
            let kind = match option.kind {
                CommandOptionKind::Text => 3,
                CommandOptionKind::Integer => 4,
                CommandOptionKind::Boolean => 5,
                CommandOptionKind::User => 6,
                CommandOptionKind::Channel => 7,
                CommandOptionKind::Role => 8,
                CommandOptionKind::Number => 10,
            };
            json!({
                "name": option.name, "description": option.description, "type": kind,
                "required": option.required,
            })
        });
        let body = json!({
            "name": parameters.name, "description": parameters.description, "type": 1,
            "options": options.collect::<Vec<_>>(),
        });
        let application = self.application()?;
        let path = match &self.configuration.server_id {
            // Of one server: there at once.
            Some(server) => format!("applications/{application}/guilds/{server}/commands"),
            None => format!("applications/{application}/commands"),
        };
        let ask = self.ask(Method::Post, path)?.with_body(body);
        let command_id = id_of(&self.shared.rest.send(ask).await?)?;
        Ok(RegisterCommandAnswer { command_id })
    }

    fn application(&self) -> Result<String, ConnectorError> {
        let application = self.shared.application.borrow().clone();
        let text = "Discord has not said yet which application the bot belongs to";
        let application = application.ok_or_else(|| ConnectorError::Unavailable(text.into()))?;
        checked_id("application", &application)?;
        Ok(application)
    }

    pub(super) async fn answer(
        &self,
        parameters: AnswerParameters,
    ) -> Result<Done, ConnectorError> {
        let id = &parameters.interaction_id;
        let pending = self.shared.interactions.get(id).ok_or_else(|| {
            let shown: String = id.chars().take(40).collect();
            ConnectorError::NotFound(format!(
                "no interaction `{}` waits for an answer: it can be answered for 15 minutes",
                shown.escape_debug()
            ))
        })?;
        let mut body = content(parameters.text.as_deref(), &parameters.embeds, (&[], &[]))?;
        let mut stage = pending.stage.lock().await;
        let is_component = pending.kind == InteractionKind::Component;
        if parameters.only_for_them {
            if *stage == Stage::Deferred && !is_component {
                let text = "only_for_them: after two seconds everybody was told that the answer \
                            follows, so everybody would see it; answer sooner";
                return Err(ConnectorError::Invalid(text.into()));
            }
            if let Some(body) = body.as_object_mut() {
                body.insert("flags".into(), json!(EPHEMERAL));
            }
        }
        match *stage {
            Stage::Open => self.respond(&pending, MESSAGE, Some(body)).await?,
            // What a button was deferred with shows nothing; its own message is not to be replaced.
            Stage::Deferred if !is_component => {
                self.follow_up(&pending, Method::Patch, "/messages/@original", body)
                    .await?;
            }
            Stage::Deferred | Stage::Answered => {
                self.follow_up(&pending, Method::Post, "", body).await?;
            }
        }
        *stage = Stage::Answered;
        Ok(DONE)
    }

    /// Tells someone to wait, unless an answer has gone out.
    pub(in crate::discord) async fn acknowledge(
        &self,
        pending: &Pending,
    ) -> Result<(), ConnectorError> {
        let mut stage = pending.stage.lock().await;
        if *stage != Stage::Open {
            return Ok(());
        }
        let kind = match pending.kind {
            InteractionKind::Component => NOTHING_YET,
            InteractionKind::Command | InteractionKind::Form => MESSAGE_FOLLOWS,
        };
        self.respond(pending, kind, None).await?;
        *stage = Stage::Deferred;
        Ok(())
    }

    async fn respond(
        &self,
        pending: &Pending,
        kind: u8,
        data: Option<Value>,
    ) -> Result<(), ConnectorError> {
        let (id, token) = (
            checked_id("id", &pending.id)?,
            checked_token(&pending.token)?,
        );
        let path = format!("interactions/{id}/{token}/callback");
        let body = match data {
            Some(data) => json!({ "type": kind, "data": data }),
            None => json!({ "type": kind }),
        };
        let route = format!("interactions/{id}/callback");
        let ask = Ask::by_address("", Method::Post, path, route).with_body(body);
        self.shared.rest.send(ask).await?;
        Ok(())
    }

    async fn follow_up(
        &self,
        pending: &Pending,
        method: Method,
        rest: &str,
        body: Value,
    ) -> Result<(), ConnectorError> {
        let (application, token) = (self.application()?, checked_token(&pending.token)?);
        let path = format!("webhooks/{application}/{token}{rest}");
        let route = format!("webhooks/{application}/{}{rest}", pending.id);
        let ask = Ask::by_address("", method, path, route).with_body(body);
        self.shared.rest.send(ask).await?;
        Ok(())
    }
}

/// A token that Discord gave, as a part of an address.
fn checked_token(token: &str) -> Result<&str, ConnectorError> {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=');
    match !token.is_empty() && !token.starts_with('.') && token.bytes().all(allowed) {
        true => Ok(token),
        false => Err(ConnectorError::Failed(
            "Discord's token for the interaction is none".into(),
        )),
    }
}

fn id_of(answer: &Value) -> Result<String, ConnectorError> {
    let id = answer.get("id").and_then(Value::as_str).map(str::to_owned);
    id.ok_or_else(|| ConnectorError::Failed("Discord does not say what it made".into()))
}

//! What can be done through Kick's public API (docs.kick.com), as the account.

use pato_events::catalogue::Action;
use pato_events::catalogue::channel::{
    CreateReward, DeleteReward, FulfilRedemption, ListRewards, RefundRedemption, UpdateChannel,
    UpdateChannelParameters, UpdateReward,
};
use pato_events::catalogue::chat::{
    ChatMessage, SendMessage, SendMessageAnswer, SendMessageParameters, User,
};
use pato_events::catalogue::moderation::{Ban, DeleteMessage, Done, Timeout, Unban};
use pato_events::catalogue::stream::{GetStream, StreamStatus};
use pato_events::{Event, Payload};
use reqwest::Method;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::configuration::{checked_slug, slug_of};
use super::people::{Id, moment};
use super::rest::{Ask, Rest};
use super::rewards::{create_reward, delete_reward, judge, list_rewards, update_reward};
use super::{Kick, emotes};
use crate::connector::{Call, ConnectorError};
use crate::split;

/// The most characters of one message (docs.kick.com, Chat).
const MAX_CHARACTERS: usize = 500;

/// The most messages that one text may become; more would wait longer than a caller does.
const MAX_PIECES: usize = 8;

/// The longest time-out, in minutes (docs.kick.com, Moderation).
const MAX_MINUTES: u32 = 10_080;

const BANS: &str = "/public/v1/moderation/bans";
const CHANNELS: &str = "/public/v1/channels";

/// The actions, by their names in the catalogue, each with the scope that it needs.
pub(super) const ACTIONS: [(&str, &str); 13] = [
    (SendMessage::NAME, "chat:write"),
    (DeleteMessage::NAME, "moderation:chat_message:manage"),
    (Ban::NAME, "moderation:ban"),
    (Timeout::NAME, "moderation:ban"),
    (Unban::NAME, "moderation:ban"),
    (UpdateChannel::NAME, "channel:write"),
    (ListRewards::NAME, "channel:rewards:read"),
    (CreateReward::NAME, "channel:rewards:write"),
    (UpdateReward::NAME, "channel:rewards:write"),
    (DeleteReward::NAME, "channel:rewards:write"),
    (FulfilRedemption::NAME, "channel:rewards:write"),
    (RefundRedemption::NAME, "channel:rewards:write"),
    (GetStream::NAME, "channel:read"),
];

/// The scope that an action needs.
///
/// # Errors
///
/// If there is no such action.
pub(super) fn scope_of(action: &str) -> Result<&'static str, ConnectorError> {
    match ACTIONS.iter().find(|(name, _)| *name == action) {
        Some((_, scope)) => Ok(scope),
        None => Err(unknown(action)),
    }
}

/// The names of the actions.
pub(super) fn names() -> Vec<&'static str> {
    ACTIONS.iter().map(|(name, _)| *name).collect()
}

fn unknown(action: &str) -> ConnectorError {
    ConnectorError::unknown_action(Kick::ID, action, &names())
}

/// What every action's parameters begin with.
#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    channel: Option<String>,
}

impl Kick {
    pub(super) async fn act(&self, rest: &Rest, call: Call<'_>) -> Result<Payload, ConnectorError> {
        self.check_target(rest, &call.read()?)?;
        rest.check_scope(scope_of(call.action)?)?;
        match call.action {
            SendMessage::NAME => payload(&self.send(rest, call.read()?, call.cause).await?),
            DeleteMessage::NAME => {
                let parameters: <DeleteMessage as Action>::Parameters = call.read()?;
                payload(
                    &self
                        .delete_message(rest, &parameters.message_id, call.cause)
                        .await?,
                )
            }
            Ban::NAME => {
                let parameters: <Ban as Action>::Parameters = call.read()?;
                payload(
                    &self
                        .ban(rest, &parameters.login, None, parameters.reason, call.cause)
                        .await?,
                )
            }
            Timeout::NAME => {
                let parameters: <Timeout as Action>::Parameters = call.read()?;
                let minutes = minutes(parameters.seconds)?;
                let (login, reason) = (&parameters.login, parameters.reason);
                payload(
                    &self
                        .ban(rest, login, Some(minutes), reason, call.cause)
                        .await?,
                )
            }
            Unban::NAME => {
                let parameters: <Unban as Action>::Parameters = call.read()?;
                payload(&self.unban(rest, &parameters.login, call.cause).await?)
            }
            UpdateChannel::NAME => payload(&update_channel(rest, call.read()?).await?),
            ListRewards::NAME => payload(&list_rewards(rest).await?),
            CreateReward::NAME => payload(&create_reward(rest, call.read()?).await?),
            UpdateReward::NAME => payload(&update_reward(rest, call.read()?).await?),
            DeleteReward::NAME => {
                let parameters: <DeleteReward as Action>::Parameters = call.read()?;
                payload(&delete_reward(rest, &parameters.reward_id).await?)
            }
            FulfilRedemption::NAME => {
                let parameters: <FulfilRedemption as Action>::Parameters = call.read()?;
                payload(&judge(rest, "accept", &parameters.redemption_id).await?)
            }
            RefundRedemption::NAME => {
                let parameters: <RefundRedemption as Action>::Parameters = call.read()?;
                payload(&judge(rest, "reject", &parameters.redemption_id).await?)
            }
            GetStream::NAME => payload(&self.stream(rest).await?),
            action => Err(unknown(action)),
        }
    }

    fn check_target(&self, rest: &Rest, target: &Target) -> Result<(), ConnectorError> {
        let own = &self.context.configuration.channel;
        if let Some(channel) = &target.channel
            && checked_slug(channel)? != *own
        {
            let text = format!(
                "`{}` is in the channel `{own}`, not in `{channel}`",
                Self::ID
            );
            return Err(ConnectorError::NotFound(text));
        }
        let handle = &rest.account().handle;
        match &target.account {
            Some(account) if account != handle => Err(ConnectorError::NotFound(format!(
                "`{}` has the account `{handle}`, not `{account}`",
                Self::ID
            ))),
            _ => Ok(()),
        }
    }

    async fn send(
        &self,
        rest: &Rest,
        parameters: SendMessageParameters,
        cause: Option<&Event>,
    ) -> Result<SendMessageAnswer, ConnectorError> {
        #[derive(Deserialize)]
        struct Sent {
            is_sent: bool,
            message_id: String,
        }
        let texts = split::pieces(&split::one_line(&parameters.text), MAX_CHARACTERS);
        split::check_count(texts.len(), MAX_PIECES)?;
        let broadcaster = number(&rest.account().user_id)?;
        let sending = self.intake.sending();
        let mut message_ids = Vec::new();
        for text in texts {
            let mut body = json!({
                "type": "user", "broadcaster_user_id": broadcaster, "content": text,
            });
            if let (Some(parent), Some(body)) = (&parameters.reply_to, body.as_object_mut()) {
                body.insert("reply_to_message_id".into(), checked_id(parent)?.into());
            }
            let ask = Ask::new(Method::POST, "/public/v1/chat").body(body);
            let sent: Sent = rest.call(ask).await?;
            if !sent.is_sent {
                return Err(ConnectorError::Failed(format!(
                    "Kick took the message and did not send it; its rules for the chat may forbid it \
                     ({} of it went out before)",
                    message_ids.len()
                )));
            }
            let message = self.own_message(rest, &sent.message_id, &text);
            sending.sent(&message, cause, self.is_read());
            message_ids.push(sent.message_id);
        }
        Ok(SendMessageAnswer {
            messages: u32::try_from(message_ids.len()).unwrap_or(u32::MAX),
            message_ids,
        })
    }

    /// What Pato knows of a message that it sent itself.
    fn own_message(&self, rest: &Rest, id: &str, written: &str) -> ChatMessage {
        let account = rest.account();
        let user = User {
            id: account.user_id.clone(),
            login: account.login.clone(),
            name: account.name.clone(),
        };
        let (text, emotes) = emotes::take_out(written);
        let channel = &self.context.configuration.channel;
        ChatMessage {
            emotes,
            ..ChatMessage::new(id, channel, user, text)
        }
    }

    async fn delete_message(
        &self,
        rest: &Rest,
        id: &str,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let path = format!("/public/v1/chat/{}", checked_id(id)?);
        let ask = Ask::new(Method::DELETE, &path);
        self.expecting(format!("deleted:{id}"), cause, rest.call::<IgnoredAny>(ask))
            .await
    }

    async fn ban(
        &self,
        rest: &Rest,
        login: &str,
        minutes: Option<u32>,
        reason: Option<String>,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let user = user_id(rest, login).await?;
        let mut body = target_body(rest, &user)?;
        if let Some(minutes) = minutes {
            body.insert("duration".into(), minutes.into());
        }
        if let Some(reason) = reason {
            // Kick takes 100 characters.
            let reason: String = reason.chars().take(100).collect();
            body.insert("reason".into(), reason.into());
        }
        let ask = Ask::new(Method::POST, BANS).body(body.into());
        self.expecting(
            format!("banned:{user}"),
            cause,
            rest.call::<IgnoredAny>(ask),
        )
        .await
    }

    async fn unban(
        &self,
        rest: &Rest,
        login: &str,
        cause: Option<&Event>,
    ) -> Result<Done, ConnectorError> {
        let user = user_id(rest, login).await?;
        let body = target_body(rest, &user)?;
        let ask = Ask::new(Method::DELETE, BANS).body(body.into());
        self.expecting(
            format!("unbanned:{user}"),
            cause,
            rest.call::<IgnoredAny>(ask),
        )
        .await
    }

    /// Does something whose report, when it comes, is of Pato's own doing.
    async fn expecting(
        &self,
        key: String,
        cause: Option<&Event>,
        call: impl Future<Output = Result<IgnoredAny, ConnectorError>>,
    ) -> Result<Done, ConnectorError> {
        self.intake.expect(key.clone(), cause);
        let outcome = call.await;
        if outcome.is_err() {
            self.intake.expect_no_more(&key);
        }
        outcome.map(|_| Done {})
    }

    async fn stream(&self, rest: &Rest) -> Result<StreamStatus, ConnectorError> {
        #[derive(Deserialize)]
        struct Channel {
            #[serde(default)]
            stream_title: Option<String>,
            #[serde(default)]
            category: Option<Category>,
            #[serde(default)]
            stream: Option<Stream>,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Stream {
            is_live: bool,
            language: Option<String>,
            start_time: Option<String>,
            custom_tags: Option<Vec<String>>,
        }
        let slug = &self.context.configuration.channel;
        let ask = Ask::new(Method::GET, CHANNELS).query("slug", slug);
        let found: Vec<Channel> = rest.call(ask).await?;
        let Some(channel) = found.into_iter().next() else {
            return Err(ConnectorError::NotFound(format!(
                "Kick has no channel `{slug}`"
            )));
        };
        let stream = channel.stream.unwrap_or_default();
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(StreamStatus {
            channel: slug.clone(),
            live: stream.is_live,
            title: text(channel.stream_title),
            category: text(channel.category.map(|category| category.name)),
            tags: stream.custom_tags,
            language: text(stream.language),
            started_at: match stream.is_live {
                true => stream.start_time.as_deref().and_then(moment),
                false => None,
            },
        })
    }
}

fn payload<T: Serialize>(answer: &T) -> Result<Payload, ConnectorError> {
    Payload::from_value(answer).map_err(|error| ConnectorError::Failed(error.to_string()))
}

fn number(id: &str) -> Result<u64, ConnectorError> {
    id.parse()
        .map_err(|_| ConnectorError::Invalid(format!("`{}` is no id on Kick", id.escape_debug())))
}

/// An id that may stand in a path.
pub(super) fn checked_id(id: &str) -> Result<&str, ConnectorError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
        true => Ok(id),
        false => Err(ConnectorError::Invalid(format!(
            "`{}` is no id on Kick: use the one of the event",
            id.escape_debug()
        ))),
    }
}

/// Kick counts minutes; less than one is one.
fn minutes(seconds: u32) -> Result<u32, ConnectorError> {
    let minutes = seconds.div_ceil(60);
    match (1..=MAX_MINUTES).contains(&minutes) {
        true => Ok(minutes),
        false => Err(ConnectorError::Invalid(format!(
            "seconds: {seconds} is no time-out on Kick; use 1 to {}",
            MAX_MINUTES * 60
        ))),
    }
}

fn target_body(rest: &Rest, user: &str) -> Result<Map<String, Value>, ConnectorError> {
    let mut body = Map::new();
    body.insert(
        "broadcaster_user_id".into(),
        number(&rest.account().user_id)?.into(),
    );
    body.insert("user_id".into(), number(user)?.into());
    Ok(body)
}

/// The id of the person with this login. Everyone on Kick has a channel.
async fn user_id(rest: &Rest, login: &str) -> Result<String, ConnectorError> {
    #[derive(Deserialize)]
    struct Channel {
        broadcaster_user_id: Id,
    }
    let slug = checked_slug(login)?;
    let ask = Ask::new(Method::GET, CHANNELS).query("slug", &slug);
    let found: Vec<Channel> = rest.call(ask).await?;
    match found.into_iter().next() {
        Some(channel) => Ok(channel.broadcaster_user_id.0),
        None => Err(ConnectorError::NotFound(format!(
            "nobody on Kick is called `{}`",
            slug_of(login)
        ))),
    }
}

#[derive(Deserialize)]
struct Category {
    #[serde(default)]
    id: u64,
    name: String,
}

async fn update_channel(
    rest: &Rest,
    parameters: UpdateChannelParameters,
) -> Result<Done, ConnectorError> {
    if parameters.language.is_some() {
        let text = "language: Kick lets no program change it; leave it out";
        return Err(ConnectorError::Invalid(text.into()));
    }
    let mut body = Map::new();
    if let Some(title) = parameters.title {
        body.insert("stream_title".into(), title.into());
    }
    if let Some(tags) = parameters.tags {
        body.insert("custom_tags".into(), tags.into());
    }
    if let Some(name) = parameters.category {
        body.insert("category_id".into(), category(rest, &name).await?.into());
    }
    if body.is_empty() {
        let text = "nothing to change: give a title, a category or tags";
        return Err(ConnectorError::Invalid(text.into()));
    }
    let ask = Ask::new(Method::PATCH, CHANNELS).body(body.into());
    rest.call::<IgnoredAny>(ask).await.map(|_| Done {})
}

async fn category(rest: &Rest, name: &str) -> Result<u64, ConnectorError> {
    let ask = Ask::new(Method::GET, "/public/v2/categories").query("name", name);
    let found: Vec<Category> = rest.call(ask).await?;
    let same = |category: &&Category| category.name.to_lowercase() == name.to_lowercase();
    if let Some(category) = found.iter().find(same) {
        return Ok(category.id);
    }
    let near: Vec<&str> = found
        .iter()
        .take(5)
        .map(|category| category.name.as_str())
        .collect();
    let hint = match near.is_empty() {
        true => String::new(),
        false => format!("; it has {}", near.join(", ")),
    };
    let name = name.escape_debug();
    Err(ConnectorError::NotFound(format!(
        "category: Kick has none called `{name}`{hint}"
    )))
}

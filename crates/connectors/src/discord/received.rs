//! The fields of Discord's events that Pato reads, and no others: what an event has besides cannot make it
//! unreadable. <https://discord.com/developers/docs/events/gateway-events>

use pato_events::catalogue::chat::User;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A message of the gateway.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    pub(super) op: u8,
    #[serde(borrow)]
    pub(super) t: Option<std::borrow::Cow<'a, str>>,
    pub(super) s: Option<u64>,
    #[serde(borrow)]
    pub(super) d: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Ready {
    pub(super) user: Person,
    pub(super) application: Named,
    pub(super) resume_gateway_url: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

#[derive(Deserialize, Clone)]
pub(super) struct Person {
    pub(super) id: String,
    #[serde(default)]
    pub(super) username: String,
    #[serde(default)]
    global_name: Option<String>,
    #[serde(default)]
    pub(super) bot: bool,
}

impl Person {
    /// The person, under the name that the server knows them by.
    pub(super) fn user(&self, nick: Option<&str>) -> User {
        let name = nick
            .or(self.global_name.as_deref())
            .unwrap_or(&self.username);
        User {
            id: self.id.clone(),
            login: self.username.clone(),
            name: name.to_owned(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Member {
    pub(super) user: Option<Person>,
    pub(super) nick: Option<String>,
    pub(super) roles: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Guild {
    pub(super) id: String,
    /// None while Discord has trouble with the server.
    pub(super) owner_id: Option<String>,
    #[serde(default)]
    pub(super) roles: Vec<ServerRole>,
}

#[derive(Deserialize)]
pub(super) struct ServerRole {
    pub(super) id: String,
    /// A bit set, as text because it is long.
    #[serde(default)]
    pub(super) permissions: String,
}

#[derive(Deserialize)]
pub(super) struct RoleChange {
    pub(super) guild_id: String,
    pub(super) role: ServerRole,
}

#[derive(Deserialize)]
pub(super) struct RoleDeleted {
    pub(super) guild_id: String,
    pub(super) role_id: String,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) channel_id: String,
    pub(super) guild_id: Option<String>,
    /// Always there in a new message; a change may leave it out.
    pub(super) author: Option<Person>,
    pub(super) member: Option<Member>,
    pub(super) content: Option<String>,
    #[serde(default)]
    pub(super) attachments: Vec<Attachment>,
    /// Embeds, stickers, a poll: only whether there are any.
    #[serde(default)]
    embeds: Vec<Value>,
    #[serde(default)]
    sticker_items: Vec<Value>,
    poll: Option<Value>,
    /// Set when its author changed it, and not when Discord only added an embed.
    pub(super) edited_timestamp: Option<String>,
    #[serde(rename = "type", default)]
    kind: u64,
    pub(super) webhook_id: Option<String>,
    pub(super) nonce: Option<Value>,
    pub(super) referenced_message: Option<Box<Referenced>>,
    #[serde(default)]
    pub(super) mentions: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Referenced {
    pub(super) id: String,
    pub(super) author: Person,
    #[serde(default)]
    pub(super) content: String,
}

#[derive(Deserialize)]
pub(super) struct Attachment {
    pub(super) url: String,
}

impl Message {
    /// Whether somebody wrote it: an ordinary message, an answer, the answer to a command, a thread's
    /// first. The others are Discord's own, such as who joined.
    pub(super) fn is_written(&self) -> bool {
        matches!(self.kind, 0 | 19 | 20 | 21 | 23)
    }

    /// Whether it carries nothing at all, as messages do whose content Discord holds back.
    pub(super) fn is_blank(&self) -> bool {
        self.content.as_deref().unwrap_or_default().is_empty()
            && self.attachments.is_empty()
            && self.embeds.is_empty()
            && self.sticker_items.is_empty()
            && self.poll.is_none()
    }
}

#[derive(Deserialize)]
pub(super) struct MessageDeleted {
    /// One id, or `ids` for many at once.
    id: Option<String>,
    #[serde(default)]
    ids: Vec<String>,
    pub(super) channel_id: String,
    pub(super) guild_id: Option<String>,
}

impl MessageDeleted {
    pub(super) fn ids(self) -> impl Iterator<Item = String> {
        self.id.into_iter().chain(self.ids)
    }
}

#[derive(Deserialize)]
pub(super) struct Reaction {
    pub(super) user_id: String,
    pub(super) channel_id: String,
    pub(super) message_id: String,
    pub(super) guild_id: Option<String>,
    /// Only when it is put there.
    pub(super) member: Option<Member>,
    pub(super) emoji: Emoji,
}

#[derive(Deserialize)]
pub(super) struct Emoji {
    id: Option<String>,
    name: Option<String>,
}

impl Emoji {
    /// The emoji itself, or the name of the server's own.
    pub(super) fn text(&self) -> String {
        let name = self.name.as_ref().or(self.id.as_ref());
        name.cloned().unwrap_or_default()
    }
}

/// Someone joined: the fields of a member, and the server.
#[derive(Deserialize)]
pub(super) struct MemberChange {
    pub(super) guild_id: String,
    pub(super) user: Person,
    pub(super) nick: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Voice {
    pub(super) guild_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) user_id: String,
    pub(super) member: Option<Member>,
    #[serde(default)]
    pub(super) mute: bool,
    #[serde(default)]
    pub(super) self_mute: bool,
    #[serde(default)]
    pub(super) deaf: bool,
    #[serde(default)]
    pub(super) self_deaf: bool,
    #[serde(default)]
    pub(super) self_stream: bool,
    #[serde(default)]
    pub(super) self_video: bool,
}

#[derive(Deserialize)]
pub(super) struct Scheduled {
    pub(super) id: String,
    pub(super) guild_id: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) scheduled_start_time: String,
    pub(super) scheduled_end_time: Option<String>,
    #[serde(default)]
    pub(super) status: u64,
    pub(super) channel_id: Option<String>,
    pub(super) entity_metadata: Option<Place>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) location: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Interest {
    pub(super) guild_scheduled_event_id: String,
    pub(super) guild_id: String,
    pub(super) user_id: String,
}

#[derive(Deserialize)]
pub(super) struct Used {
    pub(super) id: String,
    pub(super) token: String,
    #[serde(rename = "type")]
    pub(super) kind: u64,
    pub(super) guild_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) member: Option<Member>,
    /// In a private conversation, in place of `member`.
    pub(super) user: Option<Person>,
    pub(super) message: Option<Named>,
    #[serde(default)]
    pub(super) data: UsedData,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct UsedData {
    /// Of a command.
    pub(super) name: Option<String>,
    /// Of a button, a menu or a form.
    pub(super) custom_id: Option<String>,
    pub(super) options: Vec<UsedOption>,
    pub(super) values: Vec<String>,
    /// The rows of a form.
    pub(super) components: Vec<FormRow>,
}

#[derive(Deserialize)]
pub(super) struct UsedOption {
    #[serde(default)]
    pub(super) name: String,
    pub(super) value: Option<Value>,
    /// Of a sub-command.
    #[serde(default)]
    pub(super) options: Vec<UsedOption>,
}

/// A row with fields, or a label around one.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct FormRow {
    pub(super) components: Vec<FormField>,
    pub(super) component: Option<FormField>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct FormField {
    pub(super) custom_id: String,
    pub(super) value: Option<Value>,
    pub(super) values: Option<Value>,
}

//! Chat, in one shape for all services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, ActionEntry, TopicEntry, TopicPayload};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<ChatMessage>("Someone wrote in chat."),
    TopicEntry::of::<ChatMessageDeleted>("A moderator deleted one message."),
    TopicEntry::of::<ChatCleared>("A moderator cleared the chat, or one person's messages."),
    TopicEntry::of::<ChatNotice>("The service itself wrote a line into the chat."),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[ActionEntry::of::<SendMessage>("Writes a chat message.")];

/// What someone may do in a channel. One person can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Owns the channel.
    Broadcaster,
    /// Moderates it.
    Moderator,
    /// Is marked as a very important person.
    Vip,
    /// Pays for a subscription.
    Subscriber,
}

/// A person, as the service knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The service's own identifier.
    pub id: String,
    /// The name one types, lower case where the service does so.
    pub login: String,
    /// The name one reads.
    pub name: String,
}

impl User {
    /// A person for examples.
    pub fn example() -> Self {
        Self {
            id: "12826".into(),
            login: "ronni".into(),
            name: "Ronni".into(),
        }
    }
}

/// A picture inside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Emote {
    /// The service's own identifier.
    pub id: String,
    /// The text that it replaces.
    pub name: String,
    /// Where it begins in the text, in Unicode code points from 0.
    pub begin: u32,
    /// Where it ends: the code point after its last.
    pub end: u32,
}

/// A badge beside a name, such as `subscriber/12`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Badge {
    /// The kind, such as `subscriber`.
    pub id: String,
    /// The version of that kind, such as `12`.
    pub version: String,
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyParent {
    /// The id of that message.
    pub message_id: String,
    /// Who wrote it.
    pub user: User,
    /// What it said.
    pub text: String,
}

/// Someone wrote in chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessage {
    /// The service's identifier of the message, for replies and deletion.
    pub message_id: String,
    /// The channel it was written in, as one types it.
    pub channel: String,
    /// Who wrote it.
    pub user: User,
    /// What it says, without formatting.
    pub text: String,
    /// What the author may do in the channel.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The badges beside the author's name.
    #[serde(default)]
    pub badges: Vec<Badge>,
    /// The author's colour, as `#RRGGBB`, if one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The pictures in the text.
    #[serde(default)]
    pub emotes: Vec<Emote>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyParent>,
    /// Whether it describes what the author does (`/me`).
    #[serde(default)]
    pub is_action: bool,
    /// Whether it is the author's first message ever in the channel.
    #[serde(default)]
    pub is_first: bool,
    /// How many bits were cheered with it.
    #[serde(default)]
    pub bits: u32,
}

impl TopicPayload for ChatMessage {
    const TOPIC: &'static str = "chat.message";

    fn example() -> Self {
        Self {
            message_id: "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
            channel: "pato".into(),
            user: User::example(),
            text: "!scene Gaming".into(),
            roles: vec![Role::Moderator],
            badges: vec![Badge {
                id: "moderator".into(),
                version: "1".into(),
            }],
            color: Some("#0D4200".into()),
            emotes: Vec::new(),
            reply_to: None,
            is_action: false,
            is_first: false,
            bits: 0,
        }
    }
}

/// A moderator deleted one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessageDeleted {
    /// The message.
    pub message_id: String,
    /// The channel it stood in.
    pub channel: String,
    /// The login of its author.
    pub login: String,
    /// What it said, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl TopicPayload for ChatMessageDeleted {
    const TOPIC: &'static str = "chat.message-deleted";

    fn example() -> Self {
        Self {
            message_id: "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
            channel: "pato".into(),
            login: "ronni".into(),
            text: Some("buy followers".into()),
        }
    }
}

/// A moderator cleared the chat, or one person's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatCleared {
    /// The channel.
    pub channel: String,
    /// Whose messages went; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// How long that person may not write, in seconds; none means for ever, if `user` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
}

impl TopicPayload for ChatCleared {
    const TOPIC: &'static str = "chat.cleared";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: Some(User::example()),
            timeout_seconds: Some(600),
        }
    }
}

/// The service itself wrote a line into the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatNotice {
    /// The channel.
    pub channel: String,
    /// The service's name for the kind of notice, such as `slow_on`.
    pub kind: String,
    /// The line.
    pub text: String,
}

impl TopicPayload for ChatNotice {
    const TOPIC: &'static str = "chat.notice";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            kind: "slow_on".into(),
            text: "This room is now in slow mode.".into(),
        }
    }
}

/// The action `chat.send`.
pub enum SendMessage {}

/// What to write, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessageParameters {
    /// The connector to write through, as in the `source` of an event; none means each one that is
    /// connected to a chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// The channel; none means the connector's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The text. What is longer than the service allows goes out as several messages.
    pub text: String,
    /// The id of the message to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SendMessageAnswer {
    /// How many messages the text became.
    pub messages: u32,
}

impl Action for SendMessage {
    const NAME: &'static str = "chat.send";
    type Parameters = SendMessageParameters;
    type Answer = SendMessageAnswer;

    fn example() -> Self::Parameters {
        SendMessageParameters {
            text: "Welcome!".into(),
            ..SendMessageParameters::default()
        }
    }
}

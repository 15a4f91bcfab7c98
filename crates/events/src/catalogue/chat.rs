//! Chat, in one shape for all services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::define::{action, topic};
use super::moderation::Done;
use super::{Action, ActionEntry, TopicEntry, TopicPayload};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<ChatMessage>("Someone wrote in chat."),
    TopicEntry::of::<ChatMessageEdited>("Someone changed what they had written."),
    TopicEntry::of::<ChatMessageDeleted>("One message was deleted."),
    TopicEntry::of::<ChatReaction>("Someone put a small picture under a message, or took it back."),
    TopicEntry::of::<ChatPin>("A message was pinned to the top of the chat, or taken down."),
    TopicEntry::of::<ChatMode>("Who may write in chat, and how often."),
    TopicEntry::of::<ChatCleared>("A moderator cleared the chat, or one person's messages."),
    TopicEntry::of::<ChatNotice>("The service itself wrote a line into the chat."),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[
    ActionEntry::of::<SendMessage>("Writes a chat message."),
    ActionEntry::of::<SendAnnouncement>("Writes a chat message that stands out."),
    ActionEntry::of::<SendWhisper>("Writes to one person in private."),
    ActionEntry::of::<EditMessage>("Changes a message that Pato wrote."),
    ActionEntry::of::<AddReaction>("Puts a small picture under a message."),
    ActionEntry::of::<SetChatMode>("Changes who may write in chat, and how often."),
];

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
    /// The service's own identifier; empty where it tells only the name.
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
    /// The reward for channel points that it was written for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward_id: Option<String>,
    /// The login of the channel it was written in, if that is another one that shares its chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_from: Option<String>,
    /// What is attached to it: addresses of pictures and files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

impl ChatMessage {
    /// A message of which no more is known.
    pub fn new(
        message_id: impl Into<String>,
        channel: impl Into<String>,
        user: User,
        text: impl Into<String>,
    ) -> Self {
        Self {
            message_id: message_id.into(),
            channel: channel.into(),
            user,
            text: text.into(),
            roles: Vec::new(),
            badges: Vec::new(),
            color: None,
            emotes: Vec::new(),
            reply_to: None,
            is_action: false,
            is_first: false,
            bits: 0,
            reward_id: None,
            shared_from: None,
            attachments: Vec::new(),
        }
    }
}

impl TopicPayload for ChatMessage {
    const TOPIC: &'static str = "chat.message";

    fn example() -> Self {
        Self {
            roles: vec![Role::Moderator],
            badges: vec![Badge {
                id: "moderator".into(),
                version: "1".into(),
            }],
            color: Some("#0D4200".into()),
            ..Self::new(
                "b34ccfc7-4977-403a-8a94-33c6bac34fb8",
                "pato",
                User::example(),
                "!scene Gaming",
            )
        }
    }
}

/// One message was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessageDeleted {
    /// The message.
    pub message_id: String,
    /// The channel it stood in.
    pub channel: String,
    /// The login of its author, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
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
            login: Some("ronni".into()),
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
    /// The account to write as, as in the `account` of an event; none means the one that the user
    /// chose for it, a bot's if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
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
    /// Their ids, where the service tells.
    #[serde(default)]
    pub message_ids: Vec<String>,
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

/// Someone changed what they had written.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessageEdited {
    /// The message.
    pub message_id: String,
    /// The channel it stands in.
    pub channel: String,
    /// Who wrote it, where told.
    pub user: Option<User>,
    /// What it says now.
    pub text: String,
}

topic!(
    ChatMessageEdited,
    "chat.message-edited",
    Self {
        message_id: "1326587453917495296".into(),
        channel: "pato".into(),
        user: Some(User::example()),
        text: "hello, everyone".into(),
    }
);

/// Someone put a small picture under a message, or took it back.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatReaction {
    /// The message.
    pub message_id: String,
    /// The channel it stands in.
    pub channel: String,
    /// Who.
    pub user: User,
    /// The picture: an emoji, or the name of one of the service's own.
    pub emoji: String,
    /// Whether it was put there; if not, it was taken back.
    pub added: bool,
}

topic!(
    ChatReaction,
    "chat.reaction",
    Self {
        message_id: "1326587453917495296".into(),
        channel: "pato".into(),
        user: User::example(),
        emoji: "🦆".into(),
        added: true,
    }
);

/// Which message is pinned.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatPin {
    /// The channel.
    pub channel: String,
    /// The message; none means that nothing is pinned.
    pub message_id: Option<String>,
    /// Who wrote it.
    pub user: Option<User>,
    /// What it says.
    pub text: Option<String>,
}

topic!(
    ChatPin,
    "chat.pin",
    stateful,
    Self {
        channel: "pato".into(),
        message_id: Some("b34ccfc7-4977-403a-8a94-33c6bac34fb8".into()),
        user: Some(User::example()),
        text: Some("Read the rules".into()),
    }
);

/// Who may write in chat, and how often.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMode {
    /// The channel.
    pub channel: String,
    /// How many seconds a viewer waits between messages; 0 means none.
    pub slow_seconds: u32,
    /// For how many minutes one has to follow before writing; none means that anyone may write.
    pub followers_minutes: Option<u32>,
    /// Whether only subscribers may write.
    pub subscribers_only: bool,
    /// Whether only emotes may be written.
    pub emotes_only: bool,
    /// Whether no message may repeat another.
    pub unique: bool,
}

topic!(
    ChatMode,
    "chat.mode",
    stateful,
    Self {
        channel: "pato".into(),
        slow_seconds: 10,
        followers_minutes: None,
        subscribers_only: false,
        emotes_only: false,
        unique: false,
    }
);

action! {
    /// What to write.
    "chat.announce" SendAnnouncement(SendAnnouncementParameters) -> Done {
        /// The text.
        text: String = "We are live!".into(),
        /// Its colour, in the service's word, such as `purple`.
        color: Option<String> = None,
    }
}

action! {
    /// Whom to write to, and what.
    "chat.whisper" SendWhisper(SendWhisperParameters) -> Done,
    danger "It writes to people in private, in the account's name." {
        /// The login of the person.
        login: String = "ronni".into(),
        /// The text.
        text: String = "You won!".into(),
    }
}

action! {
    /// Which message, and what it shall say.
    "chat.edit" EditMessage(EditMessageParameters) -> Done {
        /// The message.
        message_id: String = "1326587453917495296".into(),
        /// What it shall say.
        text: String = "We were live!".into(),
    }
}

action! {
    /// Which message, and which picture.
    "chat.react" AddReaction(AddReactionParameters) -> Done {
        /// The message.
        message_id: String = "1326587453917495296".into(),
        /// The picture: an emoji, or the name of one of the service's own.
        emoji: String = "🦆".into(),
    }
}

action! {
    /// What to change; what is not named stays.
    "chat.set-mode" SetChatMode(SetChatModeParameters) -> Done {
        /// How many seconds a viewer waits between messages; 0 switches it off.
        slow_seconds: Option<u32> = Some(10),
        /// Whether only followers may write.
        followers_only: Option<bool> = None,
        /// For how many minutes one has to follow first.
        followers_minutes: Option<u32> = None,
        /// Whether only subscribers may write.
        subscribers_only: Option<bool> = None,
        /// Whether only emotes may be written.
        emotes_only: Option<bool> = None,
        /// Whether no message may repeat another.
        unique: Option<bool> = None,
    }
}

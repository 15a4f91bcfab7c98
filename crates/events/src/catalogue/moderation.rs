//! Keeping order in chat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::User;
use super::define::{action, topic};
use super::{ActionEntry, TopicEntry};

/// The topics of this family. `chat.message-deleted` and `chat.cleared` tell of deeds too.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<Banned>("Someone may not write for a while, or until unbanned."),
    TopicEntry::of::<Unbanned>("Someone may write again."),
    TopicEntry::of::<MessageHeld>("The service holds a message back until a moderator decides."),
    TopicEntry::of::<HeldMessageResolved>(
        "A message that was held back was let through or refused.",
    ),
    TopicEntry::of::<ModeratorAction>("A moderator did something."),
    TopicEntry::of::<ShieldMode>("Shield mode was switched on or off."),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[
    ActionEntry::of::<DeleteMessage>("Deletes one chat message."),
    ActionEntry::of::<ClearChat>("Deletes every message in the chat."),
    ActionEntry::of::<Timeout>("Keeps someone from writing for a while."),
    ActionEntry::of::<Ban>("Keeps someone from writing until unbanned."),
    ActionEntry::of::<Unban>("Lets someone write again."),
    ActionEntry::of::<Warn>("Warns someone, who has to confirm before writing again."),
    ActionEntry::of::<ResolveHeldMessage>(
        "Lets a message through that was held back, or refuses it.",
    ),
    ActionEntry::of::<SetShieldMode>("Switches shield mode on or off."),
];

/// Nothing to tell but that it was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Done {}

/// Someone may not write for a while, or until unbanned.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Banned {
    /// The channel.
    pub channel: String,
    /// Who.
    pub user: User,
    /// Which moderator did it, where told.
    pub moderator: Option<User>,
    /// Why, where told.
    pub reason: Option<String>,
    /// For how many seconds; none means until unbanned.
    pub seconds: Option<u32>,
}

topic!(
    Banned,
    "moderation.banned",
    Self {
        channel: "pato".into(),
        user: User::example(),
        moderator: None,
        reason: Some("spam".into()),
        seconds: Some(600),
    }
);

/// Someone may write again.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unbanned {
    /// The channel.
    pub channel: String,
    /// Who.
    pub user: User,
    /// Which moderator did it, where told.
    pub moderator: Option<User>,
}

topic!(
    Unbanned,
    "moderation.unbanned",
    Self {
        channel: "pato".into(),
        user: User::example(),
        moderator: None,
    }
);

/// The service holds a message back until a moderator decides.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageHeld {
    /// The channel.
    pub channel: String,
    /// The message.
    pub message_id: String,
    /// Who wrote it.
    pub user: User,
    /// What it says.
    pub text: String,
    /// Why it was held, in the service's word, such as `swearing` or `blocked_term`.
    pub category: String,
}

topic!(
    MessageHeld,
    "moderation.message-held",
    Self {
        channel: "pato".into(),
        message_id: "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
        user: User::example(),
        text: "hello".into(),
        category: "swearing".into(),
    }
);

/// A message that was held back was let through or refused.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldMessageResolved {
    /// The channel.
    pub channel: String,
    /// The message.
    pub message_id: String,
    /// Who wrote it.
    pub user: User,
    /// Whether it was let through; if not, it was refused or ran out of time.
    pub allowed: bool,
    /// Which moderator did it, where told.
    pub moderator: Option<User>,
}

topic!(
    HeldMessageResolved,
    "moderation.held-message-resolved",
    Self {
        channel: "pato".into(),
        message_id: "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
        user: User::example(),
        allowed: true,
        moderator: None,
    }
);

/// A moderator did something.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModeratorAction {
    /// The channel.
    pub channel: String,
    /// Which moderator.
    pub moderator: User,
    /// What, in the service's word, such as `timeout` or `slow`.
    pub action: String,
    /// Whom it concerns, if it is one person.
    pub target: Option<User>,
    /// Why, where told.
    pub reason: Option<String>,
}

topic!(
    ModeratorAction,
    "moderation.action",
    Self {
        channel: "pato".into(),
        moderator: User::example(),
        action: "slow".into(),
        target: None,
        reason: None,
    }
);

/// Whether shield mode is on.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShieldMode {
    /// The channel.
    pub channel: String,
    /// Whether it is on.
    pub active: bool,
    /// Which moderator did it, where told.
    pub moderator: Option<User>,
}

topic!(
    ShieldMode,
    "moderation.shield-mode",
    stateful,
    Self {
        channel: "pato".into(),
        active: true,
        moderator: None,
    }
);

action! {
    /// Which message.
    "moderation.delete-message" DeleteMessage(DeleteMessageParameters) -> Done {
        /// The message.
        message_id: String = "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
    }
}

action! {
    /// Which chat.
    "moderation.clear-chat" ClearChat(ClearChatParameters) -> Done,
    danger "Every message goes." {
    }
}

action! {
    /// Whom, and for how long.
    "moderation.timeout" Timeout(TimeoutParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
        /// For how many seconds; at least 1.
        seconds: u32 = 60,
        /// Why; moderators and the person can read it.
        reason: Option<String> = Some("links are not allowed here".into()),
    }
}

action! {
    /// Whom, and why.
    "moderation.ban" Ban(BanParameters) -> Done,
    danger "It can shut viewers out for good." {
        /// The login of the person.
        login: String = "ronni".into(),
        /// Why; moderators and the person can read it.
        reason: Option<String> = Some("spam".into()),
    }
}

action! {
    /// Whom.
    "moderation.unban" Unban(UnbanParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom, and why.
    "moderation.warn" Warn(WarnParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
        /// Why; the person reads it.
        reason: String = "please do not shout".into(),
    }
}

action! {
    /// Which message, and what shall become of it.
    "moderation.resolve-held-message" ResolveHeldMessage(ResolveHeldMessageParameters) -> Done {
        /// The message.
        message_id: String = "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
        /// Whether it is let through.
        allow: bool = true,
    }
}

action! {
    /// Whether it shall be on.
    "moderation.set-shield-mode" SetShieldMode(SetShieldModeParameters) -> Done {
        /// Whether it shall be on.
        active: bool = true,
    }
}

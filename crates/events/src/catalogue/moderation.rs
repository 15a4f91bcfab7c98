//! Keeping order in chat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, ActionEntry, TopicEntry};

/// The topics of this family: none yet; `chat.message-deleted` and `chat.cleared` tell of deeds.
pub const TOPICS: &[TopicEntry] = &[];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[
    ActionEntry::of::<DeleteMessage>("Deletes one chat message."),
    ActionEntry::of::<Timeout>("Keeps someone from writing for a while."),
    ActionEntry::of::<Ban>("Keeps someone from writing until unbanned."),
    ActionEntry::of::<Unban>("Lets someone write again."),
];

/// Nothing to tell but that it was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Done {}

/// The action `moderation.delete-message`.
pub enum DeleteMessage {}

/// Which message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteMessageParameters {
    /// The connector, as in the `source` of an event; none means the only one that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// The channel; none means the connector's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The message.
    pub message_id: String,
}

impl Action for DeleteMessage {
    const NAME: &'static str = "moderation.delete-message";
    type Parameters = DeleteMessageParameters;
    type Answer = Done;

    fn example() -> Self::Parameters {
        DeleteMessageParameters {
            connector: Some("twitch".into()),
            channel: None,
            message_id: "b34ccfc7-4977-403a-8a94-33c6bac34fb8".into(),
        }
    }
}

/// The action `moderation.timeout`.
pub enum Timeout {}

/// Whom, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeoutParameters {
    /// The connector, as in the `source` of an event; none means the only one that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// The channel; none means the connector's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The login of the person.
    pub login: String,
    /// For how many seconds; at least 1.
    pub seconds: u32,
    /// Why; moderators and the person can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Action for Timeout {
    const NAME: &'static str = "moderation.timeout";
    type Parameters = TimeoutParameters;
    type Answer = Done;

    fn example() -> Self::Parameters {
        TimeoutParameters {
            connector: Some("twitch".into()),
            channel: None,
            login: "ronni".into(),
            seconds: 60,
            reason: Some("links are not allowed here".into()),
        }
    }
}

/// The action `moderation.ban`.
pub enum Ban {}

/// Whom, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BanParameters {
    /// The connector, as in the `source` of an event; none means the only one that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// The channel; none means the connector's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The login of the person.
    pub login: String,
    /// Why; moderators and the person can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl BanParameters {
    fn example() -> Self {
        Self {
            connector: Some("twitch".into()),
            channel: None,
            login: "ronni".into(),
            reason: Some("spam".into()),
        }
    }
}

impl Action for Ban {
    const NAME: &'static str = "moderation.ban";
    const DANGER: Option<&'static str> = Some("It can shut viewers out for good.");
    type Parameters = BanParameters;
    type Answer = Done;

    fn example() -> Self::Parameters {
        BanParameters::example()
    }
}

/// The action `moderation.unban`.
pub enum Unban {}

impl Action for Unban {
    const NAME: &'static str = "moderation.unban";
    type Parameters = BanParameters;
    type Answer = Done;

    fn example() -> Self::Parameters {
        BanParameters::example()
    }
}

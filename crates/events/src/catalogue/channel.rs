//! What people do for a channel, in one shape for all services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::User;
use super::{TopicEntry, TopicPayload};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<Follow>("Someone follows the channel."),
    TopicEntry::of::<Subscribe>("Someone subscribed, or renewed a subscription."),
    TopicEntry::of::<Gift>("Someone gave subscriptions to others."),
    TopicEntry::of::<Cheer>("Someone cheered with bits or the like."),
    TopicEntry::of::<Raid>("Another channel brought its viewers."),
    TopicEntry::of::<RewardRedeemed>("Someone redeemed a reward for channel points."),
];

/// Someone follows the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Follow {
    /// The channel.
    pub channel: String,
    /// Who follows.
    pub user: User,
}

impl TopicPayload for Follow {
    const TOPIC: &'static str = "channel.follow";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: User::example(),
        }
    }
}

/// Someone subscribed, or renewed a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subscribe {
    /// The channel.
    pub channel: String,
    /// Who subscribed.
    pub user: User,
    /// The service's name of the tier, such as `1000` or `Prime`.
    pub tier: String,
    /// For how many months in all; 1 is a new subscription.
    pub months: u32,
    /// What the subscriber wrote with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl TopicPayload for Subscribe {
    const TOPIC: &'static str = "channel.subscribe";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: User::example(),
            tier: "1000".into(),
            months: 8,
            text: Some("Great stream -- keep it up!".into()),
        }
    }
}

/// Someone gave subscriptions to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gift {
    /// The channel.
    pub channel: String,
    /// Who gave; none means anonymously.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// Who received, where it was one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<User>,
    /// How many subscriptions.
    pub count: u32,
    /// The service's name of the tier.
    pub tier: String,
}

impl TopicPayload for Gift {
    const TOPIC: &'static str = "channel.gift";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: Some(User::example()),
            recipient: None,
            count: 5,
            tier: "1000".into(),
        }
    }
}

/// Someone cheered with bits or the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cheer {
    /// The channel.
    pub channel: String,
    /// Who cheered; none means anonymously.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// How many bits.
    pub bits: u32,
    /// What was written with it.
    pub text: String,
}

impl TopicPayload for Cheer {
    const TOPIC: &'static str = "channel.cheer";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: Some(User::example()),
            bits: 100,
            text: "Cheer100 nice".into(),
        }
    }
}

/// Another channel brought its viewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Raid {
    /// The channel that was raided.
    pub channel: String,
    /// The broadcaster who raids.
    pub user: User,
    /// How many viewers come along.
    pub viewers: u32,
}

impl TopicPayload for Raid {
    const TOPIC: &'static str = "channel.raid";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            user: User::example(),
            viewers: 42,
        }
    }
}

/// Someone redeemed a reward for channel points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RewardRedeemed {
    /// The channel.
    pub channel: String,
    /// The service's identifier of the redemption, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption_id: Option<String>,
    /// The service's identifier of the reward.
    pub reward_id: String,
    /// The reward's title, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it cost in points, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u32>,
    /// Who redeemed it.
    pub user: User,
    /// What was typed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
}

impl TopicPayload for RewardRedeemed {
    const TOPIC: &'static str = "channel.reward-redeemed";

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            redemption_id: Some("17fa2df1-ad76-4804-bfa5-a40ef63efe63".into()),
            reward_id: "92af127c-7326-4483-a52b-b0da0be61c01".into(),
            title: Some("Gaming scene".into()),
            cost: Some(500),
            user: User::example(),
            input: None,
        }
    }
}

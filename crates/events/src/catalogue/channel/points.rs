//! Rewards that viewers buy with the points they get for watching.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::chat::User;
use crate::catalogue::define::topic;

/// A reward for channel points.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reward {
    /// The service's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the viewer reads about it, where there is such a text.
    pub prompt: Option<String>,
    /// What it costs, in points.
    pub cost: u32,
    /// Whether viewers see it.
    pub enabled: bool,
    /// Whether it can be seen but not redeemed for now.
    pub paused: bool,
    /// Whether the viewer has to type something.
    pub input_required: bool,
    /// Its colour, as `#RRGGBB`.
    pub color: Option<String>,
}

impl Reward {
    /// A reward for examples.
    pub fn example() -> Self {
        Self {
            id: "92af127c-7326-4483-a52b-b0da0be61c01".into(),
            title: "Gaming scene".into(),
            prompt: None,
            cost: 500,
            enabled: true,
            paused: false,
            input_required: false,
            color: Some("#00E5CB".into()),
        }
    }
}

/// What has become of a redemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RedemptionStatus {
    /// Nobody has dealt with it yet.
    Open,
    /// It was done.
    Fulfilled,
    /// The points were given back.
    Refunded,
}

/// What happened to a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RewardChange {
    /// It is new.
    Added,
    /// It is different now.
    Updated,
    /// It is gone.
    Removed,
}

/// Someone redeemed a reward for channel points.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RewardRedeemed {
    /// The channel.
    pub channel: String,
    /// The service's identifier of the redemption, where it tells.
    pub redemption_id: Option<String>,
    /// The service's identifier of the reward, or its word for one of its own making; empty where it
    /// tells only the title.
    pub reward_id: String,
    /// The reward's title, where the service tells.
    pub title: Option<String>,
    /// What it cost in points, where the service tells.
    pub cost: Option<u32>,
    /// Who redeemed it.
    pub user: User,
    /// What was typed with it.
    pub input: Option<String>,
    /// What has become of it, where the service keeps account.
    pub status: Option<RedemptionStatus>,
}

topic!(
    RewardRedeemed,
    "channel.reward-redeemed",
    Self {
        channel: "pato".into(),
        redemption_id: Some("17fa2df1-ad76-4804-bfa5-a40ef63efe63".into()),
        reward_id: "92af127c-7326-4483-a52b-b0da0be61c01".into(),
        title: Some("Gaming scene".into()),
        cost: Some(500),
        user: User::example(),
        input: None,
        status: Some(RedemptionStatus::Open),
    }
);

/// A redemption was fulfilled, or its points given back.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RedemptionUpdated {
    /// The channel.
    pub channel: String,
    /// The service's identifier of the redemption.
    pub redemption_id: String,
    /// The service's identifier of the reward.
    pub reward_id: String,
    /// The reward's title, where told.
    pub title: Option<String>,
    /// Who had redeemed it.
    pub user: User,
    /// What has become of it.
    pub status: RedemptionStatus,
}

topic!(
    RedemptionUpdated,
    "channel.redemption-updated",
    Self {
        channel: "pato".into(),
        redemption_id: "17fa2df1-ad76-4804-bfa5-a40ef63efe63".into(),
        reward_id: "92af127c-7326-4483-a52b-b0da0be61c01".into(),
        title: Some("Gaming scene".into()),
        user: User::example(),
        status: RedemptionStatus::Fulfilled,
    }
);

/// A reward was added, changed or removed.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RewardChanged {
    /// The channel.
    pub channel: String,
    /// What happened to it.
    pub change: RewardChange,
    /// The reward, as it is now or was last.
    pub reward: Reward,
}

topic!(
    RewardChanged,
    "channel.reward-changed",
    Self {
        channel: "pato".into(),
        change: RewardChange::Added,
        reward: Reward::example(),
    }
);

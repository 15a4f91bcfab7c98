//! What people do for a channel, in one shape for all services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::User;
use super::define::topic;
use super::{ActionEntry, TopicEntry};

mod actions;
mod goals;
mod points;
mod votes;

pub use actions::*;
pub use goals::*;
pub use points::*;
pub use votes::*;

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<Follow>("Someone follows the channel."),
    TopicEntry::of::<Subscribe>("Someone subscribed, or renewed a subscription."),
    TopicEntry::of::<SubscriptionEnded>("Someone's subscription ended."),
    TopicEntry::of::<Gift>("Someone gave subscriptions to others."),
    TopicEntry::of::<Cheer>("Someone cheered with bits or the like."),
    TopicEntry::of::<PowerUp>("Someone paid for an effect in chat."),
    TopicEntry::of::<WatchStreak>("Someone told how many streams in a row they watched."),
    TopicEntry::of::<Raid>("Another channel brought its viewers."),
    TopicEntry::of::<RaidSent>("The channel's viewers were sent to another channel."),
    TopicEntry::of::<Shoutout>("The channel recommended another one."),
    TopicEntry::of::<ShoutoutReceived>("Another channel recommended this one."),
    TopicEntry::of::<AdBreak>("A break for advertisements began."),
    TopicEntry::of::<SharedChat>("Channels share one chat; the session began, changed or ended."),
    TopicEntry::of::<RewardRedeemed>("Someone redeemed a reward for channel points."),
    TopicEntry::of::<RedemptionUpdated>("A redemption was fulfilled, or its points given back."),
    TopicEntry::of::<RewardChanged>("A reward was added, changed or removed."),
    TopicEntry::of::<Poll>("A poll began, got votes, or ended."),
    TopicEntry::of::<Prediction>("A prediction began, got points, was locked, or ended."),
    TopicEntry::of::<Goal>("A goal was set, came nearer, or ended."),
    TopicEntry::of::<HypeTrain>("A hype train began, moved on, or ended."),
    TopicEntry::of::<Charity>("A charity campaign began, came nearer its goal, or ended."),
    TopicEntry::of::<Donation>("Someone donated to the channel's charity campaign."),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[
    ActionEntry::of::<UpdateChannel>("Changes the stream's title, category, tags or language."),
    ActionEntry::of::<StartShoutout>("Recommends another channel."),
    ActionEntry::of::<StartRaid>(
        "Sends the viewers to another channel, after the service's countdown.",
    ),
    ActionEntry::of::<CancelRaid>("Ends the countdown of a raid."),
    ActionEntry::of::<StartAd>("Starts a break for advertisements."),
    ActionEntry::of::<CreateClip>("Makes a clip of the last seconds."),
    ActionEntry::of::<CreateMarker>("Marks this moment of the stream."),
    ActionEntry::of::<CreatePoll>("Starts a poll."),
    ActionEntry::of::<EndPoll>("Ends a poll early."),
    ActionEntry::of::<CreatePrediction>("Starts a prediction."),
    ActionEntry::of::<LockPrediction>("Takes no more points for a prediction."),
    ActionEntry::of::<ResolvePrediction>("Ends a prediction and pays the winners."),
    ActionEntry::of::<CancelPrediction>("Ends a prediction and gives all points back."),
    ActionEntry::of::<ListRewards>("Lists the rewards for channel points."),
    ActionEntry::of::<CreateReward>("Makes a reward for channel points."),
    ActionEntry::of::<UpdateReward>("Changes, pauses or switches off a reward that Pato made."),
    ActionEntry::of::<DeleteReward>("Removes a reward that Pato made, and its open redemptions."),
    ActionEntry::of::<FulfilRedemption>("Marks a redemption as fulfilled."),
    ActionEntry::of::<RefundRedemption>("Cancels a redemption and gives the points back."),
    ActionEntry::of::<AddVip>("Makes someone a very important person."),
    ActionEntry::of::<RemoveVip>("Takes that back."),
    ActionEntry::of::<AddModerator>("Makes someone a moderator."),
    ActionEntry::of::<RemoveModerator>("Takes that back."),
    ActionEntry::of::<GetUser>("Looks a person up."),
    ActionEntry::of::<ListFollowers>("Lists who follows the channel, the latest first."),
    ActionEntry::of::<ListSubscribers>("Lists who subscribes to the channel."),
    ActionEntry::of::<ListChatters>("Lists who is in the chat now."),
];

/// Someone follows the channel.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Follow {
    /// The channel.
    pub channel: String,
    /// Who follows.
    pub user: User,
}

topic!(
    Follow,
    "channel.follow",
    Self {
        channel: "pato".into(),
        user: User::example(),
    }
);

/// Someone subscribed, or renewed a subscription.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subscribe {
    /// The channel.
    pub channel: String,
    /// Who subscribed.
    pub user: User,
    /// The service's name of the tier, such as `1000` or `Prime`; none where it has only one.
    pub tier: Option<String>,
    /// For how many months in all, where told; 1 is a new subscription.
    pub months: Option<u32>,
    /// For how many months without a gap, where the subscriber told.
    pub streak: Option<u32>,
    /// Whether someone else paid for it. A `channel.gift` tells who.
    pub gifted: bool,
    /// What the subscriber wrote with it.
    pub text: Option<String>,
}

topic!(
    Subscribe,
    "channel.subscribe",
    Self {
        channel: "pato".into(),
        user: User::example(),
        tier: Some("1000".into()),
        months: Some(8),
        streak: Some(3),
        gifted: false,
        text: Some("Great stream -- keep it up!".into()),
    }
);

/// Someone's subscription ended.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubscriptionEnded {
    /// The channel.
    pub channel: String,
    /// Whose.
    pub user: User,
    /// The service's name of the tier.
    pub tier: Option<String>,
    /// Whether someone else had paid for it.
    pub gifted: bool,
}

topic!(
    SubscriptionEnded,
    "channel.subscription-ended",
    Self {
        channel: "pato".into(),
        user: User::example(),
        tier: Some("1000".into()),
        gifted: false,
    }
);

/// Someone gave subscriptions to others.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gift {
    /// The channel.
    pub channel: String,
    /// Who gave; none means anonymously.
    pub user: Option<User>,
    /// Who received, where the service tells; it may tell of many in several events.
    pub recipients: Vec<User>,
    /// How many subscriptions.
    pub count: u32,
    /// The service's name of the tier.
    pub tier: Option<String>,
    /// How many this person gave to the channel in all, where told.
    pub total: Option<u32>,
}

topic!(
    Gift,
    "channel.gift",
    Self {
        channel: "pato".into(),
        user: Some(User::example()),
        recipients: Vec::new(),
        count: 5,
        tier: Some("1000".into()),
        total: Some(12),
    }
);

/// Someone cheered with bits or the like.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cheer {
    /// The channel.
    pub channel: String,
    /// Who cheered; none means anonymously.
    pub user: Option<User>,
    /// How much.
    pub amount: u32,
    /// Of what, in the service's word, such as `bits` or `kicks`.
    pub unit: String,
    /// What was written with it; empty if nothing.
    pub text: String,
}

topic!(
    Cheer,
    "channel.cheer",
    Self {
        channel: "pato".into(),
        user: Some(User::example()),
        amount: 100,
        unit: "bits".into(),
        text: "Cheer100 nice".into(),
    }
);

/// Someone paid for an effect in chat.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerUp {
    /// The channel.
    pub channel: String,
    /// Who.
    pub user: User,
    /// The service's name of the effect, such as `gigantify_an_emote`.
    pub kind: String,
    /// How much it cost.
    pub amount: u32,
    /// Of what, such as `bits`.
    pub unit: String,
    /// What was written with it.
    pub text: Option<String>,
}

topic!(
    PowerUp,
    "channel.power-up",
    Self {
        channel: "pato".into(),
        user: User::example(),
        kind: "gigantify_an_emote".into(),
        amount: 30,
        unit: "bits".into(),
        text: None,
    }
);

/// Someone told how many streams in a row they watched.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatchStreak {
    /// The channel.
    pub channel: String,
    /// Who.
    pub user: User,
    /// How many streams in a row.
    pub streams: u32,
    /// What was written with it.
    pub text: Option<String>,
}

topic!(
    WatchStreak,
    "channel.watch-streak",
    Self {
        channel: "pato".into(),
        user: User::example(),
        streams: 5,
        text: None,
    }
);

/// Another channel brought its viewers.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Raid {
    /// The channel that was raided.
    pub channel: String,
    /// The broadcaster who raids.
    pub user: User,
    /// How many viewers come along.
    pub viewers: u32,
}

topic!(
    Raid,
    "channel.raid",
    Self {
        channel: "pato".into(),
        user: User::example(),
        viewers: 42,
    }
);

/// The channel's viewers were sent to another channel.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RaidSent {
    /// The channel that they left.
    pub channel: String,
    /// The broadcaster whom they were sent to.
    pub target: User,
    /// How many viewers went along.
    pub viewers: u32,
}

topic!(
    RaidSent,
    "channel.raid-sent",
    Self {
        channel: "pato".into(),
        target: User::example(),
        viewers: 42,
    }
);

/// The channel recommended another one.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shoutout {
    /// The channel.
    pub channel: String,
    /// Whose channel is recommended.
    pub target: User,
    /// How many viewers saw it, where told.
    pub viewers: Option<u32>,
}

topic!(
    Shoutout,
    "channel.shoutout",
    Self {
        channel: "pato".into(),
        target: User::example(),
        viewers: Some(860),
    }
);

/// Another channel recommended this one.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShoutoutReceived {
    /// The channel.
    pub channel: String,
    /// Who recommends.
    pub user: User,
    /// How many viewers saw it, where told.
    pub viewers: Option<u32>,
}

topic!(
    ShoutoutReceived,
    "channel.shoutout-received",
    Self {
        channel: "pato".into(),
        user: User::example(),
        viewers: Some(860),
    }
);

/// A break for advertisements began.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdBreak {
    /// The channel.
    pub channel: String,
    /// How long it lasts, in seconds.
    pub seconds: u32,
    /// Whether the service began it by itself.
    pub automatic: bool,
    /// When it began, in milliseconds since the epoch.
    pub started_at: f64,
}

topic!(
    AdBreak,
    "channel.ad-break",
    Self {
        channel: "pato".into(),
        seconds: 60,
        automatic: false,
        started_at: 1_763_683_200_000.0,
    }
);

/// How channels share one chat.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SharedChat {
    /// The channel.
    pub channel: String,
    /// The service's identifier of the session.
    pub session_id: String,
    /// Whether the session goes on.
    pub active: bool,
    /// Who invited.
    pub host: User,
    /// Who takes part, this channel included.
    pub participants: Vec<User>,
}

topic!(
    SharedChat,
    "channel.shared-chat",
    stateful,
    Self {
        channel: "pato".into(),
        session_id: "2b64a92a-dbb8-424e-b1c3-304423ba1b6f".into(),
        active: true,
        host: User::example(),
        participants: vec![User::example()],
    }
);

//! What can be done for a channel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Poll, Prediction, Reward};
use crate::catalogue::chat::User;
use crate::catalogue::define::action;
use crate::catalogue::moderation::Done;

action! {
    /// What to change; what is not named stays.
    "channel.update" UpdateChannel(UpdateChannelParameters) -> Done {
        /// The title.
        title: Option<String> = Some("Building a plugin host".into()),
        /// The game or category, by its name.
        category: Option<String> = None,
        /// The tags, in place of those that are there.
        tags: Option<Vec<String>> = None,
        /// The language, as an ISO 639-1 code.
        language: Option<String> = None,
    }
}

action! {
    /// Whom to recommend.
    "channel.shoutout" StartShoutout(ShoutoutParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom to send the viewers to.
    "channel.raid" StartRaid(RaidParameters) -> Done,
    danger "It sends every viewer away." {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Which raid: the one whose countdown runs.
    "channel.cancel-raid" CancelRaid(CancelRaidParameters) -> Done {
    }
}

action! {
    /// How long the break shall be.
    "channel.start-ad" StartAd(StartAdParameters) -> StartAdAnswer {
        /// In seconds: 30, 60, 90, 120, 150 or 180.
        seconds: u32 = 60,
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StartAdAnswer {
    /// How long the break is, in seconds.
    pub seconds: u32,
    /// After how many seconds the next one may begin.
    pub retry_after_seconds: u32,
}

action! {
    /// What to make a clip of: the last seconds of the stream.
    "channel.create-clip" CreateClip(CreateClipParameters) -> Clip {
    }
}

/// A clip that the service is making. It can be watched some seconds later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clip {
    /// The service's identifier.
    pub id: String,
    /// Where it can be edited, or watched.
    pub url: String,
}

action! {
    /// What to remember the moment by.
    "channel.create-marker" CreateMarker(CreateMarkerParameters) -> Marker {
        /// A text of at most 140 characters.
        description: Option<String> = Some("the goose escapes".into()),
    }
}

/// A moment of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marker {
    /// The service's identifier.
    pub id: String,
    /// How far into the stream, in seconds.
    pub position_seconds: u32,
}

action! {
    /// What to ask.
    "channel.create-poll" CreatePoll(CreatePollParameters) -> Poll {
        /// The question.
        title: String = "Which game next?".into(),
        /// The answers: 2 to 5.
        choices: Vec<String> = vec!["Goose".into(), "Duck".into()],
        /// For how many seconds: 15 to 1,800.
        seconds: u32 = 60,
        /// How many channel points another vote costs; none means that there is only one vote.
        points_per_vote: Option<u32> = None,
    }
}

action! {
    /// Which poll.
    "channel.end-poll" EndPoll(EndPollParameters) -> Poll {
        /// The poll.
        poll_id: String = "1243456".into(),
        /// Whether the result is shown.
        show: bool = true,
    }
}

action! {
    /// What to predict.
    "channel.create-prediction" CreatePrediction(CreatePredictionParameters) -> Prediction {
        /// The question.
        title: String = "Will the goose win?".into(),
        /// The outcomes: 2 to 10.
        outcomes: Vec<String> = vec!["Yes".into(), "No".into()],
        /// For how many seconds points are taken: 30 to 1,800.
        seconds: u32 = 120,
    }
}

action! {
    /// Which prediction.
    "channel.lock-prediction" LockPrediction(LockPredictionParameters) -> Prediction {
        /// The prediction.
        prediction_id: String = "1243456".into(),
    }
}

action! {
    /// Which prediction, and what came true.
    "channel.resolve-prediction" ResolvePrediction(ResolvePredictionParameters) -> Prediction {
        /// The prediction.
        prediction_id: String = "1243456".into(),
        /// The outcome that came true.
        outcome_id: String = "1".into(),
    }
}

action! {
    /// Which prediction.
    "channel.cancel-prediction" CancelPrediction(CancelPredictionParameters) -> Prediction {
        /// The prediction.
        prediction_id: String = "1243456".into(),
    }
}

action! {
    /// Which rewards: all of the channel.
    "channel.list-rewards" ListRewards(ListRewardsParameters) -> Rewards {
        /// Only those that Pato made, which it can change.
        own_only: bool = false,
    }
}

/// Rewards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rewards {
    /// The rewards.
    pub rewards: Vec<Reward>,
}

action! {
    /// What the reward is.
    "channel.create-reward" CreateReward(CreateRewardParameters) -> Reward {
        /// Its title, which no other reward of the channel has.
        title: String = "Gaming scene".into(),
        /// What it costs, in points; at least 1.
        cost: u32 = 500,
        /// What the viewer reads about it.
        prompt: Option<String> = None,
        /// Whether the viewer has to type something.
        input_required: bool = false,
        /// Its colour, as `#RRGGBB`.
        color: Option<String> = None,
        /// Whether redemptions count as fulfilled at once.
        skip_queue: bool = false,
    }
}

action! {
    /// Which reward, and what to change; what is not named stays.
    "channel.update-reward" UpdateReward(UpdateRewardParameters) -> Reward {
        /// The reward.
        reward_id: String = "92af127c-7326-4483-a52b-b0da0be61c01".into(),
        /// Its title.
        title: Option<String> = None,
        /// What it costs, in points.
        cost: Option<u32> = None,
        /// What the viewer reads about it.
        prompt: Option<String> = None,
        /// Whether viewers see it.
        enabled: Option<bool> = None,
        /// Whether it can be seen but not redeemed.
        paused: Option<bool> = Some(true),
    }
}

action! {
    /// Which reward.
    "channel.delete-reward" DeleteReward(DeleteRewardParameters) -> Done,
    danger "The reward and its open redemptions are gone for good." {
        /// The reward.
        reward_id: String = "92af127c-7326-4483-a52b-b0da0be61c01".into(),
    }
}

action! {
    /// Which redemption.
    "channel.fulfil-redemption" FulfilRedemption(FulfilRedemptionParameters) -> Done {
        /// The reward.
        reward_id: String = "92af127c-7326-4483-a52b-b0da0be61c01".into(),
        /// The redemption.
        redemption_id: String = "17fa2df1-ad76-4804-bfa5-a40ef63efe63".into(),
    }
}

action! {
    /// Which redemption.
    "channel.refund-redemption" RefundRedemption(RefundRedemptionParameters) -> Done {
        /// The reward.
        reward_id: String = "92af127c-7326-4483-a52b-b0da0be61c01".into(),
        /// The redemption.
        redemption_id: String = "17fa2df1-ad76-4804-bfa5-a40ef63efe63".into(),
    }
}

action! {
    /// Whom.
    "channel.add-vip" AddVip(AddVipParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom.
    "channel.remove-vip" RemoveVip(RemoveVipParameters) -> Done {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom.
    "channel.add-moderator" AddModerator(AddModeratorParameters) -> Done,
    danger "A moderator can ban viewers and change the chat." {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom.
    "channel.remove-moderator" RemoveModerator(RemoveModeratorParameters) -> Done,
    danger "It takes a person's standing in the channel." {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

action! {
    /// Whom.
    "channel.get-user" GetUser(GetUserParameters) -> Person {
        /// The login of the person.
        login: String = "ronni".into(),
    }
}

/// What a service tells of a person.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Who it is.
    pub user: User,
    /// What they say about themselves.
    pub description: Option<String>,
    /// Where their picture is.
    pub picture: Option<String>,
    /// When they joined the service, in milliseconds since the epoch.
    pub created_at: Option<f64>,
    /// Since when they follow the channel, in milliseconds since the epoch; none if they do not, or
    /// if the service does not tell.
    pub follows_since: Option<f64>,
}

action! {
    /// How many, and from where on.
    "channel.list-followers" ListFollowers(ListFollowersParameters) -> People {
        /// How many at most: 1 to 100.
        limit: u32 = 20,
        /// Where the last answer said that the next ones begin.
        after: Option<String> = None,
    }
}

action! {
    /// How many, and from where on.
    "channel.list-subscribers" ListSubscribers(ListSubscribersParameters) -> People {
        /// How many at most: 1 to 100.
        limit: u32 = 20,
        /// Where the last answer said that the next ones begin.
        after: Option<String> = None,
    }
}

action! {
    /// How many, and from where on.
    "channel.list-chatters" ListChatters(ListChattersParameters) -> People {
        /// How many at most: 1 to 100.
        limit: u32 = 20,
        /// Where the last answer said that the next ones begin.
        after: Option<String> = None,
    }
}

/// Some people of many.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct People {
    /// These.
    pub people: Vec<User>,
    /// How many there are in all, where the service tells.
    pub total: Option<u32>,
    /// Where the next ones begin; none if these were the last.
    pub next: Option<String>,
}

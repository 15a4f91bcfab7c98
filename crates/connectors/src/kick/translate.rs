//! Turns what the page's connection brings into reports.

use pato_events::catalogue::channel::{
    Cheer, Gift, Goal, Prediction, PredictionOutcome, PredictionState, Raid, RewardRedeemed,
    Subscribe,
};
use pato_events::catalogue::chat::{
    ChatCleared, ChatMessage, ChatMessageDeleted, ChatMode, ChatPin, ReplyParent, User,
};
use pato_events::catalogue::moderation::{Banned, Unbanned};
use serde::Deserialize;

use super::emotes;
use super::frame::Happening;
use super::people::{Id, Person, moment, named};
use super::report::{Part, Report, StreamChange, What};

/// What happened in a channel; none if it is nothing that Pato tells of.
///
/// # Errors
///
/// If it is not described as it should be.
pub(super) fn report(
    channel: &str,
    happening: &Happening,
) -> Result<Option<Report>, serde_json::Error> {
    let data = happening.data.as_str();
    let channel = channel.to_owned();
    Ok(match happening.event.as_str() {
        "ChatMessageEvent" => serde_json::from_str::<Message>(data)?.report(channel),
        "MessageDeletedEvent" => {
            let deleted: Deleted = serde_json::from_str(data)?;
            let payload = ChatMessageDeleted {
                message_id: deleted.message.id,
                channel,
                login: None,
                text: None,
            };
            Report::once(None, format!("deleted:{}", payload.message_id), &payload)
        }
        "ChatroomClearEvent" => {
            let payload = ChatCleared {
                channel,
                user: None,
                timeout_seconds: None,
            };
            Report::once(None, "cleared".into(), &payload)
        }
        "UserBannedEvent" => serde_json::from_str::<Ban>(data)?.banned(channel),
        "UserUnbannedEvent" => serde_json::from_str::<Ban>(data)?.unbanned(channel),
        "SubscriptionEvent" => serde_json::from_str::<Subscription>(data)?.report(channel),
        "GiftedSubscriptionsEvent" => serde_json::from_str::<Gifts>(data)?.report(channel),
        "RewardRedeemedEvent" => serde_json::from_str::<Reward>(data)?.report(channel),
        "KicksGifted" | "KicksGiftedEvent" => serde_json::from_str::<Kicks>(data)?.report(channel),
        "StreamHostEvent" => serde_json::from_str::<Host>(data)?.report(channel),
        "PinnedMessageCreatedEvent" => {
            let pinned: Pinned = serde_json::from_str(data)?;
            let (text, _) = emotes::take_out(&pinned.message.content);
            Report::state(&ChatPin {
                channel,
                user: pinned.message.sender.user(),
                message_id: Some(pinned.message.id),
                text: Some(text),
            })
        }
        "PinnedMessageDeletedEvent" => Report::state(&ChatPin {
            channel,
            message_id: None,
            user: None,
            text: None,
        }),
        "ChatroomUpdatedEvent" => {
            let mode: Mode = serde_json::from_str(data)?;
            Report::state(&mode.told(channel))
        }
        "StreamerIsLive" => {
            let started: Started = serde_json::from_str(data)?;
            let change = StreamChange {
                live: Some(true),
                title: started.livestream.session_title,
                started_at: started.livestream.created_at.as_deref().and_then(moment),
                ..StreamChange::default()
            };
            Some(Report::new(None, What::Stream(change)))
        }
        "StopStreamBroadcast" => {
            let change = StreamChange {
                live: Some(false),
                ..StreamChange::default()
            };
            Some(Report::new(None, What::Stream(change)))
        }
        "PredictionCreated" | "PredictionUpdated" => {
            let Forecasts { prediction } = serde_json::from_str(data)?;
            prediction.report(channel)
        }
        "GoalProgressUpdateEvent"
        | "GoalCreatedEvent"
        | "GoalUpdatedEvent"
        | "GoalAchievedEvent"
        | "GoalCanceledEvent" => serde_json::from_str::<RawGoal>(data)?.report(channel),
        _ => None,
    })
}

#[derive(Deserialize)]
struct Message {
    id: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    created_at: Option<String>,
    sender: Person,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    original_sender: Option<Person>,
    #[serde(default)]
    original_message: Option<Original>,
}

#[derive(Deserialize)]
struct Original {
    id: Id,
    #[serde(default)]
    content: String,
}

impl Message {
    fn report(self, channel: String) -> Option<Report> {
        let (text, emotes) = emotes::take_out(&self.content);
        let mut message = ChatMessage::new(self.id, channel, self.sender.user()?, text);
        message.emotes = emotes;
        self.sender.decorate(&mut message);
        message.reply_to = self.metadata.and_then(|metadata| {
            let original = metadata.original_message?;
            Some(ReplyParent {
                message_id: original.id.0,
                user: metadata.original_sender?.user()?,
                text: emotes::take_out(&original.content).0,
            })
        });
        let time = self.created_at.as_deref().and_then(moment);
        Some(Report::new(time, What::Message(Box::new(message))))
    }
}

#[derive(Deserialize)]
struct Deleted {
    message: Gone,
}

#[derive(Deserialize)]
struct Gone {
    id: String,
}

#[derive(Deserialize)]
struct Ban {
    user: Person,
    #[serde(default, alias = "unbanned_by")]
    banned_by: Option<Person>,
    /// In minutes.
    #[serde(default)]
    duration: Option<u32>,
    #[serde(default)]
    permanent: bool,
}

impl Ban {
    fn banned(self, channel: String) -> Option<Report> {
        let minutes = self.duration.filter(|_| !self.permanent);
        let payload = Banned {
            channel,
            user: self.user.user()?,
            moderator: self.banned_by.and_then(|person| person.moderator()),
            reason: None,
            seconds: minutes.map(|minutes| minutes.saturating_mul(60)),
        };
        Report::once(None, format!("banned:{}", payload.user.id), &payload)
    }

    fn unbanned(self, channel: String) -> Option<Report> {
        let payload = Unbanned {
            channel,
            user: self.user.user()?,
            moderator: self.banned_by.and_then(|person| person.moderator()),
        };
        Report::once(None, format!("unbanned:{}", payload.user.id), &payload)
    }
}

#[derive(Deserialize)]
struct Subscription {
    username: String,
    #[serde(default)]
    months: Option<u32>,
}

impl Subscription {
    fn report(self, channel: String) -> Option<Report> {
        subscribed(None, channel, named(&self.username)?, self.months)
    }
}

/// Someone subscribed, by whichever way it is reported.
pub(super) fn subscribed(
    time: Option<f64>,
    channel: String,
    user: User,
    months: Option<u32>,
) -> Option<Report> {
    let key = format!("subscribe:{}:{}", user.login, months.unwrap_or_default());
    let payload = Subscribe {
        channel,
        user,
        tier: None,
        months,
        streak: None,
        gifted: false,
        text: None,
    };
    Report::once(time, key, &payload)
}

#[derive(Deserialize)]
struct Gifts {
    #[serde(default)]
    gifted_usernames: Vec<String>,
    #[serde(default)]
    gifter_username: Option<String>,
    #[serde(default)]
    gifted_total: Option<u32>,
    #[serde(default)]
    gifter_total: Option<u32>,
    #[serde(default)]
    chunk_details: Option<Chunk>,
}

#[derive(Deserialize)]
struct Chunk {
    correlation_id: String,
    chunk_index: u32,
    total_chunks: u32,
}

impl Gifts {
    fn report(self, channel: String) -> Option<Report> {
        let recipients: Vec<User> = self
            .gifted_usernames
            .iter()
            .filter_map(|name| named(name))
            .collect();
        // Where people are named, they are counted; the total may be that of several parts.
        let count = match recipients.len() {
            0 => self.gifted_total.filter(|total| *total > 0)?,
            named => u32::try_from(named).ok()?,
        };
        let gift = Gift {
            channel,
            user: self
                .gifter_username
                .as_deref()
                .filter(|name| *name != "Anonymous")
                .and_then(named),
            recipients,
            count,
            tier: None,
            total: self.gifter_total.filter(|total| *total > 0),
        };
        let part = self.chunk_details.map(|chunk| Part {
            gift_id: chunk.correlation_id,
            index: chunk.chunk_index,
            total: chunk.total_chunks,
        });
        Some(Report::new(None, What::Gift { gift, part }))
    }
}

#[derive(Deserialize)]
struct Reward {
    reward_title: String,
    user_id: Id,
    username: String,
    #[serde(default)]
    user_input: Option<String>,
}

impl Reward {
    fn report(self, channel: String) -> Option<Report> {
        let user = User {
            id: self.user_id.0,
            ..named(&self.username)?
        };
        let reward = RewardRedeemed {
            channel,
            redemption_id: None,
            // This way tells the title only.
            reward_id: String::new(),
            title: Some(self.reward_title),
            cost: None,
            user,
            input: self.user_input.filter(|input| !input.is_empty()),
            status: None,
        };
        Some(Report::new(None, What::Reward(reward)))
    }
}

#[derive(Deserialize)]
pub(super) struct Kicks {
    sender: Person,
    gift: KicksGift,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct KicksGift {
    amount: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    message: Option<String>,
}

impl Kicks {
    pub(super) fn report(self, channel: String) -> Option<Report> {
        let user = self.sender.user();
        let login = user.as_ref().map_or("", |user| user.login.as_str());
        let key = format!("kicks:{login}:{}:{}", self.gift.amount, self.gift.name);
        let time = self.created_at.as_deref().and_then(moment);
        let payload = Cheer {
            channel,
            user,
            amount: self.gift.amount,
            unit: "kicks".into(),
            text: self.message.or(self.gift.message).unwrap_or_default(),
        };
        Report::once(time, key, &payload)
    }
}

#[derive(Deserialize)]
struct Host {
    host_username: String,
    #[serde(default)]
    number_viewers: u32,
}

impl Host {
    fn report(self, channel: String) -> Option<Report> {
        let payload = Raid {
            channel,
            user: named(&self.host_username)?,
            viewers: self.number_viewers,
        };
        Report::once(None, format!("raid:{}", payload.user.login), &payload)
    }
}

#[derive(Deserialize)]
struct Pinned {
    message: Message,
}

/// Who may write: in events each mode is an object, in the page's description of a channel it is flat.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Mode {
    slow_mode: Slow,
    followers_mode: Followers,
    subscribers_mode: Switch,
    emotes_mode: Switch,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Slow {
    enabled: bool,
    message_interval: u32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Followers {
    enabled: bool,
    min_duration: u32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Switch {
    enabled: bool,
}

impl Mode {
    pub(super) fn told(&self, channel: String) -> ChatMode {
        let (slow, followers) = (&self.slow_mode, &self.followers_mode);
        ChatMode {
            channel,
            slow_seconds: if slow.enabled {
                slow.message_interval
            } else {
                0
            },
            followers_minutes: followers.enabled.then_some(followers.min_duration),
            subscribers_only: self.subscribers_mode.enabled,
            emotes_only: self.emotes_mode.enabled,
            unique: false,
        }
    }
}

#[derive(Deserialize)]
struct Started {
    livestream: Livestream,
}

#[derive(Deserialize)]
struct Livestream {
    #[serde(default)]
    session_title: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct Forecasts {
    prediction: Forecast,
}

#[derive(Deserialize)]
struct Forecast {
    id: Id,
    title: String,
    state: String,
    #[serde(default)]
    outcomes: Vec<Outcome>,
    #[serde(default)]
    winning_outcome_id: Option<Id>,
    created_at: String,
    /// In seconds.
    #[serde(default)]
    duration: Option<f64>,
    #[serde(default)]
    locked_at: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    id: Id,
    title: String,
    #[serde(default)]
    total_vote_amount: f64,
    #[serde(default)]
    vote_count: u32,
}

impl Forecast {
    fn report(self, channel: String) -> Option<Report> {
        let state = match self.state.to_ascii_uppercase().as_str() {
            "ACTIVE" => PredictionState::Open,
            "LOCKED" => PredictionState::Locked,
            "RESOLVED" => PredictionState::Resolved,
            "CANCELED" | "CANCELLED" => PredictionState::Canceled,
            _ => return None,
        };
        let started_at = moment(&self.created_at)?;
        let locked_at = self.locked_at.as_deref().and_then(moment);
        let planned = self.duration.map(|seconds| started_at + seconds * 1_000.0);
        let outcomes = self.outcomes.into_iter().map(|outcome| PredictionOutcome {
            id: outcome.id.0,
            title: outcome.title,
            users: outcome.vote_count,
            points: outcome.total_vote_amount,
        });
        Report::state(&Prediction {
            channel,
            id: self.id.0,
            title: self.title,
            outcomes: outcomes.collect(),
            state,
            winning_outcome_id: self.winning_outcome_id.map(|id| id.0),
            started_at,
            locks_at: locked_at.or(planned),
        })
    }
}

#[derive(Deserialize)]
struct RawGoal {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    target_value: f64,
    current_value: f64,
    #[serde(default)]
    status: String,
    #[serde(default)]
    achieved_at: Option<String>,
}

impl RawGoal {
    fn report(self, channel: String) -> Option<Report> {
        Report::state(&Goal {
            channel,
            id: self.id,
            kind: self.kind,
            description: String::new(),
            current: self.current_value,
            target: self.target_value,
            active: self.status == "active",
            achieved: self.achieved_at.is_some() || self.current_value >= self.target_value,
        })
    }
}

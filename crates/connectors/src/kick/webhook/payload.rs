//! Turns what webhooks carry into reports (docs.kick.com, Webhook Payloads).

use pato_events::catalogue::channel::{Follow, Gift, RedemptionStatus, RewardRedeemed};
use pato_events::catalogue::chat::{ChatMessage, ReplyParent, User};
use pato_events::catalogue::moderation::Banned;
use serde::Deserialize;

use crate::kick::emotes;
use crate::kick::people::{Id, Person, moment};
use crate::kick::report::{Report, StreamChange, What};
use crate::kick::translate::{Kicks, subscribed};

/// How long before its webhook something may have happened to count as new, in milliseconds.
const FRESH: f64 = 60_000.0;

/// What a webhook tells; none if it is nothing that Pato tells of, or of another channel.
///
/// # Errors
///
/// If it is not written as it should be.
pub(super) fn report(
    channel: &str,
    broadcaster: &str,
    event: &str,
    sent: f64,
    body: &[u8],
) -> Result<Option<Report>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Whose {
        broadcaster: Person,
    }
    let whose: Whose = serde_json::from_slice(body)?;
    if whose.broadcaster.id != Some(Id(broadcaster.to_owned())) {
        return Ok(None);
    }
    let channel = channel.to_owned();
    let time = Some(sent);
    Ok(match event {
        "chat.message.sent" => serde_json::from_slice::<Message>(body)?.report(channel),
        "channel.followed" => {
            let Followed { follower } = serde_json::from_slice(body)?;
            let user = follower.user();
            user.and_then(|user| Report::always(time, &Follow { channel, user }))
        }
        "channel.subscription.new" | "channel.subscription.renewal" => {
            let Subscribed {
                subscriber,
                duration,
            } = serde_json::from_slice(body)?;
            let user = subscriber.user();
            user.and_then(|user| subscribed(time, channel, user, duration))
        }
        "channel.subscription.gifts" => {
            serde_json::from_slice::<Gifts>(body)?.report(channel, time)
        }
        "channel.reward.redemption.updated" => {
            serde_json::from_slice::<Redemption>(body)?.report(channel, sent)
        }
        "kicks.gifted" => serde_json::from_slice::<Kicks>(body)?.report(channel),
        "moderation.banned" => serde_json::from_slice::<Ban>(body)?.report(channel, time),
        "livestream.status.updated" => {
            let status: Status = serde_json::from_slice(body)?;
            let change = StreamChange {
                live: Some(status.is_live),
                title: status.title,
                started_at: status.started_at.as_deref().and_then(moment),
                ..StreamChange::default()
            };
            Some(Report::new(time, What::Stream(change)))
        }
        "livestream.metadata.updated" => {
            let Updated { metadata } = serde_json::from_slice(body)?;
            let change = StreamChange {
                title: metadata.title,
                category: metadata.category.map(|category| category.name),
                language: metadata.language,
                ..StreamChange::default()
            };
            Some(Report::new(time, What::Stream(change)))
        }
        _ => None,
    })
}

#[derive(Deserialize)]
struct Message {
    message_id: String,
    #[serde(default)]
    replies_to: Option<Original>,
    sender: Person,
    #[serde(default)]
    content: String,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct Original {
    message_id: String,
    #[serde(default)]
    content: String,
    sender: Person,
}

impl Message {
    fn report(self, channel: String) -> Option<Report> {
        let (text, emotes) = emotes::take_out(&self.content);
        let mut message = ChatMessage::new(self.message_id, channel, self.sender.user()?, text);
        message.emotes = emotes;
        self.sender.decorate(&mut message);
        message.reply_to = self.replies_to.and_then(|original| {
            Some(ReplyParent {
                message_id: original.message_id,
                user: original.sender.user()?,
                text: emotes::take_out(&original.content).0,
            })
        });
        let time = self.created_at.as_deref().and_then(moment);
        Some(Report::new(time, What::Message(Box::new(message))))
    }
}

#[derive(Deserialize)]
struct Followed {
    follower: Person,
}

#[derive(Deserialize)]
struct Subscribed {
    subscriber: Person,
    /// In months, in all.
    #[serde(default)]
    duration: Option<u32>,
}

#[derive(Deserialize)]
struct Gifts {
    #[serde(default)]
    gifter: Option<Person>,
    giftees: Vec<Person>,
}

impl Gifts {
    fn report(self, channel: String, time: Option<f64>) -> Option<Report> {
        let recipients: Vec<User> = self.giftees.iter().filter_map(Person::user).collect();
        let gift = Gift {
            channel,
            user: self.gifter.and_then(|gifter| gifter.user()),
            count: u32::try_from(self.giftees.len())
                .ok()
                .filter(|count| *count > 0)?,
            recipients,
            tier: None,
            total: None,
        };
        Some(Report::new(time, What::Gift { gift, part: None }))
    }
}

#[derive(Deserialize)]
struct Redemption {
    id: String,
    #[serde(default)]
    user_input: Option<String>,
    status: String,
    redeemed_at: String,
    reward: Reward,
    redeemer: Person,
}

#[derive(Deserialize)]
struct Reward {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    cost: Option<u32>,
}

impl Redemption {
    fn report(self, channel: String, sent: f64) -> Option<Report> {
        let status = match self.status.as_str() {
            "pending" => RedemptionStatus::Open,
            "accepted" => RedemptionStatus::Fulfilled,
            "rejected" => RedemptionStatus::Refunded,
            _ => return None,
        };
        let redeemed_at = moment(&self.redeemed_at);
        let just_now = redeemed_at.is_some_and(|redeemed| (sent - redeemed).abs() < FRESH);
        // Some rewards need nobody to accept them.
        let fresh = match status {
            RedemptionStatus::Open => true,
            RedemptionStatus::Fulfilled => just_now,
            RedemptionStatus::Refunded => false,
        };
        let redeemed = RewardRedeemed {
            channel,
            redemption_id: Some(self.id),
            reward_id: self.reward.id,
            title: self.reward.title,
            cost: self.reward.cost,
            user: self.redeemer.user()?,
            input: self.user_input.filter(|input| !input.is_empty()),
            status: Some(status),
        };
        let time = if fresh { redeemed_at } else { Some(sent) };
        Some(Report::new(time, What::Redemption { redeemed, fresh }))
    }
}

#[derive(Deserialize)]
struct Ban {
    #[serde(default)]
    moderator: Option<Person>,
    banned_user: Person,
    metadata: BanDetails,
}

#[derive(Deserialize)]
struct BanDetails {
    #[serde(default)]
    reason: Option<String>,
    created_at: String,
    /// None for a ban without end.
    #[serde(default)]
    expires_at: Option<String>,
}

impl Ban {
    fn report(self, channel: String, time: Option<f64>) -> Option<Report> {
        let created = moment(&self.metadata.created_at)?;
        let seconds = match self.metadata.expires_at.as_deref() {
            None => None,
            Some(expires) => {
                let seconds = (moment(expires)? - created) / 1_000.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "clamped to what fits"
                )]
                let seconds = seconds.round().clamp(0.0, f64::from(u32::MAX)) as u32;
                Some(seconds)
            }
        };
        let payload = Banned {
            channel,
            user: self.banned_user.user()?,
            moderator: self.moderator.and_then(|moderator| moderator.user()),
            reason: self.metadata.reason.filter(|reason| !reason.is_empty()),
            seconds,
        };
        Report::once(time, format!("banned:{}", payload.user.id), &payload)
    }
}

#[derive(Deserialize)]
struct Status {
    is_live: bool,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    started_at: Option<String>,
}

#[derive(Deserialize)]
struct Updated {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    category: Option<Category>,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

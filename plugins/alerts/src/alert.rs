use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::channel::{
    Cheer, Donation, Follow, Gift, PowerUp, Raid, RewardRedeemed, ShoutoutReceived, Subscribe,
    WatchStreak,
};
use pato_sdk::catalogue::chat::User;
use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// The topics that can make an alert.
pub(crate) const TOPICS: [&str; 10] = [
    Follow::TOPIC,
    Subscribe::TOPIC,
    Gift::TOPIC,
    Cheer::TOPIC,
    PowerUp::TOPIC,
    Raid::TOPIC,
    RewardRedeemed::TOPIC,
    Donation::TOPIC,
    WatchStreak::TOPIC,
    ShoutoutReceived::TOPIC,
];

/// How many letters of a text are kept: of a message, and of a name.
const MESSAGE: usize = 300;
const NAME: usize = 100;

/// How many of those who received gifts are named.
pub(crate) const RECIPIENTS: usize = 20;

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Follow,
    Subscribe,
    Gift,
    Cheer,
    PowerUp,
    Raid,
    Reward,
    Donation,
    Streak,
    Shoutout,
}

impl Kind {
    /// Every kind, by the name that the user writes.
    pub(crate) const ALL: [(&'static str, Self); 10] = [
        ("follow", Self::Follow),
        ("subscribe", Self::Subscribe),
        ("gift", Self::Gift),
        ("cheer", Self::Cheer),
        ("power-up", Self::PowerUp),
        ("raid", Self::Raid),
        ("reward", Self::Reward),
        ("donation", Self::Donation),
        ("streak", Self::Streak),
        ("shoutout", Self::Shoutout),
    ];

    pub(crate) fn parse(name: &str) -> Result<Self> {
        let name = name.trim();
        let found = Self::ALL.iter().find(|(own, _)| *own == name);
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let names = Self::ALL.iter().map(|(name, _)| *name);
            let near = pato_sdk::nearest(name, names.clone());
            Error::Invalid(match near {
                Some(near) => format!("`{name}` is no kind of alert; did you mean `{near}`?"),
                None => {
                    let all: Vec<_> = names.collect();
                    format!("`{name}` is no kind of alert; there are {}", all.join(", "))
                }
            })
        })
    }
}

/// One alert: what is published as `alerts.show`, and what is kept until it was shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alert {
    /// Counts up; the same in `alerts.show` and `alerts.done`.
    pub(crate) id: u32,
    pub(crate) kind: Kind,
    /// What to show, with all places filled.
    pub(crate) text: String,
    /// For how many seconds.
    pub(crate) seconds: u32,
    /// Who did it; none means anonymously.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<User>,
    /// How much: bits, gifts, viewers, points, money, streams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<f64>,
    /// Of what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) months: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) streak: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tier: Option<String>,
    /// The title of the reward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reward: Option<String>,
    /// What the person wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// Who received gifts, as far as it is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) recipients: Vec<String>,
    /// The connector that it came from.
    pub(crate) service: String,
    pub(crate) channel: String,
    /// When it happened, in milliseconds since the epoch.
    pub(crate) time: f64,
    /// Nobody really did it.
    #[serde(default)]
    pub(crate) simulated: bool,
    #[serde(default)]
    pub(crate) replayed: bool,
    /// Whether overlays make no sound.
    #[serde(default)]
    pub(crate) quiet: bool,
    /// The alert that this one shows once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replay_of: Option<u32>,
}

/// What an event means for alerts.
pub(crate) enum News {
    /// One alert.
    Alert(Alert),
    /// Part of what may be one alert of several gifts.
    Gift { alert: Alert, named: u32 },
    /// A subscription that somebody was given; a gift tells by whom.
    Received(Alert),
}

impl Alert {
    /// An alert of which no more is known.
    pub(crate) fn of(kind: Kind) -> Self {
        Self {
            id: 0,
            kind,
            text: String::new(),
            seconds: 0,
            user: None,
            amount: None,
            unit: None,
            months: None,
            streak: None,
            tier: None,
            reward: None,
            message: None,
            recipients: Vec::new(),
            service: String::new(),
            channel: String::new(),
            time: 0.0,
            simulated: false,
            replayed: false,
            quiet: false,
            replay_of: None,
        }
    }

    fn from_event(event: &Event, kind: Kind, channel: &str, user: Option<User>) -> Self {
        let user = user.map(|user| User {
            id: cut(&user.id, NAME),
            login: cut(&user.login, NAME),
            name: cut(&user.name, NAME),
        });
        Self {
            service: event.source.clone(),
            channel: cut(channel, NAME),
            user,
            time: event.time,
            simulated: event.flags.simulated,
            replayed: event.flags.replayed,
            ..Self::of(kind)
        }
    }

    pub(crate) fn amounts_to(mut self, amount: impl Into<f64>, unit: &str) -> Self {
        self.amount = Some(amount.into());
        self.unit = Some(cut(unit, NAME));
        self
    }

    pub(crate) fn says(mut self, message: Option<String>) -> Self {
        let message = message.filter(|text| !text.trim().is_empty());
        self.message = message.map(|text| cut(&text, MESSAGE));
        self
    }

    /// How many gifts it tells of.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of gifts was a `u32` before, and a cast of a float saturates"
    )]
    pub(crate) fn gifts(&self) -> u32 {
        match self.kind {
            Kind::Gift => self.amount.unwrap_or(1.0) as u32,
            _ => 0,
        }
    }
}

/// What the event says, if it is one of [`TOPICS`].
pub(crate) fn read(event: &Event) -> Result<Option<News>> {
    let alert = |kind, channel, user| Alert::from_event(event, kind, channel, user);
    let alert = match event.topic.as_str() {
        Follow::TOPIC => {
            let follow: Follow = event.json()?;
            alert(Kind::Follow, &follow.channel, Some(follow.user))
        }
        Subscribe::TOPIC => {
            let subscribe: Subscribe = event.json()?;
            let mut alert = alert(Kind::Subscribe, &subscribe.channel, Some(subscribe.user));
            (alert.months, alert.streak) = (subscribe.months, subscribe.streak);
            alert.tier = subscribe.tier.map(|tier| cut(&tier, NAME));
            let alert = alert.says(subscribe.text);
            if subscribe.gifted {
                return Ok(Some(News::Received(alert)));
            }
            alert
        }
        Gift::TOPIC => {
            let gift: Gift = event.json()?;
            let named = u32::try_from(gift.recipients.len()).unwrap_or(u32::MAX);
            let mut alert = alert(Kind::Gift, &gift.channel, gift.user)
                .amounts_to(gift.count.max(named).max(1), "subscriptions");
            alert.tier = gift.tier.map(|tier| cut(&tier, NAME));
            let names = gift.recipients.iter().map(|user| cut(&user.name, NAME));
            alert.recipients = names.take(RECIPIENTS).collect();
            return Ok(Some(News::Gift { alert, named }));
        }
        Cheer::TOPIC => {
            let cheer: Cheer = event.json()?;
            alert(Kind::Cheer, &cheer.channel, cheer.user)
                .amounts_to(cheer.amount, &cheer.unit)
                .says(Some(cheer.text))
        }
        PowerUp::TOPIC => {
            let power_up: PowerUp = event.json()?;
            alert(Kind::PowerUp, &power_up.channel, Some(power_up.user))
                .amounts_to(power_up.amount, &power_up.unit)
                .says(power_up.text)
        }
        Raid::TOPIC => {
            let raid: Raid = event.json()?;
            alert(Kind::Raid, &raid.channel, Some(raid.user)).amounts_to(raid.viewers, "viewers")
        }
        RewardRedeemed::TOPIC => {
            let redeemed: RewardRedeemed = event.json()?;
            let mut alert = alert(Kind::Reward, &redeemed.channel, Some(redeemed.user));
            if let Some(cost) = redeemed.cost {
                alert = alert.amounts_to(cost, "points");
            }
            let reward = redeemed.title.unwrap_or(redeemed.reward_id);
            alert.reward = Some(cut(&reward, NAME));
            alert.says(redeemed.input)
        }
        Donation::TOPIC => {
            let donation: Donation = event.json()?;
            alert(Kind::Donation, &donation.channel, Some(donation.user))
                .amounts_to(donation.amount.value, &donation.amount.currency)
        }
        WatchStreak::TOPIC => {
            let streak: WatchStreak = event.json()?;
            alert(Kind::Streak, &streak.channel, Some(streak.user))
                .amounts_to(streak.streams, "streams")
                .says(streak.text)
        }
        ShoutoutReceived::TOPIC => {
            let shoutout: ShoutoutReceived = event.json()?;
            let alert = alert(Kind::Shoutout, &shoutout.channel, Some(shoutout.user));
            match shoutout.viewers {
                Some(viewers) => alert.amounts_to(viewers, "viewers"),
                None => alert,
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(News::Alert(alert)))
}

/// The beginning of a text, so that what waits stays small whatever people write.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut letters = text.chars();
    let mut cut: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use pato_sdk::testing;

    use super::*;

    #[test]
    fn an_alert_stays_small_whatever_people_write() {
        let long = "\u{1F986}".repeat(10_000);
        let user = User {
            id: long.clone(),
            login: long.clone(),
            name: long.clone(),
        };
        let event = testing::event(&Gift {
            channel: long.clone(),
            user: Some(user.clone()),
            recipients: vec![user; 1000],
            count: 1,
            tier: Some(long),
            total: None,
        });
        let Some(News::Gift { alert, named }) = read(&event).unwrap() else {
            panic!("a gift is a gift");
        };
        assert_eq!((named, alert.gifts()), (1000, 1000));
        assert!(json!(alert).to_string().len() < 12_000);
    }
}

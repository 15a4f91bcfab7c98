//! What one of the ways to read reports, before it is known whether another has reported it too.

use pato_events::Payload;
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::channel::{Gift, RewardRedeemed};
use pato_events::catalogue::chat::ChatMessage;

/// Something that was reported.
#[derive(Debug, Clone)]
pub(super) struct Report {
    /// When it happened, if told, in milliseconds since the epoch.
    pub(super) time: Option<f64>,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Message(Box<ChatMessage>),
    /// Has no id; reports with the same key by different ways are of the same thing.
    Once {
        key: String,
        told: Told,
    },
    /// Is reported by one way only.
    Always(Told),
    /// How something stands, which counts only if it has changed.
    State(Told),
    Gift {
        gift: Gift,
        part: Option<Part>,
    },
    /// A reward, by the way that tells neither its id nor the redemption's.
    Reward(RewardRedeemed),
    /// A redemption with its ids. `fresh` if it was made only now.
    Redemption {
        redeemed: RewardRedeemed,
        fresh: bool,
    },
    Stream(StreamChange),
}

/// A payload on its way to become an event.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) topic: &'static str,
    pub(super) stateful: bool,
    pub(super) data: Payload,
}

/// Which part of a gift that comes in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) gift_id: String,
    pub(super) index: u32,
    pub(super) total: u32,
}

/// What is known anew of the stream; what is not told stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct StreamChange {
    pub(super) live: Option<bool>,
    pub(super) title: Option<String>,
    pub(super) category: Option<String>,
    pub(super) language: Option<String>,
    pub(super) started_at: Option<f64>,
}

impl Told {
    /// None if the payload can't be written, which its type rules out.
    pub(super) fn new<T: TopicPayload>(payload: &T) -> Option<Self> {
        Some(Self {
            topic: T::TOPIC,
            stateful: T::STATEFUL,
            data: Payload::from_value(payload).ok()?,
        })
    }
}

impl Report {
    pub(super) fn new(time: Option<f64>, what: What) -> Self {
        Self { time, what }
    }

    pub(super) fn once<T: TopicPayload>(
        time: Option<f64>,
        key: String,
        payload: &T,
    ) -> Option<Self> {
        let told = Told::new(payload)?;
        Some(Self::new(time, What::Once { key, told }))
    }

    pub(super) fn state<T: TopicPayload>(payload: &T) -> Option<Self> {
        Some(Self::new(None, What::State(Told::new(payload)?)))
    }

    pub(super) fn always<T: TopicPayload>(time: Option<f64>, payload: &T) -> Option<Self> {
        Some(Self::new(time, What::Always(Told::new(payload)?)))
    }
}

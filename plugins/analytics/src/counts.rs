use std::collections::{BTreeMap, VecDeque};

use pato_sdk::catalogue::channel::{Cheer, Follow, Gift, Raid, Subscribe};
use pato_sdk::catalogue::{TopicPayload, stream::StreamViewers};
use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::distinct::Distinct;
use crate::frequent::{Count, Frequent};

/// How many channels, and how many units of cheers, are known at once.
const CHANNELS: usize = 50;
const UNITS: usize = 4;

/// How many letters of a unit are kept.
const LETTERS: usize = 12;

/// The topics that change [`Totals`].
pub(crate) const SUPPORT: [&str; 5] = [
    Follow::TOPIC,
    Subscribe::TOPIC,
    Gift::TOPIC,
    Cheer::TOPIC,
    Raid::TOPIC,
];

/// What people gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Totals {
    follows: u32,
    /// New ones that people paid for themselves.
    subscriptions: u32,
    resubscriptions: u32,
    /// Subscriptions that were given to others.
    gifts: u32,
    /// By their units.
    cheers: BTreeMap<String, u32>,
    raids: u32,
    /// How many viewers came with them.
    raiders: u32,
}

impl Totals {
    /// What was given, by its names, in the order in which it is shown.
    pub(crate) fn bars(&self) -> Vec<(String, u32)> {
        let fixed = [
            ("Follows", self.follows),
            ("Subscriptions", self.subscriptions),
            ("Renewals", self.resubscriptions),
            ("Gifts", self.gifts),
            ("Raids", self.raids),
            ("Raiders", self.raiders),
        ];
        let fixed = fixed.map(|(name, count)| (name.to_owned(), count));
        let cheers = self.cheers.iter().map(|(unit, sum)| (unit.clone(), *sum));
        fixed.into_iter().chain(cheers).collect()
    }

    /// Counts what happened.
    pub(crate) fn count(&mut self, event: &Event) -> Result<()> {
        let add = |sum: &mut u32, more: u32| *sum = sum.saturating_add(more);
        match event.topic.as_str() {
            Follow::TOPIC => add(&mut self.follows, 1),
            Subscribe::TOPIC => {
                let subscribe: Subscribe = event.json()?;
                match (subscribe.gifted, subscribe.months) {
                    // Its giver's `channel.gift` counts.
                    (true, _) => {}
                    (false, Some(2..)) => add(&mut self.resubscriptions, 1),
                    (false, _) => add(&mut self.subscriptions, 1),
                }
            }
            Gift::TOPIC => add(&mut self.gifts, event.json::<Gift>()?.count),
            Cheer::TOPIC => {
                let cheer: Cheer = event.json()?;
                let unit: String = cheer.unit.chars().take(LETTERS).collect();
                if self.cheers.len() < UNITS || self.cheers.contains_key(&unit) {
                    add(self.cheers.entry(unit).or_default(), cheer.amount);
                } else {
                    warn!("cheers in {unit} are not counted: too many units");
                }
            }
            Raid::TOPIC => {
                add(&mut self.raids, 1);
                add(&mut self.raiders, event.json::<Raid>()?.viewers);
            }
            _ => {}
        }
        Ok(())
    }
}

/// How many watch.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Viewers {
    /// By their places.
    channels: BTreeMap<String, u32>,
    peak: u32,
    /// Of each minute, for the average.
    sum: u64,
    minutes: u32,
}

impl Viewers {
    pub(crate) fn tell(&mut self, place: String, viewers: &StreamViewers) {
        if self.channels.len() < CHANNELS || self.channels.contains_key(&place) {
            self.channels.insert(place, viewers.viewers);
            self.peak = self.peak.max(self.now());
        }
    }

    pub(crate) fn leave(&mut self, place: &str) {
        self.channels.remove(place);
    }

    pub(crate) fn leave_all(&mut self) {
        self.channels.clear();
    }

    pub(crate) fn now(&self) -> u32 {
        let sum = |sum: u32, viewers: &u32| sum.saturating_add(*viewers);
        self.channels.values().fold(0, sum)
    }

    pub(crate) fn end_minute(&mut self) {
        self.sum = self.sum.saturating_add(self.now().into());
        self.minutes = self.minutes.saturating_add(1);
    }

    /// Begins anew; who watches now goes on watching.
    pub(crate) fn reset(&mut self) {
        let channels = std::mem::take(&mut self.channels);
        *self = Self {
            channels,
            ..Self::default()
        };
        self.peak = self.now();
    }

    pub(crate) fn json(&self) -> Value {
        let average = self.sum.checked_div(self.minutes.into());
        json!({
            "now": self.now(),
            "peak": self.peak,
            "average": average.unwrap_or_else(|| self.now().into()),
            "channels": self.channels,
        })
    }
}

/// Who writes how much.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Chat {
    messages: u64,
    chatters: Frequent,
    distinct: Distinct,
    /// How many messages came in each second of the last minute.
    #[serde(skip)]
    recent: VecDeque<(f64, u32)>,
}

/// The payload of `analytics.chat`.
#[derive(Serialize)]
struct ChatStats<'a> {
    messages: u64,
    messages_per_minute: u32,
    chatters: u32,
    /// Whether the number of chatters is an estimate.
    chatters_estimated: bool,
    top: Vec<Count<'a>>,
}

impl Chat {
    pub(crate) fn count(&mut self, name: &str, now: f64) {
        self.messages = self.messages.saturating_add(1);
        self.chatters.add(name);
        self.distinct.add(name);
        let second = (now / 1000.0).floor();
        match self.recent.back_mut() {
            Some((last, count)) if second - *last < 0.5 => *count = count.saturating_add(1),
            _ => self.recent.push_back((second, 1)),
        }
        self.forget(second);
    }

    /// Forgets what is older than a minute, or from before the clock was set back.
    fn forget(&mut self, second: f64) {
        let within = |(one, _): &(f64, u32)| (0.0..60.0).contains(&(second - one));
        self.recent.retain(within);
    }

    pub(crate) fn json(&mut self, top: usize, now: f64) -> Value {
        self.forget((now / 1000.0).floor());
        let exact = self.chatters.distinct();
        json!(ChatStats {
            messages: self.messages,
            messages_per_minute: self.recent.iter().map(|(_, count)| count).sum(),
            chatters: exact.unwrap_or_else(|| self.distinct.estimate()),
            chatters_estimated: exact.is_none(),
            top: self.chatters.top(top),
        })
    }
}

//! Where all reports come together: what several ways report is told once, what comes in parts is put
//! together, and what Pato itself did is marked as such.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pato_events::catalogue::channel::{Gift, RedemptionStatus, RedemptionUpdated};
use pato_events::catalogue::chat::ChatMessage;
use pato_events::catalogue::stream::StreamStatus;
use pato_events::{Draft, Event, EventId, Flags, Payload, Topic};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::report::{Part, Report, StreamChange, Told, What};
use super::seen::{Seen, Way};
use super::{Kick, lock};
use crate::connector::Environment;
use crate::pause::until;

/// How many things may wait for their other half; more are told at once.
const MOST_WAITING: usize = 256;

/// How long something that Pato did may take to come back.
const EXPECTED: Duration = Duration::from_secs(30);

/// The event that led to something, with its depth.
type Cause = Option<(EventId, u8)>;

pub(super) struct Intake {
    environment: Environment,
    channel: String,
    /// The account's handle and its user's id.
    account: Option<(Arc<str>, String)>,
    pairing: Duration,
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    seen: Seen,
    /// What is told at its time, unless something better comes before.
    waiting: Vec<Waiting>,
    gifts: HashMap<(Way, String), Parts>,
    /// What Pato did and what it led from, by the key of its report.
    expected: HashMap<String, (Cause, Instant)>,
    /// Messages of the account that came while one was being sent.
    aside: Vec<(Way, Option<f64>, ChatMessage)>,
    sending: usize,
    states: HashMap<&'static str, Payload>,
    stream: StreamChange,
    webhooks: bool,
}

struct Waiting {
    at: Instant,
    key: String,
    draft: Draft,
}

struct Parts {
    at: Instant,
    total: u32,
    time: Option<f64>,
    gifts: BTreeMap<u32, Gift>,
}

impl Intake {
    pub(super) fn new(
        environment: Environment,
        channel: String,
        account: Option<(Arc<str>, String)>,
        pairing: Duration,
    ) -> Self {
        Self {
            environment,
            channel,
            account,
            pairing,
            inner: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Whether webhooks tell of redemptions, too.
    pub(super) fn expect_webhooks(&self, expected: bool) {
        lock(&self.inner).webhooks = expected;
    }

    /// Takes a report.
    pub(super) fn take(&self, way: &Way, report: Report) {
        let Report { time, what } = report;
        let mut inner = lock(&self.inner);
        match what {
            What::Message(message) => self.message(&mut inner, way, time, *message),
            What::Once { key, told } => {
                if inner.seen.is_first(&key, way) {
                    self.tell(&mut inner, Some(&key), time, told);
                }
            }
            What::Always(told) => self.tell(&mut inner, None, time, told),
            What::State(told) => {
                let last = inner.states.insert(told.topic, told.data.clone());
                if last.as_ref() != Some(&told.data) {
                    self.tell(&mut inner, None, time, told);
                }
            }
            What::Gift { gift, part: None } => self.gift(&mut inner, way, time, gift),
            What::Gift {
                gift,
                part: Some(part),
            } => self.part(&mut inner, way, time, gift, part),
            What::Reward(reward) => {
                let key = reward_key(&reward.user.id, reward.title.as_deref());
                if inner.seen.is_first(&key, way)
                    && let Some(told) = Told::new(&reward)
                {
                    match inner.webhooks {
                        true => self.wait(&mut inner, key, time, told),
                        false => self.tell(&mut inner, Some(&key), time, told),
                    }
                }
            }
            What::Redemption { redeemed, fresh } => {
                let id = redeemed.redemption_id.clone().unwrap_or_default();
                let known = !inner.seen.is_new(&format!("redemption:{id}"), way);
                if known || !fresh {
                    let status = redeemed.status.unwrap_or(RedemptionStatus::Open);
                    let updated = RedemptionUpdated {
                        channel: redeemed.channel,
                        redemption_id: id,
                        reward_id: redeemed.reward_id,
                        title: redeemed.title,
                        user: redeemed.user,
                        status,
                    };
                    if status != RedemptionStatus::Open
                        && let Some(told) = Told::new(&updated)
                    {
                        self.tell(&mut inner, None, time, told);
                    }
                    return;
                }
                let key = reward_key(&redeemed.user.id, redeemed.title.as_deref());
                let waited = inner.waiting.iter().position(|waiting| waiting.key == key);
                let first = inner.seen.is_first(&key, way);
                if let Some(index) = waited {
                    inner.waiting.remove(index);
                }
                if (first || waited.is_some())
                    && let Some(told) = Told::new(&redeemed)
                {
                    self.tell(&mut inner, Some(&key), time, told);
                }
            }
            What::Stream(change) => self.stream(&mut inner, time, change),
        }
    }

    fn message(&self, inner: &mut Inner, way: &Way, time: Option<f64>, message: ChatMessage) {
        let own = self
            .account
            .as_ref()
            .is_some_and(|(_, id)| *id == message.user.id);
        if own && inner.sending > 0 && inner.aside.len() < MOST_WAITING {
            // Kick's answer to the sending will say whether it is that one.
            inner.aside.push((Arc::clone(way), time, message));
            return;
        }
        let key = message_key(&message.message_id);
        let waited = inner.waiting.iter().position(|waiting| waiting.key == key);
        if let Some(index) = waited {
            inner.waiting.remove(index);
        } else if !inner.seen.is_new(&key, way) {
            return;
        }
        if let Some(told) = Told::new(&message) {
            self.tell(inner, Some(&key), time, told);
        }
    }

    fn gift(&self, inner: &mut Inner, way: &Way, time: Option<f64>, mut gift: Gift) {
        let giver = gift
            .user
            .as_ref()
            .map_or("", |user| user.login.as_str())
            .to_owned();
        if gift.recipients.is_empty() {
            if !inner
                .seen
                .is_first(&format!("gifts:{giver}:{}", gift.count), way)
            {
                return;
            }
        } else {
            // Ways may divide one gift differently, so each recipient counts alone.
            let named = u32::try_from(gift.recipients.len()).unwrap_or(u32::MAX);
            let unnamed = gift.count.saturating_sub(named);
            let seen = &mut inner.seen;
            gift.recipients.retain(|recipient| {
                seen.is_first(&format!("gift:{giver}:{}", recipient.login), way)
            });
            if gift.recipients.is_empty() {
                return;
            }
            let left = u32::try_from(gift.recipients.len()).unwrap_or(u32::MAX);
            gift.count = left.saturating_add(unnamed);
        }
        if let Some(told) = Told::new(&gift) {
            self.tell(inner, None, time, told);
        }
    }

    fn part(&self, inner: &mut Inner, way: &Way, time: Option<f64>, gift: Gift, part: Part) {
        let key = (Arc::clone(way), part.gift_id);
        if !inner.gifts.contains_key(&key) && inner.gifts.len() >= MOST_WAITING {
            return self.gift(inner, way, time, gift);
        }
        let parts = inner.gifts.entry(key.clone()).or_insert_with(|| Parts {
            at: Instant::now() + self.pairing,
            total: part.total,
            time,
            gifts: BTreeMap::new(),
        });
        parts.gifts.insert(part.index, gift);
        if parts.gifts.len() >= parts.total as usize {
            if let Some(parts) = inner.gifts.remove(&key) {
                self.assembled(inner, &key.0, parts);
            }
        } else {
            self.changed.notify_one();
        }
    }

    /// Tells of a gift as far as its parts have come: all of them, or those of its time.
    fn assembled(&self, inner: &mut Inner, way: &Way, parts: Parts) {
        let whole = parts.gifts.into_values().reduce(|mut whole, gift| {
            whole.recipients.extend(gift.recipients);
            whole.count = whole.count.saturating_add(gift.count);
            whole.total = whole.total.max(gift.total);
            whole
        });
        if let Some(gift) = whole {
            self.gift(inner, way, parts.time, gift);
        }
    }

    fn stream(&self, inner: &mut Inner, time: Option<f64>, change: StreamChange) {
        let known = &mut inner.stream;
        known.live = change.live.or(known.live);
        known.title = change.title.or(known.title.take());
        known.category = change.category.or(known.category.take());
        known.language = change.language.or(known.language.take());
        known.started_at = match known.live {
            Some(true) => change.started_at.or(known.started_at),
            _ => None,
        };
        let Some(live) = known.live else { return };
        let status = StreamStatus {
            channel: self.channel.clone(),
            live,
            title: known.title.clone(),
            category: known.category.clone(),
            tags: None,
            language: known.language.clone(),
            started_at: known.started_at,
        };
        let Some(told) = Told::new(&status) else {
            return;
        };
        let last = inner.states.insert(told.topic, told.data.clone());
        if last.as_ref() != Some(&told.data) {
            self.tell(inner, None, time, told);
        }
    }

    fn wait(&self, inner: &mut Inner, key: String, time: Option<f64>, told: Told) {
        let Some(draft) = self.draft(time, told) else {
            return;
        };
        if inner.waiting.len() >= MOST_WAITING {
            return self.publish(draft);
        }
        let at = Instant::now() + self.pairing;
        inner.waiting.push(Waiting { at, key, draft });
        self.changed.notify_one();
    }

    fn tell(&self, inner: &mut Inner, key: Option<&str>, time: Option<f64>, told: Told) {
        let Some(mut draft) = self.draft(time, told) else {
            return;
        };
        let expected = key.and_then(|key| inner.expected.remove(key));
        if let Some((cause, _)) = expected.filter(|(_, until)| *until > Instant::now()) {
            draft.flags = own();
            draft.cause = cause;
        }
        self.publish(draft);
    }

    fn draft(&self, time: Option<f64>, told: Told) -> Option<Draft> {
        let mut draft = Draft::new(Topic::new(told.topic).ok()?, Kick::ID, told.data);
        draft.account = self.account.as_ref().map(|(handle, _)| Arc::clone(handle));
        draft.stateful = told.stateful;
        draft.time = time;
        Some(draft)
    }

    fn publish(&self, draft: Draft) {
        if let Err(error) = self.environment.bus.publish(draft) {
            tracing::warn!(%error, "an event of Kick was not published");
        }
    }

    /// Tells what has waited long enough, for as long as it is polled.
    pub(super) async fn run(&self) {
        loop {
            let next = {
                let inner = lock(&self.inner);
                let waiting = inner.waiting.iter().map(|waiting| waiting.at);
                let gifts = inner.gifts.values().map(|parts| parts.at);
                waiting.chain(gifts).min()
            };
            tokio::select! {
                () = until(next) => self.tell_due(Instant::now()),
                () = self.changed.notified() => {}
            }
        }
    }

    /// Tells all that still waits, because nothing more will come.
    pub(super) fn finish(&self) {
        self.tell_due(Instant::now() + self.pairing);
    }

    fn tell_due(&self, now: Instant) {
        let mut inner = lock(&self.inner);
        inner.expected.retain(|_, (_, until)| *until > now);
        let (due, waiting) = std::mem::take(&mut inner.waiting)
            .into_iter()
            .partition::<Vec<_>, _>(|waiting| waiting.at <= now);
        inner.waiting = waiting;
        for waiting in due {
            self.publish(waiting.draft);
        }
        let keys = inner.gifts.iter().filter(|(_, parts)| parts.at <= now);
        let keys: Vec<_> = keys.map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(parts) = inner.gifts.remove(&key) {
                self.assembled(&mut inner, &key.0, parts);
            }
        }
    }

    /// Marks the report with this key, when it comes, as of something that Pato did.
    pub(super) fn expect(&self, key: String, cause: Option<&Event>) {
        let mut inner = lock(&self.inner);
        let now = Instant::now();
        inner.expected.retain(|_, (_, until)| *until > now);
        if inner.expected.len() < MOST_WAITING {
            let until = now + EXPECTED;
            inner.expected.insert(key, (cause.map(cause_of), until));
        }
    }

    /// It was not done after all.
    pub(super) fn expect_no_more(&self, key: &str) {
        lock(&self.inner).expected.remove(key);
    }

    /// A message is about to be sent. Until the answer is dropped, messages of the account wait.
    pub(super) fn sending(&self) -> Sending<'_> {
        lock(&self.inner).sending += 1;
        Sending { intake: self }
    }
}

/// A message is being sent.
pub(super) struct Sending<'a> {
    intake: &'a Intake,
}

impl Sending<'_> {
    /// Kick has taken the message. `comes_back` says whether Kick will report it; if it does not, or not
    /// in time, what Pato knows of it is told.
    pub(super) fn sent(&self, message: &ChatMessage, cause: Option<&Event>, comes_back: bool) {
        let intake = self.intake;
        let mut inner = lock(&intake.inner);
        let inner = &mut *inner;
        let key = message_key(&message.message_id);
        let until = Instant::now() + EXPECTED;
        let cause = cause.map(cause_of);
        inner.expected.insert(key.clone(), (cause.clone(), until));
        let came = inner
            .aside
            .iter()
            .position(|(_, _, came)| came.message_id == message.message_id);
        if let Some(index) = came {
            let (way, time, message) = inner.aside.swap_remove(index);
            if inner.seen.is_new(&key, &way)
                && let Some(told) = Told::new(&message)
            {
                intake.tell(inner, Some(&key), time, told);
            }
            return;
        }
        let own_way: Way = "own".into();
        let Some(told) = Told::new(message) else {
            return;
        };
        if !inner.seen.is_new(&key, &own_way) {
            return;
        }
        if !comes_back || inner.waiting.len() >= MOST_WAITING {
            return intake.tell(inner, Some(&key), None, told);
        }
        if let Some(mut draft) = intake.draft(None, told) {
            draft.flags = own();
            draft.cause = cause;
            let at = Instant::now() + intake.pairing;
            inner.waiting.push(Waiting { at, key, draft });
            intake.changed.notify_one();
        }
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        let mut inner = lock(&self.intake.inner);
        inner.sending = inner.sending.saturating_sub(1);
        if inner.sending == 0 {
            for (way, time, message) in std::mem::take(&mut inner.aside) {
                self.intake.message(&mut inner, &way, time, message);
            }
        }
    }
}

fn own() -> Flags {
    Flags {
        own: true,
        ..Flags::default()
    }
}

fn cause_of(event: &Event) -> (EventId, u8) {
    (event.id.clone(), event.depth)
}

fn message_key(id: &str) -> String {
    format!("message:{id}")
}

fn reward_key(user: &str, title: Option<&str>) -> String {
    format!("reward:{user}:{}", title.unwrap_or_default())
}

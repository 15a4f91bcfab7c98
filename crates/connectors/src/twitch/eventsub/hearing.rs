//! Takes messages in: each once, none that is old, and publishes what they say.

use std::sync::atomic::Ordering;

use pato_events::Draft;

use super::frame::Notification;
use super::reconcile::{Found, Redemption};
use super::translate::Translator;
use super::translate::points::redemption_key;
use crate::twitch::Counters;
use crate::twitch::acting::Acting;
use crate::twitch::draft::draft;
use crate::twitch::recent::Recent;

/// How many messages and things are remembered; a busy channel makes as many in some minutes.
const REMEMBERED: usize = 16_384;

/// What is older is not told, in milliseconds: it could have been recorded and sent again. See
/// <https://dev.twitch.tv/docs/eventsub/handling-websocket-events/#replay-attacks>.
const OLDEST: f64 = 600_000.0;

/// By how much Twitch may name a redemption earlier than it tells of it, in milliseconds.
const LATENESS: f64 = 60_000.0;

/// What was heard. Outlives connections, so that nothing is told twice and no redemption is missed.
pub(crate) struct Hearing<'a> {
    acting: &'a Acting,
    counters: &'a Counters,
    pub(super) translator: Translator,
    seen: Recent,
    /// By how much the clock of this machine is ahead of Twitch's, in milliseconds.
    ahead: f64,
    /// Up to when nothing was missed, by Twitch's clock: from the first greeting on.
    pub(super) complete_until: Option<f64>,
    /// How much earlier than that a redemption may have been made and not been told of.
    lateness: f64,
    /// Whether no redemption can be missed now.
    covering: bool,
}

impl<'a> Hearing<'a> {
    pub(crate) fn new(acting: &'a Acting, counters: &'a Counters) -> Self {
        Self {
            acting,
            counters,
            translator: Translator::default(),
            seen: Recent::new(REMEMBERED),
            ahead: 0.0,
            complete_until: None,
            lateness: 0.0,
            covering: false,
        }
    }

    /// A connection begins, at that time of Twitch's clock.
    pub(super) fn begin(&mut self, time: f64) {
        // A machine whose clock is wrong must not take all that is new for old.
        self.ahead = self.acting.environment.clock.now() - time;
        self.covering = false;
        self.complete_until.get_or_insert(time);
        self.translator.active.clear();
    }

    /// Twitch said something at that time of its clock.
    pub(super) fn at(&mut self, time: f64) {
        self.translator.now = time;
        if self.covering {
            self.complete_until = self.complete_until.map(|until| until.max(time));
        }
    }

    pub(super) fn count_message(&self) {
        self.counters.lines.fetch_add(1, Ordering::Relaxed);
    }

    /// A message that is none.
    pub(super) fn malformed(&self, error: &dyn std::fmt::Display) {
        let number = self.counters.malformed.fetch_add(1, Ordering::Relaxed) + 1;
        // Told at the first, second, fourth … so that garbage does not fill the log.
        if number.is_power_of_two() {
            tracing::warn!(%error, number, "a message from Twitch is left out");
        }
    }

    /// Something happened.
    pub(super) fn notification(&mut self, id: &str, time: f64, notification: &Notification<'_>) {
        if !self.seen.insert(id) {
            self.counters.duplicates.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let now = self.acting.environment.clock.now() - self.ahead;
        if now - time > OLDEST {
            self.counters.old.fetch_add(1, Ordering::Relaxed);
            tracing::debug!(id, "a message from Twitch is too old to be told");
            return;
        }
        let kind = &notification.subscription.kind;
        let events = match self.translator.events(notification) {
            Ok(Some(events)) => events,
            Ok(None) => {
                tracing::debug!(kind, "an event of Twitch is not known here");
                return;
            }
            Err(error) => return self.malformed(&format_args!("`{kind}`: {error}")),
        };
        if events.key.is_some_and(|key| !self.seen.insert(&key)) {
            self.counters.duplicates.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut drafts = events.drafts;
        for draft in &mut drafts {
            draft.time = Some(time);
        }
        if let Some(seconds) = events.slow {
            self.acting.learn_slow(seconds);
        }
        let drafts = match events.chatter {
            Some(chatter) => {
                self.acting.learn_roles(&chatter.user_id, &chatter.roles);
                self.acting.own.hear(chatter, drafts)
            }
            None => drafts,
        };
        self.acting.publish(drafts);
    }

    /// What was found out by asking.
    pub(super) fn found(&mut self, found: Found) {
        let mut drafts: Vec<Draft> = Vec::new();
        if let Some(stream) = found.stream {
            if self.translator.stream.as_ref() != Some(&stream) {
                drafts.extend(draft(&stream));
            }
            self.translator.stream = Some(stream);
        }
        drafts.extend(found.poll.iter().filter_map(draft));
        drafts.extend(found.prediction.iter().filter_map(draft));
        if let Some(redemptions) = found.redemptions {
            drafts.extend(self.missed(redemptions));
        }
        self.acting.publish(drafts);
    }

    /// The redemptions that nobody has told of. Those from before the first greeting are older than this
    /// run: they are remembered only.
    fn missed(&mut self, redemptions: Vec<Redemption>) -> Vec<Draft> {
        let from = self.complete_until.unwrap_or(f64::INFINITY) - self.lateness;
        let mut drafts = Vec::new();
        for redemption in redemptions {
            let id = redemption.event.redemption_id.as_deref();
            let new = self.seen.insert(&redemption_key(id.unwrap_or_default()));
            if new && redemption.time >= from {
                let mut draft = draft(&redemption.event);
                if let Some(draft) = &mut draft {
                    draft.time = Some(redemption.time);
                }
                drafts.extend(draft);
            }
        }
        self.covering = true;
        self.lateness = LATENESS;
        self.at(self.translator.now);
        drafts
    }
}

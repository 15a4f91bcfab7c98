use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pato_sdk::prelude::*;
use pato_sdk::storage::Transaction;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Kind};
use crate::gifts::Gifts;

/// How many alerts wait at most: at seven seconds each, some eight hours of them.
pub(crate) const MOST: usize = 4000;

/// How many alerts are stored in one transaction, which must not become too large for the host.
const AT_ONCE: usize = 200;

/// How many events are remembered, so that none makes two alerts.
const SEEN: usize = 1000;

/// The place of the first alert; others come after it, and what is shown once more before.
const FIRST: u32 = 1 << 31;

const STATE: &str = "state";
const ALERTS: &str = "alert/";

/// What waits and what is shown, in memory and in storage.
#[derive(Default)]
pub(crate) struct Queue {
    /// By their places.
    alerts: BTreeMap<u32, Alert>,
    pub(crate) state: State,
    /// How important kinds are, as the settings have it.
    ranks: BTreeMap<Kind, u8>,
    /// The places that differ from storage.
    unstored: BTreeSet<u32>,
}

/// What is kept beside the alerts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) paused: bool,
    pub(crate) gifts: Gifts,
    /// How many found the queue full.
    pub(crate) left_out: u32,
    /// The place of the alert that is shown.
    showing: Option<u32>,
    last: Option<Alert>,
    last_id: u32,
    seen: VecDeque<String>,
}

impl Queue {
    /// Reads what is stored. What cannot be read is logged and left where it is.
    pub(crate) fn read() -> Result<Self> {
        let mut queue = Self::default();
        match storage::get(STATE) {
            Ok(state) => queue.state = state.unwrap_or_default(),
            Err(Error::Invalid(error)) => error!("what is stored as `{STATE}` is lost: {error}"),
            Err(error) => return Err(error),
        }
        let mut after: Option<String> = None;
        loop {
            let keys = storage::keys(ALERTS, after.as_deref())?;
            for key in &keys {
                queue.read_alert(key);
            }
            match keys.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        queue.put_back();
        Ok(queue)
    }

    /// What was shown when the plugin ended is the next to be shown, in full.
    fn put_back(&mut self) {
        if let Some(place) = self.state.showing.take()
            && let Some(alert) = self.alerts.remove(&place)
        {
            self.unstored.insert(place);
            let place = self.place_before();
            self.alerts.insert(place, alert);
            self.unstored.insert(place);
        }
    }

    fn read_alert(&mut self, key: &str) {
        let place = key
            .strip_prefix(ALERTS)
            .and_then(|place| place.parse().ok());
        match (place, storage::get::<Alert>(key)) {
            (Some(place), Ok(Some(alert))) => {
                self.state.last_id = self.state.last_id.max(alert.id);
                self.alerts.insert(place, alert);
            }
            (_, Err(error)) => error!("the alert stored as `{key}` is lost: {error}"),
            _ => error!("the alert stored as `{key}` is lost: its place is no number"),
        }
    }

    /// Stores what changed. What could not be stored is tried again the next time.
    pub(crate) fn commit(&mut self) -> Result<()> {
        let key = |place: u32| format!("{ALERTS}{place:010}");
        let (alerts, unstored) = (&self.alerts, &mut self.unstored);
        let mut changes = Transaction::new();
        // What goes makes room for what comes.
        for place in unstored.iter().filter(|place| !alerts.contains_key(place)) {
            changes = changes.delete(&key(*place));
        }
        loop {
            let next: Vec<u32> = unstored
                .iter()
                .filter(|place| alerts.contains_key(place))
                .take(AT_ONCE)
                .copied()
                .collect();
            for place in &next {
                if let Some(alert) = alerts.get(place) {
                    changes = changes.set(&key(*place), alert)?;
                }
            }
            // With the last of them goes the rest, so that an event counts as seen no earlier than
            // its alert is stored.
            let last = next.len() < AT_ONCE;
            if last {
                changes = changes.set(STATE, &self.state)?;
            }
            std::mem::take(&mut changes).commit()?;
            unstored.retain(|place| alerts.contains_key(place) && !next.contains(place));
            if last {
                return Ok(());
            }
        }
    }

    /// Whether the event is new; remembers it.
    pub(crate) fn is_new(&mut self, event: &str) -> bool {
        let seen = &mut self.state.seen;
        if seen.iter().any(|one| one == event) {
            return false;
        }
        if seen.len() >= SEEN {
            seen.pop_front();
        }
        seen.push_back(event.to_owned());
        true
    }

    /// Adds an alert as the last one.
    pub(crate) fn push(&mut self, alert: Alert) {
        let last = self.alerts.keys().next_back();
        let place = last.map_or(FIRST, |last| last.saturating_add(1).max(FIRST));
        self.insert(place, alert);
    }

    /// Adds the last alert that was shown as the next one.
    pub(crate) fn replay(&mut self) -> Result<u32> {
        let Some(last) = self.state.last.clone() else {
            return Err(Error::NotFound("no alert was shown yet".into()));
        };
        let replay_of = Some(last.replay_of.unwrap_or(last.id));
        self.insert(self.place_before(), Alert { replay_of, ..last });
        Ok(self.state.last_id)
    }

    fn place_before(&self) -> u32 {
        let first = self.alerts.keys().next();
        first
            .map_or(FIRST, |first| *first.min(&FIRST))
            .saturating_sub(1)
    }

    fn insert(&mut self, place: u32, mut alert: Alert) {
        if self.alerts.len() >= MOST {
            self.state.left_out = self.state.left_out.saturating_add(1);
            warn!("{MOST} alerts wait already; left out: {}", alert.text);
            return;
        }
        self.state.last_id = self.state.last_id.saturating_add(1);
        alert.id = self.state.last_id;
        self.alerts.insert(place, alert);
        self.unstored.insert(place);
    }

    /// What is shown, or is as soon as that is possible.
    pub(crate) fn showing(&self) -> Option<&Alert> {
        self.alerts.get(&self.state.showing?)
    }

    /// Makes the next one the one that is shown.
    pub(crate) fn show_next(&mut self, quiet: bool) {
        if self.showing().is_none() {
            let first = self
                .alerts
                .iter()
                .min_by_key(|(place, alert)| self.order(**place, alert));
            self.state.showing = first.map(|(place, _)| *place);
        }
        let showing = self.state.showing;
        if let Some(alert) = showing.and_then(|place| self.alerts.get_mut(&place)) {
            alert.quiet = quiet;
        }
    }

    /// Takes out what is shown, and remembers it as the last.
    pub(crate) fn end(&mut self) -> Option<&Alert> {
        let place = self.state.showing.take()?;
        let alert = self.alerts.remove(&place)?;
        self.unstored.insert(place);
        Some(self.state.last.insert(alert))
    }

    pub(crate) fn set_ranks(&mut self, ranks: &BTreeMap<Kind, u8>) {
        self.ranks.clone_from(ranks);
    }

    /// What comes first is the smallest: what is shown once more, what is more important, what is older.
    fn order(&self, place: u32, alert: &Alert) -> (bool, Reverse<u8>, u32) {
        let waits = place >= FIRST;
        let rank = self.ranks.get(&alert.kind).filter(|_| waits);
        (waits, Reverse(rank.copied().unwrap_or(0)), place)
    }

    /// How many wait.
    pub(crate) fn count(&self) -> usize {
        self.alerts.len() - usize::from(self.showing().is_some())
    }

    /// What waits, the next one first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Alert> {
        let showing = self.state.showing;
        let mut waiting: Vec<_> = self
            .alerts
            .iter()
            .filter(|(place, _)| Some(**place) != showing)
            .collect();
        waiting.sort_by_key(|(place, alert)| self.order(**place, alert));
        waiting.into_iter().map(|(_, alert)| alert)
    }

    /// Throws away what waits; answers how many.
    pub(crate) fn clear(&mut self) -> usize {
        let before = self.alerts.len();
        self.state.left_out = 0;
        let (showing, unstored) = (self.state.showing, &mut self.unstored);
        self.alerts.retain(|place, _| {
            let keep = Some(*place) == showing;
            if !keep {
                unstored.insert(*place);
            }
            keep
        });
        before - self.alerts.len() + self.state.gifts.clear()
    }
}

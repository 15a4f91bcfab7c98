use std::cmp::Reverse;
use std::collections::BTreeMap;

use pato_events::Timestamp;

use crate::alert::CheckedAlert;
use crate::error::SurfaceError;
use crate::limits::Limits;

/// Between two alerts, so that one is seen to go before the next comes. In milliseconds.
pub const ALERT_GAP: f64 = 300.0;

/// The alerts of one overlay: one at a time is on screen, while at least one page shows the overlay.
///
/// The host is the clock: it calls [`poll`](Self::poll) whenever [`next_deadline`](Self::next_deadline) has
/// come and after every call here, and tells pages and plugin of each [`AlertChange`], in order. If the last
/// page goes before half of an alert's time, as when OBS is restarted, the alert waits again, before all
/// others, and is shown from its beginning when a page comes; after half of it, it counts as seen.
///
/// Times are milliseconds since the epoch. A clock that is set back makes the alert on screen begin anew
/// instead of standing for hours.
#[derive(Debug)]
pub struct AlertQueue {
    waiting: BTreeMap<Order, Entry>,
    shown: Option<(Order, Entry, Timestamp)>,
    /// Nothing is shown before.
    rest_until: Timestamp,
    watchers: usize,
    pushed: u64,
    /// Of all that wait.
    bytes: usize,
    most: usize,
    most_bytes: usize,
}

/// Which alert is first: one that was on screen already, one with more priority, the older one.
type Order = (Reverse<bool>, Reverse<u8>, u64);

#[derive(Debug)]
struct Entry {
    id: String,
    alert: CheckedAlert,
}

/// What is on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShownAlert<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it is.
    pub alert: &'a CheckedAlert,
    /// When it began, in milliseconds since the epoch.
    pub began: Timestamp,
}

/// What became of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertChange {
    /// It is on screen now; perhaps again, after [`Returned`](Self::Returned).
    Shown(String),
    /// Its time passed, or it was skipped.
    Finished(String),
    /// The last page went too early; it waits again.
    Returned(String),
}

impl AlertQueue {
    /// An empty one, which no page shows.
    pub fn new(limits: &Limits) -> Self {
        Self {
            waiting: BTreeMap::new(),
            shown: None,
            rest_until: 0.0,
            watchers: 0,
            pushed: 0,
            bytes: 0,
            most: limits.alerts,
            most_bytes: limits.alerts_bytes,
        }
    }

    /// Lets an alert wait, under an id that no other has.
    ///
    /// # Errors
    ///
    /// [`SurfaceError::QueueFull`] if too many wait, or too large ones.
    pub fn push(&mut self, id: String, alert: CheckedAlert) -> Result<(), SurfaceError> {
        if self.waiting.len() >= self.most || self.bytes + alert.bytes() > self.most_bytes {
            return Err(SurfaceError::QueueFull {
                waiting: self.waiting.len(),
            });
        }
        let order = (Reverse(false), Reverse(alert.priority()), self.pushed);
        self.pushed += 1;
        self.wait(order, Entry { id, alert });
        Ok(())
    }

    fn wait(&mut self, order: Order, entry: Entry) {
        self.bytes += entry.alert.bytes();
        self.waiting.insert(order, entry);
    }

    /// Ends the alert on screen; `None` if there is none.
    pub fn skip(&mut self, now: Timestamp) -> Option<AlertChange> {
        let (_, entry, _) = self.shown.take()?;
        self.rest_until = now + ALERT_GAP;
        Some(AlertChange::Finished(entry.id))
    }

    /// Throws away the alerts that wait, and answers with their ids. The one on screen stays.
    pub fn clear(&mut self) -> Vec<String> {
        self.bytes = 0;
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_values().map(|entry| entry.id).collect()
    }

    /// So many pages show the overlay now.
    pub fn watchers(&mut self, count: usize, now: Timestamp) -> Option<AlertChange> {
        self.watchers = count;
        if count > 0 {
            return None;
        }
        let (order, entry, began) = self.shown.take()?;
        self.rest_until = now + ALERT_GAP;
        let id = entry.id.clone();
        if now - began >= entry.alert.duration() / 2.0 {
            return Some(AlertChange::Finished(id));
        }
        let (_, priority, age) = order;
        self.wait((Reverse(true), priority, age), entry);
        Some(AlertChange::Returned(id))
    }

    /// What time brings: the alert on screen ends, and after a gap the next comes.
    pub fn poll(&mut self, now: Timestamp) -> Vec<AlertChange> {
        let mut changes = Vec::new();
        if let Some((_, entry, began)) = &mut self.shown {
            if now < *began {
                *began = now;
            }
            if now >= *began + entry.alert.duration() {
                changes.extend(self.skip(now));
            }
        }
        // A clock that was set back does not keep the next one waiting.
        self.rest_until = self.rest_until.min(now + ALERT_GAP);
        if self.shown.is_none()
            && self.watchers > 0
            && now >= self.rest_until
            && let Some((order, entry)) = self.waiting.pop_first()
        {
            self.bytes = self.bytes.saturating_sub(entry.alert.bytes());
            changes.push(AlertChange::Shown(entry.id.clone()));
            self.shown = Some((order, entry, now));
        }
        changes
    }

    /// When to call [`poll`](Self::poll) next, in milliseconds since the epoch; perhaps that has passed.
    /// `None` means that nothing happens without another call.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match &self.shown {
            Some((_, entry, began)) => Some(began + entry.alert.duration()),
            None if self.watchers > 0 && !self.waiting.is_empty() => Some(self.rest_until),
            None => None,
        }
    }

    /// The alert on screen.
    pub fn shown(&self) -> Option<ShownAlert<'_>> {
        let (_, Entry { id, alert }, began) = self.shown.as_ref()?;
        Some(ShownAlert {
            id,
            alert,
            began: *began,
        })
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

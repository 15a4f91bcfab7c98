//! Events that are a plugin's but not in its mailbox: under way, to be delivered again, or the state of
//! topics that it just subscribed to.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use pato_events::{Event, EventId};

/// After so many traps on the same event it is dropped.
const STRIKES: u8 = 2;

/// How many events are remembered as having struck.
const MAX_STRUCK: usize = 4_096;

/// Why events are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Origin {
    /// They happened.
    #[default]
    News,
    /// The plugin trapped before it had finished the batch that held them.
    Redelivery,
    /// They are how things stand.
    Snapshot,
}

/// Events beside the mailbox.
#[derive(Default)]
pub(crate) struct Backlog {
    /// What the call under way was given.
    pub(crate) batch: Vec<Arc<Event>>,
    pub(crate) origin: Origin,
    again: VecDeque<Arc<Event>>,
    snapshots: VecDeque<Arc<Event>>,
    /// How often the plugin trapped while it had the event.
    struck: HashMap<EventId, u8>,
}

impl Backlog {
    /// Puts what is to be delivered before the mailbox into the batch; false if there is nothing.
    ///
    /// Events that were part of a batch that trapped come one by one, so that the culprit is found.
    pub(crate) fn next(&mut self, at_most: usize) -> bool {
        self.batch.clear();
        while let Some(event) = self.snapshots.front() {
            let struck = self.struck.contains_key(&event.id);
            if self.batch.len() >= at_most || (struck && !self.batch.is_empty()) {
                break;
            }
            self.batch.extend(self.snapshots.pop_front());
            if struck {
                break;
            }
        }
        if !self.batch.is_empty() {
            self.origin = Origin::Snapshot;
            return true;
        }
        self.origin = Origin::Redelivery;
        self.batch.extend(self.again.pop_front());
        !self.batch.is_empty()
    }

    /// Adds the state of topics that the plugin subscribed to.
    pub(crate) fn add_snapshots(&mut self, events: Vec<Arc<Event>>) {
        let struck = &self.struck;
        let fit = |event: &Arc<Event>| struck.get(&event.id).is_none_or(|count| *count < STRIKES);
        self.snapshots.extend(events.into_iter().filter(fit));
    }

    /// The call ended well.
    pub(crate) fn handled(&mut self) {
        for event in self.batch.drain(..) {
            self.struck.remove(&event.id);
        }
    }

    /// The call trapped. Returns what is given up.
    pub(crate) fn trapped(&mut self) -> Vec<Arc<Event>> {
        // A new Store subscribes anew, and gets how things stand then.
        self.snapshots.clear();
        if self.struck.len() > MAX_STRUCK {
            self.struck.clear();
        }
        let mut poison = Vec::new();
        for event in self.batch.drain(..).rev() {
            let strikes = self.struck.entry(event.id.clone()).or_default();
            *strikes += 1;
            if *strikes >= STRIKES {
                poison.push(event);
            } else if self.origin != Origin::Snapshot {
                self.again.push_front(event);
            }
        }
        poison.reverse();
        poison
    }

    /// The plugin is to have only what `keep` says.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Event) -> bool) {
        self.again.retain(|event| keep(event));
        self.snapshots.retain(|event| keep(event));
    }

    /// What was taken out of the mailbox and has not been handled, in the order it came.
    pub(crate) fn unread(&mut self) -> Vec<Arc<Event>> {
        let mut unread = match self.origin {
            Origin::Snapshot => Vec::new(),
            Origin::News | Origin::Redelivery => std::mem::take(&mut self.batch),
        };
        unread.extend(self.again.drain(..));
        unread
    }

    /// How many wait.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.again.len() + self.snapshots.len()
    }
}

#[cfg(test)]
mod tests {
    use pato_events::{Flags, Payload, Topic};

    use super::*;

    fn event(id: &str) -> Arc<Event> {
        Arc::new(Event {
            id: EventId::new(id),
            topic: Topic::new("chat.message").unwrap(),
            source: "twitch".into(),
            account: None,
            time: 0.0,
            cause: None,
            depth: 0,
            flags: Flags::default(),
            stateful: false,
            data: Payload::empty(),
        })
    }

    fn ids(events: &[Arc<Event>]) -> Vec<&str> {
        events.iter().map(|event| event.id.as_str()).collect()
    }

    #[test]
    fn after_a_trap_a_batch_comes_again_one_by_one_and_the_culprit_is_dropped() {
        let mut backlog = Backlog {
            batch: ["1", "2", "3"].map(event).to_vec(),
            ..Backlog::default()
        };
        assert!(backlog.trapped().is_empty());
        assert!(backlog.next(64));
        assert_eq!(
            (ids(&backlog.batch), backlog.origin),
            (vec!["1"], Origin::Redelivery)
        );
        backlog.handled();
        assert!(backlog.next(64));
        assert_eq!(ids(&backlog.batch), ["2"]);
        assert_eq!(ids(&backlog.trapped()), ["2"]);
        assert!(backlog.next(64));
        assert_eq!(ids(&backlog.batch), ["3"]);
        backlog.handled();
        assert!(!backlog.next(64));
        assert_eq!(backlog.len(), 0);
    }

    #[test]
    fn unread_is_what_came_from_the_mailbox_and_is_not_handled() {
        let mut backlog = Backlog {
            batch: ["1", "2", "3"].map(event).to_vec(),
            ..Backlog::default()
        };
        backlog.trapped();
        backlog.add_snapshots(vec![event("0")]);
        assert!(backlog.next(64));
        assert_eq!(ids(&backlog.unread()), ["1", "2", "3"]);
        assert!(backlog.unread().is_empty());
    }

    #[test]
    fn a_snapshot_that_strikes_twice_is_not_delivered_a_third_time() {
        let mut backlog = Backlog::default();
        backlog.add_snapshots(["1", "2"].map(event).to_vec());
        assert!(backlog.next(64));
        assert_eq!(
            (ids(&backlog.batch), backlog.origin),
            (vec!["1", "2"], Origin::Snapshot)
        );
        assert!(backlog.trapped().is_empty());
        assert!(!backlog.next(64), "a new Store gets a new snapshot");
        backlog.add_snapshots(["1", "2"].map(event).to_vec());
        assert!(backlog.next(64));
        assert_eq!(ids(&backlog.trapped()), ["1"]);
        backlog.add_snapshots(["1", "2"].map(event).to_vec());
        assert!(backlog.next(64));
        assert_eq!(ids(&backlog.batch), ["2"]);
        backlog.handled();
    }
}

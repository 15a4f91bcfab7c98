use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use pato_events::{Pattern, Topic};

use crate::inbox::Inbox;

/// For so many topics the matching inboxes are remembered.
const MEMO_TOPICS: usize = 1_024;

/// Finds the inboxes that want a topic: a trie over the segments of the patterns, and before it a memo
/// of the topics seen since the last change of a subscription.
#[derive(Default)]
pub(crate) struct Index {
    root: Node,
    memo: HashMap<Topic, Arc<[Arc<Inbox>]>>,
    subscribers: BTreeMap<u64, Subscriber>,
}

struct Subscriber {
    inbox: Arc<Inbox>,
    patterns: BTreeSet<Pattern>,
    /// While nothing is delivered to it: the number of the latest event that was, if any.
    held: Option<u64>,
}

/// What may follow after some segments. Inboxes go by their number, so that leaving is cheap too.
#[derive(Default)]
struct Node {
    literal: HashMap<Box<str>, Node>,
    star: Option<Box<Node>>,
    /// Those whose pattern ends here.
    here: BTreeMap<u64, Arc<Inbox>>,
    /// Those whose pattern ends here with `**`.
    rest: BTreeMap<u64, Arc<Inbox>>,
}

impl Index {
    pub(crate) fn insert(&mut self, number: u64, inbox: Arc<Inbox>) {
        let subscriber = Subscriber {
            inbox,
            patterns: BTreeSet::new(),
            held: None,
        };
        self.subscribers.insert(number, subscriber);
    }

    /// Delivers nothing to the inbox until it is released; `latest` is the number of the latest event.
    pub(crate) fn hold(&mut self, number: u64, latest: u64) {
        if let Some(subscriber) = self.subscribers.get_mut(&number)
            && subscriber.held.is_none()
        {
            subscriber.held = Some(latest);
            self.memo.clear();
            for pattern in &subscriber.patterns {
                self.root.remove(pattern.segments(), number);
            }
        }
    }

    /// Delivers to the inbox again, and says after which event it was held; none if it was not.
    pub(crate) fn release(&mut self, number: u64) -> Option<u64> {
        let subscriber = self.subscribers.get_mut(&number)?;
        let since = subscriber.held.take()?;
        self.memo.clear();
        for pattern in &subscriber.patterns {
            let inbox = subscriber.inbox.clone();
            self.root.add(pattern.segments(), number, inbox);
        }
        Some(since)
    }

    pub(crate) fn is_held(&self, number: u64) -> bool {
        let subscriber = self.subscribers.get(&number);
        subscriber.is_some_and(|known| known.held.is_some())
    }

    pub(crate) fn remove(&mut self, number: u64) {
        if let Some(subscriber) = self.subscribers.remove(&number) {
            self.memo.clear();
            for pattern in &subscriber.patterns {
                self.root.remove(pattern.segments(), number);
            }
        }
    }

    /// False if the inbox has that pattern already, or is not here any more.
    pub(crate) fn add_pattern(&mut self, number: u64, pattern: Pattern) -> bool {
        let Some(subscriber) = self.subscribers.get_mut(&number) else {
            return false;
        };
        if subscriber.patterns.contains(&pattern) {
            return false;
        }
        if subscriber.held.is_none() {
            self.memo.clear();
            let inbox = subscriber.inbox.clone();
            self.root.add(pattern.segments(), number, inbox);
        }
        subscriber.patterns.insert(pattern)
    }

    /// False if the inbox has no such pattern.
    pub(crate) fn remove_pattern(&mut self, number: u64, pattern: &Pattern) -> bool {
        let Some(subscriber) = self.subscribers.get_mut(&number) else {
            return false;
        };
        let removed = subscriber.patterns.remove(pattern);
        if removed {
            self.memo.clear();
            self.root.remove(pattern.segments(), number);
        }
        removed
    }

    pub(crate) fn patterns(&self, number: u64) -> impl Iterator<Item = &Pattern> {
        let subscriber = self.subscribers.get(&number);
        subscriber.into_iter().flat_map(|known| &known.patterns)
    }

    /// Every pattern, as often as it is subscribed to.
    pub(crate) fn all_patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.subscribers.values().flat_map(|known| &known.patterns)
    }

    pub(crate) fn inboxes(&self) -> impl ExactSizeIterator<Item = &Arc<Inbox>> {
        self.subscribers.values().map(|known| &known.inbox)
    }

    /// How many patterns there are in all.
    pub(crate) fn subscriptions(&self) -> usize {
        self.all_patterns().count()
    }

    /// Each inbox with a pattern that selects `topic`, once, the longest subscribed first.
    pub(crate) fn matching(&mut self, topic: &Topic) -> Arc<[Arc<Inbox>]> {
        if let Some(known) = self.memo.get(topic) {
            return known.clone();
        }
        let mut found = BTreeMap::new();
        let segments: Vec<&str> = topic.segments().collect();
        self.root.collect(&segments, &mut found);
        let matching: Arc<[_]> = found.into_values().cloned().collect();
        if self.memo.len() >= MEMO_TOPICS {
            self.memo.clear();
        }
        self.memo.insert(topic.clone(), matching.clone());
        matching
    }
}

impl Node {
    fn add<'a>(
        &mut self,
        mut segments: impl Iterator<Item = &'a str>,
        number: u64,
        inbox: Arc<Inbox>,
    ) {
        let ends = match segments.next() {
            None => &mut self.here,
            Some("**") => &mut self.rest,
            Some("*") => {
                return self
                    .star
                    .get_or_insert_default()
                    .add(segments, number, inbox);
            }
            Some(name) => {
                let next = self.literal.entry(name.into()).or_default();
                return next.add(segments, number, inbox);
            }
        };
        ends.insert(number, inbox);
    }

    /// Branches that lead nowhere any more go too.
    fn remove<'a>(&mut self, mut segments: impl Iterator<Item = &'a str>, number: u64) {
        match segments.next() {
            None => {
                self.here.remove(&number);
            }
            Some("**") => {
                self.rest.remove(&number);
            }
            Some("*") => {
                if let Some(next) = &mut self.star {
                    next.remove(segments, number);
                    if next.is_empty() {
                        self.star = None;
                    }
                }
            }
            Some(name) => {
                if let Some(next) = self.literal.get_mut(name) {
                    next.remove(segments, number);
                    if next.is_empty() {
                        self.literal.remove(name);
                    }
                }
            }
        }
    }

    fn collect<'n>(&'n self, segments: &[&str], found: &mut BTreeMap<u64, &'n Arc<Inbox>>) {
        let Some((name, segments)) = segments.split_first() else {
            found.extend(self.here.iter().map(|(number, inbox)| (*number, inbox)));
            return;
        };
        found.extend(self.rest.iter().map(|(number, inbox)| (*number, inbox)));
        if let Some(next) = &self.star {
            next.collect(segments, found);
        }
        if let Some(next) = self.literal.get(*name) {
            next.collect(segments, found);
        }
    }

    fn is_empty(&self) -> bool {
        self.literal.is_empty()
            && self.star.is_none()
            && self.here.is_empty()
            && self.rest.is_empty()
    }
}

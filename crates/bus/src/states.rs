use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pato_events::{Event, Pattern, Topic};

/// The latest event of each stateful (topic, source, account), bounded by count.
///
/// Beyond the bound the oldest state *of the source that keeps the most* goes: a plugin that publishes
/// states without end pushes out its own, not those of the connectors.
pub(crate) struct States {
    by_topic: BTreeMap<Topic, HashMap<Speaker, Kept>>,
    by_source: HashMap<Arc<str>, BTreeMap<u64, Arc<Event>>>,
    count: usize,
    bound: usize,
    evicted: u64,
}

type Speaker = (Arc<str>, Option<Arc<str>>);

/// An event and its number in the order of the bus.
type Kept = (u64, Arc<Event>);

impl States {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            by_topic: BTreeMap::new(),
            by_source: HashMap::new(),
            count: 0,
            bound,
            evicted: 0,
        }
    }

    pub(crate) fn keep(&mut self, sequence: u64, event: &Arc<Event>) {
        let of_source = self.by_source.entry(event.source.clone()).or_default();
        of_source.insert(sequence, event.clone());
        let before = self
            .by_topic
            .entry(event.topic.clone())
            .or_default()
            .insert(speaker(event), (sequence, event.clone()));
        match before {
            Some((old, _)) => {
                of_source.remove(&old);
            }
            None => self.count += 1,
        }
        if self.count > self.bound {
            self.evict_one(&event.source);
        }
    }

    /// The states that `pattern` selects, in no particular order.
    pub(crate) fn matching(&self, pattern: &Pattern) -> Vec<Kept> {
        let literal = pattern
            .is_literal()
            .then(|| self.by_topic.get(pattern.as_str()));
        match literal {
            Some(states) => states
                .into_iter()
                .flat_map(HashMap::values)
                .cloned()
                .collect(),
            None => self
                .by_topic
                .iter()
                .filter(|(topic, _)| pattern.matches(topic))
                .flat_map(|(_, states)| states.values().cloned())
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Among sources that keep equally many, the one that publishes just now gives way.
    fn evict_one(&mut self, publishing: &Arc<str>) {
        let largest = self
            .by_source
            .iter_mut()
            .max_by(|(one, of_one), (other, of_other)| {
                of_one.len().cmp(&of_other.len()).then_with(|| {
                    match (*one == publishing, *other == publishing) {
                        (true, false) => Ordering::Greater,
                        (false, true) => Ordering::Less,
                        _ => one.cmp(other),
                    }
                })
            });
        let Some((_, of_source)) = largest else {
            return;
        };
        let Some((_, event)) = of_source.pop_first() else {
            return;
        };
        if of_source.is_empty() {
            self.by_source.remove(&event.source);
        }
        if let Some(states) = self.by_topic.get_mut(&event.topic) {
            states.remove(&speaker(&event));
            if states.is_empty() {
                self.by_topic.remove(&event.topic);
            }
        }
        self.count -= 1;
        self.evicted += 1;
    }
}

fn speaker(event: &Event) -> Speaker {
    (event.source.clone(), event.account.clone())
}

//! Keeps what comes many times a second to a pace that plugins and overlays can use.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use pato_events::Draft;
use tokio::time::Instant;

/// The least time between two events of one stream: 20 a second.
pub(super) const GAP: Duration = Duration::from_millis(50);

/// How many streams are paced at once. What comes beyond is let through as it is; OBS would have to
/// tell of as many items and inputs within one [`GAP`].
const MOST: usize = 1_024;

/// Paces streams of events. A stream is one topic about one thing: an item, an input, or all meters.
///
/// Of what comes too fast the latest waits for its turn and the others are dropped, so that the last of
/// a movement is always told, at most one [`GAP`] late.
#[derive(Default)]
pub(super) struct Throttle {
    /// What waits in each stream that had an event within the last gap.
    waiting: HashMap<Arc<str>, Option<Draft>>,
    /// When it is whose turn, soonest first. Each stream stands here once.
    turns: VecDeque<(Instant, Arc<str>)>,
}

impl Throttle {
    /// The draft, if it may be published now.
    pub(super) fn offer(&mut self, stream: &str, draft: Draft, now: Instant) -> Option<Draft> {
        if let Some(waiting) = self.waiting.get_mut(stream) {
            *waiting = Some(draft);
            return None;
        }
        if self.waiting.len() < MOST {
            let stream: Arc<str> = stream.into();
            self.turns.push_back((now + GAP, Arc::clone(&stream)));
            self.waiting.insert(stream, None);
        }
        Some(draft)
    }

    /// When [`take_due`](Self::take_due) wants to be called; none if nothing is paced.
    pub(super) fn due(&self) -> Option<Instant> {
        self.turns.front().map(|(time, _)| *time)
    }

    /// What may be published now.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Draft> {
        let mut due = Vec::new();
        while let Some((_, stream)) = self.turns.pop_front_if(|(time, _)| *time <= now) {
            match self.waiting.get_mut(&stream).and_then(Option::take) {
                Some(draft) => {
                    due.push(draft);
                    self.turns.push_back((now + GAP, stream));
                }
                None => {
                    self.waiting.remove(&stream);
                }
            }
        }
        due
    }

    /// All that waits, for the end of the connection.
    pub(super) fn take_all(&mut self) -> Vec<Draft> {
        let turns = std::mem::take(&mut self.turns);
        let waiting = turns
            .into_iter()
            .filter_map(|(_, stream)| self.waiting.remove(&stream).flatten());
        waiting.collect()
    }
}

#[cfg(test)]
mod tests {
    use pato_events::{Payload, Topic};
    use proptest::prelude::*;

    use super::*;

    fn draft(number: u64) -> Draft {
        let topic = Topic::new("obs.input-volume-meters").unwrap();
        let data = Payload::parse(&format!("{{\"number\":{number}}}")).unwrap();
        Draft::new(topic, "obs", data)
    }

    fn number(draft: &Draft) -> u64 {
        let data: serde_json::Value = draft.data.read().unwrap();
        data["number"].as_u64().unwrap()
    }

    #[test]
    fn the_first_comes_at_once_and_of_the_rest_the_latest_a_gap_later() {
        let begin = Instant::now();
        let mut throttle = Throttle::default();
        assert!(throttle.offer("meters", draft(0), begin).is_some());
        for late in 1..10 {
            let now = begin + Duration::from_millis(late);
            assert!(throttle.offer("meters", draft(late), now).is_none());
        }
        assert!(throttle.offer("item 7", draft(100), begin).is_some());
        assert_eq!(throttle.due(), Some(begin + GAP));
        let numbers: Vec<_> = throttle.take_due(begin + GAP).iter().map(number).collect();
        assert_eq!(numbers, [9]);
        // Nothing came meanwhile: both are forgotten, and the next comes at once.
        assert!(throttle.take_due(begin + GAP * 2).is_empty());
        assert!(throttle.waiting.is_empty() && throttle.due().is_none());
        assert!(
            throttle
                .offer("meters", draft(11), begin + GAP * 2)
                .is_some()
        );
    }

    #[test]
    fn what_waits_is_not_lost_at_the_end() {
        let now = Instant::now();
        let mut throttle = Throttle::default();
        for stream in ["a", "b"] {
            throttle.offer(stream, draft(1), now);
            throttle.offer(stream, draft(2), now);
        }
        assert_eq!(throttle.take_all().len(), 2);
        assert!(throttle.waiting.is_empty() && throttle.due().is_none());
    }

    #[test]
    fn a_flood_of_streams_is_let_through_and_takes_no_more_memory() {
        let now = Instant::now();
        let mut throttle = Throttle::default();
        for stream in 0..10 * MOST {
            assert!(throttle.offer(&stream.to_string(), draft(0), now).is_some());
        }
        assert_eq!((throttle.waiting.len(), throttle.turns.len()), (MOST, MOST));
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_and_never_without_the_last(
            pauses in prop::collection::vec(0_u64..120, 1..200),
        ) {
            let begin = Instant::now();
            let mut now = begin;
            let mut throttle = Throttle::default();
            let mut told = Vec::new();
            for (count, pause) in pauses.iter().enumerate() {
                let next = now + Duration::from_millis(*pause);
                while let Some(due) = throttle.due().filter(|due| *due <= next) {
                    told.extend(throttle.take_due(due).iter().map(|draft| (due, number(draft))));
                }
                now = next;
                let number = count as u64;
                if throttle.offer("meters", draft(number), now).is_some() {
                    told.push((now, number));
                }
            }
            while let Some(due) = throttle.due() {
                told.extend(throttle.take_due(due).iter().map(|draft| (due, number(draft))));
            }
            prop_assert_eq!(told.last().unwrap().1, pauses.len() as u64 - 1);
            for pair in told.windows(2) {
                prop_assert!(pair[1].0 >= pair[0].0 + GAP, "{:?}", pair);
                prop_assert!(pair[1].1 > pair[0].1);
            }
        }
    }
}

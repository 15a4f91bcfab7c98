//! Tells whether two reports are of the same thing.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

/// How long after a report another way may report the same. Kick sends a webhook up to three times over
/// some minutes.
const WINDOW: Duration = Duration::from_secs(900);

/// How many reports are remembered; a busy channel has as many in some minutes.
const REMEMBERED: usize = 8_192;

/// The way by which something was reported: a channel of the page's connection, or webhooks.
pub(super) type Way = Arc<str>;

/// What was reported in the last minutes.
///
/// What has an id of its own is told once. What has none may happen twice in the same words (somebody
/// gives 100 kicks, and once more), but each way reports each time once: a report is an echo if another
/// way has reported one that this way has not.
#[derive(Default)]
pub(super) struct Seen {
    /// By the hash of the key: a key can be as long as a message.
    happenings: HashMap<u64, VecDeque<Happened>>,
    order: VecDeque<(u64, Instant)>,
    hasher: RandomState,
}

struct Happened {
    at: Instant,
    ways: HashSet<Way>,
}

impl Seen {
    /// Whether `key`, which names one thing only, was not reported before; it is now.
    pub(super) fn is_new(&mut self, key: &str, way: &Way) -> bool {
        self.tidy();
        let key = self.hasher.hash_one(key);
        if self.happenings.contains_key(&key) {
            return false;
        }
        self.insert(key, way);
        true
    }

    /// Whether a report with `key` is of something that no other way has reported yet.
    pub(super) fn is_first(&mut self, key: &str, way: &Way) -> bool {
        self.tidy();
        let key = self.hasher.hash_one(key);
        let echo = self.happenings.get_mut(&key).and_then(|happened| {
            let mut happened = happened.iter_mut();
            happened.find(|happened| !happened.ways.contains(way))
        });
        match echo {
            Some(happened) => {
                happened.ways.insert(Arc::clone(way));
                false
            }
            None => {
                self.insert(key, way);
                true
            }
        }
    }

    fn insert(&mut self, key: u64, way: &Way) {
        let at = Instant::now();
        let ways = HashSet::from([Arc::clone(way)]);
        let happened = self.happenings.entry(key).or_default();
        happened.push_back(Happened { at, ways });
        self.order.push_back((key, at));
    }

    fn tidy(&mut self) {
        let oldest = Instant::now().checked_sub(WINDOW);
        while let Some((key, at)) = self.order.front() {
            if oldest.is_none_or(|oldest| *at > oldest) && self.order.len() < REMEMBERED {
                break;
            }
            if let Some(happened) = self.happenings.get_mut(key) {
                happened.retain(|happened| happened.at > *at);
                if happened.is_empty() {
                    self.happenings.remove(key);
                }
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways() -> (Way, Way) {
        ("page".into(), "webhook".into())
    }

    #[tokio::test(start_paused = true)]
    async fn each_thing_counts_once_however_many_ways_report_it() {
        let (page, webhook) = ways();
        let mut seen = Seen::default();
        assert!(seen.is_first("kicks:ronni:100", &page));
        assert!(!seen.is_first("kicks:ronni:100", &webhook));
        // The same once more is another gift, whichever way is the first to tell.
        assert!(seen.is_first("kicks:ronni:100", &webhook));
        assert!(!seen.is_first("kicks:ronni:100", &page));
        assert!(seen.is_new("message:1", &page));
        assert!(!seen.is_new("message:1", &page) && !seen.is_new("message:1", &webhook));
    }

    #[tokio::test(start_paused = true)]
    async fn it_forgets_in_time_and_never_grows_beyond_its_bounds() {
        let (page, webhook) = ways();
        let mut seen = Seen::default();
        assert!(seen.is_first("ban:1", &page));
        tokio::time::advance(WINDOW + Duration::from_secs(1)).await;
        assert!(seen.is_first("ban:1", &webhook));
        for number in 0..3 * REMEMBERED {
            seen.is_first(&format!("kicks:{number}"), &page);
            seen.is_first("the same again", &page);
        }
        assert!(seen.order.len() <= REMEMBERED);
        let remembered: usize = seen.happenings.values().map(VecDeque::len).sum();
        assert!(remembered <= REMEMBERED, "{remembered}");
    }
}

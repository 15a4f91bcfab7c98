use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many names a tally keeps.
const MOST: usize = 1000;

/// How many letters of a name are kept, so that the whole stays small.
const LETTERS: usize = 40;

/// How often each name was counted, for the most frequent [`MOST`] of them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    counts: BTreeMap<String, u32>,
    /// How many were forgotten to make room.
    #[serde(default)]
    forgotten: usize,
}

/// A name with its count.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Count<'a> {
    pub(crate) name: &'a str,
    pub(crate) count: u32,
}

impl Tally {
    pub(crate) fn add(&mut self, name: &str) {
        let name: String = name.chars().take(LETTERS).collect();
        if let Some(count) = self.counts.get_mut(&name) {
            *count = count.saturating_add(1);
            return;
        }
        if self.counts.len() >= MOST {
            self.forget_rarest();
        }
        self.counts.insert(name, 1);
    }

    /// How many different names there were. Beyond [`MOST`] it is an estimate: who was forgotten and
    /// comes again counts again.
    pub(crate) fn distinct(&self) -> usize {
        self.counts.len() + self.forgotten
    }

    /// The most frequent names, the first in the alphabet first among equals.
    pub(crate) fn top(&self, most: usize) -> Vec<Count<'_>> {
        let mut counts: Vec<_> = self
            .counts
            .iter()
            .map(|(name, count)| Count {
                name,
                count: *count,
            })
            .collect();
        counts.sort_by_key(|count| Reverse(count.count));
        counts.truncate(most);
        counts
    }

    /// Forgets a tenth, so that this is rarely needed.
    fn forget_rarest(&mut self) {
        let rarest: Vec<String> = {
            let mut counts: Vec<_> = self.counts.iter().collect();
            counts.sort_by_key(|(_, count)| **count);
            counts
                .into_iter()
                .take(MOST / 10)
                .map(|(name, _)| name.clone())
                .collect()
        };
        self.forgotten += rarest.len();
        for name in rarest {
            self.counts.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_tally_forgets_the_rarest_and_keeps_the_frequent() {
        let mut tally = Tally::default();
        tally.add("often");
        tally.add("often");
        for number in 0..5000 {
            tally.add(&number.to_string());
        }
        assert!(tally.counts.len() <= MOST);
        assert_eq!(tally.distinct(), 5001);
        assert_eq!(
            tally.top(1),
            [Count {
                name: "often",
                count: 2
            }]
        );
    }

    #[test]
    fn a_long_name_is_cut() {
        let mut tally = Tally::default();
        tally.add(&"é".repeat(1000));
        assert_eq!(tally.top(1)[0].name, "é".repeat(LETTERS));
    }
}

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many names are counted.
const MOST: usize = 500;

/// How many letters of a name are kept.
const LETTERS: usize = 40;

/// The most frequent of any number of names. It is the algorithm Space-Saving of Metwally, Agrawal and
/// El Abbadi (2005): a newcomer takes the place and the count of the rarest, which is remembered as how
/// much too high its count may be. Whoever is more frequent than one in [`MOST`] is surely found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Frequent {
    counts: BTreeMap<String, Counted>,
    /// Whether somebody had to go.
    #[serde(default)]
    full: bool,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
struct Counted {
    count: u32,
    /// How much of it may be another's.
    #[serde(default)]
    excess: u32,
}

/// A name with its count.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Count<'a> {
    pub(crate) name: &'a str,
    /// How often at least.
    pub(crate) count: u32,
}

impl Frequent {
    pub(crate) fn add(&mut self, name: &str) {
        let name: String = name.chars().take(LETTERS).collect();
        if let Some(counted) = self.counts.get_mut(&name) {
            counted.count = counted.count.saturating_add(1);
            return;
        }
        let mut excess = 0;
        if self.counts.len() >= MOST
            && let Some((rarest, counted)) = self.counts.iter().min_by_key(|(_, one)| one.count)
        {
            let rarest = rarest.clone();
            excess = counted.count;
            self.counts.remove(&rarest);
            self.full = true;
        }
        let count = excess.saturating_add(1);
        self.counts.insert(name, Counted { count, excess });
    }

    /// How many different names there were, as long as all of them have a place.
    pub(crate) fn distinct(&self) -> Option<u32> {
        (!self.full).then(|| u32::try_from(self.counts.len()).unwrap_or(u32::MAX))
    }

    /// The most frequent names by what is certain, the first in the alphabet first among equals.
    pub(crate) fn top(&self, most: usize) -> Vec<Count<'_>> {
        let mut counts: Vec<_> = self
            .counts
            .iter()
            .map(|(name, counted)| Count {
                name,
                count: counted.count.saturating_sub(counted.excess),
            })
            .collect();
        counts.sort_by_key(|count| Reverse(count.count));
        counts.truncate(most);
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frequent_are_found_among_any_number_of_others() {
        let mut frequent = Frequent::default();
        for number in 0..20_000 {
            frequent.add(&format!("passer-by {number}"));
            if number % 20 == 0 {
                frequent.add("Ada");
            }
            if number % 50 == 0 {
                frequent.add("Bo");
            }
        }
        assert!(frequent.counts.len() <= MOST);
        assert_eq!(frequent.distinct(), None);
        let top: Vec<_> = frequent.top(2).iter().map(|count| count.name).collect();
        assert_eq!(top, ["Ada", "Bo"]);
        for count in frequent.top(MOST) {
            assert!(count.count <= 1000, "{count:?} is more than it was");
        }
    }

    #[test]
    fn as_long_as_there_is_room_all_is_exact() {
        let mut frequent = Frequent::default();
        for name in ["Bo", "Ada", "Bo", "Cy"] {
            frequent.add(name);
        }
        assert_eq!(frequent.distinct(), Some(3));
        let expected = [("Bo", 2), ("Ada", 1)].map(|(name, count)| Count { name, count });
        assert_eq!(frequent.top(2), expected);
    }

    #[test]
    fn a_long_name_is_cut() {
        let mut frequent = Frequent::default();
        frequent.add(&"é".repeat(1000));
        assert_eq!(frequent.top(1)[0].name, "é".repeat(LETTERS));
    }
}

//! What the connector remembers between a request and the event that follows from it, and of people.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use pato_events::{Event, EventId};
use tokio::time::Instant;

use super::lock;

/// How many deeds are remembered.
const MOST_DEEDS: usize = 256;

/// For how long. Their events come within seconds, after a resumed connection within minutes.
const DEEDS_LAST: Duration = Duration::from_secs(300);

/// How many people are remembered.
const MOST_PEOPLE: usize = 2_000;

/// What Pato did lately: a text that names each deed, and what led to it.
#[derive(Default)]
pub(super) struct Deeds(Mutex<VecDeque<Deed>>);

struct Deed {
    name: String,
    at: Instant,
    cause: Option<(EventId, u8)>,
}

impl Deeds {
    pub(super) fn remember(&self, name: String, cause: Option<&Event>) {
        let mut deeds = lock(&self.0);
        if deeds.len() >= MOST_DEEDS {
            deeds.pop_front();
        }
        deeds.push_back(Deed {
            name,
            at: Instant::now(),
            cause: cause.map(|event| (event.id.clone(), event.depth)),
        });
    }

    /// Whether Pato did that, and what led to it. Told once.
    pub(super) fn take(&self, name: &str) -> Option<Option<(EventId, u8)>> {
        let mut deeds = lock(&self.0);
        let now = Instant::now();
        deeds.retain(|deed| deed.at + DEEDS_LAST > now);
        let place = deeds.iter().position(|deed| deed.name == name)?;
        deeds.remove(place).map(|deed| deed.cause)
    }
}

/// The ids of the people who were seen lately, by login.
#[derive(Default)]
pub(super) struct People(Mutex<VecDeque<(String, String)>>);

impl People {
    pub(super) fn saw(&self, login: &str, id: &str) {
        if login.is_empty() {
            return;
        }
        let mut people = lock(&self.0);
        if people.back().is_some_and(|(last, _)| last == login) {
            return;
        }
        people.retain(|(known, known_id)| known != login && known_id != id);
        if people.len() >= MOST_PEOPLE {
            people.pop_front();
        }
        people.push_back((login.to_owned(), id.to_owned()));
    }

    pub(super) fn id_of(&self, login: &str) -> Option<String> {
        let people = lock(&self.0);
        let found = people.iter().find(|(known, _)| known == login);
        found.map(|(_, id)| id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deed_is_told_once_and_forgotten_after_five_minutes() {
        let deeds = Deeds::default();
        deeds.remember("nonce:1".into(), None);
        assert_eq!(deeds.take("nonce:2"), None);
        assert_eq!(deeds.take("nonce:1"), Some(None));
        assert_eq!(deeds.take("nonce:1"), None);
        deeds.remember("nonce:3".into(), None);
        tokio::time::advance(DEEDS_LAST).await;
        assert_eq!(deeds.take("nonce:3"), None);
        for number in 0..2 * MOST_DEEDS {
            deeds.remember(number.to_string(), None);
        }
        assert_eq!(lock(&deeds.0).len(), MOST_DEEDS);
    }

    #[test]
    fn who_takes_over_a_name_is_known_by_it_and_the_number_of_people_is_bounded() {
        let people = People::default();
        people.saw("ronni", "1");
        people.saw("duck", "2");
        people.saw("ronni", "3");
        assert_eq!(people.id_of("ronni").as_deref(), Some("3"));
        people.saw("goose", "2");
        assert_eq!(
            people.id_of("duck"),
            None,
            "who is renamed is not known by the old name"
        );
        for number in 0..2 * MOST_PEOPLE {
            people.saw(&format!("user{number}"), &format!("1{number}"));
        }
        assert_eq!(lock(&people.0).len(), MOST_PEOPLE);
    }
}

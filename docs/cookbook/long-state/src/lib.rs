//! Counts messages, keeps the counts for years, and brings those of its first version up to date.

// ANCHOR: plugin
use std::collections::BTreeMap;
use std::time::Duration;

use pato_sdk::prelude::*;

/// Messages by service, as storage has them since version 2.
type Counts = BTreeMap<String, u64>;

#[derive(Default)]
struct LongState {
    counts: Counts,
    changed: bool,
}

#[plugin]
impl Plugin for LongState {
    /// Version 1 stored one number, that of Twitch. What is done here is done to a copy.
    fn migrate(&mut self, from_version: &str) -> Result<()> {
        if !from_version.starts_with("1.") {
            return Ok(());
        }
        let total: u64 = storage::get("total")?.unwrap_or(0);
        storage::Transaction::new()
            .set("counts", &Counts::from([("twitch".to_owned(), total)]))?
            .delete("total")
            .commit()
    }

    fn init(&mut self) -> Result<()> {
        self.counts = storage::get("counts")?.unwrap_or_default();
        timers::every(Duration::from_secs(60))?;
        events::subscribe("chat.message")
    }

    /// All that came at once.
    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            if !event.flags.own {
                *self.counts.entry(event.source).or_default() += 1;
                self.changed = true;
            }
        }
        Ok(())
    }

    fn timer(&mut self, _timer: Timer) -> Result<()> {
        self.store()
    }

    fn shutdown(&mut self) -> Result<()> {
        self.store()
    }
}

impl LongState {
    /// Writing waits for the disk, so it is not done for each message.
    fn store(&mut self) -> Result<()> {
        if self.changed {
            storage::set("counts", &self.counts)?;
            self.changed = false;
        }
        Ok(())
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    #[test]
    fn what_version_1_counted_is_still_there_in_version_2() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.store("total", &41).unwrap();
        let mut plugin = LongState::default();
        plugin.migrate("1.4.0").unwrap();
        plugin.init().unwrap();
        plugin.events(vec![chat("hi")]).unwrap();
        plugin.shutdown().unwrap();
        let counts = host.stored::<Counts>("counts").unwrap().unwrap();
        assert_eq!(counts, Counts::from([("twitch".to_owned(), 42)]));
        assert_eq!(host.stored::<u64>("total").unwrap(), None);
    }

    #[test]
    fn it_stores_once_for_many_messages() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        let mut plugin = LongState::default();
        plugin.init().unwrap();
        plugin
            .events((0..64).map(|_| chat("hi")).collect())
            .unwrap();
        assert_eq!(host.stored::<Counts>("counts").unwrap(), None);
        let (timer, ..) = host.timers()[0];
        plugin.timer(timer).unwrap();
        let counts = host.stored::<Counts>("counts").unwrap().unwrap();
        assert_eq!(counts.get("twitch"), Some(&64));
    }
}

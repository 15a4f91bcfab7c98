use pato_sdk::prelude::*;
use pato_sdk::storage::Transaction;
use serde::{Deserialize, Serialize};

use crate::counts::Totals;

/// How many hours are kept: those in which something happened.
const HOURS: usize = 48;

/// How many minutes are told at once.
const MOST: u64 = 720;

const PREFIX: &str = "history/";

pub(crate) const MINUTE: f64 = 60_000.0;

/// What happened within one minute.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Minute {
    /// When it began, in milliseconds since the epoch.
    pub(crate) time: f64,
    /// How many watched at its end.
    pub(crate) viewers: u32,
    pub(crate) messages: u32,
    pub(crate) totals: Totals,
}

impl Minute {
    pub(crate) fn at(now: f64) -> Self {
        Self {
            time: (now / MINUTE).floor() * MINUTE,
            ..Self::default()
        }
    }

    /// Whether it is over, or the clock was set back.
    pub(crate) fn is_over(&self, now: f64) -> bool {
        !(0.0..MINUTE).contains(&(now - self.time))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages == 0 && self.viewers == 0 && self.totals == Totals::default()
    }
}

/// Adds a minute, and drops the oldest hours beyond [`HOURS`].
pub(crate) fn add(minute: &Minute) -> Result<()> {
    let hour = (minute.time / (60.0 * MINUTE)).floor();
    let key = format!("{PREFIX}{hour:010.0}");
    let mut minutes = read(&key)?;
    minutes.push(minute.clone());
    let mut changes = Transaction::new().set(&key, &minutes)?;
    let keys = storage::keys(PREFIX, None)?;
    let older: Vec<_> = keys.iter().filter(|other| **other < key).collect();
    for old in older.iter().take((older.len() + 1).saturating_sub(HOURS)) {
        changes = changes.delete(old);
    }
    changes.commit()
}

/// The minutes since so many before now, oldest first.
pub(crate) fn last(minutes: u64, now: f64) -> Result<Vec<Minute>> {
    let minutes = minutes.clamp(1, MOST);
    let since = now - f64::from(u32::try_from(minutes).unwrap_or_default()) * MINUTE;
    let mut last = Vec::new();
    for key in storage::keys(PREFIX, None)? {
        let wanted = |minute: &Minute| minute.time >= since;
        last.extend(read(&key)?.into_iter().filter(wanted));
    }
    Ok(last)
}

fn read(key: &str) -> Result<Vec<Minute>> {
    match storage::get(key) {
        Ok(minutes) => Ok(minutes.unwrap_or_default()),
        Err(Error::Invalid(error)) => {
            warn!("the history stored as `{key}` is lost: {error}");
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use pato_sdk::testing::FakeHost;

    use super::*;

    #[test]
    fn it_keeps_the_last_hours_and_tells_the_last_minutes() {
        let _host = FakeHost::new();
        let end = 100.0 * 60.0 * MINUTE;
        for number in (0..6000_u32).filter(|number| number % 60 == 0 || *number > 5900) {
            let minute = Minute {
                messages: number,
                ..Minute::at(f64::from(number) * MINUTE)
            };
            add(&minute).unwrap();
        }
        let keys = storage::keys(PREFIX, None).unwrap();
        assert_eq!(
            (keys.len(), keys[0].as_str()),
            (HOURS, "history/0000000052")
        );
        let told: Vec<u32> = last(3, end)
            .unwrap()
            .iter()
            .map(|one| one.messages)
            .collect();
        assert_eq!(told, [5997, 5998, 5999]);
        let all: Vec<f64> = last(u64::MAX, end)
            .unwrap()
            .iter()
            .map(|one| one.time)
            .collect();
        assert!((all[0] - (end - 720.0 * MINUTE)).abs() < 1.0, "{all:?}");
    }

    #[test]
    fn twelve_hours_fit_into_one_answer_and_all_of_them_into_the_store() {
        let _host = FakeHost::new();
        let totals = json!({
            "follows": u32::MAX, "subscriptions": u32::MAX, "resubscriptions": u32::MAX,
            "gifts": u32::MAX, "raids": u32::MAX, "raiders": u32::MAX,
            "cheers": { "aaaaaaaaaaaa": u32::MAX, "b": u32::MAX },
        });
        let full = json!({
            "time": 1_763_683_200_000.0, "viewers": u32::MAX, "messages": u32::MAX, "totals": totals,
        });
        let length = full.to_string().len();
        assert!(length * 720 < 256 << 10);
        assert!(
            length * 60 * HOURS < 3 << 19,
            "of 2 MiB, chat needs some 100 KiB"
        );
    }

    #[test]
    fn what_cannot_be_read_costs_one_hour() {
        let host = FakeHost::new();
        host.store("history/0000000000", &json!("?")).unwrap();
        add(&Minute::at(0.0)).unwrap();
        assert_eq!(last(10, 0.0).unwrap(), [Minute::at(0.0)]);
    }
}

//! Services tell of a bundle of gifts in many ways: as a whole, in parts, once more for each recipient,
//! in any order. Here it becomes one alert again.

use serde::{Deserialize, Serialize};

use crate::alert::{Alert, RECIPIENTS};

/// For how long after a bundle its single gifts may follow, in milliseconds by the service's clock.
const LATE: f64 = 10_000.0;

/// How many bundles, and how many gifts without a giver, are kept at once.
const MOST: usize = 200;

/// The gifts that were told lately.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gifts {
    bundles: Vec<Bundle>,
    /// Subscriptions that somebody was given, while no gift is known that they come from.
    received: Vec<Alert>,
}

/// What one person gave.
#[derive(Debug, Serialize, Deserialize)]
struct Bundle {
    alert: Alert,
    /// How many were announced as a whole.
    announced: u32,
    /// How many were told with their recipients.
    named: u32,
    /// How many recipients were told to have subscribed.
    received: u32,
    /// Whether its alert was made; then it only takes in what is told again.
    released: bool,
    /// Until when it does.
    until: f64,
}

impl Bundle {
    fn total(&self) -> u32 {
        self.announced.max(self.named)
    }

    /// Whether an alert tells of the same channel, in the same way.
    fn is_beside(&self, alert: &Alert) -> bool {
        beside(&self.alert, alert) && alert.time <= self.until
    }

    fn is_of(&self, alert: &Alert) -> bool {
        let id = |alert: &Alert| alert.user.as_ref().map(|user| user.id.clone());
        self.is_beside(alert) && id(&self.alert) == id(alert) && self.alert.tier == alert.tier
    }
}

fn beside(one: &Alert, other: &Alert) -> bool {
    one.service == other.service
        && one.channel == other.channel
        && one.simulated == other.simulated
        && one.replayed == other.replayed
}

impl Gifts {
    /// Whether something waits for [`release`](Self::release).
    pub(crate) fn is_waiting(&self) -> bool {
        !self.received.is_empty() || self.bundles.iter().any(|bundle| !bundle.released)
    }

    /// Whether it has to be released now, so that it stays small.
    pub(crate) fn is_full(&self) -> bool {
        self.received.len() >= MOST || self.bundles.len() >= MOST
    }

    /// Takes in a gift, or several, of which `named` were told with their recipients.
    pub(crate) fn give(&mut self, mut alert: Alert, named: u32) {
        self.forget(&alert);
        let mut count = alert.gifts();
        let announces = named < count;
        if !announces {
            // What was announced and shown already, told once more.
            for bundle in self.bundles.iter_mut().filter(|bundle| bundle.released) {
                if bundle.is_of(&alert) {
                    let again = count.min(bundle.announced.saturating_sub(bundle.named));
                    bundle.named += again;
                    count -= again;
                }
            }
            if count == 0 {
                return;
            }
        }
        let mut same = self.bundles.iter_mut();
        let same = same.find(|bundle| !bundle.released && bundle.is_of(&alert));
        let (announced, named) = if announces { (count, 0) } else { (0, count) };
        let until = alert.time + LATE;
        let bundle = match same {
            Some(bundle) => {
                bundle.announced = bundle.announced.saturating_add(announced);
                bundle.named = bundle.named.saturating_add(named);
                bundle.until = bundle.until.max(until);
                let room = RECIPIENTS.saturating_sub(bundle.alert.recipients.len());
                let names = alert.recipients.drain(..).take(room);
                bundle.alert.recipients.extend(names);
                bundle
            }
            None => self.bundles.push_mut(Bundle {
                alert,
                announced,
                named,
                received: 0,
                released: false,
                until,
            }),
        };
        // Their recipients may have been told first.
        self.received.retain(|received| {
            let takes = bundle.received < bundle.total() && beside(&bundle.alert, received);
            bundle.received += u32::from(takes);
            !takes
        });
    }

    /// Takes in a subscription that somebody was given.
    pub(crate) fn receive(&mut self, alert: Alert) {
        self.forget(&alert);
        let takes =
            |bundle: &&mut Bundle| bundle.received < bundle.total() && bundle.is_beside(&alert);
        match self.bundles.iter_mut().find(takes) {
            Some(bundle) => bundle.received += 1,
            None => self.received.push(alert),
        }
    }

    /// The alerts of all that was gathered: of bundles, and of those whose giver was not told.
    pub(crate) fn release(&mut self) -> (Vec<Alert>, Vec<Alert>) {
        let mut alerts = Vec::new();
        for bundle in self.bundles.iter_mut().filter(|bundle| !bundle.released) {
            bundle.released = true;
            bundle.alert.amount = Some(bundle.total().into());
            alerts.push(bundle.alert.clone());
        }
        let surplus = self.bundles.len().saturating_sub(MOST / 2);
        self.bundles.drain(..surplus);
        (alerts, std::mem::take(&mut self.received))
    }

    /// Throws away what waits; answers how many alerts that would have been.
    pub(crate) fn clear(&mut self) -> usize {
        let (gifts, received) = self.release();
        gifts.len() + received.len()
    }

    /// Forgets what is over by the time of `news`. Clocks of different services are not compared.
    fn forget(&mut self, news: &Alert) {
        self.bundles.retain(|bundle| {
            let over = news.time > bundle.until && bundle.alert.service == news.service;
            !(bundle.released && over)
        });
    }
}

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::chat::User;

    use super::*;
    use crate::alert::Kind;

    fn gift(giver: &str, count: u32, time: f64) -> Alert {
        Alert {
            user: Some(User {
                id: giver.into(),
                ..User::example()
            }),
            amount: Some(count.into()),
            time,
            ..Alert::of(Kind::Gift)
        }
    }

    fn received(time: f64) -> Alert {
        Alert {
            time,
            ..Alert::of(Kind::Subscribe)
        }
    }

    /// How many gifts each alert tells of, and how many tell of no giver.
    fn released(gifts: &mut Gifts) -> (Vec<u32>, usize) {
        let (alerts, received) = gifts.release();
        (alerts.iter().map(Alert::gifts).collect(), received.len())
    }

    #[test]
    fn a_bundle_told_in_three_ways_is_one_alert_in_whatever_order() {
        for turn in 0..41 {
            let mut gifts = Gifts::default();
            let mut parts: Vec<u8> = [vec![0], vec![1; 20], vec![2; 20]].concat();
            parts.rotate_left(turn);
            for part in parts {
                match part {
                    0 => gifts.give(gift("a", 20, 0.0), 0),
                    1 => gifts.give(gift("a", 1, 0.0), 1),
                    _ => gifts.receive(received(0.0)),
                }
            }
            assert_eq!(released(&mut gifts), (vec![20], 0), "turned by {turn}");
        }
    }

    #[test]
    fn what_follows_the_alert_is_taken_in_and_what_goes_beyond_is_new() {
        let mut gifts = Gifts::default();
        gifts.give(gift("a", 5, 0.0), 0);
        assert_eq!(released(&mut gifts), (vec![5], 0));
        for _ in 0..7 {
            gifts.give(gift("a", 1, 5000.0), 1);
            gifts.receive(received(5000.0));
        }
        assert_eq!(released(&mut gifts), (vec![2], 0));
        gifts.give(gift("a", 1, 20_000.0), 1);
        gifts.receive(received(20_000.0));
        gifts.receive(received(20_000.0));
        assert_eq!(released(&mut gifts), (vec![1], 1));
    }

    #[test]
    fn parts_without_a_whole_are_added_up_and_people_are_kept_apart() {
        let mut gifts = Gifts::default();
        gifts.give(gift("a", 4, 0.0), 4);
        gifts.give(gift("b", 3, 0.0), 0);
        gifts.give(gift("a", 2, 0.0), 2);
        assert!(gifts.is_waiting());
        assert_eq!(released(&mut gifts), (vec![6, 3], 0));
        assert!(!gifts.is_waiting());
    }

    #[test]
    fn simulated_gifts_take_in_no_real_ones() {
        let mut gifts = Gifts::default();
        let mut simulated = gift("a", 5, 0.0);
        simulated.simulated = true;
        gifts.give(simulated, 0);
        gifts.give(gift("a", 1, 0.0), 1);
        gifts.receive(received(0.0));
        assert_eq!(released(&mut gifts), (vec![5, 1], 0));
    }

    #[test]
    fn it_stays_small() {
        let mut gifts = Gifts::default();
        let mut told = 0;
        for giver in 0..5000 {
            gifts.give(gift(&giver.to_string(), 1, 0.0), 0);
            if gifts.is_full() {
                told += released(&mut gifts).0.len();
            }
        }
        told += released(&mut gifts).0.len();
        assert_eq!(told, 5000);
        assert!(gifts.bundles.len() <= MOST);
    }
}

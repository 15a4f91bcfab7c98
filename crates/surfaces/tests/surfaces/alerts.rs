use std::collections::BTreeMap;

use pato_surfaces::{
    ALERT_GAP, Alert, AlertChange, AlertQueue, CheckedAlert, Limits, SurfaceError,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{granted, text};

fn alert(change: &Value) -> Result<CheckedAlert, SurfaceError> {
    let mut json = json!({
        "nodes": [{"kind": text(), "value": {"constant": "Hello"}}],
        "duration": 1_000, "priority": 0, "enter": "fade", "leave": "none",
    });
    for (field, value) in change.as_object().unwrap() {
        json[field] = value.clone();
    }
    let alert: Alert = serde_json::from_value(json).unwrap();
    CheckedAlert::new(alert, &Limits::DEFAULT, &granted)
}

fn with_priority(priority: u8) -> CheckedAlert {
    alert(&json!({ "priority": priority })).unwrap()
}

fn queue() -> AlertQueue {
    AlertQueue::new(&Limits::DEFAULT)
}

fn shown(id: &str) -> AlertChange {
    AlertChange::Shown(id.into())
}

fn finished(id: &str) -> AlertChange {
    AlertChange::Finished(id.into())
}

#[test]
fn an_alert_that_is_not_in_order_is_refused() {
    for change in [
        json!({"duration": 500}),
        json!({"duration": 120_000}),
        json!({"sound": {"source": "fanfare", "volume": 1.0}}),
        json!({"sound": {"source": "https://cdn.example.com/duck.ogg", "volume": 0.0}}),
    ] {
        assert!(alert(&change).is_ok(), "{change}");
    }
    let bound = json!([{"kind": text(), "value": {"bound": "viewers"}}]);
    for (change, problem) in [
        (
            json!({"duration": 499}),
            "its duration is 499 ms: write 500 to 120000",
        ),
        (json!({"duration": 120_001}), "its duration is 120001 ms"),
        (json!({"nodes": []}), "has 0 nodes"),
        (
            json!({"nodes": bound}),
            "bound to the value `viewers`: write what it shows",
        ),
        (
            json!({"nodes": [{"kind": text(), "visible": "wide"}]}),
            "the value `wide`",
        ),
        (
            json!({"sound": {"source": "airhorn", "volume": 1.0}}),
            "`airhorn` is no source",
        ),
        (
            json!({"sound": {"source": "https://evil.com/a", "volume": 1.0}}),
            "http:evil.com",
        ),
        (
            json!({"sound": {"source": "pop", "volume": 1.1}}),
            "its volume is 1.1",
        ),
        (
            json!({"sound": {"source": "pop", "volume": -0.1}}),
            "its volume is -0.1",
        ),
    ] {
        let message = alert(&change).unwrap_err().to_string();
        assert!(message.contains(problem), "{message}");
    }
    let nodes = json!([{"kind": {"type": "markdown"}, "value": {"constant": "*a*"}}]);
    let drawn = alert(&json!({ "nodes": nodes })).unwrap().drawn();
    let drawn = serde_json::to_value(drawn).unwrap();
    assert!(
        drawn["nodes"][0]["value"]["constant"]["blocks"].is_array(),
        "{drawn}"
    );
}

#[test]
fn alerts_are_shown_one_at_a_time_by_priority_then_age() {
    let mut queue = queue();
    assert_eq!(queue.next_deadline(), None);
    for (id, priority) in [("a", 0), ("b", 5), ("c", 0), ("d", 5)] {
        queue.push(id.into(), with_priority(priority)).unwrap();
    }
    assert_eq!((queue.poll(0.0), queue.next_deadline()), (vec![], None));
    assert_eq!(queue.watchers(1, 0.0), None);
    let mut now = 0.0;
    let mut seen = Vec::new();
    while let Some(deadline) = queue.next_deadline() {
        now = deadline.max(now);
        seen.extend(queue.poll(now));
    }
    let expected = ["b", "d", "a", "c"].into_iter();
    let expected = expected.flat_map(|id| [shown(id), finished(id)]);
    assert_eq!(seen, expected.collect::<Vec<_>>());
    assert_eq!(now, 4.0 * 1_000.0 + 3.0 * ALERT_GAP);
}

#[test]
fn an_alert_whose_last_page_went_early_is_shown_again_before_all_others() {
    let mut queue = queue();
    queue.push("a".into(), with_priority(0)).unwrap();
    queue.watchers(2, 0.0);
    assert_eq!(queue.poll(0.0), [shown("a")]);
    queue.push("urgent".into(), with_priority(9)).unwrap();
    assert_eq!(queue.watchers(1, 100.0), None);
    assert_eq!(
        queue.watchers(0, 499.0),
        Some(AlertChange::Returned("a".into()))
    );
    assert_eq!((queue.waiting(), queue.next_deadline()), (2, None));
    assert_eq!(queue.poll(60_000.0), []);
    queue.watchers(1, 90_000.0);
    assert_eq!(queue.poll(90_000.0), [shown("a")]);
    assert_eq!(queue.shown().map(|shown| shown.began), Some(90_000.0));
    assert_eq!(queue.watchers(0, 90_500.0), Some(finished("a")));
    assert_eq!(queue.watchers(0, 90_600.0), None);
    queue.watchers(1, 90_600.0);
    assert_eq!(queue.poll(90_700.0), []);
    assert_eq!(queue.next_deadline(), Some(90_800.0));
    assert_eq!(queue.poll(90_800.0), [shown("urgent")]);
}

#[test]
fn skipping_ends_the_one_and_clearing_the_others() {
    let mut queue = queue();
    assert_eq!(queue.skip(0.0), None);
    for id in ["a", "b", "c"] {
        queue.push(id.into(), with_priority(0)).unwrap();
    }
    queue.watchers(1, 0.0);
    assert_eq!(queue.poll(0.0), [shown("a")]);
    assert_eq!(queue.clear(), ["b", "c"]);
    assert_eq!(queue.shown().map(|shown| shown.id), Some("a"));
    assert_eq!(queue.skip(10.0), Some(finished("a")));
    assert_eq!(queue.skip(10.0), None);
    assert_eq!((queue.poll(5_000.0), queue.next_deadline()), (vec![], None));
}

#[test]
fn too_many_and_too_large_alerts_are_refused() {
    let mut many = queue();
    for number in 0..200 {
        many.push(number.to_string(), with_priority(0)).unwrap();
    }
    let message = many
        .push("more".into(), with_priority(9))
        .unwrap_err()
        .to_string();
    assert!(message.contains("the 200 alerts that wait"), "{message}");
    many.watchers(1, 0.0);
    many.poll(0.0);
    many.push("more".into(), with_priority(9)).unwrap();

    let node = json!({"kind": {"type": "column", "align": "start", "gap": 0}});
    let large = json!({"parent": 0, "kind": text(), "value": {"constant": "x".repeat(16_000)}});
    let mut nodes = vec![large; 16];
    nodes[0] = node;
    let large = alert(&json!({ "nodes": nodes })).unwrap();
    let mut queue = queue();
    let taken = (0..200).take_while(|number| queue.push(number.to_string(), large.clone()).is_ok());
    let taken = taken.count();
    assert!((4..20).contains(&taken), "{taken}");
    queue.clear();
    // Each that is shown makes room.
    queue.watchers(1, 0.0);
    let mut now = 0.0;
    for number in 0..50 {
        queue.push(number.to_string(), large.clone()).unwrap();
        now += 2_000.0;
        queue.poll(now);
        queue.skip(now);
    }
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_an_alert_on_screen() {
    let mut queue = queue();
    queue.push("a".into(), with_priority(0)).unwrap();
    queue.push("b".into(), with_priority(0)).unwrap();
    queue.watchers(1, 1e12);
    assert_eq!(queue.poll(1e12), [shown("a")]);
    assert_eq!(queue.poll(5_000.0), []);
    assert_eq!(queue.next_deadline(), Some(6_000.0));
    assert_eq!(queue.poll(6_000.0), [finished("a")]);
    assert_eq!(queue.poll(0.0), []);
    assert_eq!(queue.poll(ALERT_GAP), [shown("b")]);
    assert_eq!(queue.poll(f64::NAN), []);
}

#[derive(Debug, Clone)]
enum Step {
    Push(u8),
    Skip,
    Clear,
    Watchers(usize),
    Wait(f64),
    Deadline,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..4_u8).prop_map(Step::Push),
        1 => Just(Step::Skip),
        1 => Just(Step::Clear),
        3 => (0..3_usize).prop_map(Step::Watchers),
        3 => (0..1_500_u32).prop_map(|wait| Step::Wait(wait.into())),
        6 => Just(Step::Deadline),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Shown,
    Over,
}

/// Follows what a queue says, and objects to what cannot be.
#[derive(Default)]
struct Witness {
    /// By id, which grows with age: the state, the priority, and whether it was on screen before.
    alerts: BTreeMap<u32, (State, u8, bool)>,
}

impl Witness {
    fn first(&self) -> Option<u32> {
        let alerts = self.alerts.iter();
        let waiting = alerts.filter(|(_, (state, ..))| *state == State::Waiting);
        let best = waiting.max_by_key(|(id, (_, priority, returned))| {
            (*returned, *priority, std::cmp::Reverse(**id))
        });
        best.map(|(id, _)| *id)
    }

    fn on_screen(&self) -> usize {
        let states = self.alerts.values();
        states.filter(|(state, ..)| *state == State::Shown).count()
    }

    fn note(&mut self, change: &AlertChange, watchers: usize) {
        match change {
            AlertChange::Shown(id) => {
                let id: u32 = id.parse().unwrap();
                assert_eq!((self.on_screen(), self.first()), (0, Some(id)));
                assert!(watchers > 0);
                self.alerts.get_mut(&id).unwrap().0 = State::Shown;
            }
            AlertChange::Finished(id) => {
                let alert = self.alerts.get_mut(&id.parse().unwrap()).unwrap();
                assert_eq!(std::mem::replace(&mut alert.0, State::Over), State::Shown);
            }
            AlertChange::Returned(id) => {
                let alert = self.alerts.get_mut(&id.parse().unwrap()).unwrap();
                assert_eq!(*alert, (State::Shown, alert.1, alert.2));
                *alert = (State::Waiting, alert.1, true);
            }
        }
    }
}

proptest! {
    #[test]
    fn every_alert_is_finished_once_or_cleared_or_waits(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let (mut queue, mut witness) = (queue(), Witness::default());
        let (mut now, mut watchers, mut pushed) = (0.0, 0, 0_u32);
        for step in steps {
            match step {
                Step::Push(priority) => {
                    queue.push(pushed.to_string(), with_priority(priority)).unwrap();
                    witness.alerts.insert(pushed, (State::Waiting, priority, false));
                    pushed += 1;
                }
                Step::Skip => {
                    let skipped = queue.skip(now);
                    prop_assert_eq!(skipped.is_some(), witness.on_screen() == 1);
                    skipped.iter().for_each(|change| witness.note(change, watchers));
                }
                Step::Clear => {
                    for id in queue.clear() {
                        let alert = witness.alerts.get_mut(&id.parse().unwrap()).unwrap();
                        prop_assert_eq!(alert.0, State::Waiting);
                        alert.0 = State::Over;
                    }
                }
                Step::Watchers(count) => {
                    watchers = count;
                    let change = queue.watchers(count, now);
                    change.iter().for_each(|change| witness.note(change, watchers));
                    prop_assert!(count > 0 || witness.on_screen() == 0);
                }
                Step::Wait(time) => now += time,
                Step::Deadline => {
                    if let Some(deadline) = queue.next_deadline() {
                        now = deadline.max(now);
                        let changes = queue.poll(now);
                        prop_assert!(!changes.is_empty());
                        changes.iter().for_each(|change| witness.note(change, watchers));
                    }
                }
            }
            for change in queue.poll(now) {
                witness.note(&change, watchers);
            }
            let waiting = witness.alerts.values().filter(|alert| alert.0 == State::Waiting);
            prop_assert_eq!(queue.waiting(), waiting.count());
            prop_assert_eq!(usize::from(queue.shown().is_some()), witness.on_screen());
        }
        // With a page that stays, all of them come to their end.
        queue.watchers(1, now);
        while let Some(deadline) = queue.next_deadline() {
            now = deadline.max(now);
            for change in queue.poll(now) {
                witness.note(&change, 1);
            }
        }
        prop_assert!(witness.alerts.values().all(|alert| alert.0 == State::Over));
    }
}

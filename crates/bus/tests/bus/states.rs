use std::sync::atomic::{AtomicBool, Ordering};

use pato_bus::{BusConfiguration, MailboxConfiguration, Overflow};
use pato_events::Draft;

use crate::{bus, bus_with, draft, ids, mailbox, pattern, read, state};

#[test]
fn a_newcomer_gets_the_latest_of_each_topic_source_and_account() {
    let bus = bus();
    bus.publish(state("connector.status", "twitch")).unwrap();
    bus.publish(state("connector.status", "obs")).unwrap();
    bus.publish(state("connector.status", "twitch")).unwrap();
    for account in ["first", "second"] {
        let of_account = Draft {
            account: Some(account.into()),
            ..state("connector.status", "twitch")
        };
        bus.publish(of_account).unwrap();
    }
    bus.publish(draft("connector.status")).unwrap();
    bus.publish(state("obs.scene", "obs")).unwrap();

    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &[]);
    let snapshot = mailbox.add(pattern("connector.*"));
    assert_eq!(ids(&snapshot), ["2", "3", "4", "5"]);
    assert!(mailbox.is_empty(), "the snapshot is not delivered as well");
    assert_eq!(ids(&bus.snapshot(&pattern("obs.scene"))), ["7"]);
    assert_eq!(bus.metrics().states, 5);
}

#[test]
fn a_further_pattern_brings_only_what_the_earlier_did_not() {
    let bus = bus();
    bus.publish(state("obs.scene", "obs")).unwrap();
    bus.publish(state("connector.status", "obs")).unwrap();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &[]);
    assert_eq!(ids(&mailbox.add(pattern("obs.*"))), ["1"]);
    assert_eq!(ids(&mailbox.add(pattern("**"))), ["2"]);
    assert!(mailbox.add(pattern("**")).is_empty());
    bus.publish(state("obs.scene", "obs")).unwrap();
    assert_eq!(read(&mailbox), ["3"], "once, though both match");
    assert!(mailbox.remove(&pattern("**")) && !mailbox.remove(&pattern("**")));
    assert_eq!(
        ids(&mailbox.add(pattern("**"))),
        ["2"],
        "it was away meanwhile"
    );
}

#[test]
fn a_source_that_floods_the_states_pushes_out_its_own() {
    let bus = bus_with(BusConfiguration {
        states: 10,
        ..BusConfiguration::default()
    });
    bus.publish(state("connector.status", "twitch")).unwrap();
    bus.publish(state("connector.status", "obs")).unwrap();
    for number in 0..1_000 {
        bus.publish(state(&format!("flood.{number}"), "plugin:flood"))
            .unwrap();
    }
    assert_eq!(ids(&bus.snapshot(&pattern("connector.status"))), ["1", "2"]);
    let flood = bus.snapshot(&pattern("flood.*"));
    assert_eq!(flood.len(), 8);
    assert_eq!(flood[0].topic.as_str(), "flood.992", "the oldest went");
    let metrics = bus.metrics();
    assert_eq!((metrics.states, metrics.evicted_states), (10, 992));
}

#[test]
fn of_sources_that_keep_equally_many_the_one_that_publishes_gives_way() {
    let bus = bus_with(BusConfiguration {
        states: 2,
        ..BusConfiguration::default()
    });
    bus.publish(state("a.one", "zoe")).unwrap();
    bus.publish(state("a.two", "adam")).unwrap();
    bus.publish(state("a.one", "zoe")).unwrap();
    bus.publish(state("a.three", "adam")).unwrap();
    assert_eq!(ids(&bus.snapshot(&pattern("**"))), ["3", "4"]);
    bus.publish(state("a.four", "mia")).unwrap();
    assert_eq!(ids(&bus.snapshot(&pattern("**"))), ["3", "4"]);
}

#[test]
fn a_bus_that_keeps_no_states_still_delivers_them() {
    let bus = bus_with(BusConfiguration {
        states: 0,
        ..BusConfiguration::default()
    });
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    bus.publish(state("obs.scene", "obs")).unwrap();
    assert_eq!(read(&mailbox), ["1"]);
    assert!(bus.snapshot(&pattern("**")).is_empty());
}

#[test]
fn nothing_is_lost_or_doubled_between_snapshot_and_first_delivery() {
    let bus = bus();
    bus.publish(state("counter.value", "test")).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                bus.publish(state("counter.value", "test")).unwrap();
            }
        });
        for _ in 0..100 {
            let mailbox = bus.subscribe(MailboxConfiguration {
                name: "newcomer".into(),
                capacity: 64,
                overflow: Overflow::DropNewest,
            });
            let mut events = mailbox.add(pattern("counter.*"));
            assert_eq!(events.len(), 1);
            while events.len() < 4 {
                mailbox.try_batch(&mut events, 3);
            }
            let numbers: Vec<u64> = ids(&events).iter().map(|id| id.parse().unwrap()).collect();
            let first = numbers[0];
            assert!(
                numbers
                    .iter()
                    .copied()
                    .eq(first..first + numbers.len() as u64),
                "{numbers:?}"
            );
        }
        done.store(true, Ordering::Relaxed);
    });
}

use std::sync::Arc;

use pato_bus::{Bus, BusConfiguration, Overflow, PublishError};
use pato_events::{Draft, Event, EventId};

use crate::{bus, bus_with, draft, ids, mailbox};

/// Publishes answers to answers until the bus refuses, by two plugins in turn.
fn ping_pong(bus: &Bus) -> (Vec<Arc<Event>>, PublishError) {
    let mut published = vec![bus.publish(draft("chat.message")).unwrap()];
    loop {
        let last = published.last().unwrap();
        let (topic, source) = match published.len() % 2 {
            1 => ("ping.sent", "plugin:ping"),
            _ => ("pong.sent", "plugin:pong"),
        };
        let mut answer = draft(topic).caused_by(last);
        answer.source = source.into();
        match bus.publish(answer) {
            Ok(event) => published.push(event),
            Err(error) => return (published, error),
        }
    }
}

#[test]
fn a_loop_is_refused_and_its_stations_are_named() {
    let bus = bus();
    let all = mailbox(&bus, 100, Overflow::DropOldest, &["**"]);
    let (published, error) = ping_pong(&bus);
    assert_eq!(published.len(), 17, "one event and 16 that it led to");
    assert_eq!(published[16].depth, 16);
    assert_eq!(all.len(), 17, "the refused one reaches nobody");

    let message = error.to_string();
    let PublishError::Loop {
        chain, max_depth, ..
    } = error;
    assert_eq!(max_depth, 16);
    let backwards: Vec<_> = published.into_iter().rev().collect();
    assert_eq!(chain, backwards);
    assert!(
        message.starts_with("`ping.sent` from `plugin:ping` was refused")
            && message.contains("more than 16 causes")
            && message.contains(
                "through `chat.message` from `test`, `ping.sent` from `plugin:ping`, \
                 `pong.sent` from `plugin:pong`; let"
            ),
        "{message}"
    );
    let metrics = bus.metrics();
    assert_eq!((metrics.published, metrics.refused_loops), (17, 1));
    bus.publish(draft("chat.message"))
        .expect("nobody else is refused");
}

#[test]
fn a_loop_whose_causes_are_forgotten_is_refused_all_the_same() {
    let bus = bus_with(BusConfiguration {
        history: 0,
        ..BusConfiguration::default()
    });
    let (published, error) = ping_pong(&bus);
    assert_eq!(published.len(), 17);
    assert!(
        error.to_string().contains("more than 16 causes; let one"),
        "{error}"
    );
}

#[test]
fn the_deepest_bound_does_not_overflow() {
    let bus = bus_with(BusConfiguration {
        max_depth: u8::MAX,
        ..BusConfiguration::default()
    });
    let (published, _) = ping_pong(&bus);
    assert_eq!(published.last().unwrap().depth, u8::MAX);
}

#[test]
fn without_causes_allowed_only_first_events_pass() {
    let bus = bus_with(BusConfiguration {
        max_depth: 0,
        ..BusConfiguration::default()
    });
    let (published, _) = ping_pong(&bus);
    assert_eq!(published.len(), 1);
}

#[test]
fn a_chain_goes_from_an_event_to_its_first_cause() {
    let bus = bus();
    let first = bus.publish(draft("chat.message")).unwrap();
    bus.publish(draft("chat.message")).unwrap();
    let second = bus
        .publish(draft("chat.message").caused_by(&first))
        .unwrap();
    let third = bus
        .publish(draft("chat.message").caused_by(&second))
        .unwrap();
    assert_eq!(ids(&bus.chain(&third.id)), ["4", "3", "1"]);
    assert_eq!(bus.chain(&first.id), [first]);
    assert!(bus.chain(&EventId::new("99")).is_empty());
}

#[test]
fn a_chain_that_claims_to_bite_its_tail_ends() {
    let bus = bus();
    let forged = |cause: &str| Draft {
        cause: Some((EventId::new(cause), 0)),
        ..draft("chat.message")
    };
    bus.publish(forged("1")).unwrap();
    bus.publish(forged("3")).unwrap();
    bus.publish(forged("2")).unwrap();
    assert_eq!(ids(&bus.chain(&EventId::new("1"))), ["1"]);
    assert_eq!(ids(&bus.chain(&EventId::new("3"))), ["3", "2"]);
}

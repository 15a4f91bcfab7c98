#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]
//! The bus as its users see it.

use std::sync::Arc;

use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock, Overflow};
use pato_events::{Draft, Event, Pattern, Payload, Topic};

mod concurrency;
mod handover;
mod history;
mod interest;
mod loops;
mod matching;
mod overflow;
mod spill;
mod states;
mod waiting;

fn bus() -> Bus {
    bus_with(BusConfiguration::default())
}

fn bus_with(configuration: BusConfiguration) -> Bus {
    Bus::new(configuration, Arc::new(ManualClock::new(1_000.0)))
}

fn mailbox(bus: &Bus, capacity: usize, overflow: Overflow, patterns: &[&str]) -> Mailbox {
    let mailbox = bus.subscribe(MailboxConfiguration {
        name: "test".into(),
        capacity,
        overflow,
    });
    for text in patterns {
        mailbox.add(pattern(text));
    }
    mailbox
}

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap()
}

fn draft(topic: &str) -> Draft {
    Draft::new(Topic::new(topic).unwrap(), "test", Payload::empty())
}

fn state(topic: &str, source: &str) -> Draft {
    Draft {
        stateful: true,
        ..Draft::new(Topic::new(topic).unwrap(), source, Payload::empty())
    }
}

/// The ids of all that waits.
fn read(mailbox: &Mailbox) -> Vec<String> {
    let mut events = Vec::new();
    while mailbox.try_batch(&mut events, 7) > 0 {}
    ids(&events)
}

/// With the default configuration an id is the event's number, from 1.
fn ids(events: &[Arc<Event>]) -> Vec<String> {
    events.iter().map(|event| event.id.to_string()).collect()
}

fn numbers(range: std::ops::RangeInclusive<u64>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

use std::collections::BTreeSet;

use pato_bus::Overflow;
use pato_events::Pattern;

use crate::waiting::polled;
use crate::{bus, draft, mailbox, pattern};

fn patterns(texts: &[&str]) -> BTreeSet<Pattern> {
    texts.iter().map(|text| pattern(text)).collect()
}

#[test]
fn what_is_wanted_is_told_at_first_and_whenever_it_changes() {
    let bus = bus();
    let early = mailbox(&bus, 8, Overflow::DropOldest, &["chat.*"]);
    let mut interest = bus.interest();
    assert_eq!(polled(interest.changed()).ready(), patterns(&["chat.*"]));

    let late = mailbox(&bus, 8, Overflow::DropOldest, &["chat.*", "obs.x"]);
    assert_eq!(
        polled(interest.changed()).ready(),
        patterns(&["chat.*", "obs.x"])
    );
    late.remove(&pattern("obs.x"));
    assert_eq!(polled(interest.changed()).ready(), patterns(&["chat.*"]));
    drop(early);
    assert_eq!(polled(interest.changed()).ready(), patterns(&["chat.*"]));
    late.close();
    assert_eq!(polled(interest.changed()).ready(), patterns(&[]));
}

#[test]
fn who_waits_is_woken_by_a_subscription_and_not_by_an_event() {
    let bus = bus();
    let mut interest = bus.interest();
    assert_eq!(polled(interest.changed()).ready(), patterns(&[]));
    let mut waiting = polled(interest.changed());
    assert!(!waiting.is_ready());
    bus.publish(draft("chat.message")).unwrap();
    assert!(!waiting.was_woken());
    assert!(!waiting.is_ready());
    let mailbox = mailbox(&bus, 8, Overflow::DropOldest, &["a.b"]);
    assert!(waiting.was_woken());
    assert_eq!(waiting.ready(), patterns(&["a.b"]));
    drop(waiting);
    drop(mailbox);
}

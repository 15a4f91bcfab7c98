use pato_bus::Overflow;

use crate::{bus, draft, mailbox, numbers, read};

#[test]
fn a_full_mailbox_drops_the_oldest_and_counts() {
    let bus = bus();
    let mailbox = mailbox(&bus, 3, Overflow::DropOldest, &["**"]);
    for _ in 0..10 {
        bus.publish(draft("chat.message")).unwrap();
    }
    assert_eq!(mailbox.len(), 3);
    assert_eq!(read(&mailbox), numbers(8..=10));
    assert_eq!(mailbox.take_dropped(), 7);
    assert_eq!(mailbox.take_dropped(), 0, "told once");
    let metrics = mailbox.metrics();
    assert_eq!((metrics.delivered, metrics.dropped), (3, 7));
}

#[test]
fn a_full_mailbox_drops_the_newest_and_counts() {
    let bus = bus();
    let mailbox = mailbox(&bus, 3, Overflow::DropNewest, &["**"]);
    for _ in 0..10 {
        bus.publish(draft("chat.message")).unwrap();
    }
    assert_eq!(read(&mailbox), numbers(1..=3));
    assert_eq!(mailbox.take_dropped(), 7);
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(read(&mailbox), ["11"], "there is room again");
    assert_eq!(mailbox.take_dropped(), 0);
}

#[test]
fn a_full_mailbox_takes_nothing_from_its_neighbour() {
    let bus = bus();
    let slow = mailbox(&bus, 1, Overflow::DropOldest, &["chat.*"]);
    let quick = mailbox(&bus, 100, Overflow::DropOldest, &["chat.*"]);
    for _ in 0..50 {
        bus.publish(draft("chat.message")).unwrap();
    }
    assert_eq!(read(&quick), numbers(1..=50));
    assert_eq!((slow.len(), slow.take_dropped()), (1, 49));
}

#[test]
fn a_mailbox_without_capacity_holds_one_event() {
    let bus = bus();
    let mailbox = mailbox(&bus, 0, Overflow::DropOldest, &["**"]);
    bus.publish(draft("chat.message")).unwrap();
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(read(&mailbox), ["2"]);
}

#[test]
fn a_batch_is_no_larger_than_asked() {
    let bus = bus();
    let mailbox = mailbox(&bus, 10, Overflow::DropOldest, &["**"]);
    for _ in 0..5 {
        bus.publish(draft("chat.message")).unwrap();
    }
    let mut events = Vec::new();
    assert_eq!(mailbox.try_batch(&mut events, 0), 0);
    assert_eq!(mailbox.try_batch(&mut events, 3), 3);
    assert_eq!(mailbox.try_batch(&mut events, 3), 2);
    assert_eq!(mailbox.try_batch(&mut events, 3), 0);
    assert_eq!(crate::ids(&events), numbers(1..=5));
}

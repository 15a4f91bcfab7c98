use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pato_bus::{Bus, Mailbox, MailboxConfiguration, Overflow};
use pato_events::Event;
use proptest::prelude::*;

use crate::spill::MemorySpill;
use crate::waiting::polled;
use crate::{bus, draft, ids, mailbox, numbers, pattern, read, state};

fn held(bus: &Bus, capacity: usize, overflow: Overflow, patterns: &[&str]) -> Mailbox {
    let mailbox = bus.subscribe_held(MailboxConfiguration {
        name: "held".into(),
        capacity,
        overflow,
    });
    for text in patterns {
        mailbox.add(pattern(text));
    }
    mailbox
}

fn publish(bus: &Bus, count: usize) {
    for _ in 0..count {
        bus.publish(draft("chat.message")).unwrap();
    }
}

#[test]
fn a_held_mailbox_gets_nothing_but_its_patterns_are_known() {
    let bus = bus();
    let mailbox = held(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let event = bus.publish(draft("chat.message")).unwrap();
    assert!(!mailbox.offer(&event));
    assert!(mailbox.is_empty());
    assert_eq!(mailbox.patterns(), [pattern("chat.*")]);
    assert_eq!(bus.metrics().subscriptions, 1);
    assert!(mailbox.remove(&pattern("chat.*")));
}

#[test]
fn each_event_goes_to_the_one_whose_turn_it_is_forth_and_back() {
    let bus = bus();
    let old = mailbox(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let new = held(&bus, 10, Overflow::DropOldest, &["chat.*", "alert.*"]);
    publish(&bus, 2);
    old.hand_over(&new);
    publish(&bus, 3);
    bus.publish(draft("alert.shown")).unwrap();
    assert_eq!(read(&old), ["1", "2"]);
    let mut taken = Vec::new();
    new.try_batch(&mut taken, 3);
    // Of these three it has handled one.
    new.hand_back(&old, &taken[1..]);
    publish(&bus, 1);
    assert_eq!(read(&old), ["4", "5", "6", "7"]);
    assert!(new.is_empty());
    assert_eq!(new.metrics().delivered, 1);
}

#[test]
fn the_reader_that_gets_events_back_is_woken() {
    let bus = bus();
    let old = mailbox(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let new = held(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    old.hand_over(&new);
    publish(&bus, 1);
    let mut events = Vec::new();
    let mut waiting = polled(old.next_batch(&mut events, 5));
    assert!(!waiting.is_ready());
    new.hand_back(&old, &[]);
    assert!(waiting.was_woken() && waiting.is_ready());
    drop(waiting);
    assert_eq!(ids(&events), ["1"]);
}

#[test]
fn what_goes_back_is_not_dropped_though_the_mailbox_is_full() {
    let bus = bus();
    let old = mailbox(&bus, 2, Overflow::DropOldest, &["chat.*"]);
    let new = held(&bus, 3, Overflow::DropOldest, &["chat.*"]);
    publish(&bus, 2);
    old.hand_over(&new);
    publish(&bus, 3);
    new.hand_back(&old, &[]);
    assert_eq!(old.len(), 5);
    publish(&bus, 1);
    assert_eq!(old.len(), 5, "it does not grow from there");
    assert_eq!(read(&old), numbers(2..=6));
    assert_eq!(old.take_dropped(), 1);
}

#[test]
fn whoever_takes_over_learns_how_things_stand_and_the_other_what_changed_meanwhile() {
    let bus = bus();
    let first = bus.publish(state("chat.mode", "one")).unwrap();
    let old = mailbox(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let new = held(&bus, 10, Overflow::DropOldest, &["chat.*", "**"]);
    let second = bus.publish(state("chat.mode", "two")).unwrap();
    assert_eq!(ids(&old.hand_over(&new)), ids(&[first, second.clone()]));
    let handled = bus.publish(state("chat.mode", "one")).unwrap();
    let mut taken = Vec::new();
    assert_eq!(new.try_batch(&mut taken, 1), 1);
    let unread = bus.publish(state("chat.mode", "two")).unwrap();
    // The other one comes as what it is: news.
    assert_eq!(ids(&new.hand_back(&old, &[])), ids(&[handled]));
    assert_eq!(read(&old), ids(&[second, unread]));
}

#[test]
fn the_spill_goes_along_with_what_is_in_it() {
    let bus = bus();
    let spill = MemorySpill::default();
    let old = mailbox(&bus, 2, Overflow::Spill(Box::new(spill)), &["chat.*"]);
    let new = held(&bus, 2, Overflow::HandedSpill, &["chat.*"]);
    publish(&bus, 5);
    old.hand_over(&new);
    publish(&bus, 2);
    assert_eq!((old.metrics().queued, old.metrics().spilled), (2, 0));
    assert_eq!((new.metrics().queued, new.metrics().spilled), (0, 5));
    let mut taken = Vec::new();
    new.try_batch(&mut taken, 1);
    new.hand_back(&old, &taken);
    publish(&bus, 1);
    assert_eq!(read(&old), numbers(1..=8));
    assert!(new.is_empty());
}

#[test]
fn a_spill_that_the_other_one_cannot_use_stays_and_what_comes_back_is_behind_what_is_in_it() {
    let bus = bus();
    let spill = MemorySpill::default();
    let old = mailbox(&bus, 2, Overflow::Spill(Box::new(spill)), &["chat.*"]);
    let new = held(&bus, 9, Overflow::DropOldest, &["chat.*"]);
    publish(&bus, 5);
    old.hand_over(&new);
    publish(&bus, 2);
    assert_eq!((old.len(), new.len()), (5, 2));
    new.hand_back(&old, &[]);
    publish(&bus, 1);
    assert_eq!(read(&old), numbers(1..=8));
}

#[test]
fn what_is_left_goes_before_all_that_waits() {
    let bus = bus();
    let spill = MemorySpill::default();
    let kept = spill.kept.clone();
    let old = mailbox(&bus, 9, Overflow::Spill(Box::new(spill)), &["chat.*"]);
    let new = held(&bus, 2, Overflow::HandedSpill, &["chat.*"]);
    publish(&bus, 3);
    let mut taken = Vec::new();
    old.try_batch(&mut taken, 2);
    old.hand_over(&new);
    publish(&bus, 3);
    old.leave_to(&new, &taken[1..]);
    let mut events = Vec::new();
    new.try_batch(&mut events, 1);
    assert_eq!(ids(&events), ["2"]);
    drop(old);
    drop(new);
    assert_eq!(ids(&kept.lock().unwrap()), numbers(3..=6));
}

#[test]
fn what_is_left_to_one_that_has_ended_is_set_aside() {
    let bus = bus();
    let spill = MemorySpill::default();
    let kept = spill.kept.clone();
    let old = mailbox(&bus, 9, Overflow::Spill(Box::new(spill)), &["chat.*"]);
    let new = held(&bus, 9, Overflow::HandedSpill, &["chat.*"]);
    publish(&bus, 2);
    old.hand_over(&new);
    new.set_aside(&[]);
    old.leave_to(&new, &[]);
    assert_eq!(ids(&kept.lock().unwrap()), ["1", "2"]);
}

/// One plugin's two versions, and what each has handled.
struct Pair {
    mailboxes: [Mailbox; 2],
    handled: [Vec<Arc<Event>>; 2],
}

impl Pair {
    fn handle(&mut self, which: usize, at_most: usize) -> usize {
        self.mailboxes[which].try_batch(&mut self.handled[which], at_most)
    }

    /// Takes a batch, handles a part of it, and gives the rest back.
    fn give_back(&mut self, random: u64) {
        let taken = &mut Vec::new();
        self.mailboxes[1].try_batch(taken, (random % 7) as usize);
        let rest = taken.split_off(taken.len() / 2);
        self.handled[1].append(taken);
        self.mailboxes[1].hand_back(&self.mailboxes[0], &rest);
    }
}

/// A sequence of numbers that looks random (Vigna's splitmix64).
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = (*random ^ (*random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_event_is_handled_by_exactly_one_and_each_handles_in_order(
        mut random in any::<u64>(),
        spills in any::<bool>(),
    ) {
        const PUBLISHERS: usize = 3;
        const EVENTS: usize = 700;
        let bus = bus();
        let (capacity, overflow, handed) = match spills {
            true => (8, Overflow::Spill(Box::<MemorySpill>::default()), Overflow::HandedSpill),
            false => (PUBLISHERS * EVENTS, Overflow::DropOldest, Overflow::DropOldest),
        };
        let old = mailbox(&bus, capacity, overflow, &["chat.*"]);
        let new = held(&bus, capacity, handed, &["**"]);
        let mut pair = Pair { mailboxes: [old, new], handled: Default::default() };
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let publishers: Vec<_> = (0..PUBLISHERS)
                .map(|_| scope.spawn(|| publish(&bus, EVENTS)))
                .collect();
            scope.spawn(|| {
                for publisher in publishers {
                    publisher.join().unwrap();
                }
                done.store(true, Ordering::Release);
            });
            let mut on_trial = false;
            while !done.load(Ordering::Acquire) {
                let number = next(&mut random);
                match number % 5 {
                    0 if on_trial => pair.give_back(number >> 8),
                    0 => drop(pair.mailboxes[0].hand_over(&pair.mailboxes[1])),
                    1 => std::thread::yield_now(),
                    which => {
                        pair.handle((which % 2) as usize, (number >> 8) as usize % 9);
                    }
                }
                on_trial ^= number.is_multiple_of(5);
            }
        });
        while pair.handle(0, 64) + pair.handle(1, 64) > 0 {}

        let mut seen = BTreeSet::new();
        for handled in &pair.handled {
            let numbers: Vec<u64> = handled.iter().map(|event| event.id.as_str().parse().unwrap()).collect();
            prop_assert!(numbers.is_sorted(), "{numbers:?}");
            for number in numbers {
                prop_assert!(seen.insert(number), "{number} was handled twice");
            }
        }
        prop_assert_eq!(seen.len(), PUBLISHERS * EVENTS);
        let dropped: u64 = pair.mailboxes.iter().map(|mailbox| mailbox.metrics().dropped).sum();
        let delivered: u64 = pair.mailboxes.iter().map(|mailbox| mailbox.metrics().delivered).sum();
        prop_assert_eq!((dropped, delivered), (0, (PUBLISHERS * EVENTS) as u64));
    }
}

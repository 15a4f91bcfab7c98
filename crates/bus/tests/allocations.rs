#![allow(
    missing_docs,
    unsafe_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail loudly, and counting allocations takes an allocator"
)]
//! Publishing allocates for the event, not for its subscribers.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use pato_bus::{Bus, BusConfiguration, MailboxConfiguration, ManualClock};
use pato_events::{Draft, Pattern, Payload, Topic};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: all is left to the system's allocator; a cell without destructor is counted up before.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the same promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the same promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of_a_publish(matching: usize, others: usize) -> usize {
    let configuration = BusConfiguration {
        history: 16,
        ..BusConfiguration::default()
    };
    let bus = Bus::new(configuration, Arc::new(ManualClock::new(0.0)));
    let mailboxes: Vec<_> = (0..matching + others)
        .map(|number| {
            let mailbox = bus.subscribe(MailboxConfiguration {
                capacity: 8,
                ..MailboxConfiguration::new("test")
            });
            let pattern = if number < matching {
                "chat.*"
            } else {
                "obs.**"
            };
            mailbox.add(Pattern::new(pattern).unwrap());
            mailbox
        })
        .collect();
    let draft = Draft::new(
        Topic::new("chat.message").unwrap(),
        "test",
        Payload::empty(),
    );
    // Queues and history grow to their bounds first.
    for _ in 0..32 {
        bus.publish(draft.clone()).unwrap();
    }
    let mut events = Vec::with_capacity(8);
    for mailbox in &mailboxes {
        events.clear();
        mailbox.try_batch(&mut events, 3);
    }
    let before = ALLOCATIONS.get();
    bus.publish(draft.clone()).unwrap();
    ALLOCATIONS.get() - before
}

#[test]
fn a_publish_allocates_the_event_and_its_id_and_no_more() {
    assert_eq!(allocations_of_a_publish(0, 0), 2);
    assert_eq!(allocations_of_a_publish(1, 1_000), 2);
    assert_eq!(allocations_of_a_publish(1_000, 0), 2);
}

#[test]
fn an_idle_mailbox_takes_no_memory_for_its_capacity() {
    let bus = Bus::new(BusConfiguration::default(), Arc::new(ManualClock::new(0.0)));
    let before = ALLOCATIONS.get();
    let mailboxes: Vec<_> = ["small", "large"]
        .into_iter()
        .zip([1, usize::MAX])
        .map(|(name, capacity)| {
            bus.subscribe(MailboxConfiguration {
                capacity,
                ..MailboxConfiguration::new(name)
            })
        })
        .collect();
    assert_eq!(mailboxes.len(), 2);
    assert!(ALLOCATIONS.get() - before < 20);
}

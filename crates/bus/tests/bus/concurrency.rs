use std::collections::HashMap;
use std::sync::Arc;

use pato_bus::{Mailbox, Overflow};
use pato_events::{Draft, Event, Payload};

use crate::spill::MemorySpill;
use crate::{bus, draft, mailbox, pattern};

const PUBLISHERS: u64 = 4;
const EVENTS: u64 = 5_000;

async fn read_to_the_end(mailbox: Arc<Mailbox>, at_once: usize) -> Vec<Arc<Event>> {
    let mut events = Vec::new();
    while mailbox.next_batch(&mut events, at_once).await > 0 {}
    events
}

fn assert_in_order(events: &[Arc<Event>]) {
    let mut last_id = 0;
    let mut last_of: HashMap<&str, u64> = HashMap::new();
    for event in events {
        let id: u64 = event.id.as_str().parse().unwrap();
        assert!(id > last_id, "{id} came after {last_id}");
        last_id = id;
        let number: HashMap<String, u64> = event.data.read().unwrap();
        let number = number["number"];
        if let Some(last) = last_of.insert(&event.source, number) {
            assert!(
                number > last,
                "{}: {number} came after {last}",
                event.source
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_events_of_all_publishers_are_accounted_for_and_in_one_order() {
    let bus = bus();
    let spill = Overflow::Spill(Box::new(MemorySpill::default()));
    let mailboxes = [
        mailbox(&bus, 16, Overflow::DropOldest, &["**", "chat.*"]),
        mailbox(&bus, 16, Overflow::DropNewest, &["chat.message"]),
        mailbox(&bus, 16, spill, &["chat.**"]),
    ]
    .map(Arc::new);
    let readers: Vec<_> = mailboxes
        .iter()
        .map(|mailbox| tokio::spawn(read_to_the_end(mailbox.clone(), 5)))
        .collect();

    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|publisher| {
            let bus = bus.clone();
            tokio::task::spawn_blocking(move || {
                for number in 0..EVENTS {
                    let numbered = Draft {
                        source: format!("publisher-{publisher}").into(),
                        data: Payload::parse(&format!("{{\"number\":{number}}}")).unwrap(),
                        ..draft("chat.message")
                    };
                    bus.publish(numbered).unwrap();
                    if number % 100 == publisher {
                        // Changes of subscriptions in between must not disturb the others.
                        mailbox(&bus, 1, Overflow::DropOldest, &["chat.*"]);
                    }
                }
            })
        })
        .collect();
    for publisher in publishers {
        publisher.await.unwrap();
    }

    for (mailbox, reader) in mailboxes.iter().zip(readers) {
        mailbox.close();
        let events = reader.await.unwrap();
        assert_in_order(&events);
        let metrics = mailbox.metrics();
        assert_eq!(metrics.delivered, events.len() as u64);
        assert_eq!((metrics.queued, metrics.spilled), (0, 0));
        assert_eq!(metrics.delivered + metrics.dropped, PUBLISHERS * EVENTS);
        assert_eq!(u64::from(mailbox.take_dropped()), metrics.dropped);
    }
    assert_eq!(mailboxes[2].metrics().dropped, 0, "a spill loses nothing");
    assert_in_order(&bus.history(&pattern("**"), usize::MAX));
    assert_eq!(bus.metrics().published, PUBLISHERS * EVENTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mailbox_sees_an_effect_before_its_cause() {
    let bus = bus();
    let answering = mailbox(&bus, 10_000, Overflow::DropOldest, &["chat.message"]);
    // Later than the one that answers: the answer could overtake the message here.
    let watching = mailbox(&bus, 10_000, Overflow::DropOldest, &["**"]);
    let publisher = {
        let bus = bus.clone();
        tokio::task::spawn_blocking(move || {
            for _ in 0..2_000 {
                bus.publish(draft("chat.message")).unwrap();
            }
        })
    };
    let mut events = Vec::new();
    for index in 0..2_000 {
        if events.len() == index {
            answering.next_batch(&mut events, 1).await;
        }
        bus.publish(draft("chat.reply").caused_by(&events[index]))
            .unwrap();
    }
    publisher.await.unwrap();

    let mut seen = std::collections::HashSet::new();
    let mut watched = Vec::new();
    assert_eq!(watching.try_batch(&mut watched, 10_000), 4_000);
    for event in &watched {
        if let Some(cause) = &event.cause {
            assert!(seen.contains(cause), "{} came before {cause}", event.id);
        }
        seen.insert(event.id.clone());
    }
}

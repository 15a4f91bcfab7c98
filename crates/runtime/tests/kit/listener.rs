use std::sync::Arc;

use pato_bus::{Bus, Mailbox, MailboxConfiguration, Overflow};
use pato_events::{Event, Pattern};
use serde_json::Value;

use super::within;

/// Hears everything on one pattern, in order.
pub(crate) struct Listener {
    pattern: String,
    mailbox: Mailbox,
}

impl Listener {
    pub(crate) fn new(bus: &Bus, pattern: &str) -> Self {
        let mailbox = bus.subscribe(MailboxConfiguration {
            name: "test".into(),
            capacity: 1 << 20,
            overflow: Overflow::DropOldest,
        });
        mailbox.add(Pattern::new(pattern).unwrap());
        Self {
            pattern: pattern.to_owned(),
            mailbox,
        }
    }

    /// The next event.
    pub(crate) async fn next(&self) -> Arc<Event> {
        let mut events = Vec::new();
        within(&self.pattern, self.mailbox.next_batch(&mut events, 1)).await;
        events.remove(0)
    }

    /// The data of the next event.
    pub(crate) async fn data(&self) -> Value {
        self.next().await.data.read().unwrap()
    }

    /// The data of so many events.
    pub(crate) async fn take(&self, count: usize) -> Vec<Value> {
        let mut data = Vec::new();
        for _ in 0..count {
            data.push(self.data().await);
        }
        data
    }

    /// Everything up to the first event whose data fits.
    pub(crate) async fn until(&self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut data = Vec::new();
        loop {
            let next = self.data().await;
            let done = fits(&next);
            data.push(next);
            if done {
                return data;
            }
        }
    }

    /// The data of what has arrived.
    pub(crate) fn arrived(&self) -> Vec<Value> {
        let mut events = Vec::new();
        self.mailbox.try_batch(&mut events, usize::MAX);
        let data = events.iter().map(|event| event.data.read().unwrap());
        data.collect()
    }
}

//! One mailbox takes the place of another.

use std::sync::Arc;

use pato_events::{Event, Topic};

use super::{Bus, Core};
use crate::inbox::Inbox;
use crate::mailbox::{Mailbox, MailboxConfiguration};

/// A mailbox by its number, with its queue.
pub(crate) type End<'a> = (u64, &'a Inbox);

impl Bus {
    /// A new mailbox to which nothing is delivered until [another one](Mailbox::hand_over) hands over
    /// to it. Patterns can be added to it meanwhile: publishers learn that somebody wants their events.
    pub fn subscribe_held(&self, configuration: MailboxConfiguration) -> Mailbox {
        let mailbox = self.subscribe(configuration);
        self.core().index.hold(mailbox.number(), 0);
        mailbox
    }

    /// Lets `to` begin where `from` ends, and says how things stand with what `to` subscribed to and
    /// has not been told of. With `taken`, what waits in `from` goes to `to` after these.
    pub(crate) fn hand_over(
        &self,
        from: End<'_>,
        to: End<'_>,
        taken: Option<&[Arc<Event>]>,
    ) -> Vec<Arc<Event>> {
        let states = {
            let mut core = self.core();
            let sequence = core.sequence;
            core.index.hold(from.0, sequence);
            from.1.await_spill_of(to.1);
            let mut states = match core.index.release(to.0) {
                Some(since) => core.states_since(to.0, since),
                None => Vec::new(),
            };
            if let Some(taken) = taken {
                let moved = from.1.move_unread(to.1, taken);
                // These will come as news.
                states.retain(|state| !moved.iter().any(|event| Arc::ptr_eq(event, state)));
            }
            states
        };
        from.1.hand_spill(to.1);
        to.1.settle();
        states
    }

    /// Whether a mailbox would be given an event of this topic now.
    pub(crate) fn delivers(&self, number: u64, topic: &Topic) -> bool {
        let core = self.core();
        let mut patterns = core.index.patterns(number);
        !core.index.is_held(number) && patterns.any(|pattern| pattern.matches(topic))
    }
}

impl Core {
    /// States that a mailbox's patterns select and that are newer than an event.
    fn states_since(&self, number: u64, since: u64) -> Vec<Arc<Event>> {
        let patterns = self.index.patterns(number);
        let states = patterns.flat_map(|pattern| self.states.matching(pattern));
        let mut states: Vec<_> = states.filter(|(sequence, _)| *sequence > since).collect();
        // More than one pattern may select it.
        states.sort_unstable_by_key(|(sequence, _)| *sequence);
        states.dedup_by_key(|(sequence, _)| *sequence);
        states.into_iter().map(|(_, event)| event).collect()
    }
}

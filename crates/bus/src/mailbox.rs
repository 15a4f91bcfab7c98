use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use pato_events::{Event, Pattern};

use crate::bus::Bus;
use crate::inbox::{Inbox, MailboxMetrics, Spill};

/// How a mailbox is to be.
#[derive(Debug)]
pub struct MailboxConfiguration {
    /// Whose it is, shown in the metrics.
    pub name: Arc<str>,
    /// How many events it holds in memory, at least one. Memory is taken as it is needed.
    pub capacity: usize,
    /// What happens to an event when it is full.
    pub overflow: Overflow,
}

impl MailboxConfiguration {
    /// A mailbox for 1,024 events that drops the oldest.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            capacity: 1_024,
            overflow: Overflow::DropOldest,
        }
    }
}

/// What happens to an event when the mailbox is full.
pub enum Overflow {
    /// The oldest event that waits makes room, and is counted as dropped.
    DropOldest,
    /// The event itself is dropped, and counted.
    DropNewest,
    /// Nothing is lost: the event goes to the spill, and so does every later one until the reader has
    /// emptied it, so that the order is kept.
    Spill(Box<dyn Spill>),
    /// The same, with the spill that [another mailbox](Mailbox::hand_over) hands over. Until then what
    /// comes waits in memory.
    HandedSpill,
}

impl fmt::Debug for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DropOldest => "DropOldest",
            Self::DropNewest => "DropNewest",
            Self::Spill(_) => "Spill",
            Self::HandedSpill => "HandedSpill",
        })
    }
}

/// A subscriber's end of the bus: patterns go in, events come out, in the order of the bus.
///
/// One task reads it at a time: of two that wait, only the later one would be woken. Dropping it ends
/// its subscriptions; what waits then is lost, or with a [`Spill`] kept for the next mailbox that has
/// the same one.
pub struct Mailbox {
    bus: Bus,
    number: u64,
    inbox: Arc<Inbox>,
}

impl Mailbox {
    pub(crate) fn new(bus: Bus, number: u64, inbox: Arc<Inbox>) -> Self {
        Self { bus, number, inbox }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    fn end(&self) -> (u64, &Inbox) {
        (self.number, &self.inbox)
    }

    /// Subscribes to the topics that `pattern` selects, and returns the latest event of each stateful
    /// (topic, source, account) among them, oldest first.
    ///
    /// Every event published after those arrives in the mailbox. Topics that an earlier pattern of
    /// this mailbox selects are left out of what is returned, as their events have been here already;
    /// so adding a pattern again changes nothing and returns nothing.
    pub fn add(&self, pattern: Pattern) -> Vec<Arc<Event>> {
        self.bus.add_pattern(self.number, pattern)
    }

    /// Ends the subscription that was made with exactly this pattern; false if there is none. What
    /// waits in the mailbox stays there.
    pub fn remove(&self, pattern: &Pattern) -> bool {
        self.bus.remove_pattern(self.number, pattern)
    }

    /// The patterns subscribed to, in the order of their text.
    pub fn patterns(&self) -> Vec<Pattern> {
        self.bus.patterns(self.number)
    }

    /// Waits for at least one event, then moves up to `at_most` to the end of `into` and returns how
    /// many. Returns 0 only when the mailbox is closed and empty, or when `at_most` is 0.
    ///
    /// Cancel-safe: no event is lost when the future is dropped before it is ready.
    pub async fn next_batch(&self, into: &mut Vec<Arc<Event>>, at_most: usize) -> usize {
        poll_fn(|context| {
            let count = self.try_batch(into, at_most);
            if count > 0 || at_most == 0 {
                return Poll::Ready(count);
            }
            self.inbox.waker().register(context.waker());
            // An event or the end may have come since the first look, and woken nobody.
            let closed = self.inbox.is_closed();
            match self.try_batch(into, at_most) {
                0 if !closed => Poll::Pending,
                count => Poll::Ready(count),
            }
        })
        .await
    }

    /// Moves up to `at_most` events to the end of `into`, without waiting, and returns how many.
    pub fn try_batch(&self, into: &mut Vec<Arc<Event>>, at_most: usize) -> usize {
        self.inbox.take(into, at_most)
    }

    /// Puts an event into this mailbox alone, if one of its patterns selects it, as if it had been
    /// published just now; nobody else sees it, and no history keeps it. Says whether it was wanted.
    pub fn offer(&self, event: &Arc<Event>) -> bool {
        let wanted = self.bus.delivers(self.number, &event.topic);
        if wanted {
            self.inbox.deliver(event);
            self.inbox.settle();
        }
        wanted
    }

    /// Lets `to` take the place of this mailbox, between two events: each one published before goes to
    /// this one as far as its patterns select it, each one after that to `to` as far as the patterns
    /// select it that `to` has then. What waits here stays, but for what lies in a [`Spill`]: that
    /// belongs to one mailbox at a time, and goes with it if both may spill.
    ///
    /// Returns how things stand with what `to` subscribed to and has not been told of. Both must be
    /// mailboxes of the same bus.
    pub fn hand_over(&self, to: &Mailbox) -> Vec<Arc<Event>> {
        self.bus.hand_over(self.end(), to.end(), None)
    }

    /// Undoes a [`hand_over`](Self::hand_over) that `to` made to this mailbox: `to` is delivered to
    /// again. What the reader of this one took but did not come to handle, and what it did not take,
    /// waits in `to`, after what waits there already and before whatever comes.
    pub fn hand_back(&self, to: &Mailbox, taken: &[Arc<Event>]) -> Vec<Arc<Event>> {
        self.bus.hand_over(self.end(), to.end(), Some(taken))
    }

    /// Closes the mailbox, and puts what its reader took but did not come to handle, and what it did not
    /// take, before all that waits in `to`.
    pub fn leave_to(&self, to: &Mailbox, taken: &[Arc<Event>]) {
        self.close();
        self.inbox.leave_unread(&to.inbox, taken);
    }

    /// Whether it may spill.
    pub fn spills(&self) -> bool {
        self.inbox.spills()
    }

    /// How many events were dropped since this was last asked.
    pub fn take_dropped(&self) -> u32 {
        self.inbox.take_dropped()
    }

    /// How many events wait, in memory or in the spill.
    pub fn len(&self) -> usize {
        self.inbox.len()
    }

    /// Whether no event waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What has become of the events for this mailbox.
    pub fn metrics(&self) -> MailboxMetrics {
        self.inbox.metrics()
    }

    /// Ends all subscriptions for good. What waits can still be read; after that, and for a reader
    /// that waits now, [`next_batch`](Self::next_batch) returns 0.
    pub fn close(&self) {
        self.bus.remove_inbox(self.number);
        self.inbox.close();
    }

    /// Closes the mailbox, and puts what the reader took but did not come to handle, and what it did
    /// not take, into the spill: the next mailbox with that spill gets it first. Without a spill,
    /// what was taken is forgotten.
    pub fn set_aside(&self, taken: &[Arc<Event>]) {
        self.close();
        self.inbox.set_aside(taken);
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.close();
        self.inbox.set_aside(&[]);
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Mailbox");
        text.field("metrics", &self.metrics())
            .finish_non_exhaustive()
    }
}

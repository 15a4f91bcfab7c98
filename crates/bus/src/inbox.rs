mod handover;

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use atomic_waker::AtomicWaker;
use pato_events::Event;
use serde::Serialize;

use crate::lock;
use crate::mailbox::{MailboxConfiguration, Overflow};

/// Takes the events that do not fit into a mailbox that must not lose any, such as a file.
///
/// First in, first out. `push` is called in the publisher's call, and `pop` in the reader's: each may
/// take as long as a write to or read from a local file. Neither may call the bus. Events that are
/// there from the beginning, left over from an earlier run, are delivered before all others.
pub trait Spill: Send {
    /// Appends an event.
    ///
    /// # Errors
    ///
    /// If it was not stored: the event is then dropped, counted, and the error's text is shown in
    /// [`MailboxMetrics::spill_error`].
    fn push(&mut self, event: &Event) -> io::Result<()>;

    /// Takes out up to `at_most` events, oldest first.
    ///
    /// # Errors
    ///
    /// If nothing could be taken out: the events stay, and the next event or call tries again.
    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>>;

    /// Puts events back that were taken out but have not reached the reader, before all others, so
    /// that the next mailbox with this spill gets them first.
    ///
    /// # Errors
    ///
    /// If they were not stored: they are then dropped and counted.
    fn put_back(&mut self, events: &[Arc<Event>]) -> io::Result<()>;

    /// How many events it holds.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What has become of the events for one mailbox.
///
/// Every event that matched is counted in exactly one of `queued`, `spilled`, `delivered` and
/// `dropped`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailboxMetrics {
    /// The mailbox's name.
    pub name: Arc<str>,
    /// How many events it holds in memory at most.
    pub capacity: usize,
    /// Events in memory that wait for the reader.
    pub queued: usize,
    /// Events beyond the capacity that wait in the spill.
    pub spilled: usize,
    /// Events handed to the reader.
    pub delivered: u64,
    /// Events lost because the mailbox was full, or because its spill failed.
    pub dropped: u64,
    /// The spill's latest error, if it ever had one.
    pub spill_error: Option<String>,
}

/// The bus's side of a mailbox.
pub(crate) struct Inbox {
    name: Arc<str>,
    capacity: usize,
    policy: Policy,
    queue: Mutex<Queue>,
    /// Set when the reader must be woken, which happens after the bus is unlocked.
    wake: AtomicBool,
    waker: AtomicWaker,
}

enum Policy {
    DropOldest,
    DropNewest,
    /// Locked before the queue, and never together with the bus. None while another mailbox has it.
    Spill(Mutex<Option<Box<dyn Spill>>>),
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Arc<Event>>,
    /// Events on their way to the spill, in order; at most one for each publisher that runs.
    staged: VecDeque<Arc<Event>>,
    /// Whether another mailbox is about to hand over its spill: what comes until then is staged.
    awaits_spill: bool,
    /// How many events the spill holds. Newer ones go there too, as long as there are any.
    spilled: usize,
    delivered: u64,
    dropped: u64,
    unreported: u32,
    spill_error: Option<String>,
    closed: bool,
}

impl Inbox {
    pub(crate) fn new(configuration: MailboxConfiguration) -> Self {
        let mut queue = Queue::default();
        let policy = match configuration.overflow {
            Overflow::DropOldest => Policy::DropOldest,
            Overflow::DropNewest => Policy::DropNewest,
            Overflow::Spill(spill) => {
                queue.spilled = spill.len();
                Policy::Spill(Mutex::new(Some(spill)))
            }
            Overflow::HandedSpill => {
                queue.awaits_spill = true;
                Policy::Spill(Mutex::new(None))
            }
        };
        Self {
            name: configuration.name,
            capacity: configuration.capacity.max(1),
            policy,
            queue: Mutex::new(queue),
            wake: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    /// Appends an event. Called with the bus locked, so it neither waits nor wakes anyone; the
    /// publisher calls [`settle`](Self::settle) as soon as the bus is unlocked.
    pub(crate) fn deliver(&self, event: &Arc<Event>) {
        let mut queue = self.queue();
        if queue.closed {
            return;
        }
        let was_empty = queue.events.is_empty();
        let has_room = queue.beyond() == 0 && queue.events.len() < self.capacity;
        if has_room && !queue.awaits_spill {
            queue.events.push_back(event.clone());
        } else {
            match self.policy {
                Policy::DropOldest => {
                    queue.events.pop_front();
                    queue.events.push_back(event.clone());
                    queue.count_dropped(1);
                }
                Policy::DropNewest => queue.count_dropped(1),
                Policy::Spill(_) => queue.staged.push_back(event.clone()),
            }
        }
        drop(queue);
        if was_empty {
            self.wake_reader();
        }
    }

    /// Has [`settle`](Self::settle) wake the reader.
    fn wake_reader(&self) {
        self.wake.store(true, Ordering::Release);
    }

    /// Writes to the spill what belongs there, and wakes the reader if it had nothing to read.
    pub(crate) fn settle(&self) {
        if let Policy::Spill(spill) = &self.policy {
            self.write_staged(spill);
        }
        // The load keeps the usual case, a reader that has enough to do, free of a locked write.
        if self.wake.load(Ordering::Relaxed) && self.wake.swap(false, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    /// Moves up to `at_most` events to the reader.
    pub(crate) fn take(&self, into: &mut Vec<Arc<Event>>, at_most: usize) -> usize {
        let mut queue = self.queue();
        if queue.events.is_empty() && queue.beyond() > 0 && at_most > 0 {
            drop(queue);
            self.refill();
            queue = self.queue();
        }
        let count = queue.events.len().min(at_most);
        into.extend(queue.events.drain(..count));
        queue.delivered += count as u64;
        count
    }

    pub(crate) fn close(&self) {
        self.queue().closed = true;
        self.waker.wake();
    }

    /// Moves `taken`, and after it what waits in memory, to the front of the spill, if there is one.
    /// Called when nobody is left to read.
    pub(crate) fn set_aside(&self, taken: &[Arc<Event>]) {
        let Policy::Spill(spill) = &self.policy else {
            return;
        };
        let mut spill = lock(spill);
        let Some(spill) = spill.as_mut() else {
            return;
        };
        let unread = self.take_unread(taken);
        if unread.is_empty() {
            return;
        }
        let kept = spill.put_back(&unread);
        let mut queue = self.queue();
        match kept {
            Ok(()) => queue.spilled += unread.len(),
            Err(error) => {
                queue.count_dropped(unread.len());
                queue.spill_error = Some(error.to_string());
            }
        }
    }

    pub(crate) fn spills(&self) -> bool {
        matches!(self.policy, Policy::Spill(_))
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.queue().closed
    }

    pub(crate) fn waker(&self) -> &AtomicWaker {
        &self.waker
    }

    /// Events that wait, in memory or in the spill.
    pub(crate) fn len(&self) -> usize {
        let queue = self.queue();
        queue.events.len() + queue.beyond()
    }

    pub(crate) fn take_dropped(&self) -> u32 {
        std::mem::take(&mut self.queue().unreported)
    }

    pub(crate) fn metrics(&self) -> MailboxMetrics {
        let queue = self.queue();
        MailboxMetrics {
            name: self.name.clone(),
            capacity: self.capacity,
            queued: queue.events.len(),
            spilled: queue.beyond(),
            delivered: queue.delivered,
            dropped: queue.dropped,
            spill_error: queue.spill_error.clone(),
        }
    }

    fn write_staged(&self, spill: &Mutex<Option<Box<dyn Spill>>>) {
        if self.queue().beyond() == 0 {
            return;
        }
        let mut spill = lock(spill);
        let Some(spill) = spill.as_mut() else {
            return;
        };
        while let Some(event) = self.next_staged() {
            if let Err(error) = spill.push(&event) {
                let mut queue = self.queue();
                queue.spilled -= 1;
                queue.count_dropped(1);
                queue.spill_error = Some(error.to_string());
            }
        }
    }

    /// A function of its own, so that the queue is unlocked while the event is written.
    fn next_staged(&self) -> Option<Arc<Event>> {
        let mut queue = self.queue();
        let event = queue.staged.pop_front()?;
        queue.spilled += 1;
        Some(event)
    }

    fn refill(&self) {
        let Policy::Spill(spill) = &self.policy else {
            return;
        };
        let mut spill = lock(spill);
        let Some(spill) = spill.as_mut() else {
            return;
        };
        let expected = self.queue().spilled;
        let popped = match expected {
            0 => Ok(Vec::new()),
            _ => spill.pop(self.capacity),
        };
        let left = spill.len();
        let mut queue = self.queue();
        match popped {
            Ok(events) if events.is_empty() && left > 0 => {
                let error = format!("the spill holds {left} events and gives none of them back");
                queue.spill_error = Some(error);
            }
            Ok(events) => {
                // What it took and neither gives back nor holds any more is lost.
                queue.count_dropped(expected.saturating_sub(events.len() + left));
                queue.spilled = left;
                queue.events.extend(events);
                if left == 0 {
                    let Queue { events, staged, .. } = &mut *queue;
                    events.append(staged);
                }
            }
            Err(error) => queue.spill_error = Some(error.to_string()),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }
}

impl Queue {
    /// Events that wait outside of memory, or are on their way there.
    fn beyond(&self) -> usize {
        self.spilled + self.staged.len()
    }

    fn count_dropped(&mut self, count: usize) {
        self.dropped += count as u64;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.unreported = self.unreported.saturating_add(count);
    }
}

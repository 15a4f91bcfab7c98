use std::sync::Arc;

use pato_events::Event;

use super::{Inbox, Policy};
use crate::lock;

impl Inbox {
    /// Keeps what comes from now on in memory until the spill is here, if `other` is to have it
    /// meanwhile: what is in the spill is older. Called with the bus locked.
    pub(crate) fn await_spill_of(&self, other: &Inbox) {
        if let (Policy::Spill(_), Policy::Spill(_)) = (&self.policy, &other.policy) {
            self.queue().awaits_spill = true;
        }
    }

    /// Moves `taken`, and after these what waits in memory, to the end of what waits in `to`, beyond
    /// its capacity if need be. Says what was moved. Called with the bus locked.
    pub(crate) fn move_unread(&self, to: &Inbox, taken: &[Arc<Event>]) -> Vec<Arc<Event>> {
        let unread = self.take_unread(taken);
        let mut queue = to.queue();
        // What is in its spill is older.
        let end = match queue.beyond() {
            0 => &mut queue.events,
            _ => &mut queue.staged,
        };
        end.extend(unread.iter().cloned());
        drop(queue);
        to.wake_reader();
        unread
    }

    /// Moves `taken`, and after these what waits in memory, before all that waits in `to`.
    pub(crate) fn leave_unread(&self, to: &Inbox, taken: &[Arc<Event>]) {
        let unread = self.take_unread(taken);
        let mut queue = to.queue();
        if queue.closed {
            drop(queue);
            return to.set_aside(&unread);
        }
        for event in unread.into_iter().rev() {
            queue.events.push_front(event);
        }
        drop(queue);
        to.wake_reader();
        to.settle();
    }

    /// Moves the spill with all that is in it, if both have such a policy. What was staged before is in
    /// it then, and what `to` was given meanwhile comes after it.
    pub(crate) fn hand_spill(&self, to: &Inbox) {
        let (Policy::Spill(own), Policy::Spill(other)) = (&self.policy, &to.policy) else {
            return;
        };
        self.write_staged(own);
        // One after the other: two hand-overs that cross must not wait for each other.
        let Some(spill) = lock(own).take() else {
            return;
        };
        let spilled = std::mem::take(&mut self.queue().spilled);
        let mut other = lock(other);
        *other = Some(spill);
        let mut queue = to.queue();
        queue.spilled = spilled;
        queue.awaits_spill = false;
        if spilled == 0 {
            while queue.events.len() < to.capacity
                && let Some(event) = queue.staged.pop_front()
            {
                queue.events.push_back(event);
            }
        }
        drop(queue);
        to.wake_reader();
    }

    pub(super) fn take_unread(&self, taken: &[Arc<Event>]) -> Vec<Arc<Event>> {
        let mut queue = self.queue();
        let mut unread = taken.to_vec();
        unread.extend(queue.events.drain(..));
        queue.delivered = queue.delivered.saturating_sub(taken.len() as u64);
        unread
    }
}

//! Publish and subscribe by pattern, with bounded mailboxes, snapshots, history and loop detection.
//!
//! Whoever has something to say calls [`Bus::publish`]; whoever wants to hear it holds a [`Mailbox`]
//! and adds patterns to it. A publish puts one shared event into the mailbox of each subscriber that
//! matches, and costs as much as there are of these: the others are not looked at.
//!
//! # What is guaranteed
//!
//! - *One order for all.* Events have one order on a bus: that of their ids, of the history, and of
//!   every mailbox. So no subscriber sees an event before the one that caused it, and the last event
//!   of a stateful topic in a mailbox is the state that the bus keeps.
//! - *Each event once* for each mailbox, however many of its patterns match.
//! - *No gap at the beginning.* [`Mailbox::add`] returns the state of the matching topics; every event
//!   after that arrives in the mailbox, none before it does.
//! - *A slow reader harms only itself.* A full mailbox drops by its [`Overflow`] policy and counts, or
//!   writes to its [`Spill`]. A publisher never waits for a reader; it holds one lock for the time it
//!   takes to append to the queues, and writes to a spill only after releasing it.
//! - *One mailbox can take the place of another*, [between two events](Mailbox::hand_over): none is
//!   delivered to both, and none to neither.
//! - *Everything is bounded*: mailboxes, history (by count and bytes), states, and the length of a
//!   chain of causes.
//!
//! This crate uses no operating system and no clock but the one handed in. It compiles to WebAssembly.

mod bus;
mod clock;
mod history;
mod inbox;
mod index;
mod interest;
mod mailbox;
mod states;

pub use bus::{Bus, BusConfiguration, BusMetrics, PublishError};
pub use clock::{Clock, ManualClock};
pub use inbox::{MailboxMetrics, Spill};
pub use interest::Interest;
pub use mailbox::{Mailbox, MailboxConfiguration, Overflow};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A panic in foreign code, such as a [`Spill`], must not silence the bus for everyone else; nothing
/// here is left half-changed where such code is called.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The vocabulary of Pato: what happens, what it is called, and what can be done.
//!
//! An [`Event`] is an envelope (who says what happened when, and because of which other event) around
//! a [`Payload`] of JSON text. Its [`Topic`] names what happened; a [`Pattern`] selects topics. The
//! [`catalogue`] lists every topic and every action that Pato knows, each with the type of its
//! payload, from which the schemas, the reference and the software development kits are made.
//!
//! This crate does no I/O and asks no clock. It compiles to WebAssembly.

pub mod catalogue;
mod event;
mod hint;
mod pattern;
mod payload;
mod topic;
pub mod wire;

pub use event::{Draft, Event, EventId, Flags, Timestamp};
pub use hint::nearest;
pub use pattern::{Pattern, PatternError};
pub use payload::{Payload, PayloadError};
pub use topic::{MAX_SEGMENTS, MAX_TOPIC_BYTES, Topic, TopicError};

//! What reaches a plugin, and when: events, snapshots, timers, commands, changed settings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod calls;
mod events;
#[path = "../kit/mod.rs"]
mod kit;
mod mailbox;
mod timers;

//! The connector `twitch` with accounts, against the test server's Twitch.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod actions;
mod connection;
mod events;
mod login;
mod stage;
mod storm;
#[path = "../storms/mod.rs"]
mod storms;

//! Helix, Twitch's web API: <https://dev.twitch.tv/docs/api/reference/>.
//!
//! Requests and answers are those of the crate `twitch_api`. They are built with a placeholder where
//! the token stands; the vault puts the token in when they are sent.

pub(super) mod actions;
mod client;
mod limit;
pub(super) mod users;

pub(super) use client::{Helix, Outcome};

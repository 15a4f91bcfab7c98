//! The outbound gate against servers on loopback: each rule both ways.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod http;
#[path = "../kit/mod.rs"]
mod kit;
mod plugins;
mod redirects;
mod secrets;
mod servers;
mod websocket;
mod wiring;

//! The library of plugins as its users see it: the real program, real plugins, and a web server that has
//! them, is broken, or lies.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod consent;
mod installing;
mod killing;
mod lists;
mod set_ups;
mod shop;
mod streams;
mod trials;
mod trust;
mod versions;

//! The kit of hostile plugins: the host refuses or stops each one, and a well-behaved plugin beside it
//! loses no event. The table in fixtures/plugins/README.md says what each does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod ends;
mod files;
mod floods;
#[path = "../kit/mod.rs"]
mod kit;
mod limits;
mod sandbox;
mod traps;

//! Guests written by hand, and a host to run them.

#![allow(dead_code, reason = "each test target uses a part of it")]

mod guest;
mod host;

pub use self::guest::Guest;
pub use self::host::{Host, Plugin, wait_for};

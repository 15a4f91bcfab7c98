//! Fetching from servers that are honest, broken or hostile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "tests fail loudly"
)]

mod component;
mod cuts;
mod indexes;
mod lies;
mod local;
mod networks;
mod registries;
mod setting;

//! What a plugin may do: what its manifest requests and the user grants, at this moment.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod grants;
mod identity;
#[path = "../kit/mod.rs"]
mod kit;
mod matrix;
mod network;
mod quota;
mod surfaces;

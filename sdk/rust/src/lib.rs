//! Write Pato plugins in Rust.

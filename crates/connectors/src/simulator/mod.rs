//! A channel that does not exist.

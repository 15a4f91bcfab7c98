//! The pato command: runs the host and talks to a running one.

fn main() {}

//! What a person types: setup, demo, test, bench, generate, fuzz.

fn main() {}

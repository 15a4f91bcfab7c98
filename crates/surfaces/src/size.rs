use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// How many bytes a value has as JSON text, without writing it down.
pub(crate) fn json_bytes(value: &impl Serialize) -> usize {
    struct Counter(usize);
    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // Counting does not fail, and all that is counted can be written.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// The same for a list's items, each with what stands between it and the next.
pub(crate) fn items_bytes(items: &[Value]) -> usize {
    items.iter().map(|item| json_bytes(item) + 1).sum()
}

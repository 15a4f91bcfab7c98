//! Cuts a stream of bytes into lines, within bounds.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::message::MAX_LINE_BYTES;
use crate::twitch::Counters;

/// The longest line with its end.
const LIMIT: usize = MAX_LINE_BYTES + 2;

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The lines of `reader`. A line that is too long is left out and counted.
pub(super) struct Lines<'a, R> {
    reader: R,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line end.
    searched: usize,
    /// Whether the rest of a line that is too long is being skipped.
    skipping: bool,
    counters: &'a Counters,
}

impl<'a, R: AsyncRead + Unpin> Lines<'a, R> {
    pub(super) fn new(reader: R, counters: &'a Counters) -> Self {
        Self {
            reader,
            buffer: BytesMut::with_capacity(16 * 1_024),
            searched: 0,
            skipping: false,
            counters,
        }
    }

    /// The next line without its end; none when the stream has ended. Loses nothing if dropped.
    pub(super) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(line) = self.take() {
                return Ok(Some(line));
            }
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn take(&mut self) -> Option<Bytes> {
        loop {
            let unseen = self.buffer.get(self.searched..)?;
            let Some(end) = unseen.iter().position(|byte| *byte == b'\n') else {
                if self.buffer.len() > LIMIT || self.skipping {
                    if !self.skipping {
                        count(&self.counters.too_long);
                    }
                    self.skipping = true;
                    self.buffer.clear();
                }
                self.searched = self.buffer.len();
                return None;
            };
            let mut line = self.buffer.split_to(self.searched + end + 1);
            self.searched = 0;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if line.len() > LIMIT {
                count(&self.counters.too_long);
                continue;
            }
            line.truncate(line.len() - 1);
            if line.last() == Some(&b'\r') {
                line.truncate(line.len() - 1);
            }
            if line.is_empty() {
                continue;
            }
            count(&self.counters.lines);
            return Some(line.freeze());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn lines_of(chunks: Vec<Vec<u8>>) -> (Vec<Bytes>, u64) {
        let counters = Counters::default();
        let (mut far, near) = tokio::io::duplex(512);
        let write = async move {
            for chunk in chunks {
                far.write_all(&chunk).await.unwrap();
            }
        };
        let read = async {
            let mut lines = Lines::new(near, &counters);
            let mut all = Vec::new();
            while let Some(line) = lines.next().await.unwrap() {
                all.push(line);
            }
            all
        };
        let ((), all) = tokio::join!(write, read);
        (all, counters.too_long.into_inner())
    }

    #[tokio::test]
    async fn a_line_without_end_is_skipped_and_the_next_is_read() {
        let flood = vec![b'x'; 1_000_000];
        let (lines, too_long) = lines_of(vec![
            b"PING :a\r\n".to_vec(),
            flood,
            b"end\r\nPING :b\n\r\n".to_vec(),
        ])
        .await;
        assert_eq!(lines, ["PING :a", "PING :b"]);
        assert_eq!(too_long, 1);
    }

    #[tokio::test]
    async fn the_longest_line_passes_and_one_byte_more_does_not() {
        let mut longest = vec![b'x'; MAX_LINE_BYTES];
        longest.extend_from_slice(b"\r\n");
        let mut longer = vec![b'x'; MAX_LINE_BYTES + 1];
        longer.extend_from_slice(b"\r\n");
        let (lines, too_long) = lines_of(vec![longest, longer]).await;
        assert_eq!(lines.len(), 1);
        assert_eq!(too_long, 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_does_not_matter_how_the_bytes_arrive(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..400),
            size in 1_usize..50,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let whole = runtime.block_on(lines_of(vec![bytes.clone()]));
            let parts = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            prop_assert_eq!(whole, runtime.block_on(lines_of(parts)));
        }
    }
}

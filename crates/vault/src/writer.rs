use std::fmt;
use std::io::{self, Write};

use zeroize::Zeroize;

use crate::redactor::{BLOT, Redactor};

/// The longest line, in bytes; the rest of a longer one is left out.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// Stands before each log: blots out secrets line by line, also where one arrives in several writes.
///
/// A line is passed on when it ends; the last one, if it does not end, when the writer is dropped.
/// Flushing passes on no part of a line, since a part can hide what it is a part of.
pub struct RedactingWriter<W: Write> {
    inner: W,
    redactor: Redactor,
    /// The line so far.
    line: Vec<u8>,
    /// Whether the line has already been cut and passed on.
    cut: bool,
}

impl<W: Write> RedactingWriter<W> {
    /// A writer that passes on to `inner` what `redactor` leaves.
    pub fn new(inner: W, redactor: Redactor) -> Self {
        Self {
            inner,
            redactor,
            line: Vec::new(),
            cut: false,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let space = MAX_LINE_BYTES.saturating_sub(self.line.len());
        let (fits, rest) = bytes.split_at_checked(space).unwrap_or((bytes, &[]));
        if !self.cut {
            reserve(&mut self.line, fits.len());
            self.line.extend_from_slice(fits);
        }
        if !rest.is_empty() && !self.cut {
            self.cut = true;
            self.pass_on_cut()?;
        }
        Ok(())
    }

    /// Passes on the beginning of a line that is too long, up to where a secret could begin whose end
    /// is not there.
    fn pass_on_cut(&mut self) -> io::Result<()> {
        let search = self.redactor.search();
        let safe = (self.line.len() + 1).saturating_sub(search.longest.max(1));
        let begun = search
            .find(&self.line)
            .into_iter()
            .find(|found| found.end > safe);
        let end = begun.map_or(safe, |found| found.start.min(safe));
        let kept = self.line.get(..end).unwrap_or_default();
        self.inner.write_all(&self.redactor.redact_bytes(kept))?;
        self.inner
            .write_all(format!("{BLOT} (line cut)").as_bytes())?;
        self.line.zeroize();
        Ok(())
    }

    fn end_line(&mut self, end: &[u8]) -> io::Result<()> {
        let written = self
            .inner
            .write_all(&self.redactor.redact_bytes(&self.line));
        self.line.zeroize();
        self.cut = false;
        written.and_then(|()| self.inner.write_all(end))
    }
}

/// Grows a buffer without leaving its old bytes behind.
fn reserve(buffer: &mut Vec<u8>, additional: usize) {
    let needed = buffer.len() + additional;
    if needed > buffer.capacity() {
        let mut larger = Vec::with_capacity(needed.next_power_of_two());
        larger.extend_from_slice(buffer);
        std::mem::replace(buffer, larger).zeroize();
    }
}

impl<W: Write> Write for RedactingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.take(rest)?;
                    self.end_line(b"\n")?;
                }
                None => self.take(piece)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Write> Drop for RedactingWriter<W> {
    fn drop(&mut self) {
        // Nobody is left to hear of an error.
        let _ = self.end_line(b"").and_then(|()| self.inner.flush());
    }
}

impl<W: Write> fmt::Debug for RedactingWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactingWriter(***)")
    }
}

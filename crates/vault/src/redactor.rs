use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::AhoCorasick;

use crate::forms;

/// What stands where a secret stood.
pub(crate) const BLOT: &str = "***";

/// Blots every secret of a vault out of a text, in whatever shape it stands there.
///
/// It follows the vault: what is added later is blotted out later. Clones are cheap and share that.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<Arc<Search>>>);

/// The shapes of all secrets, ready to be searched for at once.
#[derive(Default)]
pub(crate) struct Search {
    automaton: Option<AhoCorasick>,
    /// The length of the longest shape, in bytes.
    pub(crate) longest: usize,
}

impl Redactor {
    /// The text with `***` in place of each secret. Borrowed if it holds none.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.search().redact(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Secrets are UTF-8 in UTF-8, so that what is left is UTF-8 too.
            Cow::Owned(bytes) => Cow::Owned(match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            }),
        }
    }

    /// The same for any bytes.
    pub fn redact_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.search().redact(bytes)
    }

    /// Searches for these secrets from now on, and for no others.
    pub(crate) fn hold<'a>(&self, secrets: impl Iterator<Item = &'a str>) {
        let shapes: Vec<_> = secrets.flat_map(forms::of).collect();
        let automaton = AhoCorasick::new(shapes.iter().map(|shape| shape.as_bytes()));
        let search = Search {
            automaton: automaton.ok().filter(|_| !shapes.is_empty()),
            longest: shapes.iter().map(|shape| shape.len()).max().unwrap_or(0),
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(search);
    }

    pub(crate) fn search(&self) -> Arc<Search> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Search {
    /// Where secrets stand; what overlaps or touches is one.
    pub(crate) fn find(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let mut found: Vec<Range<usize>> = automaton
            .find_overlapping_iter(bytes)
            .map(|found| found.range())
            .collect();
        found.sort_unstable_by_key(|range| range.start);
        found.dedup_by(|next, last| {
            let joined = next.start <= last.end;
            if joined {
                last.end = last.end.max(next.end);
            }
            joined
        });
        found
    }

    fn redact<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let found = self.find(bytes);
        if found.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut redacted = Vec::with_capacity(bytes.len());
        let mut end = 0;
        for range in found {
            redacted.extend_from_slice(bytes.get(end..range.start).unwrap_or_default());
            redacted.extend_from_slice(BLOT.as_bytes());
            end = range.end;
        }
        redacted.extend_from_slice(bytes.get(end..).unwrap_or_default());
        Cow::Owned(redacted)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(***)")
    }
}

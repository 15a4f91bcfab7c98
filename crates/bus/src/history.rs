use std::collections::VecDeque;
use std::sync::Arc;

use pato_events::Event;

/// The latest events, oldest first, bounded by count and by bytes.
#[derive(Default)]
pub(crate) struct History {
    entries: VecDeque<Entry>,
    bytes: usize,
    max_events: usize,
    max_bytes: usize,
}

struct Entry {
    sequence: u64,
    bytes: usize,
    event: Arc<Event>,
}

impl History {
    pub(crate) fn new(max_events: usize, max_bytes: usize) -> Self {
        Self {
            max_events,
            max_bytes,
            ..Self::default()
        }
    }

    /// Appends an event; `sequence` is higher than all before. One that alone is larger than the
    /// bound is not kept, so that it does not cost all the others.
    pub(crate) fn push(&mut self, sequence: u64, event: &Arc<Event>) {
        let bytes = size_of_event(event);
        if self.max_events == 0 || bytes > self.max_bytes {
            return;
        }
        while self.entries.len() >= self.max_events || self.bytes + bytes > self.max_bytes {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes;
        }
        self.bytes += bytes;
        let event = event.clone();
        self.entries.push_back(Entry {
            sequence,
            bytes,
            event,
        });
    }

    pub(crate) fn get(&self, sequence: u64) -> Option<&Arc<Event>> {
        let position = self.position(sequence).ok()?;
        self.entries.get(position).map(|entry| &entry.event)
    }

    /// Up to `at_most` events before `sequence`, newest first, each with its number.
    pub(crate) fn before(&self, sequence: u64, at_most: usize) -> Vec<(u64, Arc<Event>)> {
        let end = self.position(sequence).unwrap_or_else(|end| end);
        self.entries
            .range(end.saturating_sub(at_most)..end)
            .rev()
            .map(|entry| (entry.sequence, entry.event.clone()))
            .collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    fn position(&self, sequence: u64) -> Result<usize, usize> {
        self.entries
            .binary_search_by_key(&sequence, |entry| entry.sequence)
    }
}

/// The texts and the fixed part; the topic and source are usually shared, and counted all the same.
fn size_of_event(event: &Event) -> usize {
    size_of::<Entry>()
        + size_of::<Event>()
        + event.id.as_str().len()
        + event.topic.as_str().len()
        + event.source.len()
        + event.account.as_ref().map_or(0, |account| account.len())
        + event.data.as_str().len()
}

//! A session as it happened, to be played again into a plugin.

use std::sync::Arc;

use pato_bus::{Mailbox, MailboxConfiguration, Overflow};
use pato_events::{Event, EventId, Pattern};
use serde::{Deserialize, Serialize};

use crate::error::HostError;
use crate::host::Host;

/// How many events may wait to be written; beyond it the oldest are left out and counted.
const WAITING: usize = 65_536;

/// How many events are taken at a time.
const BATCH: usize = 1_024;

/// A line of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingLine {
    /// The first line: what this is.
    Recording {
        /// Of this format. There is only 1.
        version: u32,
        /// When it begins, in milliseconds since the epoch.
        started_at: f64,
    },
    /// Something happened.
    Event {
        /// When, in milliseconds since the beginning.
        after_ms: f64,
        /// What.
        event: Event,
    },
    /// Events are missing here, because they came faster than they could be written.
    Missing {
        /// How many.
        events: u32,
    },
}

/// A recording being made. Dropping it ends it.
pub struct Recording {
    mailbox: Mailbox,
    host: Host,
    started_at: f64,
    begun: bool,
}

impl Recording {
    /// The next lines, each ended, with every secret of the host blotted out. Waits until there is
    /// one; none when the host stops.
    ///
    /// # Errors
    ///
    /// If an event can't be written as JSON, which no event of the bus is.
    pub async fn next(&mut self) -> Option<Result<String, serde_json::Error>> {
        let mut lines = Vec::new();
        if !self.begun {
            self.begun = true;
            lines.push(RecordingLine::Recording {
                version: 1,
                started_at: self.started_at,
            });
            return Some(self.written(&lines));
        }
        let mut events = Vec::new();
        tokio::select! {
            _ = self.mailbox.next_batch(&mut events, BATCH) => {}
            () = self.host.stopped() => {}
        }
        let missing = self.mailbox.take_dropped();
        if missing > 0 {
            lines.push(RecordingLine::Missing { events: missing });
        }
        lines.extend(events.iter().map(|event| RecordingLine::Event {
            after_ms: (event.time - self.started_at).max(0.0),
            event: Event::clone(event),
        }));
        (!lines.is_empty()).then(|| self.written(&lines))
    }

    fn written(&self, lines: &[RecordingLine]) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for line in lines {
            text.push_str(&serde_json::to_string(line)?);
            text.push('\n');
        }
        Ok(self.host.vault().redactor().redact(&text).into_owned())
    }
}

impl Host {
    /// Begins to record what happens, beginning with how things stand.
    pub fn record_events(&self, pattern: Pattern) -> Recording {
        let mailbox = self.bus().subscribe(MailboxConfiguration {
            name: "recording".into(),
            capacity: WAITING,
            overflow: Overflow::DropOldest,
        });
        for state in mailbox.add(pattern) {
            mailbox.offer(&state);
        }
        Recording {
            mailbox,
            host: self.clone(),
            started_at: self.inner.clock.now(),
            begun: false,
        }
    }

    /// Plays recorded events into one plugin, and into nothing else: marked as replayed, with the time
    /// of now, without their causes. Returns how many of them it is subscribed to.
    ///
    /// # Errors
    ///
    /// If the plugin does not run.
    pub fn replay(&self, plugin: &str, events: Vec<Event>) -> Result<usize, HostError> {
        let handle = self
            .loaded_plugin(plugin)
            .ok_or_else(|| HostError::NotRunning {
                id: plugin.to_owned(),
            })?;
        let mut wanted = 0;
        for mut event in events {
            event.id = EventId::new(format!("replayed-{}", event.id));
            event.time = self.inner.clock.now();
            event.cause = None;
            event.depth = 0;
            event.flags.replayed = true;
            wanted += usize::from(handle.offer(&Arc::new(event)));
        }
        Ok(wanted)
    }
}

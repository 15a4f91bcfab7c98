//! What a plugin logs: limited, redacted, kept for a while, and passed on to the host's own log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use pato_bus::Clock;
use pato_events::Timestamp;
use pato_permissions::PluginId;
use pato_vault::Redactor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::rate::Rate;

/// One line of a plugin's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogLine {
    /// Counts the plugin's lines from 0, so that whoever follows the log knows where to go on.
    pub number: u64,
    /// When, in milliseconds since the epoch.
    pub time: Timestamp,
    /// How important.
    pub level: LogLevel,
    /// What; known secrets are blotted out.
    pub text: String,
}

/// How important a line is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Every step.
    Trace,
    /// For whoever develops the plugin.
    Debug,
    /// What the user may like to know.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something failed.
    Error,
}

/// The log of one plugin.
pub(crate) struct Log {
    plugin: PluginId,
    clock: Arc<dyn Clock>,
    redactor: Redactor,
    line_bytes: usize,
    kept: usize,
    lines: Mutex<Lines>,
}

struct Lines {
    kept: VecDeque<LogLine>,
    /// How many were kept so far, those that had to go included.
    written: u64,
    rate: Rate,
    left_out: u64,
}

impl Log {
    pub(crate) fn new(
        plugin: PluginId,
        clock: Arc<dyn Clock>,
        redactor: Redactor,
        limits: &Limits,
    ) -> Self {
        Self {
            plugin,
            clock,
            redactor,
            line_bytes: limits.log_line_bytes,
            kept: limits.log_lines_kept,
            lines: Mutex::new(Lines {
                kept: VecDeque::new(),
                written: 0,
                rate: Rate::new(limits.log_rate),
                left_out: 0,
            }),
        }
    }

    /// Writes what the plugin says, if it does not say too much.
    pub(crate) fn write(&self, level: LogLevel, text: &str) {
        self.write_start(level, text, 0);
    }

    /// The same for a line of which only the start was kept; `beyond` is how many bytes are missing.
    pub(crate) fn write_start(&self, level: LogLevel, text: &str, beyond: usize) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.rate.take().is_err() {
            lines.left_out += 1;
            return;
        }
        let left_out = std::mem::take(&mut lines.left_out);
        if left_out > 0 {
            let text = format!("{left_out} lines were left out: the plugin logs too fast");
            self.append(&mut lines, LogLevel::Warn, text);
        }
        let text = self.clean_start(text, beyond);
        self.append(&mut lines, level, text);
    }

    /// Writes what the host has to say of the plugin; that is never left out.
    pub(crate) fn host(&self, level: LogLevel, text: &str) {
        let text = self.clean(text);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        self.append(&mut lines, level, text);
    }

    /// The text without secrets, and not longer than a line may be.
    pub(crate) fn clean(&self, text: &str) -> String {
        self.clean_start(text, 0)
    }

    fn clean_start(&self, text: &str, beyond: usize) -> String {
        // Cut after blotting out: half a secret would not be recognised.
        let mut clean = self.redactor.redact(text).into_owned();
        if clean.len() > self.line_bytes || beyond > 0 {
            let mut end = self.line_bytes.min(clean.len());
            while !clean.is_char_boundary(end) {
                end -= 1;
            }
            let cut = clean.len() - end + beyond;
            clean.truncate(end);
            clean.push_str(&format!("… ({cut} bytes left out)"));
        }
        clean
    }

    /// The latest lines, oldest first.
    pub(crate) fn latest(&self, at_most: usize) -> Vec<LogLine> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let skipped = lines.kept.len().saturating_sub(at_most);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    fn append(&self, lines: &mut Lines, level: LogLevel, text: String) {
        let plugin = self.plugin.as_str();
        match level {
            LogLevel::Trace => tracing::trace!(target: "pato::plugin", plugin, "{text}"),
            LogLevel::Debug => tracing::debug!(target: "pato::plugin", plugin, "{text}"),
            LogLevel::Info => tracing::info!(target: "pato::plugin", plugin, "{text}"),
            LogLevel::Warn => tracing::warn!(target: "pato::plugin", plugin, "{text}"),
            LogLevel::Error => tracing::error!(target: "pato::plugin", plugin, "{text}"),
        }
        while lines.kept.len() >= self.kept.max(1) {
            lines.kept.pop_front();
        }
        let number = lines.written;
        lines.written += 1;
        lines.kept.push_back(LogLine {
            number,
            time: self.clock.now(),
            level,
            text,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pato_bus::ManualClock;

    use super::*;

    fn log(limits: &Limits) -> Log {
        let clock = Arc::new(ManualClock::new(1.0));
        Log::new(
            "greeter".parse().unwrap(),
            clock,
            Redactor::default(),
            limits,
        )
    }

    #[tokio::test(start_paused = true)]
    async fn lines_beyond_the_rate_are_counted_and_left_out() {
        let log = log(&Limits {
            log_rate: 3,
            ..Limits::default()
        });
        for number in 0..10 {
            log.write(LogLevel::Info, &format!("line {number}"));
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        log.write(LogLevel::Info, "after a pause");
        let texts: Vec<_> = log.latest(10).into_iter().map(|line| line.text).collect();
        assert_eq!(texts[..3], ["line 0", "line 1", "line 2"]);
        assert_eq!(
            texts[3..],
            [
                "7 lines were left out: the plugin logs too fast",
                "after a pause"
            ]
        );
    }

    #[tokio::test]
    async fn long_lines_are_cut_between_characters_and_old_ones_forgotten() {
        let log = log(&Limits {
            log_line_bytes: 5,
            log_lines_kept: 2,
            ..Limits::default()
        });
        log.write(LogLevel::Info, "first");
        log.write(LogLevel::Info, "second");
        log.write(LogLevel::Info, "ää€€");
        let texts: Vec<_> = log.latest(10).into_iter().map(|line| line.text).collect();
        assert_eq!(
            texts,
            ["secon… (1 bytes left out)", "ää… (6 bytes left out)"]
        );
    }
}

//! Plugins' logs.

use std::collections::VecDeque;
use std::time::Duration;

use anstream::println;
use owo_colors::OwoColorize;
use pato_host::runtime::LogLine;

use crate::arguments::LogOptions;
use crate::client::Client;
use crate::output::{Output, clock, word};

/// How often the host is asked for new lines.
const LOOK: Duration = Duration::from_millis(300);

/// How many logs of one plugin are remembered: the version that runs, and those that it can go back to.
const LOGS: usize = 4;

/// `pato plugin logs`
pub(super) async fn logs(
    client: &Client,
    options: LogOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let path = format!("/api/modules/{}/logs", options.id);
    let mut reader = LogReader::default();
    loop {
        let lines: Vec<LogLine> = client.get(&path).await?;
        for line in reader.unseen(&lines) {
            output.line(line, print)?;
        }
        if !options.follow {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

pub(crate) fn print(line: &LogLine) {
    let level = word(&line.level);
    let level = match level.as_str() {
        "error" => level.red().to_string(),
        "warn" => level.yellow().to_string(),
        _ => level.dimmed().to_string(),
    };
    println!("{} {level:<5} {}", clock(line.time).dimmed(), line.text);
}

/// Finds what is new in a plugin's log, which begins anew when the plugin does, and is the earlier one again
/// when its new version is taken back.
#[derive(Default)]
pub(crate) struct LogReader {
    /// The last line seen of each log, the latest first.
    last: VecDeque<LogLine>,
}

impl LogReader {
    /// The lines that were not there before. A log of which no line is known is new as a whole.
    pub(crate) fn unseen<'a>(&mut self, lines: &'a [LogLine]) -> &'a [LogLine] {
        let mut start = 0;
        for (index, last) in self.last.iter().enumerate() {
            if let Some(place) = lines.iter().rposition(|line| line == last) {
                start = place + 1;
                self.last.remove(index);
                break;
            }
        }
        if let Some(last) = lines.last() {
            self.last.push_front(last.clone());
            self.last.truncate(LOGS);
        }
        lines.get(start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use pato_host::runtime::LogLevel;

    use super::*;

    fn log(version: &str, count: u64) -> Vec<LogLine> {
        let line = |number| LogLine {
            number,
            time: 1.0,
            level: LogLevel::Info,
            text: format!("{version} says {number}"),
        };
        (0..count).map(line).collect()
    }

    #[test]
    fn each_line_is_shown_once_also_when_the_log_begins_anew_and_when_the_earlier_one_is_back() {
        let mut reader = LogReader::default();
        assert_eq!(reader.unseen(&log("one", 3)).len(), 3);
        assert!(reader.unseen(&log("one", 3)).is_empty());
        assert_eq!(reader.unseen(&log("one", 5)), &log("one", 5)[3..]);
        // More lines than were seen of the one before, and fewer.
        assert_eq!(reader.unseen(&log("two", 7)).len(), 7);
        assert_eq!(reader.unseen(&log("three", 1)).len(), 1);
        assert_eq!(reader.unseen(&log("two", 8)), &log("two", 8)[7..]);
        assert!(reader.unseen(&log("one", 5)).is_empty());
    }

    #[test]
    fn lines_that_had_to_go_are_not_waited_for() {
        let mut reader = LogReader::default();
        reader.unseen(&log("one", 3));
        let later = &log("one", 2_000)[1_000..];
        assert_eq!(reader.unseen(later).len(), 1_000);
        assert!(reader.unseen(later).is_empty());
        assert!(reader.unseen(&[]).is_empty());
        assert!(reader.unseen(later).is_empty());
    }
}

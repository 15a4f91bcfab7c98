//! What goes to the terminal: text for people, JSON for programs.

use std::io::Write;
use std::process::ExitCode;

use anstream::{eprintln, println};
use comfy_table::{CellAlignment, ContentArrangement, Table};
use owo_colors::OwoColorize;
use pato_host::{DirectoryError, HostError};
use serde::Serialize;

/// No host is running, or one is already.
const EXIT_RUNNING: u8 = 3;

/// No host is running, so there is nobody to ask.
#[derive(Debug, thiserror::Error)]
#[error("Pato is not running: start it with `pato run`")]
pub(crate) struct NotRunning;

/// Where results go, and in which form. Colours respect `NO_COLOR`, and are left out where the output
/// is no terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result: as JSON, or as `text` makes it.
    pub(crate) fn result<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&T),
    ) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value)?);
        } else {
            text(value);
        }
        Ok(())
    }

    /// Prints one of a stream of results: a line of JSON, or as `text` makes it.
    pub(crate) fn line<T: Serialize>(self, value: &T, text: impl FnOnce(&T)) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(value)?);
        } else {
            text(value);
        }
        std::io::stdout().flush()?;
        Ok(())
    }

    /// Tells what was done, where there is no result.
    pub(crate) fn done(self, text: &str) {
        if self.json {
            println!("{}", serde_json::json!({ "done": text }));
        } else {
            println!("{text}");
        }
    }

    /// Says something beside the result.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            eprintln!("{text}");
        }
    }

    /// Prints an error, and says what the process ends with.
    pub(crate) fn failure(self, error: &anyhow::Error) -> ExitCode {
        let text = chain(error);
        if self.json {
            eprintln!("{}", serde_json::json!({ "error": text }));
        } else {
            eprintln!("{} {text}", "error:".red().bold());
        }
        let running = error.downcast_ref::<NotRunning>().is_some()
            || error.chain().any(|cause| {
                matches!(
                    cause.downcast_ref(),
                    Some(HostError::Directory(DirectoryError::Running { .. }))
                )
            });
        if running {
            ExitCode::from(EXIT_RUNNING)
        } else {
            ExitCode::FAILURE
        }
    }
}

/// The error with its causes, but none that the one before it quotes already.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// A table without lines, its columns aligned: quantities to the right, all else to the left.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let rows: Vec<_> = rows.into_iter().collect();
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|name| name.to_uppercase()));
    for (index, column) in table.column_iter_mut().enumerate() {
        let mut cells = rows.iter().filter_map(|row| row.get(index)).peekable();
        if cells.peek().is_some() && cells.all(|cell| is_quantity(cell)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.add_rows(rows);
    for line in table.lines() {
        println!("{}", line.trim_end());
    }
}

/// Whether this is a number, with or without a unit.
fn is_quantity(text: &str) -> bool {
    let number = text.split_once(' ').map_or(text, |(number, _)| number);
    number.parse::<f64>().is_ok()
}

/// A state in its colour.
pub(crate) fn state(name: &str) -> String {
    match name {
        "running" | "connected" => name.green().to_string(),
        "loading" | "restarting" | "connecting" | "waiting" => name.yellow().to_string(),
        "failed" | "quarantined" | "needs-user" => name.red().to_string(),
        _ => name.dimmed().to_string(),
    }
}

/// A value of an enumeration, as it stands in JSON.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// The time of day of a moment in milliseconds since the epoch.
pub(crate) fn clock(milliseconds: f64) -> String {
    local(milliseconds, "%H:%M:%S")
}

/// The day and time of a moment in milliseconds since the epoch.
pub(crate) fn date(milliseconds: f64) -> String {
    local(milliseconds, "%Y-%m-%d %H:%M:%S")
}

fn local(milliseconds: f64, form: &str) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a moment fits into an i64 of milliseconds"
    )]
    let moment = jiff::Timestamp::from_millisecond(milliseconds as i64).unwrap_or_default();
    moment
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime(form)
        .to_string()
}

//! `pato record` and `pato replay`

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pato_events::Event;
use pato_host::RecordingLine;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::arguments::{RecordOptions, ReplayOptions};
use crate::client::Client;
use crate::output::Output;

/// How many events are sent at once where they come close together.
const BATCH: usize = 500;

/// `pato record`
pub(crate) async fn record(
    data: Option<PathBuf>,
    options: RecordOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let mut stream = client
        .stream(&format!("/api/recording?pattern={}", options.pattern))
        .await?;
    let mut file = BufWriter::new(create(&options.file, options.force)?);
    let progress = spinner(output);
    let limit = async {
        match options.time {
            Some(time) => tokio::time::sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(limit);
    let (mut lines, mut bytes) = (0_usize, 0_usize);
    loop {
        let chunk = tokio::select! {
            chunk = stream.chunk() => chunk.context("the host broke the recording off")?,
            () = &mut limit => None,
            _ = tokio::signal::ctrl_c() => None,
        };
        let Some(chunk) = chunk else {
            break;
        };
        file.write_all(&chunk)
            .with_context(|| format!("can't write to {}", options.file.display()))?;
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
        bytes += chunk.len();
        progress.set_message(format!("{} events recorded", lines.saturating_sub(1)));
        // What is on the screen is in the file.
        file.flush()?;
    }
    progress.finish_and_clear();
    file.flush()?;
    let events = lines.saturating_sub(1);
    let result = json!({ "file": options.file, "events": events, "bytes": bytes });
    output.result(&result, |_| {
        anstream::println!("{events} events in {}.", options.file.display());
    })
}

/// `pato replay`
pub(crate) async fn replay(
    data: Option<PathBuf>,
    options: ReplayOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let recording = read(&options.file)?;
    let client = Client::connect(data)?;
    let progress = if output.is_json() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(recording.len() as u64)
    };
    progress.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} events")?);
    let begin = Instant::now();
    let mut wanted = 0;
    let mut rest = recording.as_slice();
    while let Some((first, _)) = rest.first() {
        let due = |after: f64| match options.speed {
            0.0 => begin,
            speed => {
                begin + Duration::try_from_secs_f64(after / 1_000.0 / speed).unwrap_or_default()
            }
        };
        tokio::select! {
            () = tokio::time::sleep_until(due(*first)) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
        let now = Instant::now();
        let is_due = |(after, _): &&(f64, Event)| due(*after) <= now;
        let count = rest.iter().take(BATCH).take_while(is_due).count().max(1);
        let (batch, later) = rest.split_at(count);
        rest = later;
        let events: Vec<&Event> = batch.iter().map(|(_, event)| event).collect();
        for plugin in &options.to {
            let path = format!("/api/modules/{plugin}/replay");
            let answer: Value = client.post(&path, &json!({ "events": events })).await?;
            wanted += answer
                .get("wanted")
                .and_then(Value::as_u64)
                .unwrap_or_default();
        }
        progress.inc(count as u64);
    }
    progress.finish_and_clear();
    let played = recording.len() - rest.len();
    let result = json!({ "played": played, "wanted": wanted });
    output.result(&result, |_| {
        anstream::println!(
            "{played} events played; {wanted} were wanted by {}.",
            options.to.join(", ")
        );
    })
}

fn create(path: &Path, force: bool) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path).with_context(|| {
        format!(
            "can't make {}: if it is there already, --force writes over it",
            path.display()
        )
    })
}

/// The events of a recording, with their times since its beginning in milliseconds.
fn read(path: &Path) -> anyhow::Result<Vec<(f64, Event)>> {
    let file = File::open(path).with_context(|| format!("can't read {}", path.display()))?;
    let mut events = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let place = || format!("{}, line {}", path.display(), index + 1);
        let line = line.with_context(place)?;
        let parsed: RecordingLine = serde_json::from_str(&line)
            .with_context(|| format!("{} is no line of a recording", place()))?;
        match parsed {
            RecordingLine::Recording { version: 1, .. } if index == 0 => {}
            RecordingLine::Recording { version, .. } => {
                bail!(
                    "{}: version {version} of recordings is not known here",
                    place()
                )
            }
            _ if index == 0 => bail!("{} does not begin as a recording does", path.display()),
            RecordingLine::Event { after_ms, event } => events.push((after_ms, event)),
            RecordingLine::Missing { .. } => {}
        }
    }
    Ok(events)
}

fn spinner(output: &Output) -> ProgressBar {
    if output.is_json() {
        return ProgressBar::hidden();
    }
    let progress = ProgressBar::new_spinner().with_message("Recording; Ctrl-C ends it");
    progress.enable_steady_tick(Duration::from_millis(100));
    progress
}

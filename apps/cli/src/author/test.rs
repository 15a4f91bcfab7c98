//! `pato test`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::println;
use anyhow::{Context, bail};
use owo_colors::OwoColorize;
use pato_host::runtime::CacheConfiguration;
use pato_host::testing::{Fixture, play};
use pato_host::{DataDirectory, Package};
use serde::Serialize;
use similar::TextDiff;

use super::write;
use crate::arguments::TestOptions;
use crate::output::Output;

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// What came of one fixture.
#[derive(Debug, Serialize)]
struct Outcome {
    fixture: PathBuf,
    snapshot: PathBuf,
    result: Verdict,
    /// The lines that differ, as `diff -u` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Same,
    Different,
    /// There was no snapshot, or another one, and `--update` wrote this one.
    Written,
    Missing,
}

pub(crate) async fn perform(
    data: Option<PathBuf>,
    options: TestOptions,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let cache = CacheConfiguration::in_folder(DataDirectory::find(data)?.cache());
    // Fixtures are played in an executor of their own, whose time stands still.
    let played = tokio::task::spawn_blocking(move || play_all(&options, &cache));
    let outcomes = played.await??;
    for outcome in &outcomes {
        output.line(outcome, print)?;
    }
    let failed = outcomes
        .iter()
        .any(|outcome| matches!(outcome.result, Verdict::Different | Verdict::Missing));
    if failed {
        output.note("If that is as it should be, write it down: pato test … --update");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn play_all(options: &TestOptions, cache: &CacheConfiguration) -> anyhow::Result<Vec<Outcome>> {
    let package = Package::read(&options.file)?;
    let fixtures = fixtures(&options.fixtures)?;
    let play = |path: PathBuf| {
        let place = path.display().to_string();
        play_one(&package, path, cache, options.update).with_context(|| place)
    };
    fixtures.into_iter().map(play).collect()
}

fn fixtures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| {
        format!(
            "can't read the fixtures in {}: name their folder with --fixtures",
            folder.display()
        )
    })?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!(
            "there is no fixture in {}: write NAME.jsonl, or make one with `pato record`",
            folder.display()
        );
    }
    Ok(paths)
}

fn play_one(
    package: &Package,
    path: PathBuf,
    cache: &CacheConfiguration,
    update: bool,
) -> anyhow::Result<Outcome> {
    let fixture = Fixture::parse(&fs::read_to_string(&path)?)?;
    let now = serde_json::to_string_pretty(&play(package, &fixture, cache.clone())?)? + "\n";
    let snapshot = path.with_extension("snapshot.json");
    let before = match fs::read_to_string(&snapshot) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| format!("can't read {}", snapshot.display()));
        }
    };
    let (result, difference) = match before {
        Some(before) if before == now => (Verdict::Same, None),
        _ if update => {
            write(&snapshot, now.as_bytes())?;
            (Verdict::Written, None)
        }
        Some(before) => (Verdict::Different, Some(difference(&before, &now))),
        None => (Verdict::Missing, Some(difference("", &now))),
    };
    Ok(Outcome {
        fixture: path,
        snapshot,
        result,
        difference,
    })
}

fn difference(before: &str, now: &str) -> String {
    TextDiff::from_lines(before, now)
        .unified_diff()
        .context_radius(CONTEXT)
        .header("as it was", "as it is now")
        .to_string()
}

fn print(outcome: &Outcome) {
    let fixture = outcome.fixture.display();
    match outcome.result {
        Verdict::Same => println!("{} {fixture}", "✓".green()),
        Verdict::Written => println!("{} {fixture}: {}", "✓".green(), outcome.snapshot.display()),
        Verdict::Different => println!("{} {fixture}: it does something else", "✗".red().bold()),
        Verdict::Missing => println!(
            "{} {fixture}: there is no {} to compare with",
            "✗".red().bold(),
            outcome.snapshot.display()
        ),
    }
    for line in outcome.difference.iter().flat_map(|text| text.lines()) {
        match line.as_bytes().first() {
            Some(b'-') => println!("  {}", line.red()),
            Some(b'+') => println!("  {}", line.green()),
            _ => println!("  {line}"),
        }
    }
}

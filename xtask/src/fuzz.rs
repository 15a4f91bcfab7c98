use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::{MetadataCommand, TargetKind};

use crate::process;
use crate::project::Project;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long each target runs.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// Only these targets.
    pub(crate) targets: Vec<String>,
}

/// What `cargo fuzz` would tell the compiler, so that libFuzzer sees which input reaches new code. It
/// works with a stable compiler and needs no further tool; `cargo fuzz` works in the same folder, too.
const INSTRUMENTATION: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Longer input finds nothing more in parsers of lines, patterns, manifests and sections.
const MAX_INPUT_BYTES: u32 = 4096;

/// Runs every target for a bounded time; the first crash ends it.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let folder = project.path("fuzz");
    let targets = chosen(&all_targets(&folder)?, &arguments.targets)?;
    let triple = host_triple()?;
    // With --target the flags reach neither build scripts nor macros.
    let mut build = project.cargo_in(&folder);
    build
        .args([
            "build",
            "--release",
            "--bins",
            "--target",
            &triple,
            "--target-dir",
        ])
        .arg(folder.join("target"))
        .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTATION.join("\x1f"));
    process::run(&mut build)?;
    let programs = folder.join("target").join(triple).join("release");
    for target in targets {
        let inputs = fuzz(&folder, &programs.join(&target), &target, arguments.seconds)?;
        println!("fuzz: {target}: no crash by {inputs} inputs");
    }
    Ok(())
}

/// Answers with how many inputs were tried.
fn fuzz(folder: &Path, program: &Path, target: &str, seconds: u32) -> Result<String> {
    // libFuzzer writes what it finds into the first folder and only reads the second.
    let corpus = folder.join("corpus").join(target);
    let seeds = folder.join("seeds").join(target);
    let artifacts = folder.join("artifacts").join(target);
    for needed in [&corpus, &artifacts] {
        fs::create_dir_all(needed)?;
    }
    let mut command = Command::new(program);
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-timeout=10", "-print_final_stats=1", "-print_funcs=0"])
        .arg(corpus);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    println!("fuzz: {target}: for {seconds} s");
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let log = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        let inputs = log.lines().find_map(|line| line.strip_prefix(INPUTS_TRIED));
        return Ok(inputs
            .context("libFuzzer did not say how many inputs it tried")?
            .trim()
            .into());
    }
    for line in last_lines(&log, 40) {
        eprintln!("{line}");
    }
    bail!(
        "`{target}` ended with {}; run it again with `{} {}`",
        output.status,
        program.display(),
        crashing_input(&log).unwrap_or("FILE")
    );
}

const INPUTS_TRIED: &str = "stat::number_of_executed_units:";

/// The file that libFuzzer wrote, by the line in which it says so.
fn crashing_input(log: &str) -> Option<&str> {
    let line = log
        .lines()
        .find(|line| line.contains("Test unit written to "))?;
    line.rsplit_once(' ').map(|(_, path)| path)
}

fn last_lines(log: &str, count: usize) -> impl Iterator<Item = &str> {
    log.lines().skip(log.lines().count().saturating_sub(count))
}

fn all_targets(folder: &Path) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(folder)
        .no_deps()
        .exec()
        .context("cannot read the workspace in fuzz")?;
    let packages = metadata.packages.iter();
    Ok(packages
        .flat_map(|package| &package.targets)
        .filter(|target| target.kind.contains(&TargetKind::Bin))
        .map(|target| target.name.clone())
        .collect())
}

fn chosen(all: &[String], wanted: &[String]) -> Result<Vec<String>> {
    for name in wanted {
        if !all.contains(name) {
            bail!("`{name}` is no fuzz target; there are {}", all.join(", "));
        }
    }
    Ok(if wanted.is_empty() { all } else { wanted }.to_vec())
}

fn host_triple() -> Result<String> {
    let version = process::capture(Command::new("rustc").arg("-vV"))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not say which machine it is for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_target_is_refused_with_those_that_are_there() {
        let all = ["irc".to_owned(), "pattern".to_owned()];
        assert_eq!(chosen(&all, &[]).unwrap(), all);
        assert_eq!(chosen(&all, &["irc".to_owned()]).unwrap(), ["irc"]);
        let message = chosen(&all, &["icr".to_owned()]).unwrap_err().to_string();
        assert_eq!(message, "`icr` is no fuzz target; there are irc, pattern");
    }

    #[test]
    fn the_input_that_crashed_is_read_from_the_log() {
        let log = "#5 NEW\nartifact_prefix='/a/'; Test unit written to /a/crash-0f\nBase64: YQ==";
        assert_eq!(crashing_input(log), Some("/a/crash-0f"));
        assert_eq!(crashing_input("#5 NEW"), None);
        assert_eq!(last_lines(log, 1).collect::<Vec<_>>(), ["Base64: YQ=="]);
    }
}

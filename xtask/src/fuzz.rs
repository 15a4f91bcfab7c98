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

/// Longer input finds nothing more in parsers of lines, patterns and manifests.
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
        fuzz(&folder, &programs.join(&target), &target, arguments.seconds)?;
        println!("fuzz: {target}: no crash in {} s", arguments.seconds);
    }
    Ok(())
}

fn fuzz(folder: &Path, program: &Path, target: &str, seconds: u32) -> Result<()> {
    // libFuzzer writes what it finds into the first folder and only reads the second.
    let (corpus, seeds) = (
        folder.join("corpus").join(target),
        folder.join("seeds").join(target),
    );
    let artifacts = folder.join("artifacts").join(target);
    for needed in [&corpus, &artifacts] {
        fs::create_dir_all(needed)?;
    }
    let mut command = Command::new(program);
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"))
        .arg("-timeout=10")
        .arg("-print_final_stats=1")
        .arg("-verbosity=0")
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(corpus);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    process::run(&mut command).with_context(|| {
        format!(
            "`{target}` crashed; its input is the newest file in {}; run it again with `{} FILE`",
            artifacts.display(),
            program.display()
        )
    })
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
}

//! Measures, and says what the figures must be.
//!
//! Criterion's benches of the bus and the runtime, whose estimates are read from
//! `target/criterion/<group>/<name>/new/estimates.json`; and programs for what is no time of a function,
//! which print one JSON object a line, as [`Measurement`]: the example `measure` of the runtime (memory,
//! losses), `memory` of the desktop, and `npm run measure` of the dashboard, in a browser. What
//! `pato exec` costs is measured in [`exec`], as a whole process.

use std::env::consts::EXE_SUFFIX;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::host::{self, Build};
use crate::project::Project;
use crate::setup;
use crate::{guests, pages, process};

mod exec;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes the table to docs/src/performance.md.
    #[arg(long)]
    write: bool,
    /// Only prints what an earlier run measured with Criterion.
    #[arg(long, conflicts_with = "write")]
    last: bool,
}

/// What times are compared with.
struct Unit {
    name: &'static str,
    /// What is added up.
    benches: &'static [&'static str],
}

/// One Wasmtime `call_async` of the same component with the same payload.
const BARE: &Unit = &Unit {
    name: "bare",
    benches: &["runtime/bare-call"],
};

/// Two calls of `Func::call_async` with the same values, in a Store without limits.
const TWO_BARE: &Unit = &Unit {
    name: "two bare dynamic calls",
    benches: &["calls/two-bare-calls"],
};

/// The same with nothing but Cranelift, and nothing compiled before.
const COMPILING: &Unit = &Unit {
    name: "compiling with Cranelift",
    benches: &["activation/first-event/optimized"],
};

/// The same with nothing compiled before.
const COMPILING_HUNDRED: &Unit = &Unit {
    name: "compiling them",
    benches: &["activation/hundred-plugins/compiled"],
};

/// Getting the same bytes into a file without looking at them, and then their SHA-256. From this machine bytes come
/// faster than one core hashes them, and where the server shares two cores, nothing is done beside.
const DOWNLOADING: &Unit = &Unit {
    name: "the bare download and then SHA-256",
    benches: &["download/bare", "download/sha256"],
};

/// A time of Criterion's, compared with another one in the same run.
struct Ratio {
    what: &'static str,
    unit: &'static Unit,
    /// The bench's folder, group and name, in which Criterion writes `_` for a slash. Each of its
    /// iterations is one event published.
    bench: &'static str,
    /// How many deliveries one iteration makes.
    deliveries: u32,
    /// How many units it may cost.
    at_most: f64,
}

const RATIOS: &[Ratio] = &[
    Ratio {
        what: "publish to the handler's return, one plugin, steady stream",
        unit: BARE,
        bench: "runtime/one-plugin",
        deliveries: 1,
        at_most: 2.0,
    },
    Ratio {
        what: "one event to 100 plugins, per delivery",
        unit: BARE,
        bench: "runtime/hundred-plugins",
        deliveries: 100,
        at_most: 2.0,
    },
    Ratio {
        what: "typed call A -> B -> A with a record and a list of 10",
        unit: TWO_BARE,
        bench: "calls/typed",
        deliveries: 1,
        at_most: 4.0,
    },
    Ratio {
        what: "publish on the publisher's side, 100 subscribers matching of 1,000",
        unit: BARE,
        bench: "bus_publish_100_of_1000/drained",
        deliveries: 1,
        at_most: 10.0,
    },
    Ratio {
        what: "last byte of a 10 MB plugin to its first event, never seen before",
        unit: COMPILING,
        bench: "activation/first-event/baseline",
        deliveries: 1,
        at_most: 0.25,
    },
    Ratio {
        what: "the same, second start",
        unit: COMPILING,
        bench: "activation/first-event/cached",
        deliveries: 1,
        at_most: 0.01,
    },
    Ratio {
        what: "start of 100 plugins with a warm cache",
        unit: COMPILING_HUNDRED,
        bench: "activation/hundred-plugins/cached",
        deliveries: 1,
        at_most: 0.05,
    },
    Ratio {
        what: "hashing and checking a 10 MB plugin while it is downloaded from this machine",
        unit: DOWNLOADING,
        bench: "download/checked",
        deliveries: 1,
        at_most: 1.3,
    },
];

/// What is measured with Criterion.
const BENCHES: [&str; 5] = ["publish", "dispatch", "calls", "activation", "download"];

/// A row of the table.
#[derive(Deserialize)]
pub(crate) struct Measurement {
    /// What was measured.
    row: String,
    /// The figure with its unit.
    value: String,
    /// What it must be, in words.
    must: String,
    /// Whether it is.
    held: bool,
}

/// Prints the table, and fails if a figure is not as it must be.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let mut rows = Vec::new();
    if !arguments.last {
        setup::run(project, &setup::Arguments::default())?;
        guests::build(project)?;
        pages::build(project)?;
        host::build_shipped(project, &Build::RELEASE)?;
        let mut bench = project.cargo();
        // The whole workspace, so that nothing is compiled once more with other features.
        bench.args(["bench", "--workspace"]);
        for name in BENCHES {
            bench.args(["--bench", name]);
        }
        process::run(&mut bench)?;
        rows = measure(project, "measure", &[])?;
        rows.push(exec::measure(project)?);
        if cfg!(target_os = "linux") {
            let program = Build::RELEASE.path(project, "pato-desktop");
            rows.extend(measure(
                project,
                "memory",
                &[program.display().to_string()],
            )?);
            rows.extend(in_browser(project)?);
        }
    }
    rows.splice(0..0, ratios(&project.target.join("criterion"))?);
    let table = table(&rows);
    println!("\n{table}");
    if arguments.write {
        let page = format!("{}{table}", introduction()?);
        fs::write(project.path("docs/src/performance.md"), page)?;
    }
    judge(&rows)
}

/// Fails if a figure is not as it must be.
pub(crate) fn judge(rows: &[Measurement]) -> Result<()> {
    let missed: Vec<_> = rows.iter().filter(|row| !row.held).collect();
    if !missed.is_empty() {
        let names: Vec<_> = missed.iter().map(|row| row.row.as_str()).collect();
        bail!("not as it must be: {}", names.join("; "));
    }
    Ok(())
}

/// What an example measures, optimised.
pub(crate) fn measure(
    project: &Project,
    example: &str,
    arguments: &[String],
) -> Result<Vec<Measurement>> {
    let mut build = project.cargo();
    process::run(build.args(["build", "--release", "--workspace", "--example", example]))?;
    let examples = Build::RELEASE.folder(project).join("examples");
    let mut command = Command::new(examples.join(format!("{example}{EXE_SUFFIX}")));
    rows(command.args(arguments))
}

/// What the pages measure in a browser, with the optimised host.
fn in_browser(project: &Project) -> Result<Vec<Measurement>> {
    let program = Build::RELEASE.path(project, "pato");
    rows(&mut pages::with_host(project, "measure", &program)?)
}

/// The lines of JSON that a program prints. Its progress goes to the error output.
fn rows(command: &mut Command) -> Result<Vec<Measurement>> {
    let output = process::capture(command.stderr(Stdio::inherit()))?;
    let lines = output.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).with_context(|| format!("no measurement: {line}")))
        .collect()
}

fn ratios(criterion: &Path) -> Result<Vec<Measurement>> {
    let row = |ratio: &Ratio| {
        let Unit { name, benches } = ratio.unit;
        let units = benches.iter().map(|bench| nanoseconds(criterion, bench));
        let unit: f64 = units.sum::<Result<f64>>()?;
        let time = nanoseconds(criterion, ratio.bench)? / f64::from(ratio.deliveries);
        let times = time / unit;
        let digits = if times < 0.1 { 4 } else { 2 };
        Ok(Measurement {
            row: ratio.what.into(),
            value: format!("{times:.digits$} x {name} ({})", duration(time)),
            must: format!("at most {} x {name} ({})", ratio.at_most, duration(unit)),
            held: times <= ratio.at_most,
        })
    };
    RATIOS.iter().map(row).collect()
}

/// Criterion's estimates, as far as they are used here.
#[derive(Deserialize)]
struct Estimates {
    mean: Estimate,
    /// Only where Criterion could fit a line, which is the better estimate.
    slope: Option<Estimate>,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

fn nanoseconds(criterion: &Path, bench: &str) -> Result<f64> {
    let path = criterion.join(bench).join("new").join("estimates.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("`{bench}` was not measured: cannot read {}", path.display()))?;
    let estimates: Estimates = serde_json::from_str(&text)
        .with_context(|| format!("{} is not Criterion's", path.display()))?;
    Ok(estimates.slope.unwrap_or(estimates.mean).point_estimate)
}

fn duration(nanoseconds: f64) -> String {
    if nanoseconds < 1_000.0 {
        format!("{nanoseconds:.0} ns")
    } else if nanoseconds < 1_000_000.0 {
        format!("{:.2} µs", nanoseconds / 1_000.0)
    } else {
        format!("{:.1} ms", nanoseconds / 1_000_000.0)
    }
}

/// The figures as a table in Markdown.
pub(crate) fn table(rows: &[Measurement]) -> String {
    let mut table = String::from("| What | Measured | Must be | |\n|---|---|---|---|\n");
    for row in rows {
        let held = if row.held { "yes" } else { "**no**" };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {held} |",
            row.row, row.value, row.must
        );
    }
    table
}

fn introduction() -> Result<String> {
    let rustc = process::capture(Command::new("rustc").arg("--version"))?;
    let cores = thread::available_parallelism()?;
    Ok(format!(
        "# Performance\n\n\
        Measured by `cargo xtask bench --write` with {} on {cores} cores. *Bare* is one `call_async` of \
        Wasmtime with the same component and the same payload in the same run, so that the ratios mean \
        the same on another machine.\n\n",
        rustc.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion_with(times: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (bench, estimates) in times {
            let new = folder.path().join(bench).join("new");
            fs::create_dir_all(&new).unwrap();
            fs::write(new.join("estimates.json"), estimates).unwrap();
        }
        folder
    }

    fn mean(nanoseconds: u32) -> String {
        format!(r#"{{"mean":{{"point_estimate":{nanoseconds}.0}},"slope":null}}"#)
    }

    #[test]
    fn a_ratio_is_taken_per_delivery_and_compared_with_its_limit() {
        let folder = criterion_with(&[
            ("runtime/bare-call", &mean(1000)),
            ("runtime/one-plugin", &mean(2100)),
            ("runtime/hundred-plugins", &mean(150_000)),
            ("calls/two-bare-calls", &mean(10_000)),
            ("calls/typed", &mean(30_000)),
            ("bus_publish_100_of_1000/drained", &mean(10_000)),
            ("activation/first-event/optimized", &mean(100_000_000)),
            ("activation/first-event/baseline", &mean(26_000_000)),
            ("activation/first-event/cached", &mean(400_000)),
            ("activation/hundred-plugins/compiled", &mean(40_000_000)),
            ("activation/hundred-plugins/cached", &mean(2_000_000)),
            ("download/bare", &mean(6_000_000)),
            ("download/sha256", &mean(4_000_000)),
            ("download/checked", &mean(12_000_000)),
        ]);
        let rows = ratios(folder.path()).unwrap();
        let held: Vec<_> = rows.iter().map(|row| row.held).collect();
        assert_eq!(held, [false, true, true, true, false, true, true, true]);
        assert_eq!(rows[1].value, "1.50 x bare (1.50 µs)");
        assert_eq!(
            rows[5].value,
            "0.0040 x compiling with Cranelift (400.00 µs)"
        );
        assert_eq!(
            rows[5].must,
            "at most 0.01 x compiling with Cranelift (100.0 ms)"
        );
        assert!(table(&rows).contains("at most 2 x bare (1.00 µs) | **no** |"));
    }

    #[test]
    fn the_fitted_line_is_preferred_to_the_mean() {
        let both = r#"{"mean":{"point_estimate":9.0},"slope":{"point_estimate":7.0}}"#;
        let folder = criterion_with(&[("a/b", both)]);
        assert!((nanoseconds(folder.path(), "a/b").unwrap() - 7.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_bench_that_did_not_run_is_named() {
        let folder = criterion_with(&[]);
        let error = ratios(folder.path()).err().unwrap().to_string();
        assert!(
            error.contains("`runtime/bare-call` was not measured"),
            "{error}"
        );
    }
}

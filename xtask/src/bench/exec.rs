//! The start of a program that is compiled already: `pato exec` against the Python package `wasmtime`, which
//! does the same, in turns.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{Measurement, duration};
use crate::host::Build;
use crate::process;
use crate::project::Project;

/// Of the same Wasmtime as Pato's.
const VERSION: &str = "48.0.0";

/// How often each is run. The quickest counts: what makes one slower is of the machine, not of the program.
const RUNS: usize = 40;

const AT_MOST: f64 = 1.0;

pub(super) fn measure(project: &Project) -> Result<Measurement> {
    let python = python(project)?;
    let module = project
        .guests()
        .join("programs-preview1")
        .join("probe.wasm");
    let folder = project.target.join("xtask").join("exec");
    fs::create_dir_all(&folder)?;
    let code = folder.join("probe.cwasm");
    let script = project.path("xtask/scripts/exec-with-wasmtime.py");
    process::run(
        Command::new(&python)
            .arg(&script)
            .arg("--compile")
            .args([&module, &code]),
    )?;
    let with_python = || {
        let mut command = Command::new(&python);
        command.arg(&script).arg(&code);
        command
    };
    let with_pato = || {
        let mut command = Command::new(Build::RELEASE.path(project, "pato"));
        command.arg("--data").arg(&folder).arg("exec").arg(&module);
        command
    };
    // The first run of each fills caches.
    let (mut pato, mut unit) = (Duration::MAX, Duration::MAX);
    for run in 0..=RUNS {
        let (own, other) = (time(with_pato())?, time(with_python())?);
        if run > 0 {
            pato = pato.min(own);
            unit = unit.min(other);
        }
    }
    let times = pato.as_secs_f64() / unit.as_secs_f64();
    let shown = |time: Duration| duration(time.as_secs_f64() * 1e9);
    Ok(Measurement {
        row: "`pato exec`: start to end of a small program, compiled before".into(),
        value: format!("{times:.2} x Python's `wasmtime` ({})", shown(pato)),
        must: format!("at most {AT_MOST} x Python's `wasmtime` ({})", shown(unit)),
        held: times <= AT_MOST,
    })
}

/// How long one run takes, which must do what it is for.
fn time(mut command: Command) -> Result<Duration> {
    let begin = Instant::now();
    let printed = process::capture(command.args(["arguments", "quack"]))?;
    let time = begin.elapsed();
    ensure!(printed.trim() == "quack", "it printed `{printed}`");
    Ok(time)
}

/// A Python with the package, in an environment of its own.
fn python(project: &Project) -> Result<PathBuf> {
    let folder = project.path("target/tools/wasmtime");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let check = format!(
        "from importlib.metadata import version; assert version('wasmtime') == '{VERSION}'"
    );
    if process::succeeds(Command::new(&python).args(["-c", &check])) {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    let mut create = process::program(system)?;
    process::run(create.args(["-m", "venv", "--clear"]).arg(&folder))
        .context("Python could not make an environment; on Debian, install python3-venv")?;
    let package = format!("wasmtime=={VERSION}");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"]);
    process::run(install.arg(package))?;
    Ok(python)
}

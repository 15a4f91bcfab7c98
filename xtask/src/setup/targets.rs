use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Requirement;
use crate::process;
use crate::project::Project;

/// Guests are built for the first; programs that test `pato exec` for the second as well; the third shows
/// that the lower crates stay free of the operating system.
pub(crate) const GUEST: &str = "wasm32-wasip2";
pub(crate) const PREVIEW1: &str = "wasm32-wasip1";
pub(crate) const BROWSER: &str = "wasm32-unknown-unknown";

/// The standard library of Rust for WebAssembly.
pub(super) struct WebAssemblyTargets;

/// Where Rust's download server cannot be reached, rustup tries for minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// In a target's folder: it was built by the script, for the compiler named inside.
const MARK: &str = ".built-from-source";

/// Links, with link-time optimisation as guests do, only if the whole standard library is there.
const PROBE: &str = r#"
fn main() {
    let words: Vec<String> = (0..3).map(|number| format!("{number}")).collect();
    println!("{}", words.join(","));
}
"#;

impl Requirement for WebAssemblyTargets {
    fn name(&self) -> &'static str {
        "Rust's standard library for WebAssembly, to build plugins"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        thread::scope(|scope| {
            [GUEST, PREVIEW1, BROWSER]
                .map(|target| (target, scope.spawn(move || links(project, target))))
                .into_iter()
                .filter_map(|(target, probe)| match probe.join() {
                    Ok(Ok(())) => None,
                    _ => Some(target.to_owned()),
                })
                .collect()
        })
    }

    fn provide(&self, project: &Project, missing: &[String]) -> Result<()> {
        let library = rust_library()?;
        for target in missing {
            // What an earlier compiler's build left here would make rustup stop with a conflict.
            let folder = library.join(target);
            if folder.join("lib").join(MARK).exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        if process::find_program("rustup").is_some() {
            let mut rustup = Command::new("rustup");
            rustup.args(["target", "add"]).args(missing);
            match process::run_for_at_most(RUSTUP_LIMIT, rustup.current_dir(&project.root)) {
                Ok(()) if self.missing(project).is_empty() => return Ok(()),
                Ok(()) => println!("setup: rustup ran, but a program still does not link"),
                Err(error) => println!("setup: {error:#}"),
            }
        }
        build_from_source(project, missing)?;
        match self.missing(project).as_slice() {
            [] => Ok(()),
            left => bail!("{} still does not link a small program", left.join(", ")),
        }
    }
}

/// The same sources, from the operating system's packages.
fn build_from_source(project: &Project, missing: &[String]) -> Result<()> {
    let by_hand = format!("run `rustup target add {}`", missing.join(" "));
    if process::find_program("apt-get").is_none() {
        bail!("{by_hand}");
    }
    println!(
        "setup: building it from the system's rust-src package instead; takes about 2 minutes"
    );
    let mut script = process::program("bash")?;
    script
        .arg(project.path("xtask/scripts/build-wasm-std.sh"))
        .arg(MARK)
        .args(missing)
        .current_dir(&project.root);
    process::run(&mut script).context(by_hand)
}

fn links(project: &Project, target: &str) -> Result<()> {
    let folder = project.target.join("xtask").join("probe").join(target);
    fs::create_dir_all(&folder)?;
    let source = folder.join("probe.rs");
    fs::write(&source, PROBE)?;
    let mut rustc = Command::new("rustc");
    rustc
        .args([
            "--edition=2024",
            "-O",
            "-Clto=fat",
            "--target",
            target,
            "-o",
        ])
        .arg(folder.join("probe.wasm"))
        .arg(source)
        .current_dir(&project.root);
    process::capture(&mut rustc).map(drop)
}

fn rust_library() -> Result<PathBuf> {
    let sysroot = process::capture(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim()).join("lib").join("rustlib"))
}

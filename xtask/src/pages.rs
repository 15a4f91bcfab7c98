//! The pages: the dashboard and the overlays, which the server holds.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::host::{self, Build};
use crate::project::Project;
use crate::setup::{self, DASHBOARD};
use crate::{guests, process};

/// What the built pages depend on, in the dashboard's folder.
const SOURCES: [&str; 6] = [
    "src",
    "public",
    "index.html",
    "overlay.html",
    "vite.config.ts",
    "package-lock.json",
];

/// Builds the pages if they are older than what they are built from.
pub(crate) fn build(project: &Project) -> Result<()> {
    setup::for_pages(project)?;
    let folder = project.path(DASHBOARD);
    let built = modified(&folder.join("dist/index.html"));
    let newest = SOURCES
        .iter()
        .filter_map(|source| newest(&folder.join(source)))
        .max();
    if built.is_some() && newest <= built {
        return Ok(());
    }
    npm(project, &["run", "build"])
}

/// Lints, tests in the dashboard's own language, the build, and its size.
pub(crate) fn check(project: &Project) -> Result<()> {
    setup::for_pages(project)?;
    npm(project, &["run", "generate", "--", "--check"])?;
    npm(project, &["run", "lint"])?;
    npm(project, &["test"])?;
    npm(project, &["run", "build"])?;
    npm(project, &["run", "size"])
}

/// The ways that a person goes, in a browser, with the real host and real plugins.
pub(crate) fn walk(project: &Project) -> Result<()> {
    let program = host::build(project)?;
    npm(project, &["run", "test:browser"])?;
    process::run(&mut with_host(project, "e2e", &program)?)
}

/// Photographs the real host for the README and the documentation, in a browser and in the desktop's window.
pub(crate) fn photograph(project: &Project) -> Result<()> {
    setup::run(project, &setup::Arguments::default())?;
    guests::build(project)?;
    build(project)?;
    let program = host::build(project)?;
    process::run(&mut with_host(project, "screenshots:docs", &program)?)?;
    if cfg!(target_os = "linux") {
        host::drive_window(project, &Build::default(), None)?;
        let window = project.target.join("tmp/window.png");
        let picture = project.path("docs/src/images/desktop.png");
        fs::copy(&window, picture).with_context(|| format!("cannot copy {}", window.display()))?;
    }
    Ok(())
}

/// A script of the dashboard's that drives a host: `program`, with the plugins that were built.
pub(crate) fn with_host(project: &Project, script: &str, program: &Path) -> Result<Command> {
    let mut npm = process::program("npm")?;
    npm.args(["run", "--silent", script])
        .current_dir(project.path(DASHBOARD))
        .env("PATO_PROGRAM", program)
        .env("PATO_GUESTS", project.guests());
    Ok(npm)
}

fn npm(project: &Project, arguments: &[&str]) -> Result<()> {
    let mut npm = process::program("npm")?;
    process::run(npm.args(arguments).current_dir(project.path(DASHBOARD)))
        .with_context(|| format!("`npm {}` in {DASHBOARD}", arguments.join(" ")))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// The latest change of a file, or of anything in a folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return modified(path);
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .filter_map(|path| newest(&path))
        .chain(modified(path))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_deep_in_a_folder_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        let file = deep.join("c.ts");
        fs::write(&file, "1").unwrap();
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert_eq!(newest(folder.path()), Some(later));
        assert_eq!(newest(&folder.path().join("none")), None);
    }
}

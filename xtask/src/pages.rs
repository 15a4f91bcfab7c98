//! The pages: the dashboard and the overlays, which the server holds.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::setup::{self, DASHBOARD};
use crate::{host, process};

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
    let mut walk = process::program("npm")?;
    walk.args(["run", "e2e"])
        .current_dir(project.path(DASHBOARD))
        .env("PATO_PROGRAM", program)
        .env("PATO_GUESTS", project.guests());
    process::run(&mut walk)
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

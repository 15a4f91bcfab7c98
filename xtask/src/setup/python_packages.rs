use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Requirement;
use crate::process;
use crate::project::Project;

/// The folder of what plugins in other languages are built with, in tests.
pub(crate) const LANGUAGE_TOOLS: &str = "crates/toolchain/tests/tools";

/// In an environment: the list of what was installed.
const INSTALLED: &str = ".installed-requirements.txt";

/// The tools of other languages that come from Python's registry, in an environment of their own.
pub(super) struct PythonPackages;

impl Requirement for PythonPackages {
    fn name(&self) -> &'static str {
        "Python packages, to build plugins in other languages in tests"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        let Ok(wanted) = fs::read(requirements(project)) else {
            return Vec::new();
        };
        let folder = environment(project);
        let is_there = fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted)
            && process::succeeds(Command::new(python_in(&folder)).arg("--version"));
        match is_there {
            true => Vec::new(),
            false => vec![format!("{LANGUAGE_TOOLS}/requirements.txt")],
        }
    }

    fn provide(&self, project: &Project, _: &[String]) -> Result<()> {
        let (folder, requirements) = (environment(project), requirements(project));
        let mut install = new_environment(&folder)?;
        process::run(install.arg("--requirement").arg(&requirements))?;
        fs::copy(requirements, folder.join(INSTALLED))?;
        Ok(())
    }
}

/// Makes an environment anew, and answers with the command that installs packages into it.
pub(super) fn new_environment(folder: &Path) -> Result<Command> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let mut create = process::program(python)?;
    create.args(["-m", "venv", "--clear"]).arg(folder);
    process::run(&mut create)
        .context("Python could not make an environment; on Debian, install python3-venv")?;
    let mut install = Command::new(python_in(folder));
    install.args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"]);
    Ok(install)
}

fn python_in(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Where tests look for it, whatever `CARGO_TARGET_DIR` says.
fn environment(project: &Project) -> PathBuf {
    project.path("target/tools/python")
}

fn requirements(project: &Project) -> PathBuf {
    project.path(LANGUAGE_TOOLS).join("requirements.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_missing_until_the_list_of_today_was_installed() {
        let root = tempfile::tempdir().unwrap();
        let project = Project {
            root: root.path().into(),
            target: root.path().join("target"),
        };
        assert!(PythonPackages.missing(&project).is_empty(), "no list");
        fs::create_dir_all(project.path(LANGUAGE_TOOLS)).unwrap();
        fs::write(requirements(&project), "one==1.0\n").unwrap();
        assert_eq!(PythonPackages.missing(&project).len(), 1);
        fs::create_dir_all(environment(&project)).unwrap();
        fs::write(environment(&project).join(INSTALLED), "one==1.0\n").unwrap();
        assert_eq!(PythonPackages.missing(&project).len(), 1, "no Python in it");
    }
}

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::Requirement;
use crate::process;
use crate::project::Project;

/// Another version may find other words.
const VERSION: &str = "1.52.0";

/// `typos`, as a prebuilt program in a Python environment of its own.
pub(super) struct SpellingChecker;

/// Where it is installed.
pub(crate) fn program(project: &Project) -> PathBuf {
    environment(project).join(if cfg!(windows) {
        "Scripts/typos.exe"
    } else {
        "bin/typos"
    })
}

impl Requirement for SpellingChecker {
    fn name(&self) -> &'static str {
        "typos, to check the spelling"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        match process::capture(Command::new(program(project)).arg("--version")) {
            Ok(version) if version.split_whitespace().any(|word| word == VERSION) => Vec::new(),
            _ => vec![format!("typos {VERSION}")],
        }
    }

    fn provide(&self, project: &Project, _: &[String]) -> Result<()> {
        let folder = environment(project);
        let python = if cfg!(windows) { "python" } else { "python3" };
        let mut create = process::program(python)?;
        create.args(["-m", "venv", "--clear"]).arg(&folder);
        process::run(&mut create)
            .context("Python could not make an environment; on Debian, install python3-venv")?;
        let mut install = Command::new(program(project).with_file_name(if cfg!(windows) {
            "python.exe"
        } else {
            "python"
        }));
        install
            .args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"])
            .arg(format!("typos=={VERSION}"));
        process::run(&mut install)
    }
}

fn environment(project: &Project) -> PathBuf {
    project.path("target/tools/typos")
}

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::Requirement;
use super::python_packages::new_environment;
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
        let mut install = new_environment(&environment(project))?;
        process::run(install.arg(format!("typos=={VERSION}")))
    }
}

fn environment(project: &Project) -> PathBuf {
    project.path("target/tools/typos")
}

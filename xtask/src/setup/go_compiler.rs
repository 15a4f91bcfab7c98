use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Requirement;
use crate::process::{self, find_program};
use crate::project::Project;

/// The oldest that builds plugins.
const MINOR: u32 = 27;

/// The compiler of Go: the machine's own, or one in a folder of the project's.
pub(super) struct GoCompiler;

impl Requirement for GoCompiler {
    fn name(&self) -> &'static str {
        "the compiler of Go, to build plugins in Go in tests"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        let own = folder(project).join("bin/go");
        let is_there = [Some(own), find_program("go")]
            .into_iter()
            .flatten()
            .any(|program| will_do(&program));
        match is_there {
            true => Vec::new(),
            false => vec![format!("Go 1.{MINOR}")],
        }
    }

    fn provide(&self, project: &Project, _: &[String]) -> Result<()> {
        let by_hand = format!("install Go 1.{MINOR} or newer: https://go.dev/dl");
        if find_program("apt-get").is_none() {
            bail!("{by_hand}");
        }
        let mut script = process::program("bash")?;
        script
            .arg(project.path("xtask/scripts/unpack-go.sh"))
            .arg(folder(project))
            .arg(format!("1.{MINOR}"))
            .current_dir(&project.root);
        process::run(&mut script).context(by_hand)
    }
}

/// Where tests look for it, whatever `CARGO_TARGET_DIR` says.
fn folder(project: &Project) -> PathBuf {
    project.path("target/tools/go")
}

fn will_do(program: &Path) -> bool {
    let mut command = Command::new(program);
    // Otherwise it may get and run another version of itself.
    command.arg("version").env("GOTOOLCHAIN", "local");
    process::capture(&mut command)
        .is_ok_and(|printed| minor_in(&printed).is_some_and(|found| found >= MINOR))
}

/// The second number of the version in `go version go1.27.4 linux/amd64`.
fn minor_in(printed: &str) -> Option<u32> {
    let version = printed
        .split_whitespace()
        .find_map(|word| word.strip_prefix("go1."))?;
    let end = version.find(|character: char| !character.is_ascii_digit());
    version.get(..end.unwrap_or(version.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_the_compiler_prints() {
        assert_eq!(minor_in("go version go1.27.4 linux/amd64\n"), Some(27));
        assert_eq!(minor_in("go version go1.28rc1 linux/amd64"), Some(28));
        assert_eq!(minor_in("go version go1.30 windows/amd64"), Some(30));
        assert_eq!(minor_in("go version devel"), None);
        assert_eq!(minor_in(""), None);
    }

    #[test]
    fn a_compiler_that_is_not_there_will_not_do() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!will_do(&folder.path().join("go")));
    }
}

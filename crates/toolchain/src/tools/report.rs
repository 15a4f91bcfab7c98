use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::process::Command;

use super::{Detail, Program, Toolbox};

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// What became of looking for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolReport {
    /// Its name.
    pub name: &'static str,
    /// What it is for, as in "which bundles the sources".
    pub why: &'static str,
    /// Where it is.
    pub path: Option<PathBuf>,
    /// Its version, if that was asked for and it told.
    pub version: Option<String>,
    /// What is wrong, as in "is not there"; none if it can be used.
    pub problem: Option<String>,
    /// How to get it.
    pub remedy: String,
}

impl ToolReport {
    /// Looks for a program.
    pub(crate) async fn of(program: &Program, toolbox: &Toolbox, detail: Detail) -> Self {
        let mut names = program.names.iter();
        let found = names.find_map(|name| Some((*name, toolbox.find(name)?)));
        let mut report = Self {
            name: program.names.first().copied().unwrap_or_default(),
            why: program.why,
            path: None,
            version: None,
            problem: None,
            remedy: program.remedy.here().to_owned(),
        };
        let Some((name, path)) = found else {
            report.problem = Some("is not there".to_owned());
            return report;
        };
        report.name = name;
        if detail == Detail::Versions && !program.version.is_empty() {
            report.add_version(program, &path, toolbox).await;
        }
        report.path = Some(path);
        report
    }

    async fn add_version(&mut self, program: &Program, path: &Path, toolbox: &Toolbox) {
        let mut command = Command::new(path);
        command
            .args(program.version)
            .env("PATH", toolbox.search_path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(Ok(output)) if output.status.success() => output,
            Ok(Ok(output)) => {
                let status = output.status;
                self.problem = Some(format!("does not work: it ended with {status}"));
                return;
            }
            Ok(Err(error)) => {
                self.problem = Some(format!("can't be started: {error}"));
                return;
            }
            Err(_) => {
                self.problem = Some("does not answer".to_owned());
                return;
            }
        };
        let printed = String::from_utf8_lossy(&output.stdout);
        let Some(version) = version_in(&printed) else {
            return;
        };
        let (major, minor) = program.minimum;
        if (version.major, version.minor) < program.minimum {
            self.problem = Some(format!(
                "is version {version}, and {major}.{minor} is the oldest that works"
            ));
        }
        self.version = Some(version.to_string());
    }
}

/// The first version in a text; a patch number that is not there is 0.
fn version_in(text: &str) -> Option<semver::Version> {
    text.split(|character: char| character.is_whitespace() || character == ',')
        .find_map(|word| {
            let digits = word.trim_start_matches(|character: char| !character.is_ascii_digit());
            let end = digits
                .find(|character: char| !character.is_ascii_digit() && character != '.')
                .unwrap_or(digits.len());
            let mut numbers = digits.get(..end)?.split('.');
            let major = numbers.next()?.parse().ok()?;
            let minor = numbers.next()?.parse().ok()?;
            let patch = numbers.next().and_then(|patch| patch.parse().ok());
            Some(semver::Version::new(major, minor, patch.unwrap_or(0)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Remedy;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        let found = |text| version_in(text).map(|version| version.to_string());
        assert_eq!(found("v20.20.2").unwrap(), "20.20.2");
        assert_eq!(
            found("cargo 1.95.0 (f2d3ce0bd 2026-03-21)").unwrap(),
            "1.95.0"
        );
        assert_eq!(found("go version go1.27 linux/amd64").unwrap(), "1.27.0");
        assert_eq!(found("0.17.0-dev.12+abc").unwrap(), "0.17.0");
        assert_eq!(found("no number, or 99999999999999999999.1"), None);
        assert_eq!(found(""), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_program_is_missing_too_old_broken_or_fine() {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;

        let program = Program {
            names: &["tool", "other-tool"],
            why: "does it",
            version: &["--version"],
            minimum: (2, 1),
            remedy: Remedy::everywhere("get it"),
            is_of_project: false,
        };
        let folder = tempfile::tempdir().unwrap();
        let mut folders = vec![folder.path().to_owned()];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let toolbox = Toolbox::new(folders);
        let look = |detail| ToolReport::of(&program, &toolbox, detail);
        let missing = look(Detail::Versions).await;
        assert_eq!(missing.problem.unwrap(), "is not there");
        assert_eq!(missing.remedy, "get it");

        let path = folder.path().join("other-tool");
        let write = |script: &str| {
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        write("echo tool 2.0.9");
        let old = look(Detail::Versions).await;
        assert!(old.problem.unwrap().contains("2.1"));
        assert_eq!(old.name, "other-tool");
        assert_eq!(look(Detail::Presence).await.problem, None);

        write("exit 1");
        assert!(look(Detail::Versions).await.problem.is_some());
        write("echo tool 2.10.0");
        let fine = look(Detail::Versions).await;
        assert_eq!(fine.problem, None);
        assert_eq!(fine.version.unwrap(), "2.10.0");
        assert_eq!(fine.path.unwrap(), path);
    }
}

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::process;
use crate::project::Project;

/// How long driving the window may take, with building what drives it.
const WINDOW_LIMIT: Duration = Duration::from_secs(60 * 60);

/// How the programs are built.
#[derive(Debug, Default)]
pub(crate) struct Build {
    /// Optimised, which takes long.
    pub(crate) release: bool,
    /// What is put on top of the desktop's own configuration.
    pub(crate) configuration: Option<Value>,
}

impl Build {
    /// Optimised, as it is given on.
    pub(crate) const RELEASE: Self = Self {
        release: true,
        configuration: None,
    };

    /// Cargo on the whole workspace.
    fn cargo(&self, project: &Project, subcommand: &str) -> Command {
        let mut command = project.cargo();
        command.args([subcommand, "--workspace"]);
        if self.release {
            command.arg("--release");
        }
        if let Some(configuration) = &self.configuration {
            command.env("TAURI_CONFIG", configuration.to_string());
        }
        command
    }

    /// Where the programs are put.
    pub(crate) fn folder(&self, project: &Project) -> PathBuf {
        let profile = if self.release { "release" } else { "debug" };
        project.target.join(profile)
    }

    /// Where a program lies, once it is built.
    pub(crate) fn path(&self, project: &Project, name: &str) -> PathBuf {
        self.folder(project).join(format!("{name}{EXE_SUFFIX}"))
    }
}

/// Builds the `pato` command and answers with its path.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    build_programs(project, &["pato"])?;
    Ok(Build::default().path(project, "pato"))
}

/// Builds programs of the workspace.
///
/// A small test is built along with them: cargo then chooses the features of all dependencies as for the
/// tests of the workspace. Otherwise Wasmtime, which takes minutes, would be compiled for `demo` and
/// once more for `test`.
pub(crate) fn build_programs(project: &Project, names: &[&str]) -> Result<()> {
    let mut command = Build::default().cargo(project, "build");
    command.args(["--test", "allowed"]);
    for name in names {
        command.args(["--bin", name]);
    }
    process::run(&mut command)
}

/// Builds what is given on. With it, for the features as above, what measures it: so it is what is given
/// on that is measured.
pub(crate) fn build_shipped(project: &Project, build: &Build) -> Result<()> {
    let mut command = build.cargo(project, "build");
    command.args(["--bin", "pato", "--bin", "pato-desktop"]);
    process::run(command.args(["--example", "measure", "--example", "memory"]))
}

/// Drives the desktop's window: the one that was built, or `program`, on a screen that is only memory.
/// Those tests are ignored elsewhere, for they need the built pages, a display server and WebKit's driver.
pub(crate) fn drive_window(project: &Project, build: &Build, program: Option<&Path>) -> Result<()> {
    let mut command = build.cargo(project, "test");
    command.args(["--test", "window", "--", "--ignored"]);
    if let Some(program) = program {
        command.env("PATO_DESKTOP_PROGRAM", program);
    }
    process::run_for_at_most(WINDOW_LIMIT, &mut command)
}

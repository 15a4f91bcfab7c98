use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::project::Project;

/// Builds the `pato` command and answers with its path.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    build_programs(project, &["pato"])?;
    Ok(path(project))
}

/// Builds programs of the workspace.
///
/// A small test is built along with them: cargo then chooses the features of all dependencies as for the
/// tests of the workspace. Otherwise Wasmtime, which takes minutes, would be compiled for `demo` and
/// once more for `test`.
pub(crate) fn build_programs(project: &Project, names: &[&str]) -> Result<()> {
    let mut command = project.cargo();
    command.args(["build", "--workspace", "--test", "allowed"]);
    for name in names {
        command.args(["--bin", name]);
    }
    process::run(&mut command)
}

/// Where the `pato` command lies, once it is built.
pub(crate) fn path(project: &Project) -> PathBuf {
    program(project, "pato")
}

/// Where a program of the workspace lies, once it is built.
pub(crate) fn program(project: &Project, name: &str) -> PathBuf {
    project
        .target
        .join("debug")
        .join(format!("{name}{EXE_SUFFIX}"))
}

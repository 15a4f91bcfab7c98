use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::project::Project;

/// Builds the `pato` command and answers with its path.
///
/// A small test is built along with it: cargo then chooses the features of all dependencies as for the
/// tests of the workspace. Otherwise Wasmtime, which takes minutes, would be compiled for `demo` and
/// once more for `test`.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    let mut command = project.cargo();
    command.args(["build", "--workspace", "--bin", "pato", "--test", "allowed"]);
    process::run(&mut command)?;
    Ok(path(project))
}

/// Where it lies, once it is built.
pub(crate) fn path(project: &Project) -> PathBuf {
    project
        .target
        .join("debug")
        .join(format!("pato{EXE_SUFFIX}"))
}

//! The REST API as the command itself describes it.

use std::env::consts::EXE_SUFFIX;
use std::process::Command;

use anyhow::Result;

use super::Generated;
use crate::process;
use crate::project::Project;

/// Building the command here would tie every task to Wasmtime, so it is run.
pub(super) fn generate(project: &Project) -> Result<Vec<Generated>> {
    process::run(project.cargo().args(["build", "--package", "pato"]))?;
    let pato = project
        .target
        .join("debug")
        .join(format!("pato{EXE_SUFFIX}"));
    Ok(vec![Generated {
        path: "docs/src/reference/openapi.json".into(),
        text: process::capture(Command::new(pato).arg("openapi"))?,
    }])
}

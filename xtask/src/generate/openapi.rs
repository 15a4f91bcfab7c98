//! The REST API as the command itself describes it.

use std::process::Command;

use anyhow::Result;

use super::Generated;
use crate::project::Project;
use crate::{host, process};

/// Linking the host into this program would tie every task to Wasmtime, so it is run.
pub(super) fn generate(project: &Project) -> Result<Vec<Generated>> {
    let pato = host::build(project)?;
    Ok(vec![Generated {
        path: "docs/src/reference/openapi.json".into(),
        text: process::capture(Command::new(pato).arg("openapi"))?,
    }])
}

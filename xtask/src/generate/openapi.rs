//! The REST API, what pages send and receive, and the index of plugins, as the command itself describes
//! them.

use std::process::Command;

use anyhow::Result;

use super::Generated;
use crate::project::Project;
use crate::{host, process};

/// Linking the host into this program would tie every task to Wasmtime, so it is run.
pub(super) fn generate(project: &Project) -> Result<Vec<Generated>> {
    let pato = host::build(project)?;
    let made = |path: &str, command| {
        anyhow::Ok(Generated {
            path: path.into(),
            text: process::capture(Command::new(&pato).arg(command))?,
        })
    };
    Ok(vec![
        made("docs/src/reference/openapi.json", "openapi")?,
        made("docs/src/reference/pages.json", "page-schema")?,
        made("docs/src/reference/index.json", "index-schema")?,
    ])
}

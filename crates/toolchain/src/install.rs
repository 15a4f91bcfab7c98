use tokio_util::sync::CancellationToken;

use crate::error::ToolchainError;
use crate::project::Project;
use crate::runner::{Runner, Sink};
use crate::tools::Toolbox;

/// A command that gets something that a project's language needs.
#[derive(Debug)]
pub struct InstallStep {
    /// The names of its program; the first that is there is taken.
    pub program: &'static [&'static str],
    /// Its arguments.
    pub arguments: &'static [&'static str],
    /// What is there once it was done, under the project's folder; empty if it is to be done each time.
    pub makes: &'static str,
}

/// Gets what the project's tools need: the packages that its files name, from the registries that its
/// tools are set to. Answers with whether there was anything to do.
///
/// # Errors
///
/// If a program is missing or fails.
pub async fn install(
    project: &Project,
    color: bool,
    toolbox: &Toolbox,
    sink: &Sink<'_>,
    cancel: &CancellationToken,
) -> Result<bool, ToolchainError> {
    let folder = project.folder();
    let toolbox = &toolbox.for_project(folder);
    let runner = Runner {
        folder,
        toolbox,
        color,
        sink,
        cancel,
    };
    let mut has_run = false;
    for step in project.language().installation() {
        if step.makes.is_empty() || !folder.join(step.makes).exists() {
            let command = runner.program(step.program)?.with(step.arguments);
            runner.run(&command).await?;
            has_run = true;
        }
    }
    Ok(has_run)
}

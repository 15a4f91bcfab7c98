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
/// tools are set to.
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
) -> Result<(), ToolchainError> {
    let folder = project.folder();
    let toolbox = &toolbox.for_project(folder);
    let runner = Runner {
        folder,
        toolbox,
        color,
        sink,
        cancel,
    };
    for step in project.language().about().installation {
        if step.makes.is_empty() || !folder.join(step.makes).exists() {
            let command = runner.program(step.program)?.with(step.arguments);
            runner.run(&command).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Mutex;

    use super::*;
    use crate::new::{NewProject, Sdk, create};
    use crate::runner::Progress;

    #[tokio::test]
    async fn what_a_project_names_is_installed_and_its_environment_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).unwrap();
        let python = programs.join("python3");
        let script = "#!/bin/sh\ncase \"$2\" in venv) mkdir .venv;; esac\n";
        fs::write(&python, script).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let mut folders = vec![programs];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let toolbox = Toolbox::new(folders);
        let path = folder.path().join("greeter");
        let new = NewProject {
            id: "greeter",
            folder: &path,
            sdk: Sdk::Version,
        };
        let project = create(crate::language("python").unwrap(), new).unwrap();

        let seen = Mutex::new(Vec::new());
        let sink = |progress: Progress<'_>| {
            if let Progress::Command(command) = progress {
                seen.lock().unwrap().push(command.to_owned());
            }
        };
        let cancel = CancellationToken::new();
        for _ in 0..2 {
            install(&project, false, &toolbox, &sink, &cancel)
                .await
                .unwrap();
        }
        let packages = "python3 -m pip install --requirement requirements.txt";
        let expected = ["python3 -m venv .venv", packages, packages];
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[tokio::test]
    async fn an_installer_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("greeter");
        let new = NewProject {
            id: "greeter",
            folder: &path,
            sdk: Sdk::Version,
        };
        let project = create(crate::language("javascript").unwrap(), new).unwrap();
        let sink = |_: Progress<'_>| ();
        let nowhere = Toolbox::new(Vec::new());
        let outcome = install(&project, false, &nowhere, &sink, &CancellationToken::new()).await;
        let message = outcome.unwrap_err().to_string();
        assert!(message.contains("`npm`"), "{message}");
    }
}

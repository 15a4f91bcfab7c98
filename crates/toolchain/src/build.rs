use std::io::Write;
use std::path::{Path, PathBuf};

use pato_packages::{Inspected, Reader, ReaderLimits, SignatureError, pack};
use tokio_util::sync::CancellationToken;

use crate::contract;
use crate::error::ToolchainError;
use crate::language::{BINDINGS, Build};
use crate::project::Project;
use crate::runner::{Runner, Sink};
use crate::tools::{Detail, Toolbox};
use crate::turn::Turn;

/// What a plugin is built for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Built quickly, and says most about its own mistakes.
    Debug,
    /// Runs fast.
    #[default]
    Release,
    /// As small as it gets.
    Size,
}

/// How to build.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// What for.
    pub profile: Profile,
    /// Whether compilers may colour what they print.
    pub color: bool,
    /// The most bytes that a plugin may have.
    pub max_bytes: u64,
}

/// A plugin that was built.
#[derive(Debug)]
pub struct Built {
    /// Its file.
    pub path: PathBuf,
    /// What it is.
    pub inspected: Inspected,
    /// What is wrong with its signature: a build does not sign, so there is something if the manifest names
    /// a publisher.
    pub unsigned: Option<SignatureError>,
}

/// Builds a project: its language makes a component, which gets the manifest and the assets, is checked,
/// and takes the place of the one that was built before. If that fails, the one before stays.
///
/// What it starts ends when it is cancelled, or the future dropped.
///
/// # Errors
///
/// If another build of the project runs, something that it needs is missing, a program fails, the result is
/// no plugin, or it was cancelled.
pub async fn build(
    project: &Project,
    options: BuildOptions,
    toolbox: &Toolbox,
    sink: &Sink<'_>,
    cancel: &CancellationToken,
) -> Result<Built, ToolchainError> {
    let (folder, language) = (project.folder(), project.language());
    let output = &project.output();
    let _turn = Turn::take(folder, output)?;
    let toolbox = &toolbox.for_project(folder);
    let mut missing = language.check(toolbox, true, Detail::Presence).await;
    missing.retain(|tool| tool.problem.is_some());
    if !missing.is_empty() {
        let language = language.about().name;
        return Err(ToolchainError::Tools { language, missing });
    }
    if language.about().uses_wit {
        contract::write_if_missing(folder)?;
    }
    language.bind(folder, &output.join(BINDINGS))?;
    let build = Build {
        project: folder,
        output,
        profile: options.profile,
        runner: Runner {
            folder,
            toolbox,
            color: options.color,
            sink,
            cancel,
        },
    };
    let component = language.component(&build).await?;
    if cancel.is_cancelled() {
        return Err(ToolchainError::Cancelled);
    }
    let assets = project.assets(options.max_bytes)?;
    let plugin = pack(&component, project.manifest_text(), &assets)?;
    let mut reader = Reader::new(ReaderLimits {
        max_bytes: options.max_bytes,
    });
    reader.push(&plugin)?;
    let (inspected, signature) = reader.examine()?;
    let path = project.plugin();
    replace(&path, &plugin).map_err(ToolchainError::file("write", &path))?;
    Ok(Built {
        path,
        inspected,
        unsigned: signature.err(),
    })
}

/// Writes a file as a whole, or not at all: a running host may watch it.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

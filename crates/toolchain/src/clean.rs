use std::fs;
use std::path::PathBuf;

use crate::error::ToolchainError;
use crate::project::Project;
use crate::turn::Turn;

/// Removes what builds made in the project, and answers with what was removed. What was installed for the
/// project stays.
///
/// # Errors
///
/// If a build is under way, or something can't be removed.
pub fn clean(project: &Project) -> Result<Vec<PathBuf>, ToolchainError> {
    let mut removed = Vec::new();
    let output = project.output();
    let folders = project.language().about().leftovers.iter();
    let mut folders: Vec<_> = folders
        .map(|folder| project.folder().join(folder))
        .collect();
    if output.is_dir() {
        drop(Turn::take(project.folder(), &output)?);
        folders.push(output);
    }
    for folder in folders {
        // A link is removed, and not what it leads to.
        let Ok(metadata) = folder.symlink_metadata() else {
            continue;
        };
        let remove = match metadata.is_dir() {
            true => fs::remove_dir_all(&folder),
            false => fs::remove_file(&folder),
        };
        remove.map_err(ToolchainError::file("remove", &folder))?;
        removed.push(folder);
    }
    Ok(removed)
}

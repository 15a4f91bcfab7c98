use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::error::ToolchainError;

/// The right to build a project, which one build at a time has, on the whole machine. It ends when it is
/// dropped, or its process is.
pub(crate) struct Turn(#[expect(dead_code, reason = "holds the lock while it is open")] File);

impl Turn {
    /// Takes it.
    ///
    /// # Errors
    ///
    /// If another build has it.
    pub(crate) fn take(project: &Path, output: &Path) -> Result<Self, ToolchainError> {
        fs::create_dir_all(output).map_err(ToolchainError::file("make", output))?;
        let path = output.join(".lock");
        let file = File::create(&path).map_err(ToolchainError::file("write", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(ToolchainError::Busy {
                folder: project.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(ToolchainError::file("lock", path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_build_at_a_time_has_the_turn() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("build");
        let turn = Turn::take(folder.path(), &output).unwrap();
        let second = Turn::take(folder.path(), &output);
        assert!(matches!(second, Err(ToolchainError::Busy { .. })));
        drop(turn);
        Turn::take(folder.path(), &output).unwrap();
    }
}

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

/// The repository, wherever one stands in it.
pub(crate) struct Project {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder for the root workspace.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the repository by the folder that this program was built from.
    pub(crate) fn locate() -> Result<Self> {
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own
            .parent()
            .context("xtask does not lie in a folder of the repository")?
            .to_path_buf();
        let metadata = MetadataCommand::new()
            .current_dir(&root)
            .no_deps()
            .exec()
            .with_context(|| format!("cannot read the workspace in {}", root.display()))?;
        Ok(Self {
            target: metadata.target_directory.into(),
            root,
        })
    }

    /// A path inside the repository, written with slashes.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative.split('/').collect::<PathBuf>())
    }

    /// Where guests are built, whatever `CARGO_TARGET_DIR` says: tests look for them here.
    pub(crate) fn guests(&self) -> PathBuf {
        self.path("target/guests")
    }

    /// The cargo that runs this program, in the root of the repository.
    pub(crate) fn cargo(&self) -> Command {
        self.cargo_in(&self.root)
    }

    /// The cargo that runs this program, in another workspace of the repository.
    pub(crate) fn cargo_in(&self, folder: &Path) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(folder);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(describes_package) {
                command.env_remove(name);
            }
        }
        command
    }
}

/// Whether a variable that cargo set for this program describes its package. Build scripts see it, and those that
/// ask to run again when it changes would undo what a person's own cargo has built.
fn describes_package(name: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cargo_that_is_started_sees_nothing_of_this_package() {
        let command = Project::locate().unwrap().cargo();
        let removed = |wanted: &str| {
            let mut changes = command.get_envs();
            changes.any(|(name, value)| name == wanted && value.is_none())
        };
        // Those that the build script of `ring` asks for.
        for name in ["MANIFEST_DIR", "PKG_NAME", "PKG_VERSION_MAJOR"] {
            assert!(removed(&format!("CARGO_{name}")), "{name}");
        }
        assert!(!removed("CARGO_HOME"));
    }
}

use std::fs;

use anyhow::Result;

use super::Requirement;
use crate::process;
use crate::project::Project;

/// The folder of the independent clients that prove the test servers.
pub(crate) const FOLDER: &str = "fixtures/servers/node";

/// In `node_modules`: the lock file that was installed.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";

/// The packages of [`FOLDER`].
pub(super) struct NodePackages;

impl Requirement for NodePackages {
    fn name(&self) -> &'static str {
        "Node packages, to prove the test servers with other people's clients"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        let folder = project.path(FOLDER);
        let Ok(lock) = fs::read(folder.join("package-lock.json")) else {
            return Vec::new();
        };
        match fs::read(folder.join(INSTALLED)) {
            Ok(installed) if installed == lock => Vec::new(),
            _ => vec![FOLDER.into()],
        }
    }

    fn provide(&self, project: &Project, _: &[String]) -> Result<()> {
        let folder = project.path(FOLDER);
        let mut npm = process::program("npm")?;
        npm.args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder);
        process::run(&mut npm)?;
        fs::copy(folder.join("package-lock.json"), folder.join(INSTALLED))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_missing_until_the_lock_file_of_today_was_installed() {
        let root = tempfile::tempdir().unwrap();
        let project = Project {
            root: root.path().into(),
            target: root.path().join("target"),
        };
        assert!(NodePackages.missing(&project).is_empty(), "no lock file");

        let folder = project.path(FOLDER);
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        fs::write(folder.join("package-lock.json"), "1").unwrap();
        assert_eq!(NodePackages.missing(&project), [FOLDER]);

        fs::write(folder.join(INSTALLED), "1").unwrap();
        assert!(NodePackages.missing(&project).is_empty());
        fs::write(folder.join("package-lock.json"), "2").unwrap();
        assert_eq!(NodePackages.missing(&project), [FOLDER]);
    }
}

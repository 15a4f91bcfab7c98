use std::fs;

use anyhow::Result;

use super::Requirement;
use crate::process;
use crate::project::Project;

/// The folder of the independent clients that prove the test servers.
pub(crate) const FOLDER: &str = "fixtures/servers/node";

/// The folder of the dashboard.
pub(crate) const DASHBOARD: &str = "apps/dashboard";

/// The folder of the desktop application, with the tool that makes its installers.
pub(crate) const DESKTOP: &str = "apps/desktop";

/// In `node_modules`: the lock file that was installed.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";

/// The packages of some folders.
pub(super) struct NodePackages(pub(super) &'static [&'static str]);

impl Requirement for NodePackages {
    fn name(&self) -> &'static str {
        "Node packages, for the pages, installers, plugins in JavaScript, and other people's clients that prove the test servers"
    }

    fn missing(&self, project: &Project) -> Vec<String> {
        let is_missing = |folder: &&&str| {
            let folder = project.path(folder);
            let Ok(lock) = fs::read(folder.join("package-lock.json")) else {
                return false;
            };
            !fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == lock)
        };
        let missing = self.0.iter().filter(is_missing);
        missing.map(|folder| (*folder).to_owned()).collect()
    }

    fn provide(&self, project: &Project, missing: &[String]) -> Result<()> {
        for folder in missing {
            let folder = project.path(folder);
            let mut npm = process::program("npm")?;
            npm.args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder);
            process::run(&mut npm)?;
            fs::copy(folder.join("package-lock.json"), folder.join(INSTALLED))?;
        }
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
        let packages = NodePackages(&[FOLDER]);
        assert!(packages.missing(&project).is_empty(), "no lock file");

        let folder = project.path(FOLDER);
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        fs::write(folder.join("package-lock.json"), "1").unwrap();
        assert_eq!(packages.missing(&project), [FOLDER]);

        fs::write(folder.join(INSTALLED), "1").unwrap();
        assert!(packages.missing(&project).is_empty());
        fs::write(folder.join("package-lock.json"), "2").unwrap();
        assert_eq!(packages.missing(&project), [FOLDER]);
    }
}

use anyhow::{Result, bail};

use crate::project::Project;
use go_compiler::GoCompiler;
use node_packages::NodePackages;
use python_packages::{LANGUAGE_TOOLS, PythonPackages};
use spelling::SpellingChecker;
use system_packages::SystemPackages;
use targets::WebAssemblyTargets;

mod go_compiler;
mod node_packages;
mod python_packages;
pub(crate) mod spelling;
mod system_packages;
mod targets;

pub(crate) use node_packages::{DASHBOARD, DESKTOP, FOLDER as NODE_PACKAGES};
pub(crate) use targets::{BROWSER, GUEST, PREVIEW1};

#[derive(clap::Args, Default)]
pub(crate) struct Arguments {
    /// Only tells what is missing, and fails if something is.
    #[arg(long)]
    check: bool,
}

/// Something a task needs on the machine.
trait Requirement {
    /// What it is, and what needs it.
    fn name(&self) -> &'static str;

    /// What is missing, in the order of installing; empty if nothing is. Takes a second at most.
    fn missing(&self, project: &Project) -> Vec<String>;

    /// Installs what is missing, or fails with what the user should type.
    fn provide(&self, project: &Project, missing: &[String]) -> Result<()>;
}

/// Installs all that building and testing need.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let all: [&dyn Requirement; 6] = [
        &WebAssemblyTargets,
        &SystemPackages::ALL,
        &NodePackages(&[NODE_PACKAGES, DASHBOARD, LANGUAGE_TOOLS]),
        &PythonPackages,
        &GoCompiler,
        &SpellingChecker,
    ];
    if arguments.check {
        check(project, &all)
    } else {
        provide(project, &all)
    }
}

/// Installs only what guests are built with.
pub(crate) fn for_guests(project: &Project) -> Result<()> {
    provide(project, &[&WebAssemblyTargets])
}

/// Installs only what the pages are built with.
pub(crate) fn for_pages(project: &Project) -> Result<()> {
    provide(
        project,
        &[&SystemPackages::FOR_PAGES, &NodePackages(&[DASHBOARD])],
    )
}

/// Installs only what the desktop application and its installer are built and looked at with.
pub(crate) fn for_desktop(project: &Project) -> Result<()> {
    provide(
        project,
        &[&SystemPackages::FOR_DESKTOP, &NodePackages(&[DESKTOP])],
    )
}

fn check(project: &Project, requirements: &[&dyn Requirement]) -> Result<()> {
    let mut complete = true;
    for requirement in requirements {
        let missing = requirement.missing(project);
        complete &= missing.is_empty();
        report(requirement.name(), &missing);
    }
    if !complete {
        bail!("something is missing; `cargo xtask setup` installs it");
    }
    Ok(())
}

/// Installs what it can, and fails afterwards with all that it could not.
fn provide(project: &Project, requirements: &[&dyn Requirement]) -> Result<()> {
    let mut failures = Vec::new();
    for requirement in requirements {
        let missing = requirement.missing(project);
        report(requirement.name(), &missing);
        if missing.is_empty() {
            continue;
        }
        if let Err(error) = requirement.provide(project, &missing) {
            failures.push(format!("{}: {error:#}", requirement.name()));
        }
    }
    if !failures.is_empty() {
        bail!("not everything could be installed\n{}", failures.join("\n"));
    }
    Ok(())
}

fn report(name: &str, missing: &[String]) {
    if missing.is_empty() {
        println!("setup: there     {name}");
    } else {
        println!("setup: missing   {name}: {}", missing.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::PathBuf;

    use super::*;

    struct Fake {
        there: Cell<bool>,
        can_be_installed: bool,
    }

    impl Requirement for Fake {
        fn name(&self) -> &'static str {
            "a fake"
        }

        fn missing(&self, _: &Project) -> Vec<String> {
            if self.there.get() {
                Vec::new()
            } else {
                vec!["all of it".into()]
            }
        }

        fn provide(&self, _: &Project, _: &[String]) -> Result<()> {
            if !self.can_be_installed {
                bail!("type `install fake`");
            }
            self.there.set(true);
            Ok(())
        }
    }

    fn project() -> Project {
        Project {
            root: PathBuf::new(),
            target: PathBuf::new(),
        }
    }

    fn fake(there: bool, can_be_installed: bool) -> Fake {
        Fake {
            there: Cell::new(there),
            can_be_installed,
        }
    }

    #[test]
    fn checking_installs_nothing_and_fails_if_something_is_missing() {
        let missing = fake(false, true);
        assert!(check(&project(), &[&missing]).is_err());
        assert!(!missing.there.get());
        assert!(check(&project(), &[&fake(true, true)]).is_ok());
    }

    #[test]
    fn what_cannot_be_installed_is_told_after_the_rest_was_installed() {
        let (hopeless, fine) = (fake(false, false), fake(false, true));
        let error = provide(&project(), &[&hopeless, &fine]).unwrap_err();
        assert!(error.to_string().contains("type `install fake`"), "{error}");
        assert!(fine.there.get());
    }
}

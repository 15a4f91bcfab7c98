use std::path::Path;

use anyhow::{Result, bail};

use crate::project::Project;

mod crate_list;
mod dependencies;
mod documents;
mod floors;
mod tracked;

/// Files that must be there, whatever else is.
const NEEDED: [&str; 7] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates/README.md",
];

/// Runs every check and fails with all that was found.
pub(crate) fn run(project: &Project) -> Result<()> {
    let mut findings: Vec<String> = NEEDED
        .iter()
        .filter(|file| !project.path(file).is_file())
        .map(|file| format!("{file} is missing"))
        .collect();
    findings.extend(tracked::check(project)?);
    findings.extend(floors::check(project)?);
    findings.extend(crate_list::check(project)?);
    findings.extend(dependencies::check(project)?);
    conclude("tidy", &findings)
}

/// Checks the links of all documents.
pub(crate) fn links(project: &Project) -> Result<()> {
    conclude("links", &documents::check(project)?)
}

fn conclude(name: &str, findings: &[String]) -> Result<()> {
    for finding in findings {
        println!("{name}: {finding}");
    }
    match findings.len() {
        0 => {
            println!("{name}: nothing to complain of");
            Ok(())
        }
        1 => bail!("{name} found one thing to mend"),
        count => bail!("{name} found {count} things to mend"),
    }
}

/// A path in the repository as one writes it, with slashes.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

//! Under which licences the dependencies come, and where from.

use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use spdx::{Expression, Licensee, ParseMode};

use crate::guests;
use crate::project::Project;

/// Licences that let Pato as a whole be given on as MIT OR Apache-2.0. (MPL-2.0 asks only that changes
/// to the library's own files are published; none are made.)
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Allowed only in what is never given on.
const ALLOWED_FOR_TESTS: [&str; 1] = ["NCSA"];

/// Checks every package that any workspace of the repository locks, for all platforms.
pub(super) fn check(project: &Project) -> Result<Vec<String>> {
    let given_on = licensees(&ALLOWED)?;
    let for_tests = [given_on.clone(), licensees(&ALLOWED_FOR_TESTS)?].concat();
    let mut findings = check_packages(&read(&project.root)?, &given_on);
    for workspace in &guests::WORKSPACES {
        findings.extend(check_packages(
            &read(&project.path(workspace.folder))?,
            &given_on,
        ));
    }
    findings.extend(check_packages(&read(&project.path("fuzz"))?, &for_tests));
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn read(folder: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .current_dir(folder)
        .exec()
        .with_context(|| format!("cannot read the dependencies of {}", folder.display()))
}

fn licensees(names: &[&str]) -> Result<Vec<Licensee>> {
    let parsed = names.iter().map(|name| Licensee::parse(name));
    Ok(parsed.collect::<Result<_, _>>()?)
}

fn check_packages(metadata: &Metadata, allowed: &[Licensee]) -> Vec<String> {
    let packages = metadata.packages.iter();
    packages
        .flat_map(|package| [check_source(package), check_licence(package, allowed)])
        .flatten()
        .collect()
}

/// Nothing but the public registry and this repository, so that a build can be repeated.
fn check_source(package: &Package) -> Option<String> {
    let source = package.source.as_ref()?;
    (!source.is_crates_io()).then(|| {
        format!(
            "{} {} comes from {source}, not from the public registry",
            package.name, package.version
        )
    })
}

fn check_licence(package: &Package, allowed: &[Licensee]) -> Option<String> {
    let who = format!("{} {}", package.name, package.version);
    let Some(text) = &package.license else {
        return Some(format!("{who} names no licence"));
    };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(error) => Some(format!(
            "{who}: `{text}` is no licence expression: {}",
            error.reason
        )),
        Ok(expression) => {
            let fits = |wanted: &_| allowed.iter().any(|licence| licence.satisfies(wanted));
            (!expression.evaluate(fits))
                .then(|| format!("{who} is under `{text}`, which is not allowed here"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(licence: Option<&str>, source: Option<&str>) -> Package {
        serde_json::from_value(serde_json::json!({
            "name": "duck", "version": "1.0.0", "id": "duck", "license": licence, "source": source,
            "dependencies": [], "targets": [], "features": {}, "manifest_path": "/p/Cargo.toml",
        }))
        .unwrap()
    }

    fn licence_finding(licence: Option<&str>) -> Option<String> {
        check_licence(&package(licence, None), &licensees(&ALLOWED).unwrap())
    }

    #[test]
    fn a_licence_passes_if_one_of_its_choices_is_allowed() {
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-2.0-only OR MIT",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert_eq!(licence_finding(Some(licence)), None, "{licence}");
        }
    }

    #[test]
    fn a_licence_that_is_foreign_unknown_or_absent_is_found() {
        for (licence, complaint) in [
            (Some("GPL-3.0-only"), "not allowed"),
            (Some("MIT AND AGPL-3.0-only"), "not allowed"),
            (Some("MIT AND NCSA"), "not allowed"),
            (Some("Beerware-ish"), "no licence expression"),
            (None, "names no licence"),
        ] {
            let finding = licence_finding(licence).unwrap();
            assert!(finding.starts_with("duck 1.0.0"), "{finding}");
            assert!(finding.contains(complaint), "{finding}");
        }
    }

    #[test]
    fn a_source_other_than_the_registry_and_this_repository_is_found() {
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(check_source(&package(None, Some(registry))), None);
        assert_eq!(check_source(&package(None, None)), None);
        let git = "git+https://example.org/duck?rev=1#1";
        let finding = check_source(&package(None, Some(git))).unwrap();
        assert!(finding.contains("duck 1.0.0 comes from git+"), "{finding}");
    }
}

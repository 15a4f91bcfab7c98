//! Which crate may know which: each only those of lower floors.

use std::path::Path;

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::guests;
use crate::project::Project;

/// Where a crate stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A part of the host, which knows only the floors below.
    Floor(u8),
    /// Code inside a plugin, which knows of the host only the contract in `wit/` and the vocabulary.
    Guest,
    /// What serves tests and builds; it knows the vocabulary, and only tests know it.
    Tool,
}

const PLACES: [(&str, Place); 18] = [
    ("pato-events", Place::Floor(1)),
    ("pato-bus", Place::Floor(2)),
    ("pato-permissions", Place::Floor(2)),
    ("pato-surfaces", Place::Floor(2)),
    ("pato-vault", Place::Floor(2)),
    ("pato-packages", Place::Floor(3)),
    ("pato-library", Place::Floor(4)),
    ("pato-runtime", Place::Floor(4)),
    ("pato-connectors", Place::Floor(4)),
    ("pato-host", Place::Floor(5)),
    ("pato-server", Place::Floor(6)),
    ("pato-toolchain", Place::Floor(6)),
    ("pato", Place::Floor(7)),
    ("pato-desktop", Place::Floor(7)),
    ("pato-sdk", Place::Guest),
    ("pato-sdk-macros", Place::Guest),
    ("pato-test-servers", Place::Tool),
    ("xtask", Place::Tool),
];

/// What the kit for plugins has in common with the host beside the vocabulary: what a surface is, so that
/// an author's tests find what the host would refuse.
const SHARED_WITH_GUESTS: &str = "pato-surfaces";

/// Libraries that only one crate may use, by the beginning of their names.
const OWNED: [(&str, &str); 3] = [
    ("wasmtime", "pato-runtime"),
    ("axum", "pato-server"),
    ("tauri", "pato-desktop"),
];

/// Checks the root workspace and those of the guests.
pub(super) fn check(project: &Project) -> Result<Vec<String>> {
    let mut findings = check_host(&read(&project.root)?);
    for workspace in &guests::WORKSPACES {
        findings.extend(check_guests(&read(&project.path(workspace.folder))?));
    }
    Ok(findings)
}

fn read(folder: &Path) -> Result<Metadata> {
    Ok(MetadataCommand::new()
        .current_dir(folder)
        .no_deps()
        .exec()?)
}

fn check_host(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.workspace_packages() {
        match place(&package.name) {
            Some(place) => findings.extend(check_package(package, place)),
            None => findings.push(format!(
                "{}: no floor is set for it in xtask/src/tidy/floors.rs",
                package.name
            )),
        }
    }
    findings
}

fn check_guests(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.workspace_packages();
    let findings = packages
        .iter()
        .flat_map(|package| check_package(package, Place::Guest));
    findings.collect()
}

fn check_package(package: &Package, own: Place) -> Vec<String> {
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let is_for_tests = dependency.kind == DependencyKind::Development;
        let reason = match place(&dependency.name) {
            Some(_) if own == Place::Guest && dependency.name == SHARED_WITH_GUESTS => continue,
            Some(other) if !may_know(own, other, is_for_tests) => {
                "which is not on a lower floor".to_owned()
            }
            _ => match owner(&dependency.name) {
                Some(owner) if package.name != owner => format!("which only {owner} may use"),
                _ => continue,
            },
        };
        findings.push(format!(
            "{} depends on {}, {reason}",
            package.name, dependency.name
        ));
    }
    findings
}

fn may_know(own: Place, other: Place, is_for_tests: bool) -> bool {
    match (own, other) {
        (Place::Floor(own), Place::Floor(other)) => other < own,
        (Place::Floor(_), Place::Tool) => is_for_tests,
        (Place::Guest, Place::Guest) => true,
        (Place::Guest | Place::Tool, Place::Floor(floor)) => floor == 1,
        (Place::Guest | Place::Tool, _) | (Place::Floor(_), Place::Guest) => false,
    }
}

fn place(name: &str) -> Option<Place> {
    let found = PLACES.iter().find(|(known, _)| *known == name);
    found.map(|(_, place)| *place)
}

fn owner(name: &str) -> Option<&'static str> {
    let found = OWNED.iter().find(|(prefix, _)| name.starts_with(prefix));
    found.map(|(_, owner)| *owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package as `cargo metadata` describes it.
    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies: Vec<_> = dependencies
            .iter()
            .map(|(name, kind)| {
                serde_json::json!({
                    "name": name, "req": "*", "kind": kind, "optional": false,
                    "uses_default_features": true, "features": [],
                })
            })
            .collect();
        serde_json::from_value(serde_json::json!({
            "name": name, "version": "0.1.0", "id": format!("path+file:///p#{name}@0.1.0"),
            "dependencies": dependencies, "targets": [], "features": {},
            "manifest_path": "/p/Cargo.toml",
        }))
        .unwrap()
    }

    fn findings(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        check_package(
            &package(name, dependencies),
            place(name).unwrap_or(Place::Guest),
        )
    }

    #[test]
    fn a_crate_may_know_lower_floors_only() {
        let fine = [("pato-events", None), ("pato-bus", None), ("serde", None)];
        assert!(findings("pato-runtime", &fine).is_empty());
        let upward = findings("pato-bus", &[("pato-host", None)]);
        assert_eq!(
            upward,
            ["pato-bus depends on pato-host, which is not on a lower floor"]
        );
        assert_eq!(
            findings("pato-runtime", &[("pato-connectors", None)]).len(),
            1
        );
        assert_eq!(
            findings("pato-bus", &[("pato-server", Some("dev"))]).len(),
            1
        );
    }

    #[test]
    fn the_test_servers_are_for_tests_and_know_no_connector() {
        assert!(findings("pato-connectors", &[("pato-test-servers", Some("dev"))]).is_empty());
        assert_eq!(
            findings("pato-connectors", &[("pato-test-servers", None)]).len(),
            1
        );
        assert_eq!(
            findings("pato-test-servers", &[("pato-connectors", None)]).len(),
            1
        );
    }

    #[test]
    fn plugins_and_their_kit_know_only_the_vocabulary_and_what_a_surface_is() {
        assert!(findings("commands", &[("pato-sdk", None)]).is_empty());
        assert!(
            findings(
                "pato-sdk",
                &[("pato-events", None), ("pato-surfaces", None)]
            )
            .is_empty()
        );
        assert_eq!(findings("commands", &[("pato-bus", None)]).len(), 1);
        assert_eq!(findings("pato-sdk", &[("pato-permissions", None)]).len(), 1);
        assert_eq!(findings("pato-host", &[("pato-sdk", None)]).len(), 1);
    }

    #[test]
    fn the_engine_and_the_web_framework_have_one_user_each() {
        assert!(findings("pato-runtime", &[("wasmtime-wasi", None)]).is_empty());
        let found = findings("pato-host", &[("wasmtime-wasi", None)]);
        assert_eq!(
            found,
            ["pato-host depends on wasmtime-wasi, which only pato-runtime may use"]
        );
        assert_eq!(findings("pato", &[("axum", None)]).len(), 1);
    }
}

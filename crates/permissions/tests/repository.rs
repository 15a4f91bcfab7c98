//! The manifests of the plugins in this repository.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::path::Path;

use pato_permissions::{Manifest, ManifestError};

/// The manifests below a folder of the repository: the folder of each, and what became of it.
fn manifests(folder: &str) -> Vec<(String, Result<Manifest, ManifestError>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path().join("pato.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.parent().unwrap().file_name().unwrap();
            let origin = path.display().to_string();
            manifests.push((
                name.to_string_lossy().into_owned(),
                Manifest::from_toml(&text, &origin),
            ));
        }
    }
    assert!(
        !manifests.is_empty(),
        "there are no plugins in {}",
        root.display()
    );
    manifests
}

#[test]
fn every_bundled_plugin_and_every_recipe_says_why_it_needs_each_permission() {
    for (name, manifest) in [manifests("plugins"), manifests("docs/cookbook")].concat() {
        let manifest = manifest.unwrap_or_else(|error| panic!("{name}: {error}"));
        for request in &manifest.permissions {
            let permission = &request.permission;
            assert!(
                request.reason.is_some(),
                "{name}: `{permission}` has no reason"
            );
        }
    }
}

#[test]
fn the_fixtures_are_read_and_the_liar_is_refused() {
    for (name, manifest) in manifests("fixtures/plugins") {
        match (name.as_str(), manifest) {
            ("liar", Ok(_)) => panic!("the liar's manifest was read"),
            ("liar", Err(error)) => {
                assert!(error.to_string().contains("chat"), "{error}");
            }
            (_, Ok(manifest)) => assert_eq!(manifest.id.as_str(), name),
            (_, Err(error)) => panic!("{name}: {error}"),
        }
    }
}

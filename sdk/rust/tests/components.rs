//! What the attribute macro makes of a plugin, seen in the components that `cargo xtask guests` builds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::path::Path;

use wasmparser::{Parser, Payload};

/// What stands in a component, without what is nested, except for the manifest.
#[derive(Default)]
struct Component {
    bytes: usize,
    imports: Vec<String>,
    exports: Vec<String>,
    manifest: Vec<u8>,
}

fn component(name: &str) -> Component {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(format!("target/guests/{name}.wasm"));
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask guests`", path.display()));
    let mut component = Component {
        bytes: bytes.len(),
        ..Component::default()
    };
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.unwrap() {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                let names = section
                    .into_iter()
                    .map(|import| import.unwrap().name.name.to_owned());
                component.imports.extend(names);
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                let names = section
                    .into_iter()
                    .map(|export| export.unwrap().name.name.to_owned());
                component.exports.extend(names);
            }
            Payload::CustomSection(section) if section.name() == "pato:manifest" => {
                component.manifest.extend(section.data());
            }
            _ => {}
        }
    }
    component.exports.sort();
    component
        .imports
        .retain(|import| import.starts_with("pato:"));
    component.imports.sort();
    component
}

fn interfaces(names: &[&str]) -> Vec<String> {
    names
        .iter()
        .map(|name| format!("pato:platform/{name}@0.1.0"))
        .collect()
}

#[test]
fn a_component_exports_the_handlers_of_its_methods_and_no_others() {
    assert_eq!(
        component("fixtures/echo").exports,
        interfaces(&["event-handler", "life-cycle"])
    );
    assert_eq!(
        component("fixtures/migrant").exports,
        interfaces(&["command-handler", "life-cycle", "migration"])
    );
    assert_eq!(
        component("fixtures/trap-shutdown").exports,
        interfaces(&["life-cycle"])
    );
    assert_eq!(
        component("fixtures/std-http").exports,
        interfaces(&["command-handler"])
    );
    assert_eq!(
        component("fixtures/capabilities").exports,
        interfaces(&[
            "command-handler",
            "event-handler",
            "settings-handler",
            "timer-handler",
            "ui-handler",
            "websocket-handler",
        ])
    );
}

#[test]
fn interfaces_of_other_packages_stand_beside_those_of_the_sdk() {
    let points = "ronni:points/points@1.0.0".to_owned();
    let mut exports = interfaces(&["command-handler"]);
    exports.push(points);
    assert_eq!(component("fixtures/points").exports, exports);
    assert_eq!(
        component("fixtures/points").imports,
        interfaces(&["plugins", "types"])
    );
}

#[test]
fn a_component_imports_only_what_it_calls() {
    assert_eq!(
        component("fixtures/spin-init").imports,
        interfaces(&["types"])
    );
    assert_eq!(
        component("fixtures/echo").imports,
        interfaces(&["events", "log", "types"])
    );
}

#[test]
fn a_component_carries_its_manifest_once_and_unchanged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (name, folder) in [
        ("plugins/scenes", "plugins/scenes"),
        ("plugins/moderation", "plugins/moderation"),
        ("fixtures/echo", "fixtures/plugins/echo"),
    ] {
        let manifest = std::fs::read(root.join(folder).join("pato.toml")).unwrap();
        assert_eq!(component(name).manifest, manifest, "{name}");
    }
}

#[test]
fn the_bundled_plugins_are_small_files() {
    for (name, most) in [
        ("alerts", 500),
        ("analytics", 450),
        ("chat-overlay", 300),
        ("commands", 400),
        ("counter", 350),
        ("crosspost", 400),
        ("deck", 300),
        ("moderation", 350),
        ("scenes", 300),
    ] {
        let bytes = component(&format!("plugins/{name}")).bytes;
        assert!(bytes <= most << 10, "{name} has {bytes} bytes");
    }
}

//! The manifest inside a component.

use pato_permissions::{MAX_MANIFEST_BYTES, Manifest, ManifestError};
use wasmparser::{Parser, Payload};

use crate::error::RuntimeError;
use crate::validate::{check_kind, damaged};

/// The custom section that holds a manifest.
const SECTION: &str = "pato:manifest";

/// Where a manifest comes from, in errors.
const ORIGIN: &str = "the manifest inside the component";

/// Reads the manifest of a component: the custom section `pato:manifest` of the component itself, or
/// else of a module inside it, where compilers put it. It is TOML, or JSON if it begins with `{`.
///
/// # Errors
///
/// If `bytes` is no component, holds no manifest, several that differ, or one that is wrong.
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, RuntimeError> {
    check_kind(bytes)?;
    let section = find(bytes)?;
    if section.len() > MAX_MANIFEST_BYTES {
        return Err(RuntimeError::Manifest(ManifestError::TooLong {
            origin: ORIGIN.into(),
            length: section.len(),
        }));
    }
    let text = std::str::from_utf8(section).map_err(|error| RuntimeError::ManifestEncoding {
        offset: error.valid_up_to(),
    })?;
    let manifest = match text.trim_start().starts_with('{') {
        true => Manifest::from_json(text, ORIGIN),
        false => Manifest::from_toml(text, ORIGIN),
    };
    Ok(manifest?)
}

/// What stands before an asset's name in the name of its custom section.
const ASSET: &str = "pato:asset:";

/// Finds a file that a plugin brings for what it shows: the custom section `pato:asset:NAME`, of the
/// component itself or of a module inside it, the outermost first. None if there is none, or the bytes are
/// no component.
pub fn read_asset<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut found: Option<(usize, &[u8])> = None;
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if section.name().strip_prefix(ASSET) == Some(name) => {
                if found.is_none_or(|(known, _)| depth < known) {
                    found = Some((depth, section.data()));
                }
            }
            _ => {}
        }
    }
    found.map(|(_, data)| data)
}

/// The outermost section; among several equally deep ones, all must agree.
fn find(bytes: &[u8]) -> Result<&[u8], RuntimeError> {
    let mut found: Vec<(usize, &[u8])> = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| damaged(&error))? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if section.name() == SECTION => {
                found.push((depth, section.data()));
            }
            _ => {}
        }
    }
    let outermost = found.iter().map(|(depth, _)| *depth).min();
    found.retain(|(depth, _)| Some(*depth) == outermost);
    match found.as_slice() {
        [] => Err(RuntimeError::NoManifest),
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => Ok(first),
        several => Err(RuntimeError::ManyManifests {
            count: several.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "id = \\\"greeter\\\"\\nname = \\\"Greeter\\\"\\nversion = \\\"1.0.0\\\"\\napi_version = \\\"0.1\\\"\\n";

    fn read(wat: &str) -> Result<Manifest, RuntimeError> {
        read_manifest(&wat::parse_str(wat).unwrap())
    }

    #[test]
    fn the_manifest_of_the_component_comes_before_that_of_a_module_inside() {
        let inner = TOML.replace("greeter", "inner");
        let wat = format!(
            r#"(component
                (core module (@custom "pato:manifest" "{inner}"))
                (@custom "pato:manifest" "{TOML}"))"#
        );
        assert_eq!(read(&wat).unwrap().id.as_str(), "greeter");
        let wat = format!(r#"(component (core module (@custom "pato:manifest" "{inner}")))"#);
        assert_eq!(read(&wat).unwrap().id.as_str(), "inner");
    }

    #[test]
    fn an_asset_is_found_by_its_whole_name_the_outermost_first() {
        let wat = r#"(component
            (core module (@custom "pato:asset:duck.png" "inner") (@custom "pato:asset:b" "only"))
            (@custom "pato:asset:duck.png" "outer"))"#;
        let bytes = wat::parse_str(wat).unwrap();
        assert_eq!(read_asset(&bytes, "duck.png"), Some(&b"outer"[..]));
        assert_eq!(read_asset(&bytes, "b"), Some(&b"only"[..]));
        for other in ["duck", "", "pato:asset:b", "../b"] {
            assert_eq!(read_asset(&bytes, other), None, "{other}");
        }
        assert_eq!(read_asset(&bytes[..bytes.len() - 3], "b"), None, "cut off");
        assert_eq!(read_asset(b"no wasm", "b"), None);
    }

    #[test]
    fn a_manifest_may_be_json() {
        let json = r#"{\"id\":\"greeter\",\"name\":\"Greeter\",\"version\":\"1.0.0\",\"api_version\":\"0.1\"}"#;
        let wat = format!(r#"(component (@custom "pato:manifest" "{json}"))"#);
        assert_eq!(read(&wat).unwrap().name, "Greeter");
    }

    #[test]
    fn manifests_that_are_missing_many_huge_or_no_text_are_refused() {
        assert!(matches!(read("(component)"), Err(RuntimeError::NoManifest)));
        let other = TOML.replace("greeter", "other");
        let wat = format!(
            r#"(component (@custom "pato:manifest" "{TOML}") (@custom "pato:manifest" "{other}"))"#
        );
        assert!(matches!(
            read(&wat),
            Err(RuntimeError::ManyManifests { count: 2 })
        ));
        let long = "#".repeat(MAX_MANIFEST_BYTES + 1);
        let wat = format!(r#"(component (@custom "pato:manifest" "{long}"))"#);
        assert!(matches!(
            read(&wat),
            Err(RuntimeError::Manifest(ManifestError::TooLong { .. }))
        ));
        let wat = r#"(component (@custom "pato:manifest" "id = \ff"))"#;
        assert!(matches!(
            read(wat),
            Err(RuntimeError::ManifestEncoding { offset: 5 })
        ));
    }

    #[test]
    fn a_reserved_id_and_an_unknown_key_are_refused() {
        let wat = format!(
            r#"(component (@custom "pato:manifest" "{}"))"#,
            TOML.replace("greeter", "twitch")
        );
        let message = read(&wat).unwrap_err().to_string();
        assert!(message.contains("`twitch`"), "{message}");
        let wat = format!(r#"(component (@custom "pato:manifest" "{TOML}colour = 1"))"#);
        let message = read(&wat).unwrap_err().to_string();
        assert!(message.contains("`colour`"), "{message}");
    }
}

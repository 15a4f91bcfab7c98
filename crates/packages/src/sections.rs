//! The custom sections of a package, read from and written into its bytes as a whole.
//! <https://webassembly.github.io/spec/core/binary/modules.html#custom-section>

use std::ops::Range;

use pato_permissions::Manifest;
use wasmparser::{BinaryReaderError, Parser, Payload};

use crate::error::PackageError;
use crate::manifests::{Manifests, parse};
use crate::structure::{check_kind, damaged};

/// The custom section that holds a package's manifest.
pub const MANIFEST_SECTION: &str = "pato:manifest";

/// What stands before an asset's name in the name of its custom section.
pub const ASSET_SECTION: &str = "pato:asset:";

/// The custom section that holds a package's signature; the last section.
pub const SIGNATURE_SECTION: &str = "pato:signature";

/// Reads the manifest of a component: the custom section `pato:manifest` of the component itself, or
/// else of a module inside it, where compilers put it. It is TOML, or JSON if it begins with `{`.
///
/// # Errors
///
/// If `bytes` is no component, holds no manifest, several that differ, or one that is wrong.
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, PackageError> {
    parse(manifest_section(bytes)?)
}

/// The text of a component's manifest, as it stands in it.
///
/// # Errors
///
/// As [`read_manifest`].
pub fn manifest_text(bytes: &[u8]) -> Result<&str, PackageError> {
    let section = manifest_section(bytes)?;
    parse(section)?;
    std::str::from_utf8(section).map_err(|error| PackageError::ManifestEncoding {
        offset: error.valid_up_to(),
    })
}

/// Finds a file that a plugin brings for what it shows: the custom section `pato:asset:NAME`, of the
/// component itself or of a module inside it, the outermost first. None if there is none, or the bytes are
/// no component.
pub fn read_asset<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut found: Option<(usize, &[u8])> = None;
    let walked = walk(bytes, |custom| {
        if custom.name.strip_prefix(ASSET_SECTION) == Some(name)
            && found.is_none_or(|(known, _)| custom.depth < known)
        {
            found = Some((custom.depth, custom.data));
        }
    });
    walked.ok()?;
    found.map(|(_, data)| data)
}

/// The component with a custom section appended. A section may stand behind the others; but none may
/// stand behind a signature, so see [`without_signature`].
pub fn with_section(component: &[u8], name: &str, contents: &[u8]) -> Vec<u8> {
    let mut bytes = component.to_vec();
    push_section(&mut bytes, name, contents);
    bytes
}

/// The component without its signature, if it has one at its end.
///
/// # Errors
///
/// If `bytes` is no component.
pub fn without_signature(bytes: &[u8]) -> Result<&[u8], PackageError> {
    let mut sections = own_sections(bytes)?;
    let last = sections.pop_if(|(_, range)| range.end == bytes.len());
    let signature = last.filter(|(name, _)| *name == SIGNATURE_SECTION);
    let end = signature.map_or(bytes.len(), |(_, range)| range.start);
    Ok(bytes.get(..end).unwrap_or(bytes))
}

/// The names of the component's own custom sections, and where each begins, header included, and ends.
pub(crate) fn own_sections(bytes: &[u8]) -> Result<Vec<(&str, Range<usize>)>, PackageError> {
    check_kind(bytes)?;
    let mut sections = Vec::new();
    // A section begins where the one before it ends.
    let mut end = 8;
    walk_all(bytes, |depth, payload| {
        if depth > 0 {
            return;
        }
        if let Payload::CustomSection(section) = payload {
            sections.push((section.name(), end..section.range().end));
        }
        if let Some(after) = end_of(payload) {
            end = after;
        }
    })
    .map_err(|error| damaged(&error))?;
    Ok(sections)
}

/// Where a section of the component itself ends.
fn end_of(payload: &Payload<'_>) -> Option<usize> {
    match payload {
        Payload::ModuleSection {
            unchecked_range, ..
        }
        | Payload::ComponentSection {
            unchecked_range, ..
        } => Some(unchecked_range.end),
        other => other.as_section().map(|(_, range)| range.end),
    }
}

pub(crate) fn push_section(wasm: &mut Vec<u8>, name: &str, contents: &[u8]) {
    let mut head = Vec::new();
    unsigned_leb128(name.len(), &mut head);
    head.extend_from_slice(name.as_bytes());
    wasm.push(0);
    unsigned_leb128(head.len() + contents.len(), wasm);
    wasm.extend_from_slice(&head);
    wasm.extend_from_slice(contents);
}

fn unsigned_leb128(mut value: usize, into: &mut Vec<u8>) {
    loop {
        #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            into.push(byte);
            return;
        }
        into.push(byte | 0x80);
    }
}

fn manifest_section(bytes: &[u8]) -> Result<&[u8], PackageError> {
    check_kind(bytes)?;
    let mut manifests = Manifests::default();
    walk(bytes, |custom| {
        if custom.name == MANIFEST_SECTION {
            manifests.add(custom.depth, custom.data);
        }
    })
    .map_err(|error| damaged(&error))?;
    manifests.outermost()
}

/// A custom section, and how many modules or components it stands in below the outermost.
struct Custom<'a> {
    depth: usize,
    name: &'a str,
    data: &'a [u8],
}

fn walk<'a>(bytes: &'a [u8], mut see: impl FnMut(Custom<'a>)) -> Result<(), BinaryReaderError> {
    walk_all(bytes, |depth, payload| {
        if let Payload::CustomSection(section) = payload {
            see(Custom {
                depth,
                name: section.name(),
                data: section.data(),
            });
        }
    })
}

fn walk_all<'a>(
    bytes: &'a [u8],
    mut see: impl FnMut(usize, &Payload<'a>),
) -> Result<(), BinaryReaderError> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        see(depth, &payload);
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pato_permissions::{MAX_MANIFEST_BYTES, ManifestError};

    use super::*;

    const TOML: &str = "id = \\\"greeter\\\"\\nname = \\\"Greeter\\\"\\nversion = \\\"1.0.0\\\"\\napi_version = \\\"0.1\\\"\\n";

    fn read(wat: &str) -> Result<Manifest, PackageError> {
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
        assert!(matches!(read("(component)"), Err(PackageError::NoManifest)));
        let other = TOML.replace("greeter", "other");
        let wat = format!(
            r#"(component (@custom "pato:manifest" "{TOML}") (@custom "pato:manifest" "{other}"))"#
        );
        assert!(matches!(read(&wat), Err(PackageError::ManyManifests)));
        let long = "#".repeat(MAX_MANIFEST_BYTES + 1);
        let wat = format!(r#"(component (@custom "pato:manifest" "{long}"))"#);
        assert!(matches!(
            read(&wat),
            Err(PackageError::Manifest(ManifestError::TooLong { .. }))
        ));
        let wat = r#"(component (@custom "pato:manifest" "id = \ff"))"#;
        assert!(matches!(
            read(wat),
            Err(PackageError::ManifestEncoding { offset: 5 })
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

//! Packages that are cut, changed, forged, or made to hurt.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod kit;

use kit::{LIMITS, component, key, manifest, read, read_in, signed, unsigned};
use pato_packages::signing::{sign, sign_bytes};
use pato_packages::{
    MANIFEST_SECTION, PackageError, Reader, ReaderLimits, SIGNATURE_SECTION, SignatureError, pack,
    read_manifest, with_section, without_signature,
};
use pato_permissions::{MAX_MANIFEST_BYTES, ManifestError};
use proptest::prelude::*;

/// A section of the component itself that says that it has so many bytes.
fn section(id: u8, length: &[u8]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.push(id);
    bytes.extend(length);
    bytes
}

fn damage(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(PackageError::Damaged { offset, problem }) => {
            assert!(offset <= bytes.len(), "{offset}: {problem}");
            problem
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_signed_package_that_is_cut_anywhere_is_refused() {
    let whole = signed(&key());
    read(&whole).unwrap();
    for length in 0..whole.len() {
        read(&whole[..length]).unwrap_err();
    }
}

#[test]
fn a_signed_package_with_a_changed_byte_is_refused_wherever_that_is() {
    let key = key();
    let whole = signed(&key);
    let covered = without_signature(&whole).unwrap().len();
    let sound = read(&whole).unwrap();
    for place in 0..whole.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[place] ^= mask;
            let Ok(inspected) = read(&changed) else {
                continue;
            };
            // What minisign calls the untrusted comment is what nobody vouches for, as is a line's end.
            let line = &whole[covered..place];
            assert!(place > covered, "byte {place} changed");
            assert!(
                !line.contains(&b'\n') || whole[place] == b'\n',
                "byte {place} changed"
            );
            assert_eq!(inspected.manifest, sound.manifest);
            assert_ne!(inspected.sha256, sound.sha256);
        }
    }
}

#[test]
fn nothing_may_stand_after_the_signature_not_even_another_one() {
    let key = key();
    let whole = signed(&key);
    let after = whole.len();
    let behind = with_section(&whole, "pato:asset:late", b"changed later");
    assert_eq!(
        read(&behind),
        Err(PackageError::AfterSignature { offset: after })
    );
    let twice = with_section(&whole, SIGNATURE_SECTION, b"untrusted comment: ");
    assert_eq!(
        read(&twice),
        Err(PackageError::AfterSignature { offset: after })
    );
    let mut byte = whole.clone();
    byte.push(0);
    assert_eq!(
        read(&byte),
        Err(PackageError::AfterSignature { offset: after })
    );
    // Signed anew, it has one signature, which covers what was added.
    let again = sign(
        &with_section(without_signature(&whole).unwrap(), "new", b""),
        &key,
    )
    .unwrap();
    assert!(read(&again).unwrap().signature.is_some());
}

#[test]
fn a_signature_must_be_of_the_publisher_of_this_plugin_and_of_this_version() {
    let (publisher, other) = (key(), key());
    let whole = signed(&publisher);
    let bare = without_signature(&whole).unwrap();
    assert_eq!(
        read(bare),
        Err(SignatureError::Missing {
            publisher: publisher.public()
        }
        .into())
    );
    let sign_as = |key, comment: &str| {
        let signature = sign_bytes(bare, comment, key).unwrap();
        read(&with_section(bare, SIGNATURE_SECTION, signature.as_bytes()))
    };
    assert!(
        sign_as(&publisher, "pato duck 1.2.0")
            .unwrap()
            .signature
            .is_some()
    );
    assert_eq!(
        sign_as(&other, "pato duck 1.2.0"),
        Err(SignatureError::OtherKey {
            publisher: publisher.public()
        }
        .into())
    );
    for comment in [
        "pato goose 1.2.0",
        "pato duck 1.2.1",
        "",
        "pato duck 1.2.0\t",
    ] {
        let error = sign_as(&publisher, comment).unwrap_err();
        assert!(
            matches!(
                error,
                PackageError::Signature(SignatureError::OtherPlugin { .. })
            ),
            "{comment:?}: {error}"
        );
    }
    let nameless = with_section(&unsigned(), SIGNATURE_SECTION, b"of whom?");
    assert_eq!(read(&nameless), Err(SignatureError::NoPublisher.into()));
    let unsound = with_section(bare, SIGNATURE_SECTION, b"\xff");
    assert!(read(&unsound).unwrap_err().to_string().contains("UTF-8"));
    let long = with_section(bare, SIGNATURE_SECTION, &[b'x'; 1025]);
    assert!(read(&long).unwrap_err().to_string().contains("too long"));
}

#[test]
fn a_signature_that_does_not_hold_is_shown_to_authors_beside_the_rest() {
    let whole = signed(&key());
    let mut reader = Reader::new(LIMITS);
    reader.push(without_signature(&whole).unwrap()).unwrap();
    let (inspected, signature) = reader.examine().unwrap();
    assert_eq!(inspected.manifest.id.as_str(), "duck");
    assert_eq!(inspected.signature, None);
    assert!(matches!(signature, Err(SignatureError::Missing { .. })));
}

#[test]
fn a_length_that_can_not_be_is_refused_before_the_bytes_come() {
    // Two gibibytes, 4 MiB and a byte, and more than a number may have.
    for length in [
        &[0x80, 0x80, 0x80, 0x80, 0x08][..],
        &[0x81, 0x80, 0x80, 0x02],
    ] {
        for id in [0, 1, 4, 7, 10, 11] {
            let limit = LIMITS.max_bytes;
            assert_eq!(
                read(&section(id, length)),
                Err(PackageError::TooLarge { limit })
            );
        }
    }
    assert!(damage(&section(7, &[0xff, 0xff, 0xff, 0xff, 0x7f])).contains("too large"));
    assert!(damage(&section(7, &[0x80, 0x80, 0x80, 0x80, 0x80])).contains("too long"));
    assert!(damage(&section(77, &[0])).contains("no section with the number 77"));
    // Inside a module of nine bytes.
    assert!(
        damage(&[section(1, &[10]), b"\0asm\x01\0\0\0\x01\x20".to_vec()].concat())
            .contains("beyond")
    );
    assert!(damage(&section(1, &[7])).contains("cut off"));
    // The name of a custom section.
    assert!(damage(&section(0, &[0])).contains("beyond"));
    assert!(damage(&section(0, &[3, 9, b'a', b'b'])).contains("beyond"));
    assert!(damage(&section(0, &[3, 2, 0xff, 0xff])).contains("UTF-8"));
}

#[test]
fn a_section_that_would_have_to_be_kept_may_not_be_huge() {
    let mut reader = Reader::new(ReaderLimits {
        max_bytes: 64 << 20,
    });
    let error = reader
        .push(&section(7, &[0x80, 0x80, 0x80, 0x10]))
        .unwrap_err();
    assert!(error.to_string().contains("33554432 bytes"), "{error}");
    assert_eq!(
        reader.push(b"more").unwrap_err(),
        error,
        "it stays with that"
    );
    assert_eq!(reader.finish().unwrap_err(), error);
}

#[test]
fn a_hundred_thousand_components_in_each_other_are_refused() {
    // From the inside out, for each says how long what it holds is.
    let mut bytes = Vec::new();
    let mut length = 8_usize;
    let mut heads = Vec::new();
    for _ in 0..100_000 {
        let mut head = vec![4];
        let mut value = length;
        while value >= 0x80 {
            head.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        head.push(value as u8);
        length += head.len() + 8;
        heads.push(head);
    }
    for head in heads.iter().rev() {
        bytes.extend(b"\0asm\x0d\0\x01\0");
        bytes.extend(head);
    }
    bytes.extend(b"\0asm\x0d\0\x01\0");
    assert_eq!(bytes.len(), length);
    assert!(damage(&bytes).contains("deep in each other"));
    assert_eq!(read_manifest(&bytes), Err(PackageError::NoManifest));
}

#[test]
fn too_many_bytes_names_and_sections_are_refused_or_summed_up() {
    let whole = unsigned();
    let max_bytes = whole.len() as u64 - 1;
    let mut reader = Reader::new(ReaderLimits { max_bytes });
    let error = reader.push(&whole).unwrap_err();
    assert_eq!(error, PackageError::TooLarge { limit: max_bytes });

    let mut sections = unsigned();
    for number in 0..1000 {
        sections = with_section(&sections, &format!("section {number}"), b"");
    }
    let inspected = read(&sections).unwrap();
    assert_eq!(inspected.sections.len(), 257);
    let other = inspected
        .sections
        .iter()
        .find(|section| section.name == "other")
        .unwrap();
    assert!(other.count > 700, "{other:?}");
    let total: u64 = inspected.sections.iter().map(|section| section.bytes).sum();
    assert_eq!(total, inspected.size - 8, "all but the preamble");

    let mut assets = unsigned();
    for number in 0..1024 {
        assets = with_section(&assets, &format!("pato:asset:{number}"), b"");
    }
    let error = read(&assets).unwrap_err();
    assert_eq!(
        error,
        PackageError::TooMany {
            what: "assets",
            limit: 1024
        }
    );
}

#[test]
fn a_manifest_that_is_too_long_no_text_or_wrong_is_refused_when_it_comes() {
    let bare = component("");
    let long = with_section(&bare, MANIFEST_SECTION, &vec![b'#'; MAX_MANIFEST_BYTES + 1]);
    let error = read(&long).unwrap_err();
    assert!(
        matches!(error, PackageError::Manifest(ManifestError::TooLong { .. })),
        "{error}"
    );
    let binary = with_section(&bare, MANIFEST_SECTION, b"id = \xff");
    assert_eq!(
        read(&binary),
        Err(PackageError::ManifestEncoding { offset: 5 })
    );
    let newer = manifest("duck", None).replace("\"0.1\"", "\"9.1\"");
    let error = read(&with_section(&bare, MANIFEST_SECTION, newer.as_bytes())).unwrap_err();
    assert!(error.to_string().contains("update Pato"), "{error}");
    assert_eq!(read(&bare), Err(PackageError::NoManifest));
    let two = with_section(
        &unsigned(),
        MANIFEST_SECTION,
        manifest("goose", None).as_bytes(),
    );
    assert_eq!(read(&two), Err(PackageError::ManyManifests));
    assert!(pack(&bare, &newer, &[]).is_err());
}

#[test]
fn imports_that_are_not_offered_are_refused_before_the_rest_comes() {
    let foreign = component(r#"(import "wasi:nn/graph@0.2.0" (instance))"#);
    let bytes = pack(&foreign, &manifest("duck", None), &[]).unwrap();
    let mut reader = Reader::new(LIMITS);
    let name = bytes
        .windows(7)
        .position(|window| window == b"wasi:nn")
        .unwrap();
    let error = reader.push(&bytes[..name + 40]).unwrap_err();
    assert!(error.to_string().contains("wasi:nn/graph@0.2.0"), "{error}");
    let module = wat::parse_str("(module)").unwrap();
    assert_eq!(read(&module), Err(PackageError::CoreModule));
    assert!(matches!(
        read(b"<!DOCTYPE html>"),
        Err(PackageError::NotWasm { .. })
    ));
    assert!(matches!(read(b""), Err(PackageError::NotWasm { .. })));
}

#[test]
fn the_manifest_is_known_as_soon_as_its_section_is_there() {
    let bytes = unsigned();
    let mut reader = Reader::new(LIMITS);
    let known = bytes.iter().position(|byte| {
        reader.push(&[*byte]).unwrap();
        reader.manifest().is_some()
    });
    let end = 8 + 2 + 1 + 1 + MANIFEST_SECTION.len() + manifest("duck", None).len();
    assert_eq!(known, Some(end - 2), "the last byte of the first section");
}

#[test]
fn a_manifest_inside_a_module_counts_until_one_comes_further_out() {
    let text = manifest("inner", None)
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    let inner = component(&format!(
        r#"(core module (@custom "pato:manifest" "{text}"))"#
    ));
    let mut reader = Reader::new(LIMITS);
    reader.push(&inner).unwrap();
    assert!(reader.manifest().is_none());
    assert_eq!(reader.provisional_manifest().unwrap().id.as_str(), "inner");
    let outer = with_section(&inner, MANIFEST_SECTION, manifest("outer", None).as_bytes());
    reader.push(&outer[inner.len()..]).unwrap();
    assert_eq!(reader.manifest().unwrap().id.as_str(), "outer");
    assert_eq!(
        reader.finish().unwrap().manifest,
        read_manifest(&outer).unwrap()
    );
    assert_eq!(
        read(&inner).unwrap().manifest,
        read_manifest(&inner).unwrap()
    );
}

proptest! {
    /// Whatever comes, and however it is cut into pieces.
    #[test]
    fn the_pieces_in_which_a_package_comes_make_no_difference(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
        mut ends in prop::collection::vec(0_usize..2000, 0..12),
        is_signed in any::<bool>(),
    ) {
        let mut bytes = if is_signed { SIGNED.clone() } else { unsigned() };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        ends.sort_unstable();
        let at_once = read(&bytes);
        prop_assert_eq!(&read_in(&bytes, &ends), &at_once);
        let each: Vec<usize> = (0..bytes.len()).collect();
        prop_assert_eq!(&read_in(&bytes, &each), &at_once);
        if let Ok(inspected) = at_once {
            match read_manifest(&bytes) {
                // What code and data there is, the reader leaves to whoever compiles it.
                Err(PackageError::Damaged { .. }) => {}
                manifest => prop_assert_eq!(manifest, Ok(inspected.manifest)),
            }
        }
    }
}

static SIGNED: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| signed(&key()));

//! Keys and signatures, and what the real minisign says of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod kit;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kit::{component, key, manifest, read, signed};
use pato_packages::signing::{KeyPair, SecretKey, SigningError, sign, sign_bytes};
use pato_packages::{
    MANIFEST_SECTION, PackError, manifest_text, pack, read_asset, read_manifest, verify,
    with_section, without_signature,
};

/// None where the program is missing and may be.
fn minisign(folder: &Path, arguments: &[&str], input: &str) -> Option<Output> {
    let child = Command::new("minisign")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(
            std::env::var_os("PATO_REQUIRE_MINISIGN").is_none(),
            "minisign is not installed: run `cargo xtask setup`"
        );
        eprintln!("skipped: minisign is not installed");
        return None;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    Some(child.wait_with_output().unwrap())
}

#[test]
fn the_real_minisign_verifies_what_was_signed_here() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let whole = signed(&key);
    let bytes = without_signature(&whole).unwrap();
    let section = &whole[bytes.len()..];
    let text = section
        .windows(9)
        .position(|window| window == b"untrusted")
        .unwrap();
    fs::write(folder.path().join("duck.wasm"), bytes).unwrap();
    fs::write(folder.path().join("duck.wasm.minisig"), &section[text..]).unwrap();
    let public = key.public().to_string();
    let arguments = ["-V", "-P", &public, "-m", "duck.wasm"];
    let Some(output) = minisign(folder.path(), &arguments, "") else {
        return;
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        printed.contains("Trusted comment: pato duck 1.2.0"),
        "{printed}"
    );

    fs::write(folder.path().join("duck.wasm"), &bytes[..bytes.len() - 1]).unwrap();
    assert!(
        !minisign(folder.path(), &arguments, "")
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn the_real_minisign_signs_with_a_key_from_here() {
    let folder = tempfile::tempdir().unwrap();
    for password in ["", "correct horse"] {
        let pair = KeyPair::generate(password).unwrap();
        fs::write(folder.path().join("key"), &*pair.secret_file).unwrap();
        fs::write(folder.path().join("index.json"), "{}").unwrap();
        let arguments = ["-S", "-s", "key", "-m", "index.json", "-t", "by hand"];
        let Some(output) = minisign(folder.path(), &arguments, &format!("{password}\n")) else {
            return;
        };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let signature = fs::read_to_string(folder.path().join("index.json.minisig")).unwrap();
        let signature = verify(&pair.public, b"{}", &signature).unwrap();
        assert_eq!(signature.trusted_comment, "by hand");
    }
}

#[test]
fn a_key_opens_with_its_password_and_with_no_other() {
    let pair = KeyPair::generate("correct horse").unwrap();
    assert!(SecretKey::is_encrypted(&pair.secret_file).unwrap());
    let key = SecretKey::read(&pair.secret_file, "correct horse").unwrap();
    assert_eq!(key.public(), pair.public);
    assert_eq!(pair.public_file().parse(), Ok(pair.public));
    for wrong in ["", "correct", "correct horse "] {
        assert_eq!(
            SecretKey::read(&pair.secret_file, wrong).unwrap_err(),
            SigningError::Password
        );
    }
    let debug = format!("{key:?} {pair:?}");
    let secret = pair.secret_file.lines().nth(1).unwrap();
    assert!(!debug.contains(secret), "{debug}");
}

#[test]
fn what_is_no_secret_key_is_refused_with_what_it_is() {
    let pair = KeyPair::generate("").unwrap();
    assert!(!SecretKey::is_encrypted(&pair.secret_file).unwrap());
    let public = pair.public_file();
    let cut: String = pair.secret_file.chars().take(120).collect();
    for (text, problem) in [
        ("", "first line"),
        (public.as_str(), "public key"),
        (&cut, "second line"),
        ("untrusted comment: x\nä", "second line"),
    ] {
        let message = SecretKey::read(text, "").unwrap_err().to_string();
        assert!(
            message.contains(problem) && message.contains("pato key new"),
            "{message}"
        );
    }
}

#[test]
fn a_key_signs_only_what_names_it() {
    let (publisher, other) = (key(), key());
    let nameless = pack(&component(""), &manifest("duck", None), &[]).unwrap();
    let message = sign(&nameless, &publisher).unwrap_err().to_string();
    assert!(
        message.contains(&format!("publisher = \"{}\"", publisher.public())),
        "{message}"
    );
    let whole = signed(&publisher);
    let error = sign(&whole, &other).unwrap_err();
    assert_eq!(
        error,
        SigningError::Publisher {
            publisher: Some(publisher.public()),
            key: other.public()
        }
    );
    assert!(sign(b"no component", &publisher).is_err());
    let index = sign_bytes(b"{}", "serial 1", &publisher).unwrap();
    verify(&publisher.public(), b"{}", &index).unwrap();
}

#[test]
fn signing_anew_replaces_the_signature() {
    let key = key();
    let once = signed(&key);
    let twice = sign(&once, &key).unwrap();
    assert_eq!(
        without_signature(&twice).unwrap(),
        without_signature(&once).unwrap()
    );
    assert_eq!(twice.len(), once.len());
    assert_eq!(read(&twice).unwrap().signature.unwrap().key, key.public());
}

#[test]
fn packing_anew_replaces_manifest_and_assets_and_keeps_the_code() {
    let key = key();
    let assets = [("b.png".to_owned(), b"new".to_vec())];
    let packed = pack(&signed(&key), &manifest("goose", None), &assets).unwrap();
    assert_eq!(read_asset(&packed, "b.png"), Some(&b"new"[..]));
    assert_eq!(read_asset(&packed, "duck.png"), None);
    assert_eq!(manifest_text(&packed).unwrap(), manifest("goose", None));
    let inspected = read(&packed).unwrap();
    assert_eq!(inspected.sections[0].name, MANIFEST_SECTION);
    assert_eq!(inspected.signature, None);
    let plain = pack(&component(""), &manifest("goose", None), &assets).unwrap();
    assert_eq!(packed, plain);
    // A manifest that the build put into a module is not that of the package any more.
    assert_eq!(read_manifest(&packed).unwrap().id.as_str(), "goose");
    assert!(
        pack(
            &wat::parse_str("(module)").unwrap(),
            &manifest("goose", None),
            &[]
        )
        .is_err()
    );
}

#[test]
fn an_asset_has_a_plain_name_of_its_own() {
    let pack = |names: &[&str]| {
        let assets: Vec<_> = names
            .iter()
            .map(|name| ((*name).to_owned(), Vec::new()))
            .collect();
        pack(&component(""), &manifest("duck", None), &assets)
    };
    for name in [
        "",
        ".hidden",
        "../duck",
        "a b",
        "ä",
        "a\0",
        &"a".repeat(129),
    ] {
        assert!(
            matches!(pack(&[name]), Err(PackError::AssetName { .. })),
            "{name:?}"
        );
    }
    assert!(matches!(
        pack(&["a", "b", "a"]),
        Err(PackError::AssetTwice { .. })
    ));
    let two = with_section(&pack(&["a"]).unwrap(), "pato:asset:a", b"again");
    assert_eq!(read(&two).unwrap().assets.len(), 1);
}

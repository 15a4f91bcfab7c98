//! Keys of authors: where they lie, what protects them, and what they sign.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::io::Write;
use std::process::{Output, Stdio};

use support::{Pato, text};

/// Runs a command that reads a password from standard input.
fn with_password(pato: &Pato, arguments: &[&str], password: &str) -> Output {
    let mut command = pato.command();
    command.args(arguments).arg("--password-stdin");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A command that does not ask may have ended already.
    let _ = input.write_all(format!("{password}\n").as_bytes());
    drop(input);
    child.wait_with_output().unwrap()
}

#[test]
fn a_key_is_written_for_its_owner_only_and_never_over_another() {
    let pato = Pato::new();
    let file = pato.folder().join("my.key");
    let path = file.to_str().unwrap();
    let made = with_password(&pato, &["key", "new", "--out", path], "correct horse");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(!text(&made.stdout).contains("correct horse"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = std::fs::read(&file).unwrap();
    let again = with_password(&pato, &["key", "new", "--out", path], "other");
    assert!(text(&again.stderr).contains("no key is ever overwritten"));
    std::fs::remove_file(pato.folder().join("my.key.pub")).unwrap();
    assert!(
        !with_password(&pato, &["key", "new", "--out", path], "other")
            .status
            .success()
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert!(!pato.folder().join("my.key.pub").exists());
}

#[test]
fn a_key_signs_only_with_its_password() {
    let pato = Pato::new();
    let at = |name: &str| pato.folder().join(name).display().to_string();
    let (key, duck) = (at("my.key"), at("duck.wasm"));
    let made = with_password(
        &pato,
        &["--json", "key", "new", "--out", &key],
        "correct horse",
    );
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let publisher = format!("publisher = {}\n", made["public_key"]);
    std::fs::write(at("pato.toml"), support::MANIFEST.to_owned() + &publisher).unwrap();
    std::fs::write(at("built.wasm"), support::component()).unwrap();
    pato.json(&[
        "plugin",
        "pack",
        &at("built.wasm"),
        "--manifest",
        &at("pato.toml"),
        "-o",
        &duck,
    ]);
    let before = std::fs::read(&duck).unwrap();

    let sign = ["plugin", "sign", &duck, "--key", &key];
    let wrong = with_password(&pato, &sign, "wrong horse");
    assert!(text(&wrong.stderr).contains("the password does not open this key"));
    let nobody = pato.run(&sign);
    assert!(
        text(&nobody.stderr).contains("--password-stdin"),
        "{}",
        text(&nobody.stderr)
    );
    assert_eq!(std::fs::read(&duck).unwrap(), before, "nothing was written");

    let signed = with_password(&pato, &sign, "correct horse");
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    let inspected = pato.json(&["plugin", "inspect", &duck]);
    assert_eq!(inspected["signature"]["state"], "signed");
    assert_eq!(inspected["signature"]["publisher"], made["public_key"]);
    assert_eq!(inspected["signature"]["words"], made["words"]);

    let mut bytes = std::fs::read(&duck).unwrap();
    let name = bytes
        .windows(7)
        .position(|window| window == b"Quacks.")
        .unwrap();
    bytes[name] = b'q';
    std::fs::write(&duck, bytes).unwrap();
    let inspected = pato.json(&["plugin", "inspect", &duck]);
    assert_eq!(inspected["signature"]["state"], "refused");
    let added = pato.run(&["plugin", "publish", &duck, "--to", &at("site")]);
    assert!(
        text(&added.stderr).contains("does not fit the bytes"),
        "{}",
        text(&added.stderr)
    );
    assert!(!pato.folder().join("site").exists());
}

//! Secrets that outlive the process: in the system's keyring, if the account's scope is remembered.
#![cfg(feature = "keyring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::process::{Command, Stdio};

use keyring_core::mock;
use pato_vault::{Destination, Keyring, Secret, Vault, VaultError};

const SCOPE: &str = "account:twitch";
const HOST: &str = "api.example.com:443";

fn keyring() -> Keyring {
    Keyring::new(mock::Store::new().unwrap())
}

fn set(vault: &Vault, name: &str, secret: &str) -> Result<(), VaultError> {
    vault.set(SCOPE, name, Secret::new(secret.to_owned()), &[HOST])
}

fn sent(vault: &Vault, name: &str, host: &str) -> Option<String> {
    let destination = Destination::new(host, 443);
    let outgoing = vault.attach(SCOPE, &format!("{{secret:{name}}}"), &destination);
    outgoing.ok()?.as_wire_text().map(str::to_owned)
}

#[test]
fn only_a_remembered_scope_is_kept_and_comes_back_with_its_hosts() {
    let keyring = keyring();
    let vault = Vault::new();
    set(&vault, "early", "secret-one").unwrap();
    let other = Vault::new();
    assert_eq!(other.recall(SCOPE, &["early"], keyring.clone()).unwrap(), 0);

    vault.remember(SCOPE, keyring.clone()).unwrap();
    set(&vault, "late", "secret\ntwo").unwrap();
    let secret = Secret::new("secret-three".into());
    vault.set("account:other", "x", secret, &[HOST]).unwrap();

    let next = Vault::new();
    let names = ["early", "late", "x"];
    assert_eq!(next.recall(SCOPE, &names, keyring.clone()).unwrap(), 2);
    assert_eq!(
        sent(&next, "early", "api.example.com").unwrap(),
        "secret-one"
    );
    assert_eq!(
        sent(&next, "late", "api.example.com").unwrap(),
        "secret\ntwo"
    );
    assert_eq!(sent(&next, "late", "evil.example.com"), None);
    assert_eq!(next.redactor().redact("it is secret-one"), "it is ***");

    // The one that follows is kept too: a service that gives each only once needs that.
    set(&next, "late", "secret-four").unwrap();
    let last = Vault::new();
    last.recall(SCOPE, &names, keyring.clone()).unwrap();
    assert_eq!(
        sent(&last, "late", "api.example.com").unwrap(),
        "secret-four"
    );

    last.forget(SCOPE, &names).unwrap();
    set(&last, "late", "secret-five").unwrap();
    assert_eq!(Vault::new().recall(SCOPE, &names, keyring).unwrap(), 0);
}

#[test]
fn what_the_keyring_refuses_is_not_in_force_either() {
    let store = mock::Store::new().unwrap();
    let vault = Vault::new();
    vault.remember(SCOPE, Keyring::new(store.clone())).unwrap();
    set(&vault, "refresh", "secret-one").unwrap();
    let entry = keyring_core::api::CredentialStoreApi::build(
        &*store,
        "Pato",
        &format!("{SCOPE}/refresh"),
        None,
    )
    .unwrap();
    let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    credential.set_error(keyring_core::Error::BadEncoding(b"secret-two".to_vec()));
    let error = set(&vault, "refresh", "secret-two").unwrap_err();
    assert!(matches!(error, VaultError::Keyring { .. }), "{error}");
    let told = format!("{error} {error:?}");
    assert!(
        told.contains("unlock it") && !told.contains("secret-two"),
        "{told}"
    );
    assert_eq!(
        sent(&vault, "refresh", "api.example.com").unwrap(),
        "secret-one"
    );
}

/// Set in the process that has a session bus with a keyring of its own.
#[cfg(target_os = "linux")]
const IN_SESSION: &str = "PATO_TEST_IN_SESSION";

/// The real Secret Service: GNOME's keyring on a bus of its own, with its files in a temporary folder.
#[cfg(target_os = "linux")]
#[test]
fn the_secret_service_keeps_a_secret_from_one_process_to_the_next() {
    match std::env::var(IN_SESSION).as_deref() {
        Ok("first") => return in_the_first_process(),
        Ok(_) => return in_the_next_process(),
        Err(_) => {}
    }
    let there = |program: &str| {
        let found = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        found.is_ok_and(|status| status.success())
    };
    if !there("dbus-run-session") || !there("gnome-keyring-daemon") {
        assert!(
            std::env::var_os("PATO_REQUIRE_KEYRING").is_none(),
            "dbus-run-session and gnome-keyring-daemon are not installed"
        );
        eprintln!("skipped: dbus-run-session and gnome-keyring-daemon are not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    let script = format!(
        "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 9
         for process in first next; do
             {IN_SESSION}=$process \"$0\" --exact \
                 the_secret_service_keeps_a_secret_from_one_process_to_the_next --nocapture || exit 1
         done"
    );
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(test)
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[cfg(target_os = "linux")]
fn in_the_first_process() {
    let vault = Vault::new();
    vault
        .remember(SCOPE, Keyring::of_the_system().unwrap())
        .unwrap();
    set(&vault, "refresh", "secret-of-the-service").unwrap();
}

#[cfg(target_os = "linux")]
fn in_the_next_process() {
    let vault = Vault::new();
    let keyring = Keyring::of_the_system().unwrap();
    assert_eq!(
        vault
            .recall(SCOPE, &["refresh", "access"], keyring)
            .unwrap(),
        1
    );
    let found = sent(&vault, "refresh", "api.example.com").unwrap();
    assert_eq!(found, "secret-of-the-service");
    vault.forget(SCOPE, &["refresh"]).unwrap();
    let keyring = Keyring::of_the_system().unwrap();
    assert_eq!(
        Vault::new().recall(SCOPE, &["refresh"], keyring).unwrap(),
        0
    );
}

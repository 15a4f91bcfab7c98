//! Secrets go where they belong, and nowhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use pato_vault::{Destination, Secret, Vault, VaultError};
use url::Url;

const SECRET: &str = "tr0ub4dor&3";

fn vault() -> Vault {
    let vault = Vault::new();
    vault
        .set(
            "lights",
            "token",
            Secret::new(SECRET.into()),
            &["api.example.com", "127.0.0.1:8123"],
        )
        .unwrap();
    vault
}

fn api() -> Destination {
    Destination::new("api.example.com", 443)
}

#[test]
fn a_secret_is_put_in_for_its_own_hosts() {
    let vault = vault();
    for destination in [api(), Destination::new("127.0.0.1", 8123)] {
        let outgoing = vault
            .attach("lights", "Bearer {secret:token}!", &destination)
            .unwrap();
        assert_eq!(outgoing.as_wire_text(), Some("Bearer tr0ub4dor&3!"));
        let mut wire = Vec::new();
        outgoing.write_to(&mut wire).unwrap();
        assert_eq!(wire, outgoing.as_wire_bytes());
    }
    let body = vault
        .attach_bytes("lights", b"\xff{secret:token}\x00", &api())
        .unwrap();
    assert_eq!(body.as_wire_bytes(), b"\xfftr0ub4dor&3\x00");
    assert_eq!(body.as_wire_text(), None);
}

#[test]
fn a_secret_is_not_put_in_for_another_host() {
    let vault = vault();
    for url in [
        "https://api.example.com.evil.com/",
        "https://evil.com/api.example.com",
        "https://api.example.com@evil.com/",
        "https://api.example.com:443@evil.com/",
        "https://evil.com\\@api.example.com/",
        "https://evil.com#api.example.com",
        "https://xapi.example.com/",
        "https://example.com/",
        "https://api.example.com:8443/",
        "http://api.example.com/",
        "http://127.0.0.1/",
    ] {
        let destination = Destination::of(&Url::parse(url).unwrap()).unwrap();
        let error = vault
            .attach("lights", "{secret:token}", &destination)
            .unwrap_err();
        assert!(matches!(error, VaultError::WrongHost { .. }), "{url}");
        let message = error.to_string();
        assert!(
            message.contains("`api.example.com:443`") && message.contains("add `"),
            "{message}"
        );
    }
}

#[test]
fn one_scope_does_not_see_the_secrets_of_another() {
    let vault = vault();
    let error = vault
        .attach("scenes", "{secret:token}", &api())
        .unwrap_err();
    assert!(matches!(error, VaultError::Unknown { .. }), "{error}");
    assert!(!vault.contains("scenes", "token"));
    assert!(vault.contains("lights", "token"));
}

#[test]
fn a_name_that_is_not_there_is_refused_with_those_that_are() {
    let message = vault()
        .attach("lights", "{secret:tokn}", &api())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("`tokn`") && message.contains("token"),
        "{message}"
    );
}

#[test]
fn a_text_without_placeholders_goes_anywhere() {
    let evil = Destination::new("evil.com", 443);
    let outgoing = vault()
        .attach("lights", "{{secret:token} {}", &evil)
        .unwrap();
    assert_eq!(outgoing.as_wire_text(), Some("{secret:token} {}"));
}

#[test]
fn what_a_secret_holds_is_no_template() {
    let vault = vault();
    vault
        .set(
            "lights",
            "nested",
            Secret::new("{secret:token}".into()),
            &["api.example.com"],
        )
        .unwrap();
    let outgoing = vault.attach("lights", "{secret:nested}", &api()).unwrap();
    assert_eq!(outgoing.as_wire_text(), Some("{secret:token}"));
}

#[test]
fn a_header_is_sensitive_and_never_two_headers() {
    let vault = vault();
    let header = vault
        .attach("lights", "Bearer {secret:token}", &api())
        .unwrap();
    let header = header.into_header_value().unwrap();
    assert!(header.is_sensitive());
    assert_eq!(format!("{header:?}"), "Sensitive");
    for (number, breaking) in ["abcd\r\nX: y", "abcd\n", "abcd\0"].into_iter().enumerate() {
        let name = format!("bad{number}");
        vault
            .set(
                "lights",
                &name,
                Secret::new(breaking.into()),
                &["api.example.com"],
            )
            .unwrap();
        let outgoing = vault
            .attach("lights", &format!("{{secret:{name}}}"), &api())
            .unwrap();
        assert_eq!(outgoing.into_header_value(), Err(VaultError::Header));
    }
    let outgoing = vault
        .attach("lights", "{secret:token}\r\nX: y", &api())
        .unwrap();
    assert_eq!(outgoing.into_header_value(), Err(VaultError::Header));
}

#[test]
fn a_removed_or_replaced_secret_is_gone() {
    let vault = vault();
    let other = vault.clone();
    other
        .set(
            "lights",
            "token",
            Secret::new("the new one".into()),
            &["b.example"],
        )
        .unwrap();
    assert!(vault.attach("lights", "{secret:token}", &api()).is_err());
    let outgoing = vault
        .attach(
            "lights",
            "{secret:token}",
            &Destination::new("b.example", 443),
        )
        .unwrap();
    assert_eq!(outgoing.as_wire_text(), Some("the new one"));
    assert_eq!(vault.redactor().redact(SECRET), SECRET);
    assert!(vault.remove("lights", "token"));
    assert!(!vault.remove("lights", "token"));
    assert!(other.list().is_empty());
    assert_eq!(vault.redactor().redact("the new one"), "the new one");
    vault
        .set("a", "token", Secret::new("aaaa1".into()), &["a.example"])
        .unwrap();
    vault
        .set("b", "token", Secret::new("bbbb1".into()), &["b.example"])
        .unwrap();
    assert_eq!(vault.remove_scope("a"), 1);
    vault.clear();
    assert!(vault.list().is_empty());
    assert_eq!(vault.redactor().redact("aaaa1 bbbb1"), "aaaa1 bbbb1");
}

#[test]
fn what_is_no_secret_is_not_taken() {
    let vault = Vault::new();
    let set = |name: &str, secret: &str, hosts: &[&str]| {
        vault.set("lights", name, Secret::new(secret.into()), hosts)
    };
    let hosts = ["api.example.com"];
    assert!(matches!(
        set("token", "abc", &hosts),
        Err(VaultError::TooShort { .. })
    ));
    assert!(matches!(
        set("token", "", &hosts),
        Err(VaultError::TooShort { .. })
    ));
    let long = "x".repeat(8193);
    assert!(matches!(
        set("token", &long, &hosts),
        Err(VaultError::TooLong { .. })
    ));
    assert!(matches!(
        set("token", "abcd", &[]),
        Err(VaultError::NoHosts { .. })
    ));
    for name in ["", "Token", "a b", "a}", "1a", "../a", &"a".repeat(49)] {
        assert!(
            matches!(set(name, "abcd", &hosts), Err(VaultError::Name { .. })),
            "{name}"
        );
    }
    for host in ["*.example.com", "https://a.com", "a.com/", ""] {
        assert!(
            matches!(set("token", "abcd", &[host]), Err(VaultError::Host { .. })),
            "{host}"
        );
    }
    assert!(vault.list().is_empty());
    assert!(set("token", "abcd", &hosts).is_ok());
}

#[test]
fn a_challenge_is_answered_for_the_secrets_host_only() {
    let vault = Vault::new();
    vault
        .set(
            "obs",
            "password",
            Secret::new("supersecretpassword".into()),
            &["localhost:4455"],
        )
        .unwrap();
    let ask = |destination: &Destination| {
        vault.challenge_response("obs", "password", "salt", "challenge", destination)
    };
    let answer = ask(&Destination::new("localhost", 4455)).unwrap();
    assert_eq!(answer.len(), 44);
    assert_ne!(
        answer,
        vault
            .challenge_response(
                "obs",
                "password",
                "salt",
                "other",
                &Destination::new("localhost", 4455)
            )
            .unwrap()
    );
    let elsewhere = ask(&Destination::new("evil.com", 4455));
    assert!(matches!(elsewhere, Err(VaultError::WrongHost { .. })));
}

/// Everything public that can be shown, in every way it can be shown.
#[test]
fn nothing_that_is_shown_holds_the_secret() {
    let vault = vault();
    let secret = Secret::new(SECRET.into());
    let outgoing = vault.attach("lights", "{secret:token}", &api()).unwrap();
    let redactor = vault.redactor();
    let mut log = Vec::new();
    let writer = pato_vault::RedactingWriter::new(&mut log, redactor.clone());
    let entries = vault.list();
    let read: Secret = serde_json::from_value(serde_json::json!(SECRET)).unwrap();
    let mut shown = vec![
        format!("{secret:?} {secret:#?} {secret} {read:?}"),
        format!("{vault:?} {vault:#?}"),
        format!("{outgoing:?} {outgoing:#?} {outgoing}"),
        format!("{redactor:?} {redactor:#?}"),
        format!("{writer:?} {writer:#?}"),
        format!("{entries:?} {entries:#?}"),
        serde_json::to_string(&entries).unwrap(),
        format!("{:?}", outgoing.into_header_value().unwrap()),
    ];
    let elsewhere = Destination::new("evil.com", 443);
    let errors = [
        vault
            .attach("lights", "{secret:token}", &elsewhere)
            .unwrap_err(),
        vault.attach("lights", "{secret:tokn}", &api()).unwrap_err(),
        vault
            .attach("lights", "{secret:token}{secret:", &api())
            .unwrap_err(),
        vault
            .attach("lights", "{secret:token}\n", &api())
            .unwrap()
            .into_header_value()
            .unwrap_err(),
        vault
            .set("lights", "t", Secret::new(SECRET.into()), &["*"])
            .unwrap_err(),
        vault
            .set("lights", "t", Secret::new(SECRET.repeat(999)), &["a.b"])
            .unwrap_err(),
        vault
            .set("lights", "T", Secret::new(SECRET.into()), &["a.b"])
            .unwrap_err(),
        vault
            .set::<&str>("lights", "t", Secret::new(SECRET.into()), &[])
            .unwrap_err(),
        vault
            .challenge_response("lights", "token", "s", "c", &elsewhere)
            .unwrap_err(),
    ];
    shown.extend(errors.iter().map(|error| format!("{error} {error:?}")));
    for text in shown {
        assert!(!text.contains(SECRET) && !text.contains("tr0ub"), "{text}");
    }
}

#[test]
fn many_threads_may_use_one_vault() {
    let vault = vault();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let vault = vault.clone();
            scope.spawn(move || {
                for round in 0..20 {
                    let own = format!("own-secret-{number}-{round}");
                    let name = format!("thread{number}");
                    vault
                        .set("lights", &name, Secret::new(own.clone()), &["a.example"])
                        .unwrap();
                    assert_eq!(vault.redactor().redact(&own), "***");
                    assert!(vault.attach("lights", "{secret:token}", &api()).is_ok());
                }
            });
        }
    });
    assert_eq!(vault.list().len(), 5);
}

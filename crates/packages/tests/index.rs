//! Indexes: published, read, searched, and refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod kit;

use kit::{component, key, manifest, read, signed};
use pato_packages::index::{Entry, IndexError, MAX_INDEX_BYTES, publish};
use pato_packages::{Index, Inspected, PublicKey, pack};
use serde_json::{Value, json};
use url::Url;

const NOW: &str = "2026-11-21T09:30:00Z";

fn package(id: &str, version: &str, more: &str) -> Inspected {
    let text = manifest(id, None).replace("1.2.0", version);
    read(&pack(&component(""), &format!("{text}{more}"), &[]).unwrap()).unwrap()
}

fn publish_one(index: Option<&str>, package: &Inspected) -> Result<Option<String>, IndexError> {
    let urls = vec![format!("{}.wasm", package.manifest.id)];
    let entry = Entry {
        package,
        urls,
        changes: None,
    };
    publish(index.map(str::as_bytes), "Ducks", &[entry], None, NOW)
}

fn parse(text: &str) -> Result<Index, IndexError> {
    let base = Url::parse("https://example.com/ducks/index.json").unwrap();
    Index::parse(text.as_bytes(), &base)
}

/// An index with one plugin, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Index, IndexError> {
    let text = publish_one(None, &package("duck", "1.0.0", ""))
        .unwrap()
        .unwrap();
    let mut document = serde_json::from_str(&text).unwrap();
    change(&mut document);
    parse(&document.to_string())
}

fn problem(change: impl FnOnce(&mut Value)) -> String {
    changed(change).unwrap_err().to_string()
}

#[test]
fn what_is_published_is_found_with_its_whole_address() {
    let asks = "description = \"Quacks.\"\n[permissions]\ncall = [{ scope = \"chat.send\", reason = \"to quack\" }]";
    let package = package("duck", "1.0.0", asks);
    let index = parse(&publish_one(None, &package).unwrap().unwrap()).unwrap();
    assert_eq!((index.serial, index.updated.as_str()), (1, NOW));
    let duck = index.plugin("duck").unwrap();
    let version = duck.newest().unwrap();
    assert_eq!(version.urls, ["https://example.com/ducks/duck.wasm"]);
    assert_eq!(
        (version.sha256, version.size),
        (package.sha256, package.size)
    );
    assert_eq!(version.requests[0].permission, "call:chat.send");
    assert_eq!(version.requests[0].reason.as_deref(), Some("to quack"));
}

#[test]
fn a_version_is_published_once_and_the_newest_tells_what_the_plugin_is() {
    let first = publish_one(None, &package("duck", "1.0.0", "license = \"MIT\""))
        .unwrap()
        .unwrap();
    assert_eq!(
        publish_one(Some(&first), &package("duck", "1.0.0", "license = \"MIT\"")),
        Ok(None)
    );
    let error =
        publish_one(Some(&first), &package("duck", "1.0.0", "author = \"Me\"")).unwrap_err();
    assert!(error.to_string().contains("raise the version"), "{error}");
    let second = publish_one(Some(&first), &package("duck", "2.0.0", "author = \"Me\""))
        .unwrap()
        .unwrap();
    let older = publish_one(Some(&second), &package("duck", "1.5.0", "author = \"You\""))
        .unwrap()
        .unwrap();
    let index = parse(&older).unwrap();
    assert_eq!(index.serial, 3);
    let duck = index.plugin("duck").unwrap();
    assert_eq!((duck.author.as_str(), &duck.license), ("Me", &None));
    assert_eq!(
        duck.newest().unwrap().version,
        semver::Version::new(2, 0, 0)
    );
    assert_eq!(duck.versions.len(), 3);
}

#[test]
fn what_a_later_pato_wrote_into_an_index_stays() {
    let text = publish_one(None, &package("duck", "1.0.0", ""))
        .unwrap()
        .unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["rating"] = json!(5);
    document["plugins"][0]["pictures"] = json!(["duck.png"]);
    document["plugins"][0]["versions"][0]["yanked"] = json!("it bites");
    let again = publish_one(Some(&document.to_string()), &package("duck", "1.1.0", ""))
        .unwrap()
        .unwrap();
    let document: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(document["rating"], 5);
    assert_eq!(document["plugins"][0]["versions"][1]["yanked"], "it bites");
    let index = parse(&again).unwrap();
    assert_eq!(
        index.plugins[0].pictures,
        ["https://example.com/ducks/duck.png"]
    );
}

#[test]
fn a_plugin_of_one_publisher_is_not_taken_over_by_another_or_by_nobody() {
    let (publisher, other) = (key(), key());
    let first = publish_one(None, &read(&signed(&publisher)).unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(
        parse(&first).unwrap().plugins[0].publisher,
        Some(publisher.public())
    );
    let expected = Err(IndexError::OtherPublisher {
        id: "duck".into(),
        published: publisher.public(),
    });
    assert_eq!(
        publish_one(Some(&first), &read(&signed(&other)).unwrap()),
        expected
    );
    assert_eq!(
        publish_one(Some(&first), &package("duck", "9.0.0", "")),
        expected
    );
}

#[test]
fn an_index_is_searched_by_words_and_titles_come_first() {
    let mut text = None;
    for (id, more) in [
        (
            "alerts",
            "description = \"Shows who follows, with a duck.\"",
        ),
        ("duck-race", "description = \"Races.\"\nauthor = \"Ronni\""),
        ("zoo", "description = \"Animals.\""),
    ] {
        text = publish_one(text.as_deref(), &package(id, "1.0.0", more)).unwrap();
    }
    let index = parse(&text.unwrap()).unwrap();
    let found = |text| {
        index
            .search(text)
            .iter()
            .map(|plugin| plugin.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("DUCK"),
        ["alerts", "duck-race", "zoo"],
        "all are called Duck"
    );
    assert_eq!(found("race ronni"), ["duck-race"]);
    assert_eq!(found("follows"), ["alerts"]);
    assert_eq!(found("duck goose"), Vec::<String>::new());
    assert_eq!(found("").len(), 3);
}

#[test]
fn files_publishers_plugins_and_versions_can_be_revoked() {
    let duck = package("duck", "1.0.0", "");
    let publisher = key().public();
    let revoked = |revocation: Value, publisher: Option<&PublicKey>| {
        let index = changed(|document| document["revoked"] = json!([revocation])).unwrap();
        let version = semver::Version::new(1, 0, 0);
        let found = index.revocation_of("duck", &version, &duck.sha256, publisher);
        found.map(|revocation| revocation.reason.clone())
    };
    let reason = Some("bites".to_owned());
    assert_eq!(
        revoked(json!({ "sha256": duck.sha256, "reason": "bites" }), None),
        reason
    );
    assert_eq!(
        revoked(json!({ "id": "duck", "reason": "bites" }), None),
        reason
    );
    assert_eq!(
        revoked(
            json!({ "id": "duck", "version": "1.0.0", "reason": "bites" }),
            None
        ),
        reason
    );
    assert_eq!(
        revoked(
            json!({ "id": "duck", "version": "1.0.1", "reason": "bites" }),
            None
        ),
        None
    );
    assert_eq!(
        revoked(json!({ "id": "goose", "reason": "bites" }), None),
        None
    );
    let of_publisher = json!({ "publisher": publisher, "reason": "bites" });
    assert_eq!(revoked(of_publisher.clone(), Some(&publisher)), reason);
    assert_eq!(revoked(of_publisher.clone(), Some(&key().public())), None);
    assert_eq!(revoked(of_publisher, None), None);
    let yanked =
        changed(|document| document["plugins"][0]["versions"][0]["yanked"] = json!("bites"));
    assert_eq!(yanked.unwrap().plugins[0].newest(), None);
}

#[test]
fn what_is_wrong_in_an_index_is_said_with_its_place() {
    let version = |document: &mut Value, key: &str, value: Value| {
        document["plugins"][0]["versions"][0][key] = value;
    };
    for (message, place) in [
        (
            problem(|document| version(document, "sha256", json!("e3"))),
            "plugins[0].versions[0].sha256",
        ),
        (
            problem(|document| version(document, "version", json!("1"))),
            "plugins[0].versions[0].version",
        ),
        (
            problem(|document| version(document, "api_version", json!("x"))),
            "versions[0].api_version",
        ),
        (
            problem(|document| version(document, "published", json!("today"))),
            "versions[0].published",
        ),
        (
            problem(|document| version(document, "urls", json!([]))),
            "versions[0].urls",
        ),
        (
            problem(|document| version(document, "urls", json!(["javascript:alert(1)"]))),
            "urls[0]",
        ),
        (
            problem(|document| version(document, "urls", json!(["file:///etc/passwd"]))),
            "urls[0]",
        ),
        (
            problem(|document| version(document, "urls", json!(vec!["a"; 257]))),
            "versions[0].urls",
        ),
        (
            problem(|document| version(document, "changes", json!("x".repeat(4001)))),
            "versions[0].changes",
        ),
        (
            problem(|document| document["plugins"][0]["id"] = json!("../duck")),
            "plugins[0].id",
        ),
        (
            problem(|document| document["plugins"][0]["name"] = json!("a\u{7}b")),
            "plugins[0].name",
        ),
        (
            problem(|document| document["plugins"][0]["publisher"] = json!("RWx")),
            "plugins[0].publisher",
        ),
        (
            problem(|document| document["homepage"] = json!("javascript:1")),
            "homepage",
        ),
        (problem(|document| document["serial"] = json!(-1)), "serial"),
        (
            problem(|document| document["updated"] = json!("2026-11-21")),
            "updated",
        ),
        (problem(|document| document["name"] = json!(" ")), "name"),
        (
            problem(|document| document["revoked"] = json!([{ "reason": "bites" }])),
            "revoked[0]",
        ),
        (
            problem(|document| {
                document["revoked"] = json!([{ "version": "1.0.0", "reason": "x" }]);
            }),
            "revoked[0]",
        ),
        (problem(|document| document["schema"] = json!(0)), "schema"),
        (
            problem(|document| {
                document["plugins"] = json!(vec![document["plugins"][0].clone(); 2]);
            }),
            "plugins[1].id",
        ),
    ] {
        assert!(message.contains(place), "{place}: {message}");
    }
    let later = changed(|document| document["schema"] = json!(2)).unwrap_err();
    assert!(later.to_string().contains("update Pato"), "{later}");
    assert!(matches!(
        parse(&" ".repeat(MAX_INDEX_BYTES + 1)),
        Err(IndexError::TooLarge { .. })
    ));
    for text in [
        "",
        "[]",
        "{\"schema\":1}",
        "\u{0}",
        "{\"schema\":1}x",
        &"[".repeat(100_000),
    ] {
        parse(text).unwrap_err();
    }
}

#[test]
fn the_schema_knows_every_key_of_an_index() {
    let schema = Index::json_schema().to_string();
    for key in [
        "serial",
        "revoked",
        "publisher",
        "api_version",
        "sha256",
        "yanked",
    ] {
        assert!(schema.contains(&format!("\"{key}\"")), "{key}");
    }
}

//! A new version takes over only if it is healthy; if it is not, the old one is back by itself.

use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};

use crate::api::Api;
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::{PATIENCE, Pato, text};

/// The events of a topic, the oldest first.
fn history(pato: &Pato, topic: &str) -> Vec<Value> {
    let events = pato.json(&["events", "history", topic, "--limit", "1000"]);
    events.as_array().unwrap().clone()
}

#[test]
fn a_version_that_traps_in_init_is_thrown_away_and_the_old_one_never_notices() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    let old = shop.put("1.wasm", Release::witness("1.0.0", "echo", &key).pack());
    let new = shop.put(
        "2.wasm",
        Release::witness("2.0.0", "trap-init", &key).pack(),
    );
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    let states = history(&pato, "plugin.status").len();
    let error = pato.error(1, &["plugin", "install", &new, "--grant-all", "--wait"]);
    assert!(
        error.contains("`witness` 2.0.0 failed, and 1.0.0 runs on") && error.contains("init"),
        "{error}"
    );
    pato.json(&["emit", "test.echo"]);
    pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["version"], "1.0.0");
    assert_eq!(plugin["trial"], Value::Null);
    assert_eq!(plugin["metrics"]["restarts"], 0);
    assert_eq!(
        history(&pato, "plugin.status").len(),
        states,
        "nobody was told of it"
    );
    assert_eq!(pato.json(&["plugin", "versions", "witness"]), json!([]));
    assert_clean(&pato);
}

#[test]
fn a_version_that_traps_on_its_first_event_gives_way_and_the_old_one_answers_that_event() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(300));
    let old = shop.put(
        "1.wasm",
        Release::witness("1.0.0", "capabilities", &key).pack(),
    );
    let new = shop.put(
        "2.wasm",
        Release::witness("2.0.0", "trap-handler", &key).pack(),
    );
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    pato.json(&["call", "witness.subscribe", r#"{"pattern": "test.**"}"#]);
    let api = Api::of(&pato);
    let before = api.emit("test.before");

    let update = pato
        .command()
        .args(["plugin", "install", &new, "--grant-all", "--wait"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    pato.until(&["plugin", "info", "witness"], |plugin| {
        plugin["trial"] == "2.0.0"
    });
    let poison = api.emit("test.poison");
    let after = api.emit("test.after");
    let end = update.wait_with_output().unwrap();
    assert_eq!(end.status.code(), Some(1));
    let error = text(&end.stderr);
    for part in [
        "2.0.0 failed, and 1.0.0 runs on",
        "it crashed",
        "handle-events",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let told = history(&pato, "plugin.rolled-back");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["data"]["plugin"], "witness");
    assert_eq!(told[0]["data"]["from"], "2.0.0");
    assert_eq!(told[0]["data"]["to"], "1.0.0");
    let reason = told[0]["data"]["reason"].as_str().unwrap();
    assert!(reason.contains("it crashed"), "{reason}");

    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["version"], "1.0.0");
    assert_eq!(plugin["trial"], Value::Null);
    // The old one still is what it was: it never ended, so it is subscribed.
    let end = Instant::now() + PATIENCE;
    let mut received = Vec::new();
    while received.len() < 3 {
        assert!(Instant::now() < end, "only {received:?}");
        let news = pato.json(&["call", "witness.received"]);
        let ids = news["events"].as_array().unwrap().iter();
        received.extend(ids.map(|event| event["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(received, [before, poison, after], "each once, in order");
    let handled = history(&pato, "trap-handler.handled");
    assert_eq!(
        handled.len(),
        0,
        "the new one came to nothing: {handled:#?}"
    );
    let audit = pato.json(&["audit", "rolled-back"]);
    assert!(
        audit[0]["detail"].as_str().unwrap().contains("it crashed"),
        "{audit:#}"
    );
    assert_clean(&pato);
}

#[test]
fn a_version_that_passes_its_trial_stays_and_what_it_stored_meanwhile_with_it() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(1));
    let old = shop.put("1.wasm", Release::witness("1.0.0", "echo", &key).pack());
    let new = shop.put(
        "2.wasm",
        Release::witness("2.0.0", "capabilities", &key).pack(),
    );
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    // Without waiting: it runs, and is on trial.
    let begun = pato.json(&["plugin", "install", &new, "--grant-all"]);
    assert_eq!(begun["trial"], "2.0.0", "{begun:#}");
    assert_eq!(begun["version"], "1.0.0");
    pato.json(&[
        "call",
        "witness.storage-set",
        r#"{"key": "a", "value": "b"}"#,
    ]);
    let told = pato.until(&["events", "history", "plugin.updated"], |events| {
        events[0].is_object()
    });
    assert_eq!(
        told[0]["data"],
        json!({ "plugin": "witness", "from": "1.0.0", "to": "2.0.0" })
    );
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["version"], "2.0.0");
    assert_eq!(plugin["trial"], Value::Null);
    assert_eq!(plugin["metrics"]["restarts"], 0);
    assert_eq!(
        pato.json(&["plugin", "versions", "witness"])[0]["version"],
        "1.0.0"
    );
    assert_clean(&pato);
    pato.kill();
    pato.start(&[], "");
    let stored = pato.json(&["call", "witness.storage-get", r#"{"key": "a"}"#]);
    assert_eq!(stored["ok"], "b");
    assert_eq!(
        pato.json(&["plugin", "info", "witness"])["version"],
        "2.0.0"
    );
}

#[test]
fn a_host_that_is_killed_during_a_trial_starts_with_the_old_version_and_what_it_had_stored() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(300));
    let old = shop.put(
        "1.wasm",
        Release::witness("1.0.0", "capabilities", &key).pack(),
    );
    let new = shop.put("2.wasm", Release::witness("2.0.0", "migrant", &key).pack());
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    let number = r#"{"key": "number", "value": "21"}"#;
    pato.json(&["call", "witness.storage-set", number]);
    pato.json(&["plugin", "install", &new, "--grant-all"]);
    assert_eq!(pato.json(&["call", "witness.number"])["number"], 42);
    pato.kill();
    pato.start(&[], "");
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["version"], "1.0.0");
    assert_eq!(plugin["state"], "running");
    let stored = pato.json(&["call", "witness.storage-get", r#"{"key": "number"}"#]);
    assert_eq!(stored["ok"], "21");
    assert_clean(&pato);

    // One that ends in peace keeps the version that nothing spoke against.
    pato.json(&["plugin", "install", &new, "--grant-all"]);
    pato.run(&["stop"]);
    assert_eq!(pato.wait(), Some(0));
    pato.start(&[], "");
    assert_eq!(
        pato.json(&["plugin", "info", "witness"])["version"],
        "2.0.0"
    );
    assert_eq!(pato.json(&["call", "witness.number"])["number"], 42);
    assert_clean(&pato);
}

//! What plugins are asked, granted and refused while they run, and what is written down of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Api;
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

/// What `capabilities` can be allowed; the raid is what can do harm.
const RIGHTS: &str = r#"
[permissions]
call = [{ scope = "chat.send", reason = "to greet" }, "channel.raid"]
storage = "64KiB"
timers = true
"#;

fn call(pato: &Pato, command: &str, parameters: &Value) -> Value {
    let name = format!("asker.{command}");
    pato.json(&["call", &name, &parameters.to_string()])
}

fn greet(pato: &Pato) -> Value {
    let greeting = json!({ "action": "chat.send", "parameters": { "text": "hi" } });
    call(pato, "call", &greeting)
}

fn asker(grants: &[&str]) -> (Shop, Pato) {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    let release = Release {
        id: "asker",
        rest: RIGHTS,
        ..Release::witness("1.0.0", "capabilities", &key)
    };
    let url = shop.put("asker.wasm", release.pack());
    pato.json(&[&["plugin", "install", &url], grants].concat());
    (shop, pato)
}

#[test]
fn a_plugin_is_allowed_once_always_or_never() {
    let (_shop, pato) = asker(&[]);
    let api = Api::of(&pato);
    let decide = |permission: &str, decision: &str| {
        let answer = json!({ "permission": permission, "decision": decision });
        let view = api.post("/api/modules/asker/decide", &answer);
        assert_eq!(view["id"], "asker", "{view}");
    };
    let open = || -> Vec<String> {
        let questions = api.get("/api/questions");
        let questions = questions.as_array().unwrap().iter();
        questions
            .map(|question| question["permission"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(greet(&pato)["error"]["kind"], "denied");
    let questions = pato.until(&["plugin", "questions"], |questions| {
        questions[0].is_object()
    });
    assert_eq!(questions[0]["plugin"], "asker");
    assert_eq!(questions[0]["permission"], "call:chat.send");
    assert_eq!(questions[0]["reason"], "to greet");
    assert!(!questions[0]["meaning"].as_str().unwrap().is_empty());

    decide("call:chat.send", "once");
    assert_eq!(open(), Vec::<String>::new());
    assert_eq!(greet(&pato)["ok"]["messages"], 1);
    // Once is until it is started anew.
    pato.json(&["plugin", "restart", "asker"]);
    assert_eq!(greet(&pato)["error"]["kind"], "denied");
    pato.eventually("the question again", || open() == ["call:chat.send"]);
    pato.json(&["plugin", "answer", "asker", "call:chat.send", "always"]);
    assert_eq!(open(), Vec::<String>::new());
    pato.json(&["plugin", "restart", "asker"]);
    assert_eq!(greet(&pato)["ok"]["messages"], 1);

    let store = || call(&pato, "storage-set", &json!({ "key": "a", "value": "b" }));
    assert_eq!(store()["error"]["kind"], "denied");
    pato.eventually("a question", || open().len() == 1);
    let wanted = open().remove(0);
    assert!(wanted.starts_with("storage"), "{wanted}");
    decide(&wanted, "never");
    assert_eq!(open(), Vec::<String>::new());
    pato.json(&["plugin", "restart", "asker"]);
    assert_eq!(store()["error"]["kind"], "denied");
    // Denied again, which is written down, and not asked again.
    pato.eventually("a second denial", || {
        let entries = pato.json(&["audit", "storage", "--plugin", "asker"]);
        let denied = entries.as_array().unwrap().iter();
        let times = denied.filter(|entry| entry["what"] == "denied");
        times
            .map(|entry| entry["times"].as_u64().unwrap())
            .sum::<u64>()
            >= 2
    });
    assert_eq!(open(), Vec::<String>::new());
    let refused = json!({ "permission": "call:obs.get-version", "decision": "once" });
    let error = api
        .ask(Method::POST, "/api/modules/asker/decide", &refused)
        .unwrap();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("does not ask for"),
        "{error}"
    );
}

#[test]
fn what_was_granted_denied_and_used_is_written_down_and_found_after_a_restart() {
    let (_shop, mut pato) = asker(&["--grant", "call:channel.raid"]);
    assert_eq!(greet(&pato)["error"]["kind"], "denied");
    let raid = json!({ "action": "channel.raid", "parameters": { "login": "somebody" } });
    for _ in 0..3 {
        call(&pato, "call", &raid);
    }
    pato.json(&["plugin", "grant", "asker", "call:chat.send"]);
    pato.json(&["plugin", "revoke", "asker", "call:chat.send"]);
    let find = |pato: &Pato, words: &[&str]| {
        let query = [&["audit"], words].concat();
        pato.json(&query).as_array().unwrap().clone()
    };
    pato.eventually("the denial", || !find(&pato, &["denied"]).is_empty());
    pato.run(&["stop"]);
    assert_eq!(pato.wait(), Some(0));
    pato.start(&["--simulate", "0"], "");

    for (what, permission) in [
        ("granted", "call:chat.send"),
        ("revoked", "call:chat.send"),
        ("denied", "call:chat.send"),
        ("used", "call:channel.raid"),
    ] {
        let entries = find(&pato, &["--plugin", "asker", what]);
        let entries = entries.iter().filter(|entry| entry["what"] == what);
        let times: u64 = entries
            .inspect(|entry| assert_eq!(entry["permission"], permission, "{entry}"))
            .map(|entry| entry["times"].as_u64().unwrap())
            .sum();
        let expected = if what == "used" { 3 } else { 1 };
        assert_eq!(times, expected, "{what}");
    }
    let installed = find(&pato, &["installed"]);
    assert_eq!(installed.len(), 1);
    assert_eq!(installed[0]["detail"], "1.0.0");
    assert!(
        find(&pato, &["RAID"]).len() <= 3,
        "in any case, and gathered"
    );
    assert!(find(&pato, &["--plugin", "duck"]).is_empty());
}

#[test]
fn two_versions_of_a_plugin_stand_side_by_side() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(0));
    let stable = shop.put("1.wasm", Release::witness("1.0.0", "echo", &key).pack());
    let beta = shop.put(
        "2.wasm",
        Release::witness("2.0.0-beta.1", "echo", &key).pack(),
    );
    let store = shop.put(
        "3.wasm",
        Release::witness("3.0.0", "capabilities", &key).pack(),
    );
    pato.json(&["plugin", "install", &stable, "--grant-all"]);
    let arguments = [
        "plugin",
        "install",
        &beta,
        "--as",
        "witness-beta",
        "--grant-all",
    ];
    let added = pato.json(&arguments);
    assert_eq!(added["id"], "witness-beta");
    assert_eq!(added["version"], "2.0.0-beta.1");
    let api = Api::of(&pato);
    let sources = |pato: &Pato, id: &str| {
        let replies = pato.until(&["events", "history", "echo.reply"], |events| {
            let answers = events.as_array().unwrap().iter();
            answers
                .filter(|event| event["data"]["id"] == json!(id))
                .count()
                == 2
        });
        let mut sources: Vec<_> = replies
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["data"]["id"] == json!(id))
            .map(|event| event["details"]["source"].as_str().unwrap().to_owned())
            .collect();
        sources.sort();
        sources
    };
    let both = ["plugin:witness", "plugin:witness-beta"];
    assert_eq!(sources(&pato, &api.emit("test.echo")), both);
    // What one is granted is not the other's.
    pato.json(&["plugin", "revoke", "witness-beta", "publish:echo.**"]);
    let grants = pato.json(&["plugin", "grants", "witness"]);
    assert!(
        grants
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["granted"] == true)
    );
    pato.json(&["plugin", "grant", "witness-beta", "publish:echo.**"]);

    // Each goes its own way.
    let arguments = [
        "plugin",
        "install",
        &store,
        "--as",
        "witness-beta",
        "--grant-all",
        "--wait",
    ];
    assert_eq!(pato.json(&arguments)["version"], "3.0.0");
    pato.json(&[
        "call",
        "witness-beta.storage-set",
        r#"{"key": "a", "value": "b"}"#,
    ]);
    assert_eq!(
        pato.json(&["plugin", "info", "witness"])["version"],
        "1.0.0"
    );
    assert_eq!(pato.json(&["plugin", "versions", "witness"]), json!([]));
    pato.kill();
    pato.start(&["--simulate", "0"], "");
    let stored = pato.json(&["call", "witness-beta.storage-get", r#"{"key": "a"}"#]);
    assert_eq!(stored["ok"], "b");
    pato.run(&["plugin", "remove", "witness", "--yes"]);
    assert_eq!(
        pato.json(&["plugin", "info", "witness-beta"])["state"],
        "running"
    );
    let error = pato.error(1, &["plugin", "install", &beta, "--as", "Not A Name"]);
    assert!(error.contains("Not A Name"), "{error}");
    assert_clean(&pato);
}

//! Plugins in a live host: installing, allowing, refusing, setting, removing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Pato, bundled, fixture};

#[test]
fn a_plugin_is_installed_into_the_live_host_and_reacts() {
    let pato = Pato::running();
    let added = pato.add(&fixture("echo"));
    assert_eq!(added["state"], "running");
    pato.json(&["emit", "test.echo", r#"{"hello": "world"}"#]);
    let replies = pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    assert_eq!(replies[0]["data"]["data"]["hello"], "world");
    assert_eq!(replies[0]["details"]["source"], "plugin:echo");
    let chain = pato.json(&[
        "events",
        "chain",
        replies[0]["details"]["id"].as_str().unwrap(),
    ]);
    assert_eq!(chain.as_array().unwrap().len(), 2, "{chain:#}");
}

#[test]
fn what_is_not_granted_is_refused_until_it_is_and_again_after_it_is_taken_back() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    let path = fixture("capabilities");
    pato.json(&["plugin", "add", path.to_str().unwrap()]);
    let call = || {
        let parameters = r#"{"action": "chat.send", "parameters": {"text": "hi"}}"#;
        pato.json(&["call", "capabilities.call", parameters])
    };
    let denied = call();
    assert_eq!(denied["error"]["kind"], "denied", "{denied}");
    let remedy = "pato plugin grant capabilities call:chat.send";
    assert!(
        denied["error"]["text"].as_str().unwrap().contains(remedy),
        "{denied}"
    );
    let events = pato.until(&["events", "history", "plugin.denied"], |events| {
        events[0].is_object()
    });
    assert_eq!(events[0]["data"]["remedy"], remedy);
    assert_eq!(events[0]["data"]["permission"], "call:chat.send");

    pato.json(&["plugin", "grant", "capabilities", "call:chat.send"]);
    assert_eq!(call()["ok"]["messages"], 1);
    pato.json(&["plugin", "revoke", "capabilities", "call:chat.send"]);
    assert_eq!(call()["error"]["kind"], "denied");
}

#[test]
fn granting_what_is_not_asked_for_is_refused_with_what_is() {
    let pato = Pato::running();
    pato.add(&fixture("echo"));
    let error = pato.error(1, &["plugin", "grant", "echo", "call:chat.send"]);
    assert!(
        error.contains("does not ask for") && error.contains("subscribe:test.**"),
        "{error}"
    );
    let error = pato.error(1, &["plugin", "grant", "echo", "cal:chat.send"]);
    assert!(error.contains("cal") && error.contains("call"), "{error}");
    let error = pato.error(1, &["plugin", "info", "ecoh"]);
    assert!(error.contains("did you mean `echo`"), "{error}");
}

#[test]
fn settings_are_checked_kept_and_told_to_the_plugin() {
    let mut pato = Pato::running();
    pato.add(&fixture("capabilities"));
    let set = |change: &str| pato.run(&["plugin", "settings", "capabilities", change]);
    assert!(set("greeting=Moin").status.success());
    let value = pato.json(&[
        "call",
        "capabilities.settings-get",
        r#"{"key": "greeting"}"#,
    ]);
    assert_eq!(value["ok"], "Moin");
    let received = pato.json(&["call", "capabilities.received"]);
    assert_eq!(received["settings"], json!(["greeting"]));
    let error = pato.error(1, &["plugin", "settings", "capabilities", "volume=101"]);
    assert!(error.contains("volume") && error.contains("101"), "{error}");
    let error = pato.error(1, &["plugin", "settings", "capabilities", "greting=x"]);
    assert!(error.contains("did you mean `greeting`"), "{error}");
    // All or nothing.
    pato.error(
        1,
        &[
            "plugin",
            "settings",
            "capabilities",
            "greeting=x",
            "volume=loud",
        ],
    );

    pato.run(&["stop"]);
    pato.wait();
    pato.start(&[], "");
    let settings = pato.json(&["plugin", "settings", "capabilities"]);
    assert_eq!(settings["greeting"]["value"], "Moin");
    pato.json(&["plugin", "settings", "capabilities", "greeting="]);
    let settings = pato.json(&["plugin", "settings", "capabilities"]);
    assert_eq!(
        (
            &settings["greeting"]["value"],
            &settings["greeting"]["is_default"]
        ),
        (&json!("Hello"), &json!(true))
    );
}

#[test]
fn a_plugin_is_disabled_enabled_paused_restarted_and_removed() {
    let pato = Pato::running();
    pato.add(&fixture("echo"));
    let state = |command: &str| pato.json(&["plugin", command, "echo"])["state"].clone();
    assert_eq!(state("disable"), "stopped");
    assert!(
        pato.error(1, &["plugin", "logs", "echo"])
            .contains("pato plugin enable echo")
    );
    assert_eq!(state("enable"), "running");
    assert_eq!(state("restart"), "running");
    state("pause");
    pato.json(&["emit", "test.echo", "{}"]);
    pato.until(&["plugin", "info", "echo"], |info| {
        info["metrics"]["queued"] == 1
    });
    assert_eq!(pato.json(&["events", "history", "echo.reply"]), json!([]));
    state("resume");
    pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    assert!(
        pato.error(1, &["plugin", "remove", "echo"])
            .contains("--yes")
    );
    pato.json(&["plugin", "remove", "echo", "--yes"]);
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    assert!(!pato.folder().join("plugins/echo").exists());
}

#[test]
fn grants_end_with_the_bytes_that_they_were_given_to() {
    let pato = Pato::running();
    let path = fixture("echo");
    pato.add(&path);
    // The same plugin with one custom section more is another file. It would not start without this.
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[0, 3, 1, b'x', b'y']);
    let changed = pato.folder().join("changed.wasm");
    fs::write(&changed, bytes).unwrap();
    let changed = changed.to_str().unwrap();
    pato.json(&["plugin", "add", changed, "--grant", "subscribe:test.**"]);
    // Until its trial is over the version before is the installed one; this ends it.
    let added = pato.json(&["plugin", "restart", "echo"]);
    let granted = |view: &Value| {
        let requests = view["requests"].as_array().unwrap().clone();
        let granted = requests
            .into_iter()
            .filter(|request| request["granted"] == true);
        granted
            .map(|request| request["permission"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(granted(&added), ["subscribe:test.**"]);
}

#[test]
fn files_that_are_no_plugins_are_refused_in_one_line_each_and_change_nothing() {
    let pato = Pato::running();
    let component = fs::read(fixture("echo")).unwrap();
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("text", b"hello".to_vec(), "WebAssembly"),
        ("empty", Vec::new(), "WebAssembly"),
        (
            "truncated",
            component[..component.len() / 2].to_vec(),
            "cut off",
        ),
        ("module", b"\0asm\x01\0\0\0".to_vec(), "component"),
        ("liar", fs::read(fixture("liar")).unwrap(), "chat"),
    ];
    for (name, bytes, expected) in cases {
        let path = pato.folder().join(format!("{name}.wasm"));
        fs::write(&path, bytes).unwrap();
        let error = pato.error(1, &["plugin", "add", path.to_str().unwrap(), "--grant-all"]);
        assert!(error.contains(expected), "{name}: {error}");
    }
    let error = pato.error(1, &["plugin", "add", "/nowhere/at-all.wasm"]);
    assert!(error.contains("/nowhere/at-all.wasm"), "{error}");
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
}

#[test]
fn a_file_changed_on_disk_is_not_run() {
    let mut pato = Pato::running();
    let hash = pato.add(&fixture("echo"))["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    pato.run(&["stop"]);
    pato.wait();
    let path = pato.folder().join(format!("plugins/echo/{hash}.wasm"));
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[0, 3, 1, b'x', b'y']);
    fs::write(&path, bytes).unwrap();
    pato.start(&[], "");
    let error = pato.error(1, &["plugin", "restart", "echo"]);
    assert!(error.contains("something changed it"), "{error}");
}

#[test]
fn the_bundled_plugins_answer_chat() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    for name in ["commands", "counter"] {
        assert_eq!(pato.add(&bundled(name))["state"], "running");
    }
    pato.json(&["simulate", "chat.message", r#"{"text": "!commands"}"#]);
    let answered = |events: &Value| {
        let events = events.as_array().unwrap();
        events.iter().any(|event| event["details"]["own"] == true)
    };
    pato.until(&["events", "history", "chat.message"], answered);
    let counted = pato.until(&["events", "history", "counter.stats"], |events| {
        events
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["data"]["messages"].as_u64() > Some(0))
    });
    assert!(counted.is_array());
}

#[test]
fn emitted_events_are_checked_against_their_schema() {
    let pato = Pato::running();
    let error = pato.error(1, &["emit", "chat.message", r#"{"text": 1}"#]);
    assert!(
        error.contains("chat.message") && error.contains("column"),
        "{error}"
    );
    let error = pato.error(1, &["emit", "Chat.message", "{}"]);
    assert!(error.contains("`Chat.message`"), "{error}");
    let error = pato.error(1, &["emit", "a.b", "nonsense"]);
    assert!(error.contains("nonsense"), "{error}");
}

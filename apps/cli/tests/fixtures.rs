//! `pato test`: the same plugin does the same, and a difference is shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Pato, bundled, fixture, recipe, repository, text};

/// A folder of fixtures, with one in it.
fn folder(pato: &Pato, lines: &[Value]) -> PathBuf {
    let folder = pato.folder().join("fixtures");
    fs::create_dir_all(&folder).unwrap();
    write(&folder, lines);
    folder
}

fn write(folder: &Path, lines: &[Value]) {
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    fs::write(folder.join("one.jsonl"), lines.join("\n")).unwrap();
}

/// What the plugin did, written down.
fn snapshot(pato: &Pato, plugin: &Path, folder: &Path) -> Value {
    let file = folder.join("one.snapshot.json");
    let _ = fs::remove_file(&file);
    let arguments = [
        "test",
        plugin.to_str().unwrap(),
        "--fixtures",
        folder.to_str().unwrap(),
        "--update",
    ];
    let output = pato.run(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The step of that number, where the start has 0.
fn step(snapshot: &Value, number: usize) -> &Value {
    &snapshot["steps"][number]
}

fn say(message: &str) -> Value {
    json!({ "event": { "topic": "chat.message", "data": { "text": message } } })
}

#[test]
fn a_plugin_that_does_something_else_than_before_is_found_out() {
    let pato = Pato::new();
    let folder = folder(&pato, &[say("hello"), json!({ "wait-ms": 5_000 })]);
    let counter = bundled("counter");
    let (plugin, fixtures) = (counter.to_str().unwrap(), folder.to_str().unwrap());
    let command = ["test", plugin, "--fixtures", fixtures];

    let output = pato.run(&command);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("there is no"),
        "{}",
        text(&output.stdout)
    );
    assert!(
        !folder.join("one.snapshot.json").exists(),
        "only --update writes"
    );

    let first = snapshot(&pato, &counter, &folder);
    assert_eq!(first["state"], "running");
    let output = pato.run(&command);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));

    write(
        &folder,
        &[say("hello"), say("again"), json!({ "wait-ms": 5_000 })],
    );
    let output = pato.run(&command);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(
        printed.contains("+++ as it is now") && printed.contains("\"messages\": 2"),
        "{printed}"
    );
    let told = pato.run(&["--json", "test", plugin, "--fixtures", fixtures]);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["result"], "different");
}

#[test]
fn calls_storage_events_and_logs_are_written_down_with_the_step_that_led_to_them() {
    let pato = Pato::new();
    let command = |name: &str, parameters: Value| json!({ "command": { "name": name, "parameters": parameters } });
    let call = command(
        "call",
        json!({ "action": "chat.send", "parameters": { "text": "hi" } }),
    );
    let folder = folder(
        &pato,
        &[
            call.clone(),
            json!({ "answer": { "action": "chat.send", "ok": { "messages": 3 } } }),
            call.clone(),
            json!({ "answer": { "action": "chat.send", "error": "the service is down" } }),
            call,
            command("storage-set", json!({ "key": "k", "value": "7" })),
            command(
                "publish",
                json!({ "topic": "probe.done", "data": { "n": 1 } }),
            ),
            command("log", json!({ "message": "quack" })),
            command(
                "http",
                json!({ "method": "GET", "url": "https://probe.example/" }),
            ),
        ],
    );
    let snapshot = snapshot(&pato, &fixture("capabilities"), &folder);
    let answers: Vec<_> = (1..=3)
        .map(|number| step(&snapshot, number)["answer"]["ok"].clone())
        .collect();
    assert_eq!(answers[0]["ok"], json!({}));
    assert_eq!(answers[1]["ok"]["messages"], 3);
    assert_eq!(answers[2]["error"]["text"], "the service is down");
    assert_eq!(step(&snapshot, 1)["did"][0]["call"], "chat.send");
    assert_eq!(step(&snapshot, 1)["did"][0]["parameters"]["text"], "hi");
    assert_eq!(
        step(&snapshot, 4)["did"],
        json!([{ "store": "k", "value": 7 }])
    );
    assert_eq!(snapshot["stored"], json!({ "k": 7 }));
    let published = &step(&snapshot, 5)["published"][0];
    assert_eq!(
        published,
        &json!({ "topic": "probe.done", "data": { "n": 1 } })
    );
    assert_eq!(step(&snapshot, 6)["logged"][0]["text"], "quack");
    // The manifest asks for this host, and a test has no network.
    assert_eq!(
        step(&snapshot, 7)["answer"]["ok"]["error"]["kind"],
        "denied"
    );
}

#[test]
fn a_trap_and_what_follows_come_out_the_same_each_time() {
    let pato = Pato::new();
    let event = |topic: &str| json!({ "event": { "topic": topic } });
    let folder = folder(
        &pato,
        &[
            event("test.fine"),
            event("test.poison"),
            event("test.after"),
        ],
    );
    let first = snapshot(&pato, &fixture("trap-handler"), &folder);
    assert_eq!(first["state"], "running");
    let poisoned = step(&first, 2).to_string();
    assert!(
        poisoned.contains("restarting") && poisoned.contains("two traps on it"),
        "{poisoned}"
    );
    let after = &step(&first, 3)["published"][0]["data"];
    assert_eq!(after["topic"], "test.after");
    assert_eq!(snapshot(&pato, &fixture("trap-handler"), &folder), first);
}

#[test]
fn time_and_chance_are_those_of_the_fixture() {
    let pato = Pato::new();
    let folder = folder(
        &pato,
        &[say("one"), json!({ "wait-ms": 3_600_000 }), say("two")],
    );
    for plugin in ["analytics", "commands", "counter", "alerts"] {
        let first = snapshot(&pato, &bundled(plugin), &folder);
        assert_eq!(
            snapshot(&pato, &bundled(plugin), &folder),
            first,
            "{plugin}"
        );
    }
    // It says goodbye for an hour; nobody waits for that.
    let slow = snapshot(&pato, &fixture("slow-shutdown"), &folder);
    assert_eq!(slow["state"], "running");
}

#[test]
fn a_recording_is_a_fixture() {
    let pato = Pato::new();
    let event = |number: u32, after: f64| {
        json!({ "event": { "after_ms": after, "event": {
            "id": number.to_string(), "topic": "test.echo", "source": "test", "time": 5.0 + after,
            "data": { "number": number },
        } } })
    };
    let lines = [
        json!({ "recording": { "version": 1, "started_at": 5.0 } }),
        event(1, 0.0),
        json!({ "missing": { "events": 3 } }),
        event(2, 90_000.0),
    ];
    let folder = folder(&pato, &lines);
    let snapshot = snapshot(&pato, &fixture("echo"), &folder);
    let number = |step: &Value| step["published"][0]["data"]["data"]["number"].clone();
    assert_eq!(number(step(&snapshot, 1)), 1);
    assert_eq!(number(step(&snapshot, 2)), 2);
}

#[test]
fn what_can_t_be_played_is_told_with_its_place() {
    let pato = Pato::new();
    let folder = folder(&pato, &[say("fine"), json!({ "evnt": {} })]);
    let counter = bundled("counter");
    let (plugin, fixtures) = (counter.to_str().unwrap(), folder.to_str().unwrap());
    let error = pato.error(1, &["test", plugin, "--fixtures", fixtures]);
    assert!(
        error.contains("one.jsonl") && error.contains("line 2") && error.contains("`event`"),
        "{error}"
    );
    fs::remove_file(folder.join("one.jsonl")).unwrap();
    let error = pato.error(1, &["test", plugin, "--fixtures", fixtures]);
    assert!(error.contains("pato record"), "{error}");
    let error = pato.error(1, &["test", plugin, "--fixtures", "nowhere"]);
    assert!(error.contains("--fixtures"), "{error}");
    write(&folder, &[json!({ "settings": { "colour": 1 } })]);
    let error = pato.error(1, &["test", fixtures, "--fixtures", fixtures]);
    assert!(error.contains("manifest.json"), "{error}");
}

#[test]
fn the_recipe_with_a_fixture_does_what_its_snapshot_says() {
    let pato = Pato::new();
    let fixtures = repository().join("docs/cookbook/answer/fixtures");
    let (plugin, fixtures) = (recipe("answer"), fixtures.to_str().unwrap());
    let plugin = plugin.to_str().unwrap();
    let output = pato.run(&["test", plugin, "--fixtures", fixtures]);
    assert!(output.status.success(), "{}", text(&output.stdout));
    let snapshot = fs::read(Path::new(fixtures).join("discord.snapshot.json")).unwrap();
    let snapshot: Value = serde_json::from_slice(&snapshot).unwrap();
    let answered = |number| step(&snapshot, number)["did"].is_array();
    assert_eq!([1, 2, 3, 4].map(answered), [true, false, false, true]);
}

//! A session is written down without its secrets, and plays again into one plugin alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};
use support::{Pato, bundled, text};

const PASSWORD: &str = "pw-of-the-obs-that-nobody-may-read";

fn messages(pato: &Pato, plugin: &str) -> Value {
    let stats = pato.json(&["events", "history", "counter.stats", "--limit", "1"]);
    assert_eq!(plugin, "counter");
    stats[0]["data"]["messages"].clone()
}

#[test]
fn what_was_recorded_plays_into_the_chosen_plugin_and_nothing_else() {
    let mut pato = Pato::new();
    pato.start(
        &["--obs", "ws://127.0.0.1:9", "--secrets-from-stdin"],
        &format!("obs={PASSWORD}\n"),
    );
    let file = pato.folder().join("session.jsonl");
    let path = file.to_str().unwrap();
    let mut recorder = pato
        .command()
        .args(["record", path])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The first line is written as soon as it listens.
    pato.eventually("the recording to begin", || {
        fs::read_to_string(&file).is_ok_and(|text| text.contains("recording"))
    });
    for number in 0..10 {
        let say = format!("text=line {number} with {PASSWORD}");
        pato.json(&[
            "sim",
            "chat.message",
            "--set",
            &say,
            "--set",
            "user.name=Ronni",
        ]);
    }
    pato.eventually("ten lines", || {
        fs::read_to_string(&file)
            .unwrap()
            .matches("with ***")
            .count()
            == 10
    });
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &recorder.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert!(recorder.wait().unwrap().success());
    let recorded = fs::read_to_string(&file).unwrap();
    assert!(!recorded.contains(PASSWORD), "{recorded}");
    assert!(recorded.contains("Ronni"));

    pato.add(&bundled("counter"));
    let before = pato.json(&["events", "history", "chat.message", "--limit", "1000"]);
    let played = pato.json(&["replay", path, "--to", "counter", "--speed", "0"]);
    assert_eq!(played["wanted"], 10, "{played}");
    pato.eventually("the plugin to count them", || {
        messages(&pato, "counter") == json!(10)
    });
    let after = pato.json(&["events", "history", "chat.message", "--limit", "1000"]);
    assert_eq!(before, after, "nobody else hears of it");

    let error = pato.error(1, &["replay", path, "--to", "nobody"]);
    assert!(
        error.contains("nobody") && error.contains("pato plugin enable"),
        "{error}"
    );
    let error = pato.error(1, &["record", path]);
    assert!(error.contains("--force"), "{error}");
    fs::write(
        &file,
        "{\"recording\":{\"version\":1,\"started_at\":0}}\nnonsense\n",
    )
    .unwrap();
    let error = pato.error(1, &["replay", path, "--to", "counter"]);
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn every_event_of_the_catalogue_can_be_simulated_without_a_simulator() {
    let pato = Pato::running();
    for entry in pato_events::catalogue::topics().step_by(7) {
        let event = pato.json(&["sim", entry.topic]);
        assert_eq!(event["details"]["simulated"], true, "{event}");
    }
    let error = pato.error(1, &["sim", "chat.message", "--set", "txt=hello"]);
    assert!(error.contains("did you mean `text`?"), "{error}");
    let output = pato.run(&["sim", "chat.message", "--set", "user"]);
    assert!(text(&output.stderr).contains("FIELD=VALUE"));
}

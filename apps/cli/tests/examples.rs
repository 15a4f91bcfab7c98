//! The examples, one plugin in every language: built, verified, and together in one host, where each calls the
//! next.
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
use std::process::Command;

use serde_json::{Value, json};
use support::{Pato, repository, text};

/// The examples by their folders and what they call their language in chat. Each calls the next one, and the last
/// calls the first.
const RING: [(&str, &str); 7] = [
    ("greeter-rust", "Rust"),
    ("greeter-typescript", "TypeScript"),
    ("greeter-javascript", "JavaScript"),
    ("greeter-python", "Python"),
    ("greeter-c", "C"),
    ("greeter-cpp", "C++"),
    ("greeter-zig", "Zig"),
];

/// What is not ASCII, or has to be escaped in JSON, arrives as it was.
const NOTE: &str = "for the \"raid\" 🦆";

/// Each example, and the one that it calls.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let ids = RING.iter().map(|(id, _)| *id);
    ids.clone().zip(ids.clone().skip(1).chain(ids.take(1)))
}

fn folder(id: &str) -> PathBuf {
    repository().join("examples").join(id)
}

/// The command that builds an example as a stranger would.
fn build(pato: &Pato, id: &str) -> Command {
    // The contract of today, whatever an earlier build was given.
    let _ = fs::remove_dir_all(folder(id).join("wit/deps/pato-platform"));
    let mut command = pato.authors_command(&folder(id));
    // What guests are built with is there already.
    let guests = repository().join("target/guests");
    command
        .args(["--json", "build"])
        .env("CARGO_TARGET_DIR", guests);
    command
}

/// Builds all of them at a time, for that of Python alone takes a minute, and answers with the plugins' files.
fn built(pato: &Pato) -> Vec<PathBuf> {
    std::thread::scope(|scope| {
        let builds = RING.map(|(id, _)| {
            let mut command = build(pato, id);
            scope.spawn(move || {
                let output = command.output().unwrap();
                let errors = text(&output.stderr);
                assert!(output.status.success(), "{id}: {errors}");
                let built: Value = serde_json::from_slice(&output.stdout).unwrap();
                PathBuf::from(built["file"].as_str().unwrap())
            })
        });
        builds.map(|build| build.join().unwrap()).into()
    })
}

/// Installs an example with all that it needs, and without leave to call the next one.
fn install(pato: &Pato, plugin: &Path) {
    let installed = pato.json(&[
        "plugin",
        "add",
        plugin.to_str().unwrap(),
        "--grant",
        "subscribe:chat.message",
        "--grant",
        "call:chat.send",
        "--grant",
        "storage:64 KiB",
    ]);
    assert_eq!(installed["state"], "running", "{installed:#}");
}

/// Somebody writes in chat.
fn write(pato: &Pato, login: &str, name: &str) {
    let message = json!({ "text": "good evening", "user": { "login": login, "name": name } });
    pato.json(&["simulate", "chat.message", &message.to_string()]);
}

/// Waits until everybody has greeted.
fn greeted(pato: &Pato, name: &str) -> Value {
    let history = ["events", "history", "chat.message", "--limit", "200"];
    pato.until(&history, |events| {
        RING.iter().all(|(_, language)| {
            let greeting = format!("Hello, {name}! {language} gives you 10 points.");
            count(events, &greeting) > 0
        })
    })
}

/// How many messages begin so.
fn count(events: &Value, beginning: &str) -> usize {
    let events = events.as_array().unwrap().iter();
    let texts = events.filter_map(|event| event["data"]["text"].as_str());
    texts.filter(|text| text.starts_with(beginning)).count()
}

fn points(pato: &Pato, id: &str) -> Value {
    pato.json(&["call", &format!("{id}.points")])
}

fn thank(pato: &Pato, id: &str, parameters: &Value) -> Value {
    pato.json(&["call", &format!("{id}.thank"), &parameters.to_string()])
}

/// Calls a function with types, and answers with what it answers.
fn typed(pato: &Pato, id: &str, function: &str, arguments: &str) -> String {
    let answer = pato.json(&["call", &format!("{id}.points.{function}"), arguments]);
    answer["answer"].as_str().unwrap().to_owned()
}

fn everybody_greets_who_is_new_and_nobody_twice(pato: &Pato) {
    write(pato, "ronni", "Ronni");
    greeted(pato, "Ronni");
    write(pato, "ronni", "Ronni");
    write(pato, "mia", "Mia");
    // Who greeted Mia has come to what Ronni wrote before.
    let events = greeted(pato, "Mia");
    assert_eq!(count(&events, "Hello, Ronni!"), RING.len(), "{events:#}");
    for (id, _) in RING {
        let stored = json!({ "ronni": 10, "mia": 10 });
        assert_eq!(points(pato, id), stored, "{id}");
    }
}

fn without_the_grant_a_call_is_answered_with_what_would_allow_it(pato: &Pato) {
    for (id, next) in pairs() {
        let answer = thank(pato, id, &json!({ "user": "ronni", "amount": 5 }));
        assert_eq!(answer["problem"], "denied", "{id}: {answer}");
        let told = answer["text"].as_str().unwrap();
        let remedy = format!("pato plugin grant {id} plugin:{next}.points.give");
        assert!(told.contains(&remedy), "{id}: {told}");
        assert_eq!(points(pato, next)["ronni"], 10, "{next}");
    }
}

fn with_the_grant_every_language_calls_the_next(pato: &Pato) {
    for (id, next) in pairs() {
        let permission = format!("plugin:{next}.points.*");
        pato.json(&["plugin", "grant", id, &permission]);
        let given = json!({ "user": "ronni", "amount": 5, "note": NOTE });
        let mia = json!({ "user": "mia", "points": 10, "note": null });
        let ronni = json!({ "user": "ronni", "points": 15, "note": NOTE });
        let expected = json!({ "now": 15, "top": [ronni, mia] });
        assert_eq!(thank(pato, id, &given), expected, "{id} calls {next}");

        let doubled = json!({ "user": "ronni", "points": 30, "note": null });
        let expected = json!({ "now": 30, "top": [doubled, mia] });
        let given = json!({ "user": "ronni" });
        assert_eq!(thank(pato, id, &given), expected, "{id} calls {next}");
    }
    for (id, _) in RING {
        assert_eq!(points(pato, id)["ronni"], 30, "{id}");
        let thank = format!("{id}.thank");
        for wrong in [
            r#"{"amount": 5}"#,
            r#"{"user": "ronni", "amount": "five"}"#,
            r#"{"user": "ronni", "amount": -5}"#,
            r#"{"user": "ronni", "note": 5}"#,
        ] {
            let error = pato.error(1, &["call", &thank, wrong]);
            assert!(!error.contains("stopped"), "{id}: {wrong}: {error}");
        }
    }
}

fn the_terminal_calls_with_types_too(pato: &Pato) {
    for (id, _) in RING {
        let gift = r#"{user: "ronni", amount: exactly(12), note: some("from the terminal")}"#;
        assert_eq!(typed(pato, id, "give", gift), "ok(42)", "{id}");
        assert_eq!(typed(pato, id, "get", r#""ronni""#), "ok(42)", "{id}");
        let nobody = typed(pato, id, "get", r#""nobody""#);
        assert!(nobody.starts_with("err(not-found("), "{id}: {nobody}");
        let top = typed(pato, id, "top", "1");
        for part in ["\"ronni\"", "42", "some(\"from the terminal\")"] {
            assert!(top.contains(part), "{id}: {top}");
        }
        assert!(!top.contains("mia"), "{id}: {top}");
        // Who has as many as fit gets no more.
        let most = format!(r#"{{user: "mia", amount: exactly({})}}"#, u32::MAX);
        let full = format!("ok({})", u32::MAX);
        assert_eq!(typed(pato, id, "give", &most), full, "{id}");
    }
}

fn every_example_comes_back_from_a_crash_with_its_points(pato: &Pato) {
    for (id, _) in RING {
        let before = points(pato, id);
        let error = pato.error(1, &["call", &format!("{id}.crash")]);
        assert!(error.contains("trapped"), "{id}: {error}");
        pato.until(&["plugin", "info", id], |info| {
            info["state"] == "running" && info["metrics"]["restarts"] == 1
        });
        assert_eq!(points(pato, id), before, "{id}");
    }
    // Those that came back hear the chat, and know each other.
    write(pato, "kim", "Kim");
    greeted(pato, "Kim");
    for (id, next) in pairs() {
        let answer = thank(pato, id, &json!({ "user": "kim" }));
        assert_eq!(answer["now"], 20, "{id} calls {next}: {answer}");
    }
}

#[test]
fn the_examples_greet_call_each_other_and_come_back_from_a_crash() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    let plugins = built(&pato);
    for (plugin, (id, _)) in plugins.iter().zip(RING) {
        let verified = pato.json(&["verify", plugin.to_str().unwrap(), "--world", "plugin"]);
        assert_eq!(verified["fits"], true, "{id}: {verified:#}");
    }

    // Where there is nobody to call yet, that is told, and the plugin runs.
    install(&pato, &plugins[0]);
    let (first, second) = pairs().next().unwrap();
    let answer = thank(&pato, first, &json!({ "user": "ronni" }));
    assert_eq!(answer["problem"], "unavailable", "{answer}");
    let wanted = format!("{second}:points/points@1.0.0");
    let told = answer["text"].as_str().unwrap();
    assert!(told.contains(&wanted), "{told}");

    for plugin in &plugins[1..] {
        install(&pato, plugin);
    }
    everybody_greets_who_is_new_and_nobody_twice(&pato);
    without_the_grant_a_call_is_answered_with_what_would_allow_it(&pato);
    with_the_grant_every_language_calls_the_next(&pato);
    the_terminal_calls_with_types_too(&pato);
    every_example_comes_back_from_a_crash_with_its_points(&pato);
}

#[test]
fn every_example_is_tested_and_has_what_the_one_offers_that_it_calls() {
    let mut there: Vec<_> = fs::read_dir(repository().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    there.sort();
    let mut tested = RING.map(|(id, _)| id);
    tested.sort_unstable();
    assert_eq!(there, tested);

    let read = |id: &str, path: &str| fs::read_to_string(folder(id).join(path)).unwrap();
    for (id, next) in pairs() {
        let offered = read(next, "wit/points.wit");
        let copy = read(id, &format!("wit/deps/{next}/points.wit"));
        assert_eq!(
            copy, offered,
            "{id} has another `points` than {next} offers"
        );
    }
}

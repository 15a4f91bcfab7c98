//! The author's way: a new project, built, installed into a live host, reacting, going wrong.
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
use std::process::Output;

use serde_json::{Value, json};
use support::{Pato, text};

/// Runs a command in `folder`.
fn run(pato: &Pato, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = pato.authors_command(folder);
    command.args(arguments).output().unwrap()
}

fn succeed(pato: &Pato, folder: &Path, arguments: &[&str]) -> Value {
    let output = run(pato, folder, arguments);
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes a project and builds it; answers with the plugin's file.
fn built(pato: &Pato, folder: &Path, id: &str, language: &str) -> PathBuf {
    succeed(pato, folder, &["--json", "new", id, "--language", language]);
    let project = folder.join(id);
    let result = succeed(pato, &project, &["--json", "build"]);
    PathBuf::from(result["file"].as_str().unwrap())
}

/// Python is left out, for its build takes a minute; the tests of `pato-toolchain` have it.
#[test]
fn a_new_plugin_does_the_same_in_every_language() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    let folder = tempfile::tempdir().unwrap();
    let languages = ["rust", "typescript", "javascript", "c", "cpp", "zig", "go"];
    for (before, language) in languages.into_iter().enumerate() {
        let id = format!("greeter-{language}");
        pato.add(&built(&pato, folder.path(), &id, language));
        let points = format!("{id}.points");
        assert_eq!(
            pato.json(&["call", points.as_str()]),
            json!({}),
            "{language}"
        );
        for count in 1..=2 {
            pato.json(&["simulate", "chat.message", "--set", "text=!hello"]);
            pato.until(&["call", points.as_str()], |points| {
                points["ronni"] == count
            });
        }
        let answer = "Hello, Ronni! Your points: 2";
        let history = ["events", "history", "chat.message", "--limit", "200"];
        pato.until(&history, |events| {
            let texts = events.as_array().unwrap().iter();
            texts
                .filter(|event| event["data"]["text"] == answer)
                .count()
                > before
        });
        let nothing = format!("{id}.nothing");
        let error = pato.error(1, &["call", nothing.as_str()]);
        assert!(error.contains("command"), "{language}: {error}");
        pato.json(&["plugin", "remove", &id, "--yes"]);
    }
}

#[test]
fn a_build_that_fails_says_so_and_prints_what_the_compiler_wrote() {
    let pato = Pato::new();
    let folder = tempfile::tempdir().unwrap();
    succeed(
        &pato,
        folder.path(),
        &["--json", "new", "greeter", "--language", "c"],
    );
    let project = folder.path().join("greeter");
    fs::write(project.join("src/plugin.c"), "int wrong(void) { return }\n").unwrap();
    let output = run(&pato, &project, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(errors.contains("src/plugin.c:1:"), "{errors}");
    assert!(errors.contains("failed with"), "{errors}");
    assert!(text(&output.stdout).is_empty());
}

#[test]
fn what_is_no_project_or_no_language_is_told_with_the_next_command() {
    let pato = Pato::new();
    let folder = tempfile::tempdir().unwrap();
    let fails = |arguments: &[&str], code: i32| {
        let output = run(&pato, folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        text(&output.stderr)
    };
    assert!(fails(&["build"], 1).contains("`pato new NAME`"));
    assert!(fails(&["new", "x", "--language", "pyton"], 2).contains("did you mean `python`?"));
    assert!(fails(&["new", "Not An Id", "--language", "c"], 1).contains("Not An Id"));
}

#[test]
fn the_doctor_tells_of_a_languages_tools_and_cleaning_removes_what_was_built() {
    let pato = Pato::new();
    let folder = tempfile::tempdir().unwrap();
    let found = succeed(
        &pato,
        folder.path(),
        &["--json", "doctor", "--language", "c"],
    );
    assert_eq!(found[0]["language"], "c");
    assert_eq!(found[0]["tools"][0]["problem"], Value::Null);

    let plugin = built(&pato, folder.path(), "greeter", "c");
    assert!(plugin.is_file());
    let project = folder.path().join("greeter");
    let cleaned = succeed(&pato, &project, &["--json", "clean"]);
    assert_eq!(cleaned["removed"].as_array().unwrap().len(), 1);
    assert!(!plugin.exists());
    assert!(project.join("src/plugin.c").is_file());
}

//! The layers of the configuration, as a command sees them.
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

use serde_json::Value;
use support::{Pato, text};

/// A data folder with a configuration, and a project beside it with its own.
fn place() -> (Pato, PathBuf) {
    let pato = Pato::new();
    fs::write(
        pato.folder().join("config.toml"),
        "[history]\nevents = 5\n[simulator]\nseed = 4\n",
    )
    .unwrap();
    let project = pato.folder().join("project");
    fs::create_dir_all(project.join(".pato")).unwrap();
    fs::write(project.join("pato.toml"), support::MANIFEST).unwrap();
    fs::write(
        project.join(".pato/config.toml"),
        "[simulator]\nrate = 9.0\n",
    )
    .unwrap();
    (pato, project)
}

fn run(pato: &Pato, folder: &Path, arguments: &[&str]) -> Output {
    pato.command()
        .args(arguments)
        .current_dir(folder)
        .env("PATO_CONFIG_HISTORY__BYTES", "1000")
        .output()
        .unwrap()
}

#[test]
fn every_value_says_which_layer_it_comes_from() {
    let (pato, project) = place();
    let output = run(
        &pato,
        &project,
        &[
            "--json",
            "config",
            "show",
            "--origin",
            "--listen",
            "127.0.0.1:1",
            "--obs",
        ],
    );
    let values: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let find = |key: &str| {
        let value = values.iter().find(|value| value["key"] == key);
        let value = value.unwrap_or_else(|| panic!("{key}: {}", text(&output.stderr)));
        (
            value["value"].to_string(),
            value["origin"].as_str().unwrap().to_owned(),
        )
    };
    for (key, value, origin) in [
        ("history.events", "5", "config.toml"),
        ("simulator.seed", "4", "config.toml"),
        ("simulator.rate", "9.0", ".pato/config.toml (project)"),
        (
            "history.bytes",
            "1000",
            "variable PATO_CONFIG_HISTORY__BYTES",
        ),
        ("server.address", "\"127.0.0.1:1\"", "option --listen"),
        ("library.backups", "10", "default"),
    ] {
        let found = find(key);
        assert_eq!(found.0, value, "{key}");
        assert!(found.1.ends_with(origin), "{key}: {}", found.1);
    }
    assert_eq!(find("obs").1, "option --obs");
    let output = run(&pato, pato.folder(), &["config", "show"]);
    let printed = text(&output.stdout);
    assert!(printed.contains("simulator.seed = 4\n"), "{printed}");
    assert!(
        !printed.contains("rate = 9.0"),
        "not in the project: {printed}"
    );
}

#[test]
fn a_layer_that_is_wrong_is_named_with_its_place() {
    let (pato, project) = place();
    let output = run(&pato, &project, &["config", "check"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for (text_of_project, told) in [
        ("[simulator]\nrat = 1", &["line 2", "`rate`"][..]),
        (
            "[twitch]\napi = \"http://evil.example\"",
            &["`twitch`", "a project may set only"],
        ),
        ("[simulator]\nrate = -1.0", &["simulator.rate"]),
    ] {
        fs::write(project.join(".pato/config.toml"), text_of_project).unwrap();
        for command in [&["config", "check"][..], &["config", "show"], &["doctor"]] {
            let output = run(&pato, &project, command);
            let printed = text(&output.stdout) + &text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{printed}");
            assert!(told.iter().all(|told| printed.contains(told)), "{printed}");
        }
    }
}

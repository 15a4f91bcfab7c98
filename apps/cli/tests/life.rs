//! A host's life as the user sees it: start, look, stop, and what can go wrong at that.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::net::TcpListener;

use support::{Pato, text};

#[test]
fn a_host_starts_tells_how_it_is_and_stops() {
    let mut pato = Pato::running_with(&["--simulate", "0"]);
    let status = pato.json(&["status"]);
    assert_eq!(status["connectors"][0]["id"], "simulator");
    assert_eq!(status["connectors"][0]["state"], "connected");
    let people = text(&pato.run(&["status"]).stdout);
    assert!(
        people.contains(pato.url()) && people.contains("simulator"),
        "{people}"
    );
    assert!(pato.run(&["stop"]).status.success());
    assert_eq!(pato.wait(), Some(0));
    assert!(pato.error(3, &["status"]).contains("pato run"));
}

#[test]
fn a_second_host_says_that_one_is_running_and_where() {
    let pato = Pato::running();
    let error = pato.error(3, &["run"]);
    assert!(
        error.contains(&pato.pid().to_string()) && error.contains(pato.url()),
        "{error}"
    );
    assert!(
        error.contains("pato stop") && error.contains("--data"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn the_systems_wish_to_end_is_obeyed_with_everything_saved() {
    let mut pato = Pato::running();
    let status = std::process::Command::new("kill")
        .args(["-TERM", &pato.pid().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(pato.wait(), Some(0));
    assert!(!pato.folder().join("run.json").exists());
}

#[test]
fn a_port_in_use_is_named_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let pato = Pato::new();
    let error = pato.error(1, &["run", "--listen", &address]);
    assert!(
        error.contains(&taken.local_addr().unwrap().port().to_string()),
        "{error}"
    );
    assert!(
        error.contains("in use") && error.contains("--listen 127.0.0.1:PORT"),
        "{error}"
    );
}

#[test]
fn listening_for_other_machines_is_refused() {
    let error = Pato::new().error(1, &["run", "--listen", "0.0.0.0:0"]);
    assert!(
        error.contains("0.0.0.0:0") && error.contains("127.0.0.1"),
        "{error}"
    );
}

#[test]
fn a_wrong_configuration_is_named_with_file_and_line() {
    let pato = Pato::new();
    fs::write(
        pato.folder().join("config.toml"),
        "[twitch]\nchanel = \"x\"\n",
    )
    .unwrap();
    let error = pato.error(1, &["run"]);
    for part in ["config.toml", "line 2", "chanel", "`channel`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_database_that_is_none_is_kept_and_named() {
    let pato = Pato::new();
    let path = pato.folder().join("pato.sqlite");
    fs::write(
        &path,
        "this is a letter to my aunt, not a database, and it is long enough",
    )
    .unwrap();
    let error = pato.error(1, &["run", "--listen", "127.0.0.1:0"]);
    assert!(
        error.contains("pato.sqlite") && error.contains("move it away"),
        "{error}"
    );
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .starts_with("this is a letter")
    );
}

#[test]
fn a_locked_database_is_named_with_what_to_do() {
    let pato = Pato::new();
    let path = pato.folder().join("pato.sqlite");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = pato.error(1, &["run", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("locked by another program"), "{error}");
}

#[test]
fn a_service_that_is_not_there_keeps_nothing_from_starting() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let pato = Pato::running_with(&["--obs", &format!("ws://127.0.0.1:{port}")]);
    let connectors = pato.until(&["connector", "list"], |connectors| {
        connectors[0]["state"] == "waiting"
    });
    assert!(connectors[0]["next_try"].is_number());
    assert!(
        connectors[0]["reason"].as_str().unwrap().contains("OBS"),
        "{connectors}"
    );
    let error = pato.error(1, &["call", "obs.get-version"]);
    assert!(
        !error.contains("panicked") && error.to_lowercase().contains("obs"),
        "{error}"
    );
}

#[test]
fn the_doctor_tells_what_is_wrong() {
    let pato = Pato::new();
    assert!(pato.run(&["doctor"]).status.success());
    fs::write(
        pato.folder().join("config.toml"),
        "[server]\naddress = \"0.0.0.0:1\"\n",
    )
    .unwrap();
    let output = pato.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("✗ configuration"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    assert!(
        Pato::new()
            .error(2, &["plugin", "grant", "x"])
            .contains("<PERMISSION>")
    );
    assert!(
        Pato::new()
            .error(2, &["events", "follow", "chat.mess*"])
            .contains("`chat.*`")
    );
}

#[test]
fn completions_and_the_api_description_need_no_host() {
    let pato = Pato::new();
    assert!(text(&pato.run(&["completions", "bash"]).stdout).contains("pato"));
    let openapi: serde_json::Value =
        serde_json::from_slice(&pato.run(&["openapi"]).stdout).unwrap();
    assert!(openapi["paths"]["/api/modules/{id}/grants"]["post"].is_object());
}

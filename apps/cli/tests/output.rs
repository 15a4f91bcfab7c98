//! What the user reads: each command's output, as it was last looked at and found good.
//!
//! A change of a text shows here as a difference. Where it is meant, write it down:
//! `INSTA_UPDATE=always cargo test --workspace --test output`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use support::{Pato, bundled, fixture, text};

/// The command, what it printed, and how it ended.
fn transcript(pato: &Pato, arguments: &[&str]) -> String {
    let output = pato
        .command()
        .args(arguments)
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    let (printed, errors) = (text(&output.stdout), text(&output.stderr));
    let mut transcript = format!("$ pato {}\n{printed}", arguments.join(" "));
    if !errors.is_empty() {
        transcript += &format!("--- standard error\n{errors}");
    }
    if code != 0 {
        transcript += &format!("--- exit code {code}\n");
    }
    transcript
}

/// What differs from run to run is replaced by its name.
fn settings(pato: &Pato) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let folder = regex_of(&pato.folder().display().to_string());
    for (pattern, name) in [
        (folder.as_str(), "DATA"),
        (r"pato-test-[A-Za-z0-9]{6}", "DATA"),
        (r"target/guests/", "GUESTS/"),
        (r"(/[^ /]+)+/GUESTS", "GUESTS"),
        (r"(/[^ /]+)+/apps/cli/", "HERE/"),
        (r"127\.0\.0\.1:\d+", "ADDRESS"),
        (r"#token=[\w-]+", "#token=TOKEN"),
        (r"process \d+", "process PID"),
        (r"for \d+ s\b", "for SOME s"),
        (r"\b\d\d:\d\d:\d\d\b", "HH:MM:SS"),
        (r"\b[0-9a-f]{64}\b", "HASH"),
        (r"\bRW[Q-T][A-Za-z0-9+/]{53}", "KEY"),
        (r"\b([Ii]n words:\s+)[a-z]+( [a-z]+){5}", "${1}SIX WORDS"),
        (r"\(([a-z]+ ){5}[a-z]+\)", "(SIX WORDS)"),
        (r"\b\d{4}-\d\d-\d\dT[\d:]+Z", "MOMENT"),
        (r"\d+\.\d ms", "N.N ms"),
        (r"\b\d+ events\b", "N events"),
    ] {
        settings.add_filter(pattern, name);
    }
    settings
}

fn regex_of(text: &str) -> String {
    text.replace('.', r"\.")
}

fn check(pato: &Pato, name: &str, commands: &[&[&str]]) {
    let all: Vec<_> = commands
        .iter()
        .map(|arguments| transcript(pato, arguments))
        .collect();
    settings(pato).bind(|| insta::assert_snapshot!(name, all.join("\n")));
}

#[test]
fn help_says_what_there_is() {
    let pato = Pato::new();
    let commands: &[&[&str]] = &[
        &["--help"],
        &["run", "--help"],
        &["plugin", "--help"],
        &["plugin", "add", "--help"],
        &["plugin", "publish", "--help"],
        &["exec", "--help"],
        &["verify", "--help"],
        &["test", "--help"],
        &["config", "--help"],
        &["key", "new", "--help"],
        &["events", "--help"],
        &["connector", "--help"],
        &["simulate", "--help"],
        &["call", "--help"],
    ];
    check(&pato, "help", commands);
}

#[test]
fn without_a_host_every_command_says_how_to_start_one() {
    let pato = Pato::new();
    check(
        &pato,
        "not-running",
        &[&["status"], &["plugin", "list"], &["stop"]],
    );
}

#[test]
fn wrong_usage_names_what_was_meant() {
    let pato = Pato::new();
    let commands: &[&[&str]] = &[
        &["plugn"],
        &["plugin", "ad", "x.wasm", "--grant-al"],
        &["demo", "--for", "soon"],
        &["demo", "--for", "3s"],
        &["run", "--obs", "localhost"],
        &["events", "follow", "chat..message"],
    ];
    check(&pato, "wrong-usage", commands);
}

#[test]
fn the_life_of_a_plugin_is_told() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    let scenes = bundled("scenes");
    let scenes = scenes.to_str().unwrap();
    let counter = bundled("counter");
    let counter = counter.to_str().unwrap();
    check(
        &pato,
        "plugin",
        &[
            &["plugin", "list"],
            &["plugin", "add", scenes],
            &["plugin", "add", counter, "--grant-all"],
            &["plugin", "add", "Cargo.toml"],
            &["plugin", "add", "nowhere.wasm"],
            &["plugin", "list"],
            &["plugin", "grants", "scenes"],
            &["plugin", "grant", "scenes", "subscribe:chat.message"],
            &["plugin", "grant", "scenes", "subscribe:chat.massage"],
            &["plugin", "restart", "scenes"],
            &["plugin", "settings", "scenes"],
            &["plugin", "settings", "scenes", "cooldown=soon"],
            &["plugin", "settings", "scenes", "cooldwn=3"],
            &["plugin", "settings", "scenes", "cooldown=3"],
            &["plugin", "disable", "counter"],
            &["plugin", "list"],
            &["plugin", "info", "counters"],
            &["plugin", "remove", "counter"],
            &["connector", "list"],
            &["status"],
        ],
    );
}

#[test]
fn calls_and_events_are_told() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    check(
        &pato,
        "calls",
        &[
            &[
                "call",
                "obs.set-current-program-scene",
                r#"{"sceneName":"Gaming"}"#,
            ],
            &["call", "chat.sent", r#"{"text":"hi"}"#],
            &["call", "chat.send", r#"{"txt":"hi"}"#],
            &["call", "chat.send", r#"{"text":"hi"#],
            &["simulate", "chat.massage"],
            &["simulate", "chat.message", r#"{"user":{"name":"Ronni"}}"#],
            &["emit", "my.event", r#"{"a":1}"#],
            &["events", "history", "my.event"],
        ],
    );
}

#[test]
fn what_plugins_call_in_each_other_is_told() {
    let pato = Pato::running_with(&["--simulate", "0"]);
    let (points, gifts) = (fixture("points"), fixture("gifts"));
    check(
        &pato,
        "graph",
        &[
            &["plugin", "graph"],
            &["plugin", "add", gifts.to_str().unwrap()],
            &["plugin", "graph"],
            &["plugin", "add", points.to_str().unwrap()],
            &[
                "call",
                "points.points.give",
                r#"{user: "ronni", amount: 5}"#,
            ],
            &["call", "points.ronni:points/points@1.0.0.get", r#""ronni""#],
            &["call", "points.points.get", "ronni"],
            &["call", "points.points.git", r#""ronni""#],
            &["call", "nobody.points.get", r#""ronni""#],
            &["call", "gifts.get", "{}", "{}"],
            &["call", "gifts.get", r#"{"user": "ronni"}"#],
            &["plugin", "grant", "gifts", "plugin:points.**"],
            &["call", "gifts.get", r#"{"user": "ronni"}"#],
            &["plugin", "graph"],
        ],
    );
}

#[test]
fn a_plugin_is_packed_signed_inspected_and_published_without_a_host() {
    let pato = Pato::new();
    let at = |name: &str| pato.folder().join(name).display().to_string();
    let component = support::component();
    std::fs::write(at("built.wasm"), &component).unwrap();
    std::fs::write(at("duck.png"), b"a picture").unwrap();
    let write_manifest = |version: &str, publisher: &str| {
        let text = support::MANIFEST.replace("1.0.0", version) + publisher;
        std::fs::write(at("pato.toml"), text).unwrap();
    };
    write_manifest("1.0.0", "");
    let (built, manifest, picture) = (at("built.wasm"), at("pato.toml"), at("duck.png"));
    let (key, public, duck, site) = (at("my.key"), at("my.key.pub"), at("duck.wasm"), at("site"));
    let pack = [
        "plugin",
        "pack",
        &built,
        "--manifest",
        &manifest,
        "--asset",
        &picture,
        "-o",
        &duck,
    ];
    let sign = ["plugin", "sign", &duck, "--key", &key];
    let inspect = ["plugin", "inspect", &duck];
    let publish = ["plugin", "publish", &duck, "--to", &site];
    let publish_signed = [&publish[..], &["--index-key", &key, "--changes", "Quacks."]].concat();
    let new = ["key", "new", "--out", &key, "--password-stdin"];
    check(
        &pato,
        "unsigned",
        &[
            &new,
            &new,
            &["key", "show", &public],
            &pack,
            &inspect,
            &sign,
            &publish,
        ],
    );

    let shown = pato.json(&["key", "show", &public]);
    write_manifest(
        "1.1.0",
        &format!(
            "publisher = \"{}\"\n",
            shown["public_key"].as_str().unwrap()
        ),
    );
    let raise = [
        "plugin",
        "publish",
        &duck,
        "--to",
        &site,
        "--index-key",
        &key,
    ];
    check(
        &pato,
        "signed",
        &[
            &pack,
            &inspect,
            &publish,
            &sign,
            &inspect,
            &publish_signed,
            &raise,
            &publish,
        ],
    );

    write_manifest(
        "1.1.0",
        &format!(
            "publisher = \"{}\"\nauthor = \"Me\"",
            shown["public_key"].as_str().unwrap()
        ),
    );
    let nowhere = ["plugin", "inspect", "nowhere.wasm"];
    let no_plugin = ["plugin", "inspect", &picture];
    let folder = ["plugin", "sign", &site, "--key", &key];
    check(
        &pato,
        "unpublished",
        &[&pack, &sign, &publish_signed, &nowhere, &no_plugin, &folder],
    );
    let index = std::fs::read_to_string(pato.folder().join("site/index.json")).unwrap();
    settings(&pato).bind(|| insta::assert_snapshot!("index", index));
}

#[test]
fn files_are_run_verified_and_inspected_without_a_host() {
    let pato = Pato::new();
    let file = |name: &str, bytes: &[u8]| {
        let path = pato.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let duck = file("duck.wasm", &support::component());
    let add = r#"(module
        (@producers (language "Rust" "") (processed-by "rustc" "1.95.0"))
        (func $_ZN4duck3add17h0123456789abcdefE (export "add") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1)))
        (func (export "fail") unreachable))"#;
    let add = file("add.wasm", &wat::parse_str(add).unwrap());
    let odd = r#"(module (import "env" "quack" (func)) (func (export "_start")))"#;
    let odd = file("odd.wasm", &wat::parse_str(odd).unwrap());
    let broken = wat::parse_str("(module (func (result i32) i64.const 1))").unwrap();
    let broken = file("broken.wasm", &broken);
    let text = file("notes.txt", b"no wasm");
    check(
        &pato,
        "files",
        &[
            &["exec", &add, "--call", "add", "2", "3"],
            &["exec", &add, "--call", "add", "2"],
            &["exec", &add, "--call", "ad"],
            &["exec", &add, "--call", "fail"],
            &["exec", &add],
            &["exec", &odd],
            &["exec", &duck],
            &["exec", &text],
            &["exec", "nowhere.wasm"],
            &["exec", &add, "--dir", "::"],
            &["exec", &add, "--net", "localhost"],
            &["exec", &add, "--memory", "1MB"],
            &["verify", &duck],
            &["verify", &add],
            &["verify", &add, "--world", "plugin"],
            &["verify", &add, "--world", "command"],
            &["verify", &add, "--world", "plugn"],
            &["verify", &odd],
            &["verify", &broken],
            &["verify", &text],
            &["inspect", &add],
            &["config", "show", "--origin", "--listen", "127.0.0.1:1"],
            &["config", "check"],
        ],
    );
}

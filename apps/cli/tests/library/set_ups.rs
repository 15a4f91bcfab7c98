//! Taking everything along to another machine, and going back to how it was.

use std::fs;
use std::thread;

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Api;
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

/// How many plugins are taken along.
const PLUGINS: usize = 100;

/// How many are installed at the same time.
const AT_ONCE: usize = 4;

const RIGHTS: &str = r#"
[permissions]
subscribe = ["test.**"]
publish = ["echo.**"]
storage = "64KiB"
network.http = ["probe.example"]

[settings.greeting]
type = "string"
default = "Hello"

[settings.volume]
type = "integer"
default = 50
minimum = 0
maximum = 100

[[secrets]]
name = "token"
hosts = ["probe.example"]
"#;

fn export(pato: &Pato, name: &str) -> (String, Value) {
    let file = pato.folder().join(name);
    pato.json(&["set-up", "export", file.to_str().unwrap()]);
    let text = fs::read_to_string(file).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn a_set_up_of_a_hundred_plugins_is_the_same_on_another_machine_and_holds_no_secret() {
    let (shop, key, here) = (Shop::open(), author(), pato_with_trial(0));
    let urls: Vec<_> = (0..PLUGINS)
        .map(|number| {
            let id = format!("plugin-{number}");
            let release = Release {
                id: &id,
                rest: RIGHTS,
                ..Release::witness("1.0.0", "echo", &key)
            };
            shop.put(&format!("{id}.wasm"), release.pack())
        })
        .collect();
    thread::scope(|scope| {
        for part in urls.chunks(PLUGINS.div_ceil(AT_ONCE)) {
            let api = Api::of(&here);
            scope.spawn(move || {
                for url in part {
                    let offer = api.post("/api/library/offers", &json!({ "reference": url }));
                    let end = api.accept(&offer).unwrap();
                    assert_eq!(end["stage"], "installed", "{end:#}");
                }
            });
        }
    });
    let api = Api::of(&here);
    for number in 0..PLUGINS {
        let path = format!("/api/modules/plugin-{number}");
        let settings = json!({ "greeting": format!("Moin {number}"), "volume": number });
        api.ask(Method::PATCH, &format!("{path}/settings"), &settings)
            .unwrap();
        if number % 3 == 0 {
            let revoked = json!({ "permission": "storage:64KiB" });
            api.ask(Method::DELETE, &format!("{path}/grants"), &revoked)
                .unwrap();
        }
        let secret = json!({ "name": "token", "value": format!("hunter2-{number}") });
        api.ask(Method::POST, &format!("{path}/secrets"), &secret)
            .unwrap();
    }
    api.ask(
        Method::PUT,
        "/api/modules/plugin-7/pin",
        &json!({ "pinned": true }),
    )
    .unwrap();
    api.post("/api/modules/plugin-8/disable", &json!({}));
    let (text, before) = export(&here, "set-up.json");
    assert_eq!(before["plugins"].as_array().unwrap().len(), PLUGINS);
    assert!(!text.contains("hunter2"), "a secret is in the file");
    assert!(!text.contains(here.token()), "the token is in the file");
    let one = before["plugins"].as_array().unwrap();
    let one = one
        .iter()
        .find(|plugin| plugin["id"] == "plugin-9")
        .unwrap();
    assert_eq!(one["settings"]["greeting"], "Moin 9");
    assert_eq!(one["grants"].as_array().unwrap().len(), 3, "{one}");

    let there = pato_with_trial(0);
    let file = here.folder().join("set-up.json");
    let file = file.to_str().unwrap();
    let error = there.error(1, &["set-up", "import", file]);
    assert!(error.contains("--yes"), "nobody was asked: {error}");
    assert_eq!(there.json(&["plugin", "list"]), json!([]));
    let import = there.json(&["set-up", "import", file, "--yes"]);
    assert_eq!(import["missing"], json!([]), "{import:#}");
    assert_eq!(import["remarks"], json!([]), "{import:#}");
    assert_eq!(import["installed"].as_array().unwrap().len(), PLUGINS);
    let (_, after) = export(&there, "set-up.json");
    assert_eq!(after, before);
    for plugin in there.json(&["plugin", "list"]).as_array().unwrap() {
        let expected = if plugin["id"] == "plugin-8" {
            "stopped"
        } else {
            "running"
        };
        assert_eq!(plugin["state"], expected, "{plugin:#}");
        assert_eq!(plugin["secrets"][0]["is_set"], false);
    }
    there.json(&["emit", "test.echo"]);
    there.until(
        &["events", "history", "echo.reply", "--limit", "200"],
        |replies| replies.as_array().unwrap().len() == PLUGINS - 1,
    );
    assert_clean(&there);
    // Once more changes nothing.
    let again = there.json(&["set-up", "import", file, "--yes"]);
    assert_eq!(again["installed"].as_array().unwrap().len(), PLUGINS);
    assert_eq!(export(&there, "again.json").1, before);
}

#[test]
fn an_import_takes_what_can_be_had_and_says_what_can_not_and_why() {
    let (shop, key, here) = (Shop::open(), author(), pato_with_trial(0));
    let url = |id: &str| {
        let release = Release {
            id,
            ..Release::witness("1.0.0", "echo", &key)
        };
        shop.put(&format!("{id}.wasm"), release.pack())
    };
    let (good, swapped) = (url("good"), url("swapped"));
    for url in [&good, &swapped] {
        here.json(&["plugin", "install", url, "--grant-all"]);
    }
    let (_, mut set_up) = export(&here, "set-up.json");
    // Other bytes under the same address.
    let other = Release {
        id: "swapped",
        ..Release::witness("1.0.0", "trap-handler", &key)
    };
    shop.put("swapped.wasm", other.pack());
    let there = pato_with_trial(0);
    let file = there.folder().join("set-up.json");
    fs::write(&file, set_up.to_string()).unwrap();
    let output = there.run(&[
        "--json",
        "set-up",
        "import",
        file.to_str().unwrap(),
        "--yes",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let import: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(import["installed"], json!(["good"]));
    assert_eq!(import["missing"][0]["id"], "swapped");
    let reason = import["missing"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("expected") && reason.contains("but found"),
        "{reason}"
    );
    assert_eq!(there.json(&["plugin", "list"]).as_array().unwrap().len(), 1);
    assert_clean(&there);

    set_up["pato_set_up"] = json!(2);
    fs::write(&file, set_up.to_string()).unwrap();
    let error = there.error(1, &["set-up", "import", file.to_str().unwrap(), "--yes"]);
    assert!(
        error.contains("form 2") && error.contains("update Pato"),
        "{error}"
    );
    fs::write(&file, "{}").unwrap();
    let error = there.error(1, &["set-up", "import", file.to_str().unwrap(), "--yes"]);
    assert!(error.contains("no set-up of Pato's"), "{error}");
}

#[test]
fn a_backup_brings_back_plugins_that_were_removed_with_all_that_they_had() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(0));
    let release = Release {
        rest: RIGHTS,
        ..Release::witness("1.0.0", "capabilities", &key)
    };
    let url = shop.put("1.wasm", release.pack());
    pato.json(&["plugin", "install", &url, "--grant-all"]);
    pato.json(&["plugin", "settings", "witness", "greeting=Moin"]);
    pato.json(&[
        "call",
        "witness.storage-set",
        r#"{"key": "a", "value": "b"}"#,
    ]);
    let made = pato.json(&["backup", "make"]);
    let name = made["name"].as_str().unwrap().to_owned();
    pato.run(&["plugin", "remove", "witness", "--yes"]);
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    let error = pato.error(3, &["backup", "restore", &name]);
    assert!(error.contains("pato stop"), "{error}");
    // What a backup speaks of is not cleared away by a start either.
    pato.run(&["stop"]);
    pato.wait();
    pato.start(&["--simulate", "0"], "");
    pato.run(&["stop"]);
    pato.wait();
    let error = pato.error(1, &["backup", "restore", "yesterday"]);
    assert!(error.contains("yesterday"), "{error}");
    assert!(pato.run(&["backup", "restore", &name]).status.success());
    pato.start(&["--simulate", "0"], "");

    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["state"], "running", "{plugin:#}");
    let stored = pato.json(&["call", "witness.storage-get", r#"{"key": "a"}"#]);
    assert_eq!(stored["ok"], "b");
    let settings = pato.json(&["plugin", "settings", "witness"]);
    assert_eq!(settings["greeting"]["value"], "Moin");
    let backups = pato.json(&["backup", "list"]);
    let names: Vec<_> = backups
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(
        names
            .iter()
            .any(|name| name.as_str().unwrap().ends_with("before-restore")),
        "what was there before is kept: {names:?}"
    );
}

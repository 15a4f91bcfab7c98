//! From one version of a plugin to another: by its author's wish, by the user's, and back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Api;
use crate::shop::{RIGHTS, Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

fn version(pato: &Pato) -> Value {
    pato.json(&["plugin", "info", "witness"])["version"].clone()
}

#[test]
fn an_update_that_wants_more_asks_for_just_that_and_the_old_one_answers_meanwhile() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    let wants_more = RIGHTS.replace(
        "storage = \"64KiB\"",
        "storage = \"64KiB\"\ncall = [{ scope = \"chat.send\", reason = \"to greet\" }]",
    );
    shop.publish(&[Release::witness("1.0.0", "echo", &key).pack()]);
    pato.json(&["library", "add", &shop.index()]);
    pato.json(&["plugin", "install", "witness", "--grant-all"]);
    let next = Release {
        rest: &wants_more,
        ..Release::witness("2.0.0", "trap-handler", &key)
    };
    shop.publish(&[next.pack()]);
    pato.json(&["library", "refresh"]);

    let api = Api::of(&pato);
    let update = || api.post("/api/modules/witness/update", &json!({}));
    let offer = update();
    let asking = api.until(&offer, |offer| offer["needs_answer"] == true);
    let requests = asking["inspection"]["requests"].as_array().unwrap();
    let asked: Vec<_> = requests
        .iter()
        .filter(|request| request["granted"] == false)
        .collect();
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert_eq!(asked[0]["permission"], "call:chat.send");
    assert_eq!(asked[0]["reason"], "to greet");
    assert_eq!(asked[0]["is_new"], true);
    assert_eq!(asking["inspection"]["publisher"]["known"], true);
    let event = api.emit("test.echo");
    let replies = pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    assert_eq!(replies[0]["data"]["id"], json!(event));

    let path = format!("/api/library/offers/{}", offer["id"]);
    api.ask(Method::DELETE, &path, &json!({})).unwrap();
    api.until(&offer, |offer| offer["stage"] == "declined");
    assert_eq!(version(&pato), "1.0.0");
    assert_clean(&pato);

    // Agreed to, but for what is new: it runs without that.
    let offer = update();
    api.until(&offer, |offer| offer["needs_answer"] == true);
    let accept = format!("/api/library/offers/{}/accept", offer["id"]);
    api.post(&accept, &json!({ "grant": [] }));
    api.until(&offer, |offer| offer["stage"] == "installed");
    let grants = pato.json(&["plugin", "grants", "witness"]);
    for request in grants.as_array().unwrap() {
        let is_new = request["permission"] == "call:chat.send";
        assert_eq!(request["granted"], json!(!is_new), "{request}");
    }
    assert_eq!(version(&pato), "2.0.0");

    // Asked for again after going back, and given.
    pato.json(&["plugin", "rollback", "witness"]);
    let grant = [
        "plugin",
        "update",
        "witness",
        "--grant",
        "call:chat.send",
        "--wait",
    ];
    let updated = pato.json(&grant);
    assert_eq!(updated["version"], "2.0.0");
    for request in updated["requests"].as_array().unwrap() {
        assert_eq!(request["granted"], true, "{request}");
    }
    assert_clean(&pato);
}

#[test]
fn a_plugin_stays_at_a_version_goes_back_to_one_and_is_updated_again() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    shop.publish(&[
        Release::witness("1.0.0", "echo", &key).pack(),
        Release::witness("1.1.0", "trap-handler", &key).pack(),
    ]);
    pato.json(&["library", "add", &shop.index()]);
    pato.json(&["plugin", "install", "witness@1.0.0", "--grant-all"]);
    assert_eq!(version(&pato), "1.0.0");
    pato.json(&["plugin", "pin", "witness"]);
    let error = pato.error(1, &["plugin", "update", "witness"]);
    assert!(
        error.contains("is to stay at 1.0.0") && error.contains("pato plugin unpin witness"),
        "{error}"
    );
    assert_eq!(pato.json(&["library", "updates"])[0]["pinned"], true);
    assert!(pato.run(&["plugin", "update"]).status.success());
    assert_eq!(version(&pato), "1.0.0");
    // The user's own choice of a version is stronger.
    let update = [
        "plugin",
        "update",
        "witness",
        "--version",
        "1.1.0",
        "--wait",
    ];
    assert_eq!(pato.json(&update)["pinned"], true);
    assert_eq!(version(&pato), "1.1.0");
    pato.json(&["plugin", "unpin", "witness"]);

    let update = [
        "plugin",
        "update",
        "witness",
        "--version",
        "1.0.0",
        "--wait",
    ];
    let back = pato.json(&update);
    assert_eq!(
        (&back["version"], &back["state"]),
        (&json!("1.0.0"), &json!("running"))
    );
    for request in back["requests"].as_array().unwrap() {
        assert_eq!(
            request["granted"], true,
            "nothing is asked for again: {request}"
        );
    }
    assert!(pato.run(&["plugin", "update", "--wait"]).status.success());
    assert_eq!(version(&pato), "1.1.0");
    let error = pato.error(1, &["plugin", "update", "witness", "--version", "9.0.0"]);
    assert!(
        error.contains("there is no version 9.0.0; there are 1.1.0, 1.0.0"),
        "{error}"
    );
    assert_eq!(version(&pato), "1.1.0");
    assert_clean(&pato);
}

#[test]
fn going_back_brings_back_what_was_stored_and_a_failed_migration_touches_nothing() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(0));
    let old = shop.put(
        "1.wasm",
        Release::witness("1.0.0", "capabilities", &key).pack(),
    );
    let new = shop.put("2.wasm", Release::witness("2.0.0", "migrant", &key).pack());
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    let number = r#"{"key": "number", "value": "21"}"#;
    pato.json(&["call", "witness.storage-set", number]);
    let stored = |pato: &Pato| pato.json(&["call", "witness.storage-get", r#"{"key": "number"}"#]);

    pato.json(&["plugin", "settings", "witness", "refuses=true"]);
    let error = pato.error(1, &["plugin", "install", &new, "--grant-all", "--wait"]);
    assert!(
        error.contains("21 cannot be doubled") && error.contains("1.0.0 runs on"),
        "{error}"
    );
    assert_eq!(stored(&pato)["ok"], "21", "what it wrote is gone with it");
    assert_clean(&pato);

    pato.json(&["plugin", "settings", "witness", "refuses=false"]);
    pato.json(&["plugin", "install", &new, "--grant-all", "--wait"]);
    let migrated = pato.json(&["call", "witness.number"]);
    assert_eq!(migrated, json!({ "number": 42, "from": "1.0.0" }));

    let back = pato.json(&["plugin", "rollback", "witness"]);
    assert_eq!(back["version"], "1.0.0");
    assert_eq!(stored(&pato)["ok"], "21");
    let other = r#"{"key": "number", "value": "5"}"#;
    pato.json(&["call", "witness.storage-set", other]);
    pato.json(&["plugin", "rollback", "witness", "--to", "2.0.0"]);
    assert_eq!(pato.json(&["call", "witness.number"])["number"], 42);
    pato.json(&["plugin", "rollback", "witness", "--to", "1.0.0"]);
    assert_eq!(stored(&pato)["ok"], "5");
    let error = pato.error(1, &["plugin", "rollback", "witness", "--to", "3.0.0"]);
    assert!(
        error.contains("3.0.0") && error.contains("2.0.0"),
        "{error}"
    );

    pato.kill();
    pato.start(&["--simulate", "0"], "");
    assert_eq!(stored(&pato)["ok"], "5");
    assert_clean(&pato);
}

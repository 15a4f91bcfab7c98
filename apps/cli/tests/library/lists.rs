//! Lists of plugins, as `pato plugin publish` writes them and a web server serves them.

use serde_json::{Value, json};

use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::{Pato, text};

/// What is wrong with the only list, if anything is.
fn problem(pato: &Pato) -> Value {
    pato.json(&["library", "refresh"]);
    pato.json(&["library", "list"])[0]["problem"].clone()
}

#[test]
fn a_plugin_is_found_in_a_list_installed_by_its_name_and_updated_by_itself() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    shop.publish(&[Release::witness("1.0.0", "echo", &key).pack()]);
    let added = pato.json(&["library", "add", &shop.index()]);
    assert_eq!(added["plugins"], 1, "{added:#}");
    let found = pato.json(&["library", "search", "sees", "ronni"]);
    assert_eq!(found[0]["id"], "witness", "{found:#}");
    assert_eq!(found[0]["versions"][0]["version"], "1.0.0");
    let requests = found[0]["versions"][0]["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 4, "{found:#}");
    assert_eq!(
        found[0]["publisher"]["key"],
        json!(key.public().to_string())
    );
    assert_eq!(pato.json(&["library", "search", "nonsense"]), json!([]));

    let installed = pato.json(&["plugin", "install", "witness", "--grant-all"]);
    assert_eq!(installed["state"], "running");
    assert_eq!(installed["source"], "witness");
    assert_eq!(pato.json(&["library", "updates"]), json!([]));
    let output = pato.run(&["plugin", "update", "witness"]);
    assert!(
        text(&output.stderr).contains("up to date") || text(&output.stdout).contains("up to date")
    );

    shop.publish(&[Release::witness("1.1.0", "trap-handler", &key).pack()]);
    assert_eq!(problem(&pato), Value::Null);
    let updates = pato.json(&["library", "updates"]);
    assert_eq!(updates[0]["from"], "1.0.0", "{updates:#}");
    assert_eq!(updates[0]["to"], "1.1.0");
    let updated = pato.json(&["plugin", "update", "witness", "--wait"]);
    assert_eq!(updated["version"], "1.1.0", "{updated:#}");
    pato.json(&["emit", "test.echo"]);
    pato.until(&["events", "history", "trap-handler.handled"], |events| {
        events[0].is_object()
    });
    let versions = pato.json(&["plugin", "versions", "witness"]);
    assert_eq!(versions[0]["version"], "1.0.0", "{versions:#}");
    assert_clean(&pato);

    let error = pato.error(1, &["plugin", "install", "witnes"]);
    assert!(error.contains("did you mean `witness`"), "{error}");
    let error = pato.error(1, &["plugin", "install", "witness@7.0.0"]);
    assert!(error.contains("there are 1.1.0, 1.0.0"), "{error}");
}

#[test]
fn a_list_that_went_back_or_swaps_bytes_is_refused_and_the_old_one_stays_in_force() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    shop.publish(&[Release::witness("1.0.0", "echo", &key).pack()]);
    let first = shop.index_bytes();
    shop.publish(&[Release::witness("1.1.0", "trap-handler", &key).pack()]);
    pato.json(&["library", "add", &shop.index()]);

    shop.put("site/index.json", first);
    let words = problem(&pato).to_string();
    for part in ["expected", "the serial", "an older index", "stays in force"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let listing = pato.json(&["library", "show", "witness"]);
    assert_eq!(listing["versions"][0]["version"], "1.1.0", "{listing:#}");

    let before = listing["versions"].clone();
    let real = shop.index_bytes();
    shop.edit_index(|index| {
        index["plugins"][0]["versions"][1]["sha256"] = json!("0".repeat(64));
    });
    let words = problem(&pato).to_string();
    for part in ["`witness` 1.0.0", &"0".repeat(64), "needs a new version"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(
        pato.json(&["library", "show", "witness"])["versions"],
        before
    );

    // What is known is what is installed; and a server can't swap what a list names.
    shop.put("site/index.json", real);
    assert_eq!(problem(&pato), Value::Null);
    shop.put(
        "site/witness-1.1.0.wasm",
        Release::witness("1.1.0", "capabilities", &key).pack(),
    );
    let error = pato.error(1, &["plugin", "install", "witness", "--grant-all"]);
    assert!(error.contains("expected"), "{error}");
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    let installed = pato.json(&["plugin", "install", "witness@1.0.0", "--grant-all"]);
    assert_eq!(installed["version"], "1.0.0");
    assert_clean(&pato);
}

#[test]
fn without_the_server_lists_are_looked_through_and_plugins_run_on() {
    let (mut shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(0));
    shop.publish(&[Release::witness("1.0.0", "echo", &key).pack()]);
    pato.json(&["library", "add", &shop.index()]);
    pato.json(&["plugin", "install", "witness", "--grant-all"]);
    shop.publish(&[Release::witness("1.1.0", "echo", &key).pack()]);
    pato.json(&["library", "refresh"]);
    shop.close();
    pato.run(&["stop"]);
    pato.wait();
    pato.start(&["--simulate", "0"], "");

    let found = pato.json(&["library", "search", "witness"]);
    assert_eq!(found[0]["versions"][0]["version"], "1.1.0", "{found:#}");
    assert_eq!(pato.json(&["library", "updates"])[0]["to"], "1.1.0");
    assert!(
        problem(&pato)
            .as_str()
            .unwrap()
            .contains("cannot be reached")
    );
    let error = pato.error(1, &["plugin", "update", "witness"]);
    assert!(error.contains("cannot be reached"), "{error}");
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["state"], "running");
    assert_eq!(plugin["version"], "1.0.0");
    pato.json(&["emit", "test.echo"]);
    pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    assert_clean(&pato);
}

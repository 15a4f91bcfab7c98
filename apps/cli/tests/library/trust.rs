//! Who vouches for a plugin, and who warns of it.

use serde_json::json;

use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::text;

#[test]
fn another_key_stops_loudly_until_the_user_forgets_the_first_one() {
    let (shop, ours, theirs) = (Shop::open(), author(), author());
    let pato = pato_with_trial(0);
    let first = shop.put("1.wasm", Release::witness("1.0.0", "echo", &ours).pack());
    let forged = shop.put(
        "2.wasm",
        Release::witness("1.1.0", "trap-handler", &theirs).pack(),
    );
    let unsigned = shop.put("3.wasm", Release::unsigned("1.1.0", "trap-handler").pack());
    pato.json(&["plugin", "install", &first, "--grant-all"]);

    let error = pato.error(1, &["plugin", "install", &forged, "--grant-all"]);
    for part in [
        &ours.public().words().join(" "),
        &theirs.public().words().join(" "),
        "nothing was changed",
        "pato plugin forget-publisher witness",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let error = pato.error(1, &["plugin", "install", &unsigned, "--grant-all"]);
    assert!(error.contains("nobody: it is unsigned"), "{error}");
    // Not under another name either.
    let error = pato.error(
        1,
        &["plugin", "install", &forged, "--as", "other", "--grant-all"],
    );
    assert!(error.contains("forget-publisher"), "{error}");
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["version"], "1.0.0");
    assert_eq!(plugin["state"], "running");
    assert_clean(&pato);
    // Not after it was removed either: whoever knows the plugin knows its key.
    pato.run(&["plugin", "remove", "witness", "--yes"]);
    let error = pato.error(1, &["plugin", "install", &forged, "--grant-all"]);
    assert!(error.contains("forget-publisher"), "{error}");
    pato.json(&["plugin", "install", &first, "--grant-all"]);

    assert!(
        pato.run(&["plugin", "forget-publisher", "witness"])
            .status
            .success()
    );
    let updated = pato.json(&["plugin", "install", &forged, "--grant-all", "--wait"]);
    assert_eq!(updated["version"], "1.1.0");
    let words = theirs.public().words().join(" ");
    assert_eq!(updated["publisher"]["words"], json!(words));
    let error = pato.error(1, &["plugin", "install", &first, "--grant-all"]);
    assert!(
        error.contains("forget-publisher"),
        "the new key is the known one: {error}"
    );
    let error = pato.error(1, &["plugin", "forget-publisher", "duck"]);
    assert!(error.contains("no key is known for `duck`"), "{error}");
    assert_clean(&pato);
}

#[test]
fn what_a_list_warns_of_is_stopped_shown_and_not_installed_until_the_list_is_gone() {
    let (shop, key, mut pato) = (Shop::open(), author(), pato_with_trial(0));
    shop.publish(&[
        Release::witness("1.0.0", "echo", &key).pack(),
        Release {
            id: "bystander",
            ..Release::witness("1.0.0", "echo", &key)
        }
        .pack(),
    ]);
    pato.json(&["library", "add", &shop.index()]);
    for id in ["witness", "bystander"] {
        pato.json(&["plugin", "install", id, "--grant-all"]);
    }
    shop.edit_index(|index| {
        index["revoked"] =
            json!([{ "id": "witness", "version": "1.0.0", "reason": "it steals tokens" }]);
    });
    pato.json(&["library", "refresh"]);
    let assert_stopped = |pato: &crate::support::Pato| {
        let plugin = pato.json(&["plugin", "info", "witness"]);
        assert_eq!(plugin["state"], "failed", "{plugin:#}");
        let reason = plugin["reason"].as_str().unwrap();
        assert!(
            reason.contains("warns of it: it steals tokens") && reason.contains("remove the list"),
            "{reason}"
        );
        assert_eq!(
            pato.json(&["plugin", "info", "bystander"])["state"],
            "running"
        );
    };
    assert_stopped(&pato);
    assert_eq!(
        pato.json(&["library", "show", "witness"])["revoked"],
        "it steals tokens"
    );
    let people = text(&pato.run(&["library", "search", "witness"]).stdout);
    assert!(people.contains("revoked"), "{people}");
    let error = pato.error(1, &["plugin", "enable", "witness"]);
    assert!(error.contains("it steals tokens"), "{error}");
    pato.run(&["plugin", "remove", "witness", "--yes"]);
    let error = pato.error(1, &["plugin", "install", "witness", "--grant-all"]);
    assert!(error.contains("it steals tokens"), "{error}");
    let url = format!("{}/site/witness-1.0.0.wasm", shop.server().url());
    let error = pato.error(1, &["plugin", "install", &url, "--grant-all"]);
    assert!(
        error.contains("it steals tokens"),
        "by its address: {error}"
    );
    assert_clean(&pato);

    // Whoever trusts the plugin more than the list removes the list.
    pato.run(&["library", "remove", &shop.index()]);
    pato.json(&["plugin", "install", &url, "--grant-all"]);
    pato.json(&["library", "add", &shop.index()]);
    assert_stopped(&pato);
    pato.run(&["stop"]);
    pato.wait();
    pato.start(&["--simulate", "0"], "");
    assert_stopped(&pato);
    pato.run(&["library", "remove", &shop.index()]);
    let enabled = pato.json(&["plugin", "enable", "witness"]);
    assert_eq!(enabled["state"], "running", "{enabled:#}");
}

#[test]
fn a_file_given_by_hand_is_refused_too_if_a_list_warns_of_it_and_the_version_before_runs_on() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    let next = Release::witness("1.1.0", "trap-handler", &key).pack();
    shop.publish(&[Release::witness("1.0.0", "echo", &key).pack(), next.clone()]);
    shop.edit_index(|index| {
        index["revoked"] =
            json!([{ "id": "witness", "version": "1.1.0", "reason": "it steals tokens" }]);
    });
    pato.json(&["library", "add", &shop.index()]);
    pato.json(&["plugin", "install", "witness@1.0.0", "--grant-all"]);
    let file = pato.folder().join("witness.wasm");
    std::fs::write(&file, next).unwrap();
    let file = file.display().to_string();
    let error = pato.error(1, &["plugin", "install", &file, "--grant-all"]);
    assert!(error.contains("it steals tokens"), "{error}");
    let plugin = pato.json(&["plugin", "info", "witness"]);
    assert_eq!(plugin["state"], "running", "{plugin:#}");
    assert_eq!(plugin["version"], "1.0.0", "{plugin:#}");
    assert_clean(&pato);
}

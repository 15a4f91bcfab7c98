//! Installing by address: what is whole and right runs at once, and of anything else nothing stays.

use std::time::Duration;

use pato_packages::{Digest, MANIFEST_SECTION, with_section};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::files::{File, Parts};
use pato_test_servers::http::Method;
use reqwest::Method as Verb;
use serde_json::json;

use crate::api::Api;
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::{Pato, component};

#[test]
fn a_signed_plugin_is_installed_by_its_address_and_reacts_at_once() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(0));
    let package = Release::witness("1.0.0", "echo", &key).pack();
    let url = shop.put("witness.wasm", package.clone());
    let sha256 = Digest::of(&package).to_string();
    let added = pato.json(&[
        "plugin",
        "install",
        &url,
        "--sha256",
        &sha256,
        "--grant-all",
    ]);
    assert_eq!(added["state"], "running", "{added:#}");
    assert_eq!(added["source"], json!(url));
    assert_eq!(added["hash"], json!(sha256));
    assert_eq!(added["publisher"]["key"], json!(key.public().to_string()));
    let words = key.public().words().join(" ");
    assert_eq!(added["publisher"]["words"], json!(words));
    pato.json(&["emit", "test.echo", r#"{"hello": "world"}"#]);
    let replies = pato.until(&["events", "history", "echo.reply"], |events| {
        events[0].is_object()
    });
    assert_eq!(replies[0]["data"]["data"]["hello"], "world");
    assert_eq!(replies[0]["details"]["source"], "plugin:witness");
    assert_clean(&pato);
}

#[test]
fn an_unsigned_plugin_gets_nothing_where_nobody_can_be_asked_and_people_are_warned() {
    let (shop, pato) = (Shop::open(), pato_with_trial(0));
    let url = shop.put(
        "witness.wasm",
        Release::unsigned("1.0.0", "capabilities").pack(),
    );
    let added = pato.json(&["plugin", "install", &url]);
    assert_eq!(added["state"], "running", "{added:#}");
    assert!(added["publisher"].is_null());
    for request in added["requests"].as_array().unwrap() {
        assert_eq!(request["granted"], false, "{request}");
    }
    let get = || pato.json(&["call", "witness.storage-get", r#"{"key": "a"}"#]);
    assert_eq!(get()["error"]["kind"], "denied");
    pato.json(&["plugin", "grant", "witness", "storage:64KiB"]);
    assert!(get().get("ok").is_some(), "{}", get());

    // What was granted holds for exactly these bytes: for the next ones people are asked anew.
    let next = Release::unsigned("1.0.1", "capabilities").pack();
    let url = shop.put("witness.wasm", next);
    let api = Api::of(&pato);
    let offer = api.post("/api/library/offers", &json!({ "reference": url }));
    let asking = api.until(&offer, |offer| offer["needs_answer"] == true);
    for request in asking["inspection"]["requests"].as_array().unwrap() {
        assert_eq!(request["granted"], false, "{request}");
    }
    assert!(asking["inspection"]["publisher"].is_null());
    api.ask(
        Verb::DELETE,
        &format!("/api/library/offers/{}", offer["id"]),
        &json!({}),
    )
    .unwrap();
    api.until(&offer, |offer| offer["stage"] == "declined");
    assert_eq!(
        pato.json(&["plugin", "info", "witness"])["version"],
        "1.0.0"
    );
    assert_clean(&pato);
}

#[test]
fn what_can_not_be_right_is_refused_with_what_to_do_and_nothing_of_it_stays() {
    let (shop, key, pato) = (Shop::open(), author(), Pato::running());
    let good = Release::witness("1.0.0", "echo", &key).pack();
    let url = shop.put("witness.wasm", good.clone());
    let other = "0".repeat(64);
    let error = pato.error(
        1,
        &["plugin", "install", &url, "--sha256", &other, "--grant-all"],
    );
    let came = Digest::of(&good).to_string();
    for part in [&*other, &*came, "expected", "but found"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_clean(&pato);

    let mut changed = good.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let manifest = |api_version: &str| {
        let text = format!(
            "id = \"duck\"\nname = \"Duck\"\nversion = \"1.0.0\"\napi_version = \"{api_version}\"\n"
        );
        with_section(&component(), MANIFEST_SECTION, text.as_bytes())
    };
    let newer_import =
        wat::parse_str(r#"(component (import "pato:platform/events@9.0.0" (instance)))"#).unwrap();
    let no_manifest = component();
    let core_module = wat::parse_str("(module (memory 1))").unwrap();
    let cases: [(&str, Vec<u8>, &[&str]); 7] = [
        (
            "a page",
            b"<!doctype html><html>".to_vec(),
            &["no WebAssembly", "give the .wasm file"],
        ),
        (
            "a core module",
            core_module,
            &["core WebAssembly module", "wasm-tools component new"],
        ),
        ("a newer contract", manifest("9.0"), &["9.0", "0.1"]),
        (
            "a newer import",
            newer_import,
            &["pato:platform/events@9.0.0", "0.1"],
        ),
        (
            "no manifest",
            no_manifest,
            &["no manifest", "pato plugin pack"],
        ),
        ("changed bytes", changed, &[]),
        (
            "a cut file",
            good[..good.len() - 100].to_vec(),
            &["cut off", "download it again"],
        ),
    ];
    for (what, bytes, parts) in cases {
        let url = shop.put("witness.wasm", bytes);
        let error = pato.error(1, &["plugin", "install", &url, "--grant-all"]);
        for part in parts {
            assert!(error.contains(part), "{what}, {part}: {error}");
        }
        assert!(!error.contains("panicked"), "{what}: {error}");
        assert_clean(&pato);
    }
    let gone = format!("{}/gone.wasm", shop.server().url());
    let error = pato.error(1, &["plugin", "install", &gone, "--grant-all"]);
    assert!(
        error.contains("404") && error.contains("look at the address"),
        "{error}"
    );
    let in_the_clear = "http://plugins.example/witness.wasm";
    let error = pato.error(1, &["plugin", "install", in_the_clear, "--grant-all"]);
    assert!(error.contains("https"), "{error}");

    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    assert_clean(&pato);
    // None of it stands in the way of the right one.
    let url = shop.put("witness.wasm", good);
    let added = pato.json(&["plugin", "install", &url, "--grant-all"]);
    assert_eq!(added["state"], "running");
    assert_clean(&pato);
}

#[test]
fn a_download_that_breaks_is_taken_up_again_and_one_that_breaks_for_ever_is_given_up() {
    let (shop, key, pato) = (Shop::open(), author(), Pato::running());
    let package = Release::witness("1.0.0", "echo", &key).pack();
    let cut = |url: &str| {
        let path = url.strip_prefix(&shop.server().url()).unwrap().to_owned();
        (format!("GET {path}"), path)
    };
    // Whole from its beginning each time, and never to its end.
    let url = shop.put_file(
        "never.wasm",
        File::new(package.clone(), "one").with_parts(Parts::Unknown),
    );
    let (calls, _) = cut(&url);
    let faults = shop.server().faults();
    faults.sometimes(&calls, 1, 1.0, HttpFault::Cut(40_000));
    let error = pato.error(1, &["plugin", "install", &url, "--grant-all"]);
    let length = package.len().to_string();
    for part in ["expected", &length, "40000", "try again later"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    assert_clean(&pato);

    let url = shop.put("resumed.wasm", package);
    let (calls, path) = cut(&url);
    faults.next(&calls, 1, HttpFault::Cut(40_000));
    let added = pato.json(&["plugin", "install", &url, "--grant-all"]);
    assert_eq!(added["state"], "running");
    let asked = shop.server().calls_of(&Method::GET, &path);
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].header("range"), Some("bytes=40000-"));
    assert_clean(&pato);
}

#[test]
fn what_is_asked_for_is_known_while_the_rest_comes_and_giving_up_leaves_nothing() {
    let (shop, key, pato) = (Shop::open(), author(), Pato::running());
    let package = Release::witness("1.0.0", "echo", &key).pack();
    let url = shop.put("witness.wasm", package);
    let slow = HttpFault::Trickle(Duration::from_micros(500));
    shop.server().faults().next("GET /witness.wasm", 1, slow);
    let api = Api::of(&pato);
    let offer = api.post("/api/library/offers", &json!({ "reference": url }));
    let known = api.until(&offer, |offer| offer["inspection"].is_object());
    assert_eq!(known["stage"], "fetching", "{known:#}");
    assert_eq!(known["inspection"]["id"], "witness");
    let requests = known["inspection"]["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 4, "{known:#}");
    let path = format!("/api/library/offers/{}", offer["id"]);
    api.ask(Verb::DELETE, &path, &json!({})).unwrap();
    let end = api.until(&offer, |offer| offer["stage"] != "fetching");
    assert_eq!(end["stage"], "declined");
    assert_eq!(pato.json(&["plugin", "list"]), json!([]));
    pato.eventually("an empty folder", || {
        std::fs::read_dir(pato.folder().join("arriving"))
            .unwrap()
            .next()
            .is_none()
    });
    assert_clean(&pato);
}

//! What is written stays, whatever happens to the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use support::{Pato, fixture};

/// How often the host is killed while it writes.
const ROUNDS: u64 = 5;

#[test]
fn all_that_was_acknowledged_is_there_after_kill_9_during_writes() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut pato = Pato::running();
    pato.add(&fixture("capabilities"));
    pato.json(&["plugin", "revoke", "capabilities", "timers"]);
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let setting = format!("volume={round}");
        pato.json(&["plugin", "settings", "capabilities", &setting]);
        let (url, token) = (pato.url().to_owned(), pato.token().to_owned());
        let running = AtomicBool::new(true);
        let written = std::thread::scope(|scope| {
            let writer = scope.spawn(|| write_until_it_breaks(&url, &token, round, &running));
            std::thread::sleep(std::time::Duration::from_millis(150 + 70 * round));
            pato.kill();
            running.store(false, Ordering::Relaxed);
            writer.join().unwrap()
        });
        assert!(!written.is_empty(), "nothing was written in round {round}");
        acknowledged.extend(written);
        pato.start(&[], "");
        let settings = pato.json(&["plugin", "settings", "capabilities"]);
        assert_eq!(settings["volume"]["value"], json!(round));
        let grants = pato.json(&["plugin", "grants", "capabilities"]);
        for request in grants.as_array().unwrap() {
            assert_eq!(
                request["granted"],
                json!(request["permission"] != "timers"),
                "{request}"
            );
        }
        let lost = missing(pato.url(), pato.token(), &acknowledged);
        assert!(lost.is_empty(), "acknowledged, and gone: {lost:?}");
    }
}

/// The keys that the plugin no longer finds.
fn missing(url: &str, token: &str, keys: &[String]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut lost = Vec::new();
    for key in keys {
        let body = json!({ "name": "capabilities.storage-get", "parameters": { "key": key } });
        let request = client
            .post(format!("{url}/api/call"))
            .bearer_auth(token)
            .json(&body);
        let answer: Value = runtime
            .block_on(async { request.send().await.unwrap().json().await })
            .unwrap();
        if answer["ok"] != json!(key) {
            lost.push(key.clone());
        }
    }
    lost
}

/// Writes key after key, and returns those that the host said were stored.
fn write_until_it_breaks(url: &str, token: &str, round: u64, running: &AtomicBool) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    runtime.block_on(async {
        let mut written = Vec::new();
        while running.load(Ordering::Relaxed) {
            let key = format!("{round}-{}", written.len());
            let body = json!({
                "name": "capabilities.storage-set",
                "parameters": { "key": key, "value": key },
            });
            let request = client
                .post(format!("{url}/api/call"))
                .bearer_auth(token)
                .json(&body);
            let Ok(response) = request.send().await else {
                break;
            };
            let Ok(answer) = response.json::<Value>().await else {
                break;
            };
            assert!(answer.get("error").is_none(), "{answer}");
            written.push(key);
        }
        written
    })
}

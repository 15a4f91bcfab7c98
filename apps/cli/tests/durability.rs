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
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use support::{Pato, fixture};

/// How long the first write may take.
const PATIENCE: Duration = Duration::from_secs(60);

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
        let (tell, first) = mpsc::channel();
        let written = std::thread::scope(|scope| {
            let writer =
                scope.spawn(|| write_until_it_breaks(&url, &token, round, &running, &tell));
            // Whether there was one is looked at when the host is gone, and its writer with it.
            let _ = first.recv_timeout(PATIENCE);
            std::thread::sleep(Duration::from_millis(50 + 70 * round));
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

/// Writes key after key, tells of each that the host said was stored, and returns them.
fn write_until_it_breaks(
    url: &str,
    token: &str,
    round: u64,
    running: &AtomicBool,
    tell: &mpsc::Sender<()>,
) -> Vec<String> {
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
            // Nobody listens after the first.
            let _ = tell.send(());
        }
        written
    })
}

/// Set in the process that has a mount namespace of its own.
#[cfg(target_os = "linux")]
const ISOLATED: &str = "PATO_TEST_ISOLATED";

/// A disk that is full is a small one in memory, in a mount namespace that ends with the test.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_nothing_that_was_written_is_lost() {
    if std::env::var_os(ISOLATED).is_some() {
        return on_a_full_disk();
    }
    let namespace = |command: &mut std::process::Command| {
        command.args(["--user", "--map-root-user", "--mount"]);
    };
    let mut probe = std::process::Command::new("unshare");
    namespace(&mut probe);
    if !probe
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        eprintln!("skipped: this system does not let a user make mount namespaces");
        return;
    }
    let mut isolated = std::process::Command::new("unshare");
    namespace(&mut isolated);
    let output = isolated
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_full_disk_is_told_and_nothing_that_was_written_is_lost",
        ])
        .arg("--nocapture")
        .env(ISOLATED, "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        support::text(&output.stdout),
        support::text(&output.stderr)
    );
}

#[cfg(target_os = "linux")]
fn on_a_full_disk() {
    let mut pato = Pato::new();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"])
        .arg(pato.folder())
        .status()
        .unwrap();
    assert!(mounted.success());
    pato.start(&["--simulate", "0"], "");
    pato.add(&fixture("capabilities"));
    let store = |pato: &Pato, key: &str| {
        let parameters = json!({ "key": key, "value": "x".repeat(20_000) }).to_string();
        // What the plugin was told.
        pato.json(&["call", "capabilities.storage-set", &parameters])
    };
    assert!(store(&pato, "before").get("error").is_none());

    let filler = pato.folder().join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 4_096]).is_ok() {}
    drop(file);
    // Some still fits into what the database's files have already.
    let refused = (0..100)
        .map(|number| store(&pato, &format!("during-{number}")))
        .find_map(|answer| answer["error"]["text"].as_str().map(str::to_owned))
        .unwrap();
    assert!(
        refused.contains("no space is left on the disk") && refused.contains("make room"),
        "{refused}"
    );
    let error = pato.error(1, &["plugin", "settings", "capabilities", "volume=3"]);
    assert!(error.contains("no space is left"), "{error}");
    let plugin = pato.json(&["plugin", "list"]);
    assert_eq!(plugin[0]["state"], "running", "{plugin}");

    std::fs::remove_file(filler).unwrap();
    assert!(store(&pato, "after").get("error").is_none());
    pato.json(&["plugin", "settings", "capabilities", "volume=4"]);
    assert!(pato.run(&["stop"]).status.success());
    assert_eq!(pato.wait(), Some(0));
    pato.start(&["--simulate", "0"], "");
    for key in ["before", "after"] {
        let found = pato.json(&[
            "call",
            "capabilities.storage-get",
            &json!({ "key": key }).to_string(),
        ]);
        let length = found["ok"].as_str().map(str::len);
        assert_eq!(length, Some(20_000), "{key}: {found}");
    }
    assert!(pato.run(&["stop"]).status.success());
    assert_eq!(pato.wait(), Some(0));
}

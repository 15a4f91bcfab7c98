//! Plugins that reach for what they were not given.

use pato_events::catalogue::host::PluginState;
use pato_packages::PackageError;
use pato_runtime::RuntimeError;
use serde_json::{Value, json};

use crate::kit::{Host, Witness, command, fixture, granted, granted_to, limited, log, manifest};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_requested_nothing_gets_nothing() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let denied = host.listen("plugin.denied");
    let published = host.listen("probe.**");
    let plugin = host.load("ungranted", limited("ungranted", |_| {})).await;
    assert_eq!(plugin.state(), PluginState::Running, "a refusal is no trap");

    let in_init: Value = serde_json::from_str(&log(&plugin)[0]).unwrap();
    let by_command = command(&plugin, "all", json!({})).await;
    for answers in [&in_init, &by_command] {
        let answers = answers.as_object().unwrap();
        assert_eq!(answers.len(), 14);
        for (name, answer) in answers {
            assert_eq!(answer["error"]["kind"], "denied", "{name}: {answer}");
            let line = answer["error"]["text"].as_str().unwrap();
            assert!(line.contains("pato.toml"), "{name}: {line}");
        }
    }
    assert_eq!(plugin.metrics().denials, 28);
    let told = denied.take(8).await;
    assert!(told.iter().all(|denial| denial["plugin"] == "ungranted"));
    assert!(told.iter().all(|denial| denial["declared"] == false));
    assert!(published.arrived().is_empty());
    assert!(plugin.subscriptions().is_empty());
    assert!(host.services.calls().is_empty());
    assert!(host.storage.of("ungranted").is_empty());
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standard_library_reaches_nothing_of_the_machine() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let tried = host.listen("path-escape.tried");
    let plugin = host
        .load("path-escape", limited("path-escape", |_| {}))
        .await;
    let in_init = tried.data().await;
    let by_command = command(&plugin, "try", json!({})).await;
    for attempts in [&in_init, &by_command] {
        let attempts = attempts.as_object().unwrap();
        assert_eq!(attempts.len(), 16);
        for (name, attempt) in attempts {
            assert!(attempt["refused"].is_string(), "{name}: {attempt}");
        }
    }
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_claims_the_hosts_topics_is_refused() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let chat = host.listen("chat.**");
    let loaded = host
        .runtime
        .load(&fixture("liar"), Default::default())
        .await;
    let error = loaded.unwrap_err();
    assert!(
        matches!(error, RuntimeError::Package(PackageError::Manifest(_))),
        "{error}"
    );
    let message = error.to_string();
    assert!(message.contains("chat.**"), "{message}");
    assert!(chat.arrived().is_empty());
    assert_eq!(host.runtime.plugins().len(), 1, "only the witness");
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_claims_the_id_of_a_running_plugin_is_refused() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let mut claimed = manifest("tally");
    claimed.id = "counter".parse().unwrap();
    let counter = host.load("tally", granted_to(claimed.clone())).await;
    let loaded = host
        .runtime
        .load(&fixture("liar"), granted_to(claimed))
        .await;
    let error = loaded.unwrap_err();
    assert!(matches!(&error, RuntimeError::AlreadyLoaded(id) if id.as_str() == "counter"));
    assert!(error.to_string().contains("stop it first"));
    assert_eq!(counter.state(), PluginState::Running);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_without_a_request_let_nothing_through() {
    let host = Host::start();
    let mut options = granted("ungranted");
    options.grants = granted("capabilities").grants;
    let plugin = host.load("ungranted", options).await;
    let answers = command(&plugin, "all", json!({})).await;
    for (name, answer) in answers.as_object().unwrap() {
        assert_eq!(answer["error"]["kind"], "denied", "{name}: {answer}");
    }
}

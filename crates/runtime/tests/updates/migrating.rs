use pato_events::catalogue::host::PluginState;
use pato_runtime::LoadOptions;
use serde_json::json;

use crate::kit::{Host, command, granted, settings, within};
use crate::{beside, ready};

/// The plugin with a number in its storage, and a copy of that for the next version.
async fn with_number(host: &Host) -> pato_runtime::PluginHandle {
    use pato_runtime::{Storage, StorageChange, StorageScope};
    let scope = StorageScope {
        plugin: "migrant".parse().unwrap(),
        generation: 0,
    };
    let set = StorageChange::Set {
        key: "number".into(),
        value: b"21".to_vec(),
    };
    host.storage.transact(&scope, vec![set]).await.unwrap();
    let old = host.load("migrant", granted("migrant")).await;
    host.storage.copy("migrant", 1);
    old
}

fn next() -> LoadOptions {
    LoadOptions {
        generation: 1,
        migrate_from: Some("1.4.0".into()),
        ..granted("migrant")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_is_migrated_once_on_its_copy_before_init() {
    let host = Host::start();
    let old = with_number(&host).await;
    let answer = command(&old, "number", json!({})).await;
    assert_eq!(
        answer,
        json!({ "number": 21, "from": null }),
        "nothing to migrate"
    );
    let standby = ready(&host, "migrant", next()).await.take_over(&old);
    let new = standby.plugin().clone();
    let answer = command(&new, "number", json!({})).await;
    assert_eq!(answer, json!({ "number": 42, "from": "1.4.0" }));
    assert_eq!(host.storage.of("migrant")["number"], b"21");
    // A new Store of the same version has nothing to migrate.
    new.restart().await;
    crate::kit::eventually("the restart", || new.metrics().restarts == 1).await;
    let answer = command(&new, "number", json!({})).await;
    assert_eq!(answer, json!({ "number": 42, "from": null }));

    let old = within("going back", standby.give_back()).await;
    old.restart().await;
    crate::kit::eventually("the restart", || old.metrics().restarts == 1).await;
    let answer = command(&old, "number", json!({})).await;
    assert_eq!(answer["number"], 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_fails_leaves_the_storage_of_the_version_before_as_it_was() {
    let host = Host::start();
    let old = with_number(&host).await;
    let refusing = LoadOptions {
        settings: settings([("refuses", json!(true))]),
        ..next()
    };
    let candidate = beside(&host, "migrant", refusing).await;
    let status = candidate.started().await;
    assert_eq!(status.state, PluginState::Failed);
    let reason = status.reason.unwrap();
    assert_eq!(reason, "migrate from 1.4.0: 21 cannot be doubled");
    drop(candidate);
    assert_eq!(host.storage.of("migrant")["number"], b"21");
    assert_eq!(command(&old, "number", json!({})).await["number"], 21);
}

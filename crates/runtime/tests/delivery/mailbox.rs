//! What happens to events that a plugin has no time for.

use std::sync::Arc;

use pato_permissions::{Grants, OverflowPolicy};
use pato_runtime::{LoadOptions, PluginHandle};
use serde_json::{Value, json};

use crate::kit::{Host, command, eventually, granted, granted_to, manifest, ok, pause, within};

/// A fixture with a mailbox for four events.
fn tiny(name: &str, overflow: OverflowPolicy) -> LoadOptions {
    let mut manifest = manifest(name);
    manifest.mailbox.capacity = 4;
    manifest.mailbox.overflow = overflow;
    granted_to(manifest)
}

/// Publishes so many numbered events while the plugin does not read; what it received in the end.
async fn overflow(host: &Host, policy: OverflowPolicy, count: u64) -> (PluginHandle, Value) {
    let plugin = host
        .load("capabilities", tiny("capabilities", policy))
        .await;
    ok(&plugin, "subscribe", json!({ "pattern": "test.*" })).await;
    pause(&plugin).await;
    for number in 0..count {
        host.publish("test.number", json!({ "number": number }));
    }
    plugin.resume().await;
    let all = count - plugin.metrics().dropped;
    eventually("the events", || plugin.metrics().events == all).await;
    let received = command(&plugin, "received", json!({})).await;
    (plugin, received)
}

fn numbers(received: &Value) -> Vec<u64> {
    let events = received["events"].as_array().unwrap().iter();
    events
        .map(|event| event["data"]["number"].as_u64().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_drops_the_oldest_and_the_plugin_and_the_user_learn_how_many() {
    let host = Host::start();
    let lagged = host.listen("plugin.lagged");
    let (plugin, received) = overflow(&host, OverflowPolicy::DropOldest, 10).await;
    assert_eq!(numbers(&received), [6, 7, 8, 9]);
    assert_eq!(received["lagged"], 6);
    assert_eq!(
        lagged.data().await,
        json!({ "plugin": "capabilities", "dropped": 6 })
    );
    let metrics = plugin.metrics();
    assert_eq!((metrics.dropped, metrics.queued), (6, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_drops_the_newest_where_the_manifest_says_so() {
    let host = Host::start();
    let (_, received) = overflow(&host, OverflowPolicy::DropNewest, 10).await;
    assert_eq!(numbers(&received), [0, 1, 2, 3]);
    assert_eq!(received["lagged"], 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_spills_loses_nothing_and_keeps_the_order() {
    let host = Host::start();
    let (plugin, received) = overflow(&host, OverflowPolicy::Spill, 500).await;
    assert_eq!(numbers(&received), (0..500).collect::<Vec<_>>());
    assert_eq!(received["lagged"], 0);
    assert_eq!(plugin.metrics().dropped, 0);
    assert!(host.spills.of("capabilities").lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_spills_keeps_up_with_a_publisher_that_never_rests() {
    let host = Host::start();
    let tally = host
        .load("tally", tiny("tally", OverflowPolicy::Spill))
        .await;
    for number in 0..5_000 {
        host.publish("chat.message", json!({ "number": number }));
        if number % 500 == 0 {
            tokio::task::yield_now().await;
        }
    }
    within("all to be counted", async {
        while command(&tally, "count", json!({})).await != json!({ "value": 5_000 }) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
    eventually("its count", || tally.metrics().events == 5_000).await;
    assert_eq!(tally.metrics().dropped, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_run_left_in_the_spill_comes_first() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    leave_in_spill(&host, "echo", 3);
    host.load("echo", tiny("echo", OverflowPolicy::Spill)).await;
    host.publish("test.echo", json!({ "number": 3 }));
    for number in 0..4 {
        assert_eq!(replies.data().await["data"]["number"], number);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plugin_did_not_come_to_is_there_for_its_next_run() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    let plugin = host.load("echo", tiny("echo", OverflowPolicy::Spill)).await;
    pause(&plugin).await;
    for number in 0..10 {
        host.publish("test.echo", json!({ "number": number }));
    }
    plugin.stop().await;
    assert_eq!(host.spills.of("echo").lock().unwrap().len(), 10);
    host.load("echo", tiny("echo", OverflowPolicy::Spill)).await;
    for number in 0..10 {
        assert_eq!(replies.data().await["data"]["number"], number);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_run_left_is_not_delivered_without_the_permission() {
    let host = Host::start();
    leave_in_spill(&host, "capabilities", 3);
    let mut options = tiny("capabilities", OverflowPolicy::Spill);
    options.grants = Grants::default();
    let plugin = host.load("capabilities", options).await;
    eventually("the spill to be emptied", || plugin.metrics().queued == 0).await;
    let received = command(&plugin, "received", json!({})).await;
    assert_eq!(received["events"], json!([]));
}

/// Numbered events `test.echo`, as if the host had ended before they were delivered.
fn leave_in_spill(host: &Host, plugin: &str, count: u64) {
    let spill = host.spills.of(plugin);
    for number in 0..count {
        let event = host.publish("test.echo", json!({ "number": number }));
        spill.lock().unwrap().push_back(Arc::clone(&event));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_call_brings_many_events_but_not_more_than_a_batch() {
    let host = Host::start();
    let mut options = granted("tally");
    options.limits = Some(pato_runtime::Limits {
        batch: 10,
        ..pato_runtime::Limits::default()
    });
    let tally = host.load("tally", options).await;
    pause(&tally).await;
    for number in 0..100 {
        host.publish("chat.message", json!({ "number": number }));
    }
    let calls = tally.metrics().calls;
    tally.resume().await;
    eventually("the events", || tally.metrics().events == 100).await;
    assert_eq!(tally.metrics().calls - calls, 10);
}

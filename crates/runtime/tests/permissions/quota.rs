//! The number of bytes that a plugin may store.

use serde_json::json;

use crate::kit::{Host, granted, grants, ok, refusal};

fn set(key: &str, bytes: usize) -> serde_json::Value {
    json!({ "key": key, "value": "x".repeat(bytes) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storing_ends_at_the_quota_and_goes_on_when_something_was_removed() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let quota = 64 << 10;
    // Keys count, too: this one has one byte.
    ok(&plugin, "storage-set", set("a", quota - 1)).await;
    assert_eq!(host.storage.bytes_of("capabilities"), quota);
    let full = json!({ "kind": "rate-limited", "wait": u32::MAX });
    let answer = crate::kit::command(&plugin, "storage-set", set("b", 0)).await;
    assert_eq!(answer["error"], full);
    ok(&plugin, "storage-set", set("a", quota - 1)).await;
    ok(&plugin, "storage-set", set("a", 10)).await;
    ok(&plugin, "storage-set", set("b", 10)).await;
    ok(&plugin, "storage-delete", json!({ "key": "a" })).await;
    assert_eq!(host.storage.bytes_of("capabilities"), 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quota_is_the_lesser_of_what_is_requested_and_granted() {
    let host = Host::start();
    for (grant, most) in [("storage:1KiB", 1 << 10), ("storage:1MiB", 64 << 10)] {
        let mut options = granted("capabilities");
        options.grants = grants(&[grant]);
        let plugin = host.load("capabilities", options).await;
        let (kind, _) = refusal(&plugin, "storage-set", set("a", most)).await;
        assert_eq!(kind, "rate-limited", "{grant}");
        ok(&plugin, "storage-set", set("a", most - 1)).await;
        plugin.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quota_that_is_lowered_keeps_what_there_is_and_takes_nothing_more() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    ok(&plugin, "storage-set", set("a", 30_000)).await;
    ok(&plugin, "storage-set", set("b", 20_000)).await;
    plugin.set_grants(&grants(&["storage:1KiB"]));
    for (key, bytes) in [("c", 1), ("a", 30_001)] {
        let (kind, _) = refusal(&plugin, "storage-set", set(key, bytes)).await;
        assert_eq!(kind, "rate-limited", "{key}");
    }
    let kept = ok(&plugin, "storage-get", json!({ "key": "a" })).await;
    assert_eq!(kept.as_str().unwrap().len(), 30_000);
    ok(&plugin, "storage-set", set("a", 100)).await;
    ok(&plugin, "storage-delete", json!({ "key": "b" })).await;
    ok(&plugin, "storage-set", set("c", 100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_beyond_the_quota_changes_nothing() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    ok(&plugin, "storage-set", set("kept", 100)).await;
    let before = host.storage.of("capabilities");
    let half = "x".repeat(40_000);
    let too_much = json!({ "set": { "a": half, "b": half }, "delete": ["kept"] });
    let (kind, _) = refusal(&plugin, "storage-transact", too_much).await;
    assert_eq!(kind, "rate-limited");
    assert_eq!(host.storage.of("capabilities"), before);

    let fits = json!({ "set": { "a": half }, "delete": ["kept"] });
    ok(&plugin, "storage-transact", fits).await;
    assert_eq!(host.storage.bytes_of("capabilities"), 40_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_have_a_length_and_a_broken_store_is_told_to_the_plugin() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    for key in [String::new(), "x".repeat(257)] {
        let (kind, text) = refusal(&plugin, "storage-set", set(&key, 1)).await;
        assert_eq!(kind, "invalid");
        assert!(text.contains("1 to 256 bytes"), "{text}");
    }
    ok(&plugin, "storage-set", set(&"x".repeat(256), 1)).await;
    host.storage.break_with("the disk is full");
    let (kind, text) = refusal(&plugin, "storage-set", set("a", 1)).await;
    assert_eq!(
        (kind.as_str(), text.as_str()),
        ("failed", "the disk is full")
    );
    assert_eq!(plugin.metrics().traps, 0);
}

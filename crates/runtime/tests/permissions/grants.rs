//! What changes of the grants do to what is under way, and where grants end.

use pato_events::{Pattern, catalogue};
use pato_permissions::Grants;
use serde_json::{Value, json};

use crate::kit::{
    Host, command, eventually, granted, granted_to, grants, manifest, ok, pause, permission,
    refusal, requesting,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_subscription_delivers_nothing_more_not_even_what_waits() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    ok(&plugin, "subscribe", json!({ "pattern": "test.**" })).await;
    ok(&plugin, "subscribe", json!({ "pattern": "probe.**" })).await;
    let topics = async || -> Vec<Value> {
        let received = command(&plugin, "received", json!({})).await;
        let events = received["events"].as_array().unwrap();
        events.iter().map(|event| event["topic"].clone()).collect()
    };
    host.publish("test.before", json!({}));
    eventually("the event", || plugin.metrics().events == 1).await;
    assert_eq!(topics().await, ["test.before"]);

    pause(&plugin).await;
    host.publish("test.waiting", json!({}));
    host.publish("probe.waiting", json!({}));
    let mut rest = plugin_grants();
    rest.remove(&permission("subscribe:test.**")).unwrap();
    plugin.set_grants(&rest);
    host.publish("test.after", json!({}));
    host.publish("probe.after", json!({}));
    plugin.resume().await;
    eventually("the other events", || plugin.metrics().events == 3).await;
    assert_eq!(topics().await, ["probe.waiting", "probe.after"]);
    let subscriptions = plugin.subscriptions();
    let patterns: Vec<_> = subscriptions.iter().map(Pattern::as_str).collect();
    assert_eq!(patterns, ["probe.**"]);

    plugin.set_grants(&plugin_grants());
    host.publish("test.granted-again", json!({}));
    ok(&plugin, "subscribe", json!({ "pattern": "test.**" })).await;
    host.publish("test.subscribed-again", json!({}));
    eventually("the new event", || plugin.metrics().events == 4).await;
    assert_eq!(topics().await, ["test.subscribed-again"]);
}

fn plugin_grants() -> Grants {
    granted("capabilities").grants
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_of_a_part_lets_through_that_part() {
    let host = Host::start();
    let mut options = granted("capabilities");
    options.grants = grants(&["subscribe:test.one", "publish:probe.one.*"]);
    let plugin = host.load("capabilities", options).await;
    ok(&plugin, "subscribe", json!({ "pattern": "test.one" })).await;
    for (pattern, wanted) in [
        ("test.*", "subscribe:test.*"),
        ("test.one.more", "subscribe:test.one.more"),
    ] {
        let (kind, text) = refusal(&plugin, "subscribe", json!({ "pattern": pattern })).await;
        assert_eq!(kind, "denied");
        assert_eq!(text, format!("pato plugin grant capabilities {wanted}"));
    }
    let publish = |topic: &str| json!({ "topic": topic, "data": {} });
    ok(&plugin, "publish", publish("probe.one.two")).await;
    let (_, text) = refusal(&plugin, "publish", publish("probe.one")).await;
    assert_eq!(text, "pato plugin grant capabilities publish:probe.one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_of_the_host_are_never_published_by_a_plugin() {
    let host = Host::start();
    let chat = host.listen("chat.**");
    let mut options = granted("capabilities");
    options.grants.add(permission("publish:probe.**"));
    let plugin = host.load("capabilities", options).await;
    let forged = json!({ "topic": "chat.message", "data": { "text": "a lie" } });
    let (kind, text) = refusal(&plugin, "publish", forged).await;
    assert_eq!(kind, "denied");
    assert!(text.contains("`capabilities.**`"), "{text}");
    assert!(chat.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dangerous_action_must_be_named_by_the_manifest_and_by_the_user() {
    let dangerous = catalogue::actions()
        .find(|action| action.danger.is_some() && action.name.starts_with("obs."))
        .unwrap()
        .name;
    let call = json!({ "action": dangerous, "parameters": {} });
    let harmless = json!({ "action": "obs.get-scene-list", "parameters": {} });
    let named = format!("call:{dangerous}");

    let host = Host::start();
    let plugin = host
        .load(
            "capabilities",
            granted_to(requesting(manifest("capabilities"), &["call:obs.*"])),
        )
        .await;
    ok(&plugin, "call", harmless.clone()).await;
    let (kind, text) = refusal(&plugin, "call", call.clone()).await;
    assert_eq!(kind, "denied");
    assert!(
        text.contains("pato.toml") && text.contains(dangerous),
        "{text}"
    );
    plugin.stop().await;

    let manifest = requesting(manifest("capabilities"), &["call:obs.*", &named]);
    let mut options = granted_to(manifest);
    options.grants = grants(&["call:obs.*"]);
    let plugin = host.load("capabilities", options).await;
    ok(&plugin, "call", harmless).await;
    let (_, text) = refusal(&plugin, "call", call.clone()).await;
    assert_eq!(text, format!("pato plugin grant capabilities {named}"));
    let calls = host.services.calls();
    assert!(
        calls.iter().all(|call| call.action != dangerous),
        "{calls:?}"
    );

    plugin.set_grants(&grants(&["call:obs.*", &named]));
    ok(&plugin, "call", call).await;
    assert_eq!(host.services.calls().last().unwrap().action, dangerous);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn timers_that_run_when_the_permission_is_revoked_do_not_fire_any_more() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    ok(&plugin, "timer-every", json!({ "milliseconds": 10 })).await;
    let mut fired = 0;
    while fired == 0 {
        let received = command(&plugin, "received", json!({})).await;
        fired = received["timers"].as_array().unwrap().len();
    }
    let mut rest = plugin_grants();
    rest.remove(&permission("timers")).unwrap();
    plugin.set_grants(&rest);
    // The first answer may still hold what fired before.
    command(&plugin, "received", json!({})).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let received = command(&plugin, "received", json!({})).await;
    assert_eq!(received["timers"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_hold_over_a_restart() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    plugin.set_grants(&Grants::default());
    plugin.restart().await;
    eventually("the restart", || plugin.metrics().restarts == 1).await;
    let (kind, _) = refusal(&plugin, "storage-get", json!({ "key": "a" })).await;
    assert_eq!(kind, "denied");
}

//! Subscriptions, snapshots and restarts.

use pato_events::catalogue::host::PluginState;
use pato_runtime::{PluginHandle, RuntimeError};
use serde_json::{Value, json};

use crate::kit::{Host, command, eventually, fixture, granted, ok, pause, refusal, state};

/// The events that arrived since last asked: topic, data and whether it was a snapshot.
async fn received(plugin: &PluginHandle) -> Vec<(String, Value, bool)> {
    let received = command(plugin, "received", json!({})).await;
    let events = received["events"].as_array().unwrap().iter();
    events
        .map(|event| {
            (
                event["topic"].as_str().unwrap().to_owned(),
                event["data"].clone(),
                event["snapshot"].as_bool().unwrap(),
            )
        })
        .collect()
}

async fn after(plugin: &PluginHandle, events: u64) {
    eventually("the events", || plugin.metrics().events >= events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_subscribes_learns_how_things_stand_and_then_what_changes() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    host.publish_state("test.scene", json!({ "name": "Old" }));
    host.publish_state("test.scene", json!({ "name": "Now" }));
    host.publish("test.news", json!({}));
    ok(&plugin, "subscribe", json!({ "pattern": "test.*" })).await;
    host.publish_state("test.scene", json!({ "name": "Next" }));
    after(&plugin, 2).await;
    assert_eq!(
        received(&plugin).await,
        [
            ("test.scene".into(), json!({ "name": "Now" }), true),
            ("test.scene".into(), json!({ "name": "Next" }), false),
        ]
    );
    let stands = ok(&plugin, "snapshot", json!({ "pattern": "test.*" })).await;
    assert_eq!(stands[0]["data"], json!({ "name": "Next" }));
    assert_eq!(stands.as_array().unwrap().len(), 1);

    // Subscribing again changes nothing, and brings nothing.
    ok(&plugin, "subscribe", json!({ "pattern": "test.*" })).await;
    host.publish("test.end", json!({}));
    after(&plugin, 3).await;
    assert_eq!(
        received(&plugin).await,
        [("test.end".into(), json!({}), false)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_ends_when_the_plugin_says_so() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let pattern = json!({ "pattern": "test.*" });
    let (kind, _) = refusal(&plugin, "unsubscribe", pattern.clone()).await;
    assert_eq!(kind, "not-found");
    ok(&plugin, "subscribe", pattern.clone()).await;
    ok(&plugin, "unsubscribe", pattern).await;
    host.publish("test.unheard", json!({}));
    ok(&plugin, "subscribe", json!({ "pattern": "probe.*" })).await;
    host.publish("probe.heard", json!({}));
    after(&plugin, 1).await;
    assert_eq!(
        received(&plugin).await,
        [("probe.heard".into(), json!({}), false)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patterns_that_are_wrong_and_too_many_of_them_are_refused() {
    let host = Host::start();
    let mut options = granted("capabilities");
    let limits = pato_runtime::Limits {
        subscriptions: 2,
        ..pato_runtime::Limits::default()
    };
    options.limits = Some(limits);
    let plugin = host.load("capabilities", options).await;
    for pattern in ["", "test.**.more", "test.a*", "Test.A", ".test"] {
        let (kind, text) = refusal(&plugin, "subscribe", json!({ "pattern": pattern })).await;
        assert_eq!(kind, "invalid", "{pattern}: {text}");
    }
    for pattern in ["test.a", "test.b", "test.a"] {
        ok(&plugin, "subscribe", json!({ "pattern": pattern })).await;
    }
    let (kind, text) = refusal(&plugin, "subscribe", json!({ "pattern": "test.c" })).await;
    assert_eq!(kind, "invalid");
    assert!(text.contains("one more than 2 subscriptions"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plugin_publishes_names_the_event_that_led_to_it() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    host.load("echo", granted("echo")).await;
    let question = host.publish("test.echo", json!({ "number": 1 }));
    let reply = replies.next().await;
    assert_eq!(reply.cause.as_ref(), Some(&question.id));
    assert_eq!(reply.depth, question.depth + 1);
    assert_eq!(&*reply.source, "plugin:echo");
    let data: Value = reply.data.read().unwrap();
    assert_eq!(data["id"], question.id.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_plugin_misses_nothing_and_learns_anew_how_things_stand() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    host.publish_state("test.echo", json!({ "number": "state" }));
    let plugin = host.load("echo", granted("echo")).await;
    assert_eq!(replies.data().await["data"]["number"], "state");
    pause(&plugin).await;
    for number in 0..10 {
        host.publish("test.echo", json!({ "number": number }));
    }
    plugin.restart().await;
    plugin.resume().await;
    let numbers: Vec<_> = replies
        .take(11)
        .await
        .into_iter()
        .map(|reply| reply["data"]["number"].clone())
        .collect();
    assert_eq!(numbers[0], "state");
    assert_eq!(numbers[1..], (0..10).map(Value::from).collect::<Vec<_>>());
    assert_eq!(plugin.metrics().restarts, 1);
    assert_eq!(plugin.metrics().traps, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_is_loaded_once_and_can_be_loaded_again_after_it_was_stopped() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    let statuses = host.listen("plugin.status");
    let plugin = host.load("echo", granted("echo")).await;
    let again = host.runtime.load(&fixture("echo"), granted("echo")).await;
    assert!(matches!(again, Err(RuntimeError::AlreadyLoaded(_))));
    plugin.stop().await;
    plugin.stop().await;
    assert!(host.runtime.plugin(plugin.id()).is_none());
    host.publish("test.echo", json!({ "number": "unheard" }));
    let plugin = host.load("echo", granted("echo")).await;
    host.publish("test.echo", json!({ "number": "heard" }));
    assert_eq!(replies.data().await["data"]["number"], "heard");
    assert_eq!(host.runtime.plugins().len(), 1);
    state(&plugin, PluginState::Running).await;
    let seen: Vec<_> = statuses
        .arrived()
        .iter()
        .map(|status| status["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        seen,
        ["loading", "running", "stopped", "loading", "running"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_plugin_is_told_apart_and_gets_its_events_when_it_goes_on() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    let plugin = host.load("echo", granted("echo")).await;
    pause(&plugin).await;
    assert_eq!(plugin.status().reason.unwrap(), "paused: its events wait");
    host.publish("test.echo", json!({ "number": 1 }));
    eventually("the event to wait", || plugin.metrics().queued == 1).await;
    let answer = plugin.command("any", &pato_events::Payload::empty()).await;
    assert!(answer.unwrap_err().to_string().contains("paused"));
    assert!(replies.arrived().is_empty());
    plugin.resume().await;
    assert_eq!(replies.data().await["data"]["number"], 1);
    assert_eq!(plugin.status().reason, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_init_that_is_refused_its_subscription_fails_until_it_is_granted() {
    let host = Host::start();
    let mut options = granted("echo");
    let all = std::mem::take(&mut options.grants);
    let plugin = host.load("echo", options).await;
    assert_eq!(plugin.state(), PluginState::Failed);
    let reason = plugin.status().reason.unwrap();
    assert!(
        reason.contains("pato plugin grant echo subscribe:test.echo"),
        "{reason}"
    );
    let replies = host.listen("echo.reply");
    plugin.set_grants(&all);
    plugin.restart().await;
    state(&plugin, PluginState::Running).await;
    host.publish("test.echo", json!({ "number": 1 }));
    assert_eq!(replies.data().await["data"]["number"], 1);
}

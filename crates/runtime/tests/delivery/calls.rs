//! Commands, actions and settings.

use std::time::Duration;

use pato_events::Payload;
use pato_events::catalogue::host::PluginState;
use pato_runtime::{Limits, RuntimeError, ServiceError};
use serde_json::{Value, json};

use crate::kit::{Host, command, eventually, fixture, granted, ok, refusal, settings, state};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_answered_and_unknown_ones_are_told_the_nearest() {
    let host = Host::start();
    let tally = host.load("tally", granted("tally")).await;
    let answer = command(&tally, "count", json!({})).await;
    assert_eq!(answer, json!({ "value": 0 }), "what is no object gets one");

    let error = tally
        .command("counts", &Payload::empty())
        .await
        .unwrap_err();
    assert!(matches!(error, ServiceError::NotFound(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "`tally` has no command `counts`; did you mean `count`?"
    );

    let echo = host.load("echo", granted("echo")).await;
    let error = echo.command("any", &Payload::empty()).await.unwrap_err();
    assert_eq!(
        error,
        ServiceError::NotFound("the plugin has no commands".into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_too_long_is_refused() {
    let host = Host::start();
    let mut options = granted("capabilities");
    options.limits = Some(Limits {
        payload_bytes: 1_000,
        ..Limits::default()
    });
    let plugin = host.load("capabilities", options).await;
    let set = json!({ "key": "long", "value": "x".repeat(2_000) });
    ok(&plugin, "storage-set", set).await;
    let get = Payload::from_value(&json!({ "key": "long" })).unwrap();
    let error = plugin.command("storage-get", &get).await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("and 1000 are accepted"), "{message}");

    let publish = json!({ "topic": "probe.long", "data": { "text": "x".repeat(2_000) } });
    let (kind, text) = refusal(&plugin, "publish", publish).await;
    assert_eq!(kind, "invalid");
    assert!(text.contains("may have 1000 bytes"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_json_objects_are_published_and_only_under_topics() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    for (topic, data) in [
        ("probe.list", json!([1])),
        ("probe.text", json!("text")),
        ("probe.nothing", Value::Null),
        ("Probe", json!({})),
        ("probe..x", json!({})),
        ("probe.*", json!({})),
    ] {
        let publish = json!({ "topic": topic, "data": data });
        let (kind, text) = refusal(&plugin, "publish", publish).await;
        assert_eq!(kind, "invalid", "{topic}: {text}");
    }
    assert_eq!(plugin.metrics().published, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_of_services_reach_the_plugin_as_what_they_are() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let call = json!({ "action": "chat.send", "parameters": { "text": "hello" } });
    assert_eq!(
        ok(&plugin, "call", call.clone()).await,
        json!({ "done": true })
    );
    let [made] = host.services.calls().try_into().unwrap();
    assert_eq!(made.parameters, json!({ "text": "hello" }));
    assert_eq!((made.plugin.as_str(), made.cause), ("capabilities", None));
    for (error, expected) in [
        (
            ServiceError::Denied("no".into()),
            json!({ "kind": "denied", "text": "no" }),
        ),
        (
            ServiceError::Invalid("text".into()),
            json!({ "kind": "invalid", "text": "text" }),
        ),
        (
            ServiceError::NotFound("gone".into()),
            json!({ "kind": "not-found", "text": "gone" }),
        ),
        (
            ServiceError::Unavailable("OBS is not running".into()),
            json!({ "kind": "unavailable", "text": "OBS is not running" }),
        ),
        (
            ServiceError::RateLimited(Duration::from_millis(1_500)),
            json!({ "kind": "rate-limited", "wait": 1_500 }),
        ),
        (
            ServiceError::RateLimited(Duration::MAX),
            json!({ "kind": "rate-limited", "wait": u32::MAX }),
        ),
        (
            ServiceError::TimedOut("late".into()),
            json!({ "kind": "timed-out", "text": "late" }),
        ),
        (
            ServiceError::Failed("code 604".into()),
            json!({ "kind": "failed", "text": "code 604" }),
        ),
    ] {
        host.services.fail_with(error);
        let answer = command(&plugin, "call", call.clone()).await;
        assert_eq!(answer["error"], expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_settings_are_told_by_name_and_read_at_once() {
    let host = Host::start();
    let mut options = granted("capabilities");
    options.settings = settings([("greeting", json!("Moin"))]);
    let plugin = host.load("capabilities", options).await;
    assert_eq!(
        ok(&plugin, "settings-all", json!({})).await,
        json!({ "greeting": "Moin", "volume": 50 })
    );
    let changed = settings([("greeting", json!("Moin")), ("volume", json!(70))]);
    plugin.set_settings(changed.clone()).await;
    let volume = ok(&plugin, "settings-get", json!({ "key": "volume" })).await;
    assert_eq!(volume, 70);
    let received = command(&plugin, "received", json!({})).await;
    assert_eq!(received["settings"], json!(["volume"]));

    plugin.set_settings(changed).await;
    let received = command(&plugin, "received", json!({})).await;
    assert_eq!(received["settings"], json!([]), "nothing changed");

    plugin.restart().await;
    eventually("the restart", || plugin.metrics().restarts == 1).await;
    state(&plugin, PluginState::Running).await;
    let volume = ok(&plugin, "settings-get", json!({ "key": "volume" })).await;
    assert_eq!(volume, 70, "it lasts over a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_that_does_not_fit_its_declaration_is_refused() {
    let host = Host::start();
    for (key, value) in [
        ("volume", json!(101)),
        ("volume", json!("loud")),
        ("greeting", json!(1)),
    ] {
        let mut options = granted("capabilities");
        options.settings = settings([(key, value.clone())]);
        let loaded = host.runtime.load(&fixture("capabilities"), options).await;
        let error = loaded.unwrap_err();
        assert!(matches!(error, RuntimeError::Setting { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("setting `{key}`: ")),
            "{message}"
        );
    }
    assert!(host.runtime.plugins().is_empty());
}

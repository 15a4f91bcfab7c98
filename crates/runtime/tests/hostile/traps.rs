//! Plugins that trap, or refuse to start.

use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use serde_json::{Value, json};

use crate::kit::{Host, Listener, Witness, eventually, granted, limited, logged, pause, state};

/// What `plugin.status` said of one plugin, up to the state given.
async fn states_until(statuses: &Listener, plugin: &str, last: &str) -> Vec<String> {
    let statuses = statuses
        .until(|status| status["plugin"] == plugin && status["state"] == last)
        .await;
    let own = statuses.iter().filter(|status| status["plugin"] == plugin);
    own.map(|status| status["state"].as_str().unwrap().to_owned())
        .collect()
}

/// What `trap-handler` handled up to that topic, without the witness's questions, which it hears, too.
async fn handled_until(handled: &Listener, topic: &str) -> Vec<Value> {
    let mut seen = handled.until(|data| data["topic"] == topic).await;
    seen.retain(|data| data["topic"] != "test.echo");
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_in_init_is_tried_again_with_pauses_and_then_quarantined() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let statuses = host.listen("plugin.status");
    let plugin = host.load("trap-init", limited("trap-init", |_| {})).await;
    let reason = state(&plugin, PluginState::Quarantined).await;
    assert!(reason.starts_with("init: "), "{reason}");
    assert!(reason.contains("restart it when it is mended"), "{reason}");
    assert_eq!(
        states_until(&statuses, "trap-init", "quarantined").await,
        ["loading", "restarting", "restarting", "quarantined"]
    );
    let metrics = plugin.metrics();
    assert_eq!((metrics.traps, metrics.restarts), (3, 2));
    assert!(metrics.last_error.unwrap().starts_with("init: "));
    assert!(logged(&plugin, "a trap in init"), "its panic is in its log");

    plugin.restart().await;
    eventually("another try", || plugin.metrics().traps == 6).await;
    state(&plugin, PluginState::Quarantined).await;
    plugin.stop().await;
    assert_eq!(plugin.state(), PluginState::Stopped);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pause_before_a_restart_is_told_to_the_user() {
    let host = Host::start();
    let statuses = host.listen("plugin.status");
    host.load("trap-init", limited("trap-init", |_| {})).await;
    let seen = statuses
        .until(|status| status["state"] == "restarting")
        .await;
    let reason = seen.last().unwrap()["reason"].as_str().unwrap();
    assert!(
        reason.contains("; started anew in ") && reason.ends_with(" ms"),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_from_init_stops_the_plugin_and_is_not_tried_again() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let plugin = host.load("init-error", limited("init-error", |_| {})).await;
    let status = plugin.status();
    assert_eq!(status.state, PluginState::Failed);
    let reason = status.reason.unwrap();
    assert_eq!(reason, "init: the fixture does not want to start");
    assert!(logged(&plugin, &reason));

    // Far longer than any pause of its restart policy.
    let calls = plugin.metrics().calls;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let metrics = plugin.metrics();
    assert_eq!(
        (metrics.calls, metrics.traps, metrics.restarts),
        (calls, 0, 0)
    );
    assert_eq!(plugin.state(), PluginState::Failed);

    plugin.restart().await;
    eventually("another try", || plugin.metrics().calls == 2 * calls).await;
    assert_eq!(state(&plugin, PluginState::Failed).await, reason);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_event_is_found_by_delivering_its_batch_again_one_by_one() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let handled = host.listen("trap-handler.handled");
    let plugin = host
        .load("trap-handler", limited("trap-handler", |_| {}))
        .await;
    pause(&plugin).await;
    for topic in ["test.a", "test.b", "test.poison", "test.c", "test.d"] {
        host.publish(topic, json!({}));
    }
    plugin.resume().await;
    let seen: Vec<_> = handled_until(&handled, "test.d")
        .await
        .into_iter()
        .map(|data| format!("{} {}", data["topic"], data["redelivered"]).replace('"', ""))
        .collect();
    assert_eq!(
        seen,
        [
            "test.a false",
            "test.b false",
            "test.a true",
            "test.b true",
            "test.c true",
            "test.d true"
        ]
    );
    let metrics = plugin.metrics();
    assert_eq!(
        (metrics.traps, metrics.restarts, metrics.poisoned),
        (2, 2, 1)
    );
    assert!(logged(
        &plugin,
        "(test.poison) is given up: two traps on it"
    ));
    assert!(logged(&plugin, "a trap in a handler"), "its panic");

    host.publish("test.news", json!({}));
    let news = &handled_until(&handled, "test.news").await[0];
    assert_eq!(
        (&news["topic"], &news["redelivered"]),
        (&json!("test.news"), &json!(false))
    );
    assert_eq!(plugin.state(), PluginState::Running);
    assert_eq!(plugin.metrics().dropped, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_during_a_restart_is_delivered_after_it() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let handled = host.listen("trap-handler.handled");
    let options = limited("trap-handler", |limits| {
        limits.restarts.first_pause = Duration::from_millis(300);
        limits.restarts.longest_pause = Duration::from_millis(300);
    });
    let plugin = host.load("trap-handler", options).await;
    host.publish("test.poison", json!({}));
    state(&plugin, PluginState::Restarting).await;
    for number in 0..20 {
        host.publish(&format!("test.during-{number}"), json!({}));
    }
    let seen = handled_until(&handled, "test.during-19").await;
    for (number, data) in seen.iter().enumerate() {
        assert_eq!(data["topic"], format!("test.during-{number}"));
        assert_eq!(data["redelivered"], false);
    }
    assert_eq!(seen.len(), 20);
    assert_eq!(plugin.metrics().poisoned, 1);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_upon_poison_leads_to_quarantine_and_the_user_can_end_it() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let handled = host.listen("trap-handler.handled");
    let plugin = host
        .load("trap-handler", limited("trap-handler", |_| {}))
        .await;
    host.publish("test.poison", json!({}));
    host.publish("test.poison", json!({}));
    state(&plugin, PluginState::Quarantined).await;
    host.publish("test.later", json!({}));
    assert_eq!(plugin.metrics().traps, 3);
    plugin.restart().await;
    let seen = handled_until(&handled, "test.later").await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(plugin.metrics().poisoned, 2);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_traps_is_answered_and_harms_no_event() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let plugin = host
        .load("path-escape", limited("path-escape", |_| {}))
        .await;
    let parameters = pato_events::Payload::empty();
    let answer = plugin.command("exit", &parameters).await;
    let error = answer.unwrap_err().to_string();
    assert!(error.contains("trapped"), "{error}");
    eventually("its restart", || plugin.metrics().restarts == 1).await;
    state(&plugin, PluginState::Running).await;
    let error = plugin.metrics().last_error.unwrap();
    assert!(error.contains("it exited with code 1"), "{error}");
    plugin.command("try", &parameters).await.unwrap();
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_in_quarantine_answers_commands_with_the_reason() {
    let host = Host::start();
    let plugin = host.load("trap-init", limited("trap-init", |_| {})).await;
    state(&plugin, PluginState::Quarantined).await;
    let answer = plugin.command("any", &pato_events::Payload::empty()).await;
    let error = answer.unwrap_err().to_string();
    assert!(error.contains("does not run: init: "), "{error}");
    plugin.stop().await;
    let answer = plugin.command("any", &pato_events::Payload::empty()).await;
    assert!(answer.unwrap_err().to_string().contains("stopped"));
    assert!(host.runtime.plugins().is_empty());
    host.load("trap-init", granted("trap-init")).await;
}

//! Plugins that use up what they have: processor, memory, stack, time.

use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use serde_json::json;

use crate::kit::{Host, Witness, eventually, limited, log, state};

/// Sends an event to a fixture that it cannot survive, twice, and says with which error.
async fn two_strikes(
    host: &Host,
    name: &str,
    options: pato_runtime::LoadOptions,
) -> (pato_runtime::PluginHandle, String) {
    let plugin = host.load(name, options).await;
    assert_eq!(plugin.state(), PluginState::Running);
    host.publish(&format!("test.{name}"), json!({}));
    eventually("the event to be given up", || {
        plugin.metrics().poisoned == 1 && plugin.metrics().restarts == 2
    })
    .await;
    state(&plugin, PluginState::Running).await;
    assert_eq!(plugin.metrics().traps, 2);
    let given_up = format!("(test.{name}) is given up");
    assert!(log(&plugin).iter().any(|line| line.contains(&given_up)));
    let error = plugin.metrics().last_error.unwrap();
    (plugin, error)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_spins_is_stopped_and_started_anew() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let (plugin, error) = two_strikes(&host, "spin", limited("spin", |_| {})).await;
    assert_eq!(
        error,
        "handle-events: it used more than 0.5 s of processor time"
    );
    let used = plugin.metrics().processor_milliseconds;
    assert!(used >= 1_000.0, "two calls of half a second, not {used} ms");
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_spins_in_init_is_quarantined() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let plugin = host.load("spin-init", limited("spin-init", |_| {})).await;
    let reason = state(&plugin, PluginState::Quarantined).await;
    assert!(
        reason.starts_with("init: it used more than 0.5 s of processor time"),
        "{reason}"
    );
    let metrics = plugin.metrics();
    assert_eq!((metrics.traps, metrics.restarts), (3, 2));
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spinning_plugins_on_every_thread_do_not_keep_the_others_from_their_turn() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let mut spinning = Vec::new();
    for number in 0..4 {
        let mut options = limited("spin", |_| {});
        options.manifest.as_mut().unwrap().id = format!("spin-{number}").parse().unwrap();
        spinning.push(host.load("spin", options).await);
    }
    host.publish("test.spin", json!({}));
    for plugin in &spinning {
        eventually("the event to be given up", || {
            plugin.metrics().poisoned == 1
        })
        .await;
    }
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_beyond_the_limit_is_refused_and_the_plugin_traps() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let memory = 16 << 20;
    let options = limited("allocate", |limits| {
        limits.memory = memory;
        limits.processor_time = Duration::from_secs(30);
    });
    let (plugin, error) = two_strikes(&host, "allocate", options).await;
    assert!(error.starts_with("handle-events: "), "{error}");
    assert!(
        error.ends_with("(it wanted more than its 16777216 bytes of memory)"),
        "{error}"
    );
    let metrics = plugin.metrics();
    assert!(metrics.memory_peak <= memory && metrics.memory_peak > memory / 2);
    assert!(metrics.memory < memory / 2, "a new Store starts small");
    assert!(metrics.memory_refused >= 2);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recursion_without_end_exhausts_the_plugins_stack_and_not_the_hosts() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let options = limited("recurse", |limits| {
        limits.processor_time = Duration::from_secs(30);
    });
    let (_, error) = two_strikes(&host, "recurse", options).await;
    assert!(error.starts_with("handle-events: "), "{error}");
    assert!(
        error.contains("called itself too deeply") || error.contains("out of bounds"),
        "{error}"
    );
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instructions_are_limited_where_they_are_counted() {
    let host = Host::start_with(|configuration| {
        configuration.count_instructions = true;
        configuration.cache = None;
    });
    let witness = Witness::start(&host).await;
    let options = limited("spin", |limits| {
        limits.instructions = Some(50_000_000);
        limits.processor_time = Duration::from_secs(50);
    });
    let (_, error) = two_strikes(&host, "spin", options).await;
    assert_eq!(
        error,
        "handle-events: it used more instructions than a call may"
    );
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_that_the_runtime_was_not_built_for_are_refused() {
    let host = Host::start();
    let bytes = crate::kit::fixture("spin");
    let options = limited("spin", |limits| limits.memory = 1 << 40);
    let error = host.runtime.load(&bytes, options).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("memory may be 134217728 at most")
    );
    let options = limited("spin", |limits| limits.instructions = Some(1));
    let error = host.runtime.load(&bytes, options).await.unwrap_err();
    assert!(error.to_string().contains("`count_instructions`"));
    assert!(host.runtime.plugins().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_is_no_use_of_the_processor() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let done = host.listen("busy-waiter.done");
    let plugin = host
        .load("busy-waiter", limited("busy-waiter", |_| {}))
        .await;
    let event = host.publish("test.wait", json!({ "milliseconds": 1_500 }));
    assert_eq!(done.data().await["id"], event.id.as_str());
    let metrics = plugin.metrics();
    assert_eq!((metrics.traps, metrics.restarts), (0, 0));
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_that_is_never_answered_times_out_and_the_plugin_goes_on() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let done = host.listen("busy-waiter.done");
    let options = limited("busy-waiter", |limits| {
        limits.host_call = Duration::from_millis(700);
    });
    let plugin = host.load("busy-waiter", options).await;
    host.services.never_answer();
    let event = host.publish("test.wait-call", json!({}));
    let answer = done.data().await;
    assert_eq!(answer["answer"]["error"]["kind"], "timed-out");
    assert_eq!(
        answer["answer"]["error"]["text"],
        "`chat.send` was not answered within 0.7 s"
    );
    let [call] = host.services.calls().try_into().unwrap();
    assert_eq!(call.plugin, "busy-waiter");
    assert_eq!(call.cause.as_ref(), Some(&event.id));
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_waits_too_long_in_all_is_ended() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let options = limited("busy-waiter", |limits| {
        limits.call_duration = Duration::from_millis(800);
    });
    let plugin = host.load("busy-waiter", options).await;
    host.publish("test.wait", json!({ "milliseconds": 3_600_000 }));
    eventually("the event to be given up", || {
        plugin.metrics().poisoned == 1
    })
    .await;
    assert_eq!(
        plugin.metrics().last_error.unwrap(),
        "handle-events: it did not end within 0.8 s"
    );
    witness.lost_nothing().await;
}

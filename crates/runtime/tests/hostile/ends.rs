//! Plugins that do not want to end.

use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use pato_runtime::RuntimeError;

use crate::kit::{Host, Witness, fixture, granted, limited, logged, within};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_spins_in_shutdown_ends_all_the_same() {
    // Its processor time is over long before the time it has to stop.
    let host = Host::start_with(|configuration| {
        configuration.stop_time = Duration::from_secs(30);
    });
    let witness = Witness::start(&host).await;
    let plugin = host
        .load("spin-shutdown", limited("spin-shutdown", |_| {}))
        .await;
    within("its end", plugin.stop()).await;
    assert_eq!(plugin.state(), PluginState::Stopped);
    assert!(logged(
        &plugin,
        "shutdown: it used more than 0.5 s of processor time"
    ));
    assert!(host.runtime.plugin(plugin.id()).is_none());
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_waits_in_shutdown_is_not_waited_for() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let options = limited("slow-shutdown", |limits| {
        limits.call_duration = Duration::from_secs(3_600);
    });
    let plugin = host.load("slow-shutdown", options).await;
    within("its end", plugin.stop()).await;
    assert_eq!(plugin.state(), PluginState::Stopped);
    assert!(logged(&plugin, "shutdown: not done within 1 s"));
    assert!(host.runtime.plugin(plugin.id()).is_none());
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_traps_in_shutdown_ends_all_the_same() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let plugin = host
        .load("trap-shutdown", limited("trap-shutdown", |_| {}))
        .await;
    within("its end", plugin.stop()).await;
    assert_eq!(plugin.state(), PluginState::Stopped);
    assert!(logged(&plugin, "a trap in shutdown"), "its panic");
    let error = plugin.metrics().last_error.unwrap();
    assert!(error.starts_with("shutdown: "), "{error}");
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_is_stopped_in_the_middle_of_a_call_that_spins() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let options = limited("spin", |limits| {
        limits.processor_time = Duration::from_secs(3_600);
        limits.call_duration = Duration::from_secs(3_600);
    });
    let plugin = host.load("spin", options).await;
    let calls = plugin.metrics().calls;
    host.publish("test.spin", serde_json::json!({}));
    crate::kit::eventually("it to spin", || plugin.metrics().calls > calls).await;
    within("its end", plugin.stop()).await;
    assert_eq!(plugin.state(), PluginState::Stopped);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_stops_all_plugins_in_one_time_limit() {
    let host = Host::start();
    let unending = |limits: &mut pato_runtime::Limits| {
        limits.processor_time = Duration::from_secs(3_600);
        limits.call_duration = Duration::from_secs(3_600);
    };
    let mut plugins = Vec::new();
    for name in [
        "spin-shutdown",
        "slow-shutdown",
        "trap-shutdown",
        "echo",
        "init-error",
    ] {
        plugins.push(host.load(name, limited(name, unending)).await);
    }
    let shutdown = host.runtime.shutdown(Duration::from_secs(2));
    within("the end of all", shutdown).await;
    for plugin in &plugins {
        assert_eq!(plugin.state(), PluginState::Stopped, "{}", plugin.id());
    }
    assert!(host.runtime.plugins().is_empty());
    let late = host.runtime.load(&fixture("echo"), granted("echo")).await;
    assert!(matches!(late, Err(RuntimeError::ShuttingDown)), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_end_with_the_last_handle_to_the_runtime() {
    let host = Host::start();
    let plugin = host
        .load("spin-shutdown", limited("spin-shutdown", |_| {}))
        .await;
    drop(host);
    crate::kit::state(&plugin, PluginState::Stopped).await;
}

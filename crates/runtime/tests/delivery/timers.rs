//! Timers.

use std::time::Duration;

use pato_runtime::{Limits, PluginHandle};
use serde_json::{Value, json};

use crate::kit::{Host, command, eventually, granted, ok, pause, refusal, within};

/// The timers that fired, until they are as wanted.
async fn fired(plugin: &PluginHandle, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    within("the timers", async {
        let mut fired = Vec::new();
        while !enough(&fired) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let received = command(plugin, "received", json!({})).await;
            fired.extend(received["timers"].as_array().unwrap().clone());
        }
        fired
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_fires_once_and_is_over() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let never = ok(&plugin, "timer-after", json!({ "milliseconds": 3_600_000 })).await;
    // Shorter than the shortest is the shortest.
    let soon = ok(&plugin, "timer-after", json!({ "milliseconds": 0 })).await;
    let later = ok(&plugin, "timer-after", json!({ "milliseconds": 60 })).await;
    assert!([&never, &soon, &later].iter().all(|timer| **timer != 0));
    assert_eq!(
        fired(&plugin, |fired| fired.len() >= 2).await,
        [soon.clone(), later]
    );
    let (kind, text) = refusal(&plugin, "timer-cancel", json!({ "timer": soon })).await;
    assert_eq!(kind, "not-found");
    assert!(text.contains("is over, or never was"), "{text}");
    for timer in [json!(0), json!(4_000_000)] {
        let (kind, _) = refusal(&plugin, "timer-cancel", json!({ "timer": timer })).await;
        assert_eq!(kind, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeating_timer_fires_until_it_is_cancelled() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let tick = ok(&plugin, "timer-every", json!({ "milliseconds": 1 })).await;
    let seen = fired(&plugin, |fired| fired.len() >= 5).await;
    assert!(seen.iter().all(|timer| *timer == tick));
    ok(&plugin, "timer-cancel", json!({ "timer": tick })).await;
    command(&plugin, "received", json!({})).await;
    let marker = ok(&plugin, "timer-after", json!({ "milliseconds": 100 })).await;
    assert_eq!(
        fired(&plugin, |fired| !fired.is_empty()).await,
        [marker],
        "a cancelled timer fired"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_timers_run_and_not_one_more() {
    let host = Host::start();
    let mut options = granted("capabilities");
    options.limits = Some(Limits {
        timers: 3,
        ..Limits::default()
    });
    let plugin = host.load("capabilities", options).await;
    let hour = json!({ "milliseconds": 3_600_000 });
    let first = ok(&plugin, "timer-after", hour.clone()).await;
    ok(&plugin, "timer-every", hour.clone()).await;
    ok(&plugin, "timer-every", hour.clone()).await;
    let (kind, text) = refusal(&plugin, "timer-after", hour.clone()).await;
    assert_eq!(kind, "invalid");
    assert!(text.contains("cancel one"), "{text}");
    ok(&plugin, "timer-cancel", json!({ "timer": first })).await;
    ok(&plugin, "timer-after", hour).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn timers_end_with_the_store_and_a_pause_holds_them_back() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    ok(&plugin, "timer-every", json!({ "milliseconds": 10 })).await;
    pause(&plugin).await;
    let calls = plugin.metrics().calls;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(plugin.metrics().calls, calls);
    plugin.resume().await;
    fired(&plugin, |fired| !fired.is_empty()).await;

    plugin.restart().await;
    eventually("the restart", || plugin.metrics().restarts == 1).await;
    let marker = ok(&plugin, "timer-after", json!({ "milliseconds": 100 })).await;
    assert_eq!(fired(&plugin, |fired| !fired.is_empty()).await, [marker]);
}

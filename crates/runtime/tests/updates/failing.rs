use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use pato_runtime::{LoadOptions, RuntimeError};
use serde_json::json;

use crate::kit::{Host, eventually, fixture, granted, grants, limited, ok, within};
use crate::{beside, called, named, ready};

/// A fixture that fails, in the place of `echo`.
fn in_place_of_echo(name: &str) -> LoadOptions {
    let mut options = limited(name, |_| {});
    options.manifest.as_mut().unwrap().id = "echo".parse().unwrap();
    options
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_does_not_start_is_not_tried_again_and_the_plugin_does_not_notice() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    let old = host.load("echo", granted("echo")).await;
    let told = host.listen("plugin.**");
    for (name, reason) in [
        ("trap-init", "init: "),
        ("init-error", "init: "),
        (
            "spin-init",
            "init: it used more than 0.5 s of processor time",
        ),
    ] {
        let candidate = beside(&host, name, in_place_of_echo(name)).await;
        let status = candidate.started().await;
        assert_eq!(status.state, PluginState::Failed, "{name}");
        let text = status.reason.unwrap();
        assert!(text.contains(reason), "{name}: {text}");
        assert_eq!(candidate.plugin().metrics().restarts, 0, "{name}");
        assert!(!candidate.plugin().logs(9).is_empty(), "{name}");
        host.publish("test.echo", json!({ "during": name }));
        assert_eq!(replies.data().await["data"]["during"], name);
        within("the end", candidate.discard()).await;
    }
    eventually("its count", || old.metrics().events == 3).await;
    assert_eq!(old.state(), PluginState::Running);
    assert!(told.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_must_be_something_beside_which_it_is_loaded() {
    let host = Host::start();
    let bytes = fixture("echo");
    let loading = host.runtime.load_beside(&bytes, granted("echo"));
    let error = loading.await.unwrap_err();
    assert!(
        matches!(&error, RuntimeError::NotLoaded(id) if id.as_str() == "echo"),
        "{error}"
    );
}

/// Traps on `test.poison`, in place of `echo`.
fn restarted_at_once() -> LoadOptions {
    let mut options = called("trap-handler", "echo");
    let restarts = &mut options.limits.as_mut().unwrap().restarts;
    (restarts.first_pause, restarts.longest_pause) = (Duration::ZERO, Duration::ZERO);
    options
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_traps_on_trial_is_started_anew_only_when_the_trial_is_over() {
    let host = Host::start();
    let handled = host.listen("trap-handler.handled");
    let old = host.load("echo", granted("echo")).await;
    let standby = ready(&host, "trap-handler", restarted_at_once())
        .await
        .take_over(&old);
    let new = standby.plugin().clone();
    host.publish("test.poison", json!({}));
    host.publish("test.next", json!({}));
    eventually("the trap", || standby.health().traps == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(new.state(), PluginState::Restarting);
    assert_eq!((new.metrics().restarts, standby.health().traps), (0, 1));
    within("the end of the old one", standby.finish()).await;
    assert_eq!(handled.data().await["topic"], "test.next");
    assert_eq!(new.metrics().poisoned, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_traps_after_taking_over_gives_back_what_it_did_not_handle() {
    let host = Host::start();
    let replies = host.listen("echo.reply");
    let old = host.load("echo", granted("echo")).await;
    let standby = ready(&host, "trap-handler", restarted_at_once())
        .await
        .take_over(&old);
    host.publish("test.poison", json!({}));
    eventually("the trap", || standby.health().traps == 1).await;
    assert_eq!(standby.health().state, PluginState::Restarting);
    host.publish("test.echo", json!({ "number": 1 }));
    let old = within("going back", standby.give_back()).await;
    assert_eq!(replies.data().await["data"]["number"], 1);
    host.publish("test.echo", json!({ "number": 2 }));
    assert_eq!(replies.data().await["data"]["number"], 2);
    // The old one never wanted what the new one trapped on.
    eventually("its count", || old.metrics().events == 2).await;
    assert_eq!(named(&host, "echo").metrics().events, 2);
    let status = host.bus.snapshot(&"plugin.status".parse().unwrap());
    assert_eq!(status.len(), 1);
    assert!(
        status[0].data.as_str().contains("running"),
        "{:?}",
        status[0]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_new_one_trapped_on_comes_to_the_old_one_as_redelivered() {
    let host = Host::start();
    let handled = host.listen("trap-handler.handled");
    let old = host
        .load("trap-handler", called("trap-handler", "trap-handler"))
        .await;
    // Waits in `test.wait`, so that it is in the middle of something when it has to go.
    let mut options = called("busy-waiter", "trap-handler");
    options.grants = grants(&["subscribe:test.**"]);
    let standby = ready(&host, "busy-waiter", options).await.take_over(&old);
    host.publish("test.wait", json!({ "milliseconds": 30_000 }));
    eventually("the call", || standby.health().queued == 0).await;
    within("going back", standby.give_back()).await;
    let event = handled.data().await;
    assert_eq!(
        (&event["topic"], &event["redelivered"]),
        (&json!("test.wait"), &json!(true))
    );
    host.publish("test.other", json!({}));
    assert_eq!(handled.data().await["redelivered"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_refusals_of_what_the_version_before_could_do_count_as_lost() {
    let host = Host::start();
    let mut before = called("capabilities", "capabilities");
    before.grants = grants(&["publish:probe.**", "storage:64KiB"]);
    let old = host.load("capabilities", before).await;
    let mut after = called("capabilities", "capabilities");
    after.grants = grants(&["storage:64KiB"]);
    let standby = ready(&host, "capabilities", after).await.take_over(&old);
    let new = standby.plugin().clone();
    let denied = async |name: &str, parameters| {
        let (kind, _) = crate::kit::refusal(&new, name, parameters).await;
        assert_eq!(kind, "denied", "{name}");
    };
    denied("call", json!({ "action": "chat.send", "parameters": {} })).await;
    assert_eq!(standby.health().lost_permissions, 0);
    denied("publish", json!({ "topic": "probe.one", "data": {} })).await;
    assert_eq!(standby.health().lost_permissions, 1);
    assert_eq!(new.metrics().denials, 2);
    ok(&new, "storage-set", json!({ "key": "a", "value": "b" })).await;
    within("the end of the old one", standby.finish()).await;
}

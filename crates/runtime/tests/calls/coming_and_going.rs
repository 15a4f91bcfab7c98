use pato_events::catalogue::host::PluginState;
use serde_json::{Value, json};

use crate::kit::{Host, Listener, granted, limited, ok, pause, refusal, state, within};
use crate::{called, counted, load_changed, pair};

/// What is told of the interface that `gifts` imports, once it is as wanted.
async fn told(dependencies: &Listener, available: bool) -> Value {
    let is = |data: &Value| data["dependencies"][0]["available"] == available;
    let mut all = dependencies.until(is).await;
    let last = all.pop().unwrap();
    assert_eq!(last["plugin"], "gifts");
    last["dependencies"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_runs_without_what_it_calls_and_is_told_when_that_comes_and_goes() {
    let host = Host::start();
    let dependencies = host.listen("plugin.dependencies");
    let gifts = host.load("gifts", granted("gifts")).await;
    assert_eq!(gifts.state(), PluginState::Running);
    let absent = told(&dependencies, false).await;
    assert_eq!(absent["interface"], "ronni:points/points@1.0.0");
    assert!(
        absent["reason"]
            .as_str()
            .unwrap()
            .contains("install or enable")
    );
    let user = || json!({ "user": "ronni" });
    let (kind, text) = refusal(&gifts, "get", user()).await;
    assert_eq!(kind, "unavailable");
    assert!(text.contains("`ronni:points/points@1.0.0`"), "{text}");
    let get = counted(&host, "gifts", "get");
    assert_eq!((get.calls, get.failures, get.permission), (1, 1, None));

    let points = host.load("points", granted("points")).await;
    assert_eq!(told(&dependencies, true).await["provider"], "points");
    assert_eq!(ok(&gifts, "get", user()).await, 0);

    pause(&points).await;
    let (kind, text) = refusal(&gifts, "get", user()).await;
    assert_eq!((&*kind, &*text), ("unavailable", "the plugin is paused"));
    assert_eq!(told(&dependencies, false).await["provider"], "points");
    within("resuming", points.resume()).await;
    told(&dependencies, true).await;
    ok(&gifts, "get", user()).await;

    within("the end", points.stop()).await;
    told(&dependencies, false).await;
    assert_eq!(refusal(&gifts, "get", user()).await.0, "unavailable");
    host.load("points", granted("points")).await;
    told(&dependencies, true).await;
    ok(&gifts, "get", user()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_quarantine_answers_that_at_once() {
    let host = Host::start();
    let bad = host.load("bad-points", limited("bad-points", |_| {})).await;
    let gifts = host.load("gifts", granted("gifts")).await;
    // While it waits to be started anew, it does not run; and then it traps again.
    while bad.state() != PluginState::Quarantined {
        let (kind, text) = refusal(&gifts, "get", json!({ "user": "trap" })).await;
        assert!(kind == "failed" || kind == "unavailable", "{kind}: {text}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let (kind, text) = refusal(&gifts, "get", json!({ "user": "ronni" })).await;
    assert_eq!(kind, "unavailable");
    assert!(text.contains("restart it when it is mended"), "{text}");
    within("the restart", bad.restart()).await;
    state(&bad, PluginState::Running).await;
    assert_eq!(ok(&gifts, "get", json!({ "user": "ronni" })).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_is_called_from_the_moment_it_takes_over() {
    let host = Host::start();
    let (old, gifts) = pair(&host).await;
    let give = || json!({ "user": "ronni", "amount": 5 });
    assert_eq!(ok(&gifts, "give", give()).await, 5);
    let bytes = crate::kit::fixture("points");
    let candidate = host.runtime.load_beside(&bytes, granted("points")).await;
    let candidate = candidate.unwrap();
    within("its start", candidate.started()).await;
    assert_eq!(ok(&gifts, "give", give()).await, 10, "still the old one");
    let standby = candidate.take_over(&old);
    assert_eq!(
        ok(&gifts, "give", give()).await,
        5,
        "the new one counts anew"
    );
    let back = within("the way back", standby.give_back()).await;
    assert_eq!(ok(&gifts, "give", give()).await, 15);
    assert_eq!(back.metrics().traps, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_compatible_version_is_called_and_another_one_is_named() {
    let host = Host::start();
    let gifts = host.load("gifts", granted("gifts")).await;
    let user = || json!({ "user": "ronni" });
    let newer = [("points@1.0.0", "points@1.2.0")];
    let points = load_changed(&host, "points", &newer, granted("points")).await;
    assert_eq!(ok(&gifts, "get", user()).await, 0);
    within("the end", points.stop()).await;

    let other = [("points@1.0.0", "points@2.0.0")];
    let points = load_changed(&host, "points", &other, granted("points")).await;
    let (kind, text) = refusal(&gifts, "get", user()).await;
    assert_eq!(kind, "unavailable");
    assert!(
        text.contains("`points` offers `ronni:points/points@2.0.0`")
            && text.contains("`ronni:points/points@1.0.0` is asked for"),
        "{text}"
    );
    within("the end", points.stop()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_of_another_shape_is_not_called_and_both_shapes_are_named() {
    let host = Host::start();
    let gifts = host.load("gifts", granted("gifts")).await;
    let renamed = [("amount", "number")];
    load_changed(&host, "points", &renamed, granted("points")).await;
    assert_eq!(ok(&gifts, "get", json!({ "user": "ronni" })).await, 0);
    let (kind, text) = refusal(&gifts, "give", json!({ "user": "ronni" })).await;
    assert_eq!(kind, "unavailable");
    assert!(
        text.contains("number: u32") && text.contains("amount: u32") && text.contains("same WIT"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_offer_it_the_one_is_called_that_may_be() {
    let host = Host::start();
    let bad = host.load("bad-points", granted("bad-points")).await;
    let points = host.load("points", granted("points")).await;
    let mut options = granted("gifts");
    options.grants = crate::kit::grants(&["plugin:points.**"]);
    let gifts = host.load("gifts", options).await;
    assert_eq!(
        ok(&gifts, "give", json!({ "user": "a", "amount": 1 })).await,
        1
    );
    // What may call both calls the first that runs.
    let both = host.load("gifts", called("both")).await;
    assert_eq!(
        refusal(&both, "give", json!({ "user": "a" })).await.0,
        "failed"
    );
    within("the end", bad.stop()).await;
    assert_eq!(
        ok(&both, "give", json!({ "user": "a", "amount": 1 })).await,
        2
    );
    assert_eq!(points.metrics().traps, 0);
}

use std::time::Duration;

use futures_util::future::join_all;
use pato_events::catalogue::host::PluginState;
use pato_permissions::Grants;
use pato_runtime::{LoadOptions, ServiceError};
use serde_json::{Value, json};

use crate::kit::{
    Host, Witness, command, eventually, granted, granted_to, limited, manifest, ok, refusal,
    requesting, state, within,
};
use crate::{called, counted, pair};

/// A host with memory for what is far too large.
fn large() -> Host {
    Host::start_with(|configuration| configuration.max_memory = 256 << 20)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_spins_or_traps_is_an_error_for_the_one_that_called_and_nothing_more() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let bad = host.load("bad-points", limited("bad-points", |_| {})).await;
    let gifts = host.load("gifts", granted("gifts")).await;
    for (number, user, says) in [(1, "spin", "processor time"), (2, "trap", "unreachable")] {
        let (kind, text) = refusal(&gifts, "get", json!({ "user": user })).await;
        assert_eq!(kind, "failed", "{text}");
        assert!(
            text.contains("`bad-points` was stopped in the middle of it") && text.contains(says),
            "{text}"
        );
        eventually("its next start", || bad.metrics().restarts == number).await;
        state(&bad, PluginState::Running).await;
        assert_eq!(ok(&gifts, "get", json!({ "user": "ronni" })).await, 0);
    }
    let call = json!({ "plugin": "bad-points", "command": "abort", "parameters": {} });
    assert_eq!(refusal(&gifts, "call", call).await.0, "failed");
    assert_eq!(gifts.metrics().traps, 0);
    assert_eq!(counted(&host, "gifts", "get").failures, 2);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_calls_its_caller_is_refused_with_the_chain() {
    let host = Host::start();
    let requesting = requesting(manifest("bad-points"), &["plugin:gifts.get"]);
    host.load("bad-points", granted_to(requesting)).await;
    let gifts = host.load("gifts", granted("gifts")).await;
    let (kind, text) = refusal(&gifts, "get", json!({ "user": "back" })).await;
    assert_eq!(kind, "failed");
    assert!(text.contains("bad-points -> gifts -> bad-points"), "{text}");
    // It calls itself.
    let own = json!({ "plugin": "me", "command": "pass", "parameters": {} });
    let me = host.load("gifts", called("me")).await;
    let (kind, text) = refusal(&me, "call", own).await;
    assert!(kind == "failed" && text.contains("me -> me"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cycle_of_five_is_refused_with_the_chain_and_the_way_without_one_is_open() {
    let host = Host::start();
    let mut ring = Vec::new();
    for number in 1..=5 {
        ring.push(host.load("gifts", called(&format!("ring-{number}"))).await);
    }
    let to = |numbers: &[u32]| {
        let ids = numbers.iter().map(|number| format!("ring-{number}"));
        json!({ "to": ids.collect::<Vec<_>>() })
    };
    // Each passes on what the next one answered.
    let innermost = |mut answer: Value| {
        while answer["ok"].is_object() {
            answer = answer["ok"].take();
        }
        answer
    };
    let answer = command(&ring[0], "pass", to(&[2, 3, 4, 5])).await;
    assert_eq!(answer.to_string().matches("the end").count(), 1, "{answer}");
    let answer = innermost(command(&ring[0], "pass", to(&[2, 3, 4, 5, 1])).await);
    assert_eq!(answer["error"]["kind"], "failed", "{answer}");
    let text = answer["error"]["text"].as_str().unwrap();
    let chain = "ring-5 -> ring-1 -> ring-2 -> ring-3 -> ring-4 -> ring-5";
    assert!(text.contains(chain), "{text}");

    // All at once, each the whole way round and back: some are refused, none waits for ever.
    let all = ring.iter().zip(0_u32..).map(|(plugin, own)| {
        let way: Vec<u32> = (1..=4).map(|step| (own + step) % 5 + 1).collect();
        let parameters = to(&way);
        async move {
            for _ in 0..20 {
                let answer = command(plugin, "pass", parameters.clone()).await;
                let text = answer.to_string();
                assert!(
                    text.contains("the end") || text.contains("wait for each other"),
                    "{text}"
                );
            }
        }
    });
    within("all five", join_all(all)).await;
    let answer = command(&ring[4], "pass", to(&[1, 2])).await;
    assert!(answer.to_string().contains("the end"), "{answer}");
    assert!(ring.iter().all(|plugin| plugin.metrics().traps == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_is_refused_and_what_is_far_too_large_is_not_even_copied() {
    let host = large();
    let witness = Witness::start(&host).await;
    let roomy = |name: &str| limited(name, |limits| limits.memory = 256 << 20);
    let bad = host.load("bad-points", roomy("bad-points")).await;
    let mut options = roomy("gifts");
    options.limits.as_mut().unwrap().processor_time = Duration::from_secs(30);
    let gifts = host.load("gifts", options).await;

    // More than a call may carry, less than Wasmtime copies.
    let size = |bytes: u32| json!({ "size": bytes });
    let (kind, text) = refusal(&gifts, "restore", size(180_000)).await;
    assert!(
        kind == "invalid" && text.contains("4194304 are carried"),
        "{text}"
    );
    let (kind, text) = refusal(&gifts, "backup", size(180_000)).await;
    assert!(kind == "failed" && text.contains("ask for less"), "{text}");
    assert_eq!((bad.metrics().traps, gifts.metrics().traps), (0, 0));

    // 100 MB as the answer: the one that answers traps, the one that asked gets an error.
    let (kind, text) = refusal(&gifts, "backup", size(100_000_000)).await;
    assert_eq!(kind, "failed");
    assert!(
        text.contains("in the middle of it") && text.contains("fuel"),
        "{text}"
    );
    eventually("its next start", || bad.metrics().restarts == 1).await;
    assert_eq!((bad.metrics().traps, gifts.metrics().traps), (1, 0));

    // 100 MB as an argument: the one that asks traps, and the other one hears nothing of it.
    state(&bad, PluginState::Running).await;
    let calls = bad.metrics().calls;
    let parameters = pato_events::Payload::from_value(&size(100_000_000)).unwrap();
    let answer = within("the answer", gifts.command("restore", &parameters)).await;
    assert!(matches!(answer, Err(ServiceError::Failed(_))), "{answer:?}");
    eventually("the trap", || gifts.metrics().traps == 1).await;
    assert_eq!((bad.metrics().traps, bad.metrics().calls), (1, calls));
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consent_revoked_in_the_middle_of_a_call_ends_the_waiting() {
    let host = Host::start();
    let endless = |limits: &mut pato_runtime::Limits| limits.processor_time = Duration::MAX;
    let bad = host
        .load("bad-points", limited("bad-points", endless))
        .await;
    let gifts = host.load("gifts", granted("gifts")).await;
    let waiting = refusal(&gifts, "get", json!({ "user": "spin" }));
    let revoked = async {
        eventually("the call", || bad.metrics().calls == 2).await;
        gifts.set_grants(&Grants::default());
    };
    let ((kind, text), ()) = tokio::join!(waiting, revoked);
    assert_eq!(kind, "denied");
    assert_eq!(text, "pato plugin grant gifts plugin:bad-points.points.get");
    within("the end", bad.stop()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_stopped_in_the_middle_of_a_call_is_unavailable() {
    let host = Host::start();
    let endless = |limits: &mut pato_runtime::Limits| limits.processor_time = Duration::MAX;
    let bad = host
        .load("bad-points", limited("bad-points", endless))
        .await;
    let gifts = host.load("gifts", granted("gifts")).await;
    let waiting = refusal(&gifts, "get", json!({ "user": "spin" }));
    let stopped = async {
        eventually("the call", || bad.metrics().calls == 2).await;
        within("the end", bad.stop()).await;
    };
    let ((kind, text), ()) = tokio::join!(waiting, stopped);
    assert_eq!(kind, "unavailable");
    assert!(
        text.contains("`bad-points` was stopped meanwhile"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_longer_than_whoever_called_him() {
    let host = Host::start();
    let endless = |limits: &mut pato_runtime::Limits| limits.processor_time = Duration::MAX;
    let bad = host
        .load("bad-points", limited("bad-points", endless))
        .await;
    let hasty = LoadOptions {
        limits: Some(pato_runtime::Limits {
            host_call: Duration::from_millis(300),
            ..pato_runtime::Limits::default()
        }),
        ..called("hasty")
    };
    let hasty = host.load("gifts", hasty).await;
    let middle = host.load("gifts", called("middle")).await;
    let get = json!({ "plugin": "middle", "command": "get", "parameters": { "user": "spin" } });
    let (kind, text) = refusal(&hasty, "call", get).await;
    assert_eq!(kind, "timed-out");
    assert!(
        text.contains("`middle.get` was not answered within 0.3 s"),
        "{text}"
    );
    // The one in the middle has ten seconds of its own, and does not use them.
    eventually("its answer", || {
        counted(&host, "middle", "get").failures == 1
    })
    .await;
    let failure = counted(&host, "middle", "get").last_failure.unwrap();
    assert!(failure.contains("before `middle` had to be"), "{failure}");
    within("the end", bad.stop()).await;
    assert_eq!(middle.metrics().traps, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once_are_each_answered() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let (points, gifts) = pair(&host).await;
    let mut callers = vec![gifts];
    for number in 0..9 {
        callers.push(
            host.load("gifts", called(&format!("caller-{number}")))
                .await,
        );
    }
    let from_plugins = callers.iter().map(|caller| async move {
        for _ in 0..100 {
            ok(caller, "give", json!({ "user": "ronni", "amount": 1 })).await;
        }
    });
    let from_the_user = (0..1_000).map(|_| points.call("points", "get", "\"ronni\""));
    let (_, answers) = within("all of them", async {
        tokio::join!(join_all(from_plugins), join_all(from_the_user))
    })
    .await;
    assert_eq!(answers.len(), 1_000);
    let answered = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(answered >= 32, "{answered}");
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let full = matches!(refused, ServiceError::Unavailable(text) if text.contains("too much"));
        assert!(full, "{refused:?}");
    }
    // Not one of those that plugins made was refused or lost.
    assert_eq!(
        points.call("points", "get", "\"ronni\"").await.unwrap(),
        "ok(1000)"
    );
    witness.lost_nothing().await;
}

//! Plugins that do too much of what they may do.

use std::time::Duration;

use pato_bus::{MailboxConfiguration, Overflow};
use pato_events::Pattern;
use pato_events::catalogue::host::PluginState;
use serde_json::json;

use crate::kit::{Host, Witness, eventually, grants, limited, log, logged};

/// The processor time of a flood on a slow machine.
const LONG: Duration = Duration::from_secs(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_events_is_held_to_its_rate() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let drops = host.listen("flood-bus.drop");
    let idle = host.bus.subscribe(MailboxConfiguration {
        name: "idle".into(),
        capacity: 16,
        overflow: Overflow::DropOldest,
    });
    idle.add(Pattern::new("flood-bus.**").unwrap());
    let options = limited("flood-bus", |limits| {
        limits.publish_rate = 100;
        limits.processor_time = LONG;
    });
    let plugin = host.load("flood-bus", options).await;
    host.publish("test.flood-bus", json!({ "count": 20_000 }));
    eventually("the flood to end", || logged(&plugin, "published ")).await;

    let metrics = plugin.metrics();
    assert_eq!((metrics.traps, metrics.poisoned), (0, 0));
    let published = metrics.published;
    // The bucket of one second, and what flowed in since: at most 50 s of it.
    assert!((100..=5_200).contains(&published), "{published}");
    let line = format!("published {published}, refused {}", 20_000 - published);
    assert!(logged(&plugin, &line), "{:?}", log(&plugin));
    assert_eq!(drops.arrived().len() as u64, published);
    let waiting = idle.metrics();
    assert_eq!(waiting.queued, 16);
    assert_eq!(waiting.dropped, published - 16);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_the_log_is_left_out_and_counted() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let done = host.listen("flood-log.done");
    let options = limited("flood-log", |limits| {
        limits.log_lines_kept = 1 << 20;
        limits.processor_time = LONG;
    });
    let plugin = host.load("flood-log", options).await;
    host.publish("test.flood-log", json!({ "count": 5_000 }));
    done.data().await;
    // Until there is room for the count of what was left out.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    host.publish("test.flood-log", json!({ "count": 1 }));
    done.data().await;

    let lines = log(&plugin);
    let count = |line: &String| -> Option<usize> {
        let (count, _) = line.split_once(" lines were left out: the plugin logs too fast")?;
        Some(count.parse().unwrap())
    };
    let left_out: usize = lines.iter().filter_map(count).sum();
    let written = lines.iter().filter(|line| count(line).is_none()).count();
    assert!(left_out > 0, "10,000 lines in less than 100 seconds");
    assert_eq!(
        written + left_out,
        10_002,
        "every line is written or counted"
    );
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_latest_lines_of_a_log_are_kept_and_none_is_long() {
    let host = Host::start();
    let done = host.listen("flood-log.done");
    let options = limited("flood-log", |limits| {
        limits.log_rate = 1_000_000;
        limits.log_lines_kept = 10;
        limits.log_line_bytes = 8;
        limits.processor_time = LONG;
    });
    let plugin = host.load("flood-log", options).await;
    host.publish("test.flood-log", json!({ "count": 1_000 }));
    done.data().await;
    let lines = log(&plugin);
    assert_eq!(lines.len(), 10);
    assert_eq!(lines[8], "line 999");
    assert_eq!(lines[9], "line 999… (19 bytes left out)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_the_storage_ends_at_the_quota() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let done = host.listen("flood-storage.done");
    let options = limited("flood-storage", |limits| limits.processor_time = LONG);
    let plugin = host.load("flood-storage", options).await;
    host.publish("test.flood-storage", json!({ "count": 100 }));
    assert_eq!(
        done.data().await,
        json!({
            "stored": 15,
            "refused": 85,
            "error": { "kind": "rate-limited", "wait": u32::MAX },
        })
    );
    assert!(host.storage.bytes_of("flood-storage") <= 1 << 20);
    assert_eq!(host.storage.of("flood-storage").len(), 15);
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_answers_itself_is_ended_by_its_chain_of_causes() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let again = host.listen("self-loop.again");
    let plugin = host.load("self-loop", limited("self-loop", |_| {})).await;
    let first = host.publish("test.self-loop", json!({}));
    eventually("the loop to end", || logged(&plugin, "the loop ends: ")).await;
    let mut cause = first.id.clone();
    for depth in 1..=16 {
        let event = again.next().await;
        assert_eq!((event.depth, event.cause.as_ref()), (depth, Some(&cause)));
        cause = event.id.clone();
    }
    assert!(again.arrived().is_empty());
    assert_eq!(host.bus.metrics().refused_loops, 1);
    let end = log(&plugin).join("\n");
    assert!(end.contains("refused as a loop"), "{end}");
    assert_eq!(plugin.state(), PluginState::Running);
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn huge_strings_are_answered_with_short_errors() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let done = host.listen("huge-strings.done");
    let mut options = limited("huge-strings", |limits| limits.processor_time = LONG);
    options.grants = grants(&[
        "subscribe:test.**",
        "publish:huge-strings.**",
        "call:chat.send",
        "http:probe.example",
        "websocket:probe.example",
        "storage:1MiB",
    ]);
    let plugin = host.load("huge-strings", options).await;
    host.publish("test.huge-strings", json!({ "bytes": 4 << 20 }));
    let answers = done.data().await;
    let answers = answers.as_object().unwrap();
    assert_eq!(answers.len(), 11);
    for (name, answer) in answers {
        let error = &answer["error"];
        let expected = match name.as_str() {
            "call" => "denied",
            "storage-value" => "rate-limited",
            "setting" => "not-found",
            _ => "invalid",
        };
        assert_eq!(error["kind"], expected, "{name}: {answer}");
        // The fixture cuts texts at 500 characters: these were shorter.
        let text = error["text"].as_str().unwrap_or_default();
        assert!(text.len() < 500, "{name}: {answer}");
    }
    assert!(log(&plugin).iter().all(|line| line.len() < 9 << 10));
    assert!(host.services.calls().is_empty());
    assert_eq!(host.storage.bytes_of("huge-strings"), 0);
    assert_eq!(plugin.metrics().traps, 0);
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strings_larger_than_a_call_may_carry_never_reach_the_host() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let options = limited("huge-strings", |limits| limits.processor_time = LONG);
    let plugin = host.load("huge-strings", options).await;
    host.publish("test.huge-strings", json!({}));
    eventually("the event to be given up", || {
        let metrics = plugin.metrics();
        (metrics.poisoned, metrics.traps) == (1, 2)
    })
    .await;
    let metrics = plugin.metrics();
    assert!(metrics.memory_peak <= plugin.limits().memory);
    assert!(log(&plugin).iter().all(|line| !line.contains("xxxx")));
    witness.lost_nothing().await;
}

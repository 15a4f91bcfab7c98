//! What happens when a plugin fails, and how its life is steered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests fail loudly"
)]

mod support;

use std::time::{Duration, Instant};

use pato_events::Payload;
use pato_events::catalogue::host::PluginState;
use pato_permissions::Grants;
use pato_runtime::{LogLevel, PluginHandle, RuntimeError, ServiceError, Tier};
use support::{Guest, Host, Plugin, wait_for};

/// Subscribes to `chat.*`. For each event publishes `probe.again` if it is delivered again,
/// `probe.snapshot` if it is how things stand, else `probe.news`; traps if its data is `{"p":1}`.
fn careful() -> Vec<u8> {
    let mut guest = Guest::new().with_events();
    let again = guest.publishing("probe.again");
    let snapshot = guest.publishing("probe.snapshot");
    let news = guest.publishing("probe.news");
    let lagged = guest.publishing("probe.lagged");
    // In the record of an event, byte 60 holds the flags and byte 68 the length of the data.
    guest
        .define(&format!(
            "(func $on_lag (param i32) (if (i32.eq (local.get 0) (i32.const 6)) (then {lagged})))"
        ))
        .subscribed_to("chat.*")
        .for_each_event(&format!(
            "(if (i32.eq (i32.load offset=68 (local.get $event)) (i32.const 7)) (then unreachable))
            (if (i32.and (i32.load8_u offset=60 (local.get $event)) (i32.const 8))
                (then {again})
                (else (if (i32.and (i32.load8_u offset=60 (local.get $event)) (i32.const 16))
                    (then {snapshot}) (else {news}))))"
        ))
        .build()
}

const POISON: &str = "{\"p\":1}";

/// Pauses a plugin, and waits until it says that it does.
async fn pause(plugin: &PluginHandle) {
    let mut status = plugin.watch();
    plugin.pause().await;
    let paused = status.wait_for(|status| status.reason.is_some());
    paused.await.unwrap();
}

fn topics(events: &[std::sync::Arc<pato_events::Event>]) -> Vec<&str> {
    let probes = events.iter().map(|event| event.topic.as_str());
    probes.filter(|topic| topic.starts_with("probe.")).collect()
}

#[tokio::test]
async fn after_a_trap_a_batch_comes_again_one_by_one_and_the_poison_is_dropped() {
    let host = Host::new();
    let plugin = host.run(&Plugin::new("careful"), &careful()).await;
    pause(&plugin).await;
    host.publish("chat.message", "{}");
    host.publish("chat.message", POISON);
    host.publish("chat.message", "{}");
    assert_eq!(plugin.metrics().queued, 3);
    plugin.resume().await;
    // The first was published for twice: once in the batch that trapped, once again.
    let events = host.wait_for_events("probe.again", 2).await;
    assert_eq!(
        topics(&events),
        ["probe.news", "probe.again", "probe.again"]
    );
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.news", 1).await;
    let metrics = plugin.metrics();
    assert_eq!(
        (metrics.traps, metrics.poisoned, metrics.restarts),
        (2, 1, 2)
    );
    let told = plugin
        .logs(1_000)
        .into_iter()
        .find(|line| line.text.contains("given up"));
    let told = told.unwrap();
    assert!(
        told.text.contains("chat.message") && told.level == LogLevel::Error,
        "{told:?}"
    );
}

#[tokio::test]
async fn events_that_come_while_a_plugin_restarts_are_not_lost() {
    let host = Host::new();
    let mut slow = Plugin::new("careful");
    slow.limits.restarts.first_pause = Duration::from_millis(300);
    slow.limits.restarts.longest_pause = Duration::from_millis(300);
    let plugin = host.run(&slow, &careful()).await;
    host.publish("chat.message", POISON);
    let status = host.wait_for_state(&plugin, PluginState::Restarting).await;
    assert!(status.reason.unwrap().contains("unreachable"));
    for _ in 0..20 {
        host.publish("chat.message", "{}");
    }
    host.wait_for_events("probe.news", 20).await;
    assert_eq!(plugin.metrics().poisoned, 1);
    assert_eq!(plugin.subscriptions().len(), 1);
}

#[tokio::test]
async fn a_plugin_that_keeps_trapping_is_quarantined_until_the_user_wants_another_try() {
    let host = Host::new();
    let component = Guest::new().life_cycle("unreachable", "").build();
    let plugin = host.load(&Plugin::new("broken"), &component).await;
    let status = host.wait_for_state(&plugin, PluginState::Quarantined).await;
    assert!(
        status
            .reason
            .as_ref()
            .unwrap()
            .contains("that was trap 5 within 60 s"),
        "{status:?}"
    );
    assert_eq!(plugin.metrics().traps, 5);
    let answer = plugin.command("anything", &Payload::empty()).await;
    assert!(
        matches!(answer, Err(ServiceError::Unavailable(_))),
        "{answer:?}"
    );
    plugin.restart().await;
    wait_for(&plugin, "another try", |metrics| metrics.traps == 10).await;
    host.wait_for_state(&plugin, PluginState::Quarantined).await;
    // The state is on the bus, as the latest of the plugin's status.
    let snapshot = host.bus.snapshot(&"plugin.status".parse().unwrap());
    assert_eq!(snapshot.len(), 1);
    assert_eq!(&*snapshot[0].source, "plugin:broken");
    assert!(
        snapshot[0].data.as_str().contains("quarantined"),
        "{:?}",
        snapshot[0]
    );
    plugin.stop().await;
    assert_eq!(plugin.state(), PluginState::Stopped);
}

#[tokio::test]
async fn an_error_from_init_is_shown_and_not_tried_again() {
    let host = Host::new();
    let mut guest = Guest::new();
    let text = guest.texts.push("no tea in the house");
    // The result: an error (1), and of the errors the last (6), with the text's address and length.
    let component = guest
        .life_cycle(
            &format!(
                "(i32.store8 (i32.const 64) (i32.const 1)) (i32.store8 (i32.const 68) (i32.const 6))
                (call $store {text}) (i32.const 64)"
            ),
            "",
        )
        .define("(func $store (param i32 i32) (i32.store (i32.const 72) (local.get 0)) (i32.store (i32.const 76) (local.get 1)))")
        .build();
    let plugin = host.load(&Plugin::new("thirsty"), &component).await;
    let status = plugin.started().await;
    assert_eq!(status.state, PluginState::Failed);
    assert_eq!(status.reason.unwrap(), "init: no tea in the house");
    let metrics = plugin.metrics();
    assert_eq!((metrics.traps, metrics.restarts), (0, 0));
    let twice = host.try_load(&Plugin::new("thirsty"), &component).await;
    assert!(matches!(twice, Err(RuntimeError::AlreadyLoaded(_))));
    plugin.stop().await;
    host.load(&Plugin::new("thirsty"), &component).await;
}

#[tokio::test]
async fn shutdown_gets_its_chance_and_no_more_than_its_time() {
    let host = Host::new();
    let mut guest = Guest::new().with_events();
    let bye = guest.publishing("probe.bye");
    let polite = guest.life_cycle("(i32.const 1024)", &bye).build();
    let stubborn = Guest::new()
        .life_cycle("(i32.const 1024)", "(loop $for_ever (br $for_ever))")
        .build();
    let mut plugins = Vec::new();
    for id in ["polite-a", "polite-b", "polite-c"] {
        plugins.push(host.run(&Plugin::new(id), &polite).await);
    }
    let stubborn = host.run(&Plugin::new("stubborn"), &stubborn).await;
    let started = Instant::now();
    host.runtime.shutdown(Duration::from_millis(300)).await;
    // Its processor time alone would be 5 seconds.
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    host.wait_for_events("probe.bye", 3).await;
    for plugin in plugins.iter().chain([&stubborn]) {
        assert_eq!(plugin.state(), PluginState::Stopped);
    }
    assert!(host.runtime.plugins().is_empty());
    let late = host.try_load(&Plugin::new("late"), &polite).await;
    assert!(matches!(late, Err(RuntimeError::ShuttingDown)));
}

#[tokio::test]
async fn a_full_mailbox_loses_the_oldest_events_and_says_so() {
    let host = Host::new();
    let mut small = Plugin::new("careful");
    small.more = "mailbox = { capacity = 4 }";
    let plugin = host.run(&small, &careful()).await;
    pause(&plugin).await;
    for _ in 0..10 {
        host.publish("chat.message", "{}");
    }
    plugin.resume().await;
    let events = host.wait_for_events("probe.news", 4).await;
    assert!(topics(&events).contains(&"probe.lagged"), "{events:#?}");
    assert!(
        events
            .iter()
            .any(|event| event.topic.as_str() == "plugin.lagged")
    );
    let metrics = plugin.metrics();
    assert_eq!((metrics.events, metrics.dropped, metrics.queued), (4, 6, 0));
}

#[tokio::test]
async fn whoever_subscribes_gets_the_state_first_also_after_a_restart() {
    let host = Host::new();
    let mut draft = pato_events::Draft::new(
        "chat.mode".parse().unwrap(),
        "test",
        Payload::parse("{\"slow\":true}").unwrap(),
    );
    draft.stateful = true;
    host.bus.publish(draft).unwrap();
    let plugin = host.run(&Plugin::new("careful"), &careful()).await;
    host.publish("chat.message", "{}");
    let events = host.wait_for_events("probe.news", 1).await;
    assert_eq!(topics(&events), ["probe.snapshot", "probe.news"]);
    host.publish("chat.message", POISON);
    wait_for(&plugin, "the poison to go", |metrics| metrics.poisoned == 1).await;
    host.publish("chat.message", "{}");
    let events = host.wait_for_events("probe.news", 1).await;
    let snapshots = topics(&events)
        .into_iter()
        .filter(|topic| *topic == "probe.snapshot");
    assert_eq!(snapshots.count(), 2, "one for each restart");
}

#[tokio::test]
async fn grants_are_taken_back_at_once() {
    let host = Host::new();
    let plugin = host.run(&Plugin::new("careful"), &careful()).await;
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.news", 1).await;
    let all = Grants::all_of(plugin.manifest());
    let mut less = all.clone();
    less.remove(&"publish:probe.**".parse().unwrap()).unwrap();
    plugin.set_grants(&less);
    host.publish("chat.message", "{}");
    let denied = host.wait_for_events("plugin.denied", 1).await;
    let denied = denied.last().unwrap().data.as_str().to_owned();
    assert!(
        denied.contains("pato plugin grant careful publish:probe.news"),
        "{denied}"
    );
    // The user is told once, each refusal is counted.
    host.publish("chat.message", "{}");
    let metrics = wait_for(&plugin, "two refusals", |metrics| metrics.denials == 2).await;
    assert_eq!(metrics.published, 1);

    // What waits when a subscription is taken back is not delivered.
    plugin.set_grants(&all);
    pause(&plugin).await;
    host.publish("chat.message", "{}");
    plugin.set_grants(&Grants::default());
    assert!(plugin.subscriptions().is_empty());
    plugin.resume().await;
    wait_for(&plugin, "an empty mailbox", |metrics| metrics.queued == 0).await;
    assert_eq!(plugin.metrics().events, metrics.events);
}

#[tokio::test]
async fn a_plugin_that_answers_itself_is_stopped_by_the_length_of_the_chain() {
    let host = Host::new();
    let mut guest = Guest::new().with_events().ignoring_lag();
    let again = guest.publishing("probe.loop");
    let component = guest
        .subscribed_to("probe.loop")
        .for_each_event(&again)
        .build();
    let plugin = host.run(&Plugin::new("echo"), &component).await;
    host.publish("probe.loop", "{}");
    let events = host.wait_for_events("probe.loop", 17).await;
    assert_eq!(events.last().unwrap().depth, 16);
    wait_for(&plugin, "an end", |metrics| metrics.events == 17).await;
    assert_eq!(plugin.metrics().published, 16);
}

#[tokio::test]
async fn commands_are_answered_and_settings_and_timers_arrive() {
    let host = Host::new();
    let mut guest = Guest::new()
        .with_events()
        .import("timers", "after", "(param i32 i32)");
    let answer = guest.texts.push("[1, 2]");
    let (tick, changed) = (
        guest.publishing("probe.tick"),
        guest.publishing("probe.changed"),
    );
    let component = guest
        .life_cycle("(call $after (i32.const 20) (i32.const 64)) (i32.const 1024)", "")
        .define("(func $store (param i32 i32) (i32.store (i32.const 84) (local.get 0)) (i32.store (i32.const 88) (local.get 1)))")
        .handler("timer-handler", "handle-timer", &format!("(param i32) {tick}"))
        .handler("settings-handler", "settings-changed", &format!("(param i32 i32) {changed}"))
        .handler(
            "command-handler",
            "handle-command",
            &format!("(param i32 i32 i32 i32) (result i32) (i32.store8 (i32.const 80) (i32.const 0)) (call $store {answer}) (i32.const 80)"),
        )
        .build();
    let mut plugin = Plugin::new("capable");
    plugin.more = "commands = [{ name = \"count\" }]\nsettings.greeting = { type = \"string\", default = \"hello\" }";
    let plugin = host.run(&plugin, &component).await;
    host.wait_for_events("probe.tick", 1).await;
    let answer = plugin.command("count", &Payload::empty()).await.unwrap();
    assert_eq!(answer.as_str(), "{\"value\":[1,2]}");
    let unknown = plugin
        .command("cuont", &Payload::empty())
        .await
        .unwrap_err()
        .to_string();
    assert!(unknown.contains("did you mean `count`?"), "{unknown}");
    let unchanged = [("greeting".to_owned(), "hello".into())];
    plugin.set_settings(unchanged.into()).await;
    let changed = [("greeting".to_owned(), "good evening".into())];
    plugin.set_settings(changed.into()).await;
    host.wait_for_events("probe.changed", 1).await;
    assert_eq!(
        plugin.metrics().calls,
        5,
        "start, init, timer, command, settings"
    );
}

#[tokio::test]
async fn many_plugins_of_the_same_code_run_side_by_side() {
    let host = Host::new();
    let component = careful();
    let ids: Vec<&'static str> = vec![
        "p-a", "p-b", "p-c", "p-d", "p-e", "p-f", "p-g", "p-h", "p-i", "p-j", "p-k", "p-l", "p-m",
        "p-n", "p-o", "p-p", "p-q", "p-r", "p-s", "p-t",
    ];
    let plugins: Vec<_> = ids.iter().map(|id| Plugin::new(id)).collect();
    let loads = plugins.iter().map(|plugin| host.run(plugin, &component));
    let handles = futures_util::future::join_all(loads).await;
    for _ in 0..50 {
        host.publish("chat.message", "{}");
    }
    host.publish("chat.message", POISON);
    host.publish("chat.message", "{}");
    for handle in &handles {
        let metrics = wait_for(handle, "all events", |metrics| metrics.poisoned == 1).await;
        assert_eq!(metrics.dropped, 0);
        wait_for(handle, "all events", |metrics| metrics.events == 51).await;
    }
    let slots_freed = async {
        for handle in &handles {
            handle.stop().await;
        }
    };
    slots_freed.await;
    assert!(host.runtime.plugins().is_empty());
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn the_first_start_takes_code_that_is_there_soon_and_a_later_one_the_better_code() {
    let host = Host::new();
    let plugin = host.run(&Plugin::new("careful"), &careful()).await;
    assert_eq!(plugin.metrics().tier, Some(Tier::Baseline));
    // The better code is there at some time; a start before that takes what there is.
    let better = async {
        while plugin.metrics().tier != Some(Tier::Optimized) {
            plugin.restart().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let better = tokio::time::timeout(Duration::from_secs(60), better);
    better.await.expect("the better code");
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.news", 1).await;
}

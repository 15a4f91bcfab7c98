//! What a plugin can use, and what happens when it wants more.

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

use pato_events::catalogue::host::PluginState;
use pato_runtime::{Limits, RuntimeConfiguration, RuntimeError};
use support::{Guest, Host, Plugin, wait_for};

const SPIN: &str = "(loop $for_ever (br $for_ever))";

/// Publishes `probe.seen` for each `chat.message`.
fn echo() -> Vec<u8> {
    let mut guest = Guest::new().with_events().ignoring_lag();
    let seen = guest.publishing("probe.seen");
    guest
        .subscribed_to("chat.message")
        .for_each_event(&seen)
        .build()
}

fn quickly_stopped(id: &'static str) -> Plugin {
    let mut plugin = Plugin::new(id);
    plugin.limits.processor_time = Duration::from_millis(100);
    plugin
}

#[tokio::test]
async fn a_call_that_spins_is_stopped_while_other_plugins_lose_nothing() {
    let host = Host::new();
    let spin = Guest::new()
        .with_events()
        .ignoring_lag()
        .subscribed_to("chat.cleared")
        .for_each_event(SPIN)
        .build();
    let spinning = host.run(&quickly_stopped("spinning"), &spin).await;
    let echo = host.run(&Plugin::new("echo"), &echo()).await;
    host.publish("chat.cleared", "{}");
    for _ in 0..500 {
        host.publish("chat.message", "{}");
        tokio::task::yield_now().await;
    }
    host.wait_for_events("probe.seen", 500).await;
    let metrics = wait_for(&spinning, "a trap", |metrics| metrics.traps > 0).await;
    let error = metrics.last_error.unwrap();
    assert!(
        error.contains("handle-events: it used more than 0.1 s"),
        "{error}"
    );
    assert!(
        metrics.processor_milliseconds >= 100.0,
        "{}",
        metrics.processor_milliseconds
    );
    let metrics = echo.metrics();
    assert_eq!(
        (metrics.events, metrics.traps, metrics.dropped),
        (500, 0, 0)
    );
    // Twice on the same event: it is given up, and the plugin goes on.
    let metrics = wait_for(&spinning, "recovery", |metrics| metrics.poisoned == 1).await;
    assert_eq!(metrics.traps, 2);
    host.wait_for_state(&spinning, PluginState::Running).await;
}

#[tokio::test]
async fn instantiation_has_the_same_deadline() {
    let host = Host::new();
    let component = Guest::new()
        .define(&format!("(func $begin {SPIN}) (start $begin)"))
        .life_cycle("(i32.const 1024)", "")
        .build();
    let plugin = host.load(&quickly_stopped("spinning"), &component).await;
    let metrics = wait_for(&plugin, "a trap", |metrics| metrics.traps > 0).await;
    let error = metrics.last_error.unwrap();
    assert!(error.contains("start: it used more than 0.1 s"), "{error}");
}

#[tokio::test]
async fn waiting_in_a_host_call_is_no_processor_time() {
    let host = Host::new();
    let mut guest = Guest::new()
        .with_events()
        .import("services", "call", "(param i32 i32 i32 i32 i32)")
        .ignoring_lag();
    let (action, parameters) = (guest.texts.push("chat.slow"), guest.texts.push("{}"));
    let seen = guest.publishing("probe.seen");
    let component = guest
        .subscribed_to("chat.message")
        .for_each_event(&format!(
            "(call $call {action} {parameters} (i32.const 64)) {seen}"
        ))
        .build();
    let plugin = host.run(&quickly_stopped("patient"), &component).await;
    let started = Instant::now();
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.seen", 1).await;
    assert!(started.elapsed() >= Duration::from_millis(300));
    let metrics = plugin.metrics();
    assert_eq!(metrics.traps, 0);
    assert!(
        metrics.processor_milliseconds < 100.0,
        "{}",
        metrics.processor_milliseconds
    );
}

#[tokio::test]
async fn a_host_call_that_is_not_answered_times_out_and_a_call_cannot_wait_for_ever() {
    let host = Host::new();
    let mut guest = Guest::new()
        .with_events()
        .import("services", "call", "(param i32 i32 i32 i32 i32)")
        .ignoring_lag();
    let (action, parameters) = (guest.texts.push("chat.never"), guest.texts.push("{}"));
    let seen = guest.publishing("probe.timed-out");
    // The result: an error (1), and of the errors the one for time limits (5).
    let component = guest
        .subscribed_to("chat.message")
        .for_each_event(&format!(
            "(call $call {action} {parameters} (i32.const 64))
            (if (i32.and
                    (i32.eq (i32.load8_u (i32.const 64)) (i32.const 1))
                    (i32.eq (i32.load8_u (i32.const 68)) (i32.const 5)))
                (then {seen}))"
        ))
        .build();
    let mut plugin = Plugin::new("patient");
    plugin.limits.host_call = Duration::from_millis(50);
    host.run(&plugin, &component).await;
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.timed-out", 1).await;

    let mut plugin = Plugin::new("endless");
    plugin.limits.call_duration = Duration::from_millis(50);
    let endless = host.run(&plugin, &component).await;
    host.publish("chat.message", "{}");
    let metrics = wait_for(&endless, "a trap", |metrics| metrics.traps > 0).await;
    let error = metrics.last_error.unwrap();
    assert!(error.contains("did not end within 0.05 s"), "{error}");
}

#[tokio::test]
async fn memory_beyond_the_limit_is_refused_and_said() {
    let host = Host::new();
    let grows = |pages: u32| {
        Guest::new()
            .life_cycle(
                &format!(
                    "(if (i32.eq (memory.grow (i32.const {pages})) (i32.const -1))
                        (then unreachable))
                    (i32.const 1024)"
                ),
                "",
            )
            .build()
    };
    let mut modest = Plugin::new("modest");
    modest.limits.memory = 4 << 16;
    let handle = host.run(&modest, &grows(2)).await;
    assert_eq!(handle.metrics().memory, 4 << 16);
    let mut greedy = Plugin::new("greedy");
    greedy.limits.memory = 4 << 16;
    let handle = host.load(&greedy, &grows(3)).await;
    let metrics = wait_for(&handle, "a trap", |metrics| metrics.traps > 0).await;
    assert!(
        metrics.memory_refused > 0 && metrics.memory_peak <= 4 << 16,
        "{metrics:?}"
    );
    let error = metrics.last_error.unwrap();
    assert!(
        error.contains("it wanted more than its 262144 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_plugin_that_calls_itself_too_deeply_traps_by_itself() {
    let host = Host::new();
    let component = Guest::new()
        .define("(func $deeper (param i32) (call $deeper (i32.add (local.get 0) (i32.const 1))) (drop (i32.load (local.get 0))))")
        .life_cycle("(call $deeper (i32.const 0)) (i32.const 1024)", "")
        .build();
    let plugin = host.load(&Plugin::new("deep"), &component).await;
    let metrics = wait_for(&plugin, "a trap", |metrics| metrics.traps > 0).await;
    let error = metrics.last_error.unwrap();
    assert!(
        error.contains("init: it called itself too deeply"),
        "{error}"
    );
}

#[tokio::test]
async fn instructions_are_limited_where_they_are_counted() {
    let spin = Guest::new()
        .life_cycle(&format!("{SPIN} (i32.const 1024)"), "")
        .build();
    let mut plugin = Plugin::new("spinning");
    plugin.limits.instructions = Some(1_000_000);
    let refused = Host::new().try_load(&plugin, &spin).await;
    assert!(matches!(refused, Err(RuntimeError::InstructionsNotCounted)));

    let host = Host::with(RuntimeConfiguration {
        count_instructions: true,
        ..RuntimeConfiguration::default()
    });
    let spinning = host.load(&plugin, &spin).await;
    let metrics = wait_for(&spinning, "a trap", |metrics| metrics.traps > 0).await;
    let error = metrics.last_error.unwrap();
    assert!(error.contains("more instructions"), "{error}");
    // Without a limit, all is as usual.
    host.run(&Plugin::new("echo"), &echo()).await;
    host.publish("chat.message", "{}");
    host.wait_for_events("probe.seen", 1).await;
}

#[tokio::test]
async fn a_limit_above_what_the_runtime_reserved_is_refused() {
    let host = Host::new();
    let mut plugin = Plugin::new("greedy");
    plugin.limits = Limits {
        memory: 1 << 40,
        ..Limits::default()
    };
    let message = host
        .try_load(&plugin, &echo())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("memory may be 134217728 at most"),
        "{message}"
    );
}

#[tokio::test]
async fn texts_that_are_too_long_are_refused_and_those_that_are_absurd_trap() {
    let host = Host::new();
    let publish_bytes = |length: u32| {
        let mut guest = Guest::new().with_events();
        let topic = guest.texts.push("probe.long");
        let refused = guest.publishing("probe.refused");
        // The result: an error (1), and of the errors the one for wrong arguments (1).
        guest
            .life_cycle(
                &format!(
                    "(drop (memory.grow (i32.const 200)))
                    (memory.fill (i32.const 200000) (i32.const 32) (i32.const {length}))
                    (call $publish {topic} (i32.const 200000) (i32.const {length}) (i32.const 64))
                    (if (i32.and
                            (i32.eq (i32.load8_u (i32.const 64)) (i32.const 1))
                            (i32.eq (i32.load8_u (i32.const 68)) (i32.const 1)))
                        (then {refused}))
                    (i32.const 1024)"
                ),
                "",
            )
            .build()
    };
    let long = host
        .run(&Plugin::new("long"), &publish_bytes(300_000))
        .await;
    host.wait_for_events("probe.refused", 1).await;
    assert_eq!(long.metrics().traps, 0);
    let absurd = host
        .load(&Plugin::new("absurd"), &publish_bytes(9_000_000))
        .await;
    wait_for(&absurd, "a trap", |metrics| metrics.traps > 0).await;
}

#[tokio::test]
async fn a_plugin_that_floods_the_bus_is_told_to_wait() {
    let host = Host::new();
    let mut guest = Guest::new().with_events();
    let (flood, limited) = (
        guest.publishing("probe.flood"),
        guest.publishing("probe.limited"),
    );
    // Of the errors, 4 is the one for rates. What says so has to wait itself.
    let component = guest
        .life_cycle(
            &format!(
                "(local $left i32) (local.set $left (i32.const 5000))
                (loop $again
                    {flood}
                    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                    (br_if $again (local.get $left)))
                (if (i32.eq (i32.load8_u (i32.const 68)) (i32.const 4))
                    (then (loop $wait {limited} (br_if $wait (i32.load8_u (i32.const 64))))))
                (i32.const 1024)"
            ),
            "",
        )
        .build();
    let mut plugin = Plugin::new("flood");
    plugin.limits.publish_rate = 50;
    let handle = host.run(&plugin, &component).await;
    host.wait_for_events("probe.limited", 1).await;
    assert!(handle.metrics().published < 5_000, "{:?}", handle.metrics());
}

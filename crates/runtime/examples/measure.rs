#![allow(
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made may stop; what it does not use, the benches do"
)]
//! Measures what is no time of one call: memory, start-up, and losses under load. Prints a line of JSON
//! for each figure; `cargo xtask bench` makes a table of them.

#[path = "../benches/setting/mod.rs"]
mod setting;

use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use pato_runtime::PluginHandle;
use serde_json::{Value, json};

use self::setting::{Guest, Host, wait_until_handled};

#[tokio::main]
async fn main() {
    let guest = Guest::read();
    let row = match std::env::args().nth(1).as_deref() {
        Some("memory") => memory_of_an_idle_plugin(&guest).await,
        Some("start") => start_with_a_warm_cache(&guest).await,
        Some("flood") => flood_through_twenty_plugins(&guest).await,
        _ => return measure_each_by_itself(),
    };
    println!("{row}");
}

/// Memory that one measurement leaves behind would hide what the next one needs: a process for each.
fn measure_each_by_itself() {
    let program = std::env::current_exe().unwrap();
    for measurement in ["memory", "start", "flood"] {
        let ended = Command::new(&program).arg(measurement).status().unwrap();
        assert!(ended.success(), "{measurement}: {ended}");
    }
}

/// All plugins differ in their bytes, so that none shares another's code.
async fn memory_of_an_idle_plugin(guest: &Guest) -> Value {
    const PLUGINS: usize = 200;
    eprintln!("loading {PLUGINS} plugins of {} bytes", guest.bytes.len());
    let cache = tempfile::tempdir().unwrap();
    let host = Host::start(Some(cache.path()));
    host.load(guest, &guest.altered(0), 0).await;
    let before = resident();
    for number in 1..PLUGINS {
        host.load(guest, &guest.altered(number), number).await;
    }
    let each = (resident() - before) / (PLUGINS as f64 - 1.0);
    host.runtime.shutdown(Duration::from_secs(5)).await;
    row(
        &format!(
            "memory for each further idle plugin ({} KB Rust component, of {PLUGINS} loaded)",
            guest.bytes.len() / 1000
        ),
        &format!("{:.0} KiB resident", each * 1024.0),
        "under 1 MiB resident",
        each < 1.0,
    )
}

async fn start_with_a_warm_cache(guest: &Guest) -> Value {
    const PLUGINS: usize = 50;
    eprintln!("starting {PLUGINS} plugins, first compiled, then from the cache");
    let contents: Vec<_> = (0..PLUGINS).map(|number| guest.altered(number)).collect();
    let cache = tempfile::tempdir().unwrap();
    let mut times = Vec::new();
    for _ in 0..2 {
        let host = Host::start(Some(cache.path()));
        let begin = Instant::now();
        let loading = contents.iter().enumerate();
        join_all(loading.map(|(number, bytes)| host.load(guest, bytes, number))).await;
        times.push(begin.elapsed().as_secs_f64());
        host.runtime.shutdown(Duration::from_secs(5)).await;
    }
    let [compiled, cached] = times[..] else {
        panic!("two times were taken");
    };
    let ratio = compiled / cached;
    row(
        &format!("start of {PLUGINS} plugins with a warm cache, against compiling them"),
        &format!(
            "{ratio:.0} x faster ({:.0} ms, {:.0} ms)",
            cached * 1e3,
            compiled * 1e3
        ),
        "at least 20 x faster",
        ratio >= 20.0,
    )
}

async fn flood_through_twenty_plugins(guest: &Guest) -> Value {
    const PLUGINS: usize = 20;
    const LINES: u64 = 100_000;
    const MOST_MEMORY: f64 = 64.0;
    eprintln!("sending {LINES} chat lines through {PLUGINS} plugins");
    let host = Host::start(None);
    let plugins = host.load_many(guest, PLUGINS).await;
    let before = resident();
    let mut peak = before;
    let mut waiting = 0;
    let begin = Instant::now();
    for number in 0..LINES {
        host.publish();
        if number % 1_000 == 0 {
            peak = peak.max(resident());
            let queued = plugins.iter().map(|plugin| plugin.metrics().queued);
            waiting = waiting.max(queued.max().unwrap_or(0));
        }
    }
    let published = begin.elapsed().as_secs_f64();
    while plugins.iter().any(|plugin| plugin.metrics().queued > 0) {
        peak = peak.max(resident());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if lost(&plugins) == 0 {
        wait_until_handled(&plugins, LINES);
    }
    let handled = begin.elapsed().as_secs_f64();
    let mut counted = 0;
    for plugin in &plugins {
        let parameters = pato_events::Payload::parse("{}").unwrap();
        let answer = plugin.command("count", &parameters).await.unwrap();
        let answer: Value = serde_json::from_str(answer.as_str()).unwrap();
        counted += answer["value"].as_u64().unwrap();
    }
    let deliveries = PLUGINS as u64 * LINES;
    let grown = peak - before;
    let held = counted == deliveries && lost(&plugins) == 0 && grown < MOST_MEMORY;
    host.runtime.shutdown(Duration::from_secs(5)).await;
    row(
        &format!("{LINES} chat lines as fast as they go through {PLUGINS} plugins"),
        &format!(
            "{} lost; {:.0} deliveries/s (published in {published:.2} s, handled in {handled:.2} s); \
             {waiting} waited at most, {grown:.0} MiB more at most",
            deliveries - counted,
            deliveries as f64 / handled,
        ),
        &format!("none lost, under {MOST_MEMORY} MiB more"),
        held,
    )
}

fn lost(plugins: &[PluginHandle]) -> u64 {
    plugins.iter().map(|plugin| plugin.metrics().dropped).sum()
}

/// The process's resident memory in MiB, as Linux tells it.
fn resident() -> f64 {
    const PAGE: f64 = 4096.0;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * PAGE / 1024.0 / 1024.0
}

fn row(row: &str, value: &str, must: &str, held: bool) -> Value {
    json!({ "row": row, "value": value, "must": must, "held": held })
}

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made may stop"
)]
//! A long evening in short: a whole host under load. Prints a line of JSON for each figure;
//! `cargo xtask soak` makes a table of them.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use pato_host::permissions::Grants;
use pato_host::vault::Vault;
use pato_host::{
    Configuration, Consent, DataDirectory, Host, HostOptions, Origin, Package, TwitchSection,
};
use pato_test_servers::twitch::{self, TwitchServer};
use serde_json::{Value, json};
use wasm_encoder::{ComponentSection, CustomSection};

const PLUGINS: usize = 20;

/// How often lines are sent, and how many at a time: 10,000 a second.
const TICK: Duration = Duration::from_millis(10);
const LINES_PER_TICK: u64 = 100;

/// How much the host may grow between the first tenth of the time and the end, in MiB.
const MOST_GROWTH: f64 = 32.0;

#[tokio::main]
async fn main() {
    let seconds = std::env::args()
        .nth(1)
        .map_or(60, |text| text.parse().unwrap());
    println!("{}", load(Duration::from_secs(seconds)).await);
}

/// Chat lines over the socket of Twitch's test server, through the host, into plugins that count.
async fn load(time: Duration) -> Value {
    let server = TwitchServer::start(twitch::Configuration::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let host = start(folder.path(), &server).await;
    let tally = std::fs::read("target/guests/fixtures/tally.wasm").unwrap();
    for number in 0..PLUGINS {
        install(&host, &tally, number).await;
    }
    server.wait_for_joins(1).await.unwrap();
    eprintln!("sending 10,000 lines a second for {} s", time.as_secs());
    let ticks = u64::try_from(time.as_millis() / TICK.as_millis()).unwrap();
    let mut clock = tokio::time::interval(TICK);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let begin = Instant::now();
    let mut settled = 0.0;
    let mut peak: f64 = 0.0;
    for tick in 0..ticks {
        clock.tick().await;
        for _ in 0..LINES_PER_TICK {
            server.say("pato", "ronni", "hello from the crowd", &[]);
        }
        if tick == ticks / 10 {
            settled = resident();
        } else if tick > ticks / 10 && tick % 100 == 0 {
            peak = peak.max(resident());
        }
    }
    let sent = ticks * LINES_PER_TICK;
    let took = begin.elapsed().as_secs_f64();
    let counted = wait_for(&host, sent).await;
    peak = peak.max(resident());
    let lost = sent * PLUGINS as u64 - counted;
    let growth = (peak - settled).max(0.0);
    host.shutdown("the measurement is over").await;
    json!({
        "row": format!(
            "{sent} chat lines in {took:.0} s through Twitch's test server, {PLUGINS} plugins"
        ),
        "value": format!("{lost} of {} deliveries lost; {growth:.0} MiB more at most", sent * PLUGINS as u64),
        "must": format!("none lost, memory flat (under {MOST_GROWTH} MiB more)"),
        "held": lost == 0 && growth < MOST_GROWTH,
    })
}

async fn start(folder: &std::path::Path, server: &TwitchServer) -> Host {
    let configuration = Configuration {
        twitch: TwitchSection {
            channel: Some("pato".into()),
            server: Some(format!("irc://{}", server.address()).parse().unwrap()),
            ..TwitchSection::default()
        },
        ..Configuration::default()
    };
    let options = HostOptions {
        directory: DataDirectory::find(Some(folder.to_owned())).unwrap(),
        configuration,
        vault: Vault::new(),
        seed: 1,
        keyring: None,
        bundled: None,
    };
    Host::start(options).await.unwrap()
}

/// A copy of the plugin, with a name of its own.
async fn install(host: &Host, component: &[u8], number: usize) {
    let manifest = include_str!("../../../fixtures/plugins/tally/pato.toml")
        .replace("id = \"tally\"", &format!("id = \"tally-{number}\""));
    let mut bytes = component.to_vec();
    let section = CustomSection {
        name: Cow::Borrowed("pato:manifest"),
        data: Cow::Borrowed(manifest.as_bytes()),
    };
    section.append_to_component(&mut bytes);
    let package = Package::from_bytes(bytes).unwrap();
    let grants = Grants::all_of(&package.manifest);
    let consent = Consent::new(grants, Origin::File);
    host.install(package, consent).await.unwrap();
}

/// How many lines the plugins have counted together, once all are through or nothing moves any more.
async fn wait_for(host: &Host, sent: u64) -> u64 {
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut counted = 0;
        for number in 0..PLUGINS {
            let answer = host
                .call(&format!("tally-{number}.count"), "{}")
                .await
                .unwrap();
            let answer: Value = answer.read().unwrap();
            counted += answer["value"].as_u64().unwrap();
        }
        if counted >= sent * PLUGINS as u64 || counted == before {
            return counted;
        }
        before = counted;
    }
}

/// The process's resident memory in MiB, as Linux tells it.
fn resident() -> f64 {
    const PAGE: f64 = 4096.0;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * PAGE / 1024.0 / 1024.0
}

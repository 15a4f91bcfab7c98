#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run may stop"
)]
//! What a connector adds to reading JSON: from the bytes of a frame to the event on the bus, beside
//! `serde_json` reading the same bytes and nothing else. At the end, how many times as long it takes;
//! the aim is 2 at most.
//!
//! Nobody subscribes: what a delivery costs is measured by the bus. A line of IRC is no JSON; beside it
//! stands the same message as JSON, with each tag a field.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pato_bus::{Bus, BusConfiguration, ManualClock};
use pato_connectors::{obs, twitch};
use serde_json::{Value, json};

/// Twitch repeats messages, and the connector remembers 4096 of them: so many differ.
const LINES: usize = 8_192;

/// Rounds of which the median counts.
const ROUNDS: usize = 31;

fn bus() -> Bus {
    let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
    Bus::new(BusConfiguration::default(), clock)
}

/// As OBS writes it: its fields in the order of the alphabet.
fn scene_changed() -> Vec<u8> {
    let frame = json!({ "d": {
        "eventData": {
            "sceneName": "Gaming with camera",
            "sceneUuid": "3f1c7a52-8d0b-4e7b-9b7e-2a6e9d3c4b10",
        },
        "eventIntent": 4,
        "eventType": "CurrentProgramSceneChanged",
    }, "op": 5 });
    frame.to_string().into_bytes()
}

fn scene_list() -> Vec<u8> {
    let scenes: Vec<Value> = (0..20)
        .map(|index| {
            json!({
                "sceneIndex": index,
                "sceneName": format!("Gaming with camera {index}"),
                "sceneUuid": format!("3f1c7a52-8d0b-4e7b-9b7e-{index:012}"),
            })
        })
        .collect();
    let frame = json!({ "d": {
        "eventData": { "scenes": scenes },
        "eventIntent": 4,
        "eventType": "SceneListChanged",
    }, "op": 5 });
    frame.to_string().into_bytes()
}

const TAGS: [(&str, &str); 16] = [
    ("badge-info", "subscriber/14"),
    ("badges", "moderator/1,subscriber/12"),
    ("client-nonce", "459e3142897c7a22b7d275178f2259e0"),
    ("color", "#0000FF"),
    ("display-name", "Somebody"),
    ("emotes", "62835:0-10"),
    ("first-msg", "0"),
    ("flags", ""),
    ("mod", "1"),
    ("returning-chatter", "0"),
    ("room-id", "713936733"),
    ("subscriber", "1"),
    ("tmi-sent-ts", "1642696567751"),
    ("turbo", "0"),
    ("user-id", "713936733"),
    ("user-type", "mod"),
];

const TEXT: &str = "bleedPurple what a fine day for a stream this is";

fn chat_lines() -> Vec<Vec<u8>> {
    let tags: String = TAGS
        .map(|(name, value)| format!(";{name}={value}"))
        .concat();
    let user = "somebody!somebody@somebody.tmi.twitch.tv";
    (0..LINES)
        .map(|number| {
            let id = format!("885196de-cb67-427a-baa8-{number:012}");
            format!("@id={id}{tags} :{user} PRIVMSG #pato :{TEXT}").into_bytes()
        })
        .collect()
}

fn chat_as_json() -> Vec<u8> {
    let mut tags: serde_json::Map<String, Value> = TAGS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    tags.insert("id".into(), json!("885196de-cb67-427a-baa8-000000000000"));
    let message = json!({
        "command": "PRIVMSG", "parameters": ["#pato", TEXT],
        "prefix": "somebody!somebody@somebody.tmi.twitch.tv", "tags": tags,
    });
    message.to_string().into_bytes()
}

/// One comparison: `connector` and `parse` do what they do so many times.
struct Case {
    name: &'static str,
    bytes: usize,
    connector: Box<dyn Fn(u64)>,
    parse: Box<dyn Fn(u64)>,
}

fn parsing(bytes: Vec<u8>) -> Box<dyn Fn(u64)> {
    Box::new(move |count| {
        for _ in 0..count {
            let value: Value = serde_json::from_slice(black_box(&bytes)).unwrap();
            black_box(value);
        }
    })
}

fn obs_event(name: &'static str, frame: Vec<u8>) -> Case {
    let (bus, parsed) = (bus(), frame.clone());
    Case {
        name,
        bytes: frame.len(),
        connector: Box::new(move |count| {
            let frames = (0..count).map(|_| black_box(frame.as_slice()));
            obs::publish_frames(&bus, frames);
        }),
        parse: parsing(parsed),
    }
}

fn chat_message() -> Case {
    let (bus, lines, parsed) = (bus(), chat_lines(), chat_as_json());
    Case {
        name: "twitch_chat_message",
        bytes: parsed.len(),
        connector: Box::new(move |count| {
            let count = usize::try_from(count).unwrap();
            let lines = lines.iter().map(Vec::as_slice).cycle();
            twitch::publish_lines(&bus, lines.take(count));
        }),
        parse: parsing(parsed),
    }
}

fn timed(work: &dyn Fn(u64), count: u64) -> Duration {
    let begin = Instant::now();
    work(count);
    begin.elapsed()
}

/// How many times as long the connector takes: the median of rounds in turn, so that both meet the
/// same noise.
fn ratio(case: &Case) -> f64 {
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let parse = timed(&case.parse, 4_096);
            timed(&case.connector, 4_096).as_secs_f64() / parse.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN)
}

fn overhead(criterion: &mut Criterion) {
    let cases = [
        obs_event("obs_scene_changed", scene_changed()),
        obs_event("obs_scene_list", scene_list()),
        chat_message(),
    ];
    for case in &cases {
        let mut group = criterion.benchmark_group(format!("overhead/{}", case.name));
        group.throughput(Throughput::Bytes(case.bytes as u64));
        let works = [("connector", &case.connector), ("serde_json", &case.parse)];
        for (name, work) in works {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|count| timed(work, count));
            });
        }
        group.finish();
    }
    for case in &cases {
        println!(
            "overhead/{}: {:.2} times serde_json",
            case.name,
            ratio(case)
        );
    }
}

criterion_group!(benches, overhead);
criterion_main!(benches);

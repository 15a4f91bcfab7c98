#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run may stop"
)]
//! What a publish costs the publisher. Readers empty their mailboxes outside of the time measured.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock};
use pato_events::{Draft, Pattern, Payload, Topic};

/// So many events are published before the readers get their turn.
const ROUND: u64 = 256;

struct Setting {
    bus: Bus,
    mailboxes: Vec<Mailbox>,
    draft: Draft,
}

/// Subscribers of `chat.message` by three kinds of pattern, and others that each want one other topic.
fn setting(matching: usize, others: usize, capacity: usize) -> Setting {
    let configuration = BusConfiguration::default();
    let bus = Bus::new(configuration, Arc::new(ManualClock::new(0.0)));
    let subscribe = |pattern: &str| {
        let mailbox = bus.subscribe(MailboxConfiguration {
            capacity,
            ..MailboxConfiguration::new("bench")
        });
        mailbox.add(Pattern::new(pattern).unwrap());
        mailbox
    };
    let wanting = ["chat.message", "chat.*", "chat.**"];
    let mailboxes = (0..matching)
        .zip(wanting.into_iter().cycle())
        .map(|(_, pattern)| subscribe(pattern))
        .chain((0..others).map(|number| subscribe(&format!("plugin.topic-{number}"))))
        .collect();
    let text = "{\"user\":{\"id\":\"12345678\",\"login\":\"somebody\",\"name\":\"Somebody\"},\
                \"text\":\"hello everyone, what a fine day this is for a stream\",\
                \"channel\":\"pato\",\"badges\":[\"subscriber\"],\"emotes\":[],\"first\":false}";
    let topic = Topic::new("chat.message").unwrap();
    let draft = Draft::new(topic, "twitch", Payload::parse(text).unwrap());
    Setting {
        bus,
        mailboxes,
        draft,
    }
}

impl Setting {
    /// The time that `count` publishes take; the mailboxes are emptied in between, not counted.
    fn publish_and_drain(&self, count: u64) -> Duration {
        let mut events = Vec::new();
        let mut spent = Duration::ZERO;
        let mut left = count;
        while left > 0 {
            let round = left.min(ROUND);
            let begin = Instant::now();
            for _ in 0..round {
                black_box(self.bus.publish(self.draft.clone())).unwrap();
            }
            spent += begin.elapsed();
            left -= round;
            for mailbox in &self.mailboxes {
                mailbox.try_batch(&mut events, usize::MAX);
                events.clear();
            }
        }
        spent
    }
}

fn publish(criterion: &mut Criterion) {
    for (name, matching, others) in [
        ("bus/publish_1_of_1000", 1, 999),
        ("bus/publish_100_of_1000", 100, 900),
    ] {
        let mut group = criterion.benchmark_group(name);
        let drained = setting(matching, others, 1_024);
        group.bench_function("drained", |bencher| {
            bencher.iter_custom(|count| drained.publish_and_drain(count));
        });
        let full = setting(matching, others, 64);
        group.bench_function("full", |bencher| {
            bencher.iter(|| full.bus.publish(full.draft.clone()));
        });
        group.finish();
    }

    let mut group = criterion.benchmark_group("bus/publish_1_beside_others");
    for others in [10, 100, 1_000, 10_000] {
        let setting = setting(1, others, 1_024);
        group.bench_function(BenchmarkId::from_parameter(others), |bencher| {
            bencher.iter_custom(|count| setting.publish_and_drain(count));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = publish
}
criterion_main!(benches);

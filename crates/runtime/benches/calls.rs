#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot run may stop; it uses a part of its setting"
)]
//! What a typed call from one plugin to another costs, beside the calls into the guests that it cannot do
//! without.

mod setting;

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use pato_events::Payload;
use pato_runtime::PluginHandle;
use serde_json::json;
use tokio::runtime::Runtime as Executor;
use wasmtime::component::Val;

use self::setting::{BareFunction, Guest, Host};

/// Among so many is shared.
const AMONG: usize = 10;

/// So many calls the plugin makes at a stretch, so that what started it does not count.
const ROUND: u64 = 1_000;

fn calls(criterion: &mut Criterion) {
    let executor = Executor::new().unwrap();
    let (points, gifts) = (Guest::named("points"), Guest::named("gifts"));
    let mut group = criterion.benchmark_group("calls");
    let interface = ("ronni:points/points@1.0.0", "share");
    let mut bare = executor.block_on(BareFunction::start(&points.bytes, interface));
    let among = (0..AMONG).map(|one| Val::String(format!("user-{one}")));
    let gift = [
        ("user".to_owned(), Val::String("ronni".into())),
        ("amount".to_owned(), Val::U32(1)),
    ];
    let arguments = [Val::Record(gift.into()), Val::List(among.collect())];
    group.bench_function("two-bare-calls", |bencher| {
        bencher.iter_custom(|count| {
            executor.block_on(async {
                let begin = Instant::now();
                for _ in 0..count {
                    bare.call(&arguments).await;
                    bare.call(&arguments).await;
                }
                begin.elapsed()
            })
        });
    });
    let host = Host::start(None);
    let plugin = executor.block_on(async {
        host.load_as(&points, "points").await;
        host.load_as(&gifts, "gifts").await
    });
    group.bench_function("typed", |bencher| {
        bencher.iter_custom(|count| {
            executor.block_on(async {
                let begin = Instant::now();
                let mut left = count;
                while left > 0 {
                    let round = ROUND.min(left);
                    share(&plugin, round).await;
                    left -= round;
                }
                begin.elapsed()
            })
        });
    });
    group.finish();
    executor.block_on(host.runtime.shutdown(Duration::from_secs(5)));
}

/// Has the plugin call the other one so many times.
async fn share(gifts: &PluginHandle, times: u64) {
    let parameters = json!({ "user": "ronni", "amount": 1, "among": AMONG, "times": times });
    let parameters = Payload::from_value(&parameters).unwrap();
    let answer = gifts.command("share", &parameters).await.unwrap();
    assert!(answer.as_str().contains("ok"), "{answer:?}");
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    targets = calls
}
criterion_main!(benches);

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot run may stop; what it does not use, the example `measure` does"
)]
//! What delivering an event costs, beside the call into the plugin that it cannot do without.

mod setting;

use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime as Executor;

use self::setting::{Bare, Guest, Host, wait_until_handled};

/// So many events are published at a stretch; then all plugins must have handled them.
const ROUND: u64 = 512;

fn dispatch(criterion: &mut Criterion) {
    let executor = Executor::new().unwrap();
    let guest = Guest::read();
    let mut group = criterion.benchmark_group("runtime");
    let mut bare = executor.block_on(Bare::start(&guest.bytes));
    group.bench_function("bare-call", |bencher| {
        bencher.iter_custom(|count| {
            executor.block_on(async {
                let begin = Instant::now();
                for _ in 0..count {
                    bare.call().await;
                }
                begin.elapsed()
            })
        });
    });
    for (name, plugins) in [("one-plugin", 1), ("hundred-plugins", 100)] {
        group.bench_function(name, |bencher| {
            steady_stream(bencher, &executor, &guest, plugins);
        });
    }
    group.finish();
}

/// From the publishing of the first event to the return of the last handler.
fn steady_stream(bencher: &mut Bencher<'_>, executor: &Executor, guest: &Guest, plugins: usize) {
    let _context = executor.enter();
    let host = Host::start(None);
    let plugins = executor.block_on(host.load_many(guest, plugins));
    let mut published = 0;
    bencher.iter_custom(|count| {
        let begin = Instant::now();
        let end = published + count;
        while published < end {
            let round = ROUND.min(end - published);
            for _ in 0..round {
                host.publish();
            }
            published += round;
            wait_until_handled(&plugins, published);
        }
        begin.elapsed()
    });
    executor.block_on(host.runtime.shutdown(Duration::from_secs(5)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    targets = dispatch
}
criterion_main!(benches);

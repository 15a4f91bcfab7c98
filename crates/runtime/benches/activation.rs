#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot run may stop; what it does not use, the others do"
)]
//! How long a plugin takes from its last byte to its first event: compiled quickly, compiled well, and
//! from the cache; and the start of a hundred plugins.

mod setting;

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Bencher, BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use futures_util::future::join_all;
use pato_runtime::{PluginHandle, Tier};
use tokio::runtime::Runtime as Executor;

use self::setting::{Guest, Host, enlarged, wait_until_handled};

/// About as much as a plugin in Python or JavaScript has.
const LARGE: usize = 10_000_000;

const PLUGINS: usize = 100;

/// What is there when a plugin is loaded.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing.
    Nothing,
    /// The code, in the cache.
    Cached,
}

fn activation(criterion: &mut Criterion) {
    let executor = Executor::new().unwrap();
    let guest = Guest::read();
    let large = enlarged(&guest.bytes, LARGE);
    let mut group = criterion.benchmark_group("activation");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, baseline, before) in [
        ("baseline", true, Before::Nothing),
        ("optimized", false, Before::Nothing),
        ("cached", false, Before::Cached),
    ] {
        let id = BenchmarkId::new("first-event", name);
        group.bench_function(id, |bencher| {
            each_in_a_host(
                bencher,
                &executor,
                baseline,
                before,
                &async |host: &Host| {
                    let plugin = host.load(&guest, &large, 0).await;
                    host.publish();
                    wait_until_handled(std::slice::from_ref(&plugin), 1);
                    vec![plugin]
                },
            );
        });
    }
    let many: Vec<_> = (0..PLUGINS).map(|number| guest.altered(number)).collect();
    for (name, before) in [("compiled", Before::Nothing), ("cached", Before::Cached)] {
        let id = BenchmarkId::new("hundred-plugins", name);
        group.bench_function(id, |bencher| {
            each_in_a_host(bencher, &executor, false, before, &async |host: &Host| {
                let loads = many.iter().enumerate();
                join_all(loads.map(|(number, bytes)| host.load(&guest, bytes, number))).await
            });
        });
    }
    group.finish();
}

/// Times `work` in a new host each time.
fn each_in_a_host(
    bencher: &mut Bencher<'_>,
    executor: &Executor,
    baseline: bool,
    before: Before,
    work: &impl AsyncFn(&Host) -> Vec<PluginHandle>,
) {
    let once = async |cache: &Path| {
        let host = Host::start_with(Some(cache), baseline);
        let begin = Instant::now();
        let plugins = work(&host).await;
        let taken = begin.elapsed();
        // Else what is compiled in the background would slow the next round down.
        for plugin in &plugins {
            while plugin.metrics().tier != Some(Tier::Optimized) {
                tokio::time::sleep(Duration::from_millis(100)).await;
                plugin.restart().await;
            }
        }
        host.runtime.shutdown(Duration::from_secs(60)).await;
        taken
    };
    let filled = tempfile::tempdir().unwrap();
    if let Before::Cached = before {
        executor.block_on(once(filled.path()));
    }
    bencher.iter_custom(|count| {
        let mut taken = Duration::ZERO;
        for _ in 0..count {
            let empty = tempfile::tempdir().unwrap();
            let cache = match before {
                Before::Nothing => empty.path(),
                Before::Cached => filled.path(),
            };
            taken += executor.block_on(once(cache));
        }
        taken
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    targets = activation
}
criterion_main!(benches);

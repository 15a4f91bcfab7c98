#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run may stop"
)]
//! What checking a package while it comes costs, beside the bare download to a file.

#[path = "../tests/fetching/component.rs"]
mod component;

use std::fs::File as Written;
use std::io::Write;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pato_library::{Expected, Fetcher, FetcherConfiguration, Progress, Source};
use pato_packages::Digest;
use pato_packages::signing::{KeyPair, SecretKey, sign};
use pato_test_servers::files::{File, FileServer};
use tokio::runtime::Runtime as Executor;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::component::{component, manifest};

/// About as large as a component of a language that brings its own run-time library.
const SIZE: usize = 10_000_000;

fn download(criterion: &mut Criterion) {
    let executor = Executor::new().unwrap();
    // The server is somebody else's machine: it shares no thread with what is measured.
    let elsewhere = Executor::new().unwrap();
    let (server, files) = elsewhere.block_on(FileServer::start()).unwrap();
    let package = component(&manifest("1.0.0", None), SIZE);
    let pair = KeyPair::generate("").unwrap();
    let key = SecretKey::read(&pair.secret_file, "").unwrap();
    let publisher = key.public().to_string();
    let signed = component(&manifest("1.0.0", Some(&publisher)), SIZE);
    let signed = sign(&signed, &key).unwrap();
    let length = package.len() as u64;
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: Vec<u8>| {
        let expected = Expected {
            sha256: Some(Digest::of(&bytes)),
            size: Some(bytes.len() as u64),
            publisher: None,
        };
        files.put(&format!("/{name}"), File::new(bytes, name));
        (format!("{}/{name}", server.url()), expected)
    };
    let bytes = package.clone();
    let unsigned = put("unsigned.wasm", package);
    let signed = put("signed.wasm", signed);

    let mut group = criterion.benchmark_group("download");
    group.throughput(Throughput::Bytes(length));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    let client = client.build().unwrap();
    group.bench_function("bare", |bencher| {
        bencher.to_async(&executor).iter(|| async {
            let path = folder.path().join("bare");
            let mut written = Written::create(&path).unwrap();
            let mut answer = client.get(&unsigned.0).send().await.unwrap();
            while let Some(chunk) = answer.chunk().await.unwrap() {
                written.write_all(&chunk).unwrap();
            }
            drop(written);
            std::fs::remove_file(path).unwrap();
        });
    });
    group.bench_function("sha256", |bencher| bencher.iter(|| Digest::of(&bytes)));
    let configuration = FetcherConfiguration::new(folder.path().to_owned(), 1);
    let fetcher = Fetcher::new(configuration).unwrap();
    for (name, (url, expected)) in [("checked", unsigned), ("signed", signed)] {
        let source: Source = url.parse().unwrap();
        group.bench_function(name, |bencher| {
            bencher.to_async(&executor).iter(|| async {
                let (progress, cancel) = (
                    watch::Sender::new(Progress::default()),
                    CancellationToken::new(),
                );
                fetcher
                    .fetch(&source, &expected, &progress, &cancel)
                    .await
                    .unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, download);
criterion_main!(benches);

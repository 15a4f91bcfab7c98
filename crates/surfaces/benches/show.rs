#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run may stop"
)]
//! What showing a table and setting a value cost, beside what reading the same from JSON costs.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use pato_surfaces::{Limits, Node, Surface, Table};
use serde_json::{Value, json};

fn no_host(_: &str, _: u16) -> bool {
    false
}

/// A page of 200 nodes, every tenth of them bound.
fn page() -> Value {
    let first = json!({"kind": {"type": "column", "align": "stretch", "gap": 4}});
    let others = (1..200).map(|index| match index % 10 {
        0 => json!({
            "parent": 0,
            "kind": {"type": "stat", "label": "Viewers", "unit": ""},
            "value": {"bound": format!("value-{index}")},
        }),
        1 => json!({"parent": 0, "id": format!("button-{index}"), "kind": {
            "type": "button", "label": "Press", "tone": "accent", "icon": "heart", "confirm": "",
        }}),
        2 => json!({"parent": 0, "kind": {"type": "markdown"}, "value": {
            "constant": "Press **here** for [more](https://example.com).",
        }}),
        _ => json!({
            "parent": 0,
            "kind": {"type": "text", "style": "body", "tone": "normal"},
            "value": {"constant": "What a fine day this is for a stream"},
        }),
    });
    std::iter::once(first).chain(others).collect()
}

fn show(criterion: &mut Criterion) {
    let text = page().to_string();
    let nodes: Vec<Node> = serde_json::from_str(&text).unwrap();
    criterion.bench_function("surfaces/read-200-nodes", |bencher| {
        bencher.iter(|| serde_json::from_str::<Vec<Node>>(black_box(&text)).unwrap());
    });
    criterion.bench_function("surfaces/check-200-nodes", |bencher| {
        bencher.iter_batched(
            || nodes.clone(),
            |nodes| Table::new(nodes, &Limits::DEFAULT, &no_host).unwrap(),
            BatchSize::SmallInput,
        );
    });
    let mut surface = Surface::new(Limits::DEFAULT);
    surface.show(nodes, &no_host).unwrap();
    let value = "{\"value-100\":1234.5}";
    criterion.bench_function("surfaces/read-value", |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(black_box(value)).unwrap());
    });
    criterion.bench_function("surfaces/set-value", |bencher| {
        bencher.iter_batched(
            || vec![("value-100".to_owned(), json!(1234.5))],
            |values| surface.set(values, &no_host).unwrap(),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, show);
criterion_main!(benches);

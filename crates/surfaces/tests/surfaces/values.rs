use pato_surfaces::{Delta, Limits, Markdown, Surface};
use serde_json::{Value, json};

use super::{bound, column, granted, nodes, surface, text};

fn set(surface: &mut Surface, values: &[(&str, Value)]) -> Result<Delta, String> {
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let set = surface.set(values.collect(), &granted);
    set.map_err(|error| error.to_string())
}

fn append(surface: &mut Surface, name: &str, items: &[Value]) -> Result<Delta, String> {
    let appended = surface.append(name, items.to_vec());
    appended.map_err(|error| error.to_string())
}

fn log() -> Value {
    json!({"type": "log", "lines": 10})
}

fn length(surface: &Surface, name: &str) -> usize {
    surface.value(name).unwrap().as_array().unwrap().len()
}

#[test]
fn values_are_set_all_or_none() {
    let mut surface = surface(&[bound(&text(), "a"), bound(&log(), "b")]);
    let delta = set(&mut surface, &[("a", json!("x")), ("unseen", json!(1))]).unwrap();
    assert_eq!(
        serde_json::to_value(delta).unwrap(),
        json!({"set": {"a": "x"}})
    );
    let message = set(&mut surface, &[("a", json!("y")), ("b", json!(7))]).unwrap_err();
    assert!(
        message.contains("value `b`: it is the number 7"),
        "{message}"
    );
    assert!(message.contains("node 2 shows it"), "{message}");
    assert_eq!(surface.value("a"), Some(&json!("x")));
    let message = set(&mut surface, &[("a", json!("y")), ("no name", json!(7))]).unwrap_err();
    assert!(
        message.contains("`no name` is no name of a value"),
        "{message}"
    );
    assert_eq!(surface.value("a"), Some(&json!("x")));
    // Of two, the latter counts; null takes away.
    set(&mut surface, &[("a", json!(1)), ("a", json!(2))]).unwrap();
    assert_eq!(surface.value("a"), Some(&json!(2)));
    let delta = set(&mut surface, &[("a", json!(null))]).unwrap();
    assert_eq!(delta.set["a"], json!(null));
    assert_eq!(surface.value("a"), None);
}

#[test]
fn a_table_that_contradicts_values_is_refused_and_the_old_one_stays() {
    let mut surface = surface(&[bound(&log(), "a")]);
    set(
        &mut surface,
        &[("a", json!(["x"])), ("b", json!("javascript:alert(1)"))],
    )
    .unwrap();
    let image = json!({"type": "image", "alt": "", "width": 0, "height": 0});
    for (node, problem) in [
        (bound(&text(), "a"), "value `a`: it is a list of 1"),
        (
            bound(&image, "b"),
            "value `b`: `javascript:alert(1)` is no source of an image",
        ),
    ] {
        let before = surface.drawing();
        let shown = surface.show(nodes(column(&[node])), &granted);
        let message = shown.unwrap_err().to_string();
        assert!(message.contains(problem), "{message}");
        assert_eq!(surface.drawing(), before);
    }
    surface
        .show(nodes(column(&[bound(&text(), "b")])), &granted)
        .unwrap();
    assert_eq!(surface.drawing().values.len(), 1);
    assert_eq!(surface.value("a"), Some(&json!(["x"])));
}

#[test]
fn a_bound_markdown_reaches_pages_as_a_structure() {
    let mut surface = surface(&[bound(&json!({"type": "markdown"}), "a")]);
    let source = "<script>alert(1)</script> [x](javascript:alert(1))";
    let drawn = serde_json::to_value(Markdown::parse(source)).unwrap();
    let delta = set(&mut surface, &[("a", json!(source))]).unwrap();
    assert_eq!(delta.set["a"], drawn);
    assert_eq!(surface.drawing().values["a"], drawn);
    assert_eq!(surface.value("a"), Some(&json!(source)));
    let message = set(&mut surface, &[("a", json!("x".repeat(17_000)))]).unwrap_err();
    assert!(message.contains("17000 bytes"), "{message}");
}

#[test]
fn values_have_their_limits() {
    let mut surface = Surface::new(Limits::DEFAULT);
    let full = json!("x".repeat(64 * 1024 - 2));
    let message = set(&mut surface, &[("a", json!("x".repeat(64 * 1024 - 1)))]).unwrap_err();
    assert!(
        message.contains("65537 bytes as JSON, more than 65536"),
        "{message}"
    );
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        set(&mut surface, &[(name, full.clone())]).unwrap();
    }
    let message = set(&mut surface, &[("h", full.clone())]).unwrap_err();
    assert!(message.contains("all values together"), "{message}");
    // What is replaced or taken away makes room.
    set(&mut surface, &[("a", json!(null)), ("h", full.clone())]).unwrap();
    set(&mut surface, &[("h", full.clone())]).unwrap();
    let message = append(&mut surface, "i", &[full]).unwrap_err();
    assert!(message.contains("more than 65536"), "{message}");

    let mut surface = Surface::new(Limits::DEFAULT);
    for index in 0..1_000 {
        set(&mut surface, &[(&format!("v{index}"), json!([]))]).unwrap();
    }
    for message in [
        set(&mut surface, &[("more", json!(1))]).unwrap_err(),
        append(&mut surface, "more", &[json!(1)]).unwrap_err(),
    ] {
        assert!(message.contains("1001 values"), "{message}");
    }
    assert!(append(&mut surface, "v0", &[json!(1)]).is_ok());
    assert!(set(&mut surface, &[("v1", json!(1))]).is_ok());
    set(&mut surface, &[("v1", json!(null)), ("more", json!(1))]).unwrap();
}

#[test]
fn lists_that_are_set_have_at_most_1000_items() {
    let chart = json!({"type": "chart", "label": "", "shape": "bar", "unit": ""});
    let mut surface = surface(&[bound(&log(), "log"), bound(&chart, "chart")]);
    let charted = |labels: usize, values: usize| {
        let series = json!([{"name": "a", "values": vec![1; values]}]);
        json!({"labels": vec!["a"; labels], "series": series})
    };
    let full = [
        ("log", json!(vec!["x"; 1_000])),
        ("chart", charted(1_000, 1_000)),
    ];
    set(&mut surface, &full).unwrap();
    for (name, value, problem) in [
        ("log", json!(vec!["x"; 1_001]), "it has 1001 items"),
        ("chart", charted(1_001, 1), "`labels` has 1001 entries"),
        (
            "chart",
            charted(1, 1_001),
            "series 0: `values` has 1001 entries",
        ),
    ] {
        let message = set(&mut surface, &[(name, value)]).unwrap_err();
        assert!(message.contains(problem), "{message}");
    }
}

#[test]
fn what_is_too_many_falls_off_the_beginning() {
    let mut surface = surface(&[bound(&log(), "log")]);
    let line = |index: usize| json!(format!("line {index}"));
    for index in 0..1_100 {
        let delta = append(&mut surface, "log", &[line(index)]).unwrap();
        assert_eq!(delta.append["log"], [line(index)]);
    }
    assert_eq!(length(&surface, "log"), 1_000);
    assert_eq!(surface.value("log").unwrap()[0], line(100));
    let many: Vec<Value> = (0..3_000).map(line).collect();
    append(&mut surface, "log", &many).unwrap();
    assert_eq!(surface.value("log").unwrap()[0], line(2_000));
    assert_eq!(length(&surface, "log"), 1_000);
}

#[test]
fn a_list_that_grows_too_large_is_halved_and_sent_whole() {
    let mut surface = surface(&[bound(&log(), "log")]);
    let line = json!("x".repeat(998));
    let mut whole = 0;
    for index in 0..500 {
        let delta = append(&mut surface, "log", std::slice::from_ref(&line)).unwrap();
        if let Some(list) = delta.set.get("log") {
            assert!(delta.append.is_empty());
            assert_eq!(Some(list), surface.value("log"));
            whole += 1;
        }
        let bytes = surface.value("log").unwrap().to_string().len();
        assert!(bytes <= 64 * 1024, "{index}: {bytes}");
    }
    // Each time at least half of the list has come since.
    assert!((1..=16).contains(&whole), "{whole}");
    let large = json!("y".repeat(65_000));
    append(&mut surface, "log", std::slice::from_ref(&large)).unwrap();
    assert_eq!(surface.value("log"), Some(&json!([large])));
}

#[test]
fn what_is_added_has_to_fit() {
    let rows = json!({"type": "table", "empty": "", "columns": [
        {"key": "n", "label": "", "kind": "number"},
    ]});
    let mut surface = surface(&[
        bound(&text(), "text"),
        bound(&rows, "rows"),
        json!({"kind": text(), "visible": "seen"}),
    ]);
    append(&mut surface, "rows", &[json!({"id": "a", "n": 1})]).unwrap();
    set(&mut surface, &[("seen", json!(false))]).unwrap();
    for (name, item, problem) in [
        ("text", json!("x"), "`text`, which shows no list"),
        (
            "rows",
            json!({"id": "b", "n": "x"}),
            "item 1: `n` is the string",
        ),
        ("rows", json!({"id": "a"}), "two items have the id `a`"),
        ("seen", json!("x"), "it is no list"),
        ("no name", json!("x"), "is no name of a value"),
    ] {
        let message = append(&mut surface, name, &[item]).unwrap_err();
        assert!(message.contains(problem), "{message}");
    }
    assert_eq!(length(&surface, "rows"), 1);
}

/// The accounting of the limits follows every change: what is counted is what is there.
#[test]
fn the_count_of_bytes_does_not_drift() {
    let mut surface = Surface::new(Limits::DEFAULT);
    for round in 0..2_000 {
        let name = format!("v{}", round % 7);
        let text = json!("x".repeat(round % 97 * 40));
        if round % 3 == 0 {
            set(&mut surface, &[(&name, json!([text]))]).unwrap();
        } else if round % 11 == 0 {
            set(&mut surface, &[(&name, json!(null))]).unwrap();
        } else {
            append(&mut surface, &name, &[text]).unwrap();
        }
    }
    for index in 0..7 {
        set(&mut surface, &[(&format!("v{index}"), json!(null))]).unwrap();
    }
    // Nothing is left, so all of the room is there again: eight full values, with their names.
    let full = json!("x".repeat(64 * 1024 - 2 - 1));
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        set(&mut surface, &[(name, full.clone())]).unwrap();
    }
    let message = set(&mut surface, &[("i", json!(1))]).unwrap_err();
    assert!(message.contains("all values together"), "{message}");
}

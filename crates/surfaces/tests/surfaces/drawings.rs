use pato_surfaces::{Pending, Surface, Update};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{bound, granted, surface, text};

fn shown() -> Surface {
    let log = json!({"type": "log", "lines": 10});
    surface(&[
        bound(&text(), "text"),
        bound(&log, "log"),
        bound(&log, "other"),
    ])
}

/// What a page has: the values that it was sent, changed as it was told.
#[derive(Default)]
struct Page {
    values: std::collections::BTreeMap<String, Value>,
}

impl Page {
    fn apply(&mut self, update: Update) {
        match update {
            Update::Drawing(drawing) => self.values = drawing.values,
            Update::Delta(delta) => {
                for (name, value) in delta.set {
                    if value.is_null() {
                        self.values.remove(&name);
                    } else {
                        self.values.insert(name, value);
                    }
                }
                for (name, added) in delta.append {
                    let list = self.values.entry(name).or_insert_with(|| json!([]));
                    let list = list.as_array_mut().unwrap();
                    list.extend(added);
                    list.drain(..list.len().saturating_sub(1_000));
                }
            }
        }
    }
}

fn set(surface: &mut Surface, pending: &mut Pending, name: &str, value: Value) {
    let delta = surface.set(vec![(name.into(), value)], &granted).unwrap();
    pending.add(&delta, surface);
}

fn append(surface: &mut Surface, pending: &mut Pending, name: &str, items: Vec<Value>) {
    let delta = surface.append(name, items).unwrap();
    pending.add(&delta, surface);
}

#[test]
fn a_new_page_gets_the_whole_and_then_what_changed() {
    let mut surface = shown();
    let mut pending = Pending::whole();
    set(&mut surface, &mut pending, "text", json!("a"));
    assert_eq!(
        pending.take(&surface),
        Some(Update::Drawing(surface.drawing()))
    );
    assert!(pending.is_empty());
    assert_eq!(pending.take(&surface), None);
    set(&mut surface, &mut pending, "text", json!("b"));
    set(&mut surface, &mut pending, "text", json!("c"));
    append(&mut surface, &mut pending, "log", vec![json!("x")]);
    append(&mut surface, &mut pending, "log", vec![json!("y")]);
    set(&mut surface, &mut pending, "other", json!(["z"]));
    append(&mut surface, &mut pending, "other", vec![json!("z2")]);
    let Some(Update::Delta(delta)) = pending.take(&surface) else {
        panic!("nothing or the whole");
    };
    assert_eq!(
        serde_json::to_value(delta).unwrap(),
        json!({"set": {"text": "c", "other": ["z", "z2"]}, "append": {"log": ["x", "y"]}})
    );
    append(&mut surface, &mut pending, "log", vec![json!("lost")]);
    set(&mut surface, &mut pending, "log", json!(["anew"]));
    let Some(Update::Delta(delta)) = pending.take(&surface) else {
        panic!("nothing or the whole");
    };
    assert!(delta.append.is_empty());
    assert_eq!(delta.set["log"], json!(["anew"]));
    pending.redraw();
    assert!(matches!(pending.take(&surface), Some(Update::Drawing(_))));
}

#[test]
fn what_no_node_shows_is_not_sent() {
    let mut surface = shown();
    let mut pending = Pending::default();
    set(&mut surface, &mut pending, "unseen", json!("a"));
    append(&mut surface, &mut pending, "unseen-log", vec![json!("a")]);
    assert!(pending.is_empty());
    assert!(surface.drawing().values.is_empty());
}

#[test]
fn a_page_that_is_behind_gets_the_whole_in_place_of_more_than_that() {
    let mut surface = shown();
    let mut pending = Pending::default();
    let line = json!("x".repeat(900));
    for _ in 0..1_000 {
        append(&mut surface, &mut pending, "log", vec![line.clone()]);
        append(&mut surface, &mut pending, "other", vec![line.clone()]);
    }
    let size = format!("{pending:?}").len();
    assert!(size < 400_000, "{size}");
    let mut page = Page::default();
    page.apply(pending.take(&surface).unwrap());
    assert_eq!(page.values, surface.drawing().values);

    // As a structure, these texts are many times as large.
    let markdown = json!({"type": "markdown"});
    let names: Vec<String> = (0..12).map(|number| format!("text-{number}")).collect();
    let texts: Vec<Value> = names.iter().map(|name| bound(&markdown, name)).collect();
    let mut surface = super::surface(&texts);
    for name in &names {
        set(
            &mut surface,
            &mut pending,
            name,
            json!("*a* ".repeat(4_000)),
        );
    }
    assert!(matches!(pending.take(&surface), Some(Update::Drawing(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_page_has_what_the_surface_has_whenever_it_was_sent_the_changes(
        steps in prop::collection::vec((0..6_u8, 0..3_usize, 1..400_usize), 1..80),
    ) {
        let mut surface = shown();
        let mut pending = Pending::whole();
        let mut page = Page::default();
        for (number, (what, name, count)) in steps.into_iter().enumerate() {
            let list = ["log", "other", "unseen"][name];
            let items = vec![json!(format!("{number}{}", "x".repeat(count / 8))); count];
            match what {
                0 => set(&mut surface, &mut pending, "text", json!(number)),
                1 => set(&mut surface, &mut pending, list, Value::Null),
                2 => set(&mut surface, &mut pending, list, Value::Array(items)),
                3 | 4 => append(&mut surface, &mut pending, list, items),
                _ => {
                    if let Some(update) = pending.take(&surface) {
                        page.apply(update);
                    }
                    prop_assert_eq!(&page.values, &surface.drawing().values);
                }
            }
        }
        if let Some(update) = pending.take(&surface) {
            page.apply(update);
        }
        prop_assert_eq!(&page.values, &surface.drawing().values);
    }
}

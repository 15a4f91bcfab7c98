use pato_surfaces::{Kind, Limits, Markdown, Node, Source, SurfaceError, Table};
use serde_json::{Value, json};

use super::{bound, column, granted, nodes, table, text};

fn refused(json: Value) -> String {
    table(json).unwrap_err().to_string()
}

fn constant(kind: Value, value: Value) -> Value {
    json!({"kind": kind, "value": {"constant": value}})
}

#[test]
fn a_table_with_every_kind_of_node_is_in_order() {
    let table = table(json!([
        {"kind": {"type": "column", "align": "stretch", "gap": 16}},
        {"parent": 0, "kind": {"type": "row", "align": "center", "gap": 0}},
        {"parent": 1, "kind": {"type": "grid", "columns": 12}},
        {"parent": 2, "kind": {"type": "card", "title": ""}},
        {"parent": 0, "id": "views", "kind": {"type": "tabs"}},
        {"parent": 4, "kind": {"type": "tab", "label": "One"}},
        {"parent": 5, "kind": {"type": "divider"}},
        {"parent": 5, "kind": text(), "value": {"constant": 1.5}, "visible": "wide"},
        {"parent": 5, "kind": {"type": "markdown"}, "value": {"constant": "**hi**"}},
        {"parent": 5, "kind": {"type": "image", "alt": "a duck", "width": 0, "height": 64},
         "value": {"constant": "https://cdn.example.com/duck.png"}},
        {"parent": 5, "kind": {"type": "icon", "name": "arrow-down-0-1", "tone": "muted"}},
        {"parent": 5, "kind": {"type": "stat", "label": "Viewers", "unit": ""},
         "value": {"bound": "viewers"}},
        {"parent": 5, "kind": {"type": "progress", "label": "Goal", "maximum": 100.0},
         "value": {"bound": "goal"}},
        {"parent": 5, "id": "songs", "kind": {"type": "table", "empty": "No songs", "columns": [
            {"key": "title", "label": "Title", "kind": "text", "editable": true},
            {"key": "at", "label": "At", "kind": "moment"},
         ]}, "value": {"constant": [{"id": "1", "title": "Duck", "at": 1.0}, {"id": "2"}]}},
        {"parent": 5, "kind": {"type": "items"},
         "value": {"constant": ["a", {"id": "1", "text": "b", "detail": "c", "icon": "heart"}]}},
        {"parent": 5, "kind": {"type": "chart", "label": "Chat", "shape": "line", "unit": "lines"},
         "value": {"constant": {"labels": ["a"], "series": [{"name": "x", "values": [1]}]}}},
        {"parent": 0, "id": "settings", "kind": {"type": "form", "label": "Save"}},
        {"parent": 16, "id": "on", "kind": {"type": "toggle", "label": "On"}},
        {"parent": 16, "id": "speed", "kind":
         {"type": "slider", "label": "Speed", "minimum": -1.0, "maximum": 1.0, "step": 0.1}},
        {"parent": 16, "id": "scene", "kind": {"type": "select", "label": "Scene", "choices": [
            {"value": "a", "label": "A"}, {"value": "b", "label": "A"},
         ]}},
        {"parent": 16, "id": "name", "kind": {"type": "text-input", "label": "Name",
         "placeholder": "", "lines": 1, "max-length": 4000}},
        {"parent": 16, "id": "count", "kind":
         {"type": "number-input", "label": "Count", "minimum": 1.0, "maximum": 1.0, "step": 1.0}},
        {"parent": 0, "id": "go", "kind": {"type": "button", "label": "Go", "tone": "danger",
         "icon": "", "confirm": "Sure?"}},
        {"parent": 0, "kind": {"type": "log", "lines": 1000}, "value": {"bound": "log"}},
    ]))
    .unwrap();
    let names: Vec<&str> = table.names().collect();
    assert_eq!(names, ["goal", "log", "viewers", "wide"]);
    let drawn = table.drawn_nodes();
    let markdown = serde_json::to_value(Markdown::parse("**hi**")).unwrap();
    assert_eq!(drawn[8].value, Source::Constant(markdown));
    assert_eq!(table.nodes()[8].value, Source::Constant(json!("**hi**")));
}

#[test]
fn nodes_that_stand_where_they_cannot_are_refused() {
    let divider = json!({"type": "divider"});
    let form = json!({"type": "form", "label": "Send"});
    for (json, problem) in [
        (json!([]), "has 0 nodes: write 1 to 2000"),
        (
            json!([{"parent": 0, "kind": divider}]),
            "node 0: it names node 0",
        ),
        (
            column(&[json!({"parent": 1, "kind": divider})]),
            "node 1: it names node 1",
        ),
        (
            // A cycle: each in the other.
            column(&[
                json!({"parent": 2, "kind": {"type": "tabs"}}),
                json!({"parent": 1, "kind": {"type": "tabs"}}),
            ]),
            "node 1: it names node 2 as its parent, which does not stand before it",
        ),
        (
            column(&[json!({"parent": 4_000_000_000_u32, "kind": divider})]),
            "4000000000",
        ),
        (
            json!([{"kind": divider}, {"kind": divider}]),
            "node 1: it names no parent",
        ),
        (
            json!([{"kind": divider}, {"parent": 0, "kind": divider}]),
            "it stands in `divider`, which holds nothing",
        ),
        (
            json!([{"kind": {"type": "tab", "label": "x"}}]),
            "a tab stands only in tabs",
        ),
        (
            column(&[json!({"kind": {"type": "tab", "label": "x"}})]),
            "only in tabs",
        ),
        (
            json!([{"kind": {"type": "tabs"}}, {"parent": 0, "kind": divider}]),
            "in tabs stands `divider`",
        ),
        (
            column(&[
                json!({"id": "a", "kind": form}),
                json!({"parent": 1, "kind": {"type": "card", "title": ""}}),
                json!({"parent": 2, "id": "b", "kind": form}),
            ]),
            "node 3 (`b`): it is a form in a form",
        ),
    ] {
        let message = refused(json);
        assert!(message.contains(problem), "{message}");
    }
}

#[test]
fn a_table_is_neither_too_deep_nor_too_long() {
    let chain = |depth: u32| {
        let card = json!({"type": "card", "title": ""});
        let first = json!({"kind": card});
        let others = (1..depth).map(|index| json!({"parent": index - 1, "kind": card}));
        std::iter::once(first).chain(others).collect::<Value>()
    };
    assert!(table(chain(16)).is_ok());
    let message = refused(chain(17));
    assert!(
        message.contains("node 16: it stands 17 deep: at most 16"),
        "{message}"
    );

    let many = |count: usize| {
        let divider = || Node {
            parent: Some(0),
            id: String::new(),
            kind: Kind::Divider,
            value: Source::None,
            visible: None,
        };
        let mut nodes = nodes(column(&[]));
        nodes.resize_with(count, divider);
        Table::new(nodes, &Limits::DEFAULT, &granted)
    };
    assert!(many(2_000).is_ok());
    for count in [2_001, 100_000] {
        let message = many(count).unwrap_err().to_string();
        assert!(message.contains(&format!("has {count} nodes")), "{message}");
    }
}

#[test]
fn ids_and_names_are_short_words_and_ids_are_there_once() {
    let button =
        json!({"type": "button", "label": "Go", "tone": "normal", "icon": "", "confirm": ""});
    let long = "a".repeat(65);
    for id in [
        "a b",
        "ä",
        "__proto__",
        "-a",
        "a\0",
        "a/b",
        "<script>",
        &long,
    ] {
        let message = refused(column(&[json!({"id": id, "kind": button})]));
        assert!(message.contains("is no id"), "{message}");
        for node in [
            json!({"kind": text(), "value": {"bound": id}}),
            json!({"kind": text(), "visible": id}),
        ] {
            let message = refused(column(&[node]));
            assert!(message.contains("is no name of a value"), "{message}");
        }
    }
    assert!(refused(column(&[bound(&text(), "")])).contains("is no name of a value"));
    let same = json!({"id": "go", "kind": button});
    let message = refused(column(&[same.clone(), same]));
    assert_eq!(
        message,
        "node 2 (`go`): node 1 has the same id: give each its own"
    );
    let message = refused(column(&[json!({"kind": button})]));
    assert!(
        message.contains("`button` that can be used needs an id"),
        "{message}"
    );
    let column_of = |kind: &str, editable: bool| {
        column(&[json!({"kind": {"type": "table", "empty": "", "columns": [
            {"key": "a", "label": "A", "kind": kind, "editable": editable},
        ]}})])
    };
    for (kind, editable, needs_id) in [
        ("text", false, false),
        ("text", true, true),
        ("number", true, true),
        ("moment", true, false),
        ("toggle", false, true),
        ("button", false, true),
    ] {
        assert_eq!(
            table(column_of(kind, editable)).is_err(),
            needs_id,
            "{kind}"
        );
    }
}

#[test]
fn what_a_kind_says_of_itself_has_its_limits() {
    let select = |count: usize| {
        let choices = (0..count).map(|value| json!({"value": value.to_string(), "label": ""}));
        json!({"type": "select", "label": "", "choices": choices.collect::<Value>()})
    };
    let columns = |keys: &[String]| {
        let columns = keys
            .iter()
            .map(|key| json!({"key": key, "label": "", "kind": "text"}));
        json!({"type": "table", "empty": "", "columns": columns.collect::<Value>()})
    };
    let keys = |count: usize| (0..count).map(|key| key.to_string()).collect::<Vec<_>>();
    let input = |most: u32| json!({"type": "text-input", "label": "", "placeholder": "", "lines": 1, "max-length": most});
    let slider = |minimum: f64, maximum: f64, step: f64| json!({"type": "slider", "label": "", "minimum": minimum, "maximum": maximum, "step": step});
    let image = |width: u32| json!({"type": "image", "alt": "", "width": width, "height": 0});
    let icon = |name: &str| json!({"type": "icon", "name": name, "tone": "normal"});
    for (fits, does_not, problem) in [
        (
            json!({"type": "row", "align": "start", "gap": 16}),
            json!({"type": "row", "align": "start", "gap": 17}),
            "a gap is 17",
        ),
        (
            json!({"type": "grid", "columns": 1}),
            json!({"type": "grid", "columns": 0}),
            "0 is not from 1 to 12",
        ),
        (
            json!({"type": "log", "lines": 1}),
            json!({"type": "log", "lines": 1_001}),
            "1001 is not from 1 to 1000",
        ),
        (
            json!({"type": "progress", "label": "", "maximum": 0.5}),
            json!({"type": "progress", "label": "", "maximum": 0.0}),
            "a number above 0",
        ),
        (select(200), select(201), "at most 200"),
        (
            columns(&keys(24)),
            columns(&keys(25)),
            "25 is not from 1 to 24",
        ),
        (columns(&keys(1)), columns(&[]), "0 is not from 1 to 24"),
        (
            columns(&keys(2)),
            columns(&["a".into(), "a".into()]),
            "the key `a`",
        ),
        (
            columns(&keys(1)),
            columns(&["a b".into()]),
            "is no key of a column",
        ),
        (input(4_000), input(4_001), "4001"),
        (input(1), input(0), "0 is not from 1 to 4000"),
        (
            slider(1.0, 1.0, 1.0),
            slider(2.0, 1.0, 1.0),
            "minimum 2 is above the maximum 1",
        ),
        (
            slider(0.0, 1.0, 0.1),
            slider(0.0, 1.0, 0.0),
            "the step is 0",
        ),
        (
            slider(0.0, 1.0, 0.1),
            slider(0.0, 1.0, -1.0),
            "the step is -1",
        ),
        (image(8_192), image(8_193), "8193"),
        (icon("heart"), icon("Heart"), "`Heart` is no icon"),
        (icon("a-b-1"), icon("a--b"), "is no icon"),
        (icon("x"), icon(""), "is no icon"),
        (icon("x"), icon("../heart"), "is no icon"),
        (icon(&"a".repeat(40)), icon(&"a".repeat(41)), "is no icon"),
    ] {
        let node = |kind: &Value| column(&[json!({"id": "x", "kind": kind})]);
        assert_eq!(table(node(&fits)).map(drop), Ok(()));
        let message = refused(node(&does_not));
        assert!(message.contains(problem), "{message}");
    }
    let same = json!({"value": "a", "label": "A"});
    let twice = json!({"type": "select", "label": "", "choices": [same, same]});
    let message = refused(column(&[json!({"id": "x", "kind": twice})]));
    assert!(
        message.contains("two choices have the value `a`"),
        "{message}"
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let (label, one) = (String::new(), 1.0);
        let range = |minimum, maximum, step| Kind::NumberInput {
            label: label.clone(),
            minimum,
            maximum,
            step,
        };
        for kind in [
            Kind::Progress {
                label: label.clone(),
                maximum: wrong,
            },
            range(wrong, one, one),
            range(one, wrong, one),
            range(one, one, wrong),
        ] {
            let node = Node {
                parent: None,
                id: "x".into(),
                kind,
                value: Source::None,
                visible: None,
            };
            assert!(
                Table::new(vec![node], &Limits::DEFAULT, &granted).is_err(),
                "{wrong}"
            );
        }
    }
}

#[test]
fn constants_fit_their_kind() {
    let items = json!({"type": "items"});
    let log = json!({"type": "log", "lines": 9});
    let chart = json!({"type": "chart", "label": "", "shape": "pie", "unit": ""});
    let rows = json!({"type": "table", "empty": "", "columns": [
        {"key": "n", "label": "", "kind": "number"},
        {"key": "t", "label": "", "kind": "text"},
        {"key": "m", "label": "", "kind": "moment"},
    ]});
    let image = json!({"type": "image", "alt": "", "width": 0, "height": 0});
    let series = |count: usize| {
        let series = (0..count).map(|_| json!({"name": "x", "values": [1, 2.5]}));
        json!({"labels": ["a", "b"], "series": series.collect::<Value>()})
    };
    assert!(table(column(&[constant(chart.clone(), series(12))])).is_ok());
    for (kind, value, problem) in [
        (
            text(),
            json!(true),
            "it is true, but `text` shows a string or a number",
        ),
        (text(), json!([]), "it is a list of 0"),
        (
            json!({"type": "divider"}),
            json!("x"),
            "`divider` shows no value",
        ),
        (
            json!({"type": "divider"}),
            json!(null),
            "`divider` shows no value",
        ),
        (
            json!({"type": "card", "title": ""}),
            json!("x"),
            "`card` shows no value",
        ),
        (
            json!({"type": "markdown"}),
            json!({"blocks": []}),
            "but `markdown` shows a string",
        ),
        (
            json!({"type": "progress", "label": "", "maximum": 1.0}),
            json!("1"),
            "shows a number",
        ),
        (
            image.clone(),
            json!("javascript:alert(1)"),
            "is no source of an image",
        ),
        (
            image.clone(),
            json!("https://evil.com/a.png"),
            "may not reach its host",
        ),
        (image, json!(7), "but `image` shows a string"),
        (log.clone(), json!("x"), "shows a list of strings"),
        (log, json!(["a", 1]), "item 1: it is the number 1"),
        (
            items.clone(),
            json!([{"text": "a"}]),
            "item 0: `id` is missing",
        ),
        (items.clone(), json!([{"id": "a"}]), "`text` is missing"),
        (
            items.clone(),
            json!([{"id": "a", "text": "b", "icon": "<b>"}]),
            "`<b>` is no icon",
        ),
        (
            items.clone(),
            json!([{"id": "a", "text": "b", "detail": 1}]),
            "`detail` is the number 1",
        ),
        (items, json!([["a"]]), "neither a string nor an object"),
        (rows.clone(), json!({}), "shows a list of objects"),
        (rows.clone(), json!(["a"]), "not an object"),
        (rows.clone(), json!([{"n": 1}]), "`id` is missing"),
        (
            rows.clone(),
            json!([{"id": 1}]),
            "`id` is the number 1: write a string",
        ),
        (rows.clone(), json!([{"id": ""}]), "has 0 bytes"),
        (
            rows.clone(),
            json!([{"id": "a"}, {"id": "a"}]),
            "two items have the id `a`",
        ),
        (
            rows.clone(),
            json!([{"id": "a", "n": "1"}]),
            "`n` is the string \"1\"",
        ),
        (
            rows.clone(),
            json!([{"id": "a", "t": {}}]),
            "`t` is an object",
        ),
        (
            rows,
            json!([{"id": "a", "m": "now"}]),
            "milliseconds since the epoch",
        ),
        (
            chart.clone(),
            json!([]),
            "shows an object with `labels` and `series`",
        ),
        (chart.clone(), json!({"labels": []}), "`series` is missing"),
        (
            chart.clone(),
            json!({"labels": [1], "series": []}),
            "`labels` holds the number 1",
        ),
        (
            chart.clone(),
            json!({"labels": [], "series": [{"values": []}]}),
            "series 0: `name`",
        ),
        (
            chart.clone(),
            json!({"labels": [], "series": [{"name": "a", "values": [null]}]}),
            "`values` holds null",
        ),
        (chart, series(13), "13 entries: at most 12"),
    ] {
        let message = refused(column(&[constant(kind, value)]));
        assert!(message.contains(problem), "{message}");
    }
}

#[test]
fn texts_have_their_limits_and_errors_stay_short() {
    let huge = "x\u{7}".repeat(200_000);
    for node in [
        constant(text(), json!(huge)),
        json!({"kind": {"type": "card", "title": huge}}),
        json!({"id": huge, "kind": {"type": "divider"}}),
        json!({"id": "b", "kind": {"type": "button", "label": "", "tone": "normal",
               "icon": huge, "confirm": ""}}),
        json!({"kind": text(), "visible": huge}),
    ] {
        let message = refused(column(&[node]));
        assert!(message.chars().count() < 600, "{message}");
        assert!(!message.contains('\u{7}'), "{message}");
    }
    let full = constant(text(), json!("x".repeat(16_000)));
    assert!(table(column(&vec![full.clone(); 16])).is_ok());
    let error = table(column(&vec![full; 17])).unwrap_err();
    assert!(matches!(error, SurfaceError::Table { .. }), "{error}");
}

#[test]
fn a_markdown_shares_its_value_only_with_markdowns() {
    let markdown = json!({"type": "markdown"});
    assert!(table(column(&[bound(&markdown, "a"), bound(&markdown, "a")])).is_ok());
    let message = refused(column(&[bound(&text(), "a"), bound(&markdown, "a")]));
    assert!(message.contains("`a` is shown by node 1, too"), "{message}");
    let many = vec![bound(&text(), "a"); 33];
    assert!(refused(column(&many)).contains("by 32 nodes already"));
    assert!(refused(column(&[bound(&json!({"type": "divider"}), "a")])).contains("no value"));
}

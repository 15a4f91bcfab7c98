use pato_surfaces::{Act, Surface, SurfaceError};
use serde_json::{Value, json};

use super::{granted, surface};

/// A surface with one of each that can be used.
fn used() -> Surface {
    let columns = json!([
        {"key": "name", "label": "", "kind": "text", "editable": true},
        {"key": "fixed", "label": "", "kind": "text"},
        {"key": "count", "label": "", "kind": "number", "editable": true},
        {"key": "on", "label": "", "kind": "toggle"},
        {"key": "go", "label": "", "kind": "button"},
    ]);
    let range =
        json!({"type": "number-input", "label": "", "minimum": 0.0, "maximum": 10.0, "step": 0.5});
    let input = |lines: u8| json!({"type": "text-input", "label": "", "placeholder": "", "lines": lines, "max-length": 3});
    let select = json!({"type": "select", "label": "", "choices": [{"value": "a", "label": "A"}]});
    let toggle = json!({"type": "toggle", "label": ""});
    let button =
        json!({"type": "button", "label": "", "tone": "normal", "icon": "", "confirm": ""});
    let mut surface = surface(&[
        json!({"id": "button", "kind": button}),
        json!({"id": "toggle", "kind": toggle}),
        json!({"id": "number", "kind": range}),
        json!({"id": "select", "kind": select}),
        json!({"id": "line", "kind": input(1)}),
        json!({"id": "lines", "kind": input(4)}),
        json!({"id": "rows", "kind": {"type": "table", "empty": "", "columns": columns},
               "value": {"bound": "rows"}}),
        json!({"id": "form", "kind": {"type": "form", "label": "Send"}}),
        json!({"parent": 8, "kind": {"type": "card", "title": ""}}),
        json!({"parent": 9, "id": "form-number", "kind": range}),
        json!({"parent": 8, "id": "form-toggle", "kind": toggle, "visible": "wide"}),
        json!({"parent": 8, "id": "form-button", "kind": button}),
        json!({"id": "label", "kind": {"type": "divider"}}),
        json!({"kind": {"type": "card", "title": ""}, "visible": "wide"}),
        json!({"parent": 14, "id": "deep", "kind": button}),
    ]);
    let rows = json!([{"id": "1", "go": "Go"}, {"id": "2"}]);
    surface.set(vec![("rows".into(), rows)], &granted).unwrap();
    surface
}

fn act(json: Value) -> Act {
    serde_json::from_value(json).unwrap()
}

#[test]
fn what_fits_a_node_is_passed_on() {
    let surface = used();
    for (node, what) in [
        ("button", json!({"pressed": null})),
        ("form-button", json!({"pressed": null})),
        ("deep", json!({"pressed": null})),
        ("toggle", json!({"changed": true})),
        ("number", json!({"changed": 0})),
        ("number", json!({"changed": 10.0})),
        ("select", json!({"changed": "a"})),
        ("line", json!({"changed": "äöü"})),
        ("line", json!({"changed": ""})),
        ("lines", json!({"changed": "a\nb"})),
        ("rows", json!({"pressed": {"row": "1", "column": "go"}})),
        (
            "rows",
            json!({"changed": {"row": "2", "column": "name", "value": "x"}}),
        ),
        (
            "rows",
            json!({"changed": {"row": "2", "column": "count", "value": 3}}),
        ),
        (
            "rows",
            json!({"changed": {"row": "1", "column": "on", "value": false}}),
        ),
        (
            "form",
            json!({"submitted": {"form-number": 1, "form-toggle": false}}),
        ),
    ] {
        let act = act(what.clone());
        assert_eq!(surface.check_act(node, &act), Ok(()), "{node} {what}");
        assert_eq!(serde_json::to_value(&act).unwrap(), what);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_what_is_wrong() {
    let surface = used();
    let long = "x".repeat(4_001);
    for (node, what, problem) in [
        ("button", json!({"pressed": {"row": 1}}), "send null"),
        (
            "button",
            json!({"changed": true}),
            "`button` does not take that",
        ),
        (
            "label",
            json!({"pressed": null}),
            "`divider` does not take that",
        ),
        ("form", json!({"changed": {}}), "`form` does not take that"),
        (
            "toggle",
            json!({"pressed": null}),
            "`toggle` does not take that",
        ),
        (
            "toggle",
            json!({"changed": "true"}),
            "is no value of `toggle`",
        ),
        (
            "number",
            json!({"changed": 10.5}),
            "10.5 is not from 0 to 10",
        ),
        ("number", json!({"changed": -1}), "-1 is not from 0 to 10"),
        ("number", json!({"changed": null}), "null is no value"),
        (
            "number",
            json!({"changed": "1"}),
            "is no value of `number-input`",
        ),
        (
            "select",
            json!({"changed": "b"}),
            "`b` is none of the choices",
        ),
        ("line", json!({"changed": "abcd"}), "more than 3 characters"),
        ("line", json!({"changed": "a\nb"}), "only one line"),
        (
            "lines",
            json!({"changed": 1}),
            "is no value of `text-input`",
        ),
        (
            "rows",
            json!({"pressed": null}),
            "send an object of row, column",
        ),
        (
            "rows",
            json!({"pressed": {"row": "1", "column": "go", "x": 1}}),
            "row, column",
        ),
        (
            "rows",
            json!({"pressed": {"row": "2", "column": "go"}}),
            "has no button there",
        ),
        (
            "rows",
            json!({"pressed": {"row": "1", "column": "name"}}),
            "holds no buttons",
        ),
        (
            "rows",
            json!({"pressed": {"row": "3", "column": "go"}}),
            "no row `3` any more",
        ),
        (
            "rows",
            json!({"pressed": {"row": 1, "column": "go"}}),
            "no row ``",
        ),
        (
            "rows",
            json!({"pressed": {"row": "1", "column": "id"}}),
            "no column `id`",
        ),
        (
            "rows",
            json!({"changed": {"row": "1", "column": "fixed", "value": "x"}}),
            "cannot be changed",
        ),
        (
            "rows",
            json!({"changed": {"row": "1", "column": "go", "value": "x"}}),
            "does not fit the column `go`",
        ),
        (
            "rows",
            json!({"changed": {"row": "1", "column": "name", "value": long}}),
            "more than 4000 characters",
        ),
        (
            "rows",
            json!({"changed": {"row": "1", "column": "count", "value": "3"}}),
            "does not fit the column `count`",
        ),
        ("form-number", json!({"changed": 1}), "it is in a form"),
        ("form", json!({"submitted": null}), "send an object"),
        (
            "form",
            json!({"submitted": {"form-number": 1}}),
            "`form-toggle` is missing",
        ),
        (
            "form",
            json!({"submitted": {"form-number": 11, "form-toggle": true}}),
            "`form-number`: 11 is not from 0 to 10",
        ),
        (
            "form",
            json!({"submitted": {"form-number": 1, "form-toggle": true, "form-button": 1}}),
            "`form-button` is no field of the form",
        ),
    ] {
        let refused = surface.check_act(node, &act(what)).unwrap_err();
        assert!(matches!(refused, SurfaceError::Act { .. }));
        let message = refused.to_string();
        assert!(message.contains(problem), "{message}");
        assert!(message.contains(node), "{message}");
    }
}

#[test]
fn a_node_that_is_gone_or_hidden_takes_nothing() {
    let mut surface = used();
    let pressed = Act::Pressed(Value::Null);
    for id in ["gone", "", "\0"] {
        let refused = surface.check_act(id, &pressed).unwrap_err();
        assert!(
            matches!(refused, SurfaceError::NoSuchNode { .. }),
            "{refused}"
        );
    }
    assert!(Surface::default().check_act("button", &pressed).is_err());
    let submitted = act(json!({"submitted": {"form-number": 1}}));
    assert!(surface.check_act("form", &submitted).is_err());
    surface
        .set(vec![("wide".into(), json!(false))], &granted)
        .unwrap();
    let message = surface.check_act("deep", &pressed).unwrap_err().to_string();
    assert_eq!(message, "`deep`: it is hidden now");
    assert_eq!(surface.check_act("form", &submitted), Ok(()));
}

#[test]
fn what_is_no_act_cannot_be_read() {
    for json in [
        json!({}),
        json!({"shown": "1"}),
        json!({"pressed": null, "changed": 1}),
        json!("pressed"),
    ] {
        assert!(
            serde_json::from_value::<Act>(json.clone()).is_err(),
            "{json}"
        );
    }
}

//! Which values a node can show.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::address::{Hosts, check_image};
use crate::error::shown;
use crate::fields;
use crate::limits::Limits;
use crate::node::{Column, ColumnKind, Kind};

/// Checks that a node of that kind can show the value; the error says what is wrong and what to write.
/// Every node can show `null`, which is nothing.
pub(crate) fn check(
    kind: &Kind,
    value: &Value,
    limits: &Limits,
    hosts: Hosts<'_>,
) -> Result<(), String> {
    if value.is_null() {
        return takes_value(kind);
    }
    match kind {
        Kind::Text { .. } | Kind::Stat { .. } if value.is_string() || value.is_number() => Ok(()),
        Kind::Markdown => match value.as_str() {
            Some(text) if text.len() > limits.node_text_bytes => Err(format!(
                "it has {} bytes: `markdown` shows at most {}",
                text.len(),
                limits.node_text_bytes
            )),
            text => expect(kind, text, value).map(drop),
        },
        Kind::Image { .. } => check_image(expect(kind, value.as_str(), value)?, limits, hosts),
        Kind::Progress { .. } | Kind::Slider { .. } | Kind::NumberInput { .. } => {
            expect(kind, value.as_f64(), value).map(drop)
        }
        Kind::Toggle { .. } => expect(kind, value.as_bool(), value).map(drop),
        Kind::Select { .. } | Kind::TextInput { .. } => {
            expect(kind, value.as_str(), value).map(drop)
        }
        Kind::Table { .. } | Kind::Items | Kind::Log { .. } => {
            let list = expect(kind, value.as_array(), value)?;
            if list.len() > limits.items {
                return Err(format!(
                    "it has {} items: at most {} are possible",
                    list.len(),
                    limits.items
                ));
            }
            check_added(kind, &[], list, limits)
        }
        Kind::Chart { .. } => chart(expect(kind, value.as_object(), value)?, limits),
        _ => {
            takes_value(kind)?;
            Err(unfit(kind, value))
        }
    }
}

/// Checks that a node of that kind can show a list to whose end something is added.
pub(crate) fn check_added(
    kind: &Kind,
    before: &[Value],
    added: &[Value],
    limits: &Limits,
) -> Result<(), String> {
    let check_item: &dyn Fn(&Value) -> Result<(), String> = match kind {
        Kind::Table { columns, .. } => &|item| row(columns, item, limits),
        Kind::Items => &|value| item(value, limits),
        Kind::Log { .. } => &|item| match item {
            Value::String(_) => Ok(()),
            other => Err(format!("it is {}, not a string", described(other))),
        },
        _ => {
            takes_value(kind)?;
            return Err(format!(
                "it is shown by `{}`, which shows no list: set it instead",
                kind.name()
            ));
        }
    };
    for (index, item) in added.iter().enumerate() {
        let index = before.len() + index;
        check_item(item).map_err(|problem| format!("item {index}: {problem}"))?;
    }
    let mut seen = BTreeSet::new();
    for id in before.iter().chain(added).filter_map(id_of) {
        if !seen.insert(id) {
            return Err(format!(
                "two items have the id `{}`: give each its own",
                shown(id)
            ));
        }
    }
    Ok(())
}

/// The field `id` of a table's row or of an item.
pub(crate) fn id_of(item: &Value) -> Option<&str> {
    item.get("id").and_then(Value::as_str)
}

fn takes_value(kind: &Kind) -> Result<(), String> {
    match needs(kind) {
        Some(_) => Ok(()),
        None => Err(format!("`{}` shows no value: leave it out", kind.name())),
    }
}

/// What the value of such a node is, for errors; `None` if it has none.
fn needs(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Text { .. } | Kind::Stat { .. } => Some("a string or a number"),
        Kind::Markdown | Kind::Image { .. } | Kind::Select { .. } | Kind::TextInput { .. } => {
            Some("a string")
        }
        Kind::Progress { .. } | Kind::Slider { .. } | Kind::NumberInput { .. } => Some("a number"),
        Kind::Toggle { .. } => Some("true or false"),
        Kind::Table { .. } => Some("a list of objects"),
        Kind::Items => Some("a list of strings, or of objects with `id` and `text`"),
        Kind::Log { .. } => Some("a list of strings"),
        Kind::Chart { .. } => Some("an object with `labels` and `series`"),
        Kind::Column { .. }
        | Kind::Row { .. }
        | Kind::Grid { .. }
        | Kind::Card { .. }
        | Kind::Tabs
        | Kind::Tab { .. }
        | Kind::Divider
        | Kind::Icon { .. }
        | Kind::Button { .. }
        | Kind::Form { .. } => None,
    }
}

fn expect<T>(kind: &Kind, found: Option<T>, value: &Value) -> Result<T, String> {
    found.ok_or_else(|| unfit(kind, value))
}

fn unfit(kind: &Kind, value: &Value) -> String {
    format!(
        "it is {}, but `{}` shows {}",
        described(value),
        kind.name(),
        needs(kind).unwrap_or("nothing")
    )
}

/// A value as an error shows it.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string \"{}\"", shown(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".into(),
    }
}

fn row(columns: &[Column], row: &Value, limits: &Limits) -> Result<(), String> {
    let Value::Object(fields) = row else {
        return Err(format!("it is {}, not an object", described(row)));
    };
    id(fields, limits)?;
    for column in columns {
        let cell = fields.get(&column.key).unwrap_or(&Value::Null);
        let needed = match column.kind {
            _ if cell.is_null() => continue,
            ColumnKind::Text if cell.is_string() || cell.is_number() => continue,
            ColumnKind::Number | ColumnKind::Moment if cell.is_number() => continue,
            ColumnKind::Toggle if cell.is_boolean() => continue,
            ColumnKind::Button if cell.is_string() => continue,
            ColumnKind::Text => "a string or a number",
            ColumnKind::Number => "a number",
            ColumnKind::Moment => "a number of milliseconds since the epoch",
            ColumnKind::Toggle => "true or false",
            ColumnKind::Button => "a string, its label",
        };
        return Err(format!(
            "`{}` is {}, but its column shows {needed}",
            column.key,
            described(cell)
        ));
    }
    Ok(())
}

fn item(item: &Value, limits: &Limits) -> Result<(), String> {
    let fields = match item {
        Value::String(_) => return Ok(()),
        Value::Object(fields) => fields,
        other => {
            return Err(format!(
                "it is {}, neither a string nor an object",
                described(other)
            ));
        }
    };
    id(fields, limits)?;
    if !fields.get("text").is_some_and(Value::is_string) {
        return Err("`text` is missing or no string: write what is shown".into());
    }
    match fields.get("detail") {
        None | Some(Value::Null | Value::String(_)) => {}
        Some(other) => return Err(format!("`detail` is {}, not a string", described(other))),
    }
    match fields.get("color") {
        None | Some(Value::Null) => {}
        Some(Value::String(color)) if is_color(color) => {}
        Some(other) => {
            return Err(format!(
                "`color` is {}: write `#` and six hexadecimal digits",
                described(other)
            ));
        }
    }
    match fields.get("icon") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(name)) => fields::icon(name, limits),
        Some(other) => Err(format!("`icon` is {}, not a string", described(other))),
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    digits.is_some_and(|digits| digits.bytes().all(|one| one.is_ascii_hexdigit()))
}

fn id(fields: &Map<String, Value>, limits: &Limits) -> Result<(), String> {
    match fields.get("id") {
        Some(Value::String(id)) if !id.is_empty() && id.len() <= limits.row_id_bytes => Ok(()),
        Some(Value::String(id)) => Err(format!(
            "the id `{}` has {} bytes, not 1 to {}",
            shown(id),
            id.len(),
            limits.row_id_bytes
        )),
        Some(other) => Err(format!(
            "`id` is {}: write a string, by which it is named",
            described(other)
        )),
        None => Err("`id` is missing: write a string, by which it is named".into()),
    }
}

fn chart(chart: &Map<String, Value>, limits: &Limits) -> Result<(), String> {
    list(chart, "labels", "strings", limits.items, Value::is_string)?;
    list(chart, "series", "objects", limits.series, Value::is_object)?;
    let series = chart.get("series").and_then(Value::as_array);
    let objects = series.into_iter().flatten().filter_map(Value::as_object);
    for (index, series) in objects.enumerate() {
        let place = |problem: String| format!("series {index}: {problem}");
        if !series.get("name").is_some_and(Value::is_string) {
            return Err(place("`name` is missing or no string".into()));
        }
        list(series, "values", "numbers", limits.items, Value::is_number).map_err(place)?;
    }
    Ok(())
}

/// Checks that a field is a list of at most so many of one type.
fn list(
    fields: &Map<String, Value>,
    field: &str,
    of: &str,
    most: usize,
    fits: fn(&Value) -> bool,
) -> Result<(), String> {
    let Some(items) = fields.get(field).and_then(Value::as_array) else {
        return Err(format!(
            "`{field}` is missing or no list: write a list of {of}"
        ));
    };
    if items.len() > most {
        return Err(format!(
            "`{field}` has {} entries: at most {most} are possible",
            items.len()
        ));
    }
    match items.iter().find(|item| !fits(item)) {
        Some(wrong) => Err(format!(
            "`{field}` holds {}: it is a list of {of}",
            described(wrong)
        )),
        None => Ok(()),
    }
}

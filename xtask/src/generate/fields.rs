//! A JSON Schema as tables that people read.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

/// The table of an object's fields, or a sentence if it has none.
pub(super) fn table(schema: &Value) -> String {
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        let is_open = !schema.is_object() || schema.get("additionalProperties").is_some();
        return if is_open {
            "Any fields.\n"
        } else {
            "No fields.\n"
        }
        .into();
    };
    let mut table = String::from("| Field | Type | |\n|---|---|---|\n");
    for (name, field) in properties {
        let optional = if is_required(schema, name) {
            ""
        } else {
            ", optional"
        };
        let text = one_line(description(field));
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{name}` | {}{optional} | {text} |", kind(field));
    }
    table
}

/// Adds the types that a schema refers to, by name.
pub(super) fn collect_types(schema: &Value, into: &mut BTreeMap<String, Value>) {
    if let Some(types) = schema.get("$defs").and_then(Value::as_object) {
        into.extend(
            types
                .iter()
                .map(|(name, schema)| (name.clone(), schema.clone())),
        );
    }
}

/// A type's section: its fields, or the values that it may have.
pub(super) fn type_section(name: &str, schema: &Value) -> String {
    let heading = format!("### {name}\n\n<a id=\"{}\"></a>\n\n", anchor(name));
    let text = description(schema);
    let body = match schema.get("oneOf").and_then(Value::as_array) {
        Some(choices) if choices.iter().all(|choice| choice.get("const").is_some()) => {
            values(choices)
        }
        _ if schema.get("properties").is_some() => table(schema),
        _ => format!("One of: {}.\n", kind(schema)),
    };
    format!("{heading}{text}\n\n{body}")
}

fn values(choices: &[Value]) -> String {
    let mut table = String::from("| Value | |\n|---|---|\n");
    for choice in choices {
        let value = choice.get("const").unwrap_or(&Value::Null);
        let _ = writeln!(table, "| `{value}` | {} |", one_line(description(choice)));
    }
    table
}

/// What a field holds, in a few words.
fn kind(schema: &Value) -> String {
    let Some(object) = schema.as_object() else {
        return "any JSON".into();
    };
    if let Some(name) = object.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap_or(name);
        return format!("[{name}](#{})", anchor(name));
    }
    if let Some(value) = object.get("const") {
        return format!("`{value}`");
    }
    if let Some(values) = object.get("enum").and_then(Value::as_array) {
        return alternatives(values.iter().map(|value| format!("`{value}`")));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = object.get(key).and_then(Value::as_array) {
            return alternatives(choices.iter().map(kind));
        }
    }
    match object.get("type") {
        Some(Value::String(name)) => named(name, object),
        Some(Value::Array(names)) => alternatives(
            names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| named(name, object)),
        ),
        _ => "any JSON".into(),
    }
}

fn named(name: &str, schema: &Map<String, Value>) -> String {
    match name {
        "array" => format!(
            "list of {}",
            schema.get("items").map_or("any JSON".into(), kind)
        ),
        "object" => match schema.get("additionalProperties") {
            Some(values) if values.is_object() => format!("object of {}", kind(values)),
            _ => name.into(),
        },
        _ => name.into(),
    }
}

/// Absence is told elsewhere, so `null` is left out.
fn alternatives(kinds: impl Iterator<Item = String>) -> String {
    let kinds: Vec<_> = kinds.filter(|kind| kind != "null").collect();
    kinds.join(" or ")
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|known| known == name))
}

fn description(schema: &Value) -> &str {
    schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or("")
}

fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

fn anchor(type_name: &str) -> String {
    format!("type-{}", type_name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_shown_with_its_type_and_whether_it_may_be_absent() {
        let schema = json!({
            "type": "object",
            "required": ["user", "roles"],
            "properties": {
                "user": { "$ref": "#/$defs/User", "description": "Who." },
                "roles": { "type": "array", "items": { "type": "string" } },
                "color": { "type": ["string", "null"], "description": "As\n`a|b`." },
                "parent": { "anyOf": [{ "$ref": "#/$defs/User" }, { "type": "null" }] },
                "data": true,
            },
        });
        let table = table(&schema);
        for row in [
            "| `user` | [User](#type-user) | Who. |",
            "| `roles` | list of string |  |",
            "| `color` | string, optional | As `a\\|b`. |",
            "| `parent` | [User](#type-user), optional |  |",
            "| `data` | any JSON, optional |  |",
        ] {
            assert!(table.contains(row), "{row} is not in\n{table}");
        }
    }

    #[test]
    fn the_values_of_an_enumeration_are_listed() {
        let schema = json!({
            "description": "What someone may do.",
            "oneOf": [{ "const": "vip", "description": "Important." }, { "const": "moderator" }],
        });
        let section = type_section("Role", &schema);
        assert!(section.contains("<a id=\"type-role\"></a>"), "{section}");
        assert!(section.contains("| `\"vip\"` | Important. |"), "{section}");
        let plain = type_section("Side", &json!({ "enum": ["left", "right"] }));
        assert!(
            plain.contains("One of: `\"left\"` or `\"right\"`."),
            "{plain}"
        );
    }

    #[test]
    fn an_object_without_fields_says_so() {
        assert_eq!(
            table(&json!({ "type": "object", "properties": {} })),
            "No fields.\n"
        );
        assert_eq!(table(&json!({ "type": "object" })), "No fields.\n");
    }

    #[test]
    fn an_object_of_which_nothing_is_known_may_have_any_fields() {
        assert_eq!(table(&json!(true)), "Any fields.\n");
        let open = json!({ "type": "object", "additionalProperties": true });
        assert_eq!(table(&open), "Any fields.\n");
    }
}

//! Makes one event of a topic's example and what the caller wants to be different.

use pato_events::catalogue;
use pato_events::{Payload, Topic, nearest};
use serde_json::Value;

use crate::connector::ConnectorError;

/// The topic, whether it is stateful, and the checked payload.
pub(super) fn apply(
    name: &str,
    overrides: &Value,
) -> Result<(Topic, bool, Payload), ConnectorError> {
    let invalid =
        |error: &dyn std::fmt::Display| ConnectorError::Invalid(format!("{name}: {error}"));
    let Some(entry) = catalogue::topic(name) else {
        let hint = nearest(name, catalogue::topics().map(|entry| entry.topic));
        let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let text = format!("the catalogue has no topic `{name}`{hint}");
        return Err(ConnectorError::NotFound(text));
    };
    let Value::Object(fields) = overrides else {
        return Err(invalid(&"the values to override are a JSON object"));
    };
    let schema = entry.schema();
    if let Some(known) = schema.get("properties").and_then(Value::as_object)
        && let Some(field) = fields.keys().find(|field| !known.contains_key(*field))
    {
        let names = known.keys().map(String::as_str);
        let hint = match nearest(field, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names.collect::<Vec<_>>().join(", ")),
        };
        return Err(invalid(&format!("there is no field `{field}`; {hint}")));
    }
    let topic = Topic::new(name).map_err(|error| invalid(&error))?;
    let example = entry.example().map_err(|error| invalid(&error))?;
    let mut data: Value = example.read().map_err(|error| invalid(&error))?;
    merge(&mut data, overrides);
    let data = Payload::from_value(&data).map_err(|error| invalid(&error))?;
    entry.check(&data).map_err(|error| invalid(&error))?;
    Ok((topic, entry.stateful, data))
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(target) = target {
        for (key, value) in patch {
            if value.is_null() {
                target.remove(key);
            } else {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_given_replaces_the_example_and_a_null_removes() {
        let overrides = json!({"text": "hi", "user": {"name": "Quack"}, "color": null});
        let (_, _, data) = apply("chat.message", &overrides).unwrap();
        let data: Value = data.read().unwrap();
        assert_eq!(data["text"], "hi");
        assert_eq!(data["user"]["name"], "Quack");
        assert_eq!(data["user"]["login"], "ronni");
        assert_eq!(data.get("color"), None);
    }

    #[test]
    fn every_topic_of_the_catalogue_can_be_made() {
        for entry in catalogue::topics() {
            let (topic, stateful, _) = apply(entry.topic, &json!({})).unwrap();
            assert_eq!((topic.as_str(), stateful), (entry.topic, entry.stateful));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_nearest() {
        for (topic, overrides, hint) in [
            ("chat.mesage", json!({}), "did you mean `chat.message`?"),
            ("chat.message", json!({"txet": "a"}), "did you mean `text`?"),
            ("chat.message", json!({"text": 7}), "expected a string"),
            (
                "chat.message",
                json!({"text": null}),
                "missing field `text`",
            ),
            ("channel.raid", json!({"viewers": -1}), "-1"),
            ("channel.raid", json!([1]), "JSON object"),
        ] {
            let error = apply(topic, &overrides).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
    }
}

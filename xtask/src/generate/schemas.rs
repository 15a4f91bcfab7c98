//! The catalogue as JSON Schemas, one file for each family of topics and actions.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use pato_events::catalogue;
use serde::Serialize;
use serde_json::Value;

use super::Generated;

/// The topics and actions that begin with the same segment.
#[derive(Serialize, Default)]
struct Family {
    topics: BTreeMap<&'static str, TopicSchema>,
    actions: BTreeMap<&'static str, ActionSchema>,
}

#[derive(Serialize)]
struct TopicSchema {
    summary: &'static str,
    stateful: bool,
    payload: Value,
    example: Value,
}

#[derive(Serialize)]
struct ActionSchema {
    summary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    danger: Option<&'static str>,
    parameters: Value,
    answer: Value,
    example: Value,
}

pub(super) fn generate() -> Result<Vec<Generated>> {
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    for entry in catalogue::topics() {
        let schema = TopicSchema {
            summary: entry.summary,
            stateful: entry.stateful,
            payload: entry.schema().to_value(),
            example: parse(entry.example()?.as_str()).context(entry.topic)?,
        };
        let family = families.entry(family(entry.topic)).or_default();
        family.topics.insert(entry.topic, schema);
    }
    for entry in catalogue::actions() {
        let schema = ActionSchema {
            summary: entry.summary,
            danger: entry.danger,
            parameters: entry.parameters().to_value(),
            answer: entry.answer().to_value(),
            example: parse(entry.example()?.as_str()).context(entry.name)?,
        };
        let family = families.entry(family(entry.name)).or_default();
        family.actions.insert(entry.name, schema);
    }
    families
        .into_iter()
        .map(|(name, family)| {
            Ok(Generated {
                path: format!("docs/reference/schemas/{name}.json"),
                text: serde_json::to_string_pretty(&family)? + "\n",
            })
        })
        .collect()
}

/// The first segment of a topic or an action.
pub(super) fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn parse(json: &str) -> Result<Value> {
    Ok(serde_json::from_str(json)?)
}

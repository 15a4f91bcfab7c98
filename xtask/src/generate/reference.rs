//! The catalogue as two pages of the book.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use pato_events::catalogue::{self, ActionEntry, TopicEntry};
use serde_json::Value;

use super::Generated;
use super::fields::{collect_types, table, type_section};
use super::schemas::family;

const NOTE: &str = "<!-- Made by `cargo xtask generate` from crates/events/src/catalogue. -->\n\n";

const EVENTS: &str = "# Events\n\n\
    Every topic that Pato itself publishes, with the payload of its events. A plugin that may subscribe \
    to a topic receives its events; the latest event of a *stateful* topic is handed to whoever \
    subscribes later. Plugins publish topics of their own, which are not listed here.\n\n";

const ACTIONS: &str = "# Actions\n\n\
    Everything that a plugin or a client can ask a connector to do, with the parameters and the answer. \
    An action can be called only by who was granted it. Each takes one more parameter, `connector`, \
    which picks the connector if several serve the action.\n\n";

pub(super) fn generate() -> Result<Vec<Generated>> {
    Ok(vec![
        Generated {
            path: "docs/src/reference/events.md".into(),
            text: events()?,
        },
        Generated {
            path: "docs/src/reference/actions.md".into(),
            text: actions()?,
        },
    ])
}

fn events() -> Result<String> {
    let mut page = format!("{NOTE}{EVENTS}");
    let mut types = BTreeMap::new();
    let mut last = "";
    for entry in catalogue::topics() {
        begin_family(&mut page, &mut last, entry.topic);
        collect_types(entry.schema().as_value(), &mut types);
        topic(&mut page, entry)?;
    }
    add_types(&mut page, &types);
    Ok(page)
}

fn actions() -> Result<String> {
    let mut page = format!("{NOTE}{ACTIONS}");
    let mut types = BTreeMap::new();
    let mut last = "";
    for entry in catalogue::actions() {
        begin_family(&mut page, &mut last, entry.name);
        collect_types(entry.parameters().as_value(), &mut types);
        collect_types(entry.answer().as_value(), &mut types);
        action(&mut page, entry)?;
    }
    add_types(&mut page, &types);
    Ok(page)
}

fn begin_family(page: &mut String, last: &mut &'static str, name: &'static str) {
    let family = family(name);
    if *last != family {
        *page += &format!("## {family}\n\n");
        *last = family;
    }
}

fn topic(page: &mut String, entry: &TopicEntry) -> Result<()> {
    writeln!(page, "### {}\n\n{}", entry.topic, entry.summary)?;
    if entry.stateful {
        writeln!(page, "Stateful.")?;
    }
    let example = pretty(entry.example()?.as_str())?;
    let fields = table(entry.schema().as_value());
    writeln!(page, "\n{fields}\n```json\n{example}\n```\n")?;
    Ok(())
}

fn action(page: &mut String, entry: &ActionEntry) -> Result<()> {
    writeln!(page, "### {}\n\n{}\n", entry.name, entry.summary)?;
    if let Some(danger) = entry.danger {
        writeln!(page, "> **Before you grant it:** {danger}\n")?;
    }
    let example = pretty(entry.example()?.as_str())?;
    let parameters = table(entry.parameters().as_value());
    let answer = table(entry.answer().as_value());
    writeln!(
        page,
        "Parameters:\n\n{parameters}\n```json\n{example}\n```\n"
    )?;
    writeln!(page, "Answer:\n\n{answer}")?;
    Ok(())
}

fn add_types(page: &mut String, types: &BTreeMap<String, Value>) {
    if !types.is_empty() {
        *page += "## Types\n\n";
    }
    let sections: Vec<_> = types
        .iter()
        .map(|(name, schema)| type_section(name, schema))
        .collect();
    *page += &sections.join("\n");
    *page = page.trim_end().to_owned() + "\n";
}

fn pretty(json: &str) -> Result<String> {
    let value: Value = serde_json::from_str(json)?;
    Ok(serde_json::to_string_pretty(&value)?)
}

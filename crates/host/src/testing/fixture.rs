//! What is played into a plugin: JSON lines, those of a recording among them.

use std::collections::BTreeMap;
use std::time::Duration;

use pato_connectors::simulator;
use pato_events::{Draft, Payload, Timestamp, Topic, catalogue};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::recording::RecordingLine;

/// When a fixture begins that does not say: 2026-01-01, midnight UTC.
const BEGINNING: Timestamp = 1_767_225_600_000.0;

/// The longest that a single step may wait: a day.
const LONGEST_WAIT: u64 = 24 * 60 * 60 * 1_000;

/// The latest that an event of a recording may happen.
const LONGEST_RECORDING: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Steps in their order.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// When it begins, in milliseconds since the epoch.
    pub started_at: Timestamp,
    /// The settings with which the plugin starts.
    pub settings: BTreeMap<String, Value>,
    /// What happens then.
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Step {
    /// An event, and when it happened if it was recorded, counted from the beginning.
    Event {
        /// How long after the beginning.
        after: Option<Duration>,
        /// What is published.
        draft: Draft,
    },
    /// One of the plugin's commands is called.
    Command {
        /// Its name.
        name: String,
        /// A JSON object.
        parameters: Value,
    },
    /// The user changes settings.
    Settings(BTreeMap<String, Value>),
    /// From now on, an action is answered like this.
    Answer {
        /// The action, such as `chat.send`.
        action: String,
        /// The answer, or what fails.
        answer: Result<Value, String>,
    },
    /// Time goes by.
    Wait(Duration),
}

/// Why a text is no fixture.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct FixtureError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// A line that a person writes.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Written {
    Event {
        topic: String,
        #[serde(default)]
        data: Option<Value>,
    },
    Command {
        name: String,
        #[serde(default)]
        parameters: Option<Value>,
    },
    Settings(BTreeMap<String, Value>),
    Answer {
        action: String,
        #[serde(default)]
        ok: Option<Value>,
        #[serde(default)]
        error: Option<String>,
    },
    WaitMs(u64),
}

impl Fixture {
    /// Reads a fixture: in each line one step, as JSON. Empty lines are passed over.
    ///
    /// # Errors
    ///
    /// If a line is no step.
    pub fn parse(text: &str) -> Result<Self, FixtureError> {
        let mut fixture = Self {
            started_at: BEGINNING,
            settings: BTreeMap::new(),
            steps: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            if !line.trim().is_empty() {
                fixture.add(line).map_err(|problem| FixtureError {
                    line: index + 1,
                    problem,
                })?;
            }
        }
        Ok(fixture)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let is_recorded = ["recording", "missing"]
            .iter()
            .any(|key| value.get(key).is_some())
            || value.pointer("/event/after_ms").is_some();
        let step = match is_recorded {
            true => self.recorded(serde_json::from_value(value).map_err(|e| e.to_string())?)?,
            false => self.written(serde_json::from_value(value).map_err(|e| e.to_string())?)?,
        };
        self.steps.extend(step);
        Ok(())
    }

    fn recorded(&mut self, line: RecordingLine) -> Result<Option<Step>, String> {
        match line {
            RecordingLine::Recording {
                version: 1,
                started_at,
            } => {
                self.started_at = started_at;
                Ok(None)
            }
            RecordingLine::Recording { version, .. } => {
                Err(format!("version {version} of recordings is not known here"))
            }
            RecordingLine::Missing { .. } => Ok(None),
            RecordingLine::Event { after_ms, event } => {
                let after = Duration::try_from_secs_f64(after_ms / 1_000.0).ok();
                let after = after.filter(|after| *after <= LONGEST_RECORDING);
                let mut draft = Draft::new(event.topic, event.source, event.data);
                draft.account = event.account;
                draft.stateful = event.stateful;
                draft.flags = event.flags;
                draft.flags.replayed = true;
                Ok(Some(Step::Event {
                    after: Some(after.ok_or_else(|| {
                        format!("an event can happen 0 ms to 30 days later, not {after_ms} ms")
                    })?),
                    draft,
                }))
            }
        }
    }

    fn written(&mut self, line: Written) -> Result<Option<Step>, String> {
        let object = |value: Option<Value>| value.unwrap_or_else(|| Value::Object(Map::new()));
        Ok(Some(match line {
            Written::Event { topic, data } => Step::Event {
                after: None,
                draft: draft(&topic, &object(data))?,
            },
            Written::Command { name, parameters } => Step::Command {
                name,
                parameters: object(parameters),
            },
            // Before anything happened, they are those with which the plugin starts.
            Written::Settings(values) if self.steps.is_empty() => {
                self.settings.extend(values);
                return Ok(None);
            }
            Written::Settings(values) => Step::Settings(values),
            Written::Answer { action, ok, error } => Step::Answer {
                action: known_action(action)?,
                answer: match (ok, error) {
                    (Some(ok), None) => Ok(ok),
                    (None, Some(error)) => Err(error),
                    _ => return Err("an answer has either `ok` or `error`".into()),
                },
            },
            Written::WaitMs(time @ 0..=LONGEST_WAIT) => Step::Wait(Duration::from_millis(time)),
            Written::WaitMs(_) => return Err(format!("a step waits {LONGEST_WAIT} ms at most")),
        }))
    }
}

/// Of a topic in the catalogue, its example with `data` merged in; else `data` alone.
fn draft(topic: &str, data: &Value) -> Result<Draft, String> {
    if catalogue::topic(topic).is_some() {
        return simulator::draft(topic, data).map_err(|error| error.to_string());
    }
    let topic = Topic::new(topic).map_err(|error| error.to_string())?;
    let data = Payload::from_value(data).map_err(|error| error.to_string())?;
    Ok(Draft::new(topic, "user", data))
}

fn known_action(action: String) -> Result<String, String> {
    if catalogue::action(&action).is_some() {
        return Ok(action);
    }
    let known = catalogue::actions().map(|entry| entry.name);
    Err(match pato_events::nearest(&action, known) {
        Some(near) => format!("there is no action `{action}`; did you mean `{near}`?"),
        None => format!("there is no action `{action}`; the reference lists all"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_step_is_named_with_what_would_be_right() {
        for (text, told) in [
            ("{\"event\": {\"topic\": \"chat..message\"}}", "line 1"),
            ("\n\n{\"evnt\": {}}", "line 3: unknown variant `evnt`"),
            ("{", "EOF"),
            ("[]", "line 1"),
            ("{\"wait-ms\": 1e99}", "line 1"),
            ("{\"wait-ms\": 86400001}", "at most"),
            (
                "{\"answer\": {\"action\": \"chat.send\"}}",
                "either `ok` or `error`",
            ),
            (
                "{\"answer\": {\"action\": \"chat.sent\", \"ok\": {}}}",
                "did you mean `chat.send`?",
            ),
            (
                "{\"recording\": {\"version\": 2, \"started_at\": 0}}",
                "version 2",
            ),
            (
                "{\"event\": {\"topic\": \"chat.message\", \"data\": {\"txt\": \"x\"}}}",
                "txt",
            ),
        ] {
            let error = Fixture::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn settings_before_all_else_are_those_of_the_start() {
        let text = "{\"settings\": {\"a\": 1}}\n{\"wait-ms\": 5}\n{\"settings\": {\"a\": 2}}\n";
        let fixture = Fixture::parse(text).unwrap();
        assert_eq!(fixture.settings["a"], 1);
        assert!(matches!(
            &fixture.steps[..],
            [Step::Wait(_), Step::Settings(_)]
        ));
    }
}

//! Every topic and every action that Pato itself knows, each with the type of its payload.
//!
//! One type serves for all: connectors fill it, the host checks against it, and the JSON Schemas, the
//! reference and the software development kits are generated from it. Plugins add topics of their own,
//! which are not listed here.
//!
//! To add one: write its payload type in the module of its family, implement [`TopicPayload`] or
//! [`Action`], and name it in that module's list. Where a service publishes a large protocol of its
//! own, as OBS and VTube Studio do, [tables of fields](Field) take the place of types.

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::payload::{Payload, PayloadError};

pub mod channel;
pub mod chat;
mod define;
pub mod discord;
pub mod host;
pub mod moderation;
pub mod obs;
pub mod stream;
mod table;
pub mod vtube;

pub use table::Field;
use table::Table;

/// The payload of one topic.
pub trait TopicPayload: Serialize + DeserializeOwned + JsonSchema {
    /// The topic.
    const TOPIC: &'static str;
    /// Whether the latest event is kept for whoever subscribes later.
    const STATEFUL: bool = false;
    /// A plausible example, used by the reference and by tests.
    fn example() -> Self;
}

/// What one action takes and answers.
pub trait Action {
    /// The action's name, such as `chat.send`.
    const NAME: &'static str;
    /// What someone who grants it should know, if it can do harm.
    const DANGER: Option<&'static str> = None;
    /// The parameters.
    type Parameters: Serialize + DeserializeOwned + JsonSchema;
    /// The answer.
    type Answer: Serialize + DeserializeOwned + JsonSchema;
    /// Plausible parameters, used by the reference and by tests.
    fn example() -> Self::Parameters;
}

/// One topic of the catalogue.
pub struct TopicEntry {
    /// The topic.
    pub topic: &'static str,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// Whether the latest event is kept for whoever subscribes later.
    pub stateful: bool,
    shape: Shape,
}

impl TopicEntry {
    /// The entry of a payload type.
    pub const fn of<T: TopicPayload>(summary: &'static str) -> Self {
        Self {
            topic: T::TOPIC,
            summary,
            stateful: T::STATEFUL,
            shape: Shape::Type {
                schema: schema_of::<T>,
                check: |payload| payload.read::<T>().map(drop),
                example: || Payload::from_value(&T::example()),
            },
        }
    }

    /// The entry of a payload described by its fields.
    pub const fn table(
        topic: &'static str,
        summary: &'static str,
        fields: &'static [Field],
    ) -> Self {
        Self {
            topic,
            summary,
            stateful: false,
            shape: Shape::Table(Table {
                fields,
                parameters: false,
            }),
        }
    }

    /// The same entry, with the latest event kept for whoever subscribes later.
    #[must_use]
    pub const fn stateful(mut self) -> Self {
        self.stateful = true;
        self
    }

    /// The JSON Schema (2020-12) of the payload.
    pub fn schema(&self) -> Schema {
        self.shape.schema()
    }

    /// Checks that a payload is of the topic's shape.
    ///
    /// # Errors
    ///
    /// If it is not; the message names the field and the place.
    pub fn check(&self, payload: &Payload) -> Result<(), PayloadError> {
        self.shape.check(payload)
    }

    /// A plausible payload.
    ///
    /// # Errors
    ///
    /// If the type's example does not serialise to an object, which a test rules out.
    pub fn example(&self) -> Result<Payload, PayloadError> {
        self.shape.example()
    }
}

/// One action of the catalogue.
pub struct ActionEntry {
    /// The action's name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What someone who grants it should know, if it can do harm.
    pub danger: Option<&'static str>,
    parameters: Shape,
    answer: Answer,
}

enum Answer {
    Type(fn() -> Schema),
    Table(Table),
}

impl ActionEntry {
    /// The entry of an action type.
    pub const fn of<A: Action>(summary: &'static str) -> Self {
        Self {
            name: A::NAME,
            summary,
            danger: A::DANGER,
            parameters: Shape::Type {
                schema: schema_of::<A::Parameters>,
                check: |payload| payload.read::<A::Parameters>().map(drop),
                example: || Payload::from_value(&A::example()),
            },
            answer: Answer::Type(schema_of::<A::Answer>),
        }
    }

    /// The entry of an action whose parameters and answer are described by their fields. Its
    /// parameters may also name the `connector` to act through.
    pub const fn table(
        name: &'static str,
        summary: &'static str,
        parameters: &'static [Field],
        answer: &'static [Field],
    ) -> Self {
        Self {
            name,
            summary,
            danger: None,
            parameters: Shape::Table(Table {
                fields: parameters,
                parameters: true,
            }),
            answer: Answer::Table(Table {
                fields: answer,
                parameters: false,
            }),
        }
    }

    /// The same entry, with what someone who grants it should know.
    #[must_use]
    pub const fn dangerous(mut self, danger: &'static str) -> Self {
        self.danger = Some(danger);
        self
    }

    /// The JSON Schema (2020-12) of the parameters.
    pub fn parameters(&self) -> Schema {
        self.parameters.schema()
    }

    /// The JSON Schema (2020-12) of the answer.
    pub fn answer(&self) -> Schema {
        match &self.answer {
            Answer::Type(schema) => schema(),
            Answer::Table(table) => table.schema(),
        }
    }

    /// Checks that parameters are of the action's shape.
    ///
    /// # Errors
    ///
    /// If they are not; the message names the field and the place.
    pub fn check(&self, parameters: &Payload) -> Result<(), PayloadError> {
        self.parameters.check(parameters)
    }

    /// Plausible parameters.
    ///
    /// # Errors
    ///
    /// If the type's example does not serialise to an object, which a test rules out.
    pub fn example(&self) -> Result<Payload, PayloadError> {
        self.parameters.example()
    }
}

/// What a payload looks like.
enum Shape {
    Type {
        schema: fn() -> Schema,
        check: fn(&Payload) -> Result<(), PayloadError>,
        example: fn() -> Result<Payload, PayloadError>,
    },
    Table(Table),
}

impl Shape {
    fn schema(&self) -> Schema {
        match self {
            Self::Type { schema, .. } => schema(),
            Self::Table(table) => table.schema(),
        }
    }

    fn check(&self, payload: &Payload) -> Result<(), PayloadError> {
        match self {
            Self::Type { check, .. } => check(payload),
            Self::Table(table) => table.check(payload),
        }
    }

    fn example(&self) -> Result<Payload, PayloadError> {
        match self {
            Self::Type { example, .. } => example(),
            Self::Table(table) => table.example(),
        }
    }
}

fn schema_of<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

const TOPICS: &[&[TopicEntry]] = &[
    chat::TOPICS,
    channel::TOPICS,
    stream::TOPICS,
    moderation::TOPICS,
    discord::TOPICS,
    host::TOPICS,
];

const ACTIONS: &[&[ActionEntry]] = &[
    chat::ACTIONS,
    channel::ACTIONS,
    stream::ACTIONS,
    moderation::ACTIONS,
    discord::ACTIONS,
];

/// The first segments of topics that only connectors and the host may publish under.
pub const RESERVED_FAMILIES: &[&str] = &[
    "chat",
    "channel",
    "stream",
    "moderation",
    "obs",
    "vtube",
    "midi",
    "host",
    "plugin",
    "connector",
    "twitch",
    "discord",
    "kick",
    "simulator",
    "pato",
];

/// Every topic, family by family.
pub fn topics() -> impl Iterator<Item = &'static TopicEntry> {
    let tables = obs::TOPICS.iter().chain(vtube::TOPICS);
    TOPICS.iter().chain(tables).copied().flatten()
}

/// The topic of that name.
pub fn topic(name: &str) -> Option<&'static TopicEntry> {
    topics().find(|entry| entry.topic == name)
}

/// Every action, family by family.
pub fn actions() -> impl Iterator<Item = &'static ActionEntry> {
    let tables = obs::ACTIONS.iter().chain(vtube::ACTIONS);
    ACTIONS.iter().chain(tables).copied().flatten()
}

/// The action of that name.
pub fn action(name: &str) -> Option<&'static ActionEntry> {
    actions().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::topic::Topic;

    #[test]
    fn every_topic_is_valid_unique_and_fits_its_own_example() {
        let mut seen = HashSet::new();
        for entry in topics() {
            let topic = Topic::new(entry.topic).unwrap();
            assert!(
                RESERVED_FAMILIES.contains(&topic.family()),
                "{topic} is not reserved"
            );
            assert!(seen.insert(entry.topic), "{} stands twice", entry.topic);
            entry.check(&entry.example().unwrap()).unwrap();
            assert!(
                entry.schema().get("properties").is_some() || entry.schema().get("type").is_some()
            );
        }
    }

    #[test]
    fn every_action_is_valid_unique_and_fits_its_own_example() {
        let mut seen = HashSet::new();
        for entry in actions() {
            Topic::new(entry.name).unwrap();
            assert!(seen.insert(entry.name), "{} stands twice", entry.name);
            entry.check(&entry.example().unwrap()).unwrap();
        }
    }
}

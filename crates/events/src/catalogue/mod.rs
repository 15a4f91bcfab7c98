//! Every topic and every action that Pato itself knows, each with the type of its payload.
//!
//! One type serves for all: connectors fill it, the host checks against it, and the JSON Schemas, the
//! reference and the software development kits are generated from it. Plugins add topics of their own,
//! which are not listed here.
//!
//! To add one: write its payload type in the module of its family, implement [`TopicPayload`] or
//! [`Action`], and name it in that module's list.

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::payload::{Payload, PayloadError};

pub mod channel;
pub mod chat;
pub mod host;
pub mod moderation;
pub mod obs;
pub mod stream;

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
    schema: fn() -> Schema,
    check: fn(&Payload) -> Result<(), PayloadError>,
    example: fn() -> Result<Payload, PayloadError>,
}

impl TopicEntry {
    /// The entry of a payload type.
    pub const fn of<T: TopicPayload>(summary: &'static str) -> Self {
        Self {
            topic: T::TOPIC,
            summary,
            stateful: T::STATEFUL,
            schema: schema_of::<T>,
            check: |payload| payload.read::<T>().map(drop),
            example: || Payload::from_value(&T::example()),
        }
    }

    /// The JSON Schema (2020-12) of the payload.
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }

    /// Checks that a payload is of the topic's shape.
    ///
    /// # Errors
    ///
    /// If it is not; the message names the field and the place.
    pub fn check(&self, payload: &Payload) -> Result<(), PayloadError> {
        (self.check)(payload)
    }

    /// A plausible payload.
    ///
    /// # Errors
    ///
    /// If the type's example does not serialise to an object, which a test rules out.
    pub fn example(&self) -> Result<Payload, PayloadError> {
        (self.example)()
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
    parameters: fn() -> Schema,
    answer: fn() -> Schema,
    check: fn(&Payload) -> Result<(), PayloadError>,
    example: fn() -> Result<Payload, PayloadError>,
}

impl ActionEntry {
    /// The entry of an action type.
    pub const fn of<A: Action>(summary: &'static str) -> Self {
        Self {
            name: A::NAME,
            summary,
            danger: A::DANGER,
            parameters: schema_of::<A::Parameters>,
            answer: schema_of::<A::Answer>,
            check: |payload| payload.read::<A::Parameters>().map(drop),
            example: || Payload::from_value(&A::example()),
        }
    }

    /// The JSON Schema (2020-12) of the parameters.
    pub fn parameters(&self) -> Schema {
        (self.parameters)()
    }

    /// The JSON Schema (2020-12) of the answer.
    pub fn answer(&self) -> Schema {
        (self.answer)()
    }

    /// Checks that parameters are of the action's shape.
    ///
    /// # Errors
    ///
    /// If they are not; the message names the field and the place.
    pub fn check(&self, parameters: &Payload) -> Result<(), PayloadError> {
        (self.check)(parameters)
    }

    /// Plausible parameters.
    ///
    /// # Errors
    ///
    /// If the type's example does not serialise to an object, which a test rules out.
    pub fn example(&self) -> Result<Payload, PayloadError> {
        (self.example)()
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
    obs::TOPICS,
    host::TOPICS,
];

const ACTIONS: &[&[ActionEntry]] = &[chat::ACTIONS, moderation::ACTIONS, obs::ACTIONS];

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
    TOPICS.iter().copied().flatten()
}

/// The topic of that name.
pub fn topic(name: &str) -> Option<&'static TopicEntry> {
    topics().find(|entry| entry.topic == name)
}

/// Every action, family by family.
pub fn actions() -> impl Iterator<Item = &'static ActionEntry> {
    ACTIONS.iter().copied().flatten()
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

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::payload::Payload;
use crate::topic::Topic;

/// Milliseconds since the Unix epoch, UTC.
pub type Timestamp = f64;

/// Names one event. Unique on one machine; opaque. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Arc<str>);

impl EventId {
    /// An id with this text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What else is true of an event. See `event-flags` in the contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Flags {
    /// Made by the simulator or by hand.
    #[serde(skip_serializing_if = "is_false")]
    pub simulated: bool,
    /// From a recording, or delivered again out of the history.
    #[serde(skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// Caused by Pato itself, such as a chat message that a plugin sent.
    #[serde(skip_serializing_if = "is_false")]
    pub own: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// One thing that happened, as it stands on the bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Names the event; given by the bus.
    #[schemars(with = "String")]
    pub id: EventId,
    /// What happened.
    #[schemars(with = "String")]
    pub topic: Topic,
    /// Who says so: a connector, `host`, or `plugin:<id>`.
    #[schemars(with = "String")]
    pub source: Arc<str>,
    /// The account or instance of the source, where it has several.
    #[schemars(with = "Option<String>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Arc<str>>,
    /// When it happened.
    pub time: Timestamp,
    /// The event that led to this one.
    #[schemars(with = "Option<String>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
    /// How many events led to this one, each the cause of the next.
    #[serde(default)]
    pub depth: u8,
    /// What else is true of it.
    #[serde(flatten)]
    pub flags: Flags,
    /// Whether it is the state of its topic, kept for whoever subscribes later.
    #[serde(default)]
    pub stateful: bool,
    /// The JSON object that the topic's schema describes.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub data: Payload,
}

/// An event before it is published: without id, and without depth.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What happened.
    pub topic: Topic,
    /// Who says so.
    pub source: Arc<str>,
    /// The account or instance of the source.
    pub account: Option<Arc<str>>,
    /// When it happened, if the source has a clock; else the bus takes its own.
    pub time: Option<Timestamp>,
    /// The id and depth of the event that led to this one.
    pub cause: Option<(EventId, u8)>,
    /// What else is true of it.
    pub flags: Flags,
    /// Whether it becomes the state of its topic.
    pub stateful: bool,
    /// The payload.
    pub data: Payload,
}

impl Draft {
    /// A draft with nothing but the necessary.
    pub fn new(topic: Topic, source: impl Into<Arc<str>>, data: Payload) -> Self {
        Self {
            topic,
            source: source.into(),
            account: None,
            time: None,
            cause: None,
            flags: Flags::default(),
            stateful: false,
            data,
        }
    }

    /// The same, led to by `event`.
    #[must_use]
    pub fn caused_by(mut self, event: &Event) -> Self {
        self.cause = Some((event.id.clone(), event.depth));
        self
    }
}

use pato_events::catalogue::TopicPayload;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique on this machine, opaque.
    pub id: String,
    /// What happened, such as `chat.message`.
    pub topic: String,
    /// Who says so: a connector (`twitch`, `obs`, `simulator`), `host`, or `plugin:<id>`.
    pub source: String,
    /// The account or instance of the source, where it has several.
    pub account: Option<String>,
    /// When it happened, in milliseconds since the Unix epoch.
    pub time: f64,
    /// The id of the event that led to this one.
    pub cause: Option<String>,
    /// What else is true of it.
    pub flags: Flags,
    /// The payload: a JSON object as text.
    pub data: String,
}

/// What else is true of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Made by the simulator or by hand; nobody really followed, subscribed or paid.
    pub simulated: bool,
    /// From a recording, or delivered again out of the history.
    pub replayed: bool,
    /// Caused by Pato itself, such as a chat message that a plugin sent. Reacting to these is how
    /// loops begin.
    pub own: bool,
    /// Delivered once more because the plugin trapped before it had finished the batch.
    pub redelivered: bool,
    /// The latest event of a stateful topic, delivered at subscription: how things stand, not news.
    pub snapshot: bool,
}

impl Event {
    /// The payload as the catalogue's type, or none if the event is of another topic.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the payload is not of the topic's shape.
    pub fn payload<T: TopicPayload>(&self) -> Result<Option<T>> {
        if self.topic == T::TOPIC {
            self.json().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The payload as any type, for the topics of other plugins.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the payload is not of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.data).map_err(|error| {
            Error::Invalid(format!(
                "event {} of `{}` does not fit: {error}",
                self.id, self.topic
            ))
        })
    }
}

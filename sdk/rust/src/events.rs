//! The event bus. Permissions: `subscribe` and `publish`, scoped by topic pattern.

use serde::Serialize;

use crate::{Event, Result, host};

/// Publishes an event with `data`, which must serialise to a JSON object. Returns the event's id.
///
/// # Errors
///
/// If the topic lies outside the granted patterns, the data does not fit, or a chain of causes has
/// become too long.
pub fn publish<T: Serialize + ?Sized>(topic: &str, data: &T) -> Result<String> {
    host::publish(topic, &serde_json::to_string(data)?)
}

/// Publishes an event as the new state of its topic: whoever subscribes later receives it at once.
///
/// # Errors
///
/// As for [`publish`].
pub fn publish_state<T: Serialize + ?Sized>(topic: &str, data: &T) -> Result<String> {
    host::publish_state(topic, &serde_json::to_string(data)?)
}

/// Asks for the events whose topic matches `pattern`: `*` stands for one segment, a final `**` for
/// all that follow.
///
/// # Errors
///
/// If the pattern is wrong or not granted.
pub fn subscribe(pattern: &str) -> Result<()> {
    host::subscribe(pattern)
}

/// Ends a subscription made with the same pattern.
///
/// # Errors
///
/// If there is none.
pub fn unsubscribe(pattern: &str) -> Result<()> {
    host::unsubscribe(pattern)
}

/// The latest event of each stateful topic that matches `pattern`.
///
/// # Errors
///
/// If the pattern is wrong or not granted.
pub fn snapshot(pattern: &str) -> Result<Vec<Event>> {
    host::snapshot(pattern)
}

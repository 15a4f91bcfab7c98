//! The stream itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TopicEntry, TopicPayload};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[TopicEntry::of::<StreamStatus>(
    "The stream went live or ended; its title or category changed.",
)];

/// How the stream stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamStatus {
    /// The channel.
    pub channel: String,
    /// Whether it is live.
    pub live: bool,
    /// The title, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The game or category, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl TopicPayload for StreamStatus {
    const TOPIC: &'static str = "stream.status";
    const STATEFUL: bool = true;

    fn example() -> Self {
        Self {
            channel: "pato".into(),
            live: true,
            title: Some("Building a plugin host".into()),
            category: Some("Software and Game Development".into()),
        }
    }
}

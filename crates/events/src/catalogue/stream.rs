//! The stream itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::define::{action, topic};
use super::{ActionEntry, TopicEntry};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<StreamStatus>("The stream went live or ended; its title or category changed."),
    TopicEntry::of::<StreamViewers>("How many people watch; told about once a minute."),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[ActionEntry::of::<GetStream>("Tells how the stream stands.")];

/// How the stream stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StreamStatus {
    /// The channel.
    pub channel: String,
    /// Whether it is live.
    pub live: bool,
    /// The title, where known.
    pub title: Option<String>,
    /// The game or category, where known.
    pub category: Option<String>,
    /// Its tags, where known.
    pub tags: Option<Vec<String>>,
    /// Its language, as an ISO 639-1 code, where known.
    pub language: Option<String>,
    /// Since when it is live, in milliseconds since the epoch, where known.
    pub started_at: Option<f64>,
}

topic!(
    StreamStatus,
    "stream.status",
    stateful,
    Self {
        channel: "pato".into(),
        live: true,
        title: Some("Building a plugin host".into()),
        category: Some("Software and Game Development".into()),
        tags: None,
        language: Some("en".into()),
        started_at: Some(1_763_683_200_000.0),
    }
);

/// How many people watch.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StreamViewers {
    /// The channel.
    pub channel: String,
    /// How many.
    pub viewers: u32,
}

topic!(
    StreamViewers,
    "stream.viewers",
    stateful,
    Self {
        channel: "pato".into(),
        viewers: 3_000,
    }
);

action! {
    /// Which stream: that of the channel.
    "stream.get" GetStream(GetStreamParameters) -> StreamStatus {
    }
}

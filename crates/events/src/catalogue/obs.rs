//! OBS Studio, as its obs-websocket protocol speaks.

use super::{ActionEntry, TopicEntry};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[];

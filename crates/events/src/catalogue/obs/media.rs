//! Inputs that play media.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "obs.media-input-playback-started",
        "A medium began to play.",
        &[INPUT_NAME, INPUT_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.media-input-playback-ended",
        "A medium was played to its end.",
        &[INPUT_NAME, INPUT_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.media-input-action-triggered",
        "Somebody played, paused, stopped or skipped a medium.",
        &[INPUT_NAME, INPUT_UUID.optional(), MEDIA_ACTION],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-media-input-status",
        "Reads what a medium is doing.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[
            MEDIA_STATE,
            MEDIA_DURATION.optional(),
            MEDIA_CURSOR.optional(),
        ],
    ),
    ActionEntry::table(
        "obs.set-media-input-cursor",
        "Jumps to a place in a medium.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            MEDIA_CURSOR,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.offset-media-input-cursor",
        "Jumps ahead or back in a medium.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            MEDIA_CURSOR_OFFSET,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.trigger-media-input-action",
        "Plays, pauses, stops or skips a medium.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            MEDIA_ACTION,
        ],
        &[],
    ),
];

//! The window of OBS, with studio mode.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "obs.studio-mode-state-changed",
        "Studio mode was switched on or off.",
        &[STUDIO_MODE_ENABLED],
    )
    .stateful(),
    TopicEntry::table(
        "obs.screenshot-saved",
        "Somebody saved a screenshot in OBS.",
        &[SAVED_SCREENSHOT_PATH],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-studio-mode-enabled",
        "Reads whether studio mode is on.",
        &[],
        &[STUDIO_MODE_ENABLED],
    ),
    ActionEntry::table(
        "obs.set-studio-mode-enabled",
        "Switches studio mode on or off.",
        &[STUDIO_MODE_ENABLED],
        &[],
    ),
    ActionEntry::table(
        "obs.open-input-properties-dialog",
        "Opens the properties of an input in OBS.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[],
    ),
    ActionEntry::table(
        "obs.open-input-filters-dialog",
        "Opens the filters of an input in OBS.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[],
    ),
    ActionEntry::table(
        "obs.open-input-interact-dialog",
        "Opens the window to interact with an input in OBS.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[],
    ),
    ActionEntry::table(
        "obs.get-monitor-list",
        "Lists the monitors.",
        &[],
        &[MONITORS],
    ),
    ActionEntry::table(
        "obs.open-video-mix-projector",
        "Opens a projector of the program, the preview or the multiview.",
        &[
            VIDEO_MIX_TYPE,
            MONITOR_INDEX.optional(),
            PROJECTOR_GEOMETRY.alternative(),
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.open-source-projector",
        "Opens a projector of a source.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            MONITOR_INDEX.optional(),
            PROJECTOR_GEOMETRY.alternative(),
        ],
        &[],
    ),
];

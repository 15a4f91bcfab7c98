//! Effects over the whole picture.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[TopicEntry::table(
    "vtube.post-processing",
    "Effects were switched on or off, or a preset was loaded.",
    &[CURRENT_ON_STATE, CURRENT_PRESET],
)
.stateful()];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.post-processing-list",
        "Reads how effects stand, and lists effects and presets if asked to.",
        &[
            FILL_PRESETS.optional(),
            FILL_EFFECTS.optional(),
            EFFECT_ID_FILTER.optional(),
        ],
        &[
            POST_PROCESSING_SUPPORTED,
            POST_PROCESSING_ACTIVE,
            CAN_UPDATE,
            RESTRICTED_EFFECTS_ALLOWED,
            PRESET_IS_ACTIVE,
            ACTIVE_PRESET,
            PRESET_COUNT,
            ACTIVE_EFFECT_COUNT,
            EFFECT_COUNT_BEFORE_FILTER,
            CONFIG_COUNT_BEFORE_FILTER,
            EFFECT_COUNT_AFTER_FILTER,
            CONFIG_COUNT_AFTER_FILTER,
            POST_PROCESSING_EFFECTS,
            POST_PROCESSING_PRESETS,
        ],
    ),
    ActionEntry::table(
        "vtube.post-processing-update",
        "Switches effects on or off, loads a preset, or sets single values. Not for every frame.",
        &[
            POST_PROCESSING_ON.optional(),
            SET_PRESET.optional(),
            SET_VALUES.optional(),
            PRESET_TO_SET.optional(),
            POST_PROCESSING_FADE_TIME.optional(),
            SET_ALL_OTHER_TO_DEFAULT.optional(),
            USING_RESTRICTED.optional(),
            RANDOMIZE_ALL.optional(),
            RANDOMIZE_CHAOS.optional(),
            POST_PROCESSING_VALUES.optional(),
        ],
        &[
            POST_PROCESSING_ACTIVE,
            PRESET_IS_ACTIVE,
            ACTIVE_PRESET,
            ACTIVE_EFFECT_COUNT,
        ],
    ),
];

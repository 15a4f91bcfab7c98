//! Transitions between scenes.

use super::danger;
#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "obs.current-scene-transition-changed",
        "Another transition is in use.",
        &[TRANSITION_NAME.optional(), TRANSITION_UUID.optional()],
    )
    .stateful(),
    TopicEntry::table(
        "obs.current-scene-transition-duration-changed",
        "The transition in use takes longer or shorter.",
        &[TRANSITION_DURATION],
    )
    .stateful(),
    TopicEntry::table(
        "obs.scene-transition-started",
        "A transition began.",
        &[TRANSITION_NAME, TRANSITION_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.scene-transition-ended",
        "A transition is over.",
        &[TRANSITION_NAME, TRANSITION_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.scene-transition-video-ended",
        "The picture of a transition is over; its sound may go on.",
        &[TRANSITION_NAME, TRANSITION_UUID.optional()],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-transition-kind-list",
        "Lists the kinds of transitions.",
        &[],
        &[TRANSITION_KINDS],
    ),
    ActionEntry::table(
        "obs.get-scene-transition-list",
        "Lists the transitions.",
        &[],
        &[
            CURRENT_SCENE_TRANSITION_NAME.optional(),
            CURRENT_SCENE_TRANSITION_UUID.optional(),
            CURRENT_SCENE_TRANSITION_KIND.optional(),
            TRANSITIONS,
        ],
    ),
    ActionEntry::table(
        "obs.get-current-scene-transition",
        "Reads the transition in use.",
        &[],
        &[
            TRANSITION_NAME,
            TRANSITION_UUID.optional(),
            TRANSITION_KIND,
            TRANSITION_FIXED,
            TRANSITION_DURATION.optional(),
            TRANSITION_CONFIGURABLE,
            TRANSITION_SETTINGS.optional(),
        ],
    )
    .dangerous(danger::PRIVATE),
    ActionEntry::table(
        "obs.set-current-scene-transition",
        "Sets the transition to use.",
        &[TRANSITION_NAME],
        &[],
    ),
    ActionEntry::table(
        "obs.set-current-scene-transition-duration",
        "Sets how long the transition takes.",
        &[TRANSITION_DURATION],
        &[],
    ),
    ActionEntry::table(
        "obs.set-current-scene-transition-settings",
        "Changes the settings of the transition in use.",
        &[TRANSITION_SETTINGS, OVERLAY.optional()],
        &[],
    )
    .dangerous(danger::FILTER),
    ActionEntry::table(
        "obs.get-current-scene-transition-cursor",
        "Reads how far the transition is.",
        &[],
        &[TRANSITION_CURSOR],
    ),
    ActionEntry::table(
        "obs.trigger-studio-mode-transition",
        "Puts the preview of studio mode on air.",
        &[],
        &[],
    ),
    ActionEntry::table(
        "obs.set-t-bar-position",
        "Moves the T-bar of studio mode.",
        &[POSITION, RELEASE.optional()],
        &[],
    ),
];

//! Art meshes: the parts a Live2D model is drawn from.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "vtube.art-mesh-tracking",
        "Where the points are that plugins follow with `vtube.follow-art-mesh-points`. Known to the public beta of VTube Studio only.",
        &[
            MODEL_LOADED,
            MODEL_ID,
            WINDOW_SIZE,
            SUBSCRIBED_POINTS_COUNT,
            FOUND_POINTS_COUNT,
            EVENT_COUNTER,
            TRACKED_POINTS,
        ],
    ),
    TopicEntry::table(
        "vtube.art-mesh-outline",
        "The outlines that plugins follow with `vtube.follow-art-mesh-outlines`. Known to the public beta of VTube Studio only.",
        &[
            MODEL_LOADED,
            MODEL_ID,
            WINDOW_SIZE,
            SUBSCRIBED_ART_MESH_COUNT,
            FOUND_ART_MESH_COUNT,
            EVENT_COUNTER,
            ART_MESH_OUTLINES,
        ],
    ),
];

/// The requests, and two ways to ask for events that need to be told what of.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.art-mesh-list",
        "Lists the art meshes of the model, and their tags.",
        &[],
        &[
            MODEL_LOADED,
            NUMBER_OF_ART_MESH_NAMES,
            NUMBER_OF_ART_MESH_TAGS,
            ART_MESH_NAMES,
            ART_MESH_TAGS,
        ],
    ),
    ActionEntry::table(
        "vtube.art-mesh-selection",
        "Asks the user to choose art meshes of the model, and answers when they have.",
        &[
            REQUESTED_ART_MESH_COUNT,
            ACTIVE_ART_MESHES.optional(),
            TEXT_OVERRIDE.optional(),
            HELP_OVERRIDE.optional(),
        ],
        &[SUCCESS, ACTIVE_ART_MESHES, INACTIVE_ART_MESHES],
    ),
    ActionEntry::table(
        "vtube.color-tint",
        "Tints art meshes until Pato disconnects.",
        &[COLOR_TINT, ART_MESH_MATCHER],
        &[MATCHED_ART_MESHES],
    ),
    ActionEntry::table(
        "vtube.follow-art-mesh-points",
        "Follows points on art meshes, instead of those the plugin followed before; they come as `vtube.art-mesh-tracking`, at most 60 times a second.",
        &[FREQUENCY, TRACKING_POINTS],
        &[],
    ),
    ActionEntry::table(
        "vtube.follow-art-mesh-outlines",
        "Follows outlines of art meshes, instead of those the plugin followed before; they come as `vtube.art-mesh-outline`, at most 30 times a second.",
        &[FREQUENCY, ART_MESHES],
        &[],
    ),
];

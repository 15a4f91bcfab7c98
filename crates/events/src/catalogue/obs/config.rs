//! Profiles, scene collections and settings.

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
        "obs.current-scene-collection-changing",
        "OBS is about to change to another scene collection; most requests fail until it has.",
        &[SCENE_COLLECTION_NAME],
    ),
    TopicEntry::table(
        "obs.current-scene-collection-changed",
        "OBS has changed to another scene collection.",
        &[SCENE_COLLECTION_NAME],
    )
    .stateful(),
    TopicEntry::table(
        "obs.scene-collection-list-changed",
        "A scene collection was added, renamed or removed.",
        &[SCENE_COLLECTIONS],
    )
    .stateful(),
    TopicEntry::table(
        "obs.current-profile-changing",
        "OBS is about to change to another profile.",
        &[PROFILE_NAME],
    ),
    TopicEntry::table(
        "obs.current-profile-changed",
        "OBS has changed to another profile.",
        &[PROFILE_NAME],
    )
    .stateful(),
    TopicEntry::table(
        "obs.profile-list-changed",
        "A profile was added, renamed or removed.",
        &[PROFILES],
    )
    .stateful(),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-persistent-data",
        "Reads a value that obs-websocket keeps.",
        &[REALM, SLOT_NAME],
        &[SLOT_VALUE.optional()],
    ),
    ActionEntry::table(
        "obs.set-persistent-data",
        "Has obs-websocket keep a value.",
        &[REALM, SLOT_NAME, SLOT_VALUE.optional()],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-collection-list",
        "Lists the scene collections.",
        &[],
        &[CURRENT_SCENE_COLLECTION_NAME, SCENE_COLLECTIONS],
    ),
    ActionEntry::table(
        "obs.set-current-scene-collection",
        "Changes to another scene collection.",
        &[SCENE_COLLECTION_NAME],
        &[],
    )
    .dangerous(danger::SCENES),
    ActionEntry::table(
        "obs.create-scene-collection",
        "Creates a scene collection and changes to it.",
        &[SCENE_COLLECTION_NAME],
        &[],
    )
    .dangerous(danger::SCENES),
    ActionEntry::table(
        "obs.get-profile-list",
        "Lists the profiles.",
        &[],
        &[CURRENT_PROFILE_NAME, PROFILES],
    ),
    ActionEntry::table(
        "obs.set-current-profile",
        "Changes to another profile.",
        &[PROFILE_NAME],
        &[],
    )
    .dangerous(danger::SETTINGS),
    ActionEntry::table(
        "obs.create-profile",
        "Creates a profile and changes to it.",
        &[PROFILE_NAME],
        &[],
    )
    .dangerous(danger::SETTINGS),
    ActionEntry::table(
        "obs.remove-profile",
        "Removes a profile.",
        &[PROFILE_NAME],
        &[],
    )
    .dangerous(danger::REMOVAL),
    ActionEntry::table(
        "obs.get-profile-parameter",
        "Reads a parameter of the profile.",
        &[PARAMETER_CATEGORY, PARAMETER_NAME],
        &[
            PARAMETER_VALUE.optional(),
            DEFAULT_PARAMETER_VALUE.optional(),
        ],
    )
    .dangerous(danger::PROFILE),
    ActionEntry::table(
        "obs.set-profile-parameter",
        "Sets a parameter of the profile.",
        &[
            PARAMETER_CATEGORY,
            PARAMETER_NAME,
            PARAMETER_VALUE.optional(),
        ],
        &[],
    )
    .dangerous(danger::SETTINGS),
    ActionEntry::table(
        "obs.get-video-settings",
        "Reads frame rate and resolution.",
        &[],
        &[
            FPS_NUMERATOR,
            FPS_DENOMINATOR,
            BASE_WIDTH,
            BASE_HEIGHT,
            OUTPUT_WIDTH,
            OUTPUT_HEIGHT,
        ],
    ),
    ActionEntry::table(
        "obs.set-video-settings",
        "Sets frame rate and resolution.",
        &[
            FPS_NUMERATOR.optional(),
            FPS_DENOMINATOR.optional(),
            BASE_WIDTH.optional(),
            BASE_HEIGHT.optional(),
            OUTPUT_WIDTH.optional(),
            OUTPUT_HEIGHT.optional(),
        ],
        &[],
    )
    .dangerous(danger::SETTINGS),
    ActionEntry::table(
        "obs.get-stream-service-settings",
        "Reads which service the stream goes to, with the key.",
        &[],
        &[STREAM_SERVICE_TYPE, STREAM_SERVICE_SETTINGS],
    )
    .dangerous(danger::STREAM_KEY),
    ActionEntry::table(
        "obs.set-stream-service-settings",
        "Sets which service the stream goes to, with the key.",
        &[STREAM_SERVICE_TYPE, STREAM_SERVICE_SETTINGS],
        &[],
    )
    .dangerous(danger::STREAM_KEY),
    ActionEntry::table(
        "obs.get-record-directory",
        "Reads where recordings are written.",
        &[],
        &[RECORD_DIRECTORY],
    )
    .dangerous(danger::PATH),
    ActionEntry::table(
        "obs.set-record-directory",
        "Sets where recordings are written.",
        &[RECORD_DIRECTORY],
        &[],
    )
    .dangerous(danger::FILE),
];

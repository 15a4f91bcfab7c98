//! Scenes, groups and canvases.

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
        "obs.canvas-created",
        "A canvas was created.",
        &[CANVAS_NAME, CANVAS_UUID],
    ),
    TopicEntry::table(
        "obs.canvas-removed",
        "A canvas was removed.",
        &[CANVAS_NAME, CANVAS_UUID],
    ),
    TopicEntry::table(
        "obs.canvas-name-changed",
        "A canvas got another name.",
        &[CANVAS_UUID, OLD_CANVAS_NAME, CANVAS_NAME],
    ),
    TopicEntry::table(
        "obs.scene-created",
        "A scene was created.",
        &[SCENE_NAME, SCENE_UUID.optional(), IS_GROUP],
    ),
    TopicEntry::table(
        "obs.scene-removed",
        "A scene was removed.",
        &[SCENE_NAME, SCENE_UUID.optional(), IS_GROUP],
    ),
    TopicEntry::table(
        "obs.scene-name-changed",
        "A scene got another name.",
        &[SCENE_UUID.optional(), OLD_SCENE_NAME, SCENE_NAME],
    ),
    TopicEntry::table(
        "obs.current-program-scene-changed",
        "Another scene is on air.",
        &[SCENE_NAME, SCENE_UUID.optional()],
    )
    .stateful(),
    TopicEntry::table(
        "obs.current-preview-scene-changed",
        "Another scene is in the preview of studio mode.",
        &[SCENE_NAME.optional(), SCENE_UUID.optional()],
    )
    .stateful(),
    TopicEntry::table(
        "obs.scene-list-changed",
        "The list of scenes changed.",
        &[SCENES],
    )
    .stateful(),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-canvas-list",
        "Lists the canvases.",
        &[],
        &[CANVASES],
    ),
    ActionEntry::table(
        "obs.get-scene-list",
        "Lists the scenes, and tells which one is on air.",
        &[CANVAS_UUID.alternative()],
        &[
            CURRENT_PROGRAM_SCENE_NAME.optional(),
            CURRENT_PROGRAM_SCENE_UUID.optional(),
            CURRENT_PREVIEW_SCENE_NAME.optional(),
            CURRENT_PREVIEW_SCENE_UUID.optional(),
            SCENES,
        ],
    ),
    ActionEntry::table("obs.get-group-list", "Lists the groups.", &[], &[GROUPS]),
    ActionEntry::table(
        "obs.get-current-program-scene",
        "Reads which scene is on air.",
        &[],
        &[
            SCENE_NAME.optional(),
            SCENE_UUID.optional(),
            CURRENT_PROGRAM_SCENE_NAME.optional(),
            CURRENT_PROGRAM_SCENE_UUID.optional(),
        ],
    ),
    ActionEntry::table(
        "obs.set-current-program-scene",
        "Puts a scene on air.",
        &[SCENE_NAME.optional(), SCENE_UUID.alternative()],
        &[],
    ),
    ActionEntry::table(
        "obs.get-current-preview-scene",
        "Reads which scene is in the preview of studio mode.",
        &[],
        &[
            SCENE_NAME.optional(),
            SCENE_UUID.optional(),
            CURRENT_PREVIEW_SCENE_NAME.optional(),
            CURRENT_PREVIEW_SCENE_UUID.optional(),
        ],
    ),
    ActionEntry::table(
        "obs.set-current-preview-scene",
        "Puts a scene into the preview of studio mode.",
        &[SCENE_NAME.optional(), SCENE_UUID.alternative()],
        &[],
    ),
    ActionEntry::table(
        "obs.create-scene",
        "Creates a scene.",
        &[CANVAS_UUID.alternative(), SCENE_NAME],
        &[SCENE_UUID.optional()],
    ),
    ActionEntry::table(
        "obs.remove-scene",
        "Removes a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
        ],
        &[],
    )
    .dangerous(danger::REMOVAL),
    ActionEntry::table(
        "obs.set-scene-name",
        "Renames a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            NEW_SCENE_NAME,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-scene-transition-override",
        "Reads which transition leads to a scene, if not the usual one.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
        ],
        &[TRANSITION_NAME.optional(), TRANSITION_DURATION.optional()],
    ),
    ActionEntry::table(
        "obs.set-scene-scene-transition-override",
        "Sets which transition leads to a scene; null means the usual one.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            TRANSITION_NAME.optional(),
            TRANSITION_DURATION.optional(),
        ],
        &[],
    ),
];

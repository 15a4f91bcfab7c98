//! The model: which one, where, its physics; and whether the face is found.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "vtube.model-loaded",
        "A model was loaded or unloaded; as the state, which model is loaded.",
        &[MODEL_LOADED, MODEL_NAME, MODEL_ID],
    )
    .stateful(),
    TopicEntry::table(
        "vtube.tracking-status-changed",
        "The tracker found or lost the face or a hand.",
        &[
            FACE_FOUND,
            LEFT_HAND_FOUND.optional(),
            RIGHT_HAND_FOUND.optional(),
        ],
    )
    .stateful(),
    TopicEntry::table(
        "vtube.model-config-changed",
        "The user changed the settings of the model.",
        &[MODEL_ID, MODEL_NAME, HOTKEY_CONFIG_CHANGED],
    ),
    TopicEntry::table(
        "vtube.model-moved",
        "The model was moved, turned or resized. Sent with every frame: only while somebody subscribes to it by this name.",
        &[MODEL_ID, MODEL_NAME, MODEL_POSITION],
    ),
    TopicEntry::table(
        "vtube.model-outline",
        "The outline of the model, 15 times a second: only while somebody subscribes to it by this name.",
        &[
            MODEL_NAME,
            MODEL_ID,
            CONVEX_HULL,
            CONVEX_HULL_CENTER,
            WINDOW_SIZE,
        ],
    ),
    TopicEntry::table(
        "vtube.model-animation",
        "An animation began, ended, or reached a mark that its maker set.",
        &[
            ANIMATION_EVENT_TYPE,
            ANIMATION_EVENT_TIME,
            ANIMATION_EVENT_DATA,
            ANIMATION_NAME,
            ANIMATION_LENGTH,
            IS_IDLE_ANIMATION,
            MODEL_ID.optional(),
            MODEL_NAME,
            IS_LIVE2D_ITEM,
        ],
    ),
    TopicEntry::table(
        "vtube.model-clicked",
        "The user clicked the model.",
        &[
            MODEL_LOADED,
            LOADED_MODEL_ID,
            LOADED_MODEL_NAME,
            MODEL_WAS_CLICKED,
            MOUSE_BUTTON_ID,
            CLICK_POSITION,
            WINDOW_SIZE,
            CLICKED_ART_MESH_COUNT,
            ART_MESH_HITS,
        ],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.available-models",
        "Lists the models.",
        &[],
        &[NUMBER_OF_MODELS, AVAILABLE_MODELS],
    ),
    ActionEntry::table(
        "vtube.current-model",
        "Reads which model is loaded, and where it is.",
        &[],
        &[
            MODEL_LOADED,
            MODEL_NAME,
            MODEL_ID,
            VTS_MODEL_NAME,
            VTS_MODEL_ICON_NAME,
            LIVE2D_MODEL_NAME,
            MODEL_LOAD_TIME,
            TIME_SINCE_MODEL_LOADED,
            NUMBER_OF_PARAMETERS,
            NUMBER_OF_ARTMESHES,
            HAS_PHYSICS_FILE,
            NUMBER_OF_TEXTURES,
            TEXTURE_RESOLUTION,
            MODEL_POSITION,
        ],
    ),
    ActionEntry::table(
        "vtube.model-load",
        "Loads a model; an empty identifier unloads the one there is. At most once in 2 s.",
        &[MODEL_ID],
        &[MODEL_ID],
    ),
    ActionEntry::table(
        "vtube.move-model",
        "Moves, turns or resizes the model; what is left out stays.",
        &[
            TIME_IN_SECONDS,
            VALUES_ARE_RELATIVE,
            POSITION_X.optional(),
            POSITION_Y.optional(),
            ROTATION.optional(),
            SIZE.optional(),
        ],
        &[],
    ),
    ActionEntry::table(
        "vtube.face-found",
        "Reads whether the tracker has found the face.",
        &[],
        &[FOUND],
    ),
    ActionEntry::table(
        "vtube.get-current-model-physics",
        "Reads how the physics of the model are set.",
        &[],
        &[
            MODEL_LOADED,
            MODEL_NAME,
            MODEL_ID,
            MODEL_HAS_PHYSICS,
            PHYSICS_SWITCHED_ON,
            USING_LEGACY_PHYSICS,
            PHYSICS_FPS_SETTING,
            BASE_STRENGTH,
            BASE_WIND,
            API_PHYSICS_OVERRIDE_ACTIVE,
            API_PHYSICS_OVERRIDE_PLUGIN_NAME,
            PHYSICS_GROUPS,
        ],
    ),
    ActionEntry::table(
        "vtube.set-current-model-physics",
        "Overrides the physics of the model for some seconds.",
        &[OVERRIDE_STRENGTHS.optional(), OVERRIDE_WINDS.optional()],
        &[],
    ),
];

//! Items: pictures and Live2D models in the scene.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[TopicEntry::table(
    "vtube.item",
    "An item was added, removed, dropped, clicked, locked or unlocked.",
    &[
        ITEM_EVENT_TYPE,
        ITEM_INSTANCE_ID,
        ITEM_FILE_NAME,
        ITEM_POSITION,
    ],
)];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.item-list",
        "Lists the items in the scene, those that can be loaded, and the free places in the order.",
        &[
            INCLUDE_AVAILABLE_SPOTS,
            INCLUDE_ITEM_INSTANCES,
            INCLUDE_AVAILABLE_ITEM_FILES,
            ONLY_WITH_FILE_NAME.alternative(),
            ONLY_WITH_INSTANCE_ID.alternative(),
        ],
        &[
            ITEMS_IN_SCENE_COUNT,
            TOTAL_ITEMS_ALLOWED,
            CAN_LOAD_ITEMS,
            AVAILABLE_SPOTS,
            ITEM_INSTANCES,
            AVAILABLE_ITEM_FILES,
        ],
    ),
    ActionEntry::table(
        "vtube.item-load",
        "Puts an item into the scene, from a file or from a picture in the request.",
        &[
            FILE_NAME,
            POSITION_X.optional(),
            POSITION_Y.optional(),
            SIZE.optional(),
            ROTATION.optional(),
            FADE_TIME.optional(),
            ORDER.optional(),
            FAIL_IF_ORDER_TAKEN.optional(),
            SMOOTHING.optional(),
            CENSORED.optional(),
            FLIPPED.optional(),
            LOCKED.optional(),
            UNLOAD_ON_DISCONNECT.optional(),
            CUSTOM_DATA_BASE64.alternative(),
            CUSTOM_DATA_ASK_USER_FIRST.alternative(),
            CUSTOM_DATA_SKIP_ASKING.alternative(),
            CUSTOM_DATA_ASK_TIMER.alternative(),
        ],
        &[INSTANCE_ID, FILE_NAME],
    )
    .dangerous("Can show any picture to everyone who watches, once you have allowed that to Pato in VTube Studio."),
    ActionEntry::table(
        "vtube.item-unload",
        "Removes items from the scene.",
        &[
            UNLOAD_ALL.optional(),
            UNLOAD_ALL_OWN.optional(),
            ALLOW_UNLOADING_OTHERS.optional(),
            INSTANCE_IDS.optional(),
            FILE_NAMES.optional(),
        ],
        &[UNLOADED_ITEMS],
    ),
    ActionEntry::table(
        "vtube.item-animation-control",
        "Plays or stops the animation of an item, or makes it darker or fainter. Not for Live2D items.",
        &[
            ITEM_INSTANCE_ID,
            FRAMERATE.optional(),
            FRAME.optional(),
            BRIGHTNESS.optional(),
            OPACITY.optional(),
            SET_AUTO_STOP_FRAMES.optional(),
            AUTO_STOP_FRAMES.optional(),
            SET_ANIMATION_PLAY_STATE.optional(),
            ANIMATION_PLAY_STATE.optional(),
        ],
        &[FRAME, ANIMATION_PLAYING],
    ),
    ActionEntry::table(
        "vtube.item-move",
        "Moves items in the scene.",
        &[ITEMS_TO_MOVE],
        &[MOVED_ITEMS],
    ),
    ActionEntry::table(
        "vtube.item-sort",
        "Puts an item between the layers of the model.",
        &[
            ITEM_INSTANCE_ID,
            FRONT_ON.optional(),
            BACK_ON.optional(),
            SET_SPLIT_POINT.optional(),
            SET_FRONT_ORDER.optional(),
            SET_BACK_ORDER.optional(),
            SPLIT_AT.optional(),
            WITHIN_MODEL_FRONT.optional(),
            WITHIN_MODEL_BACK.optional(),
        ],
        &[
            ITEM_INSTANCE_ID,
            MODEL_LOADED,
            MODEL_ID,
            MODEL_NAME,
            HAD_FRONT_LAYER,
            HAD_BACK_LAYER,
        ],
    ),
    ActionEntry::table(
        "vtube.item-pin",
        "Pins an item to the model, or lets it go.",
        &[
            PIN,
            ITEM_INSTANCE_ID,
            ANGLE_RELATIVE_TO.optional(),
            SIZE_RELATIVE_TO.optional(),
            VERTEX_PIN_TYPE.optional(),
            PIN_INFO.optional(),
        ],
        &[IS_PINNED, ITEM_INSTANCE_ID, ITEM_FILE_NAME],
    ),
];

//! The items of a scene.

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
        "obs.scene-item-created",
        "An item was added to a scene.",
        &[
            SCENE_NAME,
            SCENE_UUID.optional(),
            SOURCE_NAME,
            SOURCE_UUID.optional(),
            SCENE_ITEM_ID,
            SCENE_ITEM_INDEX.optional(),
        ],
    ),
    TopicEntry::table(
        "obs.scene-item-removed",
        "An item was removed from a scene.",
        &[
            SCENE_NAME,
            SCENE_UUID.optional(),
            SOURCE_NAME,
            SOURCE_UUID.optional(),
            SCENE_ITEM_ID,
        ],
    ),
    TopicEntry::table(
        "obs.scene-item-list-reindexed",
        "The items of a scene were put into another order.",
        &[SCENE_NAME, SCENE_UUID.optional(), SCENE_ITEMS],
    ),
    TopicEntry::table(
        "obs.scene-item-enable-state-changed",
        "An item was shown or hidden.",
        &[
            SCENE_NAME,
            SCENE_UUID.optional(),
            SCENE_ITEM_ID,
            SCENE_ITEM_ENABLED,
        ],
    ),
    TopicEntry::table(
        "obs.scene-item-lock-state-changed",
        "An item was locked or unlocked.",
        &[
            SCENE_NAME,
            SCENE_UUID.optional(),
            SCENE_ITEM_ID,
            SCENE_ITEM_LOCKED,
        ],
    ),
    TopicEntry::table(
        "obs.scene-item-selected",
        "An item was selected in OBS.",
        &[SCENE_NAME, SCENE_UUID.optional(), SCENE_ITEM_ID],
    ),
    TopicEntry::table(
        "obs.scene-item-transform-changed",
        "An item was moved, turned, scaled or cropped. Sent often: only while somebody subscribes to it.",
        &[
            SCENE_NAME,
            SCENE_UUID.optional(),
            SCENE_ITEM_ID,
            SCENE_ITEM_TRANSFORM,
        ],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-scene-item-list",
        "Lists the items of a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
        ],
        &[SCENE_ITEMS],
    ),
    ActionEntry::table(
        "obs.get-group-scene-item-list",
        "Lists the items of a group.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
        ],
        &[SCENE_ITEMS],
    ),
    ActionEntry::table(
        "obs.get-scene-item-id",
        "Finds the number of an item by the name of its source.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SOURCE_NAME,
            SEARCH_OFFSET.optional(),
        ],
        &[SCENE_ITEM_ID],
    ),
    ActionEntry::table(
        "obs.get-scene-item-source",
        "Reads which source an item shows.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SOURCE_NAME, SOURCE_UUID.optional()],
    ),
    ActionEntry::table(
        "obs.create-scene-item",
        "Puts a source into a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            SCENE_ITEM_ENABLED.optional(),
        ],
        &[SCENE_ITEM_ID],
    ),
    ActionEntry::table(
        "obs.remove-scene-item",
        "Removes an item from a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[],
    )
    .dangerous(danger::REMOVAL),
    ActionEntry::table(
        "obs.duplicate-scene-item",
        "Copies an item, also into another scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            DESTINATION_SCENE_NAME.optional(),
            DESTINATION_SCENE_UUID.alternative(),
        ],
        &[SCENE_ITEM_ID],
    ),
    ActionEntry::table(
        "obs.get-scene-item-transform",
        "Reads where an item stands and how it is turned, scaled and cropped.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SCENE_ITEM_TRANSFORM],
    ),
    ActionEntry::table(
        "obs.set-scene-item-transform",
        "Moves, turns, scales or crops an item.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            SCENE_ITEM_TRANSFORM,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-item-enabled",
        "Reads whether an item is shown.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SCENE_ITEM_ENABLED],
    ),
    ActionEntry::table(
        "obs.set-scene-item-enabled",
        "Shows or hides an item.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            SCENE_ITEM_ENABLED,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-item-locked",
        "Reads whether an item is locked.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SCENE_ITEM_LOCKED],
    ),
    ActionEntry::table(
        "obs.set-scene-item-locked",
        "Locks or unlocks an item.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            SCENE_ITEM_LOCKED,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-item-index",
        "Reads the position of an item.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SCENE_ITEM_INDEX],
    ),
    ActionEntry::table(
        "obs.set-scene-item-index",
        "Moves an item to another position.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            SCENE_ITEM_INDEX,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-scene-item-blend-mode",
        "Reads how an item is blended with what is below.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
        ],
        &[SCENE_ITEM_BLEND_MODE],
    ),
    ActionEntry::table(
        "obs.set-scene-item-blend-mode",
        "Sets how an item is blended with what is below.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            SCENE_ITEM_ID,
            SCENE_ITEM_BLEND_MODE,
        ],
        &[],
    ),
];

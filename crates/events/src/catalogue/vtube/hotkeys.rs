//! Hotkeys and expressions.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "vtube.hotkey-triggered",
        "A hotkey was triggered, by the user or by a plugin.",
        &[
            HOTKEY_ID,
            HOTKEY_NAME,
            HOTKEY_ACTION,
            HOTKEY_FILE,
            HOTKEY_TRIGGERED_BY_API,
            MODEL_ID,
            MODEL_NAME,
            IS_LIVE2D_ITEM,
        ],
    ),
    TopicEntry::table(
        "vtube.expression-toggled",
        "An expression was switched on or off. Known to the public beta of VTube Studio only.",
        &[
            MODEL_ID,
            MODEL_NAME,
            IS_LIVE2D_ITEM,
            ITEM_INSTANCE_ID,
            JUST_LOADED,
            EXPRESSION_FILE,
            EXPRESSION_NAME,
            ACTIVE,
        ],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.hotkeys-in-current-model",
        "Lists the hotkeys of the loaded model, or of another model or Live2D item.",
        &[MODEL_ID.optional(), LIVE2D_ITEM_FILE_NAME.alternative()],
        &[MODEL_LOADED, MODEL_NAME, MODEL_ID, AVAILABLE_HOTKEYS],
    ),
    ActionEntry::table(
        "vtube.hotkey-trigger",
        "Triggers a hotkey of the model, or of a Live2D item.",
        &[HOTKEY_ID, ITEM_INSTANCE_ID.alternative()],
        &[HOTKEY_ID],
    ),
    ActionEntry::table(
        "vtube.expression-state",
        "Reads which expressions are on: all of the model, or one.",
        &[DETAILS.optional(), EXPRESSION_FILE.alternative()],
        &[MODEL_LOADED, MODEL_NAME, MODEL_ID, EXPRESSIONS],
    ),
    ActionEntry::table(
        "vtube.expression-activation",
        "Switches an expression on or off. A hotkey is better where there is one, for the user can undo that.",
        &[EXPRESSION_FILE, FADE_TIME.optional(), ACTIVE],
        &[],
    ),
];

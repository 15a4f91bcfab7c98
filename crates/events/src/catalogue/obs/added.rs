//! What Pato offers beside the requests of the protocol.

use super::danger;
#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::ActionEntry;

/// The action that sends any request, given as `requestType` and `requestData`.
pub const RAW_REQUEST: &str = "obs.raw-request";

/// The action that creates a browser source: `CreateInput` with that kind.
pub const CREATE_BROWSER_SOURCE: &str = "obs.create-browser-source";

/// The action that changes what a browser source shows: `SetInputSettings` for that kind.
pub const SET_BROWSER_SOURCE: &str = "obs.set-browser-source";

/// The actions.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        CREATE_BROWSER_SOURCE,
        "Creates a browser source and puts it into a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            INPUT_NAME,
            INPUT_SETTINGS_OF_BROWSER.optional(),
            SCENE_ITEM_ENABLED.optional(),
        ],
        &[INPUT_UUID.optional(), SCENE_ITEM_ID],
    )
    .dangerous(danger::BROWSER),
    ActionEntry::table(
        SET_BROWSER_SOURCE,
        "Changes the settings of a browser source, such as its address.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_SETTINGS_OF_BROWSER,
            OVERLAY.optional(),
        ],
        &[],
    )
    .dangerous(danger::BROWSER),
    ActionEntry::table(
        RAW_REQUEST,
        "Sends any request to OBS, also one that Pato does not know.",
        &[REQUEST_TYPE, REQUEST_DATA.optional()],
        &[],
    )
    .dangerous(danger::RAW),
];

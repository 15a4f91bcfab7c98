//! VTube Studio itself: its window, light, background, NDI, permissions.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table(
        "vtube.background-changed",
        "The user changed the background. Its state is unknown until they first do.",
        &[BACKGROUND_NAME],
    )
    .stateful(),
    TopicEntry::table(
        "vtube.live2d-cubism-editor-connected",
        "The connection to the Live2D Cubism Editor changed.",
        &[TRYING_TO_CONNECT, CONNECTED, SHOULD_SEND_PARAMETERS],
    )
    .stateful(),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.api-state",
        "Reads the version of VTube Studio.",
        &[],
        &[ACTIVE, VERSION, AUTHENTICATED],
    ),
    ActionEntry::table(
        "vtube.statistics",
        "Reads frame rate, window and other figures.",
        &[],
        &[
            UPTIME,
            FRAMERATE,
            VERSION,
            ALLOWED_PLUGINS,
            CONNECTED_PLUGINS,
            STARTED_WITH_STEAM,
            WINDOW_WIDTH,
            WINDOW_HEIGHT,
            WINDOW_IS_FULLSCREEN,
        ],
    ),
    ActionEntry::table(
        "vtube.vts-folder-info",
        "Reads the names of VTube Studio's folders.",
        &[],
        &[MODELS, BACKGROUNDS, ITEMS, CONFIG, LOGS, BACKUP],
    ),
    ActionEntry::table(
        "vtube.scene-color-overlay-info",
        "Reads the light that the screen throws on the model.",
        &[],
        &[
            ACTIVE,
            ITEMS_INCLUDED,
            IS_WINDOW_CAPTURE,
            BASE_BRIGHTNESS,
            COLOR_BOOST,
            SMOOTHING,
            COLOR_OVERLAY_R,
            COLOR_OVERLAY_G,
            COLOR_OVERLAY_B,
            COLOR_AVG_R,
            COLOR_AVG_G,
            COLOR_AVG_B,
            LEFT_CAPTURE_PART,
            MIDDLE_CAPTURE_PART,
            RIGHT_CAPTURE_PART,
        ],
    ),
    ActionEntry::table(
        "vtube.ndi-config",
        "Reads or changes how the picture goes out by NDI. At most once in 3 s.",
        &[
            SET_NEW_CONFIG,
            NDI_ACTIVE.optional(),
            USE_NDI5.optional(),
            USE_CUSTOM_RESOLUTION.optional(),
            CUSTOM_WIDTH_NDI.optional(),
            CUSTOM_HEIGHT_NDI.optional(),
        ],
        &[
            SET_NEW_CONFIG,
            NDI_ACTIVE,
            USE_NDI5,
            USE_CUSTOM_RESOLUTION,
            CUSTOM_WIDTH_NDI,
            CUSTOM_HEIGHT_NDI,
        ],
    )
    .dangerous("Can take the picture of the model away from whoever receives it by NDI, in the middle of the show."),
    ActionEntry::table(
        "vtube.permission",
        "Asks the user, in VTube Studio, for a permission that goes for every plugin of Pato; without one it lists them.",
        &[REQUESTED_PERMISSION.optional()],
        &[GRANT_SUCCESS, REQUESTED_PERMISSION.optional(), PERMISSIONS],
    )
    .dangerous("What you grant then, such as showing any picture, goes for every plugin of Pato that may do it."),
];

//! OBS itself, its add-ons and its hotkeys.

use super::danger;
#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::{ActionEntry, TopicEntry};

/// The events.
pub(super) const TOPICS: &[TopicEntry] = &[
    TopicEntry::table("obs.exit-started", "OBS is about to end.", &[]),
    TopicEntry::table(
        "obs.vendor-event",
        "An add-on of OBS says something.",
        &[VENDOR_NAME, EVENT_TYPE, EVENT_DATA.optional()],
    ),
    TopicEntry::table(
        "obs.custom-event",
        "A client of OBS broadcast something; the payload is what it gave.",
        &[],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-version",
        "Reads the versions of OBS and obs-websocket, and which requests they know.",
        &[],
        &[
            OBS_VERSION,
            OBS_WEB_SOCKET_VERSION,
            RPC_VERSION,
            AVAILABLE_REQUESTS,
            SUPPORTED_IMAGE_FORMATS.optional(),
            PLATFORM.optional(),
            PLATFORM_DESCRIPTION.optional(),
        ],
    ),
    ActionEntry::table(
        "obs.get-stats",
        "Reads how OBS is doing: load, memory, frames.",
        &[],
        &[
            CPU_USAGE,
            MEMORY_USAGE,
            AVAILABLE_DISK_SPACE,
            ACTIVE_FPS,
            AVERAGE_FRAME_RENDER_TIME,
            RENDER_SKIPPED_FRAMES,
            RENDER_TOTAL_FRAMES,
            OUTPUT_SKIPPED_FRAMES,
            OUTPUT_TOTAL_FRAMES,
            WEB_SOCKET_SESSION_INCOMING_MESSAGES,
            WEB_SOCKET_SESSION_OUTGOING_MESSAGES,
        ],
    ),
    ActionEntry::table(
        "obs.broadcast-custom-event",
        "Sends an event to every client of this OBS.",
        &[EVENT_DATA],
        &[],
    ),
    ActionEntry::table(
        "obs.call-vendor-request",
        "Asks an add-on of OBS to do something.",
        &[VENDOR_NAME, REQUEST_TYPE, REQUEST_DATA.optional()],
        &[VENDOR_NAME, REQUEST_TYPE, RESPONSE_DATA.optional()],
    )
    .dangerous(danger::VENDOR),
    ActionEntry::table("obs.get-hotkey-list", "Lists the hotkeys.", &[], &[HOTKEYS]),
    ActionEntry::table(
        "obs.trigger-hotkey-by-name",
        "Acts as if a hotkey was pressed, by its name.",
        &[HOTKEY_NAME, CONTEXT_NAME.alternative()],
        &[],
    )
    .dangerous(danger::HOTKEY),
    ActionEntry::table(
        "obs.trigger-hotkey-by-key-sequence",
        "Acts as if keys were pressed.",
        &[KEY_ID.optional(), KEY_MODIFIERS.optional()],
        &[],
    )
    .dangerous(danger::HOTKEY),
    ActionEntry::table(
        "obs.sleep",
        "Waits, within a batch of requests; alone it is refused by OBS.",
        &[SLEEP_MILLIS.optional(), SLEEP_FRAMES.alternative()],
        &[],
    ),
];

//! What is common to scenes and inputs.

use super::danger;
#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::ActionEntry;

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-source-active",
        "Reads whether a source is visible.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
        ],
        &[VIDEO_ACTIVE, VIDEO_SHOWING],
    ),
    ActionEntry::table(
        "obs.get-source-screenshot",
        "Takes a picture of a source or scene.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            IMAGE_FORMAT,
            IMAGE_WIDTH.optional(),
            IMAGE_HEIGHT.optional(),
            IMAGE_COMPRESSION_QUALITY.optional(),
        ],
        &[IMAGE_DATA],
    )
    .dangerous(danger::PICTURE),
    ActionEntry::table(
        "obs.save-source-screenshot",
        "Takes a picture of a source or scene and writes it to a file.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            IMAGE_FORMAT,
            IMAGE_FILE_PATH,
            IMAGE_WIDTH.optional(),
            IMAGE_HEIGHT.optional(),
            IMAGE_COMPRESSION_QUALITY.optional(),
        ],
        &[],
    )
    .dangerous(danger::FILE),
];

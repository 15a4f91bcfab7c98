//! Where the picture goes: the stream, the recording, the replay buffer, the virtual camera.

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
        "obs.stream-state-changed",
        "The stream is starting, started, stopping or stopped.",
        &[OUTPUT_ACTIVE, OUTPUT_STATE],
    )
    .stateful(),
    TopicEntry::table(
        "obs.record-state-changed",
        "The recording is starting, started, paused, stopping or stopped.",
        &[OUTPUT_ACTIVE, OUTPUT_STATE, OUTPUT_PATH.optional()],
    )
    .stateful(),
    TopicEntry::table(
        "obs.record-file-changed",
        "The recording goes on in another file.",
        &[NEW_OUTPUT_PATH],
    ),
    TopicEntry::table(
        "obs.replay-buffer-state-changed",
        "The replay buffer started or stopped.",
        &[OUTPUT_ACTIVE, OUTPUT_STATE],
    )
    .stateful(),
    TopicEntry::table(
        "obs.virtualcam-state-changed",
        "The virtual camera started or stopped.",
        &[OUTPUT_ACTIVE, OUTPUT_STATE],
    )
    .stateful(),
    TopicEntry::table(
        "obs.replay-buffer-saved",
        "A replay was saved.",
        &[SAVED_REPLAY_PATH],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-virtual-cam-status",
        "Reads whether the virtual camera runs.",
        &[],
        &[OUTPUT_ACTIVE],
    ),
    ActionEntry::table(
        "obs.toggle-virtual-cam",
        "Starts the virtual camera if it is stopped, and the other way round.",
        &[],
        &[OUTPUT_ACTIVE],
    ),
    ActionEntry::table(
        "obs.start-virtual-cam",
        "Starts the virtual camera.",
        &[],
        &[],
    ),
    ActionEntry::table(
        "obs.stop-virtual-cam",
        "Stops the virtual camera.",
        &[],
        &[],
    ),
    ActionEntry::table(
        "obs.get-replay-buffer-status",
        "Reads whether the replay buffer runs.",
        &[],
        &[OUTPUT_ACTIVE],
    ),
    ActionEntry::table(
        "obs.toggle-replay-buffer",
        "Starts the replay buffer if it is stopped, and the other way round.",
        &[],
        &[OUTPUT_ACTIVE],
    ),
    ActionEntry::table(
        "obs.start-replay-buffer",
        "Starts the replay buffer.",
        &[],
        &[],
    ),
    ActionEntry::table(
        "obs.stop-replay-buffer",
        "Stops the replay buffer.",
        &[],
        &[],
    ),
    ActionEntry::table("obs.save-replay-buffer", "Saves a replay.", &[], &[]),
    ActionEntry::table(
        "obs.get-last-replay-buffer-replay",
        "Reads where the last replay was saved.",
        &[],
        &[SAVED_REPLAY_PATH.optional()],
    )
    .dangerous(danger::PATH),
    ActionEntry::table("obs.get-output-list", "Lists the outputs.", &[], &[OUTPUTS]),
    ActionEntry::table(
        "obs.get-output-status",
        "Reads what an output is doing.",
        &[OUTPUT_NAME],
        &[
            OUTPUT_ACTIVE,
            OUTPUT_RECONNECTING,
            OUTPUT_TIMECODE,
            OUTPUT_DURATION,
            OUTPUT_CONGESTION.optional(),
            OUTPUT_BYTES,
            OUTPUT_SKIPPED_FRAMES,
            OUTPUT_TOTAL_FRAMES,
        ],
    ),
    ActionEntry::table(
        "obs.toggle-output",
        "Starts an output that is stopped, and the other way round.",
        &[OUTPUT_NAME],
        &[OUTPUT_ACTIVE],
    )
    .dangerous(danger::ON_AIR),
    ActionEntry::table("obs.start-output", "Starts an output.", &[OUTPUT_NAME], &[])
        .dangerous(danger::ON_AIR),
    ActionEntry::table("obs.stop-output", "Stops an output.", &[OUTPUT_NAME], &[])
        .dangerous(danger::ON_AIR),
    ActionEntry::table(
        "obs.get-output-settings",
        "Reads the settings of an output.",
        &[OUTPUT_NAME],
        &[OUTPUT_SETTINGS],
    )
    .dangerous(danger::PRIVATE),
    ActionEntry::table(
        "obs.set-output-settings",
        "Changes the settings of an output.",
        &[OUTPUT_NAME, OUTPUT_SETTINGS],
        &[],
    )
    .dangerous(danger::SETTINGS),
    ActionEntry::table(
        "obs.get-record-status",
        "Reads what the recording is doing.",
        &[],
        &[
            OUTPUT_ACTIVE,
            OUTPUT_PAUSED,
            OUTPUT_TIMECODE,
            OUTPUT_DURATION,
            OUTPUT_BYTES,
        ],
    ),
    ActionEntry::table(
        "obs.toggle-record",
        "Starts the recording if it is stopped, and the other way round.",
        &[],
        &[OUTPUT_ACTIVE],
    )
    .dangerous(danger::RECORDING),
    ActionEntry::table("obs.start-record", "Starts the recording.", &[], &[]),
    ActionEntry::table(
        "obs.stop-record",
        "Stops the recording.",
        &[],
        &[OUTPUT_PATH.optional()],
    )
    .dangerous(danger::RECORDING),
    ActionEntry::table(
        "obs.toggle-record-pause",
        "Pauses the recording, or goes on with it.",
        &[],
        &[OUTPUT_PAUSED.optional()],
    ),
    ActionEntry::table("obs.pause-record", "Pauses the recording.", &[], &[]),
    ActionEntry::table("obs.resume-record", "Goes on with the recording.", &[], &[]),
    ActionEntry::table(
        "obs.split-record-file",
        "Goes on with the recording in a new file.",
        &[],
        &[],
    ),
    ActionEntry::table(
        "obs.create-record-chapter",
        "Marks a chapter in the recording.",
        &[CHAPTER_NAME.optional()],
        &[],
    ),
    ActionEntry::table(
        "obs.get-stream-status",
        "Reads what the stream is doing.",
        &[],
        &[
            OUTPUT_ACTIVE,
            OUTPUT_RECONNECTING,
            OUTPUT_TIMECODE,
            OUTPUT_DURATION,
            OUTPUT_CONGESTION.optional(),
            OUTPUT_BYTES,
            OUTPUT_SKIPPED_FRAMES,
            OUTPUT_TOTAL_FRAMES,
        ],
    ),
    ActionEntry::table(
        "obs.toggle-stream",
        "Starts the stream if it is stopped, and the other way round.",
        &[],
        &[OUTPUT_ACTIVE],
    )
    .dangerous(danger::ON_AIR),
    ActionEntry::table("obs.start-stream", "Starts the stream.", &[], &[])
        .dangerous(danger::ON_AIR),
    ActionEntry::table("obs.stop-stream", "Stops the stream.", &[], &[]).dangerous(danger::ON_AIR),
    ActionEntry::table(
        "obs.send-stream-caption",
        "Sends a caption with the stream.",
        &[CAPTION_TEXT],
        &[],
    ),
];

//! Inputs: what can be seen and heard.

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
        "obs.input-created",
        "An input was created. Its settings are left out: `obs.get-input-settings` reads them.",
        &[
            INPUT_NAME,
            INPUT_UUID.optional(),
            INPUT_KIND,
            UNVERSIONED_INPUT_KIND,
            INPUT_KIND_CAPS.optional(),
        ],
    ),
    TopicEntry::table(
        "obs.input-removed",
        "An input was removed.",
        &[INPUT_NAME, INPUT_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.input-name-changed",
        "An input got another name.",
        &[INPUT_UUID.optional(), OLD_INPUT_NAME, INPUT_NAME],
    ),
    TopicEntry::table(
        "obs.input-settings-changed",
        "The settings of an input changed; `obs.get-input-settings` reads them.",
        &[INPUT_NAME, INPUT_UUID.optional()],
    ),
    TopicEntry::table(
        "obs.input-active-state-changed",
        "An input came on air or left it. Sent often: only while somebody subscribes to it.",
        &[INPUT_NAME, INPUT_UUID.optional(), VIDEO_ACTIVE],
    ),
    TopicEntry::table(
        "obs.input-show-state-changed",
        "An input came into sight somewhere in OBS or left it. Sent often: only while somebody subscribes to it.",
        &[INPUT_NAME, INPUT_UUID.optional(), VIDEO_SHOWING],
    ),
    TopicEntry::table(
        "obs.input-mute-state-changed",
        "An input was muted or unmuted.",
        &[INPUT_NAME, INPUT_UUID.optional(), INPUT_MUTED],
    ),
    TopicEntry::table(
        "obs.input-volume-changed",
        "The volume of an input changed.",
        &[
            INPUT_NAME,
            INPUT_UUID.optional(),
            INPUT_VOLUME_MUL,
            INPUT_VOLUME_DB,
        ],
    ),
    TopicEntry::table(
        "obs.input-audio-balance-changed",
        "The balance of an input changed.",
        &[INPUT_NAME, INPUT_UUID.optional(), INPUT_AUDIO_BALANCE],
    ),
    TopicEntry::table(
        "obs.input-audio-sync-offset-changed",
        "The sound offset of an input changed.",
        &[INPUT_NAME, INPUT_UUID.optional(), INPUT_AUDIO_SYNC_OFFSET],
    ),
    TopicEntry::table(
        "obs.input-audio-tracks-changed",
        "An input was put on other audio tracks.",
        &[INPUT_NAME, INPUT_UUID.optional(), INPUT_AUDIO_TRACKS],
    ),
    TopicEntry::table(
        "obs.input-audio-monitor-type-changed",
        "The monitoring of an input changed.",
        &[INPUT_NAME, INPUT_UUID.optional(), MONITOR_TYPE],
    ),
    TopicEntry::table(
        "obs.input-volume-meters",
        "The sound levels of all inputs. Sent every 50 milliseconds: only while somebody subscribes to it.",
        &[INPUTS],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-input-list",
        "Lists the inputs.",
        &[INPUT_KIND.optional()],
        &[INPUTS],
    ),
    ActionEntry::table(
        "obs.get-input-kind-list",
        "Lists the kinds of inputs.",
        &[UNVERSIONED.optional()],
        &[INPUT_KINDS],
    ),
    ActionEntry::table(
        "obs.get-special-inputs",
        "Reads which inputs are the desktop audio and the microphones.",
        &[],
        &[
            DESKTOP1.optional(),
            DESKTOP2.optional(),
            MIC1.optional(),
            MIC2.optional(),
            MIC3.optional(),
            MIC4.optional(),
        ],
    ),
    ActionEntry::table(
        "obs.create-input",
        "Creates an input other than a browser source and puts it into a scene.",
        &[
            CANVAS_UUID.alternative(),
            SCENE_NAME.optional(),
            SCENE_UUID.alternative(),
            INPUT_NAME,
            INPUT_KIND,
            INPUT_SETTINGS.optional(),
            SCENE_ITEM_ENABLED.optional(),
        ],
        &[INPUT_UUID.optional(), SCENE_ITEM_ID],
    )
    .dangerous(danger::SOURCE),
    ActionEntry::table(
        "obs.remove-input",
        "Removes an input from every scene.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[],
    )
    .dangerous(danger::REMOVAL),
    ActionEntry::table(
        "obs.set-input-name",
        "Renames an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            NEW_INPUT_NAME,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-default-settings",
        "Reads the default settings of a kind of input.",
        &[INPUT_KIND],
        &[DEFAULT_INPUT_SETTINGS],
    ),
    ActionEntry::table(
        "obs.get-input-settings",
        "Reads the settings of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_SETTINGS, INPUT_KIND],
    )
    .dangerous(danger::PRIVATE),
    ActionEntry::table(
        "obs.set-input-settings",
        "Changes the settings of an input that is no browser source.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_SETTINGS,
            OVERLAY.optional(),
        ],
        &[],
    )
    .dangerous(danger::SOURCE),
    ActionEntry::table(
        "obs.get-input-mute",
        "Reads whether an input is muted.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_MUTED],
    ),
    ActionEntry::table(
        "obs.set-input-mute",
        "Mutes or unmutes an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative(), INPUT_MUTED],
        &[],
    ),
    ActionEntry::table(
        "obs.toggle-input-mute",
        "Mutes an input that is not muted, and the other way round.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_MUTED],
    ),
    ActionEntry::table(
        "obs.get-input-volume",
        "Reads the volume of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_VOLUME_MUL, INPUT_VOLUME_DB],
    ),
    ActionEntry::table(
        "obs.set-input-volume",
        "Sets the volume of an input, as a factor or in decibels.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_VOLUME_MUL.alternative(),
            INPUT_VOLUME_DB.optional(),
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-audio-balance",
        "Reads the balance of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_AUDIO_BALANCE],
    ),
    ActionEntry::table(
        "obs.set-input-audio-balance",
        "Sets the balance of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_AUDIO_BALANCE,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-audio-sync-offset",
        "Reads the sound offset of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_AUDIO_SYNC_OFFSET],
    ),
    ActionEntry::table(
        "obs.set-input-audio-sync-offset",
        "Sets the sound offset of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_AUDIO_SYNC_OFFSET,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-audio-monitor-type",
        "Reads the monitoring of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[MONITOR_TYPE],
    ),
    ActionEntry::table(
        "obs.set-input-audio-monitor-type",
        "Sets the monitoring of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            MONITOR_TYPE,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-audio-tracks",
        "Reads the audio tracks of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_AUDIO_TRACKS],
    ),
    ActionEntry::table(
        "obs.set-input-audio-tracks",
        "Sets the audio tracks of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_AUDIO_TRACKS,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-deinterlace-mode",
        "Reads the deinterlacing of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_DEINTERLACE_MODE],
    ),
    ActionEntry::table(
        "obs.set-input-deinterlace-mode",
        "Sets the deinterlacing of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_DEINTERLACE_MODE,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-deinterlace-field-order",
        "Reads the field order of the deinterlacing of an input.",
        &[INPUT_NAME.optional(), INPUT_UUID.alternative()],
        &[INPUT_DEINTERLACE_FIELD_ORDER],
    ),
    ActionEntry::table(
        "obs.set-input-deinterlace-field-order",
        "Sets the field order of the deinterlacing of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            INPUT_DEINTERLACE_FIELD_ORDER,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-input-properties-list-property-items",
        "Lists the choices of one property of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            PROPERTY_NAME,
        ],
        &[PROPERTY_ITEMS],
    )
    .dangerous(danger::CHOICES),
    ActionEntry::table(
        "obs.press-input-properties-button",
        "Presses a button in the properties of an input.",
        &[
            INPUT_NAME.optional(),
            INPUT_UUID.alternative(),
            PROPERTY_NAME,
        ],
        &[],
    )
    .dangerous(danger::BUTTON),
];

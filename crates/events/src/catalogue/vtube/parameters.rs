//! Parameters: what moves the model.

#[allow(
    clippy::wildcard_imports,
    reason = "the vocabulary of the tables below"
)]
use super::fields::*;
use crate::catalogue::ActionEntry;

/// The requests, and one to let go.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "vtube.input-parameter-list",
        "Lists the parameters that models can follow. A long list: not for every frame.",
        &[],
        &[
            MODEL_LOADED,
            MODEL_NAME,
            MODEL_ID,
            CUSTOM_PARAMETERS,
            DEFAULT_PARAMETERS,
        ],
    ),
    ActionEntry::table(
        "vtube.parameter-value",
        "Reads one parameter.",
        &[NAME],
        &[NAME, ADDED_BY, VALUE, MIN, MAX, DEFAULT_VALUE],
    ),
    ActionEntry::table(
        "vtube.live2d-parameter-list",
        "Lists the Live2D parameters of the model.",
        &[],
        &[MODEL_LOADED, MODEL_NAME, MODEL_ID, PARAMETERS],
    ),
    ActionEntry::table(
        "vtube.parameter-creation",
        "Makes a parameter that models can follow, or changes one of the plugin's own. At most 100 for each plugin, 300 in all.",
        &[
            PARAMETER_NAME,
            EXPLANATION.optional(),
            MIN,
            MAX,
            DEFAULT_VALUE,
        ],
        &[PARAMETER_NAME],
    ),
    ActionEntry::table(
        "vtube.parameter-deletion",
        "Deletes a parameter that the plugin made.",
        &[PARAMETER_NAME],
        &[PARAMETER_NAME],
    ),
    ActionEntry::table(
        "vtube.inject-parameter-data",
        "Sets parameters, or adds to them, until other values come, they are released, or the plugin stops; Pato repeats them as VTube Studio needs it. At most 200 for each plugin.",
        &[PARAMETER_VALUES, MODE.optional(), FACE_FOUND.optional()],
        &[],
    ),
    ActionEntry::table(
        "vtube.release-parameters",
        "Lets parameters go that the plugin set or added to; within a second they follow the tracking again.",
        &[PARAMETER_IDS.optional()],
        &[RELEASED],
    ),
];

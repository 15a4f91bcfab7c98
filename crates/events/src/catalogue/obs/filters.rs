//! Filters.

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
        "obs.source-filter-list-reindexed",
        "The filters of a source were put into another order.",
        &[SOURCE_NAME, FILTERS],
    ),
    TopicEntry::table(
        "obs.source-filter-created",
        "A filter was added to a source. Its settings are left out: `obs.get-source-filter` reads them.",
        &[SOURCE_NAME, FILTER_NAME, FILTER_KIND, FILTER_INDEX],
    ),
    TopicEntry::table(
        "obs.source-filter-removed",
        "A filter was removed from a source.",
        &[SOURCE_NAME, FILTER_NAME],
    ),
    TopicEntry::table(
        "obs.source-filter-name-changed",
        "A filter got another name.",
        &[SOURCE_NAME, OLD_FILTER_NAME, FILTER_NAME],
    ),
    TopicEntry::table(
        "obs.source-filter-settings-changed",
        "The settings of a filter changed; `obs.get-source-filter` reads them.",
        &[SOURCE_NAME, FILTER_NAME],
    ),
    TopicEntry::table(
        "obs.source-filter-enable-state-changed",
        "A filter was switched on or off.",
        &[SOURCE_NAME, FILTER_NAME, FILTER_ENABLED],
    ),
];

/// The requests.
pub(super) const ACTIONS: &[ActionEntry] = &[
    ActionEntry::table(
        "obs.get-source-filter-kind-list",
        "Lists the kinds of filters.",
        &[],
        &[SOURCE_FILTER_KINDS],
    ),
    ActionEntry::table(
        "obs.get-source-filter-list",
        "Lists the filters of a source.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
        ],
        &[FILTERS],
    )
    .dangerous(danger::PRIVATE),
    ActionEntry::table(
        "obs.get-source-filter-default-settings",
        "Reads the default settings of a kind of filter.",
        &[FILTER_KIND],
        &[DEFAULT_FILTER_SETTINGS],
    ),
    ActionEntry::table(
        "obs.create-source-filter",
        "Adds a filter to a source.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
            FILTER_KIND,
            FILTER_SETTINGS.optional(),
        ],
        &[],
    )
    .dangerous(danger::FILTER),
    ActionEntry::table(
        "obs.remove-source-filter",
        "Removes a filter from a source.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
        ],
        &[],
    )
    .dangerous(danger::REMOVAL),
    ActionEntry::table(
        "obs.set-source-filter-name",
        "Renames a filter.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
            NEW_FILTER_NAME,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.get-source-filter",
        "Reads one filter of a source.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
        ],
        &[FILTER_ENABLED, FILTER_INDEX, FILTER_KIND, FILTER_SETTINGS],
    )
    .dangerous(danger::PRIVATE),
    ActionEntry::table(
        "obs.set-source-filter-index",
        "Moves a filter to another position.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
            FILTER_INDEX,
        ],
        &[],
    ),
    ActionEntry::table(
        "obs.set-source-filter-settings",
        "Changes the settings of a filter.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
            FILTER_SETTINGS,
            OVERLAY.optional(),
        ],
        &[],
    )
    .dangerous(danger::FILTER),
    ActionEntry::table(
        "obs.set-source-filter-enabled",
        "Switches a filter on or off.",
        &[
            CANVAS_UUID.alternative(),
            SOURCE_NAME.optional(),
            SOURCE_UUID.alternative(),
            FILTER_NAME,
            FILTER_ENABLED,
        ],
        &[],
    ),
];

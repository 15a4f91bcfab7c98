use pato_events::PatternError;

use crate::contract::{CONTRACT_VERSION, ContractVersion};

/// Why a text is no plugin id, permission, scope, size or version.
///
/// Every message names the text and says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No plugin id.
    #[error(
        "`{text}` is no plugin id: use 1 to 48 lower-case letters, digits and `-`, \
         and begin with a letter"
    )]
    PluginId {
        /// The text as given, cut if it is long.
        text: String,
    },
    /// A plugin id that is the name of a family of topics.
    #[error(
        "`{text}` cannot be a plugin's id, it belongs to the host: choose another, such as `my-{text}`"
    )]
    ReservedPluginId {
        /// The text as given.
        text: String,
    },
    /// No version of the contract.
    #[error("`{text}` is no contract version: write `{CONTRACT_VERSION}`")]
    ContractVersion {
        /// The text as given, cut if it is long.
        text: String,
    },
    /// A version of the contract that this host does not speak.
    #[error(
        "it needs version {wanted} of the contract, and this Pato speaks {CONTRACT_VERSION}: \
         update Pato, or build the plugin against {CONTRACT_VERSION}"
    )]
    ContractTooNew {
        /// The version asked for.
        wanted: ContractVersion,
    },
    /// No number of bytes.
    #[error("`{text}` is no size: {remedy}")]
    Size {
        /// The text as given, cut if it is long.
        text: String,
        /// What to write.
        remedy: String,
    },
    /// No host with an optional port.
    #[error("`{text}` is no host: {remedy}")]
    Host {
        /// The text as given, cut if it is long.
        text: String,
        /// What is wrong and what to write.
        remedy: String,
    },
    /// No action or pattern of actions.
    #[error("`{text}` is no action: {remedy}")]
    Action {
        /// The text as given, cut if it is long.
        text: String,
        /// What is wrong and what to write.
        remedy: String,
    },
    /// Nothing that can be called in a plugin, nor a pattern of such.
    #[error("`{text}` is nothing that can be called in a plugin: {remedy}")]
    PluginFunction {
        /// The text as given, cut if it is long.
        text: String,
        /// What to write.
        remedy: String,
    },
    /// No place to show something in.
    #[error("`{text}` is nothing that a plugin can show: {remedy}")]
    Surface {
        /// The text as given, cut if it is long.
        text: String,
        /// What to write.
        remedy: String,
    },
    /// A pattern to publish under that reaches topics of the host or a connector.
    #[error(
        "a plugin may not publish `{pattern}`: `{family}` topics belong to the host and its \
         connectors; publish under a name of your own, such as `my-plugin.**`"
    )]
    ReservedTopic {
        /// The pattern.
        pattern: String,
        /// The family it reaches.
        family: String,
    },
    /// A permission of a kind that there is not.
    #[error("`{text}` is no permission: {remedy}")]
    Permission {
        /// The text as given, cut if it is long.
        text: String,
        /// What to write.
        remedy: String,
    },
    /// No pattern of topics.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

/// The text as an error shows it: at most 60 characters, with control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

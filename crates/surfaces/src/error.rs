/// Why something is not shown, or why what a page sent is not passed on.
///
/// Every message names the place and the value, and says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurfaceError {
    /// A table of nodes as a whole is refused.
    #[error("{problem}")]
    Table {
        /// What is wrong, and what to do.
        problem: String,
    },
    /// One node is refused, and with it the table.
    #[error("node {index}{}: {problem}", quoted(id))]
    Node {
        /// Its place in the table, from 0.
        index: usize,
        /// Its id, cut if it is long; may be empty.
        id: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A value is refused, and with it what was set beside it.
    #[error("value `{name}`: {problem}")]
    Value {
        /// Its name, cut if it is long.
        name: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// An alert is refused.
    #[error("alert: {problem}")]
    Alert {
        /// What is wrong, and what to do.
        problem: String,
    },
    /// So many or so large alerts wait that no other is taken.
    #[error(
        "there is no room for it beside the {waiting} alerts that wait: try again when some were \
         shown, or clear them"
    )]
    QueueFull {
        /// How many wait.
        waiting: usize,
    },
    /// A page did something on a node that is not there: the table was replaced meanwhile.
    #[error("there is no `{id}` any more: look at what is shown now")]
    NoSuchNode {
        /// The id, cut if it is long.
        id: String,
    },
    /// A page did something that the node does not take.
    #[error("`{id}`: {problem}")]
    Act {
        /// The node's id.
        id: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}

fn quoted(id: &str) -> String {
    if id.is_empty() {
        String::new()
    } else {
        format!(" (`{id}`)")
    }
}

/// The text as an error shows it: at most 60 characters, with control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

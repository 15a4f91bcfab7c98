use std::fmt;

/// Why the host did not do what was asked; the contract's `error`.
///
/// A handler that returns one has it written to the plugin's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The manifest does not declare it, or the user has not granted it. The text is the exact line
    /// that would allow it.
    Denied(String),
    /// The argument is wrong.
    Invalid(String),
    /// There is no such thing: an unknown action, timer, connection, command.
    NotFound(String),
    /// The service is there but not connected now.
    Unavailable(String),
    /// Too much, too fast, or over a quota. Try again after so many milliseconds; [`u32::MAX`] means
    /// that waiting does not help.
    RateLimited(u32),
    /// No answer within the time limit.
    TimedOut(String),
    /// The service answered with an error; the text is its own.
    Failed(String),
}

/// What a plugin's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(line) => write!(f, "not allowed; to allow it: {line}"),
            Self::Invalid(text)
            | Self::NotFound(text)
            | Self::Unavailable(text)
            | Self::TimedOut(text)
            | Self::Failed(text) => f.write_str(text),
            Self::RateLimited(u32::MAX) => f.write_str("over a quota that waiting does not mend"),
            Self::RateLimited(wait) => write!(f, "too much at once; try again in {wait} ms"),
        }
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Invalid(format!("the JSON does not fit: {error}"))
    }
}

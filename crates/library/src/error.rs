use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pato_packages::PackageError;

/// Why something was not fetched. Nothing of it is left behind.
///
/// No message holds the query of an address, which may let anybody in who knows it.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Whoever asked for it wanted it no more.
    #[error("stopped, as asked; nothing was kept")]
    Cancelled,
    /// It may not be asked for there, or a redirect leads where none may.
    #[error("{0}")]
    Forbidden(Refusal),
    /// A name or an address is of this machine or its network, and that was not granted.
    #[error(
        "{name}: expected an address of the Internet, but it is {address}, of this machine or a local \
         network; grant that network if it is meant"
    )]
    Address {
        /// What was asked for.
        name: String,
        /// What it is.
        address: IpAddr,
    },
    /// The name of the host is unknown, or nobody could be asked.
    #[error(
        "the address of `{name}` could not be found: {reason}; look at its spelling and your network"
    )]
    NameUnknown {
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// No connection could be made.
    #[error("{host} cannot be reached: {reason}; look at your network, or try again later")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        reason: String,
    },
    /// A step took too long.
    #[error(
        "{at}: expected {what} within {} s, but it did not come; try again later, or from elsewhere",
        .within.as_secs_f32()
    )]
    TimedOut {
        /// What was asked for.
        at: String,
        /// What was waited for.
        what: &'static str,
        /// The limit.
        within: Duration,
    },
    /// The connection broke.
    #[error("{at}: {}; try again later, or from elsewhere", cut(*.received, *.total, .reason))]
    Cut {
        /// What was asked for.
        at: String,
        /// Bytes that had come.
        received: u64,
        /// Bytes that were to come, if the server said so.
        total: Option<u64>,
        /// What broke.
        reason: String,
    },
    /// What is asked for became something else while it came.
    #[error("{at}: it was replaced while it came, so it has to come anew; try again")]
    Replaced {
        /// What was asked for.
        at: String,
    },
    /// The server refuses.
    #[error("{at}: expected the file, but the server answered {status}; {}", remedy(*.status, *.retry_after))]
    Status {
        /// What was asked for.
        at: String,
        /// The status of HTTP.
        status: u16,
        /// After which pause it wants to be asked again, if it said so.
        retry_after: Option<Duration>,
    },
    /// The answer can't be used.
    #[error("{0}")]
    Answer(Refusal),
    /// It is something else than was promised: another digest, length, version or signature.
    #[error("{0}")]
    Different(Refusal),
    /// What came is no package.
    #[error("{at}: {error}")]
    Package {
        /// What was asked for.
        at: String,
        /// What is wrong with it.
        error: Box<PackageError>,
    },
    /// The system refused.
    #[error("can't {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The same went wrong again and again.
    #[error("{last} (tried {attempts} times)")]
    GaveUp {
        /// How often it was tried.
        attempts: u32,
        /// What went wrong at last.
        last: Box<Self>,
    },
    /// No place has it.
    #[error("none of {} places has it: {}", .0.len(), list(.0))]
    NoMirror(Vec<Self>),
    /// The configuration can't be used.
    #[error("the network could not be set up: {0}")]
    Setup(String),
}

/// What was expected, what came, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where: an address without its query, a file, a place inside an answer.
    pub at: String,
    /// What should have been there.
    pub expected: String,
    /// What was.
    pub came: String,
    /// What a person can do.
    pub remedy: String,
}

impl Refusal {
    pub(crate) fn new(
        at: impl Into<String>,
        expected: impl Into<String>,
        came: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            at: at.into(),
            expected: expected.into(),
            came: came.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            expected,
            came,
            remedy,
        } = self;
        write!(f, "{at}: expected {expected}, but found {came}; {remedy}")
    }
}

impl FetchError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    /// Whether the same may go well a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Cut { .. }
            | Self::Replaced { .. } => true,
            Self::Status { status, .. } => {
                matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
            }
            _ => false,
        }
    }

    /// Whether nobody could be asked, or nobody could answer: what was had before is the best there is.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::GaveUp { last, .. } => last.is_outage(),
            Self::NoMirror(failures) => failures.iter().all(Self::is_outage),
            Self::NameUnknown { .. } => true,
            other => other.may_pass(),
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn cut(received: u64, total: Option<u64>, reason: &str) -> String {
    match total {
        Some(total) => {
            format!("expected {total} bytes, but the connection broke after {received} ({reason})")
        }
        None => {
            format!("expected more, but the connection broke after {received} bytes ({reason})")
        }
    }
}

fn remedy(status: u16, retry_after: Option<Duration>) -> String {
    match (status, retry_after) {
        (401 | 403, _) => {
            "it is not for everybody there: ask whoever published it for a public address"
                .to_owned()
        }
        (404 | 410, _) => {
            "it is not there: look at the address, or at the publisher's page for a new one"
                .to_owned()
        }
        (_, Some(pause)) => format!("it asks to come back in {} s", pause.as_secs()),
        (429, None) => "it was asked too often: try again later".to_owned(),
        (500.., _) => "the fault is the server's: try again later".to_owned(),
        _ => "look at the address".to_owned(),
    }
}

fn list(failures: &[FetchError]) -> String {
    let words: Vec<_> = failures.iter().map(ToString::to_string).collect();
    words.join(" | ")
}

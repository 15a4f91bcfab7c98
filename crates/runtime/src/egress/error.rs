use std::net::IpAddr;
use std::time::Duration;

use pato_permissions::Denial;
use pato_vault::VaultError;

/// Why the outbound gate did not do what a plugin asked.
///
/// No message holds a secret, or more of an address than host and port: a plugin may have put a token
/// of its own into the path.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The manifest does not request the host, or the user has not granted it.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// A name leads to an address of this machine or its network, and is not a name of that kind.
    #[error(
        "`{name}` resolves to {address}, which is not an address of the Internet at large; \
         request and grant that address itself if it is meant"
    )]
    Address {
        /// The name.
        name: String,
        /// The address it resolves to.
        address: IpAddr,
    },
    /// A secret does not belong to the destination, or there is no such secret.
    #[error(transparent)]
    Secret(#[from] VaultError),
    /// A redirect asks for a body with a secret in it to be sent to another host.
    #[error(
        "the server redirects to {to}, another host, which must not get the secret in the body"
    )]
    SecretRedirected {
        /// Host and port that the redirect names.
        to: String,
    },
    /// Something in the request is wrong.
    #[error("{place}: {reason}")]
    Invalid {
        /// Which part of the request.
        place: &'static str,
        /// What is wrong with it, and what to write instead.
        reason: String,
    },
    /// There is no such connection, or it is over.
    #[error("there is no connection {0}, or it is over")]
    NoConnection(u32),
    /// The plugin has as much under way as it may.
    #[error("{what}: at most {limit} at a time; try again in {} ms", .retry.as_millis())]
    Busy {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// When to try again.
        retry: Duration,
    },
    /// The exchange took too long.
    #[error("{host} did not answer in full within {} ms", .after.as_millis())]
    TimedOut {
        /// Host and port.
        host: String,
        /// The limit.
        after: Duration,
    },
    /// The name of the host is unknown, or nobody could be asked.
    #[error("the address of `{name}` could not be found: {reason}")]
    NameUnknown {
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// No connection could be made.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        reason: String,
    },
    /// The server's answer is over a limit, or no HTTP or WebSocket.
    #[error("{host}: {reason}")]
    Failed {
        /// Host and port.
        host: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// The clients could not be built.
    #[error("the outbound network could not be set up: {0}")]
    Setup(String),
}

impl EgressError {
    pub(crate) fn invalid(place: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            place,
            reason: reason.into(),
        }
    }
}

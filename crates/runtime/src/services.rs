use std::time::Duration;

use async_trait::async_trait;
use pato_events::{EventId, Payload};
use pato_permissions::PluginId;

/// Performs actions for plugins.
///
/// Called by a plugin's task after its permission was checked, one call at a time for each plugin.
/// The call is given up after [`Limits::host_call`](crate::Limits::host_call).
#[async_trait]
pub trait Services: Send + Sync {
    /// Performs an action and waits for its answer.
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError>;
}

/// An action that a plugin asks for.
#[derive(Debug, Clone)]
pub struct ServiceCall<'a> {
    /// Who asks.
    pub plugin: &'a PluginId,
    /// What for, such as `chat.send`.
    pub action: &'a str,
    /// With which parameters.
    pub parameters: &'a Payload,
    /// The event being handled, if it is one.
    pub cause: Option<EventId>,
}

/// Why an action was not performed, or a command not answered. Mirrors `error` in the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// Not allowed. The text is the line that would allow it.
    #[error("not allowed: {0}")]
    Denied(String),
    /// The parameters are wrong.
    #[error("{0}")]
    Invalid(String),
    /// There is no such action, or no such thing as its parameters name.
    #[error("{0}")]
    NotFound(String),
    /// Not connected now.
    #[error("{0}")]
    Unavailable(String),
    /// Too fast; how long to wait. [`Duration::MAX`] means that waiting does not help.
    #[error("too many requests; try again in {} ms", .0.as_millis())]
    RateLimited(Duration),
    /// No answer in time.
    #[error("{0}")]
    TimedOut(String),
    /// The service answered with an error.
    #[error("{0}")]
    Failed(String),
}

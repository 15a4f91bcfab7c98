use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pato_bus::{Bus, Clock};
use pato_events::catalogue::host::ConnectorStatus;
use pato_events::{Event, Pattern, Payload};
use pato_vault::{Secret, Vault, VaultError};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The connection to one service.
///
/// The host starts [`run`](Self::run) once in a task of its own, and calls actions from many tasks at
/// the same time. A connector publishes to the bus of the [`Environment`] that it was built with.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Its name: the `source` of its events, and what `connector` in an action's parameters means.
    fn id(&self) -> &str;

    /// The actions that it serves, by their names in the catalogue. A last segment `*` stands for
    /// every name with that beginning.
    fn actions(&self) -> Vec<&'static str>;

    /// How its connection stands. The time it last heard something is fresh whenever one looks, but
    /// does not wake who waits for a change.
    fn status(&self) -> watch::Receiver<ConnectorStatus>;

    /// Connects and stays connected until `shutdown`, then closes the connection and returns within
    /// five seconds. Returns early only if there is nothing left to do.
    async fn run(&self, shutdown: CancellationToken);

    /// Tries to connect now, if it waits for its next try or for the user. Does not block.
    fn retry_now(&self);

    /// Does one thing, and answers when the service has answered or a time limit is over.
    ///
    /// # Errors
    ///
    /// One of [`ConnectorError`], each with a text for the user.
    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError>;

    /// A plugin has stopped: whatever it held here is free again. Does not block.
    fn caller_gone(&self, _caller: &str) {}
}

/// One thing to do.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The action, by its name in the catalogue.
    pub action: &'a str,
    /// Its parameters, which fit the catalogue.
    pub parameters: &'a Payload,
    /// The event that led to it; what the connector publishes as a consequence names it, so that the
    /// bus sees loops.
    pub cause: Option<&'a Event>,
    /// Who asks, as in the `source` of an event: `plugin:ID`, or `user`.
    pub caller: &'a str,
}

impl<'a> Call<'a> {
    /// What the user asks for, out of nothing.
    pub fn new(action: &'a str, parameters: &'a Payload) -> Self {
        Self {
            action,
            parameters,
            cause: None,
            caller: "user",
        }
    }

    /// The same, led to by an event.
    #[must_use]
    pub fn caused_by(self, cause: Option<&'a Event>) -> Self {
        Self { cause, ..self }
    }

    /// The same, asked for by someone else.
    #[must_use]
    pub fn by(self, caller: &'a str) -> Self {
        Self { caller, ..self }
    }

    /// The parameters as their type.
    ///
    /// # Errors
    ///
    /// [`ConnectorError::Invalid`], with the field and the place.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConnectorError> {
        let read = self.parameters.read();
        read.map_err(|error| ConnectorError::Invalid(format!("{}: {error}", self.action)))
    }
}

/// What every connector is built with.
#[derive(Clone)]
pub struct Environment {
    /// Where its events go.
    pub bus: Bus,
    /// What tells it the time.
    pub clock: Arc<dyn Clock>,
    /// What attaches its secrets to what it sends.
    pub vault: Vault,
    /// Where its random numbers begin: jitter, anonymous names, the simulator.
    pub seed: u64,
}

impl Environment {
    /// Keeps `wanted` up with what subscribers want. Never returns.
    pub(crate) async fn follow_interest<T: PartialEq>(
        &self,
        wanted: &watch::Sender<T>,
        of: fn(&BTreeSet<Pattern>) -> T,
    ) {
        let mut interest = self.bus.interest();
        loop {
            let now = of(&interest.changed().await);
            wanted.send_if_modified(|current| {
                let changed = *current != now;
                *current = now;
                changed
            });
        }
    }

    /// Puts a new secret into the vault, and if its account is remembered, into the operating system's
    /// keyring before that. A new token is used only after this: a service that gives each only once
    /// would otherwise lock the user out if Pato ended in between.
    ///
    /// `hosts` are `HOST:PORT`.
    ///
    /// # Errors
    ///
    /// If the vault or the keyring refuses it.
    pub async fn keep(
        &self,
        scope: &str,
        name: &str,
        secret: Secret,
        hosts: Vec<String>,
    ) -> Result<(), VaultError> {
        let (vault, scope, name) = (self.vault.clone(), scope.to_owned(), name.to_owned());
        // A keyring may ask the user to unlock it.
        let kept = tokio::task::spawn_blocking(move || vault.set(&scope, &name, secret, &hosts));
        match kept.await {
            Ok(kept) => kept,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(VaultError::Keyring {
                reason: "Pato is stopping".into(),
            }),
        }
    }
}

/// Why a connector did not do what was asked. Mirrors `error` of the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// The service does not allow it to this account; the text is the remedy.
    #[error("not allowed: {0}")]
    Denied(String),
    /// A parameter is wrong; the text names the value and the remedy.
    #[error("invalid: {0}")]
    Invalid(String),
    /// The service or the connector has no such thing.
    #[error("not found: {0}")]
    NotFound(String),
    /// There is no connection that could carry it; the text says why, and what to do.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Too much, too fast; it may work after this time.
    #[error("rate limited: try again in {} ms", .0.as_millis())]
    RateLimited(Duration),
    /// The service did not answer in time.
    #[error("timed out: {0}")]
    TimedOut(String),
    /// The service answered with an error; the text is its own.
    #[error("failed: {0}")]
    Failed(String),
}

impl ConnectorError {
    /// The error for an action that `connector` does not serve, with the nearest that it does.
    pub fn unknown_action(connector: &str, action: &str, served: &[&'static str]) -> Self {
        let hint = match pato_events::nearest(action, served.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!("; it serves {}", served.join(", ")),
        };
        Self::NotFound(format!("`{connector}` has no action `{action}`{hint}"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use pato_events::{EventId, Flags, Topic};

    use super::*;

    /// A chat message of Twitch that can be the cause of something.
    pub(crate) fn cause(id: &str, depth: u8) -> Event {
        Event {
            id: EventId::new(id),
            topic: Topic::new("chat.message").unwrap(),
            source: "twitch".into(),
            account: None,
            time: 0.0,
            cause: None,
            depth,
            flags: Flags::default(),
            stateful: false,
            data: Payload::empty(),
        }
    }
}

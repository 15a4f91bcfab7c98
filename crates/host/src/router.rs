//! From an action's name to the connector that performs it.

use std::sync::Arc;

use async_trait::async_trait;
use pato_bus::Bus;
use pato_connectors::{Call, Connector, ConnectorError};
use pato_events::catalogue::chat::{SendMessage, SendMessageAnswer};
use pato_events::catalogue::host::ConnectionState;
use pato_events::catalogue::{self, Action};
use pato_events::{Payload, nearest};
use pato_runtime::{ServiceCall, ServiceError, Services};
use serde::Deserialize;

/// Knows every connector, and which actions each performs.
pub(crate) struct Router {
    connectors: Vec<Arc<dyn Connector>>,
    bus: Bus,
}

/// The part of an action's parameters that says who shall perform it.
#[derive(Deserialize)]
struct Address {
    connector: Option<String>,
}

impl Router {
    pub(crate) fn new(connectors: Vec<Arc<dyn Connector>>, bus: Bus) -> Self {
        Self { connectors, bus }
    }

    pub(crate) fn connectors(&self) -> &[Arc<dyn Connector>] {
        &self.connectors
    }

    /// Performs an action through the connector that `parameters.connector` names, or else the only
    /// one that can. A chat message that names none goes to every chat.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Payload, ServiceError> {
        let Call {
            action, parameters, ..
        } = call;
        if let Some(entry) = catalogue::action(action) {
            entry
                .check(parameters)
                .map_err(|error| ServiceError::Invalid(format!("{action}: {error}")))?;
        }
        let capable: Vec<_> = self
            .connectors
            .iter()
            .filter(|connector| serves(connector.as_ref(), action))
            .collect();
        let address: Address = parameters
            .read()
            .map_err(|error| ServiceError::Invalid(error.to_string()))?;
        if let Some(wanted) = address.connector {
            let Some(connector) = capable.iter().find(|connector| connector.id() == wanted) else {
                return Err(self.absent(action, &wanted));
            };
            return connector.call(call).await.map_err(translate);
        }
        match capable.as_slice() {
            [] => Err(self.unknown(action)),
            [only] => only.call(call).await.map_err(translate),
            several if action == SendMessage::NAME => broadcast(several, call).await,
            several => Err(ServiceError::Invalid(format!(
                "{action}: several connectors can do that ({}); add \"connector\": \"{}\"",
                several
                    .iter()
                    .map(|connector| connector.id())
                    .collect::<Vec<_>>()
                    .join(", "),
                several.first().map_or("", |connector| connector.id()),
            ))),
        }
    }

    fn absent(&self, action: &str, wanted: &str) -> ServiceError {
        let ids: Vec<_> = self
            .connectors
            .iter()
            .map(|connector| connector.id())
            .collect();
        if ids.contains(&wanted) {
            return ServiceError::NotFound(format!(
                "the connector `{wanted}` has no action {action}"
            ));
        }
        ServiceError::NotFound(format!(
            "there is no connector `{wanted}`; there {}",
            match ids.as_slice() {
                [] => "is none at all".to_owned(),
                [only] => format!("is `{only}`"),
                several => format!("are {}", several.join(", ")),
            }
        ))
    }

    fn unknown(&self, action: &str) -> ServiceError {
        if catalogue::action(action).is_some() {
            let family = action.split('.').next().unwrap_or(action);
            return ServiceError::Unavailable(format!(
                "no connector that performs {action} is set up: run Pato with `--{}`",
                match family {
                    "obs" => "obs ws://HOST:PORT",
                    _ => "twitch CHANNEL",
                }
            ));
        }
        let known = catalogue::actions().map(|entry| entry.name);
        ServiceError::NotFound(match nearest(action, known) {
            Some(near) => format!("there is no action `{action}`; did you mean `{near}`?"),
            None => format!("there is no action `{action}`"),
        })
    }
}

/// A served name may end in a star that stands for every action with that beginning.
fn serves(connector: &dyn Connector, action: &str) -> bool {
    connector
        .actions()
        .iter()
        .any(|served| match served.strip_suffix('*') {
            Some(beginning) => action.starts_with(beginning),
            None => *served == action,
        })
}

/// Writes to every chat that is connected. One failing does not keep the others from it; only if all
/// fail, the first error is the answer.
async fn broadcast(
    connectors: &[&Arc<dyn Connector>],
    call: Call<'_>,
) -> Result<Payload, ServiceError> {
    let connected: Vec<_> = connectors
        .iter()
        .filter(|connector| connector.status().borrow().state == ConnectionState::Connected)
        .collect();
    if connected.is_empty() {
        return Err(ServiceError::Unavailable("no chat is connected now".into()));
    }
    let answers =
        futures_util::future::join_all(connected.iter().map(|connector| connector.call(call)))
            .await;
    let mut all = SendMessageAnswer::default();
    let mut failure = None;
    for (connector, answer) in connected.iter().zip(answers) {
        match answer {
            Ok(answer) => {
                if let Ok(sent) = answer.read::<SendMessageAnswer>() {
                    all.messages += sent.messages;
                    all.message_ids.extend(sent.message_ids);
                }
            }
            Err(error) => {
                tracing::warn!(connector = connector.id(), %error, "chat message not sent");
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        Some(error) if all.messages == 0 => Err(translate(error)),
        _ => Payload::from_value(&all).map_err(|error| ServiceError::Failed(error.to_string())),
    }
}

pub(crate) fn translate(error: ConnectorError) -> ServiceError {
    match error {
        ConnectorError::Invalid(text) => ServiceError::Invalid(text),
        ConnectorError::NotFound(text) => ServiceError::NotFound(text),
        ConnectorError::Unavailable(text) => ServiceError::Unavailable(text),
        ConnectorError::RateLimited(wait) => ServiceError::RateLimited(wait),
        ConnectorError::TimedOut(text) => ServiceError::TimedOut(text),
        ConnectorError::Denied(text) => ServiceError::Denied(text),
        ConnectorError::Failed(text) => ServiceError::Failed(text),
    }
}

#[async_trait]
impl Services for Router {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        let cause = call.cause.and_then(|id| self.bus.find(&id));
        let caller = format!("plugin:{}", call.plugin);
        let asked = Call::new(call.action, call.parameters)
            .caused_by(cause.as_deref())
            .by(&caller);
        Router::call(self, asked).await
    }
}

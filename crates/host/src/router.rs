//! From an action's name to the connector that performs it.

use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use async_trait::async_trait;
use pato_bus::Bus;
use pato_connectors::{Call, Connector, ConnectorError};
use pato_events::catalogue::chat::{SendMessage, SendMessageAnswer};
use pato_events::catalogue::host::{ConnectionState, PluginState};
use pato_events::catalogue::{self, Action};
use pato_events::{Payload, nearest};
use pato_permissions::PluginId;
use pato_runtime::{PluginHandle, ServiceCall, ServiceError, Services};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::audit::{AuditKind, Gathering};
use crate::turnstile::Turnstile;

/// Knows every connector, and which actions each performs.
pub(crate) struct Router {
    /// In the order they were set up.
    entries: RwLock<Vec<Arc<Entry>>>,
    bus: Bus,
    gathering: Arc<Gathering>,
}

/// A connector that runs.
struct Entry {
    connector: Arc<dyn Connector>,
    turnstile: Turnstile,
    stop: CancellationToken,
    ended: CancellationToken,
}

/// The part of an action's parameters that says who shall perform it.
#[derive(Deserialize)]
struct Address {
    connector: Option<String>,
}

impl Router {
    pub(crate) fn new(bus: Bus, gathering: Arc<Gathering>) -> Self {
        Self {
            entries: RwLock::default(),
            bus,
            gathering,
        }
    }

    /// Every connector, in the order they were set up.
    pub(crate) fn connectors(&self) -> Vec<Arc<dyn Connector>> {
        let connectors = self.entries().into_iter();
        connectors
            .map(|entry| Arc::clone(&entry.connector))
            .collect()
    }

    /// The connector of that name.
    pub(crate) fn connector(&self, id: &str) -> Option<Arc<dyn Connector>> {
        self.connectors()
            .into_iter()
            .find(|connector| connector.id() == id)
    }

    /// Sets a connector up, and runs it until it is removed or `shutdown`. One of the same name has
    /// to be removed before.
    pub(crate) fn add(
        &self,
        connector: Arc<dyn Connector>,
        tasks: &TaskTracker,
        shutdown: &CancellationToken,
    ) {
        let entry = Arc::new(Entry {
            connector,
            turnstile: Turnstile::default(),
            stop: shutdown.child_token(),
            ended: CancellationToken::new(),
        });
        self.write().push(Arc::clone(&entry));
        tasks.spawn(async move {
            entry.connector.run(entry.stop.clone()).await;
            entry.ended.cancel();
        });
    }

    /// Takes a connector down, and waits until it has closed its connection.
    pub(crate) async fn remove(&self, id: &str) {
        let removed: Vec<_> = {
            let mut entries = self.write();
            entries
                .extract_if(.., |entry| entry.connector.id() == id)
                .collect()
        };
        for entry in removed {
            entry.stop.cancel();
            entry.ended.cancelled().await;
        }
    }

    /// Frees what a plugin holds in connectors whenever it stops, be it for good or to start anew,
    /// until it has stopped for good. Nothing is freed where another version has `replaced` it.
    pub(crate) async fn follow(&self, plugin: &PluginHandle, replaced: impl Fn() -> bool) {
        let caller = caller(plugin.id());
        let mut status = plugin.watch();
        loop {
            let state = status.borrow_and_update().state;
            if !matches!(state, PluginState::Loading | PluginState::Running) && !replaced() {
                for connector in self.connectors() {
                    connector.caller_gone(&caller);
                }
            }
            if state == PluginState::Stopped || status.changed().await.is_err() {
                return;
            }
        }
    }

    fn entries(&self) -> Vec<Arc<Entry>> {
        let entries = self.entries.read();
        entries.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Entry>>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Performs an action through the connector that `parameters.connector` names, or else the only
    /// one that can. A chat message that names none goes to every chat.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Payload, ServiceError> {
        let Call {
            action, parameters, ..
        } = call;
        // A name outside the catalogue could reach what nobody has weighed the danger of.
        let entry = catalogue::action(action).ok_or_else(|| self.unknown(action))?;
        entry
            .check(parameters)
            .map_err(|error| ServiceError::Invalid(format!("{action}: {error}")))?;
        let mut capable = self.entries();
        capable.retain(|entry| serves(entry.connector.as_ref(), action));
        let address: Address = parameters
            .read()
            .map_err(|error| ServiceError::Invalid(error.to_string()))?;
        if let Some(wanted) = address.connector {
            let Some(entry) = capable.iter().find(|entry| entry.connector.id() == wanted) else {
                return Err(self.absent(action, &wanted));
            };
            return entry.call(call).await;
        }
        match capable.as_slice() {
            [] => Err(self.unknown(action)),
            [only] => only.call(call).await,
            several if action == SendMessage::NAME => broadcast(several, call).await,
            several => Err(ServiceError::Invalid(format!(
                "{action}: several connectors can do that ({}); add \"connector\": \"{}\"",
                several
                    .iter()
                    .map(|entry| entry.connector.id())
                    .collect::<Vec<_>>()
                    .join(", "),
                several.first().map_or("", |entry| entry.connector.id()),
            ))),
        }
    }

    fn absent(&self, action: &str, wanted: &str) -> ServiceError {
        let connectors = self.connectors();
        let ids: Vec<_> = connectors.iter().map(|connector| connector.id()).collect();
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

impl Entry {
    async fn call(&self, call: Call<'_>) -> Result<Payload, ServiceError> {
        let _pass = self.turnstile.enter(call.caller).await?;
        self.connector.call(call).await.map_err(translate)
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
async fn broadcast(entries: &[Arc<Entry>], call: Call<'_>) -> Result<Payload, ServiceError> {
    let connected: Vec<_> = entries
        .iter()
        .filter(|entry| entry.connector.status().borrow().state == ConnectionState::Connected)
        .collect();
    if connected.is_empty() {
        return Err(ServiceError::Unavailable("no chat is connected now".into()));
    }
    let answers =
        futures_util::future::join_all(connected.iter().map(|entry| entry.call(call))).await;
    let mut all = SendMessageAnswer::default();
    let mut failure = None;
    for (entry, answer) in connected.iter().zip(answers) {
        match answer {
            Ok(answer) => {
                if let Ok(sent) = answer.read::<SendMessageAnswer>() {
                    all.messages += sent.messages;
                    all.message_ids.extend(sent.message_ids);
                }
            }
            Err(error) => {
                tracing::warn!(connector = entry.connector.id(), %error, "chat message not sent");
                failure.get_or_insert(error);
            }
        }
    }
    match failure {
        Some(error) if all.messages == 0 => Err(error),
        _ => Payload::from_value(&all).map_err(|error| ServiceError::Failed(error.to_string())),
    }
}

/// How connectors know a plugin, which is also the source of its events.
fn caller(plugin: &PluginId) -> String {
    format!("plugin:{plugin}")
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
        if catalogue::action(call.action).is_some_and(|action| action.danger.is_some()) {
            let permission = format!("call:{}", call.action);
            self.gathering
                .add(call.plugin.as_str(), AuditKind::Used, &permission);
        }
        let caller = caller(call.plugin);
        let asked = Call::new(call.action, call.parameters)
            .caused_by(cause.as_deref())
            .by(&caller);
        Router::call(self, asked).await
    }
}

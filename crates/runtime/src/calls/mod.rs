//! Calls from one plugin to another, typed and by name.
//!
//! A component's imports that are not the host's are interfaces of other plugins. Each function of them is
//! [linked](link()) to one that carries its arguments to the task of the plugin that exports it now, as values,
//! and the answer back: each plugin keeps its Store, and what happens to the one called is an error for the
//! one that calls. Who that is, is looked up at each call, so plugins come, go and are updated as they like.
//!
//! A plugin that waits for another does nothing else. So nobody may wait for a plugin that waits for
//! him, which [`Plugins::wait`] sees to.

mod caller;
mod edges;
mod interface;
mod link;
mod plugins;
mod signature;

use std::sync::Arc;

use pato_events::{EventId, Payload};
use pato_permissions::PluginId;
use tokio::sync::oneshot;
use tokio::time::Instant;
use wasmtime::component::Val;

pub use self::edges::{CallEdge, CalledFunction};

pub(crate) use self::caller::Caller;
pub(crate) use self::edges::Edges;
pub(crate) use self::interface::{Interface, Interfaces};
pub(crate) use self::link::link;
pub(crate) use self::plugins::Plugins;
pub(crate) use self::signature::Signature;

use crate::services::ServiceError;

/// How many calls of other plugins wait for a plugin's task. A plugin has one call under way, so those that
/// find it full wait in turn.
pub(crate) const QUEUE: usize = 32;

/// What a plugin's task is asked by another plugin, or by name and type by the user.
pub(crate) struct Call {
    /// None if it is not a plugin that asks.
    pub(crate) context: Option<Context>,
    pub(crate) request: Request,
}

/// On whose behalf something is done, and until when it is waited for.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The plugins that wait, the one that calls last.
    pub(crate) chain: Arc<[PluginId]>,
    pub(crate) deadline: Instant,
    /// The event that all this is a consequence of, and its depth.
    pub(crate) cause: Option<(EventId, u8)>,
}

pub(crate) type Answer<T> = oneshot::Sender<Result<T, ServiceError>>;

pub(crate) enum Request {
    /// A function of an interface.
    Function {
        /// In the component: `ronni:points/points@1.0.0#give`.
        symbol: String,
        arguments: Vec<Val>,
        answer: Answer<Val>,
    },
    /// A command.
    Command {
        name: String,
        parameters: Payload,
        /// What the plugin says itself stands within.
        answer: Answer<Result<Payload, ServiceError>>,
    },
}

impl Call {
    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        match &self.request {
            Request::Function { answer, .. } => answer.is_closed(),
            Request::Command { answer, .. } => answer.is_closed(),
        }
    }

    /// Answers that it does not run, or the like.
    pub(crate) fn refuse(self, reason: &str) {
        let error = ServiceError::Unavailable(reason.to_owned());
        // Whoever asked may have given up waiting.
        match self.request {
            Request::Function { answer, .. } => drop(answer.send(Err(error))),
            Request::Command { answer, .. } => drop(answer.send(Err(error))),
        }
    }
}

/// What values take in the host's memory, in bytes: each one its own place, and its texts. Wasmtime counts so
/// too when it takes them out of a plugin's memory.
pub(crate) fn weight(values: &[Val]) -> usize {
    values.iter().map(weight_of).sum()
}

fn weight_of(value: &Val) -> usize {
    let inner = match value {
        Val::String(text) | Val::Enum(text) => text.len(),
        Val::List(values) | Val::Tuple(values) | Val::FixedLengthList(values) => weight(values),
        Val::Record(fields) => fields
            .iter()
            .map(|(name, value)| name.len() + weight_of(value))
            .sum(),
        Val::Variant(name, payload) => name.len() + payload.as_deref().map_or(0, weight_of),
        Val::Option(payload) | Val::Result(Ok(payload) | Err(payload)) => {
            payload.as_deref().map_or(0, weight_of)
        }
        Val::Flags(names) => names.iter().map(String::len).sum(),
        _ => 0,
    };
    size_of::<Val>() + inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_weighs_what_it_takes_in_memory() {
        let own = size_of::<Val>();
        assert_eq!(
            weight(&[Val::U8(1), Val::String("abc".into())]),
            2 * own + 3
        );
        let list = Val::List(vec![Val::U8(0); 1_000]);
        assert_eq!(weight_of(&list), 1_001 * own);
        let record = Val::Record(vec![("a".into(), Val::Option(Some(Box::new(list))))]);
        assert_eq!(weight_of(&record), 1_003 * own + 1);
    }
}

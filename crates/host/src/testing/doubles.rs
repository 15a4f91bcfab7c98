//! What stands in for the host: it records, and answers as it was told.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pato_bus::Spill;
use pato_events::{Event, Payload, catalogue};
use pato_permissions::PluginId;
use pato_runtime::{
    Drawn, Painter, Screen, ServiceCall, ServiceError, Services, SpillFactory, Storage,
    StorageChange, StorageError, StorageScope,
};
use pato_surfaces::{Alert, Node};
use serde_json::{Map, Value, json};

/// Services, storage and screen of a plugin under test.
#[derive(Default)]
pub(super) struct Doubles {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What the plugin did and nobody has taken yet.
    done: Vec<Value>,
    answers: BTreeMap<String, Result<Value, String>>,
    stored: BTreeMap<String, Vec<u8>>,
    drawn: Drawn,
    alerts: u32,
}

impl Doubles {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers an action like this from now on.
    pub(super) fn answer(&self, action: &str, answer: Result<Value, String>) {
        self.state().answers.insert(action.to_owned(), answer);
    }

    /// What the plugin did since this was asked last.
    pub(super) fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.state().done)
    }

    /// All that it stores.
    pub(super) fn stored(&self) -> Value {
        let state = self.state();
        let values = state.stored.iter();
        let values = values.map(|(key, value)| (key.clone(), readable(value)));
        Value::Object(values.collect::<Map<_, _>>())
    }
}

/// Bytes as what they most likely are: JSON, text, or neither.
fn readable(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

#[async_trait]
impl Services for Doubles {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        let answer = {
            let mut state = self.state();
            let parameters: Value = call.parameters.read().unwrap_or_default();
            state
                .done
                .push(json!({ "call": call.action, "parameters": parameters }));
            state.answers.get(call.action).cloned()
        };
        let invalid = |error: &dyn ToString| ServiceError::Invalid(error.to_string());
        match catalogue::action(call.action) {
            Some(action) => action
                .check(call.parameters)
                .map_err(|error| invalid(&error))?,
            None => {
                let text = format!("there is no action `{}`", call.action);
                return Err(ServiceError::NotFound(text));
            }
        }
        match answer {
            None => Ok(Payload::empty()),
            Some(Ok(answer)) => Payload::from_value(&answer).map_err(|error| invalid(&error)),
            Some(Err(text)) => Err(ServiceError::Failed(text)),
        }
    }
}

#[async_trait]
impl Storage for Doubles {
    async fn get(&self, _: &StorageScope, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.state().stored.get(key).cloned())
    }

    async fn keys(
        &self,
        _: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError> {
        let state = self.state();
        let wanted = state
            .stored
            .keys()
            .filter(|key| key.starts_with(prefix))
            .filter(|key| after.is_none_or(|after| key.as_str() > after));
        Ok(wanted.take(at_most).cloned().collect())
    }

    async fn used(&self, _: &StorageScope) -> Result<u64, StorageError> {
        let state = self.state();
        let bytes = |(key, value): (&String, &Vec<u8>)| (key.len() + value.len()) as u64;
        Ok(state.stored.iter().map(bytes).sum())
    }

    async fn transact(
        &self,
        _: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError> {
        let mut state = self.state();
        for change in changes {
            let done = match change {
                StorageChange::Set { key, value } => {
                    let done = json!({ "store": key, "value": readable(&value) });
                    state.stored.insert(key, value);
                    done
                }
                StorageChange::Delete { key } => {
                    state.stored.remove(&key);
                    json!({ "delete": key })
                }
            };
            state.done.push(done);
        }
        Ok(())
    }
}

fn undrawable(error: &dyn ToString) -> ServiceError {
    ServiceError::Invalid(error.to_string())
}

impl Screen for Doubles {
    fn show(
        &self,
        painter: Painter<'_>,
        surface: &str,
        nodes: Vec<Node>,
    ) -> Result<(), ServiceError> {
        let mut state = self.state();
        state
            .done
            .push(json!({ "show": surface, "nodes": nodes.clone() }));
        let drawn = state.drawn.entry(surface.to_owned()).or_default();
        let shown = drawn.show(nodes, &painter.hosts());
        shown.map(drop).map_err(|error| undrawable(&error))
    }

    fn set_values(
        &self,
        painter: Painter<'_>,
        surface: &str,
        values: Vec<(String, Value)>,
    ) -> Result<(), ServiceError> {
        let mut state = self.state();
        let shown: Map<_, _> = values.iter().cloned().collect();
        state.done.push(json!({ "set": surface, "values": shown }));
        let drawn = state.drawn.entry(surface.to_owned()).or_default();
        let set = drawn.set(values, &painter.hosts());
        set.map(drop).map_err(|error| undrawable(&error))
    }

    fn append(
        &self,
        _: Painter<'_>,
        surface: &str,
        name: &str,
        items: Vec<Value>,
    ) -> Result<(), ServiceError> {
        let mut state = self.state();
        state
            .done
            .push(json!({ "append": surface, "name": name, "items": items.clone() }));
        let drawn = state.drawn.entry(surface.to_owned()).or_default();
        let appended = drawn.append(name, items);
        appended.map(drop).map_err(|error| undrawable(&error))
    }

    fn queue_alert(
        &self,
        _: Painter<'_>,
        overlay: &str,
        alert: Alert,
    ) -> Result<String, ServiceError> {
        let mut state = self.state();
        state.alerts += 1;
        let id = format!("alert-{}", state.alerts);
        state
            .done
            .push(json!({ "alert": overlay, "id": id, "content": alert }));
        Ok(id)
    }

    fn skip_alert(&self, _: Painter<'_>, overlay: &str) -> Result<(), ServiceError> {
        self.state().done.push(json!({ "skip-alert": overlay }));
        Ok(())
    }

    fn clear_alerts(&self, _: Painter<'_>, overlay: &str) -> Result<u32, ServiceError> {
        self.state().done.push(json!({ "clear-alerts": overlay }));
        Ok(0)
    }

    fn exchange(&self, _: Painter<'_>, drawn: Drawn) -> Drawn {
        std::mem::replace(&mut self.state().drawn, drawn)
    }
}

/// Spills that last as long as the test.
pub(super) struct MemorySpills;

impl SpillFactory for MemorySpills {
    fn open(&self, _: &PluginId) -> io::Result<Box<dyn Spill>> {
        Ok(Box::<MemorySpill>::default())
    }
}

#[derive(Default)]
struct MemorySpill(VecDeque<Arc<Event>>);

impl Spill for MemorySpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        self.0.push_back(Arc::new(event.clone()));
        Ok(())
    }

    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>> {
        let count = self.0.len().min(at_most);
        Ok(self.0.drain(..count).collect())
    }

    fn put_back(&mut self, events: &[Arc<Event>]) -> io::Result<()> {
        for event in events.iter().rev() {
            self.0.push_front(Arc::clone(event));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

//! What the runtime is handed, kept in memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use pato_bus::{Clock, Spill};
use pato_events::{Event, EventId, Payload, Timestamp};
use pato_permissions::PluginId;
use pato_runtime::{
    Drawn, Painter, Screen, ServiceCall, ServiceError, Services, SpillFactory, Storage,
    StorageChange, StorageError, StorageScope,
};
use pato_surfaces::{Alert, Node};
use serde_json::{Value, json};

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        since_epoch.as_secs_f64() * 1_000.0
    }
}

/// Answers every action as it was told, and remembers who asked for what.
#[derive(Default)]
pub(crate) struct ScriptedServices {
    calls: Mutex<Vec<Call>>,
    answer: Mutex<Answer>,
}

#[derive(Default, Clone)]
enum Answer {
    #[default]
    Empty,
    Error(ServiceError),
    Never,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub(crate) plugin: String,
    pub(crate) action: String,
    pub(crate) parameters: Value,
    pub(crate) cause: Option<EventId>,
}

impl ScriptedServices {
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) fn fail_with(&self, error: ServiceError) {
        *self.answer.lock().unwrap() = Answer::Error(error);
    }

    pub(crate) fn never_answer(&self) {
        *self.answer.lock().unwrap() = Answer::Never;
    }
}

#[async_trait]
impl Services for ScriptedServices {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        self.calls.lock().unwrap().push(Call {
            plugin: call.plugin.to_string(),
            action: call.action.to_owned(),
            parameters: call.parameters.read().unwrap(),
            cause: call.cause,
        });
        let answer = self.answer.lock().unwrap().clone();
        match answer {
            Answer::Empty => Ok(Payload::from_value(&json!({ "done": true })).unwrap()),
            Answer::Error(error) => Err(error),
            Answer::Never => std::future::pending().await,
        }
    }
}

/// Keeps values until the test ends.
#[derive(Default)]
pub(crate) struct MemoryStorage {
    plugins: Mutex<HashMap<String, BTreeMap<String, Vec<u8>>>>,
    broken: Mutex<Option<String>>,
}

impl MemoryStorage {
    /// From now on every change fails with this text.
    pub(crate) fn break_with(&self, text: &str) {
        *self.broken.lock().unwrap() = Some(text.to_owned());
    }

    /// What a plugin has stored.
    pub(crate) fn of(&self, plugin: &str) -> BTreeMap<String, Vec<u8>> {
        let plugins = self.plugins.lock().unwrap();
        plugins.get(plugin).cloned().unwrap_or_default()
    }

    /// Copies what a plugin has stored into another generation.
    pub(crate) fn copy(&self, plugin: &str, generation: u32) {
        let values = self.of(plugin);
        let mut plugins = self.plugins.lock().unwrap();
        plugins.insert(format!("{plugin} {generation}"), values);
    }

    pub(crate) fn bytes_of(&self, plugin: &str) -> usize {
        let bytes = |(key, value): (String, Vec<u8>)| key.len() + value.len();
        self.of(plugin).into_iter().map(bytes).sum()
    }
}

/// The first generation has the plugin's name, later ones the number after it.
fn shelf(scope: &StorageScope) -> String {
    match scope.generation {
        0 => scope.plugin.to_string(),
        number => format!("{} {number}", scope.plugin),
    }
}

#[async_trait]
impl Storage for MemoryStorage {
    async fn get(&self, scope: &StorageScope, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.of(&shelf(scope)).remove(key))
    }

    async fn keys(
        &self,
        scope: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError> {
        let keys = self.of(&shelf(scope)).into_keys();
        let wanted = keys
            .filter(|key| key.starts_with(prefix))
            .filter(|key| after.is_none_or(|after| key.as_str() > after));
        Ok(wanted.take(at_most).collect())
    }

    async fn used(&self, scope: &StorageScope) -> Result<u64, StorageError> {
        Ok(self.bytes_of(&shelf(scope)) as u64)
    }

    async fn transact(
        &self,
        scope: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError> {
        if let Some(text) = &*self.broken.lock().unwrap() {
            return Err(StorageError::new(text.clone()));
        }
        let mut plugins = self.plugins.lock().unwrap();
        let own = plugins.entry(shelf(scope)).or_default();
        for change in changes {
            match change {
                StorageChange::Set { key, value } => own.insert(key, value),
                StorageChange::Delete { key } => own.remove(&key),
            };
        }
        Ok(())
    }
}

/// Spills that outlive their mailbox, as files do.
#[derive(Default)]
pub(crate) struct MemorySpills(Mutex<HashMap<String, Waiting>>);

type Waiting = Arc<Mutex<VecDeque<Arc<Event>>>>;

impl MemorySpills {
    /// What waits for a plugin.
    pub(crate) fn of(&self, plugin: &str) -> Waiting {
        let mut spills = self.0.lock().unwrap();
        Arc::clone(spills.entry(plugin.to_owned()).or_default())
    }
}

impl SpillFactory for MemorySpills {
    fn open(&self, plugin: &PluginId) -> io::Result<Box<dyn Spill>> {
        Ok(Box::new(MemorySpill(self.of(plugin.as_str()))))
    }
}

struct MemorySpill(Waiting);

impl Spill for MemorySpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        self.0.lock().unwrap().push_back(Arc::new(event.clone()));
        Ok(())
    }

    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>> {
        let mut waiting = self.0.lock().unwrap();
        let count = waiting.len().min(at_most);
        Ok(waiting.drain(..count).collect())
    }

    fn put_back(&mut self, events: &[Arc<Event>]) -> io::Result<()> {
        let mut waiting = self.0.lock().unwrap();
        for event in events.iter().rev() {
            waiting.push_front(Arc::clone(event));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// What plugins showed.
#[derive(Default)]
pub(crate) struct RecordingScreen(pub(crate) Mutex<Vec<Shown>>, Mutex<Drawn>);

/// One call, with whose it was and the surface.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    pub(crate) plugin: String,
    pub(crate) surface: String,
    pub(crate) what: ShownWhat,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ShownWhat {
    Table(Vec<Node>),
    Values(Vec<(String, Value)>),
    Items(String, Vec<Value>),
    Alert(Alert),
    Skip,
    Clear,
}

impl RecordingScreen {
    /// A value of what was exchanged last, or drawn since.
    pub(crate) fn value(&self, surface: &str, name: &str) -> Option<Value> {
        let drawn = self.1.lock().unwrap();
        drawn.get(surface)?.value(name).cloned()
    }

    fn record(&self, plugin: &PluginId, surface: &str, what: ShownWhat) {
        self.0.lock().unwrap().push(Shown {
            plugin: plugin.to_string(),
            surface: surface.to_owned(),
            what,
        });
    }
}

impl Screen for RecordingScreen {
    fn show(
        &self,
        painter: Painter<'_>,
        surface: &str,
        nodes: Vec<Node>,
    ) -> Result<(), ServiceError> {
        self.record(painter.plugin, surface, ShownWhat::Table(nodes));
        Ok(())
    }

    fn set_values(
        &self,
        painter: Painter<'_>,
        surface: &str,
        values: Vec<(String, Value)>,
    ) -> Result<(), ServiceError> {
        let mut drawn = self.1.lock().unwrap();
        let kept = drawn.entry(surface.to_owned()).or_default();
        kept.set(values.clone(), &painter.hosts()).unwrap();
        self.record(painter.plugin, surface, ShownWhat::Values(values));
        Ok(())
    }

    fn append(
        &self,
        painter: Painter<'_>,
        surface: &str,
        name: &str,
        items: Vec<Value>,
    ) -> Result<(), ServiceError> {
        self.record(
            painter.plugin,
            surface,
            ShownWhat::Items(name.to_owned(), items),
        );
        Ok(())
    }

    fn queue_alert(
        &self,
        painter: Painter<'_>,
        overlay: &str,
        alert: Alert,
    ) -> Result<String, ServiceError> {
        self.record(painter.plugin, overlay, ShownWhat::Alert(alert));
        Ok("a1".into())
    }

    fn skip_alert(&self, painter: Painter<'_>, overlay: &str) -> Result<(), ServiceError> {
        self.record(painter.plugin, overlay, ShownWhat::Skip);
        Err(ServiceError::NotFound("no alert is shown".into()))
    }

    fn clear_alerts(&self, painter: Painter<'_>, overlay: &str) -> Result<u32, ServiceError> {
        self.record(painter.plugin, overlay, ShownWhat::Clear);
        Ok(3)
    }

    fn exchange(&self, _: Painter<'_>, drawn: Drawn) -> Drawn {
        std::mem::replace(&mut *self.1.lock().unwrap(), drawn)
    }
}

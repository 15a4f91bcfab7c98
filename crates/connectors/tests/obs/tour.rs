//! Calls every action of the catalogue and listens to every event.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Mailbox, MailboxConfiguration};
use pato_connectors::ConnectorError;
use pato_events::catalogue::obs::{self, CREATE_BROWSER_SOURCE, RAW_REQUEST, SET_BROWSER_SOURCE};
use pato_events::catalogue::{self, ActionEntry};
use pato_events::{Event, Pattern};
use serde_json::Value;
use tokio::time::timeout;

use crate::running::Running;

/// Fails the test instead of hanging it. Encoders take seconds to end on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The events that this test cannot have an OBS emit, and why.
const NOT_EMITTED: &[(&str, &str)] = &[
    (
        "obs.canvas-created",
        "only from obs-websocket 5.7 on, and by hand",
    ),
    (
        "obs.canvas-removed",
        "only from obs-websocket 5.7 on, and by hand",
    ),
    (
        "obs.canvas-name-changed",
        "only from obs-websocket 5.7 on, and by hand",
    ),
    ("obs.exit-started", "only if OBS is closed by its window"),
    (
        "obs.input-settings-changed",
        "only from obs-websocket 5.4 on",
    ),
    (
        "obs.source-filter-settings-changed",
        "only from obs-websocket 5.4 on",
    ),
    ("obs.record-file-changed", "only from obs-websocket 5.5 on"),
    (
        "obs.vendor-event",
        "comes from add-ons, of which a bare OBS has none",
    ),
    (
        "obs.virtualcam-state-changed",
        "needs a module of the system's kernel",
    ),
];

pub(crate) struct Tour<'a> {
    pub(crate) running: &'a Running,
    pub(crate) folder: PathBuf,
    /// What this OBS says it knows.
    requests: Vec<String>,
    mailbox: Mailbox,
    called: BTreeSet<&'static str>,
    latest: &'static str,
    heard: BTreeSet<String>,
    /// The events since the latest call, so that an older one is not taken for its consequence.
    recent: Vec<Arc<Event>>,
}

impl<'a> Tour<'a> {
    pub(crate) async fn new(running: &'a Running, folder: &Path) -> Self {
        let mailbox = running.bus.subscribe(MailboxConfiguration {
            capacity: 10_000,
            ..MailboxConfiguration::new("tour")
        });
        let mut recent = mailbox.add(Pattern::new("obs.*").unwrap());
        for topic in [
            "obs.input-volume-meters",
            "obs.input-active-state-changed",
            "obs.input-show-state-changed",
            "obs.scene-item-transform-changed",
        ] {
            mailbox.add(Pattern::new(topic).unwrap());
        }
        let mut tour = Self {
            running,
            folder: folder.to_owned(),
            requests: Vec::new(),
            mailbox,
            called: BTreeSet::new(),
            latest: "",
            heard: BTreeSet::new(),
            recent: Vec::new(),
        };
        tour.keep(&mut recent);
        let version = tour.ok("obs.get-version", serde_json::json!({})).await;
        tour.requests = serde_json::from_value(version["availableRequests"].clone()).unwrap();
        tour
    }

    /// Whether this OBS can do it.
    pub(crate) fn knows(&self, action: &str) -> bool {
        let request = obs::protocol_name(action).unwrap();
        self.requests.contains(&request)
            || [CREATE_BROWSER_SOURCE, RAW_REQUEST, SET_BROWSER_SOURCE].contains(&action)
    }

    async fn call(&mut self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        self.listen();
        self.recent.clear();
        self.latest = entry(action).name;
        self.called.insert(self.latest);
        self.running.call(action, parameters).await
    }

    /// Does what must succeed. The answer fits the catalogue.
    pub(crate) async fn ok(&mut self, action: &str, parameters: Value) -> Value {
        let answer = self.call(action, parameters).await;
        let answer = answer.unwrap_or_else(|error| panic!("{action}: {error}"));
        check_answer(entry(action), &answer);
        answer
    }

    /// Does what must be refused with that status of OBS.
    pub(crate) async fn refused(&mut self, action: &str, parameters: Value, status: u16) {
        let error = self.call(action, parameters).await.unwrap_err().to_string();
        let code = format!("(status {status} of OBS)");
        assert!(error.contains(&code), "{action}: {error}, not {status}");
    }

    /// Does what must be denied by Pato itself.
    pub(crate) async fn denied(&mut self, action: &str, parameters: Value) {
        let error = self.call(action, parameters).await.unwrap_err();
        assert!(
            matches!(error, ConnectorError::Denied(_)),
            "{action}: {error}"
        );
    }

    /// Does what only a later OBS can: either it succeeds, or the version it came with is named.
    pub(crate) async fn newer(&mut self, action: &str, parameters: Value) -> Option<Value> {
        if self.knows(action) {
            return Some(self.ok(action, parameters).await);
        }
        let error = self.call(action, parameters).await.unwrap_err().to_string();
        assert!(
            error.contains("it came with obs-websocket"),
            "{action}: {error}"
        );
        None
    }

    /// Waits for an event of which this is true, since the latest call.
    pub(crate) async fn told(&mut self, topic: &str, is_meant: impl Fn(&Value) -> bool) -> Value {
        let told = async {
            loop {
                let mut events = self
                    .recent
                    .iter()
                    .filter(|event| event.topic.as_str() == topic);
                let data = events.find_map(|event| {
                    let data: Value = event.data.read().unwrap();
                    is_meant(&data).then_some(data)
                });
                if let Some(data) = data {
                    return data;
                }
                let mut events = Vec::new();
                self.mailbox.next_batch(&mut events, 1_000).await;
                self.keep(&mut events);
            }
        };
        match timeout(PATIENCE, told).await {
            Ok(data) => data,
            Err(_) => panic!(
                "after {}: no {topic} as expected, but {:?}",
                self.latest,
                said(&self.recent)
            ),
        }
    }

    /// Waits for an event with that field.
    pub(crate) async fn tells(&mut self, topic: &str, field: &str, value: impl Into<Value>) {
        let value = value.into();
        self.told(topic, |data| data[field] == value).await;
    }

    /// What has come since the latest call.
    pub(crate) fn recent(&mut self) -> &[Arc<Event>] {
        self.listen();
        &self.recent
    }

    fn listen(&mut self) {
        let mut events = Vec::new();
        while self.mailbox.try_batch(&mut events, 1_000) > 0 {}
        self.keep(&mut events);
    }

    /// Each event fits the catalogue.
    fn keep(&mut self, events: &mut Vec<Arc<Event>>) {
        for event in events.drain(..) {
            let topic = event.topic.as_str();
            let entry = catalogue::topic(topic);
            let entry = entry.unwrap_or_else(|| panic!("{topic} is not in the catalogue"));
            let fits = entry.check(&event.data);
            fits.unwrap_or_else(|error| panic!("{topic}: {error}: {:?}", event.data));
            assert_eq!(
                (&*event.source, event.stateful),
                ("obs", entry.stateful),
                "{topic}"
            );
            self.heard.insert(topic.to_owned());
            self.recent.push(event);
        }
    }

    /// Every action was called, and every event has come that can.
    pub(crate) fn nothing_was_left_out(&mut self) {
        self.listen();
        assert_eq!(self.mailbox.take_dropped(), 0);
        let left_out: Vec<_> = obs::ACTIONS
            .iter()
            .copied()
            .flatten()
            .map(|entry| entry.name)
            .filter(|name| !self.called.contains(name))
            .collect();
        assert_eq!(left_out, [""; 0], "never called");
        let unheard: Vec<_> = obs::TOPICS
            .iter()
            .copied()
            .flatten()
            .map(|entry| entry.topic)
            .filter(|topic| !self.heard.contains(*topic))
            .filter(|topic| !NOT_EMITTED.iter().any(|(name, _)| name == topic))
            .collect();
        assert_eq!(unheard, [""; 0], "never told");
        for request in &self.requests {
            // What the published protocol leaves out.
            let action = obs::topic_of(request);
            let published = !request.contains("PrivateSettings");
            assert_eq!(catalogue::action(&action).is_some(), published, "{action}");
        }
    }
}

/// The events without those that come all the time.
fn said(events: &[Arc<Event>]) -> Vec<String> {
    let meters = "obs.input-volume-meters";
    let events = events.iter().filter(|event| event.topic.as_str() != meters);
    events
        .map(|event| format!("{} {:?}", event.topic, event.data))
        .collect()
}

fn entry(action: &str) -> &'static ActionEntry {
    catalogue::action(action).unwrap_or_else(|| panic!("{action} is not in the catalogue"))
}

/// Every required field is there, and every field is of its type.
fn check_answer(entry: &ActionEntry, answer: &Value) {
    let schema = entry.answer();
    let required = schema.get("required").and_then(Value::as_array);
    for field in required.into_iter().flatten() {
        let value = &answer[field.as_str().unwrap()];
        assert!(!value.is_null(), "{} lacks {field}: {answer}", entry.name);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (field, property) in properties.into_iter().flatten() {
        let (value, types) = (&answer[field], &property["type"]);
        let found = match value {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let wanted = types.to_string().replace("integer", "number");
        let fits = types.is_null() || wanted.contains(found);
        assert!(fits, "{}: {field} is {value}, not {types}", entry.name);
    }
}

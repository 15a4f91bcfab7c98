//! From an event of OBS to an event on the bus.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use pato_bus::Bus;
use pato_events::catalogue::obs::{TOPICS, WITHHELD, protocol_name, topic_of};
use pato_events::{Draft, Payload, Topic};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::causes::Causes;
use super::protocol::Frame;
use super::subscriptions::is_high_volume;
use super::throttle::Throttle;

/// The largest event that is passed on, in bytes; the list of a thousand scenes has a tenth of it.
/// Mailboxes hold many events each.
pub(super) const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// What Pato knows of an event, by its name in the protocol.
struct Known {
    topic: Topic,
    stateful: bool,
    high_volume: bool,
    /// Whether its payload has fields that are [`WITHHELD`].
    private: bool,
}

static KNOWN: LazyLock<HashMap<String, Known>> = LazyLock::new(|| {
    let entries = TOPICS.iter().copied().flatten();
    let known = entries.filter_map(|entry| {
        let name = protocol_name(entry.topic)?;
        let known = Known {
            topic: Topic::new(entry.topic).ok()?,
            stateful: entry.stateful,
            high_volume: is_high_volume(&name),
            private: PRIVATE.contains(&name.as_str()),
        };
        Some((name, known))
    });
    known.collect()
});

/// The events that OBS sends with settings.
const PRIVATE: &[&str] = &[
    "InputCreated",
    "InputSettingsChanged",
    "SourceFilterCreated",
    "SourceFilterListReindexed",
    "SourceFilterSettingsChanged",
];

/// Publishes the events of one connection.
pub(super) struct Events<'a> {
    source: Arc<str>,
    bus: &'a Bus,
    causes: &'a Causes,
    throttle: Throttle,
}

impl<'a> Events<'a> {
    /// Events whose source is the connector of that name.
    pub(super) fn new(source: &str, bus: &'a Bus, causes: &'a Causes) -> Self {
        Self {
            source: source.into(),
            bus,
            causes,
            throttle: Throttle::default(),
        }
    }

    /// Publishes what OBS says, now or when its turn has come.
    pub(super) fn take(&mut self, event_type: &str, data: Option<&RawValue>) {
        let known = KNOWN.get(event_type);
        let data = match data.map(RawValue::get) {
            None | Some("null") => Ok(Payload::empty()),
            Some(text) if text.len() > MAX_EVENT_BYTES => {
                let bytes = text.len();
                tracing::warn!(
                    event_type,
                    bytes,
                    "an event of OBS is too large, and left out"
                );
                return;
            }
            // What a later version brings may hold settings too.
            Some(text) if known.is_none_or(|known| known.private) => without_settings(text),
            Some(_) => data.map_or_else(|| Ok(Payload::empty()), Payload::try_from),
        };
        let data = match data {
            Ok(data) => data,
            Err(error) => {
                tracing::warn!(event_type, %error, "an event of OBS has no data to read");
                return;
            }
        };
        let cause = self.causes.of(event_type, &data);
        let Some(topic) = topic(known, event_type) else {
            tracing::warn!(
                event_type,
                "an event of OBS has a name that cannot be a topic"
            );
            return;
        };
        let paced = known.is_some_and(|known| known.high_volume);
        let stream = paced.then(|| stream(event_type, &data));
        let mut draft = Draft::new(topic, Arc::clone(&self.source), data);
        draft.stateful = known.is_some_and(|known| known.stateful);
        draft.cause = cause;
        let now = match stream {
            Some(stream) => self.throttle.offer(&stream, draft, Instant::now()),
            None => Some(draft),
        };
        if let Some(draft) = now {
            self.publish(draft);
        }
    }

    /// Publishes a part of the state that OBS is in, under the name of the event that would have led
    /// to it.
    pub(super) fn state(&self, event_type: &str, data: Payload) {
        if let Some(known) = KNOWN.get(event_type) {
            let mut draft = Draft::new(known.topic.clone(), Arc::clone(&self.source), data);
            draft.stateful = known.stateful;
            self.publish(draft);
        }
    }

    /// When [`publish_due`](Self::publish_due) wants to be called.
    pub(super) fn due(&self) -> Option<Instant> {
        self.throttle.due()
    }

    /// Publishes what has waited for its turn.
    pub(super) fn publish_due(&mut self) {
        let due = self.throttle.take_due(Instant::now());
        due.into_iter().for_each(|draft| self.publish(draft));
    }

    /// Publishes all that waits: nothing more comes.
    pub(super) fn finish(&mut self) {
        let rest = self.throttle.take_all();
        rest.into_iter().for_each(|draft| self.publish(draft));
    }

    fn publish(&self, draft: Draft) {
        if let Err(error) = self.bus.publish(draft) {
            tracing::warn!(%error, "an event of OBS was not published");
        }
    }
}

/// Publishes the events in these frames, as the connector `obs` does. For the benchmark of what that
/// costs (`benches/overhead.rs`); no interface.
#[doc(hidden)]
pub fn publish_frames<'f>(bus: &Bus, frames: impl IntoIterator<Item = &'f [u8]>) {
    let causes = Causes::default();
    let mut events = Events::new("obs", bus, &causes);
    for frame in frames {
        let text = std::str::from_utf8(frame).unwrap_or_default();
        if let Ok(Some(frame)) = Frame::read(text)
            && let Some(event_type) = frame.d.event_type
        {
            events.take(&event_type, frame.d.event_data);
        }
    }
}

fn topic(known: Option<&Known>, event_type: &str) -> Option<Topic> {
    match known {
        Some(known) => Some(known.topic.clone()),
        None => Topic::new(&topic_of(event_type)).ok(),
    }
}

/// What an event of high volume is about.
fn stream(event_type: &str, data: &Payload) -> String {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct About {
        scene_name: Option<String>,
        scene_item_id: Option<i64>,
        input_name: Option<String>,
    }
    let about: About = data.read().unwrap_or_default();
    let scene = about.scene_name.or(about.input_name).unwrap_or_default();
    let item = about.scene_item_id.unwrap_or_default();
    format!("{event_type} {item} {scene}")
}

/// The payload without what is [`WITHHELD`].
fn without_settings(text: &str) -> Result<Payload, pato_events::PayloadError> {
    let mut data: Map<String, Value> = serde_json::from_str(text)?;
    data.retain(|field, _| !WITHHELD.contains(&field.as_str()));
    let lists = data.values_mut().filter_map(Value::as_array_mut);
    for object in lists.flatten().filter_map(Value::as_object_mut) {
        object.retain(|field, _| !WITHHELD.contains(&field.as_str()));
    }
    Payload::from_value(&data)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pato_bus::{BusConfiguration, ManualClock};
    use pato_events::Pattern;

    use super::super::throttle::GAP;
    use super::*;

    fn bus() -> Bus {
        Bus::new(BusConfiguration::default(), Arc::new(ManualClock::new(0.0)))
    }

    fn told(bus: &Bus) -> Vec<String> {
        let events = bus.history(&Pattern::new("obs.*").unwrap(), 1_000);
        let told = events.iter().map(|event| event.data.as_str().to_owned());
        told.collect()
    }

    fn raw(text: &str) -> Option<&RawValue> {
        Some(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn no_event_tells_the_settings_of_an_input_or_filter() {
        let (bus, causes) = (bus(), Causes::default());
        let mut events = Events::new("obs", &bus, &causes);
        let secret = r#"{"url":"https://example.com/?token=s3cret"}"#;
        for event_type in PRIVATE.iter().chain(&["SomethingOfVersionSix"]) {
            let data = format!(
                r#"{{"inputName":"Alerts","inputSettings":{secret},"defaultInputSettings":{secret},
                "filterSettings":{secret},"defaultFilterSettings":{secret},
                "filters":[{{"filterName":"a","filterSettings":{secret}}}]}}"#
            );
            events.take(event_type, raw(&data));
        }
        let told = told(&bus);
        assert_eq!(told.len(), PRIVATE.len() + 1);
        for payload in told {
            assert_eq!(
                payload,
                r#"{"filters":[{"filterName":"a"}],"inputName":"Alerts"}"#
            );
        }
    }

    #[test]
    fn every_event_of_the_catalogue_that_could_tell_settings_is_known_to() {
        for event_type in PRIVATE {
            assert!(KNOWN[*event_type].private, "{event_type}");
        }
        for event_type in KNOWN.keys() {
            let settings = [
                "InputCreated",
                "FilterCreated",
                "SettingsChanged",
                "FilterList",
            ]
            .iter()
            .any(|part| event_type.contains(part));
            assert_eq!(
                PRIVATE.contains(&event_type.as_str()),
                settings,
                "{event_type}"
            );
        }
    }

    #[test]
    fn an_event_that_is_too_large_or_nameless_is_left_out_and_the_next_is_told() {
        let (bus, causes) = (bus(), Causes::default());
        let mut events = Events::new("obs", &bus, &causes);
        let huge = format!(r#"{{"a":"{}"}}"#, "x".repeat(10 * MAX_EVENT_BYTES));
        events.take("CustomEvent", raw(&huge));
        events.take("SomethingOfVersionSix", raw(&huge));
        events.take("", raw("{}"));
        events.take("Bad Name", raw("{}"));
        events.take("CustomEvent", raw("[1]"));
        events.take("CustomEvent", raw(r#"{"eventData":{}}"#));
        assert_eq!(told(&bus), [r#"{"eventData":{}}"#]);
    }

    #[tokio::test(start_paused = true)]
    async fn each_item_and_input_is_paced_by_itself_and_its_last_place_is_told() {
        let (bus, causes) = (bus(), Causes::default());
        let mut events = Events::new("obs", &bus, &causes);
        let begin = Instant::now();
        // Two items move for a second, a thousand times each.
        for step in 0..1_000 {
            for item in [1, 2] {
                let data = format!(r#"{{"sceneName":"A","sceneItemId":{item},"step":{step}}}"#);
                events.take("SceneItemTransformChanged", raw(&data));
            }
            tokio::time::advance(Duration::from_millis(1)).await;
            if events.due().is_some_and(|due| due <= Instant::now()) {
                events.publish_due();
            }
        }
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        tokio::time::advance(GAP).await;
        events.publish_due();
        let told = told(&bus);
        assert!((40..=42).contains(&told.len()), "{}", told.len());
        for item in [1, 2] {
            let last = format!(r#"{{"sceneName":"A","sceneItemId":{item},"step":999}}"#);
            assert!(told.contains(&last), "{last}");
        }
    }
}

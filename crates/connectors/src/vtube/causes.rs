//! Which event of VTube Studio is the consequence of which request.
//!
//! VTube Studio does not say, but for `hotkeyTriggeredByAPI`. An event is taken for a consequence of
//! the latest request that can lead to it, if the two agree, for as long as a model takes to load. It
//! is flagged as Pato's own only where the two name the same thing.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pato_events::{Event, EventId, Payload};
use serde_json::{Map, Value};
use tokio::time::Instant;

/// A large model takes this long to load.
const LASTS: Duration = Duration::from_secs(20);

/// How many consequences are awaited.
const MOST: usize = 512;

type Data = Map<String, Value>;

/// A request, and an event that can follow it.
struct Rule {
    request: &'static str,
    event: &'static str,
    /// Whether these two belong together.
    agree: fn(&Data, &Data) -> bool,
    /// Whether the event is then Pato's own.
    own: bool,
    /// Whether it follows only once.
    once: bool,
}

const fn rule(request: &'static str, event: &'static str, agree: fn(&Data, &Data) -> bool) -> Rule {
    Rule {
        request,
        event,
        agree,
        own: true,
        once: false,
    }
}

/// A hotkey can do anything, and the user as well at the same time.
const fn perhaps(request: &'static str, event: &'static str) -> Rule {
    Rule {
        own: false,
        ..rule(request, event, |_, _| true)
    }
}

const RULES: &[Rule] = &[
    Rule {
        once: true,
        ..rule("HotkeyTrigger", "HotkeyTriggered", |request, event| {
            let wanted = text(request, "hotkeyID");
            let named = text(event, "hotkeyName");
            let by_api = event.get("hotkeyTriggeredByAPI") == Some(&Value::Bool(true));
            by_api && (wanted == text(event, "hotkeyID") || wanted.eq_ignore_ascii_case(named))
        })
    },
    perhaps("HotkeyTrigger", "ModelLoaded"),
    perhaps("HotkeyTrigger", "BackgroundChanged"),
    perhaps("HotkeyTrigger", "Item"),
    perhaps("HotkeyTrigger", "ModelAnimation"),
    perhaps("HotkeyTrigger", "ModelMoved"),
    perhaps("HotkeyTrigger", "PostProcessing"),
    perhaps("HotkeyTrigger", "ExpressionToggled"),
    rule("ModelLoad", "ModelLoaded", |request, event| {
        // The model that was there is unloaded first.
        let unloaded = event.get("modelLoaded") == Some(&Value::Bool(false));
        unloaded || text(request, "modelID") == text(event, "modelID")
    }),
    perhaps("ModelLoad", "ModelMoved"),
    perhaps("ModelLoad", "ModelAnimation"),
    perhaps("MoveModel", "ModelMoved"),
    rule(
        "ExpressionActivation",
        "ExpressionToggled",
        |request, event| text(request, "expressionFile") == text(event, "expressionFile"),
    ),
    rule("ItemLoad", "Item", |request, event| {
        // The file of a picture from the request gets a longer name.
        let file = text(request, "fileName");
        text(event, "itemEventType") == "Added" && text(event, "itemFileName").ends_with(file)
    }),
    rule("ItemPin", "Item", |request, event| {
        text(request, "itemInstanceID") == text(event, "itemInstanceID")
    }),
    Rule {
        own: false,
        ..rule("ItemUnload", "Item", |_, event| {
            text(event, "itemEventType") == "Removed"
        })
    },
    rule(
        "PostProcessingUpdate",
        "PostProcessing",
        |request, event| {
            let wanted = request
                .get("postProcessingOn")
                .unwrap_or(&Value::Bool(false));
            event.get("currentOnState") == Some(wanted)
        },
    ),
];

fn text<'a>(data: &'a Data, field: &str) -> &'a str {
    data.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// What led to an event, and whether it is Pato's own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) cause: Option<(EventId, u8)>,
    pub(super) own: bool,
}

/// The requests of the last while.
#[derive(Default)]
pub(super) struct Causes(Mutex<VecDeque<Entry>>);

struct Entry {
    until: Instant,
    rule: &'static Rule,
    data: Data,
    cause: Option<(EventId, u8)>,
}

impl Causes {
    /// Remembers a request, and what led to it.
    pub(super) fn remember(&self, request: &str, data: &Payload, cause: Option<&Event>) {
        let rules = RULES.iter().filter(|rule| rule.request == request);
        let data: Data = data.read().unwrap_or_default();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for rule in rules {
            entries.push_front(Entry {
                until: Instant::now() + LASTS,
                rule,
                data: data.clone(),
                cause: cause.map(|event| (event.id.clone(), event.depth)),
            });
        }
        entries.truncate(MOST);
    }

    /// What led to this event.
    pub(super) fn of(&self, event: &str, data: &Payload) -> Origin {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        entries.retain(|entry| entry.until > now);
        if !entries.iter().any(|entry| entry.rule.event == event) {
            return Origin::default();
        }
        let data: Data = data.read().unwrap_or_default();
        let found = entries
            .iter()
            .position(|entry| entry.rule.event == event && (entry.rule.agree)(&entry.data, &data));
        let Some(entry) = found.and_then(|index| entries.get(index)) else {
            return Origin::default();
        };
        let origin = Origin {
            cause: entry.cause.clone(),
            own: entry.rule.own,
        };
        if entry.rule.once
            && let Some(index) = found
        {
            entries.remove(index);
        }
        origin
    }
}

#[cfg(test)]
mod tests {
    use pato_events::catalogue::vtube::{EVENTS, REQUESTS};

    use super::*;
    use crate::connector::tests::cause;

    fn payload(text: &str) -> Payload {
        Payload::parse(text).unwrap()
    }

    const BY_API: &str = r#"{"hotkeyID":"21bf","hotkeyName":"Cry","hotkeyTriggeredByAPI":true}"#;

    #[tokio::test(start_paused = true)]
    async fn a_hotkey_that_pato_pressed_is_its_own_once() {
        let causes = Causes::default();
        let cry = payload(r#"{"hotkeyID":"cry"}"#);
        causes.remember("HotkeyTrigger", &cry, Some(&cause("a", 2)));
        let by_user = BY_API.replace("true", "false");
        let other = BY_API.replace("Cry", "Laugh");
        for data in [&*by_user, &*other] {
            assert_eq!(
                causes.of("HotkeyTriggered", &payload(data)),
                Origin::default()
            );
        }
        let own = causes.of("HotkeyTriggered", &payload(BY_API));
        let cause = Some((EventId::new("a"), 2));
        assert_eq!(
            own,
            Origin {
                cause: cause.clone(),
                own: true
            }
        );
        // Pressed by another plugin of VTube Studio right after.
        assert_eq!(
            causes.of("HotkeyTriggered", &payload(BY_API)),
            Origin::default()
        );
        // What the hotkey does is a consequence, but the user may do the same.
        let background = causes.of("BackgroundChanged", &Payload::empty());
        assert_eq!(background, Origin { cause, own: false });
        tokio::time::advance(LASTS).await;
        assert_eq!(
            causes.of("BackgroundChanged", &Payload::empty()),
            Origin::default()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_user_did_without_a_cause_is_still_their_own() {
        let causes = Causes::default();
        causes.remember("ModelLoad", &payload(r#"{"modelID":"b"}"#), None);
        let of = |data: &str| causes.of("ModelLoaded", &payload(data));
        assert!(of(r#"{"modelLoaded":false,"modelID":"a"}"#).own);
        assert!(of(r#"{"modelLoaded":true,"modelID":"b"}"#).own);
        assert!(!of(r#"{"modelLoaded":true,"modelID":"c"}"#).own);
    }

    #[tokio::test(start_paused = true)]
    async fn the_memory_is_bounded_and_knows_only_what_there_is() {
        let causes = Causes::default();
        for _ in 0..MOST {
            causes.remember("HotkeyTrigger", &Payload::empty(), None);
        }
        assert_eq!(causes.0.lock().unwrap().len(), MOST);
        causes.remember("Statistics", &Payload::empty(), None);
        for rule in RULES {
            assert!(REQUESTS.contains(&rule.request), "{}", rule.request);
            assert!(EVENTS.contains(&rule.event), "{}", rule.event);
        }
    }
}

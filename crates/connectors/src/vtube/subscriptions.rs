//! Which events VTube Studio is asked for.

use std::collections::BTreeSet;

use pato_events::catalogue::vtube::{EVENTS, name_of};
use pato_events::{Pattern, Topic};
use serde_json::{Value, json};

use super::follow::Kind;

/// Asked for in any case: they are rare, and whoever subscribes later wants to know how things stand.
const STATES: [&str; 5] = [
    "BackgroundChanged",
    "Live2DCubismEditorConnected",
    "ModelLoaded",
    "PostProcessing",
    "TrackingStatusChanged",
];

/// The events that come many times a second. A pattern such as `vtube.*` does not ask for them: hardly
/// anyone who writes it means fifteen outlines a second.
const HIGH_VOLUME: [&str; 2] = ["ModelMoved", "ModelOutline"];

/// The events that somebody wants, besides those that are followed with a list of what.
pub(super) fn wanted(patterns: &BTreeSet<Pattern>) -> BTreeSet<&'static str> {
    let is_wanted = |event: &&&str| {
        if STATES.contains(*event) {
            return true;
        }
        let name = name_of(event);
        let Ok(topic) = Topic::new(&name) else {
            return false;
        };
        patterns
            .iter()
            .any(|pattern| match HIGH_VOLUME.contains(*event) {
                true => pattern.as_str() == name,
                false => pattern.matches(&topic),
            })
    };
    let followed = Kind::ALL.map(Kind::event);
    let events = EVENTS.iter().filter(|event| !followed.contains(*event));
    events.filter(is_wanted).copied().collect()
}

/// The data of an `EventSubscriptionRequest`; none as configuration ends the subscription.
pub(super) fn subscription(event: &str, config: Option<Value>) -> Value {
    json!({
        "eventName": format!("{event}Event"),
        "subscribe": config.is_some(),
        "config": config.unwrap_or_else(|| json!({})),
    })
}

/// How an event is wanted that needs no list.
pub(super) fn usual_config(event: &str) -> Value {
    match event {
        "ModelClicked" => json!({ "onlyClicksOnModel": true }),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> BTreeSet<&'static str> {
        wanted(
            &texts
                .iter()
                .map(|text| Pattern::new(text).unwrap())
                .collect(),
        )
    }

    #[test]
    fn states_are_always_wanted_and_the_rest_by_whoever_subscribes() {
        assert_eq!(of(&[]), STATES.into());
        let some = of(&["vtube.hotkey-triggered", "obs.*"]);
        assert_eq!(some.len(), STATES.len() + 1);
        assert!(some.contains("HotkeyTriggered"));
        let all = of(&["**"]);
        assert_eq!(
            all.len(),
            EVENTS.len() - HIGH_VOLUME.len() - Kind::ALL.len()
        );
        let outline = of(&["vtube.*", "vtube.model-outline", "vtube.art-mesh-tracking"]);
        assert!(outline.contains("ModelOutline") && !outline.contains("ModelMoved"));
        assert!(!outline.contains("ArtMeshTracking"));
    }

    #[test]
    fn every_event_named_here_is_one() {
        for event in STATES.iter().chain(&HIGH_VOLUME) {
            assert!(EVENTS.contains(event), "{event}");
        }
        for kind in Kind::ALL {
            assert!(EVENTS.contains(&kind.event()));
        }
    }
}

//! OBS Studio: every event and every request of the obs-websocket protocol, up to its version 5.7.0.
//!
//! The names are OBS's own in another spelling: its event `CurrentProgramSceneChanged` is the topic
//! `obs.current-program-scene-changed`, its request `SetCurrentProgramScene` the action
//! `obs.set-current-program-scene`. Payloads are `eventData`, `requestData` and `responseData` as
//! OBS publishes them. The tables follow the categories of the protocol's reference.
//!
//! Different from OBS in two things:
//!
//! - Settings of inputs and filters can hold tokens, such as the address of an alert overlay. Events do
//!   not carry them ([`WITHHELD`]); the actions that read them need a grant of their own.
//! - Browser sources run code. `obs.create-input` and `obs.set-input-settings` refuse them;
//!   [`CREATE_BROWSER_SOURCE`] and [`SET_BROWSER_SOURCE`] take their place.

use super::{ActionEntry, TopicEntry};

mod added;
mod config;
mod danger;
mod fields;
mod filters;
mod general;
mod inputs;
mod media;
mod outputs;
mod scene_items;
mod scenes;
mod sources;
mod transitions;
mod ui;

/// The topics of this family, category by category.
pub const TOPICS: &[&[TopicEntry]] = &[
    general::TOPICS,
    config::TOPICS,
    scenes::TOPICS,
    inputs::TOPICS,
    transitions::TOPICS,
    filters::TOPICS,
    scene_items::TOPICS,
    outputs::TOPICS,
    media::TOPICS,
    ui::TOPICS,
];

/// The actions of this family, category by category.
pub const ACTIONS: &[&[ActionEntry]] = &[
    general::ACTIONS,
    config::ACTIONS,
    sources::ACTIONS,
    scenes::ACTIONS,
    inputs::ACTIONS,
    transitions::ACTIONS,
    filters::ACTIONS,
    scene_items::ACTIONS,
    outputs::ACTIONS,
    media::ACTIONS,
    ui::ACTIONS,
    added::ACTIONS,
];

pub use added::{CREATE_BROWSER_SOURCE, RAW_REQUEST, SET_BROWSER_SOURCE};

/// The fields that are left out of every event, at its top and in the filters that it lists.
pub const WITHHELD: &[&str] = &[
    "inputSettings",
    "defaultInputSettings",
    "filterSettings",
    "defaultFilterSettings",
];

/// The topic of an event, from the event's name in the protocol.
pub fn topic_of(event_type: &str) -> String {
    let mut topic = String::with_capacity(event_type.len() + 12);
    topic.push_str("obs.");
    for (index, character) in event_type.chars().enumerate() {
        if character.is_ascii_uppercase() && index > 0 {
            topic.push('-');
        }
        topic.push(character.to_ascii_lowercase());
    }
    topic
}

/// The name in the protocol of the request behind an action, or of the event behind a topic; none if
/// `name` is not of this family.
pub fn protocol_name(name: &str) -> Option<String> {
    let words = name.strip_prefix("obs.")?.split('-');
    Some(
        words
            .map(|word| {
                let mut characters = word.chars();
                let first = characters.next().map(|first| first.to_ascii_uppercase());
                first.into_iter().chain(characters).collect::<String>()
            })
            .collect(),
    )
}

/// The version of obs-websocket that a request came with, for those younger than 5.1.0.
pub fn since(request_type: &str) -> Option<&'static str> {
    Some(match request_type {
        "SetRecordDirectory" => "5.3.0",
        "GetSceneItemSource" | "GetSourceFilterKindList" => "5.4.0",
        "CreateRecordChapter" | "SplitRecordFile" => "5.5.0",
        "GetInputDeinterlaceMode"
        | "SetInputDeinterlaceMode"
        | "GetInputDeinterlaceFieldOrder"
        | "SetInputDeinterlaceFieldOrder" => "5.6.0",
        "GetCanvasList" => "5.7.0",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Payload;

    #[test]
    fn every_name_can_be_turned_into_the_protocol_and_back() {
        let topics = TOPICS.iter().copied().flatten().map(|entry| entry.topic);
        let actions = ACTIONS.iter().copied().flatten().map(|entry| entry.name);
        for name in topics.chain(actions) {
            assert_eq!(topic_of(&protocol_name(name).unwrap()), name);
        }
        assert_eq!(
            protocol_name("obs.set-t-bar-position").unwrap(),
            "SetTBarPosition"
        );
        assert_eq!(protocol_name("chat.send"), None);
    }

    #[test]
    fn the_whole_protocol_of_version_5_7_0_is_there() {
        assert_eq!(TOPICS.iter().copied().flatten().count(), 60);
        let requests = ACTIONS.iter().copied().flatten().count() - added::ACTIONS.len();
        assert_eq!(requests, 147);
    }

    #[test]
    fn a_slip_in_a_parameter_is_named() {
        let entry = crate::catalogue::action("obs.set-scene-item-enabled").unwrap();
        let slip = Payload::parse(r#"{"sceneName":"a","sceneItemId":"7"}"#).unwrap();
        let message = entry.check(&slip).unwrap_err().to_string();
        assert!(message.contains("`sceneItemId`"), "{message}");
    }
}

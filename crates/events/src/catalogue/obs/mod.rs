//! OBS Studio: every event and every request of the obs-websocket protocol, up to its version 5.7.0.
//!
//! The names are OBS's own in another spelling: its event `CurrentProgramSceneChanged` is the topic
//! `obs.current-program-scene-changed`, its request `SetCurrentProgramScene` the action
//! `obs.set-current-program-scene`. Payloads are `eventData`, `requestData` and `responseData` as
//! OBS publishes them. The tables follow the categories of the protocol's reference.

use super::{ActionEntry, TopicEntry};

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
];

/// The action that sends any request, given as `requestType` and `requestData`.
pub const RAW_REQUEST: &str = "obs.raw-request";

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
        // And the raw request.
        assert_eq!(ACTIONS.iter().copied().flatten().count(), 147 + 1);
    }

    #[test]
    fn what_can_leak_the_key_run_code_or_end_the_show_says_so() {
        for name in [
            "obs.get-stream-service-settings",
            "obs.set-stream-service-settings",
            "obs.save-source-screenshot",
            "obs.set-record-directory",
            "obs.set-input-settings",
            "obs.create-input",
            "obs.call-vendor-request",
            "obs.trigger-hotkey-by-name",
            "obs.trigger-hotkey-by-key-sequence",
            "obs.set-current-scene-collection",
            "obs.remove-profile",
            "obs.stop-stream",
            "obs.toggle-stream",
            RAW_REQUEST,
        ] {
            let entry = crate::catalogue::action(name).unwrap();
            assert!(entry.danger.is_some(), "{name}");
        }
        let harmless = crate::catalogue::action("obs.set-current-program-scene").unwrap();
        assert!(harmless.danger.is_none());
    }

    #[test]
    fn a_slip_in_a_parameter_is_named() {
        let entry = crate::catalogue::action("obs.set-scene-item-enabled").unwrap();
        let slip = Payload::parse(r#"{"sceneName":"a","sceneItemId":"7"}"#).unwrap();
        let message = entry.check(&slip).unwrap_err().to_string();
        assert!(message.contains("`sceneItemId`"), "{message}");
    }
}

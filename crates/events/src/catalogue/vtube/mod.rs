//! VTube Studio: the events and requests of its plugin API, version 1.0.
//!
//! The names are VTube Studio's own in another spelling: its event `ModelLoadedEvent` is the topic
//! `vtube.model-loaded`, its request `HotkeyTriggerRequest` the action `vtube.hotkey-trigger`. Payloads
//! are the `data` of its messages, as <https://github.com/DenchiSoft/VTubeStudio> describes them.
//!
//! To VTube Studio, Pato is *one* plugin. So some requests do not reach it as they are: Pato keeps what
//! its plugins inject, merges it and repeats it ([`INJECT`], [`RELEASE`]), keeps who made which custom
//! parameter ([`CREATE_PARAMETER`], [`DELETE_PARAMETER`]), and merges what they want followed on art
//! meshes ([`FOLLOW_POINTS`], [`FOLLOW_OUTLINES`]).

use super::{ActionEntry, TopicEntry};

mod art_meshes;
mod fields;
mod hotkeys;
mod items;
mod models;
mod parameters;
mod post_processing;
mod scene;

/// The topics of this family, theme by theme.
pub const TOPICS: &[&[TopicEntry]] = &[
    models::TOPICS,
    hotkeys::TOPICS,
    art_meshes::TOPICS,
    items::TOPICS,
    post_processing::TOPICS,
    scene::TOPICS,
];

/// The actions of this family, theme by theme.
pub const ACTIONS: &[&[ActionEntry]] = &[
    models::ACTIONS,
    hotkeys::ACTIONS,
    art_meshes::ACTIONS,
    parameters::ACTIONS,
    items::ACTIONS,
    post_processing::ACTIONS,
    scene::ACTIONS,
];

/// The action that sets or adds to parameters, and keeps that up.
pub const INJECT: &str = "vtube.inject-parameter-data";
/// The action that lets parameters go again.
pub const RELEASE: &str = "vtube.release-parameters";
/// The action that makes a custom parameter.
pub const CREATE_PARAMETER: &str = "vtube.parameter-creation";
/// The action that deletes a custom parameter.
pub const DELETE_PARAMETER: &str = "vtube.parameter-deletion";
/// The action that says which points on art meshes to follow.
pub const FOLLOW_POINTS: &str = "vtube.follow-art-mesh-points";
/// The action that says which outlines of art meshes to follow.
pub const FOLLOW_OUTLINES: &str = "vtube.follow-art-mesh-outlines";

/// The requests behind the actions that reach VTube Studio, without `Request`.
pub const REQUESTS: &[&str] = &[
    "APIState",
    "ArtMeshList",
    "ArtMeshSelection",
    "AvailableModels",
    "ColorTint",
    "CurrentModel",
    "ExpressionActivation",
    "ExpressionState",
    "FaceFound",
    "GetCurrentModelPhysics",
    "HotkeyTrigger",
    "HotkeysInCurrentModel",
    "InjectParameterData",
    "InputParameterList",
    "ItemAnimationControl",
    "ItemList",
    "ItemLoad",
    "ItemMove",
    "ItemPin",
    "ItemSort",
    "ItemUnload",
    "Live2DParameterList",
    "ModelLoad",
    "MoveModel",
    "NDIConfig",
    "ParameterCreation",
    "ParameterDeletion",
    "ParameterValue",
    "Permission",
    "PostProcessingList",
    "PostProcessingUpdate",
    "SceneColorOverlayInfo",
    "SetCurrentModelPhysics",
    "Statistics",
    "VTSFolderInfo",
];

/// The events, without `Event`.
pub const EVENTS: &[&str] = &[
    "ArtMeshOutline",
    "ArtMeshTracking",
    "BackgroundChanged",
    "ExpressionToggled",
    "HotkeyTriggered",
    "Item",
    "Live2DCubismEditorConnected",
    "ModelAnimation",
    "ModelClicked",
    "ModelConfigChanged",
    "ModelLoaded",
    "ModelMoved",
    "ModelOutline",
    "PostProcessing",
    "TrackingStatusChanged",
];

/// The topic of an event or the action of a request, from its name in [`EVENTS`] or [`REQUESTS`].
///
/// A run of capitals is one word: `NDIConfig` becomes `vtube.ndi-config`.
pub fn name_of(protocol_name: &str) -> String {
    let mut name = String::from("vtube.");
    let mut characters = protocol_name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(character) = characters.next() {
        let starts_word = character.is_ascii_uppercase()
            && before.is_some_and(|before| {
                let ends_run = characters.peek().is_some_and(char::is_ascii_lowercase);
                before.is_ascii_lowercase() || (before.is_ascii_uppercase() && ends_run)
            });
        if starts_word {
            name.push('-');
        }
        name.push(character.to_ascii_lowercase());
        before = Some(character);
    }
    name
}

/// The request behind an action, from [`REQUESTS`].
pub fn request_of(action: &str) -> Option<&'static str> {
    let mut requests = REQUESTS.iter().copied();
    requests.find(|request| name_of(request) == action)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn capitals_in_a_row_are_one_word() {
        for (protocol, name) in [
            ("NDIConfig", "vtube.ndi-config"),
            ("VTSFolderInfo", "vtube.vts-folder-info"),
            ("APIState", "vtube.api-state"),
            ("Live2DParameterList", "vtube.live2d-parameter-list"),
            ("HotkeysInCurrentModel", "vtube.hotkeys-in-current-model"),
            ("Item", "vtube.item"),
        ] {
            assert_eq!(name_of(protocol), name);
        }
        assert_eq!(request_of("vtube.ndi-config"), Some("NDIConfig"));
        assert_eq!(request_of("vtube.authentication"), None);
    }

    #[test]
    fn every_request_is_an_action_and_the_rest_are_patos_own() {
        let own = [RELEASE, FOLLOW_POINTS, FOLLOW_OUTLINES].map(str::to_owned);
        let expected: BTreeSet<String> = REQUESTS.iter().copied().map(name_of).chain(own).collect();
        let listed = ACTIONS.iter().copied().flatten();
        let listed: BTreeSet<String> = listed.map(|entry| entry.name.to_owned()).collect();
        assert_eq!(listed, expected);
        for action in [INJECT, CREATE_PARAMETER, DELETE_PARAMETER] {
            assert!(request_of(action).is_some(), "{action}");
        }
    }

    #[test]
    fn every_event_is_a_topic() {
        let expected: BTreeSet<String> = EVENTS.iter().copied().map(name_of).collect();
        let listed = TOPICS.iter().copied().flatten();
        let listed: BTreeSet<String> = listed.map(|entry| entry.topic.to_owned()).collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn what_can_show_any_picture_or_end_the_show_says_so() {
        for name in ["vtube.item-load", "vtube.permission", "vtube.ndi-config"] {
            let entry = crate::catalogue::action(name).unwrap();
            assert!(entry.danger.is_some(), "{name}");
        }
        let harmless = crate::catalogue::action("vtube.hotkey-trigger").unwrap();
        assert!(harmless.danger.is_none());
    }
}

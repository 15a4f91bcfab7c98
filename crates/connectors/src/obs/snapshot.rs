//! The state that OBS is in, told as the events that would have led to it.

use pato_events::Payload;
use serde_json::{Map, Value, json};

type Answer = Map<String, Value>;

/// One question, and what its answer means.
pub(super) struct Question {
    pub(super) request_type: &'static str,
    tells: fn(&Answer) -> Vec<(&'static str, Value)>,
}

impl Question {
    /// The events and payloads that an answer comes to.
    pub(super) fn events(&self, answer: &Payload) -> Vec<(&'static str, Payload)> {
        let answer = answer.read().unwrap_or_default();
        let events = (self.tells)(&answer).into_iter();
        events
            .filter_map(|(event, data)| Some((event, Payload::from_value(&data).ok()?)))
            .collect()
    }
}

/// The questions. What an OBS refuses (the preview outside studio mode, a replay buffer that is not
/// set up) is left out.
pub(super) const QUESTIONS: &[Question] = &[
    Question {
        request_type: "GetSceneCollectionList",
        tells: |answer| {
            let name = field(answer, "currentSceneCollectionName");
            let list = field(answer, "sceneCollections");
            vec![
                (
                    "CurrentSceneCollectionChanged",
                    json!({ "sceneCollectionName": name }),
                ),
                (
                    "SceneCollectionListChanged",
                    json!({ "sceneCollections": list }),
                ),
            ]
        },
    },
    Question {
        request_type: "GetProfileList",
        tells: |answer| {
            let name = field(answer, "currentProfileName");
            let list = field(answer, "profiles");
            vec![
                ("CurrentProfileChanged", json!({ "profileName": name })),
                ("ProfileListChanged", json!({ "profiles": list })),
            ]
        },
    },
    Question {
        request_type: "GetSceneList",
        tells: |answer| {
            vec![(
                "SceneListChanged",
                json!({ "scenes": field(answer, "scenes") }),
            )]
        },
    },
    Question {
        request_type: "GetCurrentProgramScene",
        tells: |answer| {
            let name = field(answer, "currentProgramSceneName");
            let uuid = answer.get("currentProgramSceneUuid");
            vec![("CurrentProgramSceneChanged", named("scene", name, uuid))]
        },
    },
    Question {
        request_type: "GetStudioModeEnabled",
        tells: |answer| vec![("StudioModeStateChanged", Value::Object(answer.clone()))],
    },
    Question {
        request_type: "GetCurrentPreviewScene",
        tells: |answer| {
            let name = field(answer, "currentPreviewSceneName");
            let uuid = answer.get("currentPreviewSceneUuid");
            vec![("CurrentPreviewSceneChanged", named("scene", name, uuid))]
        },
    },
    Question {
        request_type: "GetCurrentSceneTransition",
        tells: |answer| {
            let name = field(answer, "transitionName");
            let changed = named("transition", name, answer.get("transitionUuid"));
            let mut events = vec![("CurrentSceneTransitionChanged", changed)];
            if let Some(duration) = answer
                .get("transitionDuration")
                .filter(|value| !value.is_null())
            {
                let data = json!({ "transitionDuration": duration });
                events.push(("CurrentSceneTransitionDurationChanged", data));
            }
            events
        },
    },
    Question {
        request_type: "GetStreamStatus",
        tells: |answer| vec![("StreamStateChanged", output(answer))],
    },
    Question {
        request_type: "GetRecordStatus",
        tells: |answer| vec![("RecordStateChanged", output(answer))],
    },
    Question {
        request_type: "GetReplayBufferStatus",
        tells: |answer| vec![("ReplayBufferStateChanged", output(answer))],
    },
    Question {
        request_type: "GetVirtualCamStatus",
        tells: |answer| vec![("VirtualcamStateChanged", output(answer))],
    },
];

fn field(answer: &Answer, name: &str) -> Value {
    answer.get(name).cloned().unwrap_or_default()
}

/// `{"<what>Name": …}`, with `<what>Uuid` where OBS knows of such.
fn named(what: &str, name: Value, uuid: Option<&Value>) -> Value {
    let mut data = Map::new();
    data.insert(format!("{what}Name"), name);
    if let Some(uuid) = uuid {
        data.insert(format!("{what}Uuid"), uuid.clone());
    }
    data.into()
}

fn output(answer: &Answer) -> Value {
    let is = |name| answer.get(name).and_then(Value::as_bool).unwrap_or(false);
    let state = match (
        is("outputActive"),
        is("outputPaused"),
        is("outputReconnecting"),
    ) {
        (true, true, _) => "OBS_WEBSOCKET_OUTPUT_PAUSED",
        (true, _, true) => "OBS_WEBSOCKET_OUTPUT_RECONNECTING",
        (true, ..) => "OBS_WEBSOCKET_OUTPUT_STARTED",
        (false, ..) => "OBS_WEBSOCKET_OUTPUT_STOPPED",
    };
    json!({ "outputActive": is("outputActive"), "outputState": state })
}

#[cfg(test)]
mod tests {
    use pato_events::catalogue;

    use super::*;

    #[test]
    fn every_question_comes_to_stateful_topics_of_the_catalogue_that_fit() {
        for question in QUESTIONS {
            let name = catalogue::obs::topic_of(question.request_type);
            let schema = catalogue::action(&name).unwrap().answer();
            let answer: Map<String, Value> = schema
                .get("properties")
                .unwrap()
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, property)| (name.clone(), plausible(property)))
                .collect();
            let events = question.events(&Payload::from_value(&answer).unwrap());
            assert!(!events.is_empty());
            for (event, data) in events {
                let topic = catalogue::obs::topic_of(event);
                let entry = catalogue::topic(&topic).unwrap();
                assert!(entry.stateful, "{topic}");
                entry.check(&data).unwrap();
            }
        }
    }

    fn plausible(property: &Value) -> Value {
        let kind = match property.get("type") {
            Some(Value::Array(kinds)) => kinds[0].as_str(),
            Some(kind) => kind.as_str(),
            None => None,
        };
        match kind {
            Some("string") => json!("a"),
            Some("boolean") => json!(true),
            Some("array") => json!([]),
            Some("object") => json!({}),
            _ => json!(1),
        }
    }

    #[test]
    fn a_paused_recording_is_told_as_paused() {
        let answer = json!({ "outputActive": true, "outputPaused": true });
        let Value::Object(answer) = answer else {
            panic!("an object")
        };
        assert_eq!(
            output(&answer),
            json!({ "outputActive": true, "outputState": "OBS_WEBSOCKET_OUTPUT_PAUSED" })
        );
    }
}

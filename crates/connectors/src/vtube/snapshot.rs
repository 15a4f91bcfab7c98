//! The state that VTube Studio is in, told as the events that would have led to it.

use pato_events::Payload;
use serde_json::{Map, Value, json};

/// One question, and what its answer means.
pub(super) struct Question {
    pub(super) request: &'static str,
    event: &'static str,
    /// The fields of the answer that the event has, and what they are called there.
    fields: &'static [(&'static str, &'static str)],
}

/// The questions. Which background there is, and where hands are, cannot be asked.
pub(super) const QUESTIONS: &[Question] = &[
    Question {
        request: "CurrentModel",
        event: "ModelLoaded",
        fields: &[
            ("modelLoaded", "modelLoaded"),
            ("modelName", "modelName"),
            ("modelID", "modelID"),
        ],
    },
    Question {
        request: "FaceFound",
        event: "TrackingStatusChanged",
        fields: &[("found", "faceFound")],
    },
    Question {
        request: "PostProcessingList",
        event: "PostProcessing",
        fields: &[
            ("postProcessingActive", "currentOnState"),
            ("activePreset", "currentPreset"),
        ],
    },
];

impl Question {
    /// What to send along: the lists of effects are long, and not asked for.
    pub(super) fn data(&self) -> Value {
        match self.request {
            "PostProcessingList" => json!({
                "fillPostProcessingPresetsArray": false,
                "fillPostProcessingEffectsArray": false,
                "effectIDFilter": [],
            }),
            _ => json!({}),
        }
    }

    /// The event that an answer comes to.
    pub(super) fn event(&self, answer: &Payload) -> Option<(&'static str, Payload)> {
        let answer: Map<String, Value> = answer.read().ok()?;
        let fields = self.fields.iter().map(|(field, name)| {
            let value = answer.get(*field)?.clone();
            Some(((*name).to_owned(), value))
        });
        let data: Map<String, Value> = fields.collect::<Option<_>>()?;
        Some((self.event, Payload::from_value(&data).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use pato_events::catalogue;
    use pato_events::catalogue::vtube::name_of;

    use super::*;

    #[test]
    fn every_question_comes_to_a_stateful_topic_of_the_catalogue_that_fits() {
        for question in QUESTIONS {
            let action = catalogue::action(&name_of(question.request)).unwrap();
            let properties = action.answer().get("properties").unwrap().clone();
            let answer: Map<String, Value> = properties
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, property)| match property["type"].as_str() {
                    Some("boolean") => (name.clone(), json!(true)),
                    _ => (name.clone(), json!("a")),
                })
                .collect();
            let answer = Payload::from_value(&answer).unwrap();
            let (event, data) = question.event(&answer).unwrap();
            let entry = catalogue::topic(&name_of(event)).unwrap();
            assert!(entry.stateful, "{event}");
            entry.check(&data).unwrap();
            assert!(question.event(&Payload::empty()).is_none());
        }
    }
}

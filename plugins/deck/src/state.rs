use pato_sdk::prelude::*;

/// What tells whether that which a button does is on: that OBS records, say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) topic: &'static str,
    /// The connector that the button names.
    connector: Option<Value>,
    /// A field that has to be the same for the event to be about it, and how it is.
    about: Option<(&'static str, Value)>,
    on: On,
}

#[derive(Debug, Clone, PartialEq)]
enum On {
    /// While this field is true.
    True(&'static str),
    /// While this field is so.
    Is(&'static str, Value),
}

impl State {
    /// What tells of an action with these parameters.
    pub(crate) fn of(action: &str, parameters: &Value) -> Option<Self> {
        let parameter = |name: &'static str| Some((name, parameters.get(name)?.clone()));
        let (topic, about, on) = match action {
            "obs.toggle-stream" | "obs.start-stream" => {
                ("obs.stream-state-changed", None, On::True("outputActive"))
            }
            "obs.toggle-record" | "obs.start-record" => {
                ("obs.record-state-changed", None, On::True("outputActive"))
            }
            "obs.toggle-replay-buffer" | "obs.start-replay-buffer" => (
                "obs.replay-buffer-state-changed",
                None,
                On::True("outputActive"),
            ),
            "obs.toggle-virtual-cam" | "obs.start-virtual-cam" => (
                "obs.virtualcam-state-changed",
                None,
                On::True("outputActive"),
            ),
            "obs.set-studio-mode-enabled" => {
                let (_, wanted) = parameter("studioModeEnabled")?;
                (
                    "obs.studio-mode-state-changed",
                    None,
                    On::Is("studioModeEnabled", wanted),
                )
            }
            "obs.set-current-program-scene" => {
                let (name, scene) = parameter("sceneName")?;
                (
                    "obs.current-program-scene-changed",
                    None,
                    On::Is(name, scene),
                )
            }
            "obs.toggle-input-mute" => (
                "obs.input-mute-state-changed",
                Some(parameter("inputName")?),
                On::True("inputMuted"),
            ),
            "obs.set-input-mute" => {
                let (name, wanted) = parameter("inputMuted")?;
                (
                    "obs.input-mute-state-changed",
                    Some(parameter("inputName")?),
                    On::Is(name, wanted),
                )
            }
            "moderation.set-shield-mode" => {
                let (name, wanted) = parameter("active")?;
                ("moderation.shield-mode", None, On::Is(name, wanted))
            }
            _ => return None,
        };
        Some(Self {
            topic,
            connector: parameters.get("connector").cloned(),
            about,
            on,
        })
    }

    /// Whether it is on by an event; none if the event is not about it.
    pub(crate) fn told(&self, event: &Event, data: &Value) -> Option<bool> {
        let is_own = |connector: &Value| *connector == event.source.as_str();
        let is_about = |(field, wanted): &(&str, Value)| data.get(field) == Some(wanted);
        let concerns = event.topic == self.topic
            && self.connector.as_ref().is_none_or(is_own)
            && self.about.as_ref().is_none_or(is_about);
        concerns.then(|| match &self.on {
            On::True(field) => data.get(field) == Some(&Value::Bool(true)),
            On::Is(field, wanted) => data.get(field) == Some(wanted),
        })
    }
}

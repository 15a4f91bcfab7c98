//! Which event of OBS is the consequence of which request.
//!
//! OBS does not say. An event is taken for a consequence of the latest request that can lead to it, if
//! the two agree in every field that both have, for as long as the longest transition takes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pato_events::{Event, EventId, Payload};
use serde_json::{Map, Value};
use tokio::time::Instant;

/// The longest transition takes 20 s, and some time passes before it.
const LASTS: Duration = Duration::from_secs(25);

/// How many requests are remembered.
const MOST: usize = 256;

/// Requests and the events that follow them. A request stands for every one that begins so.
const CONSEQUENCES: &[(&str, &[&str])] = &[
    ("SetCurrentProgramScene", PROGRAM),
    ("TriggerStudioModeTransition", PROGRAM),
    ("SetTBarPosition", PROGRAM),
    ("SetCurrentPreviewScene", &["CurrentPreviewScene"]),
    (
        "SetStudioModeEnabled",
        &["StudioMode", "CurrentPreviewScene"],
    ),
    ("SetCurrentSceneCollection", COLLECTION),
    ("CreateSceneCollection", COLLECTION),
    ("SetCurrentProfile", &["CurrentProfile"]),
    ("CreateProfile", &["CurrentProfile", "ProfileList"]),
    ("RemoveProfile", &["CurrentProfile", "ProfileList"]),
    ("SetCurrentSceneTransition", &["CurrentSceneTransition"]),
    ("CreateSceneItem", &["SceneItem"]),
    ("RemoveSceneItem", &["SceneItem"]),
    ("DuplicateSceneItem", &["SceneItem"]),
    ("SetSceneItem", &["SceneItem"]),
    ("CreateScene", &["SceneCreated", "SceneListChanged"]),
    ("RemoveScene", &["SceneRemoved", "SceneListChanged"]),
    ("SetSceneName", &["SceneNameChanged", "SceneListChanged"]),
    ("CreateInput", &["Input", "SceneItem"]),
    ("RemoveInput", &["Input", "SceneItem"]),
    ("SetInput", &["Input"]),
    ("ToggleInput", &["Input"]),
    ("PressInput", &["Input"]),
    ("CreateSourceFilter", &["SourceFilter"]),
    ("RemoveSourceFilter", &["SourceFilter"]),
    ("SetSourceFilter", &["SourceFilter"]),
    ("TriggerMediaInputAction", &["MediaInput"]),
    ("SetMediaInputCursor", &["MediaInput"]),
    ("OffsetMediaInputCursor", &["MediaInput"]),
    ("StartStream", &["Stream"]),
    ("StopStream", &["Stream"]),
    ("ToggleStream", &["Stream"]),
    ("StartRecord", &["Record"]),
    ("StopRecord", &["Record"]),
    ("ToggleRecord", &["Record"]),
    ("PauseRecord", &["Record"]),
    ("ResumeRecord", &["Record"]),
    ("SplitRecordFile", &["Record"]),
    ("StartReplayBuffer", &["ReplayBuffer"]),
    ("StopReplayBuffer", &["ReplayBuffer"]),
    ("ToggleReplayBuffer", &["ReplayBuffer"]),
    ("SaveReplayBuffer", &["ReplayBuffer"]),
    ("StartVirtualCam", &["Virtualcam"]),
    ("StopVirtualCam", &["Virtualcam"]),
    ("ToggleVirtualCam", &["Virtualcam"]),
    (
        "StartOutput",
        &["Stream", "Record", "ReplayBuffer", "Virtualcam"],
    ),
    (
        "StopOutput",
        &["Stream", "Record", "ReplayBuffer", "Virtualcam"],
    ),
    (
        "ToggleOutput",
        &["Stream", "Record", "ReplayBuffer", "Virtualcam"],
    ),
    ("BroadcastCustomEvent", &["CustomEvent"]),
    ("CallVendorRequest", &["VendorEvent"]),
    // A hotkey can do anything.
    ("TriggerHotkey", &[""]),
];

const PROGRAM: &[&str] = &[
    "CurrentProgramScene",
    "CurrentPreviewScene",
    "SceneTransition",
];

const COLLECTION: &[&str] = &["CurrentSceneCollection", "SceneCollectionList"];

/// The requests of the last while that had a cause.
#[derive(Default)]
pub(super) struct Causes(Mutex<VecDeque<Entry>>);

struct Entry {
    until: Instant,
    leads_to: &'static [&'static str],
    data: Map<String, Value>,
    cause: (EventId, u8),
}

impl Causes {
    /// Remembers that `cause` led to this request.
    pub(super) fn remember(&self, request_type: &str, data: &Payload, cause: &Event) {
        let found = CONSEQUENCES
            .iter()
            .find(|(request, _)| request_type.starts_with(request));
        let Some((_, leads_to)) = found else {
            return;
        };
        let entry = Entry {
            until: Instant::now() + LASTS,
            leads_to,
            data: data.read().unwrap_or_default(),
            cause: (cause.id.clone(), cause.depth),
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push_front(entry);
        entries.truncate(MOST);
    }

    /// What led to the request that led to this event.
    pub(super) fn of(&self, event_type: &str, data: &Payload) -> Option<(EventId, u8)> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        entries.retain(|entry| entry.until > now);
        if entries.is_empty() {
            return None;
        }
        let data: Map<String, Value> = data.read().unwrap_or_default();
        let entry = entries.iter().find(|entry| {
            entry
                .leads_to
                .iter()
                .any(|event| event_type.starts_with(event))
                && entry.agrees_with(&data)
        })?;
        Some(entry.cause.clone())
    }
}

impl Entry {
    /// Only what names a thing counts: OBS completes settings, and rounds volumes.
    fn agrees_with(&self, event: &Map<String, Value>) -> bool {
        self.data.iter().all(|(field, value)| {
            if !["Name", "Uuid", "Id"]
                .iter()
                .any(|ending| field.ends_with(ending))
            {
                return true;
            }
            // The event of a rename has the name in the request as `oldSceneName` and so on.
            let old = event.iter().find(|(other, _)| {
                other
                    .strip_prefix("old")
                    .is_some_and(|rest| rest.eq_ignore_ascii_case(field))
            });
            let named = old.map(|(_, name)| name).or_else(|| event.get(field));
            named.is_none_or(|other| other == value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::tests::cause;

    fn payload(text: &str) -> Payload {
        Payload::parse(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_is_the_consequence_of_the_latest_request_that_agrees() {
        let causes = Causes::default();
        let of = |event_type, data| {
            causes
                .of(event_type, &payload(data))
                .map(|(id, depth)| (id.to_string(), depth))
        };
        for (id, scene) in [("a", "Gaming"), ("b", "Chatting"), ("c", "Gaming")] {
            let data = payload(&format!(r#"{{"sceneName":"{scene}"}}"#));
            causes.remember("SetCurrentProgramScene", &data, &cause(id, 3));
        }
        let changed = "CurrentProgramSceneChanged";
        assert_eq!(
            of(changed, r#"{"sceneName":"Gaming"}"#),
            Some(("c".into(), 3))
        );
        assert_eq!(
            of(changed, r#"{"sceneName":"Chatting"}"#),
            Some(("b".into(), 3))
        );
        assert_eq!(of(changed, r#"{"sceneName":"Pause"}"#), None);
        assert_eq!(of("InputMuteStateChanged", "{}"), None);
        let rename = payload(r#"{"sceneName":"Old","newSceneName":"New"}"#);
        causes.remember("SetSceneName", &rename, &cause("d", 0));
        let renamed = r#"{"oldSceneName":"Old","sceneName":"New"}"#;
        assert_eq!(of("SceneNameChanged", renamed), Some(("d".into(), 0)));

        tokio::time::advance(LASTS).await;
        assert_eq!(of(changed, r#"{"sceneName":"Gaming"}"#), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_only_read_leads_to_nothing_and_the_memory_is_bounded() {
        let causes = Causes::default();
        causes.remember("GetSceneList", &Payload::empty(), &cause("a", 0));
        assert_eq!(causes.0.lock().unwrap().len(), 0);
        for _ in 0..2 * MOST {
            causes.remember("SaveReplayBuffer", &Payload::empty(), &cause("a", 0));
        }
        assert_eq!(causes.0.lock().unwrap().len(), MOST);
    }
}

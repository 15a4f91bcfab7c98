//! Browser sources, whose pages run code in OBS, kept apart from every other input.
//!
//! Two requests can put code into a browser source: `CreateInput` and `SetInputSettings`. Each is
//! offered twice, for browser sources and for all others, and both refuse what belongs to the other.
//! Nothing else leads there: scene items only refer to a source, and filters and transitions have
//! settings of their own. (`obs.raw-request` may do anything, and is granted as such.)
//!
//! Of an input that is named, OBS is asked for its kind. From OBS 30.1 on (obs-websocket 5.4) the
//! request then goes to the identifier that OBS told, so it can't reach another input. An older OBS
//! knows names only: there, whatever could give the name to another input waits meanwhile.

use pato_events::Payload;
use pato_events::catalogue::obs::{CREATE_BROWSER_SOURCE, SET_BROWSER_SOURCE};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::MutexGuard;
use tokio::time::timeout;

use super::ObsConnector;
use crate::connector::ConnectorError;

/// The kind of OBS's own browser source.
const BROWSER_KIND: &str = "browser_source";

/// The requests that can change which input has a name.
const NAMING: &[&str] = &[
    "CreateInput",
    "CreateSceneCollection",
    "RemoveInput",
    "SetCurrentSceneCollection",
    "SetInputName",
];

/// Versions of OBS's own (`browser_source_v2`), and those of other makers (`linuxbrowser-source`).
fn is_browser(kind: &str) -> bool {
    kind.to_ascii_lowercase().contains("browser")
}

#[derive(Deserialize)]
struct InputList {
    inputs: Vec<Input>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    input_name: String,
    input_kind: String,
    input_uuid: Option<String>,
}

/// The request behind one of the two actions that are for browser sources only.
pub(super) fn request_of(action: &str, data: &mut Map<String, Value>) -> Option<&'static str> {
    match action {
        CREATE_BROWSER_SOURCE => {
            data.insert("inputKind".into(), BROWSER_KIND.into());
            Some("CreateInput")
        }
        SET_BROWSER_SOURCE => Some("SetInputSettings"),
        _ => None,
    }
}

impl ObsConnector {
    /// Keeps names where they are until the guard is dropped, if the request changes or relies on one.
    pub(super) async fn hold_names(
        &self,
        request_type: &str,
    ) -> Result<Option<MutexGuard<'_, ()>>, ConnectorError> {
        if request_type != "SetInputSettings" && !NAMING.contains(&request_type) {
            return Ok(None);
        }
        let limit = self.configuration.timing.request;
        match timeout(limit, self.names.lock()).await {
            Ok(guard) => Ok(Some(guard)),
            Err(_) => Err(ConnectorError::TimedOut(format!(
                "{request_type} waited {} s for another request that OBS has not answered",
                limit.as_secs_f32()
            ))),
        }
    }

    /// The data of a request, once it is certain that it does not do the other action's work.
    pub(super) async fn without_detour(
        &self,
        action: &str,
        data: Payload,
    ) -> Result<Payload, ConnectorError> {
        let invalid = |error: pato_events::PayloadError| {
            ConnectorError::Invalid(format!("`{action}`: {error}"))
        };
        match action {
            "obs.create-input" => {
                let data: Map<String, Value> = data.read().map_err(invalid)?;
                let kind = data.get("inputKind").and_then(Value::as_str);
                if let Some(kind) = kind.filter(|kind| is_browser(kind)) {
                    return Err(detour(&format!("`{kind}`"), CREATE_BROWSER_SOURCE));
                }
            }
            "obs.set-input-settings" | SET_BROWSER_SOURCE => {
                let mut data: Map<String, Value> = data.read().map_err(invalid)?;
                let input = self.input(&mut data).await?;
                let name = format!(
                    "`{}`, of the kind `{}`,",
                    input.input_name, input.input_kind
                );
                let wants_browser = action == SET_BROWSER_SOURCE;
                if is_browser(&input.input_kind) && !wants_browser {
                    return Err(detour(&name, SET_BROWSER_SOURCE));
                }
                if wants_browser && !is_browser(&input.input_kind) {
                    return Err(ConnectorError::Denied(format!(
                        "{name} is no browser source: use `obs.set-input-settings`"
                    )));
                }
                match input.input_uuid {
                    Some(uuid) => data.insert("inputUuid".into(), uuid.into()),
                    None => data.insert("inputName".into(), input.input_name.into()),
                };
                return Payload::from_value(&data).map_err(invalid);
            }
            _ => {}
        }
        Ok(data)
    }

    /// The input that the data names, by identifier or else by name. Takes both out of the data, for
    /// OBS might prefer the other one.
    async fn input(&self, data: &mut Map<String, Value>) -> Result<Input, ConnectorError> {
        let mut text = |field| match data.remove(field) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let (uuid, name) = (text("inputUuid"), text("inputName"));
        let wanted = uuid.as_ref().or(name.as_ref()).ok_or_else(|| {
            ConnectorError::Invalid("`inputName` is missing: which input is it about?".into())
        })?;
        let list = self
            .ask_until_ready("GetInputList", &Payload::empty())
            .await?;
        let list = list.map_err(|refusal| refusal.into_error("GetInputList", None))?;
        let list: InputList = list.read().map_err(|error| {
            ConnectorError::Failed(format!("OBS lists its inputs in a strange way: {error}"))
        })?;
        let found = list.inputs.into_iter().find(|input| match &uuid {
            Some(uuid) => input.input_uuid.as_ref() == Some(uuid),
            None => Some(&input.input_name) == name.as_ref(),
        });
        found.ok_or_else(|| {
            ConnectorError::NotFound(format!(
                "OBS has no input `{wanted}`; is it spelt so in OBS?"
            ))
        })
    }
}

fn detour(what: &str, action: &str) -> ConnectorError {
    ConnectorError::Denied(format!(
        "{what} is a browser source, whose page runs code in OBS: use `{action}`, which needs a grant \
         of its own"
    ))
}

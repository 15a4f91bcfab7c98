//! The messages of VTube Studio's plugin API, and what its error numbers mean.

use std::borrow::Cow;
use std::time::Duration;

use pato_events::Payload;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::connector::ConnectorError;

/// What the user reads in VTube Studio. A token counts only together with both, letter by letter.
pub(super) const PLUGIN_NAME: &str = "Pato";
pub(super) const PLUGIN_DEVELOPER: &str = "The Pato project";

/// The API is switched off.
pub(super) const SWITCHED_OFF: i64 = 1;
/// The request has to wait until the connection has been let in.
pub(super) const NOT_LET_IN: i64 = 8;
/// The user did not allow it, or takes it back.
pub(super) const DENIED: i64 = 50;
/// VTube Studio asks the user already.
pub(super) const ALREADY_ASKING: i64 = 51;

/// What VTube Studio answers to a request.
pub(super) type Answer = Result<Payload, Refusal>;

/// Every message that VTube Studio sends. Fields that are not known are let be, as its makers ask.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Incoming<'a> {
    #[serde(borrow)]
    pub(super) message_type: Cow<'a, str>,
    #[serde(rename = "requestID", borrow, default)]
    pub(super) request_id: Cow<'a, str>,
    /// When it was written, in milliseconds since the Unix epoch.
    pub(super) timestamp: Option<f64>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl Incoming<'_> {
    /// The name of an event, without `Event`. Events have request ids too, so that those say nothing.
    pub(super) fn event(&self) -> Option<&str> {
        self.message_type.strip_suffix("Event")
    }

    /// The data of an event or a response: an object, or nothing.
    pub(super) fn payload(&self) -> Option<Payload> {
        match self.data.map(RawValue::get) {
            None | Some("null") => Some(Payload::empty()),
            Some(text) => Payload::parse(text).ok(),
        }
    }

    pub(super) fn answer(&self) -> Answer {
        let unreadable = || Refusal {
            id: -1,
            message: "the answer cannot be read".into(),
        };
        let payload = self.payload().ok_or_else(unreadable)?;
        match &*self.message_type {
            "APIError" => Err(payload.read().unwrap_or_else(|_| unreadable())),
            _ => Ok(payload),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outgoing<'a> {
    api_name: &'static str,
    api_version: &'static str,
    #[serde(rename = "requestID")]
    request_id: String,
    message_type: String,
    data: &'a Payload,
}

/// The text of a request, given by its name without `Request`.
pub(super) fn message(id: u64, name: &str, data: &Payload) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Outgoing {
        api_name: "VTubeStudioPublicAPI",
        api_version: "1.0",
        request_id: id.to_string(),
        message_type: format!("{name}Request"),
        data,
    })
}

/// Why VTube Studio did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Refusal {
    #[serde(rename = "errorID")]
    pub(super) id: i64,
    #[serde(default)]
    pub(super) message: String,
}

impl Refusal {
    /// How long to wait before the same request may work, if that is all that is wrong.
    pub(super) fn cooldown(&self) -> Option<Duration> {
        let milliseconds = match self.id {
            // A queue of 32 hotkeys, one every five frames.
            200 => 500,
            153 => 2_000,
            // Five frames.
            203 => 170,
            550 => 3_000,
            752 => 500,
            _ => return None,
        };
        Some(Duration::from_millis(milliseconds))
    }

    pub(super) fn into_error(self, request: &str) -> ConnectorError {
        let Self { id, message } = &self;
        let message = message.trim().trim_end_matches('.');
        let text = format!("{request}: {message} (error {id} of VTube Studio)");
        if let Some(cooldown) = self.cooldown() {
            return ConnectorError::RateLimited(cooldown);
        }
        match self.id {
            SWITCHED_OFF | NOT_LET_IN => ConnectorError::Unavailable(text),
            7 | 950 => {
                ConnectorError::NotFound(format!("{text}: a later VTube Studio may know it"))
            }
            9 => ConnectorError::Denied(format!(
                "{text}: ask the user for the permission with `vtube.permission`"
            )),
            DENIED | 352 | 402 | 403 | 454 | 702 | 760 => ConnectorError::Denied(text),
            152 | 202 | 207 | 401 | 453 | 500 | 601 | 651 | 704 | 751 | 850 | 900 | 1002 | 1050
            | 1052 | 1053 | 1203 | 1250 => ConnectorError::NotFound(text),
            150
            | 151
            | 204
            | 208
            | 251
            | 252
            | 301
            | 302
            | 350..=356
            | 400
            | 450..=455
            | 551
            | 600
            | 650
            | 703..=706
            | 750
            | 755..=758
            | 851..=854
            | 901
            | 902
            | 1003
            | 1051
            | 1054
            | 1100
            | 1150
            | 1201..=1206
            | 1251..=1254
            | 100_000.. => ConnectorError::Invalid(text),
            _ => ConnectorError::Failed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(id: i64) -> Refusal {
        let message = "Something is wrong.".into();
        Refusal { id, message }
    }

    #[test]
    fn every_refusal_becomes_the_error_it_means() {
        for (id, kind) in [
            (1, "unavailable: "),
            (7, "not found: "),
            (9, "not allowed: "),
            (50, "not allowed: "),
            (152, "not found: "),
            (153, "rate limited: "),
            (302, "invalid: "),
            (454, "not allowed: "),
            (100_150, "invalid: "),
            (0, "failed: "),
            (-7, "failed: "),
            (i64::MIN, "failed: "),
        ] {
            let text = refusal(id).into_error("ModelLoad").to_string();
            assert!(text.starts_with(kind), "{id}: {text}");
            let names = text.contains(&format!("(error {id} of VTube Studio)"));
            assert!(names || id == 153, "{text}");
        }
    }

    #[test]
    fn fields_that_are_not_known_and_fields_that_are_missing_do_no_harm() {
        let text = r#"{"messageType":"APIError","since2":[1],"data":{"errorID":9,"more":{}}}"#;
        let incoming: Incoming<'_> = serde_json::from_str(text).unwrap();
        let answer = incoming.answer().unwrap_err();
        assert_eq!((answer.id, &*answer.message), (9, ""));
        for data in ["[1]", "7", r#"{"errorID":"x"}"#, "{}"] {
            let text = format!(r#"{{"messageType":"APIError","requestID":"a\"b","data":{data}}}"#);
            let incoming: Incoming<'_> = serde_json::from_str(&text).unwrap();
            assert_eq!(incoming.answer().unwrap_err().id, -1, "{data}");
        }
    }
}

//! The messages of obs-websocket 5, and what its numbers mean.

use std::borrow::Cow;

use pato_events::Payload;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Version, unknown_request};
use crate::connector::ConnectorError;
use crate::reconnect::End;

/// The version of the protocol spoken here; the only one there is.
pub(super) const RPC_VERSION: u32 = 1;

/// The status of a request that came before OBS had started up, or while it shuts down.
pub(super) const NOT_READY: u16 = 207;

pub(super) const HELLO: u8 = 0;
pub(super) const IDENTIFY: u8 = 1;
pub(super) const IDENTIFIED: u8 = 2;
pub(super) const REIDENTIFY: u8 = 3;
pub(super) const EVENT: u8 = 5;
pub(super) const REQUEST: u8 = 6;
pub(super) const RESPONSE: u8 = 7;

/// What OBS answers to a request.
pub(super) type Answer = Result<Payload, Refusal>;

/// A message of the greeting: what kind it is, and its data.
#[derive(Deserialize)]
pub(super) struct Incoming<'a> {
    pub(super) op: u8,
    #[serde(borrow)]
    pub(super) d: &'a RawValue,
}

/// A message after the greeting: what kind it is, and what events and responses consist of. OBS writes
/// `d` before `op`; so it is read at once, and not kept until its kind is known.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    pub(super) op: u8,
    #[serde(borrow)]
    pub(super) d: Data<'a>,
}

impl<'a> Frame<'a> {
    /// Reads a message; none if it is of a kind without meaning to Pato, such as the answer to a new
    /// subscription and what a later version may bring.
    pub(super) fn read(text: &'a str) -> Result<Option<Self>, serde_json::Error> {
        let meant = |op| [EVENT, RESPONSE].contains(&op);
        match serde_json::from_str::<Self>(text) {
            Ok(frame) => Ok(meant(frame.op).then_some(frame)),
            Err(error) => match serde_json::from_str::<Incoming<'_>>(text) {
                Ok(incoming) if !meant(incoming.op) => Ok(None),
                _ => Err(error),
            },
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data<'a> {
    #[serde(borrow)]
    pub(super) event_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) event_data: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) request_id: Option<Cow<'a, str>>,
    request_status: Option<Status>,
    #[serde(borrow)]
    response_data: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Outgoing<T> {
    op: u8,
    d: T,
}

/// The text of a message.
pub(super) fn message(op: u8, d: impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Outgoing { op, d })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hello {
    pub(super) rpc_version: u32,
    pub(super) authentication: Option<Challenge>,
}

#[derive(Deserialize)]
pub(super) struct Challenge {
    pub(super) challenge: String,
    pub(super) salt: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identify {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rpc_version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authentication: Option<String>,
    pub(super) event_subscriptions: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestMessage<'a> {
    pub(super) request_type: &'a str,
    pub(super) request_id: String,
    pub(super) request_data: &'a Payload,
}

#[derive(Deserialize)]
struct Status {
    result: bool,
    code: u16,
    comment: Option<String>,
}

impl Data<'_> {
    /// What a response says; none if it has no status.
    pub(super) fn answer(self) -> Option<Answer> {
        let status = self.request_status?;
        if !status.result {
            return Some(Err(Refusal {
                code: status.code,
                comment: status.comment,
            }));
        }
        let answer = match self.response_data {
            None => Ok(Payload::empty()),
            Some(data) if data.get() == "null" => Ok(Payload::empty()),
            Some(data) => Payload::try_from(data),
        };
        Some(answer.map_err(|error| Refusal {
            code: status.code,
            comment: Some(error.to_string()),
        }))
    }
}

/// Why OBS did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) comment: Option<String>,
}

impl Refusal {
    pub(super) fn into_error(
        self,
        request_type: &str,
        version: Option<&Version>,
    ) -> ConnectorError {
        let reason = self
            .comment
            .unwrap_or_else(|| meaning(self.code).to_owned());
        let text = format!("{request_type}: {reason} (status {} of OBS)", self.code);
        match self.code {
            204 => unknown_request(request_type, version),
            NOT_READY => ConnectorError::Unavailable(text),
            203 | 300..=499 | 605 | 607 => ConnectorError::Invalid(text),
            600 => ConnectorError::NotFound(text),
            _ => ConnectorError::Failed(text),
        }
    }
}

/// For the statuses that OBS sends without a comment of its own.
fn meaning(code: u16) -> &'static str {
    match code {
        203 => "the type of the request is missing",
        206 => "OBS cannot run a batch in this way",
        NOT_READY => "OBS is not ready yet",
        300 => "a field is missing",
        301 => "the fields are missing",
        400 => "a field is invalid",
        401 => "a field is of the wrong type",
        402 => "a number is out of range",
        403 => "a field is empty",
        404 => "there are too many fields",
        500 => "the output is running, and must not",
        501 => "the output is not running, and must",
        502 => "the output is paused, and must not be",
        503 => "the output is not paused, and must be",
        504 => "the output is disabled",
        505 => "studio mode is on, and must not be",
        506 => "studio mode is not on, and must be",
        600 => "OBS has no such thing",
        601 => "OBS already has such a thing",
        602 => "it is of the wrong type",
        603 => "there are too few of it",
        604 => "it is in the wrong state",
        605 => "the input is of the wrong kind",
        606 => "it has no settings",
        607 => "the filter is of the wrong kind",
        700 => "OBS could not create it",
        701 => "OBS could not do it",
        702 => "OBS failed at it",
        703 => "the fields do not go together",
        _ => "OBS gives no reason",
    }
}

/// What to do after OBS closed the connection with this code.
pub(super) fn end_of(code: u16, reason: &str) -> End {
    let said = |meaning: &str| match reason {
        "" => format!("{meaning} (close code {code})"),
        reason => format!("{meaning} (close code {code}: {reason})"),
    };
    match code {
        4009 => End::NeedsUser(said(
            "OBS refused the password: enter the one that OBS shows under Tools → WebSocket Server \
             Settings → Show Connect Info",
        )),
        4010 => End::NeedsUser(said(
            "OBS speaks another version of the protocol than Pato, which is 1: update the older of \
             the two",
        )),
        // OBS asks its clients not to come back by themselves after this one.
        4011 => End::NeedsUser(said(
            "someone disconnected Pato in OBS, under Tools → WebSocket Server Settings: connect \
             again when you like",
        )),
        1000 | 1001 => End::Retry(said("OBS ended the connection")),
        4002..=4008 | 4012 => End::Retry(said("OBS did not understand Pato")),
        _ => End::Retry(said("OBS closed the connection")),
    }
}

//! The frames that a page, a script or the command line exchanges with the host over WebSocket: JSON
//! texts with a `type`.
//!
//! A client sends `call` and is always answered by one `response` with the same `request_id`. It sends
//! `subscribe` and from then on receives each matching `event`, beginning with the state of stateful
//! topics. A topic `chat.message` is written as module `chat` and name `message`.
//!
//! A page also sends `watch` for what it shows, and receives it as a `view`: at once, and after every
//! change. A call of the module `host` is what a page does to Pato itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::event::{Event, Flags};
use crate::payload::Payload;

/// The longest frame that the host reads, in bytes.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// The longest `name` or `module` in a frame, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// What a client sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// Performs an action of a connector, or a command of a plugin.
    Call(Call),
    /// Asks for events.
    Subscribe(Subscribe),
    /// Ends a subscription made with the same module and name.
    Unsubscribe(Subscribe),
    /// Asks for how something stands, now and whenever it changes.
    Watch(Watch),
    /// Ends that.
    Unwatch(Watch),
}

/// The frames `watch` and `unwatch`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// What: `plugins`, `surface` and so on; the reference lists them.
    pub view: String,
    /// Which one, where there are several: a plugin's id, `plugin/surface`, the number of a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The frame `call`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// What the response will carry: a text or a number, chosen by the client.
    pub request_id: RequestId,
    /// The family of the action, or the id of a plugin.
    pub module: String,
    /// The rest of the action's name, or the plugin's command.
    pub name: String,
    /// The version of the action. There is only 1.
    #[serde(default = "first_version")]
    pub version: u32,
    /// A JSON object.
    #[serde(default)]
    pub params: Map<String, Value>,
}

/// What ties a response to its call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RequestId {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

/// The frames `subscribe` and `unsubscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// The first segment of the topic; `*` for every one.
    pub module: String,
    /// The rest of the topic, in which `*` stands for any text, dots included.
    pub name: String,
    /// Whether events shall also carry `details`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub details: bool,
}

/// What the host sends.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HostFrame {
    /// Something happened.
    Event(EventFrame),
    /// The answer to a call.
    Response(Response),
    /// A frame could not be understood; the connection stays.
    Error {
        /// What was wrong with it, and what would be right.
        message: String,
    },
    /// How something that the client watches stands.
    View(View),
    /// What changed of a surface that the client watches.
    Values(ViewValues),
    /// Events were lost to this client, because it read too slowly.
    Lagged {
        /// How many.
        dropped: u32,
    },
}

/// The frame `event`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventFrame {
    /// The first segment of the topic.
    pub module: String,
    /// The rest of it.
    pub name: String,
    /// The version of the topic. There is only 1.
    pub version: u32,
    /// The payload.
    #[schemars(with = "serde_json::Value")]
    pub data: Payload,
    /// When it happened, in milliseconds since the Unix epoch.
    pub timestamp: f64,
    /// The rest of the envelope, for clients that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// The rest of an event's envelope.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Details {
    /// Names the event.
    pub id: String,
    /// Who says so.
    pub source: String,
    /// The account or instance of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The event that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What else is true of it.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub flags: Flags,
}

/// The frame `view`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// What is watched.
    #[serde(flatten)]
    pub watch: Watch,
    /// How it stands; `null` if there is no such thing.
    #[schemars(with = "serde_json::Value")]
    pub data: Box<RawValue>,
}

/// The frame `values`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ViewValues {
    /// What is watched.
    #[serde(flatten)]
    pub watch: Watch,
    /// Values that are there anew, by name; `null` is one that is no more.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
    /// What stands at the end of lists, by name; a list keeps its last 1,000 items.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub append: Map<String, Value>,
}

/// The frame `response`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// The one of the call.
    pub request_id: RequestId,
    /// Whether it was done.
    pub success: bool,
    /// The answer; or, without success, an object with `error` (the kind) and `message`.
    #[schemars(with = "serde_json::Value")]
    pub data: Box<RawValue>,
}

/// Why a text is no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("a frame may have {MAX_FRAME_BYTES} bytes, and this one has {0}")]
    TooLong(usize),
    /// Not JSON, of an unknown type, or with a wrong or unknown field.
    #[error(
        "not a frame: {0}; expected {{\"type\": \"call\", \"request_id\", \"module\", \"name\", \
         \"params\"}}, {{\"type\": \"subscribe\", \"module\", \"name\"}} or {{\"type\": \"watch\", \"view\"}}"
    )]
    Json(#[from] serde_json::Error),
    /// A module or name that is too long.
    #[error("`{field}` may have {MAX_NAME_BYTES} bytes, and this one has {length}")]
    NameTooLong {
        /// Which.
        field: &'static str,
        /// Its length in bytes.
        length: usize,
    },
    /// A version other than 1.
    #[error("version {0} of {1} does not exist: use version 1")]
    Version(u32, String),
}

impl ClientFrame {
    /// Reads what a client sent.
    ///
    /// # Errors
    ///
    /// If it is too long, or not one of the frames.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        if text.len() > MAX_FRAME_BYTES {
            return Err(FrameError::TooLong(text.len()));
        }
        let frame: Self = serde_json::from_str(text)?;
        let names = match &frame {
            Self::Call(Call { module, name, .. })
            | Self::Subscribe(Subscribe { module, name, .. })
            | Self::Unsubscribe(Subscribe { module, name, .. }) => {
                [("module", module.as_str()), ("name", name)]
            }
            Self::Watch(Watch { view, key }) | Self::Unwatch(Watch { view, key }) => [
                ("view", view.as_str()),
                ("key", key.as_deref().unwrap_or("")),
            ],
        };
        for (field, text) in names {
            if text.len() > MAX_NAME_BYTES {
                return Err(FrameError::NameTooLong {
                    field,
                    length: text.len(),
                });
            }
        }
        if let Self::Call(call) = &frame
            && call.version != 1
        {
            return Err(FrameError::Version(
                call.version,
                format!("{}.{}", call.module, call.name),
            ));
        }
        Ok(frame)
    }

    /// The `request_id` in a text that may be no frame: even a call that can't be understood is
    /// answered, if it says whom to answer.
    pub fn request_id(text: &str) -> Option<RequestId> {
        #[derive(Deserialize)]
        struct Identified {
            request_id: RequestId,
        }
        let identified: Identified = serde_json::from_str(text).ok()?;
        Some(identified.request_id)
    }
}

impl HostFrame {
    /// Reads what the host sent.
    ///
    /// # Errors
    ///
    /// If it is not one of the frames.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Type {
            Event,
            Response,
            View,
            Values,
            Error,
            Lagged,
        }
        #[derive(Deserialize)]
        struct Typed {
            r#type: Type,
            #[serde(default)]
            message: String,
            #[serde(default)]
            dropped: u32,
        }
        // Two steps, for what is kept as raw JSON can't be read from behind a tag.
        let Typed {
            r#type,
            message,
            dropped,
        } = serde_json::from_str(text)?;
        Ok(match r#type {
            Type::Event => Self::Event(serde_json::from_str(text)?),
            Type::Response => Self::Response(serde_json::from_str(text)?),
            Type::View => Self::View(serde_json::from_str(text)?),
            Type::Values => Self::Values(serde_json::from_str(text)?),
            Type::Error => Self::Error { message },
            Type::Lagged => Self::Lagged { dropped },
        })
    }
}

impl EventFrame {
    /// The frame of an event.
    pub fn new(event: &Event, details: bool) -> Self {
        let (module, name) = event
            .topic
            .as_str()
            .split_once('.')
            .unwrap_or((event.topic.as_str(), ""));
        Self {
            module: module.to_owned(),
            name: name.to_owned(),
            version: 1,
            data: event.data.clone(),
            timestamp: event.time,
            details: details.then(|| Details {
                id: event.id.to_string(),
                source: event.source.to_string(),
                account: event.account.as_deref().map(str::to_owned),
                cause: event.cause.as_ref().map(ToString::to_string),
                flags: event.flags,
            }),
        }
    }
}

fn first_version() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_call_needs_no_more_than_it_says() {
        let text = r#"{"type":"call","request_id":"a","module":"obs","name":"get-version"}"#;
        let ClientFrame::Call(call) = ClientFrame::parse(text).unwrap() else {
            panic!("no call")
        };
        assert_eq!((call.version, call.params.len()), (1, 0));
        assert_eq!(
            ClientFrame::request_id(text),
            Some(RequestId::Text("a".into()))
        );
    }

    #[test]
    fn what_is_no_frame_is_refused_with_what_would_be() {
        for (text, hint) in [
            ("", "EOF"),
            ("{\"type\":\"cal\"}", "unknown variant `cal`"),
            (
                "{\"type\":\"subscribe\",\"module\":\"chat\"}",
                "missing field `name`",
            ),
            (
                "{\"type\":\"subscribe\",\"module\":\"chat\",\"name\":\"*\",\"x\":1}",
                "unknown field `x`",
            ),
            (
                "{\"type\":\"call\",\"request_id\":1,\"module\":\"a\",\"name\":\"b\",\"params\":[]}",
                "expected a map",
            ),
            (
                "{\"type\":\"call\",\"request_id\":1,\"module\":\"a\",\"name\":\"b\",\"version\":2}",
                "version 2 of a.b",
            ),
        ] {
            let message = ClientFrame::parse(text).unwrap_err().to_string();
            assert!(message.contains(hint), "{text}: {message}");
        }
        assert!(matches!(
            ClientFrame::parse(&" ".repeat(MAX_FRAME_BYTES + 1)),
            Err(FrameError::TooLong(_))
        ));
    }

    #[test]
    fn what_the_host_sends_can_be_read() {
        let request_id = RequestId::Number(7);
        let data = RawValue::from_string("[1]".into()).unwrap();
        let response = HostFrame::Response(Response {
            request_id,
            success: true,
            data,
        });
        let text = serde_json::to_string(&response).unwrap();
        let HostFrame::Response(read) = HostFrame::parse(&text).unwrap() else {
            panic!("{text}")
        };
        assert_eq!(
            (read.request_id, read.data.get()),
            (RequestId::Number(7), "[1]")
        );
        let lagged = serde_json::to_string(&HostFrame::Lagged { dropped: 3 }).unwrap();
        assert!(matches!(
            HostFrame::parse(&lagged),
            Ok(HostFrame::Lagged { dropped: 3 })
        ));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "[\\{\\}\\[\\]\",:a-z0-9_ ]{0,80}") {
            let _ = ClientFrame::parse(&text);
            let _ = ClientFrame::request_id(&text);
        }
    }
}

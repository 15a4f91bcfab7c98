//! One message of EventSub's WebSocket. See
//! <https://dev.twitch.tv/docs/eventsub/websocket-reference/>.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The largest message that is taken, in bytes. The longest documented one has some ten thousand.
pub(crate) const MAX_FRAME_BYTES: usize = 1 << 20;

/// A message, with what every message carries.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// Names the message: Twitch may send it twice.
    pub(crate) id: &'a str,
    /// When Twitch sent it, in milliseconds since the epoch.
    pub(crate) time: f64,
    pub(crate) content: Content<'a>,
}

/// What a message says.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    Welcome(Welcome),
    Keepalive,
    /// Connect there, unchanged.
    Reconnect {
        url: String,
    },
    Notification(Notification<'a>),
    Revocation(Subscription<'a>),
    /// Something that this version does not know.
    Other(String),
}

/// What the connection is called, and how long it may be silent.
#[derive(Debug)]
pub(crate) struct Welcome {
    pub(crate) session_id: String,
    pub(crate) keepalive_seconds: u64,
}

/// Something happened.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) subscription: Subscription<'a>,
    pub(crate) event: &'a RawValue,
}

/// The subscription that a message is about.
#[derive(Debug, Deserialize)]
pub(crate) struct Subscription<'a> {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) status: String,
    #[serde(borrow)]
    pub(crate) condition: &'a RawValue,
}

/// Why a text is no message of EventSub.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Not JSON, or a field is missing or of the wrong type; the message names the place.
    #[error("no message of EventSub: {0}")]
    Json(#[from] serde_json::Error),
    /// A time that cannot be read.
    #[error("`{text}` is no time as in RFC 3339")]
    Time {
        /// The text, cut if it is long.
        text: String,
    },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    // Identifiers and times hold nothing that JSON escapes, so that they can be borrowed.
    message_id: &'a str,
    message_type: &'a str,
    message_timestamp: &'a str,
}

#[derive(Deserialize)]
struct SessionPayload {
    session: SessionDescription,
}

#[derive(Deserialize)]
struct SessionDescription {
    id: String,
    #[serde(default)]
    keepalive_timeout_seconds: Option<u64>,
    #[serde(default)]
    reconnect_url: Option<String>,
}

#[derive(Deserialize)]
struct SubscriptionPayload<'a> {
    #[serde(borrow)]
    subscription: Subscription<'a>,
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
}

/// What Twitch uses if it does not say how long it may be silent.
const DEFAULT_KEEPALIVE: u64 = 10;

impl<'a> Frame<'a> {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// If it is not one; see [`FrameError`].
    pub(crate) fn parse(text: &'a str) -> Result<Self, FrameError> {
        let Envelope { metadata, payload } = serde_json::from_str(text)?;
        let payload = payload.get();
        let content = match metadata.message_type {
            "session_welcome" => {
                let SessionPayload { session } = serde_json::from_str(payload)?;
                let keepalive = session.keepalive_timeout_seconds;
                Content::Welcome(Welcome {
                    session_id: session.id,
                    keepalive_seconds: keepalive.unwrap_or(DEFAULT_KEEPALIVE).clamp(1, 600),
                })
            }
            "session_keepalive" => Content::Keepalive,
            "session_reconnect" => {
                let SessionPayload { session } = serde_json::from_str(payload)?;
                Content::Reconnect {
                    url: session.reconnect_url.unwrap_or_default(),
                }
            }
            "notification" => {
                let payload: SubscriptionPayload<'_> = serde_json::from_str(payload)?;
                Content::Notification(Notification {
                    subscription: payload.subscription,
                    event: payload.event.unwrap_or(RawValue::NULL),
                })
            }
            "revocation" => {
                let payload: SubscriptionPayload<'_> = serde_json::from_str(payload)?;
                Content::Revocation(payload.subscription)
            }
            other => Content::Other(other.chars().take(80).collect()),
        };
        Ok(Self {
            id: metadata.message_id,
            time: milliseconds(metadata.message_timestamp)?,
            content,
        })
    }
}

/// A time of Twitch, which can have nanoseconds, in milliseconds since the epoch.
pub(crate) fn milliseconds(text: &str) -> Result<f64, FrameError> {
    let time: Result<jiff::Timestamp, _> = text.parse();
    let time = time.map_err(|_| FrameError::Time {
        text: text.chars().take(80).collect(),
    })?;
    #[expect(clippy::cast_precision_loss, reason = "53 bits of milliseconds last")]
    Ok(time.as_millisecond() as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WELCOME: &str = r#"{"metadata":{"message_id":"96a3f3b5-5dec-4eed-908e-e11ee657416c","message_type":"session_welcome","message_timestamp":"2023-07-19T14:56:51.634234626Z"},"payload":{"session":{"id":"AQoQILE98gtqShGmLD7AM6yJThAB","status":"connected","connected_at":"2023-07-19T14:56:51.616329898Z","keepalive_timeout_seconds":10,"reconnect_url":null}}}"#;
    const RECONNECT: &str = r#"{"metadata":{"message_id":"84c1e79a-2a4b-4c13-ba0b-4312293e9308","message_type":"session_reconnect","message_timestamp":"2022-11-18T09:10:11.634234626Z"},"payload":{"session":{"id":"AQoQexAWVYKSTIu4ec_2VAxyuhAB","status":"reconnecting","keepalive_timeout_seconds":null,"reconnect_url":"wss://eventsub.wss.twitch.tv?...","connected_at":"2022-11-16T10:11:12.634234626Z"}}}"#;
    const REVOCATION: &str = r#"{"metadata":{"message_id":"84c1e79a-2a4b-4c13-ba0b-4312293e9308","message_type":"revocation","message_timestamp":"2022-11-16T10:11:12.464757833Z","subscription_type":"channel.follow","subscription_version":"1"},"payload":{"subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"authorization_revoked","type":"channel.follow","version":"1","cost":1,"condition":{"broadcaster_user_id":"12826"},"transport":{"method":"websocket","session_id":"AQoQexAWVYKSTIu4ec_2VAxyuhAB"},"created_at":"2022-11-16T10:11:12.464757833Z"}}}"#;

    #[test]
    fn the_documented_session_messages_are_read() {
        let frame = Frame::parse(WELCOME).unwrap();
        assert_eq!(frame.id, "96a3f3b5-5dec-4eed-908e-e11ee657416c");
        assert_eq!(frame.time, 1_689_778_611_634.0);
        let Content::Welcome(welcome) = frame.content else {
            panic!("a welcome")
        };
        assert_eq!(welcome.session_id, "AQoQILE98gtqShGmLD7AM6yJThAB");
        assert_eq!(welcome.keepalive_seconds, 10);

        let Content::Reconnect { url } = Frame::parse(RECONNECT).unwrap().content else {
            panic!("a reconnect")
        };
        assert_eq!(url, "wss://eventsub.wss.twitch.tv?...");

        let Content::Revocation(subscription) = Frame::parse(REVOCATION).unwrap().content else {
            panic!("a revocation")
        };
        assert_eq!(subscription.kind, "channel.follow");
        assert_eq!(subscription.status, "authorization_revoked");
    }

    #[test]
    fn a_message_of_an_unknown_kind_is_read_as_such() {
        let text = WELCOME.replace("session_welcome", "session_dance");
        let frame = Frame::parse(&text).unwrap();
        assert!(matches!(frame.content, Content::Other(kind) if kind == "session_dance"));
    }

    #[test]
    fn hostile_messages_are_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "null",
            "{}",
            "[]",
            r#"{"metadata":null,"payload":{}}"#,
            &WELCOME.replace("\"session\":", "\"sessions\":"),
            &WELCOME.replace("10,", "\"10\","),
            &WELCOME.replace("10,", "-1,"),
            &WELCOME.replace("2023-07-19T", "yesterday "),
            &WELCOME.replace("\"96a3f3b5-5dec-4eed-908e-e11ee657416c\"", "7"),
            &REVOCATION.replace("\"id\":\"f1c2a387-161a-49f9-a165-0f21d7a4e1c4\",", ""),
            &REVOCATION.replace("\"channel.follow\",\"version\"", "[],\"version\""),
            &deep,
        ] {
            let short: String = text.chars().take(200).collect();
            assert!(Frame::parse(text).is_err(), "{short}");
        }
        let long = WELCOME.replace(
            "\"keepalive_timeout_seconds\":10",
            "\"keepalive_timeout_seconds\":18446744073709551615",
        );
        let Content::Welcome(welcome) = Frame::parse(&long).unwrap().content else {
            panic!("a welcome")
        };
        assert_eq!(welcome.keepalive_seconds, 600, "Twitch's own limit");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}", at in 0_usize..700, with in ".{0,3}") {
            let _ = Frame::parse(&text);
            let mut changed: String = WELCOME.chars().take(at).collect();
            changed.push_str(&with);
            changed.extend(WELCOME.chars().skip(at + 1));
            let _ = Frame::parse(&changed);
        }
    }
}

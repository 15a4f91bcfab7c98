//! What comes over Kick's two transports, in one shape.
//!
//! Pusher sends one message a frame. Centrifugo puts one JSON object on each line of a frame. In both,
//! what happened stands within as text that is JSON once more, or as JSON itself.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Something that happened in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The channel of the transport, such as `chatrooms.1.v2`.
    pub channel: String,
    /// What happened, without `App\Events\` before it.
    pub event: String,
    /// The JSON that describes it.
    pub data: String,
}

/// A message of Pusher's protocol 7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PusherFrame {
    /// The server has let us in.
    Established {
        /// After how many silent seconds to ask whether it is there.
        activity_timeout: u64,
    },
    /// A subscription stands.
    Subscribed {
        /// Its channel.
        channel: String,
    },
    /// A subscription was refused.
    Refused {
        /// Its channel.
        channel: String,
    },
    /// To be answered.
    Ping,
    /// The connection does not go on.
    Error {
        /// Pusher's code.
        code: u64,
        /// Its words.
        message: String,
    },
    /// Something happened in a channel.
    Happening(Happening),
    /// A sign of life.
    Other,
}

/// A line of Centrifugo's protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CentrifugoFrame {
    /// To be answered.
    Ping,
    /// The answer to a command.
    Reply {
        /// The command's id.
        id: u64,
        /// Why it was refused, if it was.
        error: Option<String>,
        /// For how long the connection may stand, in seconds, if it may not for ever.
        ttl: Option<u64>,
        /// How often the server pings, in seconds; 0 if it does not.
        ping: u64,
        /// Whether it wants its pings answered.
        pong: bool,
    },
    /// The server wants us gone.
    Disconnect {
        /// Its words.
        reason: String,
    },
    /// A subscription ended.
    Unsubscribed {
        /// Its channel.
        channel: String,
    },
    /// Something happened in a channel.
    Happening(Happening),
    /// A sign of life.
    Other,
}

#[derive(Deserialize)]
struct RawPusher<'a> {
    event: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

impl PusherFrame {
    /// Reads a frame.
    ///
    /// # Errors
    ///
    /// If it is no message of the protocol.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: RawPusher<'_> = serde_json::from_str(text)?;
        let data = unwrapped(raw.data)?;
        let channel = raw.channel.unwrap_or_default();
        Ok(match raw.event.as_str() {
            "pusher:connection_established" => {
                #[derive(Deserialize)]
                struct Established {
                    activity_timeout: u64,
                }
                let Established { activity_timeout } = serde_json::from_str(&data)?;
                Self::Established { activity_timeout }
            }
            "pusher:ping" => Self::Ping,
            "pusher_internal:subscription_succeeded" => Self::Subscribed { channel },
            "pusher:subscription_error" => Self::Refused { channel },
            "pusher:error" => {
                #[derive(Deserialize, Default)]
                #[serde(default)]
                struct Failure {
                    code: Option<u64>,
                    message: Option<String>,
                }
                let failure: Failure = serde_json::from_str(&data)?;
                Self::Error {
                    code: failure.code.unwrap_or_default(),
                    message: failure.message.unwrap_or_default(),
                }
            }
            event if event.starts_with("pusher") => Self::Other,
            event => Self::Happening(Happening {
                channel,
                event: plain(event),
                data,
            }),
        })
    }
}

#[derive(Deserialize)]
struct RawCentrifugo<'a> {
    #[serde(default)]
    id: u64,
    #[serde(default)]
    error: Option<Refusal>,
    #[serde(default)]
    connect: Option<Lifetime>,
    #[serde(default)]
    refresh: Option<Lifetime>,
    #[serde(default, borrow)]
    push: Option<Push<'a>>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Lifetime {
    expires: bool,
    ttl: u64,
    ping: u64,
    pong: bool,
}

#[derive(Deserialize)]
struct Push<'a> {
    #[serde(default)]
    channel: String,
    #[serde(default, rename = "pub", borrow)]
    publication: Option<Publication<'a>>,
    #[serde(default)]
    disconnect: Option<Gone>,
    #[serde(default)]
    unsubscribe: Option<Gone>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Gone {
    code: u64,
    reason: String,
}

#[derive(Deserialize)]
struct Publication<'a> {
    #[serde(borrow)]
    data: Inner<'a>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    event: String,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

impl CentrifugoFrame {
    /// Reads one line.
    ///
    /// # Errors
    ///
    /// If it is no line of the protocol.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        let raw: RawCentrifugo<'_> = serde_json::from_str(line)?;
        if let Some(push) = raw.push {
            return push.read();
        }
        if raw.id == 0 && raw.error.is_none() {
            return Ok(Self::Ping);
        }
        let lifetime = raw.connect.or(raw.refresh).unwrap_or_default();
        Ok(Self::Reply {
            id: raw.id,
            error: raw
                .error
                .map(|error| format!("{} (code {})", error.message, error.code)),
            ttl: lifetime.expires.then_some(lifetime.ttl),
            ping: lifetime.ping,
            pong: lifetime.pong,
        })
    }
}

impl Push<'_> {
    fn read(self) -> Result<CentrifugoFrame, serde_json::Error> {
        if let Some(gone) = self.disconnect {
            let reason = format!("{} (code {})", gone.reason, gone.code);
            return Ok(CentrifugoFrame::Disconnect { reason });
        }
        if self.unsubscribe.is_some() {
            let channel = self.channel;
            return Ok(CentrifugoFrame::Unsubscribed { channel });
        }
        let Some(publication) = self.publication else {
            return Ok(CentrifugoFrame::Other);
        };
        let inner = publication.data;
        Ok(CentrifugoFrame::Happening(Happening {
            channel: self.channel,
            event: plain(&inner.event),
            data: unwrapped(inner.data)?,
        }))
    }
}

/// The JSON behind data that may be wrapped into text.
fn unwrapped(data: Option<&RawValue>) -> Result<String, serde_json::Error> {
    match data.map(RawValue::get) {
        None => Ok("null".to_owned()),
        Some(text) if text.starts_with('"') => serde_json::from_str(text),
        Some(json) => Ok(json.to_owned()),
    }
}

fn plain(event: &str) -> String {
    event
        .strip_prefix("App\\Events\\")
        .unwrap_or(event)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn happening(event: &str, data: &str) -> Happening {
        Happening {
            channel: "chatrooms.1.v2".into(),
            event: event.into(),
            data: data.into(),
        }
    }

    #[test]
    fn data_are_unwrapped_whether_they_are_text_or_not() {
        for data in [r#""{\"id\":1}""#, r#"{"id":1}"#] {
            let pusher =
                format!(r#"{{"event":"App\\Events\\X","channel":"chatrooms.1.v2","data":{data}}}"#);
            let expected = happening("X", r#"{"id":1}"#);
            let read = PusherFrame::parse(&pusher).unwrap();
            assert_eq!(read, PusherFrame::Happening(expected.clone()));
            let centrifugo = format!(
                r#"{{"push":{{"channel":"chatrooms.1.v2","pub":{{"data":{{"event":"X","data":{data}}}}}}}}}"#
            );
            let read = CentrifugoFrame::parse(&centrifugo).unwrap();
            assert_eq!(read, CentrifugoFrame::Happening(expected));
        }
    }

    #[test]
    fn the_protocols_own_messages_are_told_apart() {
        let greeting =
            r#"{"event":"pusher:connection_established","data":"{\"activity_timeout\":120}"}"#;
        let read = PusherFrame::parse(greeting).unwrap();
        assert_eq!(
            read,
            PusherFrame::Established {
                activity_timeout: 120
            }
        );
        let error = r#"{"event":"pusher:error","data":{"code":null,"message":"no"}}"#;
        let read = PusherFrame::parse(error).unwrap();
        let message = "no".into();
        assert_eq!(read, PusherFrame::Error { code: 0, message });
        assert_eq!(CentrifugoFrame::parse("{}").unwrap(), CentrifugoFrame::Ping);
        let refused = r#"{"id":7,"error":{"code":103,"message":"permission denied"}}"#;
        let CentrifugoFrame::Reply { id: 7, error, .. } = CentrifugoFrame::parse(refused).unwrap()
        else {
            panic!("{refused}")
        };
        assert_eq!(error.unwrap(), "permission denied (code 103)");
        let gone = r#"{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}"#;
        let reason = "shutdown (code 3001)".into();
        assert_eq!(
            CentrifugoFrame::parse(gone).unwrap(),
            CentrifugoFrame::Disconnect { reason }
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parsers_panic(text in prop_oneof![
            "\\PC{0,60}",
            "(\\{|\\}|\\[|\"|:|,|event|data|push|pub|id|pusher:error|null|1){0,30}",
        ]) {
            let _ = PusherFrame::parse(&text);
            let _ = CentrifugoFrame::parse(&text);
        }
    }
}

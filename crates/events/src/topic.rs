use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest topic, in bytes.
pub const MAX_TOPIC_BYTES: usize = 128;

/// The most segments in a topic or pattern.
pub const MAX_SEGMENTS: usize = 8;

/// The name of what happened: dot-separated segments, such as `chat.message`.
///
/// A segment consists of lower-case letters, digits, `-` and `_`. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Arc<str>);

/// Why a text is no topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// A segment holds something else than the allowed characters.
    #[error(
        "`{topic}` is no topic: `{character}` at byte {position} is not allowed; \
         use lower-case letters, digits, `-` and `_`, with dots between the segments"
    )]
    Character {
        /// The text as given.
        topic: String,
        /// The offending character.
        character: char,
        /// Where it stands, in bytes from the beginning.
        position: usize,
    },
    /// A segment is empty: a dot at the beginning or end, or two in a row.
    #[error("`{topic}` is no topic: segment {segment} is empty; remove the surplus dot")]
    EmptySegment {
        /// The text as given.
        topic: String,
        /// The number of the segment, from 1.
        segment: usize,
    },
    /// More bytes than [`MAX_TOPIC_BYTES`].
    #[error("a topic may have {MAX_TOPIC_BYTES} bytes, and this one has {length}: `{start}…`")]
    TooLong {
        /// How it begins.
        start: String,
        /// Its length in bytes.
        length: usize,
    },
    /// More segments than [`MAX_SEGMENTS`].
    #[error("`{topic}` has {segments} segments, and a topic may have {MAX_SEGMENTS}")]
    TooManySegments {
        /// The text as given.
        topic: String,
        /// How many segments it has.
        segments: usize,
    },
}

impl Topic {
    /// Parses a topic.
    ///
    /// # Errors
    ///
    /// If the text breaks one of the rules in [`TopicError`].
    pub fn new(text: &str) -> Result<Self, TopicError> {
        check_length(text)?;
        let mut segments = 0;
        for (index, segment) in text.split('.').enumerate() {
            segments += 1;
            if segment.is_empty() {
                return Err(TopicError::EmptySegment {
                    topic: text.to_owned(),
                    segment: index + 1,
                });
            }
        }
        if let Some((position, character)) = text
            .char_indices()
            .find(|(_, character)| *character != '.' && !is_allowed(*character))
        {
            return Err(TopicError::Character {
                topic: text.to_owned(),
                character,
                position,
            });
        }
        if segments > MAX_SEGMENTS {
            return Err(TopicError::TooManySegments {
                topic: text.to_owned(),
                segments,
            });
        }
        Ok(Self(text.into()))
    }

    /// The topic as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments between the dots; at least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// The first segment: the family that the topic belongs to, such as `chat`.
    pub fn family(&self) -> &str {
        self.0.split_once('.').map_or(&*self.0, |(first, _)| first)
    }
}

pub(crate) fn check_length(text: &str) -> Result<(), TopicError> {
    if text.len() > MAX_TOPIC_BYTES {
        return Err(TopicError::TooLong {
            start: text.chars().take(40).collect(),
            length: text.len(),
        });
    }
    Ok(())
}

pub(crate) fn is_allowed(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '-' | '_')
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Topic {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Topic {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_keeps_its_text_and_segments() {
        let topic = Topic::new("channel.reward.redeemed").unwrap();
        assert_eq!(topic.as_str(), "channel.reward.redeemed");
        assert_eq!(topic.family(), "channel");
        assert_eq!(
            topic.segments().collect::<Vec<_>>(),
            ["channel", "reward", "redeemed"]
        );
    }

    #[test]
    fn an_error_names_the_value_and_the_place() {
        let message = Topic::new("chat.Message").unwrap_err().to_string();
        assert!(
            message.contains("`chat.Message`") && message.contains("byte 5"),
            "{message}"
        );
        let message = Topic::new("chat..message").unwrap_err().to_string();
        assert!(message.contains("segment 2 is empty"), "{message}");
        assert!(matches!(
            Topic::new(""),
            Err(TopicError::EmptySegment { segment: 1, .. })
        ));
        assert!(matches!(
            Topic::new(&"a".repeat(129)),
            Err(TopicError::TooLong { .. })
        ));
        assert!(matches!(
            Topic::new("a.a.a.a.a.a.a.a.a"),
            Err(TopicError::TooManySegments { .. })
        ));
    }
}

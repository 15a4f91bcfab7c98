use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::topic::{MAX_SEGMENTS, Topic, TopicError, check_length, is_allowed};

/// Selects topics: `*` stands for exactly one segment, a final `**` for one or more segments.
///
/// `chat.message` selects itself, `chat.*` every topic of two segments that begins with `chat`,
/// `obs.**` all that OBS says, `**` everything. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern(Arc<str>);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A star that is only part of a segment.
    #[error(
        "`{pattern}` is no pattern: in segment {segment}, `{text}`, the star is only a part; \
         `*` stands for one whole segment: write `{suggestion}`"
    )]
    StrayStar {
        /// The text as given.
        pattern: String,
        /// The number of the segment, from 1.
        segment: usize,
        /// That segment.
        text: String,
        /// A pattern near to it that is right.
        suggestion: String,
    },
    /// A `**` before the end.
    #[error(
        "`{pattern}` is no pattern: `**` in segment {segment} may stand only at the end; \
         use `*` for one segment in the middle"
    )]
    StarsBeforeEnd {
        /// The text as given.
        pattern: String,
        /// The number of the segment, from 1.
        segment: usize,
    },
    /// Wrong in a way that a topic can be wrong, too.
    #[error(transparent)]
    Topic(#[from] TopicError),
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// If the text breaks one of the rules in [`PatternError`].
    pub fn new(text: &str) -> Result<Self, PatternError> {
        check_length(text)?;
        let count = text.split('.').count();
        let mut offset = 0;
        for (index, segment) in text.split('.').enumerate() {
            let last = index + 1 == count;
            match segment {
                "" => {
                    let topic = text.to_owned();
                    return Err(TopicError::EmptySegment {
                        topic,
                        segment: index + 1,
                    }
                    .into());
                }
                "*" => {}
                "**" if last => {}
                "**" => {
                    let pattern = text.to_owned();
                    return Err(PatternError::StarsBeforeEnd {
                        pattern,
                        segment: index + 1,
                    });
                }
                _ if segment.contains('*') => {
                    return Err(stray_star(text, index, segment));
                }
                _ => {
                    if let Some((position, character)) = segment
                        .char_indices()
                        .find(|(_, character)| !is_allowed(*character))
                    {
                        return Err(TopicError::Character {
                            topic: text.to_owned(),
                            character,
                            position: offset + position,
                        }
                        .into());
                    }
                }
            }
            offset += segment.len() + 1;
        }
        if count > MAX_SEGMENTS {
            let topic = text.to_owned();
            return Err(TopicError::TooManySegments {
                topic,
                segments: count,
            }
            .into());
        }
        Ok(Self(text.into()))
    }

    /// The pattern as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments between the dots, stars among them; at least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether it selects exactly one topic.
    pub fn is_literal(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether it selects `topic`.
    pub fn matches(&self, topic: &Topic) -> bool {
        self.covers_segments(topic.segments())
    }

    /// Whether it selects what is called `name`, a topic or an action. Never allocates.
    pub fn matches_name(&self, name: &str) -> bool {
        self.covers_segments(name.split('.'))
    }

    /// Whether it selects every topic that `other` selects.
    pub fn covers(&self, other: &Pattern) -> bool {
        self.covers_segments(other.segments())
    }

    /// `other` may itself hold stars: a `*` is covered only by a star, a `**` only by a `**`.
    fn covers_segments<'a>(&self, mut other: impl Iterator<Item = &'a str>) -> bool {
        for own in self.segments() {
            let Some(segment) = other.next() else {
                return false;
            };
            match own {
                "**" => return true,
                "*" if segment != "**" => {}
                _ if own == segment => {}
                _ => return false,
            }
        }
        other.next().is_none()
    }
}

fn stray_star(pattern: &str, index: usize, segment: &str) -> PatternError {
    let suggestion = pattern
        .split('.')
        .enumerate()
        .map(|(number, part)| if number == index { "*" } else { part })
        .collect::<Vec<_>>()
        .join(".");
    PatternError::StrayStar {
        pattern: pattern.to_owned(),
        segment: index + 1,
        text: segment.to_owned(),
        suggestion,
    }
}

impl From<&Topic> for Pattern {
    fn from(topic: &Topic) -> Self {
        Self(topic.as_str().into())
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    fn topic(text: &str) -> Topic {
        Topic::new(text).unwrap()
    }

    #[test]
    fn a_star_is_one_segment_and_two_are_all_that_follow() {
        assert!(pattern("chat.*").matches(&topic("chat.message")));
        assert!(!pattern("chat.*").matches(&topic("chat")));
        assert!(!pattern("chat.*").matches(&topic("chat.message.deleted")));
        assert!(pattern("chat.**").matches(&topic("chat.message.deleted")));
        assert!(!pattern("chat.**").matches(&topic("chat")));
        assert!(pattern("**").matches(&topic("anything.at.all")));
        assert!(pattern("*.connected").matches(&topic("obs.connected")));
    }

    #[test]
    fn covering_is_about_every_topic_selected() {
        assert!(pattern("chat.**").covers(&pattern("chat.*")));
        assert!(!pattern("chat.*").covers(&pattern("chat.**")));
        assert!(pattern("chat.*").covers(&pattern("chat.message")));
        assert!(!pattern("chat.message").covers(&pattern("chat.*")));
        assert!(pattern("**").covers(&pattern("**")));
    }

    #[test]
    fn a_stray_star_is_refused_with_what_to_write() {
        let message = Pattern::new("chat.mess*").unwrap_err().to_string();
        assert!(
            message.contains("segment 2") && message.contains("write `chat.*`"),
            "{message}"
        );
        let message = Pattern::new("**.chat").unwrap_err().to_string();
        assert!(message.contains("only at the end"), "{message}");
        assert!(Pattern::new("chat.***").is_err());
        assert!(Pattern::new("").is_err());
    }

    proptest! {
        #[test]
        fn what_covers_a_pattern_matches_all_its_topics(
            wide in "([ab]|\\*){1}(\\.([ab]|\\*)){0,3}(\\.\\*\\*)?",
            narrow in "([ab]|\\*){1}(\\.([ab]|\\*)){0,3}(\\.\\*\\*)?",
            name in "[ab](\\.[ab]){0,5}",
        ) {
            let (wide, narrow, name) = (pattern(&wide), pattern(&narrow), topic(&name));
            if wide.covers(&narrow) && narrow.matches(&name) {
                prop_assert!(wide.matches(&name));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}") {
            let _ = Pattern::new(&text);
            let _ = Topic::new(&text);
        }
    }
}

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use pato_events::catalogue::RESERVED_FAMILIES;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ParseError, shown};

/// The longest plugin id, in bytes.
pub const MAX_PLUGIN_ID_BYTES: usize = 48;

/// The name by which one plugin is known on this machine: `[a-z][a-z0-9-]{0,47}`, and none of the
/// families of topics that belong to the host. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PluginId(Arc<str>);

impl PluginId {
    /// Parses a plugin id.
    ///
    /// # Errors
    ///
    /// If the text has another form, or is a reserved family.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let fits = text.len() <= MAX_PLUGIN_ID_BYTES
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !fits {
            return Err(ParseError::PluginId { text: shown(text) });
        }
        if RESERVED_FAMILIES.contains(&text) {
            return Err(ParseError::ReservedPluginId { text: text.into() });
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PluginId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl AsRef<str> for PluginId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for PluginId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for PluginId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PluginId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_short_word_that_no_family_of_topics_has() {
        assert_eq!(PluginId::new("scenes-2").unwrap().as_str(), "scenes-2");
        assert!(PluginId::new(&"a".repeat(48)).is_ok());
        for text in [
            "",
            "2scenes",
            "-a",
            "Scenes",
            "a b",
            "a.b",
            "a\0",
            "../a",
            "ä",
            "a_b",
            &"a".repeat(49),
        ] {
            assert!(
                matches!(PluginId::new(text), Err(ParseError::PluginId { .. })),
                "{text:?}"
            );
        }
        let message = PluginId::new("obs").unwrap_err().to_string();
        assert!(message.contains("my-obs"), "{message}");
    }
}

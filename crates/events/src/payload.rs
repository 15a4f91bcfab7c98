use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// The data of an event: the text of a JSON object, checked once and then shared.
///
/// Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Arc<str>);

/// Why a text is no payload, or does not fit a type.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not JSON, or not of the expected shape. The message names the line and column.
    #[error("the payload does not fit: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON, but not an object.
    #[error("a payload is a JSON object, and this is {found}: write {{\"value\": …}} around it")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
}

impl Payload {
    /// Checks that `text` is one JSON object.
    ///
    /// # Errors
    ///
    /// If it is not JSON, or another kind of value.
    pub fn parse(text: &str) -> Result<Self, PayloadError> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Self::checked(raw.get())
    }

    /// The payload that `value` serialises to.
    ///
    /// # Errors
    ///
    /// If it serialises to something else than an object, or refuses to.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, PayloadError> {
        Self::checked(&serde_json::to_string(value)?)
    }

    fn checked(text: &str) -> Result<Self, PayloadError> {
        let found = match text.trim_start().as_bytes().first() {
            Some(b'{') => return Ok(Self(text.into())),
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        };
        Err(PayloadError::NotAnObject { found })
    }

    /// The empty object.
    pub fn empty() -> Self {
        Self("{}".into())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the payload as `T`.
    ///
    /// # Errors
    ///
    /// If the payload is not of that shape; the message names the field and the place.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        Ok(serde_json::from_str(&self.0)?)
    }
}

/// Takes over what has been checked to be JSON already, without reading it once more.
impl TryFrom<&RawValue> for Payload {
    type Error = PayloadError;

    fn try_from(raw: &RawValue) -> Result<Self, PayloadError> {
        Self::checked(raw.get())
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Checked when made, so this only fails where the serialiser itself does.
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::checked(raw.get()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_are_payloads() {
        assert_eq!(
            Payload::parse(" {\"a\": 1} ").unwrap().as_str(),
            "{\"a\": 1}"
        );
        assert!(
            Payload::parse("[1]")
                .unwrap_err()
                .to_string()
                .contains("a list")
        );
        assert!(
            Payload::parse("{\"a\":")
                .unwrap_err()
                .to_string()
                .contains("line 1 column")
        );
        assert!(Payload::parse("{} {}").is_err());
    }
}

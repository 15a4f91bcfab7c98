use std::fmt;

use pato_events::nearest;
use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

use super::text::{List, Parsed, Text};
use crate::error::shown;

/// The longest text of a setting, in bytes; of a list, all its texts together.
const MAX_SETTING_BYTES: usize = 16 << 10;

/// The largest whole number that every language reads exactly from JSON: 2^53 - 1.
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// One thing that the user can set.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SettingDeclaration {
    /// What values it takes.
    #[serde(flatten)]
    pub kind: SettingKind,
    /// Its value until the user changes it; it fits the kind.
    pub default: SettingValue,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What values a setting takes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SettingKind {
    /// A whole number, at most 2^53 - 1 from 0.
    Integer {
        /// The least that it may be.
        #[serde(skip_serializing_if = "Option::is_none")]
        minimum: Option<i64>,
        /// The most that it may be.
        #[serde(skip_serializing_if = "Option::is_none")]
        maximum: Option<i64>,
    },
    /// A finite number.
    Number {
        /// The least that it may be.
        #[serde(skip_serializing_if = "Option::is_none")]
        minimum: Option<f64>,
        /// The most that it may be.
        #[serde(skip_serializing_if = "Option::is_none")]
        maximum: Option<f64>,
    },
    /// Yes or no.
    Boolean,
    /// A text.
    String,
    /// One of some texts.
    Choice {
        /// Those texts, at least one.
        choices: Vec<String>,
    },
    /// Texts in an order.
    List,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SettingValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A text, or a choice.
    String(String),
    /// Texts in an order.
    List(Vec<String>),
}

/// Why a value does not fit a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Of another kind.
    #[error("the setting takes {expected}, and `{value}` is none")]
    Kind {
        /// The value as JSON, cut if it is long.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A number too small or too large.
    #[error("`{value}` is out of range: {range}")]
    Range {
        /// The value.
        value: String,
        /// What numbers are allowed.
        range: String,
    },
    /// No choice.
    #[error("`{value}` is no choice: {remedy}")]
    Choice {
        /// The value, cut if it is long.
        value: String,
        /// The choice most like it, or all.
        remedy: String,
    },
    /// Too long.
    #[error("a setting holds at most {MAX_SETTING_BYTES} bytes, and this value has {length}")]
    TooLong {
        /// The length in bytes.
        length: usize,
    },
}

impl SettingDeclaration {
    /// The value as the setting holds it: a whole number for a setting of numbers becomes a number.
    ///
    /// # Errors
    ///
    /// If the value is of another kind, out of range, none of the choices, or too long.
    pub fn validate(&self, value: &serde_json::Value) -> Result<SettingValue, SettingError> {
        let read = SettingValue::deserialize(value).map_err(|_| SettingError::Kind {
            value: shown(&value.to_string()),
            expected: self.kind.expected(),
        })?;
        self.kind.fit(read)
    }
}

impl SettingKind {
    fn expected(&self) -> &'static str {
        match self {
            Self::Integer { .. } => "a whole number",
            Self::Number { .. } => "a number",
            Self::Boolean => "true or false",
            Self::String | Self::Choice { .. } => "a text",
            Self::List => "a list of texts",
        }
    }

    fn fit(&self, value: SettingValue) -> Result<SettingValue, SettingError> {
        let length = match &value {
            SettingValue::String(text) => text.len(),
            SettingValue::List(texts) => texts.iter().map(|text| text.len() + 1).sum(),
            _ => 0,
        };
        if length > MAX_SETTING_BYTES {
            return Err(SettingError::TooLong { length });
        }
        match (self, value) {
            (Self::Integer { minimum, maximum }, SettingValue::Integer(number)) => {
                let minimum = minimum.unwrap_or(-MAX_INTEGER);
                in_range(number, Some(minimum), Some(maximum.unwrap_or(MAX_INTEGER)))?;
                Ok(SettingValue::Integer(number))
            }
            (Self::Number { minimum, maximum }, SettingValue::Integer(number)) => {
                // Whole numbers that a float cannot hold are far outside of what people set.
                number_in_range(number as f64, *minimum, *maximum)
            }
            (Self::Number { minimum, maximum }, SettingValue::Number(number)) => {
                number_in_range(number, *minimum, *maximum)
            }
            (Self::Choice { choices }, SettingValue::String(text)) => {
                if choices.contains(&text) {
                    return Ok(SettingValue::String(text));
                }
                let remedy = match nearest(&text, choices.iter().map(String::as_str)) {
                    Some(choice) => format!("did you mean `{choice}`?"),
                    None => format!("choose one of {}", choices.join(", ")),
                };
                let value = shown(&text);
                Err(SettingError::Choice { value, remedy })
            }
            (Self::Boolean, value @ SettingValue::Boolean(_))
            | (Self::String, value @ SettingValue::String(_))
            | (Self::List, value @ SettingValue::List(_)) => Ok(value),
            (_, value) => Err(SettingError::Kind {
                value: shown(&value.to_string()),
                expected: self.expected(),
            }),
        }
    }
}

fn number_in_range(
    number: f64,
    minimum: Option<f64>,
    maximum: Option<f64>,
) -> Result<SettingValue, SettingError> {
    // TOML knows `inf` and `nan`; JSON has no way to write them.
    in_range(
        number,
        minimum.or(Some(f64::MIN)),
        maximum.or(Some(f64::MAX)),
    )?;
    Ok(SettingValue::Number(number))
}

fn in_range<T: PartialOrd + Copy + fmt::Display>(
    number: T,
    minimum: Option<T>,
    maximum: Option<T>,
) -> Result<(), SettingError> {
    let fits =
        minimum.is_none_or(|least| number >= least) && maximum.is_none_or(|most| number <= most);
    let value = number.to_string();
    let range = match (fits, minimum, maximum) {
        (true, ..) => return Ok(()),
        (_, Some(least), Some(most)) => format!("from {least} to {most}"),
        (_, Some(least), None) => format!("{least} at least"),
        (_, None, Some(most)) => format!("{most} at most"),
        (_, None, None) => "a number".into(),
    };
    Err(SettingError::Range { value, range })
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::String(value) => f.write_str(value),
            Self::List(values) => f.write_str(&values.join(", ")),
        }
    }
}

/// A setting as the manifest writes it.
#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
struct SettingDocument {
    r#type: SettingType,
    default: SettingValue,
    label: Option<Parsed<Text<64>>>,
    description: Option<Parsed<Text<1000>>>,
    minimum: Option<SettingValue>,
    maximum: Option<SettingValue>,
    choices: Option<List<Parsed<Text<100>>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, DeriveDeserialize)]
#[serde(rename_all = "kebab-case")]
enum SettingType {
    Integer,
    Number,
    Boolean,
    String,
    Choice,
    List,
}

impl<'de> Deserialize<'de> for SettingDeclaration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SettingDocument::deserialize(deserializer)?
            .checked()
            .map_err(D::Error::custom)
    }
}

impl SettingDocument {
    fn checked(self) -> Result<SettingDeclaration, String> {
        let ranged = matches!(self.r#type, SettingType::Integer | SettingType::Number);
        if !ranged && (self.minimum.is_some() || self.maximum.is_some()) {
            return Err("only numbers have a `minimum` and a `maximum`".into());
        }
        if self.r#type != SettingType::Choice && self.choices.is_some() {
            return Err("`choices` needs `type = \"choice\"`".into());
        }
        let kind = match self.r#type {
            SettingType::Integer => SettingKind::Integer {
                minimum: self
                    .minimum
                    .map(|value| integer("minimum", &value))
                    .transpose()?,
                maximum: self
                    .maximum
                    .map(|value| integer("maximum", &value))
                    .transpose()?,
            },
            SettingType::Number => SettingKind::Number {
                minimum: self
                    .minimum
                    .map(|value| number("minimum", &value))
                    .transpose()?,
                maximum: self
                    .maximum
                    .map(|value| number("maximum", &value))
                    .transpose()?,
            },
            SettingType::Boolean => SettingKind::Boolean,
            SettingType::String => SettingKind::String,
            SettingType::List => SettingKind::List,
            SettingType::Choice => SettingKind::Choice {
                choices: match self.choices {
                    Some(List(choices)) if !choices.is_empty() => {
                        choices.into_iter().map(|Parsed(Text(text))| text).collect()
                    }
                    _ => return Err("a choice needs `choices = [\"…\", …]`".into()),
                },
            },
        };
        let default = kind
            .fit(self.default)
            .map_err(|error| format!("the default does not fit: {error}"))?;
        Ok(SettingDeclaration {
            kind,
            default,
            label: self.label.map(|Parsed(Text(text))| text),
            description: self.description.map(|Parsed(Text(text))| text),
        })
    }
}

fn integer(key: &str, value: &SettingValue) -> Result<i64, String> {
    match value {
        SettingValue::Integer(number) if number.abs() <= MAX_INTEGER => Ok(*number),
        _ => Err(format!(
            "`{key}` is a whole number of at most {MAX_INTEGER}"
        )),
    }
}

fn number(key: &str, value: &SettingValue) -> Result<f64, String> {
    match value {
        SettingValue::Integer(number) => Ok(*number as f64),
        SettingValue::Number(number) if number.is_finite() => Ok(*number),
        _ => Err(format!("`{key}` is a number")),
    }
}

impl<'de> Deserialize<'de> for SettingValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = SettingValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, true, false, or a list of texts")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<SettingValue, E> {
        Ok(SettingValue::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<SettingValue, E> {
        Ok(SettingValue::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<SettingValue, E> {
        Ok(match i64::try_from(value) {
            Ok(value) => SettingValue::Integer(value),
            Err(_) => SettingValue::Number(value as f64),
        })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<SettingValue, E> {
        Ok(SettingValue::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<SettingValue, E> {
        Ok(SettingValue::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<SettingValue, A::Error> {
        let mut texts: Vec<String> = Vec::new();
        while let Some(text) = entries.next_element()? {
            texts.push(text);
        }
        Ok(SettingValue::List(texts))
    }
}

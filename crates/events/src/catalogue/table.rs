//! Objects described by a table of their fields instead of a Rust type.
//!
//! A protocol of two hundred messages is easier to read, and to compare with what its makers publish,
//! as a table. Schema, check and example all follow from it.

use std::fmt;

use schemars::Schema;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::{Map, Value, json};

use crate::hint::nearest;
use crate::payload::{Payload, PayloadError};

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// Whether it may be missing, or null.
    pub optional: bool,
    kind: Kind,
    in_example: bool,
    example: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
    Integer,
    Boolean,
    Object,
    Any,
    Texts,
    Objects,
}

/// The constructors take the name, what the field means, and an example as JSON text.
impl Field {
    /// A field that holds text.
    pub const fn text(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Text, name, summary, example)
    }

    /// A field that holds a number.
    pub const fn number(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Number, name, summary, example)
    }

    /// A field that holds a whole number.
    pub const fn integer(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Integer, name, summary, example)
    }

    /// A field that holds true or false.
    pub const fn boolean(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Boolean, name, summary, example)
    }

    /// A field that holds an object of any shape.
    pub const fn object(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Object, name, summary, example)
    }

    /// A field that holds any value.
    pub const fn any(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Any, name, summary, example)
    }

    /// A field that holds a list of texts.
    pub const fn texts(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Texts, name, summary, example)
    }

    /// A field that holds a list of objects of any shape.
    pub const fn objects(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self::of(Kind::Objects, name, summary, example)
    }

    const fn of(
        kind: Kind,
        name: &'static str,
        summary: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            summary,
            optional: false,
            kind,
            in_example: true,
            example,
        }
    }

    /// The same field, which may be missing or null.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// The same field, optional because another one says the same; examples leave it out.
    #[must_use]
    pub const fn alternative(self) -> Self {
        Self {
            optional: true,
            in_example: false,
            ..self
        }
    }

    fn schema(&self) -> Value {
        let mut schema = Map::new();
        if let Some(name) = self.kind.json_type() {
            let kind = if self.optional {
                json!([name, "null"])
            } else {
                json!(name)
            };
            schema.insert("type".into(), kind);
        }
        if let Some(item) = self.kind.item().and_then(Kind::json_type) {
            schema.insert("items".into(), json!({ "type": item }));
        }
        schema.insert("description".into(), self.summary.into());
        schema.into()
    }
}

/// An object with these fields.
#[derive(Clone, Copy)]
pub(super) struct Table {
    pub(super) fields: &'static [Field],
    /// Whether it holds the parameters of an action: then it may name the connector to act through,
    /// and an unknown field is an error, because it is a slip that would go unnoticed.
    pub(super) parameters: bool,
}

const CONNECTOR: Field = Field::text(
    "connector",
    "The connector to act through, as in the `source` of an event; needed only if there are several.",
    r#""obs""#,
)
.alternative();

impl Table {
    pub(super) fn schema(&self) -> Schema {
        let properties: Map<String, Value> = self
            .fields()
            .map(|field| (field.name.to_owned(), field.schema()))
            .collect();
        let required: Vec<&str> = self
            .fields()
            .filter(|field| !field.optional)
            .map(|field| field.name)
            .collect();
        let mut schema = Map::new();
        schema.insert(
            "$schema".into(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), properties.into());
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        if self.parameters {
            schema.insert("additionalProperties".into(), false.into());
        }
        schema.into()
    }

    pub(super) fn check(&self, payload: &Payload) -> Result<(), PayloadError> {
        let mut reader = serde_json::Deserializer::from_str(payload.as_str());
        reader.deserialize_map(self)?;
        Ok(reader.end()?)
    }

    pub(super) fn example(&self) -> Result<Payload, PayloadError> {
        let fields = self.fields().filter(|field| field.in_example);
        let parts: Vec<String> = fields
            .map(|field| format!("\"{}\":{}", field.name, field.example))
            .collect();
        Payload::parse(&format!("{{{}}}", parts.join(",")))
    }

    fn fields(&self) -> impl Iterator<Item = &'static Field> {
        let connector = self.parameters.then_some(&CONNECTOR);
        self.fields.iter().chain(connector)
    }
}

impl<'de> Visitor<'de> for &Table {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = Vec::with_capacity(self.fields.len());
        while let Some(name) = map.next_key::<String>()? {
            let Some(field) = self.fields().find(|field| field.name == name) else {
                if self.parameters {
                    return Err(A::Error::custom(self.unknown(&name)));
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            map.next_value_seed(Expected {
                kind: field.kind,
                nullable: field.optional,
            })
            .map_err(|error| A::Error::custom(format_args!("`{name}`: {error}")))?;
            seen.push(field.name);
        }
        let mut fields = self.fields();
        match fields.find(|field| !field.optional && !seen.contains(&field.name)) {
            Some(missing) => Err(A::Error::custom(format_args!(
                "`{}` is missing ({})",
                missing.name, missing.summary
            ))),
            None => Ok(()),
        }
    }
}

impl Table {
    fn unknown(&self, name: &str) -> String {
        if let Some(near) = nearest(name, self.fields().map(|field| field.name)) {
            return format!("there is no `{name}`: did you mean `{near}`?");
        }
        let known: Vec<&str> = self.fields().map(|field| field.name).collect();
        format!("there is no `{name}` among {}", known.join(", "))
    }
}

/// Reads one value and lets it go, if it is of the kind.
struct Expected {
    kind: Kind,
    nullable: bool,
}

impl Expected {
    fn accept<E: serde::de::Error>(&self, fits: bool, found: Unexpected<'_>) -> Result<(), E> {
        if fits || matches!(self.kind, Kind::Any) {
            return Ok(());
        }
        Err(E::invalid_type(found, self))
    }
}

impl<'de> DeserializeSeed<'de> for Expected {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Expected {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Text => "text",
            Kind::Number => "a number",
            Kind::Integer => "a whole number",
            Kind::Boolean => "true or false",
            Kind::Object => "an object",
            Kind::Any => "a value",
            Kind::Texts => "a list of texts",
            Kind::Objects => "a list of objects",
        })
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.accept(matches!(self.kind, Kind::Boolean), Unexpected::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.accept(self.kind.is_number(), Unexpected::Signed(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.accept(self.kind.is_number(), Unexpected::Unsigned(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        let fits = match self.kind {
            Kind::Number => true,
            // A program without whole numbers may write 7.0.
            Kind::Integer => value.fract() == 0.0,
            _ => false,
        };
        self.accept(fits, Unexpected::Float(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.accept(matches!(self.kind, Kind::Text), Unexpected::Str(value))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.accept(self.nullable, Unexpected::Unit)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let item = self.kind.item();
        self.accept(item.is_some(), Unexpected::Seq)?;
        while list
            .next_element_seed(Expected {
                kind: item.unwrap_or(Kind::Any),
                nullable: false,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.accept(matches!(self.kind, Kind::Object), Unexpected::Map)?;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl Kind {
    const fn json_type(self) -> Option<&'static str> {
        match self {
            Self::Text => Some("string"),
            Self::Number => Some("number"),
            Self::Integer => Some("integer"),
            Self::Boolean => Some("boolean"),
            Self::Object => Some("object"),
            Self::Any => None,
            Self::Texts | Self::Objects => Some("array"),
        }
    }

    const fn item(self) -> Option<Self> {
        match self {
            Self::Texts => Some(Self::Text),
            Self::Objects => Some(Self::Object),
            _ => None,
        }
    }

    const fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field::text("sceneName", "The scene.", r#""Gaming""#),
        Field::integer("sceneItemId", "The item.", "7").optional(),
        Field::texts("groups", "The groups.", "[]").optional(),
        Field::any("slotValue", "Anything.", "null").optional(),
    ];

    fn check(parameters: bool, text: &str) -> Result<(), String> {
        let table = Table {
            fields: FIELDS,
            parameters,
        };
        table
            .check(&Payload::parse(text).unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_fits_passes_also_with_null_for_an_optional_field() {
        check(
            true,
            r#"{"sceneName":"a","sceneItemId":7.0,"groups":["b"]}"#,
        )
        .unwrap();
        check(
            true,
            r#"{"sceneName":"a","sceneItemId":null,"connector":"obs"}"#,
        )
        .unwrap();
        check(true, r#"{"sceneName":"a","slotValue":[{"x":[1,null]}]}"#).unwrap();
        check(false, r#"{"sceneName":"a","sinceVersionSix":{"x":1}}"#).unwrap();
    }

    #[test]
    fn an_error_names_the_field_the_expectation_and_the_place() {
        let wrong = check(true, "{\"sceneName\":\n 5}").unwrap_err();
        for part in [
            "`sceneName`",
            "integer `5`",
            "expected text",
            "line 2 column 2",
        ] {
            assert!(wrong.contains(part), "{wrong} lacks {part}");
        }
        assert!(
            check(true, r#"{"sceneName":null}"#)
                .unwrap_err()
                .contains("null")
        );
        assert!(
            check(true, r#"{"sceneName":"a","sceneItemId":7.5}"#)
                .unwrap_err()
                .contains("a whole number")
        );
        assert!(
            check(true, r#"{"sceneName":"a","groups":["b",1]}"#)
                .unwrap_err()
                .contains("`groups`")
        );
        assert!(
            check(false, "{}")
                .unwrap_err()
                .contains("`sceneName` is missing")
        );
    }

    #[test]
    fn an_unknown_parameter_is_refused_with_the_nearest_known_one() {
        let slip = check(true, r#"{"scenName":"a"}"#).unwrap_err();
        assert!(slip.contains("did you mean `sceneName`?"), "{slip}");
        let strange = check(true, r#"{"zzz":"a"}"#).unwrap_err();
        assert!(strange.contains("sceneItemId, groups"), "{strange}");
    }
}

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::MAX_REQUESTS;
use crate::error::shown;

/// A text for people of at most so many characters, without those that do not show or that turn the
/// direction of what follows: a name must not be able to look like another.
#[derive(Clone)]
pub(super) struct Text<const MAX: usize>(pub(super) String);

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(hidden) = text.chars().find(|&character| is_hidden(character)) {
            return Err(format!(
                "the text holds U+{:04X}, which does not show: remove it",
                u32::from(hidden)
            ));
        }
        if text.trim().is_empty() {
            return Err("the text is empty: write something, or leave the key out".into());
        }
        if text.chars().nth(MAX).is_some() {
            return Err(format!("the text has more than {MAX} characters"));
        }
        Ok(Self(text.trim().to_owned()))
    }
}

/// Control characters (line breaks too), direction marks, zero-width and other invisible characters.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A name for programs: `[a-z][a-z0-9_-]{0,47}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(pub(super) String);

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        let fits = text.len() <= 48
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(allowed);
        match fits {
            true => Ok(Self(text.to_owned())),
            false => Err(format!(
                "`{}` is no name: use 1 to 48 lower-case letters, digits, `-` and `_`, \
                 and begin with a letter",
                shown(text)
            )),
        }
    }
}

/// Something that a string is parsed to.
pub(super) struct Parsed<T>(pub(super) T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);
        impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
            type Value = Parsed<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map(Parsed).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// A list of at most [`MAX_REQUESTS`] entries.
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = entries.next_element()? {
                    if list.len() == MAX_REQUESTS {
                        return Err(too_many());
                    }
                    list.push(entry);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_seq(Entries(PhantomData))
    }
}

/// A table with free keys, of at most [`MAX_REQUESTS`] entries, none of which stands twice.
pub(super) struct Table<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Table<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Table<T>, A::Error> {
                let mut table: Vec<(String, T)> = Vec::new();
                while let Some(Parsed(Name(key))) = entries.next_key()? {
                    if table.len() == MAX_REQUESTS {
                        return Err(too_many());
                    }
                    if table.iter().any(|(known, _)| *known == key) {
                        return Err(Error::custom(format!("`{key}` stands twice: remove one")));
                    }
                    table.push((key, entries.next_value()?));
                }
                Ok(Table(table))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

fn too_many<E: Error>() -> E {
    E::custom(format!(
        "there are more than {MAX_REQUESTS} entries; use patterns, such as `chat.*`, or leave some out"
    ))
}

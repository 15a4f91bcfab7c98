use pato_events::nearest;
use serde::Deserialize;
use serde::de::Deserializer;
use serde_path_to_error::Track;

use super::document::Document;
use super::{MAX_MANIFEST_BYTES, Manifest, ManifestError};

pub(super) fn from_toml(text: &str, origin: &str) -> Result<Manifest, ManifestError> {
    let source = Source::new(text, origin)?;
    let fault = |error: &toml::de::Error, path: &str| {
        let line = error.span().map(|span| {
            let before = text.as_bytes().iter().take(span.start);
            before.filter(|byte| **byte == b'\n').count() + 1
        });
        source.fault(error.message(), line, path)
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|error| fault(&error, ""))?;
    source.finish(read(deserializer, fault)?)
}

pub(super) fn from_json(text: &str, origin: &str) -> Result<Manifest, ManifestError> {
    let source = Source::new(text, origin)?;
    let fault = |error: &serde_json::Error, path: &str| {
        let message = error.to_string();
        let end = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&end).unwrap_or(&message);
        source.fault(message, Some(error.line()).filter(|line| *line > 0), path)
    };
    // Editors on Windows begin files with a byte order mark, which JSON does not know.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document = read(&mut deserializer, fault)?;
    deserializer.end().map_err(|error| fault(&error, ""))?;
    source.finish(document)
}

fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    fault: impl Fn(&D::Error, &str) -> ManifestError,
) -> Result<Document, ManifestError> {
    let mut track = Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(deserializer, &mut track);
    Document::deserialize(deserializer).map_err(|error| {
        let path = track.path();
        let path = match path.iter().next() {
            Some(_) => path.to_string(),
            None => String::new(),
        };
        fault(&error, &path)
    })
}

/// What every error of one text says.
struct Source<'a> {
    origin: &'a str,
}

impl<'a> Source<'a> {
    fn new(text: &str, origin: &'a str) -> Result<Self, ManifestError> {
        if text.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLong {
                origin: origin.to_owned(),
                length: text.len(),
            });
        }
        Ok(Self { origin })
    }

    fn finish(&self, document: Document) -> Result<Manifest, ManifestError> {
        document
            .into_manifest()
            .map_err(|(place, problem)| self.value(None, place, &problem))
    }

    /// Turns the message of a parser into ours. What serde says of an unknown key has a fixed form:
    /// ``unknown field `a`, expected one of `b`, `c` ``.
    fn fault(&self, message: &str, line: Option<usize>, path: &str) -> ManifestError {
        let unknown = message
            .strip_prefix("unknown field `")
            .and_then(|rest| rest.rsplit_once("`, expected "));
        if let Some((key, known)) = unknown {
            let known = || known.split('`').skip(1).step_by(2);
            let table = path.strip_suffix(key).unwrap_or(path).trim_end_matches('.');
            return ManifestError::UnknownKey {
                origin: self.origin.to_owned(),
                line,
                key: printable(key),
                table: match table {
                    "" => "the manifest".to_owned(),
                    table => format!("[{}]", printable(table)),
                },
                remedy: match nearest(key, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys are {}", known().collect::<Vec<_>>().join(", ")),
                },
            };
        }
        let missing = message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'));
        match missing {
            Some(key) => self.value(line, path, &format!("the key `{key}` is missing")),
            None => self.value(line, path, message),
        }
    }

    fn value(&self, line: Option<usize>, place: &str, problem: &str) -> ManifestError {
        ManifestError::Value {
            origin: self.origin.to_owned(),
            line,
            place: printable(place),
            problem: printable(problem),
        }
    }
}

/// What may come from the manifest, fit for a terminal: nothing that steers it, and not endless.
fn printable(text: &str) -> String {
    let escape = |character: char| {
        let plain = !character.is_control()
            && !matches!(character, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let escaped = (!plain).then(|| character.escape_default());
        plain
            .then_some(character)
            .into_iter()
            .chain(escaped.into_iter().flatten())
    };
    text.chars().take(500).flat_map(escape).collect()
}

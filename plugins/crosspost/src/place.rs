use std::fmt;

use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// A channel of a service, written as `service/channel`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The connector's name, as in the `source` of an event.
    pub(crate) connector: String,
    pub(crate) channel: String,
}

/// From where to where chat is carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) from: Place,
    pub(crate) to: Place,
}

impl Place {
    pub(crate) fn new(connector: &str, channel: &str) -> Self {
        Self {
            connector: connector.to_lowercase(),
            // Names of channels are the same in any case of letters; identifiers have no letters.
            channel: channel.trim_start_matches('#').to_lowercase(),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::Invalid(format!(
                "`{}` is no place; write `service/channel`, such as `twitch/pato`",
                text.trim()
            ))
        };
        let (connector, channel) = text.split_once('/').ok_or_else(wrong)?;
        let place = Self::new(connector.trim(), channel.trim());
        let is_name = |name: &str| !name.is_empty() && !name.contains([' ', '/', '<', '>']);
        match is_name(&place.connector) && is_name(&place.channel) {
            true => Ok(place),
            false => Err(wrong()),
        }
    }

    /// Writes a text there.
    pub(crate) fn send(&self, text: &str) -> Result<Vec<String>> {
        use pato_sdk::catalogue::chat::{SendMessage, SendMessageParameters};
        let answer = services::call::<SendMessage>(&SendMessageParameters {
            connector: Some(self.connector.clone()),
            channel: Some(self.channel.clone()),
            text: text.to_owned(),
            ..SendMessageParameters::default()
        })?;
        Ok(answer.message_ids)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connector, self.channel)
    }
}

impl Route {
    /// Reads `a -> b`, or `a <-> b`, which is two.
    pub(crate) fn parse(line: &str) -> Result<Vec<Self>> {
        let (from, to, both) = match (line.split_once("<->"), line.split_once("->")) {
            (Some((from, to)), _) => (from, to, true),
            (None, Some((from, to))) => (from, to, false),
            (None, None) => {
                return Err(Error::Invalid(format!(
                    "`{line}` connects nothing; write `twitch/pato -> discord/123`"
                )));
            }
        };
        let (from, to) = (Place::parse(from)?, Place::parse(to)?);
        if from == to {
            return Err(Error::Invalid(format!("`{from}` is connected to itself")));
        }
        let back = Self {
            from: to.clone(),
            to: from.clone(),
        };
        let there = Self { from, to };
        Ok(if both { vec![there, back] } else { vec![there] })
    }
}

/// Reads the lines of a setting. A wrong one is logged and left out.
pub(crate) fn read<T>(
    setting: &str,
    lines: &[String],
    parse: impl Fn(&str) -> Result<T>,
) -> Vec<T> {
    let parsed = lines.iter().map(|line| parse(line));
    parsed
        .filter_map(|parsed| match parsed {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                warn!("a line of the setting `{setting}` is left out: {error}");
                None
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_service_and_a_channel() {
        let place = Place::parse(" Twitch/#Pato ").unwrap();
        assert_eq!(place.to_string(), "twitch/pato");
        for wrong in ["", "twitch", "twitch/", "/pato", "a/b/c", "a/b c"] {
            let error = Place::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("write `service/channel`"), "{error}");
        }
    }

    #[test]
    fn a_route_goes_one_way_or_both_and_never_to_where_it_begins() {
        let texts = |line: &str| -> Vec<String> {
            let routes = Route::parse(line).unwrap().into_iter();
            routes
                .map(|route| format!("{} {}", route.from, route.to))
                .collect()
        };
        assert_eq!(texts("a/b -> c/d"), ["a/b c/d"]);
        assert_eq!(texts("a/b<->c/d"), ["a/b c/d", "c/d a/b"]);
        for wrong in ["a/b c/d", "a/b <- c/d", "a/b -> A/#B", "a/b -> c/d -> e/f"] {
            assert!(Route::parse(wrong).is_err(), "{wrong}");
        }
    }
}

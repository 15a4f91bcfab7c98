use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use pato_events::{Pattern, Topic, catalogue};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ParseError, shown};

/// Selects actions as a [`Pattern`] selects topics: `chat.send`, `obs.*`.
///
/// A pattern with a star never reaches an action that the catalogue marks as dangerous: such an action
/// has to be named, both by the manifest and by the user.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionPattern(Pattern);

impl ActionPattern {
    /// The pattern as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it names exactly one action.
    pub fn is_literal(&self) -> bool {
        self.0.is_literal()
    }

    /// Whether it permits the action called `name`. Never allocates.
    pub fn permits(&self, name: &str) -> bool {
        self.as_str() == name || (self.0.matches_name(name) && !is_dangerous(name))
    }

    /// Whether it permits every action that `other` permits.
    pub fn covers(&self, other: &Self) -> bool {
        self == other || (self.0.covers(&other.0) && !is_dangerous(other.as_str()))
    }

    /// The pattern of names, which reaches dangerous actions too.
    pub(crate) fn pattern(&self) -> &Pattern {
        &self.0
    }
}

/// Whether the catalogue says that the action can do harm.
fn is_dangerous(name: &str) -> bool {
    static DANGEROUS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        catalogue::actions()
            .filter(|action| action.danger.is_some())
            .map(|action| action.name)
            .collect()
    });
    DANGEROUS.contains(name)
}

impl From<&Topic> for ActionPattern {
    /// The pattern of one action; names of actions have the form of topics.
    fn from(name: &Topic) -> Self {
        Self(name.into())
    }
}

impl FromStr for ActionPattern {
    type Err = ParseError;

    /// Reads `chat.send` or `obs.*`. A version after `@` may be given and has to be 1.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = match text.split_once('@') {
            None | Some((_, "1" | "1.0" | "1.0.0")) => text.split('@').next().unwrap_or(text),
            Some((name, _)) => {
                return Err(ParseError::Action {
                    text: shown(text),
                    remedy: format!(
                        "only version 1 of each action exists: write `{}` or `{0}@1`",
                        shown(name)
                    ),
                });
            }
        };
        Ok(Self(Pattern::new(name)?))
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for ActionPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ActionPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(text: &str) -> ActionPattern {
        text.parse().unwrap()
    }

    fn dangerous() -> &'static str {
        catalogue::actions()
            .find(|action| action.danger.is_some())
            .unwrap()
            .name
    }

    #[test]
    fn a_star_permits_harmless_actions_only() {
        assert!(action("chat.*").permits("chat.send"));
        assert!(!action("chat.*").permits("obs.send"));
        assert!(!action("**").permits(dangerous()));
        assert!(action(dangerous()).permits(dangerous()));
        assert!(!action("**").covers(&action(dangerous())));
        assert!(action(dangerous()).covers(&action(dangerous())));
        assert!(action("**").covers(&action("chat.*")));
    }

    #[test]
    fn version_1_may_be_written_and_no_other() {
        assert_eq!(action("chat.send@1"), action("chat.send"));
        assert_eq!(action("chat.send@1.0.0"), action("chat.send"));
        for text in [
            "chat.send@2",
            "chat.send@",
            "chat.send@1@1",
            "chat.send@latest",
        ] {
            let message = text.parse::<ActionPattern>().unwrap_err().to_string();
            assert!(message.contains("write `chat.send`"), "{message}");
        }
        assert!("@1".parse::<ActionPattern>().is_err());
        assert!("chat.se*@1".parse::<ActionPattern>().is_err());
    }
}

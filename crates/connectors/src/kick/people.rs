//! People, ids and moments, as Kick writes them.

use pato_events::catalogue::chat::{Badge, ChatMessage, Role, User};
use serde::{Deserialize, Deserializer};

use super::configuration::slug_of;

/// An id, which Kick writes as a number here and as text there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Id(pub(super) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        Ok(Self(match Either::deserialize(deserializer)? {
            Either::Number(number) => number.to_string(),
            Either::Text(text) => text,
        }))
    }
}

/// A person, as far as a report names them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Person {
    #[serde(default, alias = "user_id")]
    pub(super) id: Option<Id>,
    #[serde(default)]
    pub(super) username: Option<String>,
    #[serde(default, alias = "channel_slug")]
    slug: Option<String>,
    #[serde(default)]
    is_anonymous: bool,
    #[serde(default)]
    identity: Option<Identity>,
}

#[derive(Debug, Clone, Deserialize)]
struct Identity {
    #[serde(default, alias = "username_color")]
    color: Option<String>,
    #[serde(default)]
    badges: Vec<RawBadge>,
}

#[derive(Debug, Clone, Deserialize)]
struct RawBadge {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    count: Option<u64>,
}

impl Person {
    /// The person, unless they are not named.
    pub(super) fn user(&self) -> Option<User> {
        let name = self.username.clone().filter(|name| !name.is_empty())?;
        if self.is_anonymous {
            return None;
        }
        let slug = self.slug.clone().filter(|slug| !slug.is_empty());
        Some(User {
            id: self.id.clone().unwrap_or_default().0,
            login: slug.unwrap_or_else(|| slug_of(&name)),
            name,
        })
    }

    /// The person, unless Kick hides which moderator it was: then the id is 0.
    pub(super) fn moderator(&self) -> Option<User> {
        self.user().filter(|user| user.id != "0")
    }

    /// Puts into a message what is shown beside its author's name.
    pub(super) fn decorate(&self, message: &mut ChatMessage) {
        let Some(identity) = &self.identity else {
            return;
        };
        message.color = identity.color.clone().filter(|color| !color.is_empty());
        for badge in &identity.badges {
            message.roles.extend(match badge.kind.as_str() {
                "broadcaster" => Some(Role::Broadcaster),
                "moderator" => Some(Role::Moderator),
                "vip" => Some(Role::Vip),
                "subscriber" => Some(Role::Subscriber),
                _ => None,
            });
            message.badges.push(Badge {
                id: badge.kind.clone(),
                version: badge
                    .count
                    .map_or_else(String::new, |count| count.to_string()),
            });
        }
    }
}

/// Someone of whom only the name is known.
pub(super) fn named(name: &str) -> Option<User> {
    (!name.is_empty()).then(|| User {
        id: String::new(),
        login: slug_of(name),
        name: name.to_owned(),
    })
}

/// A moment in milliseconds since the epoch. Kick writes RFC 3339, and in places a date and a time that
/// are UTC.
pub(super) fn moment(text: &str) -> Option<f64> {
    let timestamp: Option<jiff::Timestamp> = text.parse().ok();
    let utc = || {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    };
    #[expect(clippy::cast_precision_loss, reason = "53 bits of milliseconds last")]
    let milliseconds = |timestamp: jiff::Timestamp| timestamp.as_millisecond() as f64;
    timestamp.or_else(utc).map(milliseconds)
}

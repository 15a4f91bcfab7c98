//! Chat. Permission: `call:chat.send`.

use pato_events::catalogue::chat::{ChatMessage, Role, SendMessage, SendMessageParameters};
use serde::{Deserialize, Serialize};

use crate::{Error, Event, Result, services};

/// Writes `text` in the channel of every connected chat.
///
/// # Errors
///
/// If it is not granted, or no chat is connected.
pub fn send(text: impl Into<String>) -> Result<()> {
    let text = text.into();
    services::call::<SendMessage>(&SendMessageParameters {
        text,
        ..SendMessageParameters::default()
    })?;
    Ok(())
}

/// Answers the chat message in `event`, where it was written.
///
/// # Errors
///
/// If the event is no chat message, it is not granted, or that chat is not connected.
pub fn reply(event: &Event, text: impl Into<String>) -> Result<()> {
    let Some(message) = event.payload::<ChatMessage>()? else {
        let topic = &event.topic;
        return Err(Error::Invalid(format!(
            "only a chat message can be replied to, and this is `{topic}`; use `chat::send`"
        )));
    };
    services::call::<SendMessage>(&SendMessageParameters {
        connector: Some(event.source.clone()),
        channel: Some(message.channel),
        text: text.into(),
        reply_to: Some(message.message_id),
        ..SendMessageParameters::default()
    })?;
    Ok(())
}

/// Who may do something in chat; each kind admits all that follow it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Everyone.
    #[default]
    Everyone,
    /// Who pays for a subscription.
    Subscribers,
    /// Very important people.
    Vips,
    /// Who moderates the channel.
    Moderators,
    /// Who owns it.
    Broadcaster,
}

impl Audience {
    /// Whether somebody with these roles belongs to it.
    pub fn admits(self, roles: &[Role]) -> bool {
        let rank = |role: &Role| match role {
            Role::Subscriber => Self::Subscribers,
            Role::Vip => Self::Vips,
            Role::Moderator => Self::Moderators,
            Role::Broadcaster => Self::Broadcaster,
        };
        roles.iter().map(rank).max().unwrap_or(Self::Everyone) >= self
    }
}

/// Splits `!name rest` into `name` and `rest`, if the text begins with `prefix` and a name.
pub fn command<'a>(text: &'a str, prefix: &str) -> Option<(&'a str, &'a str)> {
    let text = text.trim().strip_prefix(prefix)?;
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (!name.is_empty()).then(|| (name, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_admits_whoever_ranks_as_high() {
        assert!(Audience::Everyone.admits(&[]));
        assert!(!Audience::Subscribers.admits(&[]));
        assert!(Audience::Subscribers.admits(&[Role::Vip]));
        assert!(Audience::Moderators.admits(&[Role::Subscriber, Role::Broadcaster]));
        assert!(!Audience::Broadcaster.admits(&[Role::Moderator]));
    }

    #[test]
    fn a_command_is_a_prefix_a_name_and_the_rest() {
        assert_eq!(
            command(" !scene  Be right back ", "!"),
            Some(("scene", "Be right back"))
        );
        assert_eq!(command("!scenes", "!"), Some(("scenes", "")));
        assert_eq!(command("! scene", "!"), None);
        assert_eq!(command("scene", "!"), None);
    }
}

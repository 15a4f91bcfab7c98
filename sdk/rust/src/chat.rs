//! Chat. Permission: `call:chat.send`.

use pato_events::catalogue::chat::{ChatMessage, SendMessage, SendMessageParameters};

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
    })?;
    Ok(())
}

//! Twitch chat over IRC with Twitch's tags, read without an account.
//!
//! It tells of chat, cheers, rewards with a text, subscriptions, gifts, raids, and what moderators do.
//! Follows and rewards without a text do not come over IRC.
//!
//! Twitch announces a bundle of gifts once as a whole and then once for each; only the whole becomes an
//! event. In a shared chat, the other channels' messages become `chat.message`, but what was paid there
//! does not count as this channel's. Subscription kinds without a topic of their own become
//! `chat.notice`.

mod connection;
mod lines;
mod message;
mod session;
mod translate;
mod transport;

pub use message::{
    MAX_BODY_BYTES, MAX_LINE_BYTES, MAX_PARAMETERS, MAX_TAG_BYTES, Message, ParseError,
};
pub use transport::{Security, TwitchServer};

pub(super) use session::ChatSession;

/// Publishes the events in these lines, as the connector does. For the benchmark of what that costs
/// (`benches/overhead.rs`); no interface.
#[doc(hidden)]
pub fn publish_lines<'l>(bus: &pato_bus::Bus, lines: impl IntoIterator<Item = &'l [u8]>) {
    let mut translator = translate::Translator::new();
    for line in lines {
        let line = String::from_utf8_lossy(line);
        let message = Message::parse(&line).ok();
        let drafts = message.and_then(|message| translator.events(&message));
        for draft in drafts.into_iter().flatten() {
            // A loop is impossible here: nothing caused it.
            let _ = bus.publish(draft);
        }
    }
}

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

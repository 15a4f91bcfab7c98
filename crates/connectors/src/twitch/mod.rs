//! Twitch chat.

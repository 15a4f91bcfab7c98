//! Turns EventSub's events into those of the catalogue.
//!
//! Twitch tells some things twice: chat tells of cheers, redemptions, subscriptions, gifts and raids
//! too. What a subscription of its own tells of is taken from there; chat is used where the account is
//! not allowed that.
//!
//! The payload types of the crate `twitch_api` are not used for this. They lack the version 2 of hype
//! trains and automatic rewards, and refuse an event with a word that they do not know: what Twitch adds
//! would lose alerts.

mod channel;
mod chat;
mod fields;
mod goals;
mod moderation;
pub(crate) mod points;
mod votes;

use std::collections::HashSet;

use pato_events::Draft;
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::chat::Role;
use pato_events::catalogue::stream::StreamStatus;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::frame::Notification;
use crate::twitch::draft::draft;
use fields::Fields;
pub(crate) use fields::{Read, Unreadable};

/// What has to be known to understand an event.
#[derive(Debug, Default)]
pub(crate) struct Translator {
    /// The types that are subscribed to.
    pub(crate) active: HashSet<&'static str>,
    /// How the stream stood last. Twitch tells of changes only, and of the title without saying whether
    /// the stream is live.
    pub(crate) stream: Option<StreamStatus>,
    /// When Twitch sent the message that is being read, in milliseconds since the epoch.
    pub(crate) now: f64,
}

/// The events that one event of Twitch becomes.
#[derive(Debug, Default)]
pub(crate) struct Events {
    pub(crate) drafts: Vec<Draft>,
    /// Names what happened, where Twitch may tell it again under another message id.
    pub(crate) key: Option<String>,
    /// Who wrote the chat message, if it is one.
    pub(crate) chatter: Option<Chatter>,
    /// The seconds between messages that slow mode demands, if that is what it is about.
    pub(crate) slow: Option<u32>,
}

/// Who wrote a chat message.
#[derive(Debug)]
pub(crate) struct Chatter {
    pub(crate) user_id: String,
    pub(crate) message_id: String,
    /// What the writer may do in the channel.
    pub(crate) roles: Vec<Role>,
}

impl Events {
    fn push<T: TopicPayload>(&mut self, payload: &T) {
        self.drafts.extend(draft(payload));
    }
}

impl<T: TopicPayload> From<T> for Events {
    fn from(payload: T) -> Self {
        let mut events = Self::default();
        events.push(&payload);
        events
    }
}

impl Translator {
    fn tells(&self, kind: &str) -> bool {
        self.active.contains(kind)
    }

    /// The events that a notification becomes; none if it is of a type that is not known here.
    ///
    /// # Errors
    ///
    /// If a field that is needed is missing or of the wrong type.
    pub(crate) fn events(&mut self, notification: &Notification<'_>) -> Read<Option<Events>> {
        let subscription = &notification.subscription;
        let event = object(notification.event, "event")?;
        let condition = object(subscription.condition, "condition")?;
        self.translate(&subscription.kind, Fields(&event), Fields(&condition))
    }

    fn translate(
        &mut self,
        kind: &str,
        event: Fields<'_>,
        condition: Fields<'_>,
    ) -> Read<Option<Events>> {
        let events = match kind {
            "channel.chat.message" => chat::message(self, event)?,
            "channel.chat.notification" => chat::notification(self, event)?,
            "channel.chat.message_delete" => chat::message_deleted(event)?.into(),
            "channel.chat.clear" | "channel.chat.clear_user_messages" => {
                chat::cleared(event)?.into()
            }
            "channel.chat_settings.update" => {
                let mode = chat::mode(event)?;
                Events {
                    slow: Some(mode.slow_seconds),
                    ..mode.into()
                }
            }
            "stream.online" => channel::online(self, event)?.into(),
            "stream.offline" => channel::offline(self, event)?.into(),
            "channel.update" => channel::updated(self, event)?,
            "channel.raid"
                if condition
                    .optional_text("from_broadcaster_user_id")
                    .is_some() =>
            {
                channel::raid_sent(event)?.into()
            }
            "channel.raid" => channel::raid(event)?.into(),
            "channel.follow" => channel::follow(event)?.into(),
            "channel.bits.use" => channel::bits(event)?,
            "channel.subscribe" => channel::subscribed(event)?.into(),
            "channel.subscription.message" => channel::resubscribed(event)?.into(),
            "channel.subscription.gift" => channel::gifted(event)?.into(),
            "channel.subscription.end" => channel::subscription_ended(event)?.into(),
            "channel.shoutout.create" => channel::shoutout(event)?.into(),
            "channel.shoutout.receive" => channel::shoutout_received(event)?.into(),
            "channel.ad_break.begin" => channel::ad_break(event)?.into(),
            "channel.shared_chat.begin" | "channel.shared_chat.update" => {
                channel::shared_chat(event, true)?.into()
            }
            "channel.shared_chat.end" => channel::shared_chat(event, false)?.into(),
            "channel.channel_points_custom_reward_redemption.add" => points::redeemed(event)?,
            "channel.channel_points_custom_reward_redemption.update" => {
                points::redemption_updated(event)?.into()
            }
            "channel.channel_points_automatic_reward_redemption.add" => {
                points::automatic_redeemed(event)?
            }
            "channel.channel_points_custom_reward.add"
            | "channel.channel_points_custom_reward.update"
            | "channel.channel_points_custom_reward.remove" => {
                points::reward_changed(kind, event)?.into()
            }
            "channel.poll.begin" | "channel.poll.progress" | "channel.poll.end" => {
                votes::poll(event)?.into()
            }
            "channel.prediction.begin"
            | "channel.prediction.progress"
            | "channel.prediction.lock"
            | "channel.prediction.end" => votes::prediction(kind, event)?.into(),
            "channel.hype_train.begin" | "channel.hype_train.progress" => {
                goals::hype_train(event, true)?.into()
            }
            "channel.hype_train.end" => goals::hype_train(event, false)?.into(),
            "channel.goal.begin" | "channel.goal.progress" => goals::goal(event, true)?.into(),
            "channel.goal.end" => goals::goal(event, false)?.into(),
            "channel.charity_campaign.start" | "channel.charity_campaign.progress" => {
                goals::charity(event, true)?.into()
            }
            "channel.charity_campaign.stop" => goals::charity(event, false)?.into(),
            "channel.charity_campaign.donate" => goals::donation(event)?.into(),
            "channel.ban" => moderation::banned(event)?.into(),
            "channel.unban" => moderation::unbanned(event)?.into(),
            "channel.moderate" => moderation::action(self, event)?,
            "automod.message.hold" => moderation::held(event)?.into(),
            "automod.message.update" => moderation::held_resolved(event)?.into(),
            "channel.shield_mode.begin" => moderation::shield(event, true)?.into(),
            "channel.shield_mode.end" => moderation::shield(event, false)?.into(),
            _ => return Ok(None),
        };
        Ok(Some(events))
    }
}

fn object(raw: &RawValue, name: &str) -> Read<Map<String, Value>> {
    serde_json::from_str(raw.get()).map_err(|_| Unreadable(name.to_owned()))
}

#[cfg(test)]
mod tests;

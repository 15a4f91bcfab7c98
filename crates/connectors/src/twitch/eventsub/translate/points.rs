//! Rewards for channel points.

use pato_events::catalogue::channel::{
    RedemptionStatus, RedemptionUpdated, Reward, RewardChange, RewardChanged, RewardRedeemed,
};

use super::Events;
use super::fields::{Fields, Read, Unreadable};

pub(super) fn redeemed(event: Fields<'_>) -> Read<Events> {
    let reward = event.object("reward")?;
    let id = event.text("id")?;
    let key = Some(redemption_key(&id));
    let events = RewardRedeemed {
        channel: event.channel()?,
        redemption_id: Some(id),
        reward_id: reward.text("id")?,
        title: reward.optional_text("title"),
        cost: reward.optional_number("cost"),
        user: event.user("user")?,
        input: event.optional_text("user_input"),
        status: event
            .optional_text("status")
            .and_then(|status| status_of(&status)),
    };
    Ok(Events {
        key,
        ..events.into()
    })
}

/// Names a redemption, so that it is told once however it is heard of.
pub(crate) fn redemption_key(id: &str) -> String {
    format!("redemption/{id}")
}

/// What Twitch's word for the state of a redemption means; none for one that is not known.
pub(crate) fn status_of(status: &str) -> Option<RedemptionStatus> {
    match status.to_ascii_lowercase().as_str() {
        "unfulfilled" => Some(RedemptionStatus::Open),
        "fulfilled" => Some(RedemptionStatus::Fulfilled),
        "canceled" => Some(RedemptionStatus::Refunded),
        _ => None,
    }
}

pub(super) fn redemption_updated(event: Fields<'_>) -> Read<RedemptionUpdated> {
    let reward = event.object("reward")?;
    let status = status_of(&event.text("status")?);
    Ok(RedemptionUpdated {
        channel: event.channel()?,
        redemption_id: event.text("id")?,
        reward_id: reward.text("id")?,
        title: reward.optional_text("title"),
        user: event.user("user")?,
        status: status.ok_or_else(|| Unreadable("status".into()))?,
    })
}

pub(super) fn automatic_redeemed(event: Fields<'_>) -> Read<Events> {
    let reward = event.object("reward")?;
    let id = event.text("id")?;
    let message = event.optional_object("message");
    let key = Some(redemption_key(&id));
    let events = RewardRedeemed {
        channel: event.channel()?,
        redemption_id: Some(id),
        reward_id: reward.text("type")?,
        title: None,
        cost: reward.optional_number("channel_points"),
        user: event.user("user")?,
        input: message.and_then(|message| message.optional_text("text")),
        status: None,
    };
    Ok(Events {
        key,
        ..events.into()
    })
}

pub(super) fn reward_changed(kind: &str, event: Fields<'_>) -> Read<RewardChanged> {
    Ok(RewardChanged {
        channel: event.channel()?,
        change: match kind.rsplit_once('.') {
            Some((_, "add")) => RewardChange::Added,
            Some((_, "remove")) => RewardChange::Removed,
            _ => RewardChange::Updated,
        },
        reward: Reward {
            id: event.text("id")?,
            title: event.text("title")?,
            prompt: event.optional_text("prompt"),
            cost: event.number("cost")?,
            enabled: event.is("is_enabled"),
            paused: event.is("is_paused"),
            input_required: event.is("is_user_input_required"),
            color: event.optional_text("background_color"),
        },
    })
}

//! What moderators and Twitch's own filters do.

use pato_events::catalogue::moderation::{
    Banned, HeldMessageResolved, MessageHeld, ModeratorAction, ShieldMode, Unbanned,
};

use super::fields::{Fields, Read};
use super::{Events, Translator};

pub(super) fn banned(event: Fields<'_>) -> Read<Banned> {
    let from = event.time("banned_at").ok();
    Ok(Banned {
        channel: event.channel()?,
        user: event.user("user")?,
        moderator: event.optional_user("moderator_user"),
        reason: event.optional_text("reason"),
        seconds: match event.is("is_permanent") {
            true => None,
            false => from.and_then(|from| seconds_until(event, "ends_at", from)),
        },
    })
}

/// Whole seconds from then until a time in a field.
fn seconds_until(event: Fields<'_>, name: &str, from: f64) -> Option<u32> {
    let seconds = ((event.time(name).ok()? - from) / 1_000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what fits"
    )]
    let seconds = seconds.clamp(0.0, f64::from(u32::MAX)) as u32;
    Some(seconds)
}

pub(super) fn unbanned(event: Fields<'_>) -> Read<Unbanned> {
    Ok(Unbanned {
        channel: event.channel()?,
        user: event.user("user")?,
        moderator: event.optional_user("moderator_user"),
    })
}

/// Only the broadcaster may subscribe to bans; what another moderator hears of them is told as well.
pub(super) fn action(translator: &Translator, event: Fields<'_>) -> Read<Events> {
    let channel = event.channel()?;
    let action = event.text("action")?;
    let moderator = event.user("moderator_user")?;
    // What belongs to an action stands in a field of its name.
    let details = event.optional_object(&action);
    let target = details.and_then(|details| details.optional_user("user"));
    let reason = details.and_then(|details| details.optional_text("reason"));
    let mut events = Events::default();
    if let Some(user) = target.clone()
        && !translator.tells("channel.ban")
    {
        let (channel, moderator) = (channel.clone(), Some(moderator.clone()));
        match action.as_str() {
            "ban" | "timeout" => events.push(&Banned {
                channel,
                user,
                moderator,
                reason: reason.clone(),
                seconds: details
                    .and_then(|details| seconds_until(details, "expires_at", translator.now)),
            }),
            "unban" | "untimeout" => events.push(&Unbanned {
                channel,
                user,
                moderator,
            }),
            _ => {}
        }
    }
    events.push(&ModeratorAction {
        channel,
        moderator,
        action,
        target,
        reason,
    });
    Ok(events)
}

pub(super) fn held(event: Fields<'_>) -> Read<MessageHeld> {
    let message = event.object("message")?;
    let category = event
        .optional_object("automod")
        .and_then(|automod| automod.optional_text("category"));
    Ok(MessageHeld {
        channel: event.channel()?,
        message_id: event.text("message_id")?,
        user: event.user("user")?,
        text: message.text("text")?,
        // The other reason is `blocked_term`.
        category: category
            .or_else(|| event.optional_text("reason"))
            .unwrap_or_default(),
    })
}

pub(super) fn held_resolved(event: Fields<'_>) -> Read<HeldMessageResolved> {
    let status = event.text("status")?;
    Ok(HeldMessageResolved {
        channel: event.channel()?,
        message_id: event.text("message_id")?,
        user: event.user("user")?,
        allowed: status.eq_ignore_ascii_case("approved"),
        moderator: event.optional_user("moderator_user"),
    })
}

pub(super) fn shield(event: Fields<'_>, active: bool) -> Read<ShieldMode> {
    Ok(ShieldMode {
        channel: event.channel()?,
        active,
        moderator: event.optional_user("moderator_user"),
    })
}

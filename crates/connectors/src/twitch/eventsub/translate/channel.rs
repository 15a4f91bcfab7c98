//! The stream, those who follow, subscribe and cheer, and other channels.

use pato_events::catalogue::channel::{
    AdBreak, Cheer, Follow, Gift, PowerUp, Raid, RaidSent, SharedChat, Shoutout, ShoutoutReceived,
    Subscribe, SubscriptionEnded,
};
use pato_events::catalogue::stream::StreamStatus;

use super::fields::{Fields, Read};
use super::{Events, Translator};

pub(super) fn online(translator: &mut Translator, event: Fields<'_>) -> Read<StreamStatus> {
    let status = StreamStatus {
        live: true,
        started_at: Some(event.time("started_at")?),
        ..last(translator, event)?
    };
    translator.stream = Some(status.clone());
    Ok(status)
}

pub(super) fn offline(translator: &mut Translator, event: Fields<'_>) -> Read<StreamStatus> {
    let status = StreamStatus {
        live: false,
        started_at: None,
        ..last(translator, event)?
    };
    translator.stream = Some(status.clone());
    Ok(status)
}

/// Nothing if it is not known yet whether the stream is live: that is being asked for, and the answer
/// tells of the title, too.
pub(super) fn updated(translator: &mut Translator, event: Fields<'_>) -> Read<Events> {
    let Some(last) = translator.stream.clone() else {
        return Ok(Events::default());
    };
    let status = StreamStatus {
        title: Some(event.text("title")?),
        category: event.optional_text("category_name"),
        language: event.optional_text("language"),
        ..last
    };
    translator.stream = Some(status.clone());
    Ok(status.into())
}

/// How the stream stood so far.
fn last(translator: &Translator, event: Fields<'_>) -> Read<StreamStatus> {
    let channel = event.channel()?;
    Ok(translator.stream.clone().unwrap_or(StreamStatus {
        channel,
        live: false,
        title: None,
        category: None,
        tags: None,
        language: None,
        started_at: None,
    }))
}

pub(super) fn follow(event: Fields<'_>) -> Read<Follow> {
    Ok(Follow {
        channel: event.channel()?,
        user: event.user("user")?,
    })
}

pub(super) fn subscribed(event: Fields<'_>) -> Read<Subscribe> {
    Ok(Subscribe {
        channel: event.channel()?,
        user: event.user("user")?,
        tier: event.optional_text("tier"),
        months: None,
        streak: None,
        gifted: event.is("is_gift"),
        text: None,
    })
}

pub(super) fn resubscribed(event: Fields<'_>) -> Read<Subscribe> {
    let message = event.optional_object("message");
    Ok(Subscribe {
        channel: event.channel()?,
        user: event.user("user")?,
        tier: event.optional_text("tier"),
        months: event.optional_number("cumulative_months"),
        streak: event.optional_number("streak_months"),
        gifted: false,
        text: message.and_then(|message| message.optional_text("text")),
    })
}

pub(super) fn gifted(event: Fields<'_>) -> Read<Gift> {
    Ok(Gift {
        channel: event.channel()?,
        user: match event.is("is_anonymous") {
            true => None,
            false => Some(event.user("user")?),
        },
        recipients: Vec::new(),
        count: event.number("total")?,
        tier: event.optional_text("tier"),
        total: event.optional_number("cumulative_total"),
    })
}

pub(super) fn subscription_ended(event: Fields<'_>) -> Read<SubscriptionEnded> {
    Ok(SubscriptionEnded {
        channel: event.channel()?,
        user: event.user("user")?,
        tier: event.optional_text("tier"),
        gifted: event.is("is_gift"),
    })
}

pub(super) fn bits(event: Fields<'_>) -> Read<Events> {
    let message = event.optional_object("message");
    let text = message.and_then(|message| message.optional_text("text"));
    let (channel, amount) = (event.channel()?, event.number("bits")?);
    let kind = event.text("type")?;
    if kind == "cheer" {
        return Ok(Cheer {
            channel,
            user: event.optional_user("user"),
            amount,
            unit: "bits".into(),
            text: text.unwrap_or_default(),
        }
        .into());
    }
    let effect = event
        .optional_object("power_up")
        .and_then(|effect| effect.optional_text("type"));
    Ok(PowerUp {
        channel,
        user: event.user("user")?,
        kind: effect.unwrap_or(kind),
        amount,
        unit: "bits".into(),
        text,
    }
    .into())
}

pub(super) fn raid(event: Fields<'_>) -> Read<Raid> {
    Ok(Raid {
        channel: event.text("to_broadcaster_user_login")?,
        user: event.user("from_broadcaster_user")?,
        viewers: event.number("viewers")?,
    })
}

pub(super) fn raid_sent(event: Fields<'_>) -> Read<RaidSent> {
    Ok(RaidSent {
        channel: event.text("from_broadcaster_user_login")?,
        target: event.user("to_broadcaster_user")?,
        viewers: event.number("viewers")?,
    })
}

pub(super) fn shoutout(event: Fields<'_>) -> Read<Shoutout> {
    Ok(Shoutout {
        channel: event.channel()?,
        target: event.user("to_broadcaster_user")?,
        viewers: event.optional_number("viewer_count"),
    })
}

pub(super) fn shoutout_received(event: Fields<'_>) -> Read<ShoutoutReceived> {
    Ok(ShoutoutReceived {
        channel: event.channel()?,
        user: event.user("from_broadcaster_user")?,
        viewers: event.optional_number("viewer_count"),
    })
}

pub(super) fn ad_break(event: Fields<'_>) -> Read<AdBreak> {
    Ok(AdBreak {
        channel: event.channel()?,
        seconds: event.number("duration_seconds")?,
        automatic: event.is("is_automatic"),
        started_at: event.time("started_at")?,
    })
}

pub(super) fn shared_chat(event: Fields<'_>, active: bool) -> Read<SharedChat> {
    let participants = event.list("participants");
    Ok(SharedChat {
        channel: event.channel()?,
        session_id: event.text("session_id")?,
        active,
        host: event.user("host_broadcaster_user")?,
        participants: participants
            .filter_map(|participant| participant.optional_user("broadcaster_user"))
            .collect(),
    })
}

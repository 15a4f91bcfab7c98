//! Chat: what is written, and what Twitch itself writes there.

use pato_events::catalogue::channel::{
    Cheer, Donation, Gift, Raid, RewardRedeemed, Subscribe, WatchStreak,
};
use pato_events::catalogue::chat::{
    Badge, ChatCleared, ChatMessage, ChatMessageDeleted, ChatMode, ChatNotice, Emote, ReplyParent,
    User,
};

use super::fields::{Fields, Read};
use super::{Chatter, Events, Translator};
use crate::twitch::draft::roles;

/// The most emotes of one message; a text of 500 characters has room for 250.
const MAX_EMOTES: usize = 250;

/// How `/me` arrives.
const ACTION: &str = "\u{1}ACTION ";

pub(super) fn message(translator: &Translator, event: Fields<'_>) -> Read<Events> {
    let channel = event.channel()?;
    let user = event.user("chatter_user")?;
    let message_id = event.text("message_id")?;
    let message = event.object("message")?;
    let written = message.text("text")?;
    let action = written.strip_prefix(ACTION);
    let text = action.map_or(&*written, |text| text.strip_suffix('\u{1}').unwrap_or(text));
    let skipped = if action.is_some() { ACTION.len() } else { 0 };
    let badges = badges(event);
    let bits = event
        .optional_object("cheer")
        .and_then(|cheer| cheer.optional_number("bits"));
    let reward_id = event.optional_text("channel_points_custom_reward_id");
    let elsewhere = elsewhere(event);
    let chat = ChatMessage {
        message_id: message_id.clone(),
        channel,
        user,
        text: text.to_owned(),
        roles: roles(&badges),
        badges,
        color: event.optional_text("color"),
        emotes: emotes(message, skipped),
        reply_to: event.optional_object("reply").and_then(reply_parent),
        is_action: action.is_some(),
        is_first: event.optional_text("message_type").as_deref() == Some("user_intro"),
        bits: bits.unwrap_or(0),
        reward_id: reward_id.clone(),
        shared_from: elsewhere.clone(),
        attachments: Vec::new(),
    };
    let mut events = Events {
        key: Some(format!("chat/{message_id}")),
        chatter: Some(Chatter {
            user_id: chat.user.id.clone(),
            message_id,
            roles: chat.roles.clone(),
        }),
        ..Events::default()
    };
    events.push(&chat);
    // What was paid or earned in another channel that shares its chat is not this channel's.
    if elsewhere.is_some() {
        return Ok(events);
    }
    if chat.bits > 0 && !translator.tells("channel.bits.use") {
        events.push(&Cheer {
            channel: chat.channel.clone(),
            user: Some(chat.user.clone()),
            amount: chat.bits,
            unit: "bits".into(),
            text: chat.text.clone(),
        });
    }
    if let Some(reward_id) = reward_id
        && !translator.tells("channel.channel_points_custom_reward_redemption.add")
    {
        events.push(&RewardRedeemed {
            channel: chat.channel,
            redemption_id: None,
            reward_id,
            title: None,
            cost: None,
            user: chat.user,
            input: Some(chat.text),
            status: None,
        });
    }
    Ok(events)
}

pub(super) fn notification(translator: &Translator, event: Fields<'_>) -> Read<Events> {
    let channel = event.channel()?;
    let kind = event.text("notice_type")?;
    let text = event
        .optional_object("message")
        .and_then(|message| message.optional_text("text"));
    let mut events = match elsewhere(event) {
        Some(_) => chat_notice(channel, kind, event, text).into(),
        None => notice(translator, channel, kind, event, text)?,
    };
    if let Some(id) = event.optional_text("message_id") {
        events.key = Some(format!("notice/{id}"));
    }
    Ok(events)
}

fn notice(
    translator: &Translator,
    channel: String,
    kind: String,
    event: Fields<'_>,
    text: Option<String>,
) -> Read<Events> {
    let chatter = || event.user("chatter_user");
    let giver = || -> Read<Option<User>> {
        match event.is("chatter_is_anonymous") {
            true => Ok(None),
            false => chatter().map(Some),
        }
    };
    let told = |kind| translator.tells(kind);
    Ok(match kind.as_str() {
        "sub" if told("channel.subscribe") => Events::default(),
        "sub" => {
            let sub = event.object("sub")?;
            Subscribe {
                channel,
                user: chatter()?,
                tier: tier(sub),
                months: Some(1),
                streak: None,
                gifted: false,
                text,
            }
            .into()
        }
        "resub" if told("channel.subscription.message") => Events::default(),
        "resub" => {
            let resub = event.object("resub")?;
            Subscribe {
                channel,
                user: chatter()?,
                tier: tier(resub),
                months: resub.optional_number("cumulative_months"),
                streak: resub.optional_number("streak_months"),
                gifted: resub.is("is_gift"),
                text,
            }
            .into()
        }
        "sub_gift" | "community_sub_gift" if told("channel.subscription.gift") => Events::default(),
        "sub_gift" => {
            let gift = event.object("sub_gift")?;
            // One of many, which were announced together.
            if gift.optional_text("community_gift_id").is_some() {
                return Ok(Events::default());
            }
            Gift {
                channel,
                user: giver()?,
                recipients: gift.optional_user("recipient_user").into_iter().collect(),
                count: 1,
                tier: tier(gift),
                total: gift.optional_number("cumulative_total"),
            }
            .into()
        }
        "community_sub_gift" => {
            let gift = event.object("community_sub_gift")?;
            Gift {
                channel,
                user: giver()?,
                recipients: Vec::new(),
                count: gift.number("total")?,
                tier: tier(gift),
                total: gift.optional_number("cumulative_total"),
            }
            .into()
        }
        "raid" if told("channel.raid") => Events::default(),
        "raid" => {
            let raid = event.object("raid")?;
            Raid {
                channel,
                user: raid.user("user")?,
                viewers: raid.number("viewer_count")?,
            }
            .into()
        }
        "charity_donation" if told("channel.charity_campaign.donate") => Events::default(),
        "charity_donation" => {
            let donation = event.object("charity_donation")?;
            Donation {
                channel,
                charity_id: String::new(),
                name: donation.text("charity_name")?,
                user: chatter()?,
                amount: donation.money("amount")?,
            }
            .into()
        }
        "watch_streak" => {
            let streak = event.object("watch_streak")?;
            WatchStreak {
                channel,
                user: chatter()?,
                streams: streak.number("streak_count")?,
                text,
            }
            .into()
        }
        _ => chat_notice(channel, kind, event, text).into(),
    })
}

fn chat_notice(
    channel: String,
    kind: String,
    event: Fields<'_>,
    text: Option<String>,
) -> ChatNotice {
    let said = event
        .optional_text("system_message")
        .into_iter()
        .chain(text);
    ChatNotice {
        channel,
        kind,
        text: said.collect::<Vec<_>>().join(" "),
    }
}

/// As in chat itself, where a subscription with Prime is told apart.
fn tier(fields: Fields<'_>) -> Option<String> {
    match fields.is("is_prime") {
        true => Some("Prime".into()),
        false => fields.optional_text("sub_tier"),
    }
}

/// The login of the channel that shares its chat with this one and where this was written.
fn elsewhere(event: Fields<'_>) -> Option<String> {
    let source = event.optional_text("source_broadcaster_user_id")?;
    let here = event.optional_text("broadcaster_user_id");
    let login = event.optional_text("source_broadcaster_user_login");
    (here.as_ref() != Some(&source)).then(|| login.unwrap_or(source))
}

fn badges(event: Fields<'_>) -> Vec<Badge> {
    let badges = event.list("badges");
    let badges = badges.filter_map(|badge| {
        Some(Badge {
            id: badge.optional_text("set_id")?,
            version: badge.optional_text("id")?,
        })
    });
    badges.collect()
}

/// The emotes of a message, whose text begins `skipped` code points earlier than the one that is told.
fn emotes(message: Fields<'_>, skipped: usize) -> Vec<Emote> {
    let mut emotes = Vec::new();
    let mut position = 0_u32;
    let skipped = u32::try_from(skipped).unwrap_or(0);
    for fragment in message.list("fragments") {
        let text = fragment.text("text").unwrap_or_default();
        let begin = position;
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        position = position.saturating_add(length);
        let id = fragment
            .optional_object("emote")
            .and_then(|emote| emote.optional_text("id"));
        if let Some(id) = id
            && emotes.len() < MAX_EMOTES
        {
            emotes.push(Emote {
                id,
                name: text,
                begin: begin.saturating_sub(skipped),
                end: position.saturating_sub(skipped),
            });
        }
    }
    emotes
}

fn reply_parent(reply: Fields<'_>) -> Option<ReplyParent> {
    Some(ReplyParent {
        message_id: reply.optional_text("parent_message_id")?,
        user: reply.optional_user("parent_user")?,
        text: reply
            .optional_text("parent_message_body")
            .unwrap_or_default(),
    })
}

pub(super) fn message_deleted(event: Fields<'_>) -> Read<ChatMessageDeleted> {
    Ok(ChatMessageDeleted {
        message_id: event.text("message_id")?,
        channel: event.channel()?,
        login: event.optional_text("target_user_login"),
        text: None,
    })
}

pub(super) fn cleared(event: Fields<'_>) -> Read<ChatCleared> {
    Ok(ChatCleared {
        channel: event.channel()?,
        user: event.optional_user("target_user"),
        timeout_seconds: None,
    })
}

pub(super) fn mode(event: Fields<'_>) -> Read<ChatMode> {
    let slow = event.is("slow_mode");
    let followers = event.is("follower_mode");
    Ok(ChatMode {
        channel: event.channel()?,
        slow_seconds: match slow {
            true => event.number("slow_mode_wait_time_seconds")?,
            false => 0,
        },
        // Without a time, anyone who follows may write at once.
        followers_minutes: followers.then(|| {
            let minutes = event.optional_number("follower_mode_duration_minutes");
            minutes.unwrap_or(0)
        }),
        subscribers_only: event.is("subscriber_mode"),
        emotes_only: event.is("emote_mode"),
        unique: event.is("unique_chat_mode"),
    })
}

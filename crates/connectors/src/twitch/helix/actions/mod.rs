//! The actions that Twitch serves, each with the scopes that it needs.

mod channel;
mod chat;
mod moderation;
mod people;
mod points;
mod votes;

use pato_events::Payload;
use pato_events::catalogue::Action;
use pato_events::catalogue::channel as channels;
use pato_events::catalogue::chat as chats;
use pato_events::catalogue::moderation as moderations;
use pato_events::catalogue::stream as streams;
use serde::Serialize;

use super::Outcome;
use crate::connector::{Call, ConnectorError};
use crate::twitch::acting::{Acting, By};

pub(crate) use channel::stream_status;
pub(crate) use votes::{poll, prediction};

/// An action, and what the account must be allowed for it.
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) scopes: &'static [&'static str],
}

/// Lists the actions, and makes of the list a table and what looks them up in it.
macro_rules! actions {
    ($($action:ty => $function:path, $by:ident, [$($scope:literal),*];)*) => {
        /// Every action that is served.
        pub(crate) const ACTIONS: &[Served] = &[
            $(Served { name: <$action as Action>::NAME, scopes: &[$($scope),*] },)*
        ];

        /// Does one of them.
        pub(crate) async fn call(acting: &Acting, call: Call<'_>) -> Outcome {
            match call.action {
                $(<$action as Action>::NAME => {
                    let parameters: <$action as Action>::Parameters = call.read()?;
                    let (account, channel) = (&parameters.account, &parameters.channel);
                    let actor = acting.actor(
                        By::$by,
                        &[$($scope),*],
                        account.as_deref(),
                        channel.as_deref(),
                        call.cause,
                    );
                    let actor = actor.await?;
                    answer(&$function(acting, &actor, parameters).await?)
                })*
                unknown => {
                    let served: Vec<_> = ACTIONS.iter().map(|action| action.name).collect();
                    let id = crate::twitch::Twitch::ID;
                    Err(ConnectorError::unknown_action(id, unknown, &served))
                }
            }
        }
    };
}

actions! {
    chats::SendMessage => chat::send, Bot, ["user:write:chat"];
    chats::SendAnnouncement => chat::announce, Bot, ["moderator:manage:announcements"];
    chats::SendWhisper => chat::whisper, Main, ["user:manage:whispers"];
    chats::SetChatMode => chat::set_mode, Main, ["moderator:manage:chat_settings"];
    moderations::DeleteMessage => moderation::delete_message, Main, ["moderator:manage:chat_messages"];
    moderations::ClearChat => moderation::clear, Main, ["moderator:manage:chat_messages"];
    moderations::Timeout => moderation::timeout, Main, ["moderator:manage:banned_users"];
    moderations::Ban => moderation::ban, Main, ["moderator:manage:banned_users"];
    moderations::Unban => moderation::unban, Main, ["moderator:manage:banned_users"];
    moderations::Warn => moderation::warn, Main, ["moderator:manage:warnings"];
    moderations::ResolveHeldMessage => moderation::resolve_held, Main, ["moderator:manage:automod"];
    moderations::SetShieldMode => moderation::set_shield, Main, ["moderator:manage:shield_mode"];
    streams::GetStream => channel::stream, Main, [];
    channels::UpdateChannel => channel::update, Main, ["channel:manage:broadcast"];
    channels::StartShoutout => channel::shoutout, Main, ["moderator:manage:shoutouts"];
    channels::StartRaid => channel::raid, Main, ["channel:manage:raids"];
    channels::CancelRaid => channel::cancel_raid, Main, ["channel:manage:raids"];
    channels::StartAd => channel::start_ad, Main, ["channel:edit:commercial"];
    channels::CreateClip => channel::create_clip, Main, ["clips:edit"];
    channels::CreateMarker => channel::create_marker, Main, ["channel:manage:broadcast"];
    channels::CreatePoll => votes::create_poll, Main, ["channel:manage:polls"];
    channels::EndPoll => votes::end_poll, Main, ["channel:manage:polls"];
    channels::CreatePrediction => votes::create_prediction, Main, ["channel:manage:predictions"];
    channels::LockPrediction => votes::lock_prediction, Main, ["channel:manage:predictions"];
    channels::ResolvePrediction => votes::resolve_prediction, Main, ["channel:manage:predictions"];
    channels::CancelPrediction => votes::cancel_prediction, Main, ["channel:manage:predictions"];
    channels::ListRewards => points::list_rewards, Main, ["channel:read:redemptions"];
    channels::CreateReward => points::create_reward, Main, ["channel:manage:redemptions"];
    channels::UpdateReward => points::update_reward, Main, ["channel:manage:redemptions"];
    channels::DeleteReward => points::delete_reward, Main, ["channel:manage:redemptions"];
    channels::FulfilRedemption => points::fulfil, Main, ["channel:manage:redemptions"];
    channels::RefundRedemption => points::refund, Main, ["channel:manage:redemptions"];
    channels::AddVip => people::add_vip, Main, ["channel:manage:vips"];
    channels::RemoveVip => people::remove_vip, Main, ["channel:manage:vips"];
    channels::AddModerator => people::add_moderator, Main, ["channel:manage:moderators"];
    channels::RemoveModerator => people::remove_moderator, Main, ["channel:manage:moderators"];
    channels::GetUser => people::get_user, Main, [];
    channels::ListFollowers => people::list_followers, Main, ["moderator:read:followers"];
    channels::ListSubscribers => people::list_subscribers, Main, ["channel:read:subscriptions"];
    channels::ListChatters => people::list_chatters, Main, ["moderator:read:chatters"];
}

fn answer(answer: &impl Serialize) -> Outcome {
    Payload::from_value(answer).map_err(|error| ConnectorError::Failed(error.to_string()))
}

/// A number of Twitch in the catalogue's type; what does not fit becomes the largest that does.
fn fitting<T: TryInto<u32>>(number: T) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

/// A time of Twitch in milliseconds since the epoch.
fn milliseconds(time: &twitch_api::types::TimestampRef) -> Result<f64, ConnectorError> {
    crate::twitch::eventsub::frame::milliseconds(time.as_str())
        .map_err(|error| ConnectorError::Failed(format!("Twitch: {error}")))
}

/// Refuses a text that Twitch would, before it is sent.
fn check_length(name: &str, text: &str, most: usize) -> Result<(), ConnectorError> {
    let count = text.chars().count();
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let text = format!("{name}: {count} characters; Twitch takes 1 to {most}");
    Err(ConnectorError::Invalid(text))
}

/// Refuses a number that Twitch would, before it is sent.
fn check_range(
    name: &str,
    number: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<(), ConnectorError> {
    if range.contains(&number) {
        return Ok(());
    }
    let text = format!(
        "{name}: {number}; Twitch takes {} to {}",
        range.start(),
        range.end()
    );
    Err(ConnectorError::Invalid(text))
}

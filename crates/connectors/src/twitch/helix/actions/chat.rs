//! Writing, and who may write.

use pato_events::catalogue::chat::{
    SendAnnouncementParameters, SendMessageAnswer, SendMessageParameters, SendWhisperParameters,
    SetChatModeParameters,
};
use pato_events::catalogue::moderation::Done;
use std::time::Duration;
use tokio::time::sleep_until;
use twitch_api::helix::chat::{
    ChatMessageDropCode, ChatMessageDropReason, SendChatAnnouncementBody,
    SendChatAnnouncementRequest, SendChatMessageBody, SendChatMessageRequest,
    UpdateChatSettingsBody, UpdateChatSettingsRequest,
};
use twitch_api::helix::whispers::{SendWhisperBody, SendWhisperRequest};
use twitch_api::types::MsgId;

use super::{check_length, check_range};
use crate::connector::ConnectorError;
use crate::split::check_count;
use crate::twitch::acting::{Acting, Actor, Awaited};
use crate::twitch::helix::client::cause_of;
use crate::twitch::is_message_id;
use crate::twitch::split::{self, MAX_PIECES, Piece};

/// For how long Twitch counts, when it has counted too much.
const PENALTY: Duration = Duration::from_secs(30);

pub(super) async fn send(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: SendMessageParameters,
) -> Result<SendMessageAnswer, ConnectorError> {
    if let Some(id) = &parameters.reply_to
        && !is_message_id(id)
    {
        let text = format!("reply_to: `{}` is no message id", id.escape_debug());
        return Err(ConnectorError::Invalid(text));
    }
    let pieces = split::pieces(&parameters.text);
    check_count(pieces.len(), MAX_PIECES)?;
    let times = actor.seat.reserve(pieces.len())?;
    let mut answer = SendMessageAnswer::default();
    for (piece, time) in pieces.iter().zip(times) {
        sleep_until(time).await;
        let id = send_piece(acting, actor, piece, parameters.reply_to.as_deref()).await?;
        answer.messages += 1;
        answer.message_ids.extend(id);
    }
    Ok(answer)
}

async fn send_piece(
    acting: &Acting,
    actor: &Actor<'_>,
    piece: &Piece,
    reply_to: Option<&str>,
) -> Result<Option<String>, ConnectorError> {
    let broadcaster = actor.broadcaster.id.as_str();
    let mut body = SendChatMessageBody::new(broadcaster, actor.user_id, piece.wire_text());
    if let Some(id) = reply_to {
        body = body.reply_parent_message_id(id);
    }
    let awaited = Awaited::begin(acting, actor.user_id);
    let answer = actor
        .helix
        .post(SendChatMessageRequest::new(), body)
        .await?;
    if !answer.is_sent {
        return Err(dropped(answer.drop_reason));
    }
    let id = answer.message_id.map(MsgId::take);
    if let Some(id) = &id {
        awaited.written(id.clone(), cause_of(actor.cause));
    }
    Ok(id)
}

fn dropped(reason: Option<ChatMessageDropReason>) -> ConnectorError {
    use ChatMessageDropCode as Code;
    let Some(reason) = reason else {
        return ConnectorError::Failed(
            "Twitch did not write the message and says no reason".into(),
        );
    };
    let text = format!("Twitch did not write the message: {}", reason.message);
    match reason.code {
        Code::MsgRatelimit | Code::MsgSlowmode => ConnectorError::RateLimited(PENALTY),
        Code::MsgBanned
        | Code::MsgTimedout
        | Code::MsgChannelBlocked
        | Code::MsgSubsonly
        | Code::MsgFollowersonly
        | Code::MsgFollowersonlyFollowed
        | Code::MsgFollowersonlyZero
        | Code::MsgVerifiedEmail
        | Code::MsgRequiresVerifiedPhoneNumber => ConnectorError::Denied(text),
        _ => ConnectorError::Failed(text),
    }
}

pub(super) async fn announce(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: SendAnnouncementParameters,
) -> Result<Done, ConnectorError> {
    check_length("text", &parameters.text, 500)?;
    let color = parameters.color.as_deref().unwrap_or("primary");
    let body = SendChatAnnouncementBody::new(parameters.text.as_str(), color);
    let body = body.map_err(|_| {
        ConnectorError::Invalid(format!(
            "color: `{}`; Twitch knows blue, green, orange, purple and primary",
            color.escape_debug()
        ))
    })?;
    let request = SendChatAnnouncementRequest::new(actor.broadcaster.id.as_str(), actor.user_id);
    actor.helix.post(request, body).await?;
    Ok(Done {})
}

pub(super) async fn whisper(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: SendWhisperParameters,
) -> Result<Done, ConnectorError> {
    // Five hundred to who has not written to us; more would be cut off.
    check_length("text", &parameters.text, 500)?;
    let to = acting.users.find(actor.helix, &parameters.login).await?;
    let request = SendWhisperRequest::new(actor.user_id, to.id);
    let body = SendWhisperBody::new(parameters.text);
    actor.helix.post(request, body).await?;
    Ok(Done {})
}

pub(super) async fn set_mode(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: SetChatModeParameters,
) -> Result<Done, ConnectorError> {
    let mut body = UpdateChatSettingsBody::default();
    if let Some(seconds) = parameters.slow_seconds {
        body.slow_mode = Some(seconds > 0);
        if seconds > 0 {
            check_range("slow_seconds", seconds, 3..=120)?;
            body.slow_mode_wait_time = Some(seconds.into());
        }
    }
    body.follower_mode = parameters.followers_only;
    if let Some(minutes) = parameters.followers_minutes {
        check_range("followers_minutes", minutes, 0..=129_600)?;
        body.follower_mode.get_or_insert(true);
        body.follower_mode_duration = Some(minutes.into());
    }
    body.subscriber_mode = parameters.subscribers_only;
    body.emote_mode = parameters.emotes_only;
    body.unique_chat_mode = parameters.unique;
    let request = UpdateChatSettingsRequest::new(actor.broadcaster.id.as_str(), actor.user_id);
    actor.helix.patch(request, body).await?;
    Ok(Done {})
}

//! What moderators do.

use pato_events::catalogue::moderation::{
    BanParameters, ClearChatParameters, DeleteMessageParameters, Done,
    ResolveHeldMessageParameters, SetShieldModeParameters, TimeoutParameters, UnbanParameters,
    WarnParameters,
};
use serde_json::{Map, json};
use twitch_api::helix::moderation::update_shield_mode_status::{
    UpdateShieldModeStatusBody, UpdateShieldModeStatusRequest,
};
use twitch_api::helix::moderation::{
    DeleteChatMessagesRequest, ManageHeldAutoModMessagesBody, ManageHeldAutoModMessagesRequest,
    UnbanUserRequest, WarnChatUserBody, WarnChatUserRequest,
};

use super::{check_length, check_range};
use crate::connector::ConnectorError;
use crate::twitch::acting::{Acting, Actor};
use crate::twitch::is_message_id;

/// Two weeks.
const LONGEST_TIMEOUT: u32 = 1_209_600;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

pub(super) async fn delete_message(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: DeleteMessageParameters,
) -> Result<Done, ConnectorError> {
    // Without an id, Twitch would delete every message.
    checked_id(&parameters.message_id)?;
    let request = DeleteChatMessagesRequest::new(actor.broadcaster.id.as_str(), actor.user_id);
    let request = request.message_id(parameters.message_id.as_str());
    actor.helix.delete(request).await?;
    Ok(Done {})
}

fn checked_id(id: &str) -> Result<(), ConnectorError> {
    match is_message_id(id) {
        true => Ok(()),
        false => Err(ConnectorError::Invalid(format!(
            "message_id: `{}` is no message id",
            id.escape_debug()
        ))),
    }
}

pub(super) async fn clear(
    _: &Acting,
    actor: &Actor<'_>,
    _: ClearChatParameters,
) -> Result<Done, ConnectorError> {
    let request = DeleteChatMessagesRequest::new(actor.broadcaster.id.as_str(), actor.user_id);
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn timeout(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: TimeoutParameters,
) -> Result<Done, ConnectorError> {
    check_range("seconds", parameters.seconds, 1..=LONGEST_TIMEOUT)?;
    let (login, reason) = (&parameters.login, parameters.reason.as_deref());
    shut_out(acting, actor, login, reason, Some(parameters.seconds)).await
}

pub(super) async fn ban(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: BanParameters,
) -> Result<Done, ConnectorError> {
    let reason = parameters.reason.as_deref();
    shut_out(acting, actor, &parameters.login, reason, None).await
}

async fn shut_out(
    acting: &Acting,
    actor: &Actor<'_>,
    login: &str,
    reason: Option<&str>,
    seconds: Option<u32>,
) -> Result<Done, ConnectorError> {
    if let Some(reason) = reason {
        check_length("reason", reason, LONGEST_REASON)?;
    }
    let user = acting.users.find(actor.helix, login).await?;
    // The body of `twitch_api` has an empty reason where there is none.
    let mut ban = Map::from_iter([("user_id".to_owned(), user.id.into())]);
    ban.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
    ban.extend(seconds.map(|seconds| ("duration".to_owned(), seconds.into())));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("broadcaster_id", &actor.broadcaster.id)
        .append_pair("moderator_id", actor.user_id)
        .finish();
    let path = format!("moderation/bans?{query}");
    let body = json!({ "data": ban }).to_string().into_bytes();
    actor.helix.send(http::Method::POST, &path, body).await?;
    Ok(Done {})
}

pub(super) async fn unban(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: UnbanParameters,
) -> Result<Done, ConnectorError> {
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let broadcaster = actor.broadcaster.id.as_str();
    let request = UnbanUserRequest::new(broadcaster, actor.user_id, user.id);
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn warn(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: WarnParameters,
) -> Result<Done, ConnectorError> {
    check_length("reason", &parameters.reason, LONGEST_REASON)?;
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let request = WarnChatUserRequest::new(actor.broadcaster.id.as_str(), actor.user_id);
    let body = WarnChatUserBody::new(user.id, parameters.reason);
    actor.helix.post(request, body).await?;
    Ok(Done {})
}

pub(super) async fn resolve_held(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ResolveHeldMessageParameters,
) -> Result<Done, ConnectorError> {
    checked_id(&parameters.message_id)?;
    let id = parameters.message_id.as_str();
    let body = ManageHeldAutoModMessagesBody::new(actor.user_id, id, parameters.allow);
    let request = ManageHeldAutoModMessagesRequest::new();
    actor.helix.post(request, body).await?;
    Ok(Done {})
}

pub(super) async fn set_shield(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: SetShieldModeParameters,
) -> Result<Done, ConnectorError> {
    let broadcaster = actor.broadcaster.id.as_str();
    let request = UpdateShieldModeStatusRequest::new(broadcaster, actor.user_id);
    let body = UpdateShieldModeStatusBody::is_active(parameters.active);
    actor.helix.put(request, body).await?;
    Ok(Done {})
}

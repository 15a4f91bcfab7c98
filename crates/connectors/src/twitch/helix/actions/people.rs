//! People, and what they are in the channel.

use pato_events::catalogue::channel::{
    AddModeratorParameters, AddVipParameters, GetUserParameters, ListChattersParameters,
    ListFollowersParameters, ListSubscribersParameters, People, Person, RemoveModeratorParameters,
    RemoveVipParameters,
};
use pato_events::catalogue::chat::User;
use pato_events::catalogue::moderation::Done;
use twitch_api::helix::channels::{
    AddChannelVipRequest, GetChannelFollowersRequest, RemoveChannelVipRequest,
};
use twitch_api::helix::chat::GetChattersRequest;
use twitch_api::helix::moderation::{AddChannelModeratorRequest, RemoveChannelModeratorRequest};
use twitch_api::helix::subscriptions::GetBroadcasterSubscriptionsRequest;
use twitch_api::helix::users::GetUsersRequest;
use twitch_api::helix::{Cursor, EmptyBody, PaginationState, Request};
use twitch_api::types::UserName;

use super::{check_range, fitting, milliseconds};
use crate::connector::ConnectorError;
use crate::twitch::acting::{Acting, Actor};
use crate::twitch::checked_name;

/// What shows when someone began to follow.
const READ_FOLLOWERS: &str = "moderator:read:followers";

pub(super) async fn add_vip(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: AddVipParameters,
) -> Result<Done, ConnectorError> {
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let request = AddChannelVipRequest::new(actor.broadcaster.id.as_str(), user.id);
    actor.helix.post(request, EmptyBody).await?;
    Ok(Done {})
}

pub(super) async fn remove_vip(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: RemoveVipParameters,
) -> Result<Done, ConnectorError> {
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let request = RemoveChannelVipRequest::new(actor.broadcaster.id.as_str(), user.id);
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn add_moderator(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: AddModeratorParameters,
) -> Result<Done, ConnectorError> {
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let request = AddChannelModeratorRequest::new(actor.broadcaster.id.as_str(), user.id);
    actor.helix.post(request, EmptyBody).await?;
    Ok(Done {})
}

pub(super) async fn remove_moderator(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: RemoveModeratorParameters,
) -> Result<Done, ConnectorError> {
    let user = acting.users.find(actor.helix, &parameters.login).await?;
    let request = RemoveChannelModeratorRequest::new(actor.broadcaster.id.as_str(), user.id);
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn get_user(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: GetUserParameters,
) -> Result<Person, ConnectorError> {
    let login = checked_name("person's", parameters.login.trim_start_matches('@'))?;
    let logins = vec![UserName::from(login.clone())];
    let found = actor.helix.get(GetUsersRequest::logins(logins)).await?.data;
    let Some(found) = found.into_iter().next() else {
        let text = format!("nobody on Twitch is called `{login}`");
        return Err(ConnectorError::NotFound(text));
    };
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let user = User {
        id: found.id.take(),
        login: found.login.take(),
        name: found.display_name.take(),
    };
    Ok(Person {
        follows_since: follows_since(actor, &user.id).await?,
        user,
        description: some(found.description),
        picture: some(found.profile_image_url),
        created_at: Some(milliseconds(&found.created_at)?),
    })
}

/// None as well if the account is not allowed to know.
async fn follows_since(actor: &Actor<'_>, user_id: &str) -> Result<Option<f64>, ConnectorError> {
    if !actor.helix.tokens().has(READ_FOLLOWERS) {
        return Ok(None);
    }
    let request = GetChannelFollowersRequest::broadcaster_id(actor.broadcaster.id.as_str());
    let followers = actor.helix.get(request.user_id(user_id)).await?.data;
    let since = followers
        .first()
        .map(|follower| milliseconds(&follower.followed_at));
    since.transpose()
}

pub(super) async fn list_followers(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ListFollowersParameters,
) -> Result<People, ConnectorError> {
    check_range("limit", parameters.limit, 1..=100)?;
    let mut request = GetChannelFollowersRequest::broadcaster_id(actor.broadcaster.id.as_str())
        .first(parameters.limit as usize);
    request.after = parameters.after.map(|after| Cursor::from(after).into());
    let found = actor.helix.get(request).await?;
    let followers = found.data.into_iter().map(|follower| User {
        id: follower.user_id.take(),
        login: follower.user_login.take(),
        name: follower.user_name.take(),
    });
    Ok(people(followers.collect(), found.pagination_data))
}

pub(super) async fn list_subscribers(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ListSubscribersParameters,
) -> Result<People, ConnectorError> {
    check_range("limit", parameters.limit, 1..=100)?;
    let broadcaster = actor.broadcaster.id.as_str();
    let mut request = GetBroadcasterSubscriptionsRequest::broadcaster_id(broadcaster)
        .first(parameters.limit as usize);
    request.after = parameters.after.map(|after| Cursor::from(after).into());
    let found = actor.helix.get(request).await?;
    let subscribers = found.data.into_iter().map(|subscriber| User {
        id: subscriber.user_id.take(),
        login: subscriber.user_login.take(),
        name: subscriber.user_name.take(),
    });
    Ok(people(subscribers.collect(), found.pagination_data))
}

pub(super) async fn list_chatters(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ListChattersParameters,
) -> Result<People, ConnectorError> {
    check_range("limit", parameters.limit, 1..=100)?;
    let mut request = GetChattersRequest::new(actor.broadcaster.id.as_str(), actor.user_id)
        .first(parameters.limit as usize);
    request.after = parameters.after.map(|after| Cursor::from(after).into());
    let found = actor.helix.get(request).await?;
    let chatters = found.data.into_iter().map(|chatter| User {
        id: chatter.user_id.take(),
        login: chatter.user_login.take(),
        name: chatter.user_name.take(),
    });
    Ok(people(chatters.collect(), found.pagination_data))
}

fn people<R: Request>(people: Vec<User>, pages: PaginationState<R>) -> People {
    People {
        people,
        total: pages.total.map(fitting),
        next: pages.cursor.map(Cursor::take),
    }
}

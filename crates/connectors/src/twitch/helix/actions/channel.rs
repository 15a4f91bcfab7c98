//! The stream, and what is done with the channel as a whole.

use pato_events::catalogue::channel::{
    CancelRaidParameters, Clip, CreateClipParameters, CreateMarkerParameters, Marker,
    RaidParameters, ShoutoutParameters, StartAdAnswer, StartAdParameters, UpdateChannelParameters,
};
use pato_events::catalogue::moderation::Done;
use pato_events::catalogue::stream::{GetStreamParameters, StreamStatus};
use twitch_api::helix::channels::{
    GetChannelInformationRequest, ModifyChannelInformationBody, ModifyChannelInformationRequest,
    StartCommercialBody, StartCommercialRequest,
};
use twitch_api::helix::chat::SendAShoutoutRequest;
use twitch_api::helix::clips::CreateClipRequest;
use twitch_api::helix::games::GetGamesRequest;
use twitch_api::helix::raids::{CancelARaidRequest, StartARaidRequest};
use twitch_api::helix::streams::{
    CreateStreamMarkerBody, CreateStreamMarkerRequest, GetStreamsRequest,
};
use twitch_api::types::{CategoryId, CommercialLength, UserId};

use super::{check_length, fitting, milliseconds};
use crate::connector::ConnectorError;
use crate::twitch::acting::{Acting, Actor};
use crate::twitch::helix::Helix;

pub(super) async fn stream(
    _: &Acting,
    actor: &Actor<'_>,
    _: GetStreamParameters,
) -> Result<StreamStatus, ConnectorError> {
    let broadcaster = &actor.broadcaster;
    stream_status(actor.helix, &broadcaster.id, &broadcaster.login).await
}

/// How the stream of that broadcaster stands.
pub(crate) async fn stream_status(
    helix: &Helix,
    broadcaster_id: &str,
    login: &str,
) -> Result<StreamStatus, ConnectorError> {
    let id = || vec![UserId::from(broadcaster_id.to_owned())];
    let channels = helix
        .get(GetChannelInformationRequest::broadcaster_ids(id()))
        .await?;
    let Some(channel) = channels.data.into_iter().next() else {
        let text = format!("Twitch has no channel `{login}`");
        return Err(ConnectorError::NotFound(text));
    };
    let streams = helix.get(GetStreamsRequest::user_ids(id())).await?;
    let stream = streams.data.into_iter().next();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let started_at = stream
        .as_ref()
        .map(|stream| milliseconds(&stream.started_at));
    Ok(StreamStatus {
        channel: login.to_owned(),
        live: stream.is_some(),
        title: some(channel.title),
        category: some(channel.game_name.take()),
        tags: Some(channel.tags),
        language: some(channel.broadcaster_language),
        started_at: started_at.transpose()?,
    })
}

pub(super) async fn update(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: UpdateChannelParameters,
) -> Result<Done, ConnectorError> {
    let game = match &parameters.category {
        Some(name) if name.is_empty() => Some(CategoryId::from_static("0")),
        Some(name) => Some(find_game(actor.helix, name).await?),
        None => None,
    };
    let tags = parameters.tags.as_ref();
    let tags: Option<Vec<&str>> = tags.map(|tags| tags.iter().map(String::as_str).collect());
    let mut body = ModifyChannelInformationBody::new();
    if let Some(title) = &parameters.title {
        check_length("title", title, 140)?;
        body.title(title.as_str());
    }
    if let Some(game) = &game {
        body.game_id(game.as_str());
    }
    if let Some(language) = &parameters.language {
        body.broadcaster_language(language.as_str());
    }
    if let Some(tags) = &tags {
        if tags.len() > 10 {
            let text = format!("tags: {}; Twitch takes at most 10", tags.len());
            return Err(ConnectorError::Invalid(text));
        }
        body.tags(tags);
    }
    let broadcaster = actor.broadcaster.id.as_str();
    let request = ModifyChannelInformationRequest::broadcaster_id(broadcaster);
    actor.helix.patch(request, body).await?;
    Ok(Done {})
}

async fn find_game(helix: &Helix, name: &str) -> Result<CategoryId, ConnectorError> {
    let names = vec![name.to_owned()];
    let games = helix.get(GetGamesRequest::names(names)).await?.data;
    games.into_iter().next().map(|game| game.id).ok_or_else(|| {
        ConnectorError::NotFound(format!(
            "Twitch has no category `{}`: write its name exactly as Twitch does",
            name.escape_debug()
        ))
    })
}

pub(super) async fn shoutout(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: ShoutoutParameters,
) -> Result<Done, ConnectorError> {
    let to = acting.users.find(actor.helix, &parameters.login).await?;
    let broadcaster = actor.broadcaster.id.as_str();
    let request = SendAShoutoutRequest::new(broadcaster, to.id, actor.user_id);
    actor
        .helix
        .post(request, twitch_api::helix::EmptyBody)
        .await?;
    Ok(Done {})
}

pub(super) async fn raid(
    acting: &Acting,
    actor: &Actor<'_>,
    parameters: RaidParameters,
) -> Result<Done, ConnectorError> {
    let to = acting.users.find(actor.helix, &parameters.login).await?;
    let request = StartARaidRequest::new(actor.broadcaster.id.as_str(), to.id);
    actor
        .helix
        .post(request, twitch_api::helix::EmptyBody)
        .await?;
    Ok(Done {})
}

pub(super) async fn cancel_raid(
    _: &Acting,
    actor: &Actor<'_>,
    _: CancelRaidParameters,
) -> Result<Done, ConnectorError> {
    let request = CancelARaidRequest::broadcaster_id(actor.broadcaster.id.as_str());
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn start_ad(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: StartAdParameters,
) -> Result<StartAdAnswer, ConnectorError> {
    let seconds = parameters.seconds;
    let length = CommercialLength::try_from(u64::from(seconds)).map_err(|_| {
        ConnectorError::Invalid(format!(
            "seconds: {seconds}; Twitch takes 30, 60, 90, 120, 150 or 180"
        ))
    })?;
    let body = StartCommercialBody::new(actor.broadcaster.id.as_str(), length);
    let started = actor
        .helix
        .post(StartCommercialRequest::new(), body)
        .await?;
    Ok(StartAdAnswer {
        seconds: fitting(started.length as u64),
        retry_after_seconds: fitting(started.retry_after),
    })
}

pub(super) async fn create_clip(
    _: &Acting,
    actor: &Actor<'_>,
    _: CreateClipParameters,
) -> Result<Clip, ConnectorError> {
    let request = CreateClipRequest::broadcaster_id(actor.broadcaster.id.as_str());
    let clip = actor
        .helix
        .post(request, twitch_api::helix::EmptyBody)
        .await?;
    Ok(Clip {
        id: clip.id.take(),
        url: clip.edit_url,
    })
}

pub(super) async fn create_marker(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: CreateMarkerParameters,
) -> Result<Marker, ConnectorError> {
    let broadcaster = actor.broadcaster.id.as_str();
    let body = match &parameters.description {
        Some(text) => {
            check_length("description", text, 140)?;
            CreateStreamMarkerBody::new(broadcaster, text.as_str())
        }
        None => CreateStreamMarkerBody::user_id(broadcaster),
    };
    let marker = actor
        .helix
        .post(CreateStreamMarkerRequest::new(), body)
        .await?;
    Ok(Marker {
        id: marker.id.take(),
        position_seconds: fitting(marker.position_seconds),
    })
}

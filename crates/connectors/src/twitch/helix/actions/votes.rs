//! Polls and predictions.

use pato_events::catalogue::channel::{
    CancelPredictionParameters, CreatePollParameters, CreatePredictionParameters,
    EndPollParameters, LockPredictionParameters, Poll, PollChoice, PollState, Prediction,
    PredictionOutcome, PredictionState, ResolvePredictionParameters,
};
use twitch_api::helix::polls::{
    self, CreatePollBody, CreatePollRequest, EndPollBody, EndPollRequest, NewPollChoice,
};
use twitch_api::helix::predictions::create_prediction::{
    CreatePredictionBody, CreatePredictionRequest, NewPredictionOutcome,
};
use twitch_api::helix::predictions::end_prediction::{EndPredictionBody, EndPredictionRequest};
use twitch_api::helix::predictions::{self};
use twitch_api::types::{PollStatus, PredictionOutcomeId, PredictionStatus};

use super::{check_length, check_range, fitting, milliseconds};
use crate::connector::ConnectorError;
use crate::twitch::acting::{Acting, Actor};

/// For how long votes or points can be taken, in seconds.
const LONGEST: u32 = 1_800;

pub(super) async fn create_poll(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: CreatePollParameters,
) -> Result<Poll, ConnectorError> {
    check_length("title", &parameters.title, 60)?;
    check_count("choices", &parameters.choices, 5)?;
    check_range("seconds", parameters.seconds, 15..=LONGEST)?;
    let choices = parameters
        .choices
        .iter()
        .map(|choice| NewPollChoice::new(choice.as_str()));
    let body = CreatePollBody::new(
        actor.broadcaster.id.as_str(),
        parameters.title.as_str(),
        parameters.seconds.into(),
        choices.collect::<Vec<_>>(),
    );
    let body = match parameters.points_per_vote {
        Some(points) => body
            .channel_points_voting_enabled(true)
            .channel_points_per_vote(points.into()),
        None => body,
    };
    poll(actor.helix.post(CreatePollRequest::new(), body).await?)
}

fn check_count(name: &str, texts: &[String], most: u32) -> Result<(), ConnectorError> {
    check_range(name, fitting(texts.len()), 2..=most)?;
    texts
        .iter()
        .try_for_each(|text| check_length(name, text, 25))
}

pub(super) async fn end_poll(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: EndPollParameters,
) -> Result<Poll, ConnectorError> {
    let status = match parameters.show {
        true => PollStatus::Terminated,
        false => PollStatus::Archived,
    };
    let broadcaster = actor.broadcaster.id.as_str();
    let body = EndPollBody::new(broadcaster, parameters.poll_id.as_str(), status);
    poll(actor.helix.patch(EndPollRequest::new(), body).await?)
}

/// A poll of Helix in the common model.
pub(crate) fn poll(poll: polls::Poll) -> Result<Poll, ConnectorError> {
    let started_at = milliseconds(&poll.started_at)?;
    let ended_at = poll.ended_at.as_deref().map(milliseconds).transpose()?;
    #[expect(clippy::cast_precision_loss, reason = "at most half an hour")]
    let ends_at = started_at + poll.duration as f64 * 1_000.0;
    Ok(Poll {
        // `twitch_api` gives the two fields each other's type; both are text.
        channel: poll.broadcaster_login.take(),
        id: poll.id.take(),
        title: poll.title,
        choices: poll
            .choices
            .into_iter()
            .map(|choice| PollChoice {
                id: choice.id,
                title: choice.title,
                votes: fitting(choice.votes.unwrap_or(0)),
            })
            .collect(),
        state: match poll.status {
            PollStatus::Active => PollState::Running,
            PollStatus::Terminated => PollState::Terminated,
            PollStatus::Archived => PollState::Archived,
            _ => PollState::Completed,
        },
        started_at,
        ends_at: ended_at.unwrap_or(ends_at),
    })
}

pub(super) async fn create_prediction(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: CreatePredictionParameters,
) -> Result<Prediction, ConnectorError> {
    check_length("title", &parameters.title, 45)?;
    check_count("outcomes", &parameters.outcomes, 10)?;
    check_range("seconds", parameters.seconds, 30..=LONGEST)?;
    let outcomes = parameters.outcomes.iter();
    let outcomes: Vec<_> = outcomes
        .map(|it| NewPredictionOutcome::new(it.as_str()))
        .collect();
    let body = CreatePredictionBody::new(
        actor.broadcaster.id.as_str(),
        parameters.title.as_str(),
        &outcomes,
        parameters.seconds.into(),
    );
    prediction(
        actor
            .helix
            .post(CreatePredictionRequest::new(), body)
            .await?,
    )
}

pub(super) async fn lock_prediction(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: LockPredictionParameters,
) -> Result<Prediction, ConnectorError> {
    end_prediction(
        actor,
        &parameters.prediction_id,
        PredictionStatus::Locked,
        None,
    )
    .await
}

pub(super) async fn resolve_prediction(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ResolvePredictionParameters,
) -> Result<Prediction, ConnectorError> {
    let winner = Some(parameters.outcome_id.as_str());
    end_prediction(
        actor,
        &parameters.prediction_id,
        PredictionStatus::Resolved,
        winner,
    )
    .await
}

pub(super) async fn cancel_prediction(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: CancelPredictionParameters,
) -> Result<Prediction, ConnectorError> {
    end_prediction(
        actor,
        &parameters.prediction_id,
        PredictionStatus::Canceled,
        None,
    )
    .await
}

async fn end_prediction(
    actor: &Actor<'_>,
    id: &str,
    status: PredictionStatus,
    winner: Option<&str>,
) -> Result<Prediction, ConnectorError> {
    let mut body = EndPredictionBody::new(actor.broadcaster.id.as_str(), id, status);
    if let Some(winner) = winner {
        body = body.winning_outcome_id(winner);
    }
    prediction(actor.helix.patch(EndPredictionRequest::new(), body).await?)
}

/// A prediction of Helix in the common model.
pub(crate) fn prediction(it: predictions::Prediction) -> Result<Prediction, ConnectorError> {
    let started_at = milliseconds(&it.created_at)?;
    let locked_at = it.locked_at.as_deref().map(milliseconds).transpose()?;
    #[expect(clippy::cast_precision_loss, reason = "at most half an hour")]
    let locks_at = started_at + it.prediction_window as f64 * 1_000.0;
    let outcomes = it.outcomes.into_iter().map(|outcome| PredictionOutcome {
        id: outcome.id,
        title: outcome.title,
        users: fitting(outcome.users.unwrap_or(0)),
        #[expect(clippy::cast_precision_loss, reason = "53 bits of points last")]
        points: outcome.channel_points.unwrap_or(0) as f64,
    });
    Ok(Prediction {
        channel: it.broadcaster_login.take(),
        id: it.id.take(),
        title: it.title,
        outcomes: outcomes.collect(),
        state: match it.status {
            PredictionStatus::Active => PredictionState::Open,
            PredictionStatus::Locked => PredictionState::Locked,
            PredictionStatus::Resolved => PredictionState::Resolved,
            _ => PredictionState::Canceled,
        },
        winning_outcome_id: it.winning_outcome_id.map(PredictionOutcomeId::take),
        started_at,
        locks_at: Some(locked_at.unwrap_or(locks_at)),
    })
}

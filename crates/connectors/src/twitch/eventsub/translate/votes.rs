//! Polls and predictions.

use pato_events::catalogue::channel::{
    Poll, PollChoice, PollState, Prediction, PredictionOutcome, PredictionState,
};

use super::fields::{Fields, Read};

pub(super) fn poll(event: Fields<'_>) -> Read<Poll> {
    let choices = event.list("choices").map(|choice| {
        Ok(PollChoice {
            id: choice.text("id")?,
            title: choice.text("title")?,
            votes: choice.optional_number("votes").unwrap_or(0),
        })
    });
    Ok(Poll {
        channel: event.channel()?,
        id: event.text("id")?,
        title: event.text("title")?,
        choices: choices.collect::<Read<_>>()?,
        // Only an end has a status.
        state: match event.optional_text("status").as_deref() {
            None => PollState::Running,
            Some("archived") => PollState::Archived,
            Some("terminated") => PollState::Terminated,
            Some(_) => PollState::Completed,
        },
        started_at: event.time("started_at")?,
        ends_at: event.time("ends_at").or_else(|_| event.time("ended_at"))?,
    })
}

pub(super) fn prediction(kind: &str, event: Fields<'_>) -> Read<Prediction> {
    let outcomes = event.list("outcomes").map(|outcome| {
        Ok(PredictionOutcome {
            id: outcome.text("id")?,
            title: outcome.text("title")?,
            users: outcome.optional_number("users").unwrap_or(0),
            points: outcome.amount("channel_points").unwrap_or(0.0),
        })
    });
    let locked = event.time("locks_at").or_else(|_| event.time("locked_at"));
    Ok(Prediction {
        channel: event.channel()?,
        id: event.text("id")?,
        title: event.text("title")?,
        outcomes: outcomes.collect::<Read<_>>()?,
        state: match (kind, event.optional_text("status").as_deref()) {
            ("channel.prediction.lock", _) => PredictionState::Locked,
            ("channel.prediction.end", Some("canceled")) => PredictionState::Canceled,
            ("channel.prediction.end", _) => PredictionState::Resolved,
            _ => PredictionState::Open,
        },
        winning_outcome_id: event.optional_text("winning_outcome_id"),
        started_at: event.time("started_at")?,
        locks_at: locked.ok(),
    })
}

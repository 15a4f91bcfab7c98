//! Polls and predictions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::define::topic;

/// How a poll stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PollState {
    /// Votes are counted.
    Running,
    /// It came to its end.
    Completed,
    /// It was ended early.
    Terminated,
    /// It is no longer shown.
    Archived,
}

/// One answer of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PollChoice {
    /// The service's identifier.
    pub id: String,
    /// What it says.
    pub title: String,
    /// How many votes it has.
    pub votes: u32,
}

/// How a poll stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Poll {
    /// The channel.
    pub channel: String,
    /// The service's identifier.
    pub id: String,
    /// The question.
    pub title: String,
    /// The answers.
    pub choices: Vec<PollChoice>,
    /// How it stands.
    pub state: PollState,
    /// When it began, in milliseconds since the epoch.
    pub started_at: f64,
    /// When it ends or ended, in milliseconds since the epoch.
    pub ends_at: f64,
}

topic!(
    Poll,
    "channel.poll",
    stateful,
    Self {
        channel: "pato".into(),
        id: "1243456".into(),
        title: "Which game next?".into(),
        choices: vec![PollChoice {
            id: "1".into(),
            title: "The one with the goose".into(),
            votes: 12,
        }],
        state: PollState::Running,
        started_at: 1_763_683_200_000.0,
        ends_at: 1_763_683_260_000.0,
    }
);

/// How a prediction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PredictionState {
    /// Viewers stake points.
    Open,
    /// No more points are taken.
    Locked,
    /// It was decided.
    Resolved,
    /// All points were given back.
    Canceled,
}

/// One outcome of a prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictionOutcome {
    /// The service's identifier.
    pub id: String,
    /// What it says.
    pub title: String,
    /// How many people staked on it.
    pub users: u32,
    /// How many points they staked in all.
    pub points: f64,
}

/// How a prediction stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// The channel.
    pub channel: String,
    /// The service's identifier.
    pub id: String,
    /// The question.
    pub title: String,
    /// The outcomes.
    pub outcomes: Vec<PredictionOutcome>,
    /// How it stands.
    pub state: PredictionState,
    /// The outcome that won.
    pub winning_outcome_id: Option<String>,
    /// When it began, in milliseconds since the epoch.
    pub started_at: f64,
    /// When no more points are or were taken, in milliseconds since the epoch.
    pub locks_at: Option<f64>,
}

topic!(
    Prediction,
    "channel.prediction",
    stateful,
    Self {
        channel: "pato".into(),
        id: "1243456".into(),
        title: "Will the goose win?".into(),
        outcomes: vec![PredictionOutcome {
            id: "1".into(),
            title: "Yes".into(),
            users: 10,
            points: 15_000.0,
        }],
        state: PredictionState::Open,
        winning_outcome_id: None,
        started_at: 1_763_683_200_000.0,
        locks_at: Some(1_763_683_260_000.0),
    }
);

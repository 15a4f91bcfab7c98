//! What viewers reach together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::chat::User;
use crate::catalogue::define::topic;

/// A sum of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    /// How much, in whole units and their fractions: 12.5 is twelve and a half.
    pub value: f64,
    /// Of which currency, by ISO 4217, such as `EUR`.
    pub currency: String,
}

/// How a goal stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Goal {
    /// The channel.
    pub channel: String,
    /// The service's identifier.
    pub id: String,
    /// What is counted, in the service's word, such as `follower` or `subscription_count`.
    pub kind: String,
    /// What the broadcaster wrote about it; empty if nothing.
    pub description: String,
    /// How much is reached.
    pub current: f64,
    /// How much is wanted.
    pub target: f64,
    /// Whether it goes on.
    pub active: bool,
    /// Whether it was reached.
    pub achieved: bool,
}

topic!(
    Goal,
    "channel.goal",
    stateful,
    Self {
        channel: "pato".into(),
        id: "12345-abcde".into(),
        kind: "follower".into(),
        description: "Road to 500".into(),
        current: 442.0,
        target: 500.0,
        active: true,
        achieved: false,
    }
);

/// How a hype train stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HypeTrain {
    /// The channel.
    pub channel: String,
    /// The service's identifier.
    pub id: String,
    /// Its level, from 1.
    pub level: u32,
    /// How much was given in all.
    pub total: u32,
    /// How much of that counts for this level.
    pub progress: u32,
    /// How much this level takes; none when it has ended.
    pub goal: Option<u32>,
    /// Whether it goes on.
    pub active: bool,
    /// When it ends or ended, in milliseconds since the epoch.
    pub ends_at: f64,
}

topic!(
    HypeTrain,
    "channel.hype-train",
    stateful,
    Self {
        channel: "pato".into(),
        id: "1b0AsbInCHZW2SQFQkCzqN07Ib2".into(),
        level: 2,
        total: 700,
        progress: 200,
        goal: Some(1_000),
        active: true,
        ends_at: 1_763_683_500_000.0,
    }
);

/// How a charity campaign stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Charity {
    /// The channel.
    pub channel: String,
    /// The service's identifier.
    pub id: String,
    /// Whom it helps.
    pub name: String,
    /// How much was donated.
    pub current: Money,
    /// How much is wanted.
    pub target: Money,
    /// Whether it goes on.
    pub active: bool,
}

topic!(
    Charity,
    "channel.charity",
    stateful,
    Self {
        channel: "pato".into(),
        id: "123-abc-456-def".into(),
        name: "Example charity".into(),
        current: Money {
            value: 86_000.0,
            currency: "USD".into(),
        },
        target: Money {
            value: 100_000.0,
            currency: "USD".into(),
        },
        active: true,
    }
);

/// Someone donated to the channel's charity campaign.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Donation {
    /// The channel.
    pub channel: String,
    /// The service's identifier of the campaign.
    pub charity_id: String,
    /// Whom it helps.
    pub name: String,
    /// Who donated.
    pub user: User,
    /// How much.
    pub amount: Money,
}

topic!(
    Donation,
    "channel.donation",
    Self {
        channel: "pato".into(),
        charity_id: "123-abc-456-def".into(),
        name: "Example charity".into(),
        user: User::example(),
        amount: Money {
            value: 10.0,
            currency: "USD".into(),
        },
    }
);

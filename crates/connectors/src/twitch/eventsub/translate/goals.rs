//! What viewers reach together: goals, hype trains, charity.

use pato_events::catalogue::channel::{Charity, Donation, Goal, HypeTrain};

use super::fields::{Fields, Read};

pub(super) fn goal(event: Fields<'_>, active: bool) -> Read<Goal> {
    Ok(Goal {
        channel: event.channel()?,
        id: event.text("id")?,
        kind: event.text("type")?,
        description: event.optional_text("description").unwrap_or_default(),
        current: event.amount("current_amount")?,
        target: event.amount("target_amount")?,
        active,
        achieved: event.is("is_achieved"),
    })
}

pub(super) fn hype_train(event: Fields<'_>, active: bool) -> Read<HypeTrain> {
    let end = event.time("expires_at").or_else(|_| event.time("ended_at"));
    Ok(HypeTrain {
        channel: event.channel()?,
        id: event.text("id")?,
        level: event.number("level")?,
        total: event.number("total")?,
        progress: event.optional_number("progress").unwrap_or(0),
        goal: event.optional_number("goal"),
        active,
        ends_at: end?,
    })
}

pub(super) fn charity(event: Fields<'_>, active: bool) -> Read<Charity> {
    Ok(Charity {
        channel: event.channel()?,
        id: event.text("id")?,
        name: event.text("charity_name")?,
        current: event.money("current_amount")?,
        target: event.money("target_amount")?,
        active,
    })
}

pub(super) fn donation(event: Fields<'_>) -> Read<Donation> {
    Ok(Donation {
        channel: event.channel()?,
        charity_id: event.text("campaign_id")?,
        name: event.text("charity_name")?,
        user: event.user("user")?,
        amount: event.money("amount")?,
    })
}

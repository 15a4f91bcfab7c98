//! Sees to it that Kick sends its webhooks. Kick stops by itself after a day of failures.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::connector::ConnectorError;
use crate::kick::people::Id;
use crate::kick::realtime::retry;
use crate::kick::rest::{Ask, Rest};
use crate::kick::scopes::WEBHOOKS;
use crate::reconnect::End;

const PATH: &str = "/public/v1/events/subscriptions";

/// What Pato wants to be told, all in version 1.
const EVENTS: [&str; 10] = [
    "chat.message.sent",
    "channel.followed",
    "channel.subscription.new",
    "channel.subscription.renewal",
    "channel.subscription.gifts",
    "channel.reward.redemption.updated",
    "livestream.status.updated",
    "livestream.metadata.updated",
    "moderation.banned",
    "kicks.gifted",
];

#[derive(Deserialize)]
struct Existing {
    event: String,
    #[serde(default)]
    broadcaster_user_id: Option<Id>,
}

#[derive(Deserialize)]
struct Made {
    name: String,
    #[serde(default)]
    error: Option<String>,
}

/// Subscribes to what is missing, and looks again every `upkeep`; `ready` is called each time that
/// nothing is missing.
pub(in crate::kick) async fn keep_subscribed(
    rest: &Rest,
    upkeep: Duration,
    ready: impl Fn(),
) -> End {
    loop {
        match subscribe(rest).await {
            Ok(()) => ready(),
            Err(error) => return retry(error),
        }
        sleep(upkeep).await;
    }
}

async fn subscribe(rest: &Rest) -> Result<(), ConnectorError> {
    rest.check_scope(WEBHOOKS)?;
    let broadcaster = &rest.account().user_id;
    let existing: Vec<Existing> = rest.call(Ask::new(Method::GET, PATH)).await?;
    let existing: HashSet<String> = existing
        .into_iter()
        .filter(|known| {
            known
                .broadcaster_user_id
                .as_ref()
                .is_none_or(|id| id.0 == *broadcaster)
        })
        .map(|known| known.event)
        .collect();
    let missing = EVENTS.iter().filter(|event| !existing.contains(**event));
    let missing: Vec<Value> = missing
        .map(|event| json!({ "name": event, "version": 1 }))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut body = json!({ "events": missing, "method": "webhook" });
    if let (Ok(broadcaster), Some(body)) = (broadcaster.parse::<u64>(), body.as_object_mut()) {
        body.insert("broadcaster_user_id".into(), broadcaster.into());
    }
    let made: Vec<Made> = rest.call(Ask::new(Method::POST, PATH).body(body)).await?;
    let refused = made.into_iter().filter_map(|made| {
        let error = made.error.filter(|error| !error.is_empty())?;
        Some(format!("{}: {error}", made.name))
    });
    let refused: Vec<String> = refused.collect();
    match refused.is_empty() {
        true => Ok(()),
        false => Err(ConnectorError::Failed(format!(
            "Kick does not send these webhooks: {}",
            refused.join(", ")
        ))),
    }
}

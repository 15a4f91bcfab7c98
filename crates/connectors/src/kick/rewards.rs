//! Rewards for channel points (docs.kick.com, Channel Rewards).

use pato_events::catalogue::channel::{
    CreateRewardParameters, Reward, Rewards, UpdateRewardParameters,
};
use pato_events::catalogue::moderation::Done;
use reqwest::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::actions::checked_id;
use super::rest::{Ask, Rest};
use crate::connector::ConnectorError;

const REWARDS: &str = "/public/v1/channels/rewards";

/// A reward as Kick writes it.
#[derive(Deserialize)]
struct RawReward {
    id: String,
    title: String,
    cost: u32,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    background_color: Option<String>,
    #[serde(default)]
    is_enabled: bool,
    #[serde(default)]
    is_paused: bool,
    #[serde(default)]
    is_user_input_required: bool,
}

impl From<RawReward> for Reward {
    fn from(raw: RawReward) -> Self {
        Self {
            id: raw.id,
            title: raw.title,
            prompt: raw.description.filter(|text| !text.is_empty()),
            cost: raw.cost,
            enabled: raw.is_enabled,
            paused: raw.is_paused,
            input_required: raw.is_user_input_required,
            color: raw.background_color.filter(|text| !text.is_empty()),
        }
    }
}

pub(super) async fn list_rewards(rest: &Rest) -> Result<Rewards, ConnectorError> {
    // Kick lists those that the application made, and no others.
    let ask = Ask::new(Method::GET, REWARDS);
    let rewards: Vec<RawReward> = rest.call(ask).await?;
    let rewards = rewards.into_iter().map(Reward::from).collect();
    Ok(Rewards { rewards })
}

pub(super) async fn create_reward(
    rest: &Rest,
    parameters: CreateRewardParameters,
) -> Result<Reward, ConnectorError> {
    let mut body = json!({
        "title": parameters.title,
        "cost": parameters.cost,
        "is_enabled": true,
        "is_user_input_required": parameters.input_required,
        "should_redemptions_skip_request_queue": parameters.skip_queue,
    });
    if let Some(body) = body.as_object_mut() {
        set(body, "description", parameters.prompt);
        set(body, "background_color", parameters.color);
    }
    let ask = Ask::new(Method::POST, REWARDS).body(body);
    rest.call::<RawReward>(ask).await.map(Reward::from)
}

pub(super) async fn update_reward(
    rest: &Rest,
    parameters: UpdateRewardParameters,
) -> Result<Reward, ConnectorError> {
    let path = format!("{REWARDS}/{}", checked_id(&parameters.reward_id)?);
    let mut body = Map::new();
    set(&mut body, "title", parameters.title);
    set(&mut body, "cost", parameters.cost);
    set(&mut body, "description", parameters.prompt);
    set(&mut body, "is_enabled", parameters.enabled);
    set(&mut body, "is_paused", parameters.paused);
    let ask = Ask::new(Method::PATCH, &path).body(body.into());
    rest.call::<RawReward>(ask).await.map(Reward::from)
}

fn set(body: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value.into());
    }
}

/// Accepts or rejects a redemption. Kick answers those that it could not.
pub(super) async fn judge(rest: &Rest, verdict: &str, id: &str) -> Result<Done, ConnectorError> {
    let path = format!("{REWARDS}/redemptions/{verdict}");
    let body = json!({ "ids": [checked_id(id)?] });
    let ask = Ask::new(Method::POST, &path).body(body);
    let failed: Option<Vec<Value>> = rest.call(ask).await?;
    match failed.unwrap_or_default().first() {
        None => Ok(Done {}),
        Some(failed) => {
            let reason = failed
                .get("reason")
                .and_then(Value::as_str)
                .unwrap_or("no reason given");
            let reason: String = reason
                .chars()
                .take(200)
                .flat_map(char::escape_debug)
                .collect();
            Err(ConnectorError::Failed(format!(
                "Kick did not {verdict} `{id}`: {reason}"
            )))
        }
    }
}

pub(super) async fn delete_reward(rest: &Rest, id: &str) -> Result<Done, ConnectorError> {
    let path = format!("{REWARDS}/{}", checked_id(id)?);
    let ask = Ask::new(Method::DELETE, &path);
    rest.call::<IgnoredAny>(ask).await.map(|_| Done {})
}

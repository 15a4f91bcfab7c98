//! Rewards for channel points. Twitch lets an application change only what it made itself.

use pato_events::catalogue::channel::{
    CreateRewardParameters, DeleteRewardParameters, FulfilRedemptionParameters,
    ListRewardsParameters, RefundRedemptionParameters, Reward, Rewards, UpdateRewardParameters,
};
use pato_events::catalogue::moderation::Done;
use twitch_api::helix::points::{
    CreateCustomRewardBody, CreateCustomRewardRequest, CustomReward, CustomRewardRedemptionStatus,
    DeleteCustomRewardRequest, GetCustomRewardRequest, UpdateCustomRewardBody,
    UpdateCustomRewardRequest, UpdateRedemptionStatusBody, UpdateRedemptionStatusRequest,
};

use super::{check_length, check_range, fitting};
use crate::connector::ConnectorError;
use crate::twitch::acting::{Acting, Actor};

pub(super) async fn list_rewards(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: ListRewardsParameters,
) -> Result<Rewards, ConnectorError> {
    let request = GetCustomRewardRequest::broadcaster_id(actor.broadcaster.id.as_str())
        .only_manageable_rewards(parameters.own_only);
    let rewards = actor.helix.get(request).await?.data;
    Ok(Rewards {
        rewards: rewards.into_iter().map(reward).collect(),
    })
}

/// A reward of Helix in the common model.
fn reward(reward: CustomReward) -> Reward {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Reward {
        id: reward.id.take(),
        title: reward.title,
        prompt: some(reward.prompt),
        cost: fitting(reward.cost),
        enabled: reward.is_enabled,
        paused: reward.is_paused,
        input_required: reward.is_user_input_required,
        color: some(reward.background_color),
    }
}

pub(super) async fn create_reward(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: CreateRewardParameters,
) -> Result<Reward, ConnectorError> {
    check_length("title", &parameters.title, 45)?;
    check_range("cost", parameters.cost, 1..=u32::MAX)?;
    if let Some(prompt) = &parameters.prompt {
        check_length("prompt", prompt, 200)?;
    }
    let mut body = CreateCustomRewardBody::new(parameters.title, parameters.cost as usize);
    body.prompt = parameters.prompt.map(Into::into);
    body.background_color = parameters.color.map(Into::into);
    body.is_user_input_required = Some(parameters.input_required);
    body.should_redemptions_skip_request_queue = Some(parameters.skip_queue);
    let request = CreateCustomRewardRequest::broadcaster_id(actor.broadcaster.id.as_str());
    Ok(reward(actor.helix.post(request, body).await?))
}

pub(super) async fn update_reward(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: UpdateRewardParameters,
) -> Result<Reward, ConnectorError> {
    if let Some(title) = &parameters.title {
        check_length("title", title, 45)?;
    }
    if let Some(cost) = parameters.cost {
        check_range("cost", cost, 1..=u32::MAX)?;
    }
    let mut body = UpdateCustomRewardBody::default();
    body.title = parameters.title.map(Into::into);
    body.prompt = parameters.prompt.map(Into::into);
    body.cost = parameters.cost.map(|cost| cost as usize);
    body.is_enabled = parameters.enabled;
    body.is_paused = parameters.paused;
    let broadcaster = actor.broadcaster.id.as_str();
    let request = UpdateCustomRewardRequest::new(broadcaster, parameters.reward_id);
    Ok(reward(actor.helix.patch(request, body).await?))
}

pub(super) async fn delete_reward(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: DeleteRewardParameters,
) -> Result<Done, ConnectorError> {
    let broadcaster = actor.broadcaster.id.as_str();
    let request = DeleteCustomRewardRequest::new(broadcaster, parameters.reward_id);
    actor.helix.delete(request).await?;
    Ok(Done {})
}

pub(super) async fn fulfil(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: FulfilRedemptionParameters,
) -> Result<Done, ConnectorError> {
    let status = CustomRewardRedemptionStatus::Fulfilled;
    decide(
        actor,
        parameters.reward_id,
        parameters.redemption_id,
        status,
    )
    .await
}

pub(super) async fn refund(
    _: &Acting,
    actor: &Actor<'_>,
    parameters: RefundRedemptionParameters,
) -> Result<Done, ConnectorError> {
    let status = CustomRewardRedemptionStatus::Canceled;
    decide(
        actor,
        parameters.reward_id,
        parameters.redemption_id,
        status,
    )
    .await
}

async fn decide(
    actor: &Actor<'_>,
    reward_id: String,
    redemption_id: String,
    status: CustomRewardRedemptionStatus,
) -> Result<Done, ConnectorError> {
    let broadcaster = actor.broadcaster.id.as_str();
    let request = UpdateRedemptionStatusRequest::new(broadcaster, reward_id, redemption_id);
    let body = UpdateRedemptionStatusBody::status(status);
    actor.helix.patch(request, body).await?;
    Ok(Done {})
}

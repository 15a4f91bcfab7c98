//! Asks for what EventSub does not tell of again: how things stand, and redemptions that were missed.

use pato_events::catalogue::channel::{
    Poll, PollState, Prediction, PredictionState, RewardRedeemed,
};
use pato_events::catalogue::stream::StreamStatus;
use std::time::Duration;
use tokio::time::sleep;
use twitch_api::helix::points::get_custom_reward_redemption::GetCustomRewardRedemptionSortOrder;
use twitch_api::helix::points::{
    CustomReward, CustomRewardRedemption, CustomRewardRedemptionStatus as Status,
    GetCustomRewardRedemptionRequest, GetCustomRewardRequest,
};
use twitch_api::helix::polls::GetPollsRequest;
use twitch_api::helix::predictions::GetPredictionsRequest;

use super::frame::milliseconds;
use crate::connector::ConnectorError;
use crate::reconnect::{BackOff, BackOffConfiguration};
use crate::twitch::acting::Acting;
use crate::twitch::helix::actions::{poll, prediction, stream_status};

/// Twitch lists so many redemptions at once.
const PAGE: usize = 50;

/// The most pages for one reward. Twitch lets no more redemptions be open.
const MOST_PAGES: usize = 200;

/// What to ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Questions {
    pub(super) stream: bool,
    pub(super) poll: bool,
    pub(super) prediction: bool,
    pub(super) redemptions: bool,
    /// Since when something may have been missed, by Twitch's clock.
    pub(super) since: Option<f64>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) stream: Option<StreamStatus>,
    pub(super) poll: Option<Poll>,
    pub(super) prediction: Option<Prediction>,
    /// None if that was not asked for.
    pub(super) redemptions: Option<Vec<Redemption>>,
}

/// A redemption, and when it was made.
#[derive(Debug)]
pub(super) struct Redemption {
    pub(super) event: RewardRedeemed,
    pub(super) time: f64,
}

/// Asks until all is answered, with pauses that grow. What the account is not allowed is left out.
pub(super) async fn look(acting: &Acting, questions: Questions) -> Found {
    let pauses = BackOffConfiguration {
        first: Duration::from_secs(2),
        longest: Duration::from_secs(60),
        stable_after: Duration::MAX,
    };
    let mut back_off = BackOff::new(pauses, acting.environment.seed);
    loop {
        match look_once(acting, questions).await {
            Ok(found) => return found,
            Err(error) => {
                let pause = back_off.next_pause(Duration::ZERO);
                tracing::info!(%error, ?pause, "Twitch did not say how things stand");
                sleep(pause).await;
            }
        }
    }
}

async fn look_once(acting: &Acting, questions: Questions) -> Result<Found, ConnectorError> {
    let broadcaster = acting.broadcaster().await?;
    let id = broadcaster.id.as_str();
    let helix = &acting.main().helix;
    let since = questions.since.unwrap_or(f64::INFINITY);
    let mut found = Found::default();
    if questions.stream {
        found.stream = allowed(stream_status(helix, id, &broadcaster.login).await)?;
    }
    if questions.poll {
        let polls = allowed(helix.get(GetPollsRequest::broadcaster_id(id)).await)?;
        let polls = polls.map(|polls| polls.data).unwrap_or_default();
        let latest = polls.into_iter().next().map(poll).transpose()?;
        let current = |poll: &Poll| poll.state == PollState::Running || poll.ends_at >= since;
        found.poll = latest.filter(current);
    }
    if questions.prediction {
        let request = GetPredictionsRequest::broadcaster_id(id);
        let list = allowed(helix.get(request).await)?;
        let latest = list.and_then(|list| list.data.into_iter().next());
        if let Some(latest) = latest {
            let ended = latest
                .ended_at
                .as_ref()
                .map(|time| milliseconds(time.as_str()));
            let ended = ended.and_then(Result::ok);
            let latest = prediction(latest)?;
            let running = matches!(
                latest.state,
                PredictionState::Open | PredictionState::Locked
            );
            let current = running || ended.is_some_and(|ended| ended >= since);
            found.prediction = current.then_some(latest);
        }
    }
    if questions.redemptions {
        let redemptions = allowed(redemptions(acting, id, questions.since).await)?;
        found.redemptions = Some(redemptions.unwrap_or_default());
    }
    Ok(found)
}

/// What the account may not ask, it will not be told next time either.
fn allowed<T>(result: Result<T, ConnectorError>) -> Result<Option<T>, ConnectorError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ConnectorError::Denied(reason) | ConnectorError::NotFound(reason)) => {
            tracing::debug!(reason, "Twitch does not tell how something stands");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The redemptions of the rewards that Pato made; Twitch shows those of no others. All that are open,
/// and where a reward fulfils them at once, those that were made since then.
async fn redemptions(
    acting: &Acting,
    broadcaster: &str,
    since: Option<f64>,
) -> Result<Vec<Redemption>, ConnectorError> {
    let request = GetCustomRewardRequest::broadcaster_id(broadcaster).only_manageable_rewards(true);
    let rewards = acting.main().helix.get(request).await?.data;
    let mut found = Vec::new();
    for reward in &rewards {
        list(
            acting,
            broadcaster,
            reward,
            Status::Unfulfilled,
            None,
            &mut found,
        )
        .await?;
        if reward.should_redemptions_skip_request_queue && since.is_some() {
            list(
                acting,
                broadcaster,
                reward,
                Status::Fulfilled,
                since,
                &mut found,
            )
            .await?;
        }
    }
    found.sort_by(|one, other| one.time.total_cmp(&other.time));
    Ok(found)
}

async fn list(
    acting: &Acting,
    broadcaster: &str,
    reward: &CustomReward,
    status: Status,
    since: Option<f64>,
    found: &mut Vec<Redemption>,
) -> Result<(), ConnectorError> {
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let mut request = GetCustomRewardRedemptionRequest::broadcaster_id(broadcaster)
            .reward_id(&reward.id)
            .status(status)
            .sort(GetCustomRewardRedemptionSortOrder::Newest);
        request.first = Some(PAGE);
        request.after = after;
        let page = acting.main().helix.get(request).await?;
        for redemption in page.data {
            let redemption = read(redemption)?;
            if since.is_some_and(|since| redemption.time < since) {
                return Ok(());
            }
            found.push(redemption);
        }
        after = page.pagination_data.cursor.map(Into::into);
        if after.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

fn read(redemption: CustomRewardRedemption) -> Result<Redemption, ConnectorError> {
    let time = milliseconds(redemption.redeemed_at.as_str())
        .map_err(|error| ConnectorError::Failed(error.to_string()))?;
    let status = super::translate::points::status_of(match redemption.status {
        Status::Unfulfilled => "unfulfilled",
        Status::Fulfilled => "fulfilled",
        _ => "canceled",
    });
    let event = RewardRedeemed {
        channel: redemption.broadcaster_login.take(),
        redemption_id: Some(redemption.id.take()),
        reward_id: redemption.reward.id.take(),
        title: Some(redemption.reward.title),
        cost: u32::try_from(redemption.reward.cost).ok(),
        user: pato_events::catalogue::chat::User {
            id: redemption.user_id.take(),
            login: redemption.user_login.take(),
            name: redemption.user_name.take(),
        },
        input: Some(redemption.user_input).filter(|text| !text.is_empty()),
        status,
    };
    Ok(Redemption { event, time })
}

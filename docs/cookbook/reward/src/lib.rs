//! Changes the scene for channel points, and gives them back if that fails.

// ANCHOR: plugin
use pato_sdk::catalogue::channel::{
    FulfilRedemption, FulfilRedemptionParameters, RefundRedemption, RefundRedemptionParameters,
    RewardRedeemed,
};
use pato_sdk::prelude::*;

#[derive(Default)]
struct Reward;

#[plugin]
impl Plugin for Reward {
    fn init(&mut self) -> Result<()> {
        events::subscribe("channel.reward-redeemed")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(redeemed) = event.payload::<RewardRedeemed>()? else {
            return Ok(());
        };
        let title: String = settings::get("title")?;
        if redeemed.title.as_deref() != Some(title.as_str()) {
            return Ok(());
        }
        let scene = redeemed.input.unwrap_or_default();
        let parameters = json!({ "sceneName": scene.trim() });
        let changed = services::call_named::<Value>("obs.set-current-program-scene", &parameters);
        // Some services tell of a redemption, but keep no account that could be settled.
        let Some(redemption_id) = redeemed.redemption_id else {
            return changed.map(drop);
        };
        let (connector, reward_id) = (Some(event.source), redeemed.reward_id);
        match changed {
            Ok(_) => services::call::<FulfilRedemption>(&FulfilRedemptionParameters {
                connector,
                reward_id,
                redemption_id,
                ..FulfilRedemptionParameters::default()
            })?,
            Err(error) => {
                warn!("{} gets the points back: {error}", redeemed.user.name);
                services::call::<RefundRedemption>(&RefundRedemptionParameters {
                    connector,
                    reward_id,
                    redemption_id,
                    ..RefundRedemptionParameters::default()
                })?
            }
        };
        Ok(())
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    fn redeemed(host: &FakeHost, title: &str) -> Vec<String> {
        let redeemed = RewardRedeemed {
            title: Some(title.into()),
            input: Some(" Gaming ".into()),
            ..pato_sdk::catalogue::TopicPayload::example()
        };
        Reward.event(event(&redeemed)).unwrap();
        host.calls().into_iter().map(|call| call.action).collect()
    }

    fn host() -> FakeHost {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        for settle in ["channel.fulfil-redemption", "channel.refund-redemption"] {
            host.answer(settle, |redemption| {
                assert_eq!(redemption["connector"], "twitch");
                Ok(json!({}))
            });
        }
        host
    }

    #[test]
    fn what_was_paid_for_is_done_and_marked_as_fulfilled() {
        let host = host();
        host.answer("obs.set-current-program-scene", |parameters| {
            assert_eq!(parameters["sceneName"], "Gaming");
            Ok(json!({}))
        });
        assert!(redeemed(&host, "Hydrate").is_empty());
        assert_eq!(
            redeemed(&host, "Choose the scene"),
            ["obs.set-current-program-scene", "channel.fulfil-redemption"]
        );
    }

    #[test]
    fn what_could_not_be_done_is_refunded() {
        let host = host();
        host.answer("obs.set-current-program-scene", |_| {
            Err(Error::Failed("there is no such scene".into()))
        });
        assert_eq!(
            redeemed(&host, "Choose the scene"),
            ["obs.set-current-program-scene", "channel.refund-redemption"]
        );
    }
}

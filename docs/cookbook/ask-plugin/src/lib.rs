//! Gives points, of the plugin that counts them, to whoever subscribes.

// ANCHOR: plugin
use pato_sdk::catalogue::channel::Subscribe;
use pato_sdk::prelude::*;

#[derive(Default)]
struct AskPlugin;

#[plugin]
impl Plugin for AskPlugin {
    fn init(&mut self) -> Result<()> {
        events::subscribe("channel.subscribe")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(subscribe) = event.payload::<Subscribe>()? else {
            return Ok(());
        };
        let login = subscribe.user.login;
        let gift = json!({ "user": login, "amount": 100 });
        match plugins::call::<u32>("points", "give", &gift) {
            Ok(points) => info!("{login} has {points} points"),
            // It is not installed, or stopped: that is no mistake of ours.
            Err(Error::Unavailable(why)) => debug!("no points for {login}: {why}"),
            Err(Error::Denied(remedy)) => debug!("no points for {login}: {remedy}"),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::TopicPayload;
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    #[test]
    fn a_subscriber_gets_points_where_somebody_counts_them() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        let subscribe = || event(&Subscribe::example());
        AskPlugin.event(subscribe()).unwrap();
        host.answer("points.give", |gift| {
            assert_eq!(gift, json!({ "user": "ronni", "amount": 100 }));
            Ok(json!(350))
        });
        AskPlugin.event(subscribe()).unwrap();
        let (_, last) = host.logs().pop().unwrap();
        assert_eq!(last, "ronni has 350 points");
        host.answer("points.give", |_| Err(Error::Failed("it trapped".into())));
        assert!(AskPlugin.event(subscribe()).is_err());
    }
}

//! Shows a scene of its own for a minute when a raid comes.

// ANCHOR: plugin
use std::time::Duration;

use pato_sdk::catalogue::channel::Raid;
use pato_sdk::prelude::*;

#[derive(Default)]
struct RaidScene {
    /// The scene to come back to, and the timer that does.
    before: Option<(String, Timer)>,
}

#[plugin]
impl Plugin for RaidScene {
    fn init(&mut self) -> Result<()> {
        events::subscribe("channel.raid")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(raid) = event.payload::<Raid>()? else {
            return Ok(());
        };
        if raid.viewers < settings::get::<u32>("viewers")? {
            return Ok(());
        }
        let before = match self.before.take() {
            // A second raid prolongs the first.
            Some((scene, timer)) => {
                timer.cancel()?;
                scene
            }
            None => current_scene()?,
        };
        let timer = timers::after(Duration::from_secs(60))?;
        self.before = Some((before, timer));
        change_scene(&settings::get::<String>("scene")?)
    }

    fn timer(&mut self, _timer: Timer) -> Result<()> {
        match self.before.take() {
            Some((scene, _)) => change_scene(&scene),
            None => Ok(()),
        }
    }
}

fn current_scene() -> Result<String> {
    let answer: Value = services::call_named("obs.get-current-program-scene", &json!({}))?;
    match answer.get("sceneName").and_then(Value::as_str) {
        Some(name) => Ok(name.to_owned()),
        None => Err(Error::Failed("OBS names no scene".into())),
    }
}

fn change_scene(name: &str) -> Result<()> {
    let parameters = json!({ "sceneName": name });
    services::call_named::<Value>("obs.set-current-program-scene", &parameters).map(drop)
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    fn raid(viewers: u32) -> Event {
        event(&Raid {
            viewers,
            ..pato_sdk::catalogue::TopicPayload::example()
        })
    }

    fn scenes(host: &FakeHost) -> Vec<String> {
        let calls = host.calls().into_iter();
        let changes = calls.filter(|call| call.action == "obs.set-current-program-scene");
        let name = |call: pato_sdk::testing::Call| {
            call.parameters["sceneName"].as_str().map(str::to_owned)
        };
        changes.filter_map(name).collect()
    }

    #[test]
    fn the_scene_of_before_is_back_after_the_last_raid() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("obs.get-current-program-scene", |_| {
            Ok(json!({ "sceneName": "Gaming" }))
        });
        host.answer("obs.set-current-program-scene", |_| Ok(json!({})));
        let mut plugin = RaidScene::default();
        plugin.event(raid(9)).unwrap();
        assert!(scenes(&host).is_empty());
        plugin.event(raid(10)).unwrap();
        plugin.event(raid(500)).unwrap();
        assert_eq!(host.timers().len(), 1, "the first one is cancelled");
        let (timer, ..) = host.timers()[0];
        plugin.timer(timer).unwrap();
        assert_eq!(scenes(&host), ["Raid", "Raid", "Gaming"]);
    }

    #[test]
    fn without_obs_nothing_is_changed_back() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("obs.get-current-program-scene", |_| {
            Err(Error::Unavailable("OBS is not connected".into()))
        });
        let mut plugin = RaidScene::default();
        assert!(plugin.event(raid(500)).is_err());
        assert!(host.timers().is_empty());
    }
}

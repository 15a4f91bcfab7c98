//! With the overlay and the widget granted.

use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::channel::{Cheer, Follow, Raid};
use pato_sdk::testing::{self, FakeHost};
use pato_sdk::ui::Kind as NodeKind;

use super::*;

/// A plugin whose overlay is open.
struct Stage {
    host: FakeHost,
    plugin: Alerts,
    events: u32,
}

impl Stage {
    fn new(settings: &[(&str, Value)]) -> Self {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        for (key, value) in settings {
            host.set_setting(key, value.clone());
        }
        host.set_setting("gap", json!(0));
        let mut plugin = Alerts::default();
        plugin.init().unwrap();
        Self {
            host,
            plugin,
            events: 0,
        }
    }

    fn happens<T: TopicPayload>(&mut self, payload: &T) {
        self.events += 1;
        let id = format!("event-{}", self.events);
        let event = Event {
            id,
            ..testing::event(payload)
        };
        self.plugin.event(event).unwrap();
    }

    /// The overlay shows the next alert.
    fn show(&mut self) {
        let event = self.host.show_alert("stage").unwrap();
        self.plugin.surface(event).unwrap();
    }

    /// The alert on the overlay is over.
    fn finish(&mut self) {
        let event = self.host.finish_alert("stage").unwrap();
        self.plugin.surface(event).unwrap();
    }

    fn press(&mut self, button: &str) {
        let event = self.host.press("queue", button).unwrap();
        self.plugin.surface(event).unwrap();
    }

    fn published(&self, topic: &str) -> usize {
        let published = self.host.published();
        published.iter().filter(|one| one.topic == topic).count()
    }

    fn panel(&self, name: &str) -> Value {
        self.host.surface("queue").value(name).unwrap().clone()
    }

    /// What the overlay was given, oldest first.
    fn staged(&self) -> Vec<String> {
        let alerts = self.host.alerts("stage").into_iter();
        alerts
            .map(|(_, alert)| json!(alert.nodes).to_string())
            .collect()
    }
}

#[test]
fn an_alert_is_over_when_the_overlay_says_so() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Follow::example());
    stage.happens(&Raid::example());
    assert_eq!(stage.staged().len(), 1, "what waits stays with the plugin");
    stage.show();
    assert_eq!(stage.published("alerts.done"), 0);
    stage.finish();
    assert_eq!(stage.published("alerts.done"), 1);
    assert!(stage.staged()[1].contains("Ronni raids with 42 viewers!"));
    assert_eq!(stage.host.timers().len(), 1, "only that of the raid");
}

#[test]
fn an_overlay_that_never_answers_blocks_nothing() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Follow::example());
    stage.happens(&Raid::example());
    let (timer, after, _) = stage.host.timers()[0];
    assert_eq!(after, Duration::from_secs(67), "there may be no page yet");
    stage.plugin.timer(timer).unwrap();
    assert_eq!(
        (stage.staged().len(), stage.published("alerts.done")),
        (2, 1)
    );
    // The page comes now: the follow is shown late, and ends nothing but itself.
    stage.show();
    stage.finish();
    assert_eq!(stage.published("alerts.done"), 1);
    stage.show();
    assert_eq!(
        stage.host.timers().last().unwrap().1,
        Duration::from_secs(22)
    );
    stage.finish();
    assert_eq!(stage.published("alerts.done"), 2);
}

#[test]
fn an_alert_looks_and_sounds_like_its_kind() {
    let mut stage = Stage::new(&[
        (
            "sounds",
            json!(["cheer = bell", "raid = none", "fellow = pop"]),
        ),
        ("volume", json!(50)),
    ]);
    stage.happens(&Cheer::example());
    stage.show();
    stage.finish();
    stage.happens(&Raid::example());
    let alerts = stage.host.alerts("stage");
    let (_, cheer) = &alerts[0];
    let sound = cheer.sound.as_ref().unwrap();
    assert_eq!((sound.source.as_str(), sound.volume), ("bell", 0.5));
    assert_eq!(cheer.duration, 7000);
    let icon = |node: &ui::Node| matches!(&node.kind, NodeKind::Icon { name, .. } if name == "gem");
    assert!(cheer.nodes.iter().any(icon));
    assert!(stage.staged()[0].contains("Cheer100 nice"));
    assert_eq!(alerts[1].1.sound, None);
    assert!(stage.host.logs()[0].1.contains("did you mean `follow`?"));

    let mut stage = Stage::new(&[("quiet", json!(true))]);
    stage.happens(&Cheer::example());
    assert_eq!(stage.host.alerts("stage")[0].1.sound, None);
}

#[test]
fn what_is_more_important_is_shown_before_what_waits() {
    let mut stage = Stage::new(&[("first", json!(["raid", "cheer"]))]);
    stage.happens(&Follow::example());
    stage.happens(&Follow::example());
    stage.happens(&Cheer::example());
    stage.happens(&Raid::example());
    let waiting = stage.panel("waiting");
    let icons: Vec<_> = waiting
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["icon"])
        .collect();
    assert_eq!(icons, ["users", "gem", "heart"]);
    stage.show();
    stage.finish();
    assert!(stage.staged()[1].contains("raids"));
    assert_eq!(stage.host.alerts("stage")[1].1.priority, 2);
}

#[test]
fn the_widget_skips_pauses_resumes_and_replays() {
    let mut stage = Stage::new(&[]);
    stage.press("replay");
    assert_eq!(stage.panel("said"), "no alert was shown yet");
    stage.happens(&Follow::example());
    stage.show();
    assert_eq!(stage.panel("showing"), "Ronni follows!");
    stage.press("pause");
    assert_eq!(
        (stage.panel("said"), stage.panel("paused")),
        (json!(""), json!(true))
    );
    assert!(stage.host.press("queue", "pause").is_err(), "it is hidden");
    stage.press("skip");
    assert_eq!(stage.panel("showing"), "Nothing");
    stage.happens(&Raid::example());
    assert_eq!((stage.staged().len(), stage.panel("count")), (1, json!(1)));
    stage.finish();
    assert_eq!(stage.published("alerts.done"), 1, "it was skipped before");
    stage.press("replay");
    stage.press("resume");
    assert!(stage.staged()[1].contains("Ronni follows!"));
}

#[test]
fn the_widget_makes_an_alert_to_look_at() {
    let mut stage = Stage::new(&[]);
    let test = stage
        .host
        .submit("queue", "test", json!({ "kind": "raid" }));
    stage.plugin.surface(test.unwrap()).unwrap();
    assert!(stage.staged()[0].contains("Ronni raids with 5 viewers!"));
    assert!(
        stage
            .host
            .submit("queue", "test", json!({ "kind": "rain" }))
            .is_err()
    );
}

#[test]
fn however_long_the_alerts_are_the_widget_shows_them() {
    for letter in ["\u{1F986}", "\u{1}"] {
        let mut stage = Stage::new(&[]);
        let long = letter.repeat(2000);
        stage.host.set_setting("text_cheer", json!(long));
        for _ in 0..60 {
            stage.happens(&Cheer {
                text: long.clone(),
                ..Cheer::example()
            });
        }
        assert_eq!(stage.panel("count"), 59);
        assert!(stage.host.logs().is_empty(), "{:?}", stage.host.logs());
    }
}

#[test]
fn after_a_restart_the_overlay_shows_nothing_twice() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Follow::example());
    stage.show();
    stage.plugin = Alerts::default();
    stage.plugin.init().unwrap();
    assert_eq!(stage.staged().len(), 2, "in full, once more");
    stage.finish();
    assert_eq!(
        stage.published("alerts.done"),
        0,
        "that was the one of before"
    );
    stage.show();
    stage.finish();
    assert!(stage.host.show_alert("stage").is_none());
    assert_eq!(stage.published("alerts.done"), 1);
}

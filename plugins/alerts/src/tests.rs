use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::channel::{Cheer, Follow, Gift, Raid, RewardRedeemed, Subscribe};
use pato_sdk::testing::{self, FakeHost, Published};

use super::*;

const MANIFEST: &str = include_str!("../pato.toml");

/// A plugin, its host, and the events that it is given, each with an id of its own.
struct Stage {
    host: FakeHost,
    plugin: Alerts,
    events: u32,
}

impl Stage {
    fn new(settings: &[(&str, Value)]) -> Self {
        let host = FakeHost::with_manifest(MANIFEST);
        for (key, value) in settings {
            host.set_setting(key, value.clone());
        }
        host.set_surface_error("stage", Some(Error::Denied("show:overlay".into())));
        let mut plugin = Alerts::default();
        plugin.init().unwrap();
        Self {
            host,
            plugin,
            events: 0,
        }
    }

    fn event<T: TopicPayload>(&mut self, payload: &T) -> Event {
        self.events += 1;
        Event {
            id: format!("event-{}", self.events),
            ..testing::event(payload)
        }
    }

    fn happens<T: TopicPayload>(&mut self, payload: &T) -> Event {
        let event = self.event(payload);
        self.plugin.event(event.clone()).unwrap();
        event
    }

    fn follow(&mut self, name: &str) -> Event {
        self.happens(&Follow {
            user: named(name),
            ..Follow::example()
        })
    }

    /// What happens after a trap, or when Pato ends: only storage is left.
    fn restart(&mut self) {
        for (timer, ..) in self.host.timers() {
            timer.cancel().unwrap();
        }
        self.plugin = Alerts::default();
        self.plugin.init().unwrap();
    }

    /// Lets time go by until every timer that is set now is due.
    fn wait(&mut self) {
        let mut timers = self.host.timers();
        timers.sort_by_key(|(_, after, _)| *after);
        for (timer, ..) in timers {
            if timer.cancel().is_ok() {
                self.plugin.timer(timer).unwrap();
            }
        }
    }

    fn command(&mut self, name: &str) -> Value {
        self.plugin.command(name, Value::Null).unwrap()
    }

    fn published(&self, topic: &str) -> Vec<Value> {
        let of_topic = |one: &Published| one.topic == topic;
        let published = self.host.published().into_iter().filter(of_topic);
        published.map(|one| one.data).collect()
    }

    fn shown(&self) -> Vec<String> {
        let text = |alert: Value| alert["text"].as_str().unwrap().to_owned();
        self.published("alerts.show")
            .into_iter()
            .map(text)
            .collect()
    }

    fn state(&self) -> Value {
        self.published("alerts.queue").pop().unwrap()
    }
}

fn named(name: &str) -> User {
    User {
        id: name.into(),
        login: name.to_lowercase(),
        name: name.into(),
    }
}

#[test]
fn alerts_come_one_at_a_time_each_for_its_time_with_a_gap() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Raid::example());
    stage.follow("Ada");
    assert_eq!(stage.shown(), ["Ronni raids with 42 viewers!"]);
    assert_eq!(stage.state()["waiting"], 1);
    assert_eq!(stage.host.timers()[0].1, Duration::from_secs(12));
    stage.wait();
    assert_eq!(
        stage.published("alerts.done"),
        [json!({ "id": 1, "kind": "raid", "reason": "shown" })]
    );
    assert_eq!(stage.shown().len(), 1);
    assert_eq!(stage.host.timers()[0].1, Duration::from_secs(1));
    stage.wait();
    assert_eq!(stage.shown()[1], "Ada follows!");
    assert_eq!(stage.host.timers()[0].1, Duration::from_secs(7));
}

#[test]
fn an_alert_says_all_that_an_overlay_needs() {
    let mut stage = Stage::new(&[("quiet", json!(true))]);
    let mut event = stage.event(&Cheer::example());
    (event.flags.simulated, event.time) = (true, 5.0);
    stage.host.set_time(9.0);
    stage.plugin.event(event).unwrap();
    let alert = json!({
        "id": 1,
        "kind": "cheer",
        "text": "Ronni cheered 100 bits!",
        "seconds": 7,
        "user": User::example(),
        "amount": 100.0,
        "unit": "bits",
        "message": "Cheer100 nice",
        "service": "twitch",
        "channel": "pato",
        "time": 5.0,
        "simulated": true,
        "replayed": false,
        "quiet": true,
    });
    assert_eq!(stage.published("alerts.show")[0], alert);
    assert_eq!(
        stage.state(),
        json!({
            "showing": alert,
            "shown_since": 9.0,
            "waiting": 0,
            "left_out": 0,
            "paused": false,
            "quiet": true,
        })
    );
}

#[test]
fn a_restart_shows_again_what_was_shown_and_then_the_rest() {
    let mut stage = Stage::new(&[]);
    for name in ["Ada", "Bo", "Cy"] {
        stage.follow(name);
    }
    stage.restart();
    stage.wait();
    stage.wait();
    stage.restart();
    for _ in 0..4 {
        stage.wait();
    }
    let expected = ["Ada", "Ada", "Bo", "Bo", "Cy"].map(|name| format!("{name} follows!"));
    assert_eq!(stage.shown(), expected);
    stage.restart();
    assert_eq!(stage.shown().len(), 5);
    assert_eq!(stage.state()["waiting"], 0);
}

#[test]
fn an_event_that_comes_again_makes_no_second_alert() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    let mut event = stage.follow("Ada");
    event.flags.redelivered = true;
    stage.plugin.event(event.clone()).unwrap();
    stage.wait();
    stage.restart();
    stage.plugin.event(event).unwrap();
    assert_eq!(stage.shown(), ["Ada follows!"]);
}

#[test]
fn a_trap_within_a_batch_neither_loses_nor_doubles() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    let events = ["Ada", "Bo"].map(|name| {
        stage.event(&Follow {
            user: named(name),
            ..Follow::example()
        })
    });
    // The trap comes after the first event was taken in, and before the batch was stored.
    stage.plugin.take_in(&events[0]).unwrap();
    stage.restart();
    stage.plugin.events(events.to_vec()).unwrap();
    stage.wait();
    stage.wait();
    assert_eq!(stage.shown(), ["Ada follows!", "Bo follows!"]);
}

#[test]
fn what_nobody_could_be_told_is_told_later() {
    let mut stage = Stage::new(&[]);
    stage.host.set_publish_error(Some(Error::RateLimited(100)));
    stage.follow("Ada");
    stage.wait();
    assert!(stage.shown().is_empty());
    stage.host.set_publish_error(None);
    stage.wait();
    assert_eq!(stage.shown(), ["Ada follows!"]);
    assert!(stage.published("alerts.done").is_empty());
}

#[test]
fn with_a_full_store_alerts_go_on_and_are_stored_once_there_is_room() {
    let mut stage = Stage::new(&[]);
    stage.host.set_storage_quota(100);
    stage.follow("Ada");
    stage.follow("Bo");
    assert_eq!(stage.shown(), ["Ada follows!"]);
    assert!(stage.host.logs()[0].1.contains("over a quota"));
    stage.host.set_storage_quota(usize::MAX);
    let (retry, ..) = stage.host.timers()[1];
    stage.plugin.timer(retry).unwrap();
    stage.restart();
    stage.wait();
    stage.wait();
    assert_eq!(
        stage.shown(),
        ["Ada follows!", "Ada follows!", "Bo follows!"]
    );
}

#[test]
fn a_bundle_of_gifts_is_one_alert_over_a_restart_too() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    let single = Gift {
        count: 1,
        recipients: vec![named("Ada")],
        ..Gift::example()
    };
    let received = Subscribe {
        gifted: true,
        ..Subscribe::example()
    };
    for _ in 0..10 {
        stage.happens(&single);
        stage.happens(&received);
    }
    stage.happens(&Gift {
        count: 20,
        ..Gift::example()
    });
    assert!(stage.shown().is_empty());
    stage.restart();
    for _ in 0..10 {
        stage.happens(&received);
        stage.happens(&single);
    }
    for _ in 0..5 {
        stage.wait();
    }
    assert_eq!(stage.shown(), ["Ronni gave 20 subscriptions!"]);
    assert_eq!(stage.published("alerts.show")[0]["amount"], 20.0);
}

#[test]
fn a_gift_whose_giver_is_not_told_is_shown_as_such() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Subscribe {
        gifted: true,
        ..Subscribe::example()
    });
    stage.wait();
    assert_eq!(stage.shown(), ["Ronni was given a subscription!"]);
}

#[test]
fn one_gift_names_who_received_it() {
    let mut stage = Stage::new(&[]);
    stage.happens(&Gift {
        user: None,
        count: 1,
        recipients: vec![named("Ada")],
        ..Gift::example()
    });
    stage.wait();
    assert_eq!(stage.shown(), ["Someone gave a subscription to Ada!"]);
}

#[test]
fn pato_s_own_deeds_states_and_recordings_make_no_alert() {
    let mut stage = Stage::new(&[]);
    for flag in 0..3 {
        let mut event = stage.event(&Follow::example());
        let flags = &mut event.flags;
        *[&mut flags.own, &mut flags.snapshot, &mut flags.replayed][flag] = true;
        stage.plugin.event(event).unwrap();
    }
    assert!(stage.shown().is_empty());

    let mut stage = Stage::new(&[("replayed", json!(true))]);
    let mut event = stage.event(&Follow::example());
    event.flags.replayed = true;
    stage.plugin.event(event).unwrap();
    assert_eq!(stage.published("alerts.show")[0]["replayed"], true);
}

#[test]
fn only_what_the_user_wants_to_see_makes_an_alert() {
    let mut stage = Stage::new(&[
        ("gap", json!(0)),
        ("kinds", json!(["cheer", "reward"])),
        ("least_cheer", json!(100)),
        ("rewards", json!([" gaming SCENE "])),
    ]);
    stage.follow("Ada");
    for amount in [99, 100] {
        stage.happens(&Cheer {
            amount,
            ..Cheer::example()
        });
    }
    stage.happens(&RewardRedeemed::example());
    stage.happens(&RewardRedeemed {
        title: Some("Another".into()),
        ..RewardRedeemed::example()
    });
    for _ in 0..5 {
        stage.wait();
    }
    assert_eq!(
        stage.shown(),
        ["Ronni cheered 100 bits!", "Ronni redeemed Gaming scene!"]
    );
}

#[test]
fn a_pause_lasts_over_a_restart_and_ends_with_all_that_came_meanwhile() {
    let mut stage = Stage::new(&[]);
    stage.follow("Ada");
    stage.command("pause");
    stage.follow("Bo");
    stage.wait();
    stage.wait();
    stage.restart();
    assert_eq!(stage.shown(), ["Ada follows!"]);
    assert_eq!(
        (&stage.state()["paused"], &stage.state()["waiting"]),
        (&json!(true), &json!(1))
    );
    stage.command("resume");
    assert_eq!(stage.shown(), ["Ada follows!", "Bo follows!"]);
}

#[test]
fn skip_ends_what_is_shown_at_once() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    assert_eq!(stage.command("skip"), json!({ "skipped": null }));
    stage.follow("Ada");
    stage.follow("Bo");
    assert_eq!(stage.command("skip"), json!({ "skipped": 1 }));
    assert_eq!(stage.published("alerts.done")[0]["reason"], "skipped");
    assert_eq!(stage.shown(), ["Ada follows!", "Bo follows!"]);
    assert_eq!(stage.host.timers().len(), 1, "the skipped alert's is gone");
}

#[test]
fn the_last_alert_is_shown_once_more_before_what_waits() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    assert!(matches!(
        stage.plugin.command("replay", Value::Null),
        Err(Error::NotFound(_))
    ));
    for name in ["Ada", "Bo", "Cy"] {
        stage.follow(name);
    }
    stage.wait();
    assert_eq!(stage.command("replay"), json!({ "id": 4 }));
    stage.restart();
    stage.wait();
    let replay = stage.published("alerts.show").pop().unwrap();
    assert_eq!(
        (&replay["text"], &replay["replay_of"]),
        (&json!("Ada follows!"), &json!(1))
    );
    stage.wait();
    assert_eq!(stage.shown().pop().unwrap(), "Cy follows!");
}

#[test]
fn clear_throws_away_what_waits_in_storage_too() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    for name in ["Ada", "Bo", "Cy"] {
        stage.follow(name);
    }
    assert_eq!(stage.command("clear"), json!({ "cleared": 2 }));
    stage.restart();
    stage.wait();
    assert_eq!(stage.shown(), ["Ada follows!", "Ada follows!"]);
}

#[test]
fn a_test_looks_like_the_real_thing_and_says_that_it_is_none() {
    let mut stage = Stage::new(&[("kinds", json!([]))]);
    let parameters = json!({ "kind": "raid", "user": "Ada", "amount": 7 });
    stage.plugin.command("test", parameters).unwrap();
    let shown = &stage.published("alerts.show")[0];
    assert_eq!(shown["text"], "Ada raids with 7 viewers!");
    assert_eq!(shown["simulated"], true);
    for wrong in [
        json!({ "kind": "raids" }),
        json!({ "kind": "raid", "amount": -1 }),
    ] {
        let error = stage.plugin.command("test", wrong).unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
    assert!(stage.plugin.command("dance", Value::Null).is_err());
    for (name, _) in Kind::ALL {
        stage
            .plugin
            .command("test", json!({ "kind": name }))
            .unwrap();
    }
    assert_eq!(
        stage.command("queue")["waiting"].as_array().unwrap().len(),
        10
    );
}

#[test]
fn a_full_queue_is_told_and_nothing_that_waits_is_lost_for_it() {
    let mut stage = Stage::new(&[]);
    let events: Vec<Event> = (0..=queue::MOST)
        .map(|_| stage.event(&Follow::example()))
        .collect();
    stage.plugin.events(events).unwrap();
    let state = stage.state();
    assert_eq!(
        (&state["waiting"], &state["left_out"]),
        (&json!(queue::MOST - 1), &json!(1))
    );
    assert!(stage.host.logs()[0].1.contains("left out: Ronni follows!"));
    stage.restart();
    assert_eq!(stage.state()["waiting"], queue::MOST - 1);
    assert_eq!(
        stage.command("clear"),
        json!({ "cleared": queue::MOST - 1 })
    );
    stage.restart();
    assert_eq!(stage.state()["waiting"], 0);
}

#[test]
fn what_is_stored_and_cannot_be_read_costs_only_itself() {
    let mut stage = Stage::new(&[("gap", json!(0))]);
    stage.follow("Ada");
    stage.follow("Bo");
    stage
        .host
        .store("alert/2147483648", &json!({ "id": "?" }))
        .unwrap();
    stage.host.store("alert/x", &json!({})).unwrap();
    stage.restart();
    assert_eq!(stage.shown(), ["Ada follows!", "Bo follows!"]);
    stage.host.store("state", &json!([])).unwrap();
    stage.restart();
    assert_eq!(stage.shown()[2], "Bo follows!");
    assert!(stage.host.logs().len() >= 4);
}

#[test]
fn an_event_that_does_not_fit_is_logged_and_the_next_ones_are_shown() {
    let mut stage = Stage::new(&[]);
    let mut broken = stage.event(&Follow::example());
    broken.data = "{}".into();
    let next = stage.event(&Follow::example());
    stage.plugin.events(vec![broken, next]).unwrap();
    assert_eq!(stage.shown().len(), 1);
    assert!(
        stage.host.logs()[0]
            .1
            .contains("event-1 of `channel.follow`")
    );
}

#[test]
fn nothing_of_the_mailbox_is_lost() {
    assert!(MANIFEST.contains("overflow = \"spill\""));
    let stage = Stage::new(&[]);
    assert_eq!(stage.host.subscriptions().len(), alert::TOPICS.len());
    for topic in alert::TOPICS {
        assert!(
            MANIFEST.contains(&format!("scope = \"{topic}\"")),
            "{topic}"
        );
    }
}

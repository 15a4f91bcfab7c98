use pato_sdk::catalogue::channel::{Cheer, Follow, Gift, Raid, Subscribe};
use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

const NOON: f64 = 1_763_683_200_000.0;
const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60_000.0;

/// A plugin, its host, and the events that it is given, each with an id of its own.
struct Stage {
    host: FakeHost,
    plugin: Analytics,
    events: u32,
}

impl Stage {
    fn new() -> Self {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.set_time(NOON);
        let mut plugin = Analytics::default();
        plugin.init().unwrap();
        Self {
            host,
            plugin,
            events: 0,
        }
    }

    /// What happens after a trap: only storage is left.
    fn crash(&mut self) {
        self.plugin = Analytics::default();
        self.plugin.init().unwrap();
    }

    fn happens<T: TopicPayload>(&mut self, payload: &T) -> Event {
        self.events += 1;
        let event = Event {
            id: format!("event-{}", self.events),
            ..testing::event(payload)
        };
        self.plugin.event(event.clone()).unwrap();
        event
    }

    fn says(&mut self, name: &str) {
        self.happens(&ChatMessage {
            user: User {
                login: name.to_lowercase(),
                name: name.into(),
                ..User::example()
            },
            ..ChatMessage::example()
        });
    }

    fn goes_live(&mut self, now: f64) {
        self.host.set_time(now);
        self.happens(&StreamStatus {
            started_at: Some(now),
            ..StreamStatus::example()
        });
    }

    fn watch(&mut self, viewers: u32) {
        self.happens(&StreamViewers {
            viewers,
            ..StreamViewers::example()
        });
    }

    fn tick(&mut self, now: f64) {
        self.host.set_time(now);
        let (timer, ..) = self.host.timers()[0];
        self.plugin.timer(timer).unwrap();
    }

    fn told(&self, topic: &str) -> Vec<Value> {
        let published = self.host.published().into_iter();
        published
            .filter(|one| one.topic == topic)
            .map(|one| one.data)
            .collect()
    }

    fn now(&self, topic: &str) -> Value {
        self.told(topic).pop().unwrap()
    }
}

#[test]
fn chat_is_told_at_most_once_a_tick_and_only_if_it_changed() {
    let mut stage = Stage::new();
    for name in ["Ronni", "Ada", "Ada", "Nightbot"] {
        stage.says(name);
    }
    assert_eq!(
        stage.told("analytics.chat").len(),
        1,
        "only the state at the start"
    );
    stage.tick(NOON + SECOND);
    stage.tick(NOON + 2.0 * SECOND);
    assert_eq!(stage.told("analytics.chat").len(), 2);
    assert!(stage.host.published().iter().all(|one| one.stateful));
    assert_eq!(
        stage.now("analytics.chat"),
        json!({
            "messages": 3,
            "messages_per_minute": 3,
            "chatters": 2,
            "chatters_estimated": false,
            "top": [{ "name": "Ada", "count": 2 }, { "name": "Ronni", "count": 1 }],
        })
    );
    stage.tick(NOON + MINUTE);
    assert_eq!(stage.now("analytics.chat")["messages_per_minute"], 0);
}

#[test]
fn viewers_of_all_channels_are_added_up_with_peak_and_average() {
    let mut stage = Stage::new();
    stage.goes_live(NOON);
    stage.watch(100);
    let mut kick = testing::event(&StreamViewers {
        viewers: 20,
        ..StreamViewers::example()
    });
    kick.source = "kick".into();
    stage.plugin.event(kick).unwrap();
    stage.tick(NOON + MINUTE);
    stage.watch(30);
    stage.tick(NOON + 2.0 * MINUTE);
    assert_eq!(
        stage.now("analytics.viewers"),
        json!({
            "now": 50,
            "peak": 120,
            "average": 85,
            "channels": { "kick/pato": 20, "twitch/pato": 30 },
        })
    );
    stage.happens(&StreamStatus {
        live: false,
        ..StreamStatus::example()
    });
    stage.tick(NOON + 2.5 * MINUTE);
    assert_eq!(stage.now("analytics.viewers")["now"], 20);
}

#[test]
fn support_is_added_up_and_a_gift_counts_once() {
    let mut stage = Stage::new();
    stage.happens(&Follow::example());
    for (months, gifted) in [(1, false), (8, false), (1, true)] {
        stage.happens(&Subscribe {
            months: Some(months),
            gifted,
            ..Subscribe::example()
        });
    }
    stage.happens(&Gift::example());
    stage.happens(&Cheer::example());
    stage.happens(&Cheer::example());
    stage.happens(&Raid::example());
    stage.tick(NOON + SECOND);
    assert_eq!(
        stage.now("analytics.totals"),
        json!({
            "follows": 1,
            "subscriptions": 1,
            "resubscriptions": 1,
            "gifts": 5,
            "cheers": { "bits": 200 },
            "raids": 1,
            "raiders": 42,
        })
    );
}

#[test]
fn a_crash_costs_no_support_and_a_redelivered_event_adds_none() {
    let mut stage = Stage::new();
    let mut event = stage.happens(&Follow::example());
    stage.crash();
    event.flags.redelivered = true;
    stage.plugin.event(event).unwrap();
    assert_eq!(stage.now("analytics.totals")["follows"], 1);
    assert_eq!(
        stage.plugin.command("stats", Value::Null).unwrap()["totals"]["follows"],
        1
    );
}

#[test]
fn chat_outlasts_a_restart_and_a_crash_costs_ten_seconds_of_it() {
    let mut stage = Stage::new();
    stage.says("Ada");
    stage.plugin.shutdown().unwrap();
    stage.crash();
    assert_eq!(stage.now("analytics.chat")["messages"], 1);
    for (second, kept) in [(1.0, 2), (9.0, 2), (12.0, 3)] {
        stage.says("Ada");
        stage.tick(NOON + second * SECOND);
        let stored: Value = stage.host.stored("chat").unwrap().unwrap();
        assert_eq!(stored["messages"], kept, "after {second} s");
        if second > 8.0 {
            stage.crash();
        }
    }
    assert_eq!(stage.now("analytics.chat")["messages"], 3);
}

#[test]
fn a_stream_that_begins_begins_anew_over_a_crash_too() {
    let mut stage = Stage::new();
    stage.says("Ada");
    stage.happens(&Follow::example());
    stage.tick(NOON + 20.0 * SECOND);
    stage.goes_live(NOON + MINUTE);
    stage.crash();
    assert_eq!(stage.now("analytics.chat")["messages"], 0);
    assert_eq!(stage.now("analytics.totals")["follows"], 0);
    assert_eq!(
        stage.now("analytics.stream"),
        json!({ "live": true, "since": NOON + MINUTE, "simulated": false })
    );
    // The stream is the same after the crash.
    stage.says("Ada");
    stage.goes_live(NOON + MINUTE);
    stage.tick(NOON + MINUTE + 2.0 * SECOND);
    assert_eq!(stage.now("analytics.chat")["messages"], 1);
}

#[test]
fn recordings_and_own_messages_do_not_count_nor_what_is_simulated_during_a_stream() {
    let mut stage = Stage::new();
    let follow = |number: u32, set: fn(&mut Event)| {
        let mut event = testing::event(&Follow::example());
        event.id = format!("flagged-{number}");
        set(&mut event);
        event
    };
    stage
        .plugin
        .event(follow(1, |event| event.flags.own = true))
        .unwrap();
    stage
        .plugin
        .event(follow(2, |event| event.flags.replayed = true))
        .unwrap();
    stage
        .plugin
        .event(follow(3, |event| event.flags.simulated = true))
        .unwrap();
    stage.tick(NOON + SECOND);
    assert_eq!(stage.now("analytics.totals")["follows"], 1);
    stage.goes_live(NOON + MINUTE);
    stage
        .plugin
        .event(follow(4, |event| event.flags.simulated = true))
        .unwrap();
    stage.tick(NOON + MINUTE + SECOND);
    assert_eq!(stage.now("analytics.totals")["follows"], 0);
}

#[test]
fn the_history_has_each_minute_of_the_stream_and_of_what_happened_beside_it() {
    let mut stage = Stage::new();
    stage.tick(NOON + MINUTE);
    stage.says("Ada");
    stage.tick(NOON + 2.0 * MINUTE);
    stage.goes_live(NOON + 2.0 * MINUTE);
    stage.watch(7);
    stage.happens(&Follow::example());
    stage.tick(NOON + 3.0 * MINUTE);
    stage.tick(NOON + 4.0 * MINUTE);
    let history = stage.plugin.command("history", Value::Null).unwrap();
    let rows: Vec<_> = history["minutes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let number = |key: &str| row[key].as_f64().unwrap();
            let minute = (number("time") - NOON) / MINUTE;
            let follows = row["totals"]["follows"].as_f64().unwrap();
            [minute, number("viewers"), number("messages"), follows]
        })
        .collect();
    assert_eq!(
        rows,
        [
            [1.0, 0.0, 1.0, 0.0],
            [2.0, 7.0, 0.0, 1.0],
            [3.0, 7.0, 0.0, 0.0]
        ]
    );
    let wrong = stage.plugin.command("history", json!({ "minutes": "x" }));
    assert!(matches!(wrong, Err(Error::Invalid(_))));
}

#[test]
fn a_flood_of_names_is_counted_in_a_store_that_stays_small() {
    let mut stage = Stage::new();
    stage.host.set_storage_quota(2 << 20);
    for number in 0..20_000 {
        stage.says(&format!("{number} {}", "é".repeat(100)));
    }
    for minute in 1..=60_u32 {
        stage.says("Ada");
        stage.tick(NOON + f64::from(minute) * MINUTE);
    }
    let chat = stage.now("analytics.chat");
    assert_eq!(
        (&chat["messages"], &chat["chatters_estimated"]),
        (&json!(20_060), &json!(true))
    );
    assert_eq!(chat["top"][0]["name"], "Ada");
    let chatters = chat["chatters"].as_f64().unwrap();
    assert!((chatters / 20_001.0 - 1.0).abs() < 0.05, "{chatters}");
}

#[test]
fn a_reset_begins_anew_and_keeps_the_history() {
    let mut stage = Stage::new();
    stage.says("Ada");
    stage.tick(NOON + MINUTE);
    stage.plugin.command("reset", Value::Null).unwrap();
    assert_eq!(stage.now("analytics.chat")["messages"], 0);
    assert_eq!(stage.now("analytics.stream")["since"], NOON + MINUTE);
    let history = stage.plugin.command("history", Value::Null).unwrap();
    assert_eq!(history["minutes"].as_array().unwrap().len(), 1);
    assert!(stage.plugin.command("rest", Value::Null).is_err());
}

#[test]
fn what_is_stored_and_cannot_be_read_is_told_and_begins_anew() {
    let mut stage = Stage::new();
    stage.says("Ada");
    stage.plugin.shutdown().unwrap();
    stage.host.store("chat", &json!(1)).unwrap();
    stage.crash();
    assert_eq!(stage.now("analytics.chat")["messages"], 0);
    assert!(stage.host.logs()[0].1.contains("`chat` is lost"));
}

#[test]
fn a_day_later_nobody_watches_and_a_full_store_stops_no_publication() {
    let mut stage = Stage::new();
    stage.goes_live(NOON);
    stage.watch(100);
    stage.plugin.shutdown().unwrap();
    stage.host.set_time(NOON + 1440.0 * MINUTE);
    stage.crash();
    assert_eq!(stage.now("analytics.viewers")["now"], 0);
    stage.host.set_storage_quota(0);
    stage.says("Ada");
    stage.host.set_time(NOON + 1441.0 * MINUTE);
    let (timer, ..) = stage.host.timers()[1];
    assert!(stage.plugin.timer(timer).is_err());
    assert_eq!(stage.now("analytics.chat")["messages"], 1);
    stage.host.set_storage_quota(1 << 20);
    stage.tick(NOON + 1441.0 * MINUTE + SECOND);
    stage.crash();
    assert_eq!(stage.now("analytics.chat")["messages"], 1);
    let logs = stage.host.logs();
    assert!(
        logs.iter()
            .any(|(_, line)| line.contains("missing in the history"))
    );
}

#[test]
fn another_interval_takes_the_place_of_the_first() {
    let mut stage = Stage::new();
    stage.host.set_setting("seconds", json!(30));
    stage
        .plugin
        .settings_changed(vec!["seconds".into()])
        .unwrap();
    let timers: Vec<_> = stage
        .host
        .timers()
        .iter()
        .map(|(_, every, _)| every.as_secs())
        .collect();
    assert_eq!(timers, [30]);
}

#[test]
fn the_widget_and_the_page_show_how_the_stream_is_going() {
    let mut stage = Stage::new();
    stage.goes_live(NOON);
    stage.watch(40);
    stage.says("Ada");
    stage.happens(&Gift {
        count: 5,
        ..Gift::example()
    });
    stage.happens(&Cheer::example());
    stage.tick(NOON + SECOND);
    let value =
        |surface: &str, name: &str| stage.host.surface(surface).value(name).cloned().unwrap();
    assert_eq!(value("now", "viewers"), 40);
    assert_eq!(
        (value("now", "live"), value("now", "offline")),
        (json!(true), json!(false))
    );
    assert_eq!(value("stream", "top")[0]["name"], "Ada");
    let bars = value("stream", "support_bars");
    let labels: Vec<_> = bars["labels"].as_array().unwrap().iter().collect();
    assert_eq!((labels[3], labels[6]), (&json!("Gifts"), &json!("bits")));
    assert_eq!(
        (
            &bars["series"][0]["values"][3],
            &bars["series"][0]["values"][6]
        ),
        (&json!(5), &json!(100))
    );
}

#[test]
fn the_charts_follow_the_minutes_and_outlast_a_crash() {
    let mut stage = Stage::new();
    stage.goes_live(NOON);
    for minute in 1..=400_u32 {
        stage.watch(minute);
        stage.tick(NOON + f64::from(minute) * MINUTE);
    }
    stage.crash();
    let chart =
        |surface: &str, name: &str| stage.host.surface(surface).value(name).cloned().unwrap();
    let values = |chart: &Value| chart["series"][0]["values"].as_array().unwrap().clone();
    let line = chart("now", "line");
    assert_eq!(
        (values(&line).len(), values(&line).last()),
        (60, Some(&json!(400)))
    );
    assert_eq!(
        line["labels"].as_array().unwrap().last(),
        Some(&json!("−1 min"))
    );
    assert_eq!(values(&chart("stream", "viewer_line")).len(), 360);
}

#[test]
fn the_page_begins_anew_when_asked() {
    let mut stage = Stage::new();
    stage.says("Ada");
    let press = stage.host.press("stream", "reset").unwrap();
    stage.plugin.surface(press).unwrap();
    assert_eq!(stage.now("analytics.chat")["messages"], 0);
    let messages = stage.host.surface("stream").value("messages").cloned();
    assert_eq!(messages, Some(json!(0)));
}

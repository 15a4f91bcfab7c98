use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

fn started() -> (FakeHost, Counter) {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    let mut plugin = Counter::default();
    plugin.init().unwrap();
    (host, plugin)
}

fn said(name: &str, text: &str) -> Event {
    testing::event(&ChatMessage {
        text: text.into(),
        user: User {
            id: name.into(),
            login: name.to_lowercase(),
            name: name.into(),
        },
        ..ChatMessage::example()
    })
}

fn tick(host: &FakeHost, plugin: &mut Counter) {
    let (timer, ..) = host.timers()[0];
    plugin.timer(timer).unwrap();
}

#[test]
fn messages_chatters_and_words_are_counted_and_published_once_a_tick() {
    let (host, mut plugin) = started();
    plugin
        .event(said("Ronni", "Great stream, great GREAT!"))
        .unwrap();
    plugin.event(said("Ada", "a great day")).unwrap();
    assert_eq!(host.published().len(), 1, "only the state at the start");
    tick(&host, &mut plugin);
    tick(&host, &mut plugin);
    let published = host.published();
    assert_eq!(published.len(), 2);
    assert!(published[1].stateful && published[1].topic == "counter.stats");
    assert_eq!(
        published[1].data,
        json!({
            "messages": 2,
            "chatters": 2,
            "top_chatters": [{ "name": "Ada", "count": 1 }, { "name": "Ronni", "count": 1 }],
            "top_words": [{ "name": "great", "count": 4 }, { "name": "stream", "count": 1 }],
        })
    );
}

#[test]
fn counts_outlast_a_restart() {
    let (host, mut plugin) = started();
    plugin.event(said("Ronni", "hello")).unwrap();
    plugin.shutdown().unwrap();
    let mut again = Counter::default();
    again.init().unwrap();
    assert_eq!(host.published().last().unwrap().data["messages"], 1);
}

#[test]
fn counts_are_stored_every_ten_ticks() {
    let (host, mut plugin) = started();
    plugin.event(said("Ronni", "hello")).unwrap();
    for _ in 0..9 {
        tick(&host, &mut plugin);
    }
    assert_eq!(host.stored::<Value>(KEY).unwrap(), None);
    tick(&host, &mut plugin);
    assert_eq!(host.stored::<Value>(KEY).unwrap().unwrap()["messages"], 1);
}

#[test]
fn bots_and_own_messages_do_not_count() {
    let (_host, mut plugin) = started();
    plugin.event(said("Nightbot", "hello")).unwrap();
    let mut own = said("Pato", "hello");
    own.flags.own = true;
    plugin.event(own).unwrap();
    assert_eq!(plugin.command("stats", Value::Null).unwrap()["messages"], 0);
}

#[test]
fn a_reset_begins_again() {
    let (host, mut plugin) = started();
    plugin.event(said("Ronni", "hello")).unwrap();
    plugin.command("reset", Value::Null).unwrap();
    assert_eq!(host.published().last().unwrap().data["messages"], 0);
    assert!(plugin.command("rest", Value::Null).is_err());
}

#[test]
fn the_widget_shows_the_counts_and_its_button_resets_them() {
    let (host, mut plugin) = started();
    plugin.event(said("Ronni", "hello hello")).unwrap();
    tick(&host, &mut plugin);
    let shown = host.surface("stats").drawing();
    assert_eq!(shown.values["messages"], 1);
    assert_eq!(shown.values["top_chatters"][0]["name"], "Ronni");
    assert_eq!(shown.values["top_words"][0]["count"], 2);
    let press = host.press("stats", "reset").unwrap();
    plugin.surface(press).unwrap();
    assert_eq!(host.surface("stats").value("messages"), Some(&json!(0)));
    assert_eq!(host.surface("stats").value("top_words"), Some(&json!([])));
}

#[test]
fn the_overlays_show_what_the_settings_say() {
    let (host, mut plugin) = started();
    for name in ["Ronni", "Ada", "Ada"] {
        plugin.event(said(name, "hello")).unwrap();
    }
    host.set_setting("counted", json!("chatters"));
    host.set_setting("goal", json!(5));
    host.set_setting("goal_label", json!("Be five"));
    plugin.settings_changed(Vec::new()).unwrap();
    assert_eq!(host.surface("count").value("count"), Some(&json!(2)));
    let goal = json!(host.surface("goal").drawing().nodes).to_string();
    assert!(goal.contains("Be five") && goal.contains("of 5"), "{goal}");
    assert!(goal.contains("\"maximum\":5.0"), "{goal}");
}

#[test]
fn without_the_grant_it_counts_all_the_same_and_draws_once_it_may() {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    for surface in ["stats", "count", "goal"] {
        host.set_surface_error(surface, Some(Error::Denied("show".into())));
    }
    let mut plugin = Counter::default();
    plugin.init().unwrap();
    plugin.event(said("Ronni", "hello")).unwrap();
    tick(&host, &mut plugin);
    assert_eq!(host.published().last().unwrap().data["messages"], 1);
    host.set_surface_error("count", None);
    host.set_time(10_000.0);
    plugin.event(said("Ronni", "hello")).unwrap();
    tick(&host, &mut plugin);
    assert_eq!(host.surface("count").drawing().values["count"], 2);
}

use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

fn started(settings: &[(&str, Value)]) -> (FakeHost, Moderation) {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    for (key, value) in settings {
        host.set_setting(key, value.clone());
    }
    host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
    host.answer("moderation.delete-message", |_| Ok(json!({})));
    host.answer("moderation.timeout", |_| Ok(json!({})));
    let mut plugin = Moderation::default();
    plugin.init().unwrap();
    (host, plugin)
}

fn said(name: &str, roles: &[Role], seconds: f64, text: &str) -> Event {
    let mut event = testing::event(&ChatMessage {
        text: text.into(),
        roles: roles.to_vec(),
        user: User {
            id: name.into(),
            login: name.to_lowercase(),
            name: name.into(),
        },
        ..ChatMessage::example()
    });
    event.time = seconds * 1000.0;
    event
}

/// The deeds, oldest first.
fn deeds(host: &FakeHost) -> Vec<String> {
    let calls = host.calls().into_iter();
    calls
        .map(|call| call.action)
        .filter(|action| action.starts_with("moderation."))
        .collect()
}

#[test]
fn the_first_link_is_deleted_and_told_and_published() {
    let (host, mut plugin) = started(&[]);
    plugin
        .event(said("Ronni", &[], 0.0, "see evil.com"))
        .unwrap();
    let call = &host.calls()[0];
    assert_eq!(call.action, "moderation.delete-message");
    let id = ChatMessage::example().message_id;
    assert_eq!(
        call.parameters,
        json!({ "connector": "twitch", "channel": "pato", "message_id": id })
    );
    assert_eq!(host.sent(), ["@Ronni please ask before you post links."]);
    let published = &host.published()[0];
    assert_eq!(published.topic, "guard.action");
    assert_eq!(published.data["rule"], "links");
    assert_eq!(published.data["step"], "delete");
    assert_eq!(published.data.get("error"), None);
}

#[test]
fn who_goes_on_is_timed_out_for_longer_and_longer() {
    let (host, mut plugin) = started(&[]);
    for second in 0..4 {
        plugin
            .event(said("Ronni", &[], f64::from(second), "evil.com"))
            .unwrap();
    }
    let timeouts: Vec<Value> = host
        .calls()
        .into_iter()
        .filter(|call| call.action == "moderation.timeout")
        .map(|call| call.parameters["seconds"].clone())
        .collect();
    assert_eq!(timeouts, [json!(60), json!(600), json!(600)]);
}

#[test]
fn moderators_and_the_broadcaster_are_never_touched() {
    let (host, mut plugin) = started(&[("banned_words", json!(["bad"]))]);
    plugin
        .event(said("Mod", &[Role::Moderator], 0.0, "bad evil.com"))
        .unwrap();
    plugin
        .event(said("Pato", &[Role::Broadcaster], 0.0, "bad evil.com"))
        .unwrap();
    assert!(host.calls().is_empty());
}

#[test]
fn vips_and_subscribers_are_left_alone_as_set() {
    let (host, mut plugin) = started(&[]);
    plugin
        .event(said("Vip", &[Role::Vip], 0.0, "evil.com"))
        .unwrap();
    assert!(deeds(&host).is_empty());
    plugin
        .event(said("Sub", &[Role::Subscriber], 0.0, "evil.com"))
        .unwrap();
    assert_eq!(deeds(&host).len(), 1);

    let (host, mut plugin) = started(&[
        ("exempt_subscribers", json!(true)),
        ("exempt_vips", json!(false)),
    ]);
    plugin
        .event(said("Sub", &[Role::Subscriber], 0.0, "evil.com"))
        .unwrap();
    assert!(deeds(&host).is_empty());
    plugin
        .event(said("Vip", &[Role::Vip], 0.0, "evil.com"))
        .unwrap();
    assert_eq!(deeds(&host).len(), 1);
}

#[test]
fn a_permit_lasts_a_minute() {
    let (host, mut plugin) = started(&[]);
    plugin.event(said("A", &[], 0.0, "!permit a")).unwrap();
    plugin.event(said("A", &[], 0.0, "evil.com")).unwrap();
    assert_eq!(deeds(&host).len(), 1, "nobody permits oneself");
    plugin
        .event(said("Mod", &[Role::Moderator], 1.0, "!permit @A"))
        .unwrap();
    plugin.event(said("A", &[], 60.0, "evil.com")).unwrap();
    assert_eq!(deeds(&host).len(), 1);
    plugin.event(said("A", &[], 61.0, "evil.com")).unwrap();
    assert_eq!(deeds(&host).len(), 2);
}

#[test]
fn each_rule_finds_its_offence_and_leaves_the_rest() {
    let (host, mut plugin) =
        started(&[("banned_words", json!(["bad*"])), ("explain", json!(false))]);
    for (name, text) in [
        ("A", "hello there, what a badger"),
        ("B", "WHAT A GREAT DAY THIS IS"),
        ("C", "nooooooooooooooooooooo"),
        ("D", "e\u{200B}vil.co\u{200B}m"),
        ("E", "GG WP"),
        ("F", "a perfectly normal line"),
    ] {
        plugin.event(said(name, &[], 0.0, text)).unwrap();
    }
    let rules: Vec<Value> = host
        .published()
        .iter()
        .map(|one| one.data["rule"].clone())
        .collect();
    assert_eq!(rules, ["words", "capitals", "repeated-characters", "links"]);
    assert!(host.sent().is_empty());
}

#[test]
fn the_same_message_may_come_three_times() {
    let (host, mut plugin) = started(&[]);
    for second in 0..4 {
        plugin
            .event(said("A", &[], f64::from(second), "buy my hat"))
            .unwrap();
    }
    assert_eq!(host.published().len(), 1);
    assert_eq!(host.published()[0].data["rule"], "repeated-messages");
}

#[test]
fn a_rule_that_is_off_finds_nothing() {
    let off = [
        ("links", json!(false)),
        ("capitals_percent", json!(100)),
        ("repeated_characters", json!(0)),
        ("repeated_messages", json!(0)),
    ];
    let (host, mut plugin) = started(&off);
    for _ in 0..9 {
        plugin
            .event(said("A", &[], 0.0, "EVIL.COM AAAAAAAAAAAAAAAAAAAAAAAAAA"))
            .unwrap();
    }
    assert!(host.calls().is_empty());
}

#[test]
fn a_deed_that_fails_is_published_with_its_cause() {
    let (host, mut plugin) = started(&[]);
    host.answer("moderation.delete-message", |_| {
        Err(Error::Unavailable("not connected".into()))
    });
    plugin.event(said("A", &[], 0.0, "evil.com")).unwrap();
    assert_eq!(host.published()[0].data["error"], "not connected");
    assert!(host.sent().is_empty());
}

fn shown(host: &FakeHost, name: &str) -> Value {
    host.surface("deeds").value(name).cloned().unwrap()
}

#[test]
fn the_widget_shows_what_was_done_the_latest_first() {
    let (host, mut plugin) = started(&[]);
    for second in 0..2 {
        let event = said("Ronni", &[], f64::from(second), "see evil.com");
        plugin.event(event).unwrap();
    }
    host.answer("moderation.timeout", |_| Err(Error::Failed("no".into())));
    plugin.event(said("Ronni", &[], 2.0, "evil.com")).unwrap();
    let rows = shown(&host, "rows");
    assert_eq!(rows[1]["step"], "timeout 60");
    assert_eq!(
        (&rows[1]["lift"], &rows[2]["lift"]),
        (&json!("Lift"), &Value::Null)
    );
    assert_eq!(
        (&rows[0]["step"], &rows[0]["lift"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(
        (&rows[2]["rule"], &rows[2]["text"]),
        (&json!("links"), &json!("see evil.com"))
    );
    let counts = ["deleted", "timeouts", "failed"].map(|name| shown(&host, name));
    assert_eq!(counts, [1, 1, 1]);
}

#[test]
fn a_timeout_is_lifted_where_it_was_given() {
    let (host, mut plugin) = started(&[("steps", json!(["timeout 60"]))]);
    plugin.event(said("Ronni", &[], 0.0, "evil.com")).unwrap();
    let press = |host: &FakeHost| host.press_cell("deeds", "rows", "1", "lift");
    plugin.surface(press(&host).unwrap()).unwrap();
    let denied = shown(&host, "said");
    assert!(
        denied.as_str().unwrap().contains("call:moderation.unban"),
        "{denied}"
    );
    host.answer("moderation.unban", |_| Ok(json!({})));
    plugin.surface(press(&host).unwrap()).unwrap();
    let parameters = json!({ "connector": "twitch", "channel": "pato", "login": "ronni" });
    assert_eq!(host.calls().pop().unwrap().parameters, parameters);
    assert_eq!(shown(&host, "said"), "ronni may write again.");
    assert_eq!(shown(&host, "rows")[0]["step"], "lifted");
    assert!(press(&host).is_err(), "once is enough");
}

#[test]
fn shield_mode_is_shown_and_switched() {
    let (host, mut plugin) = started(&[]);
    let mode = ShieldMode {
        active: true,
        ..ShieldMode::example()
    };
    plugin.event(testing::event(&mode)).unwrap();
    assert_eq!(shown(&host, "shield"), true);
    plugin
        .surface(host.change("deeds", "shield", false).unwrap())
        .unwrap();
    assert_eq!(shown(&host, "shield"), true, "it is not granted");
    host.answer("moderation.set-shield-mode", |_| Ok(json!({})));
    plugin
        .surface(host.change("deeds", "shield", false).unwrap())
        .unwrap();
    assert_eq!(
        host.calls().pop().unwrap().parameters,
        json!({ "active": false })
    );
    assert_eq!(shown(&host, "shield"), false);
}

#[test]
fn a_raid_of_bots_leaves_the_widget_small() {
    let (host, mut plugin) = started(&[("explain", json!(false))]);
    let text = format!("evil.com {}", "\u{1}".repeat(400));
    let bot = |number: u32| said(&format!("bot{number}"), &[], number.into(), &text);
    plugin.events((0..500).map(bot).collect()).unwrap();
    assert_eq!(shown(&host, "rows").as_array().unwrap().len(), 60);
    assert_eq!(shown(&host, "deleted"), 500);
}

use pato_sdk::testing::{self, FakeHost};

use super::*;

fn started(buttons: &[&str]) -> (FakeHost, Deck) {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    host.set_setting("buttons", json!(buttons));
    let mut plugin = Deck::default();
    plugin.init().unwrap();
    (host, plugin)
}

fn value(host: &FakeHost, name: &str) -> Value {
    host.surface("deck").value(name).cloned().unwrap()
}

fn press(host: &FakeHost, plugin: &mut Deck, button: &str) {
    plugin.surface(host.press("deck", button).unwrap()).unwrap();
}

fn recording(source: &str, active: bool) -> Event {
    let data = json!({ "outputActive": active, "outputState": "…" });
    Event {
        source: source.into(),
        ..testing::named("obs.record-state-changed", &data)
    }
}

const HELLO: &str = "Hello | hand | good | chat.send | {\"text\": \"Hello!\"}";

#[test]
fn a_button_does_what_it_says_and_tells_what_came_of_it() {
    let (host, mut plugin) = started(&[HELLO]);
    host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
    press(&host, &mut plugin, "button-0");
    assert_eq!(host.sent(), ["Hello!"]);
    assert_eq!(value(&host, "done-0"), "{\"messages\":1}");
    let (timer, ..) = host.timers()[0];
    plugin.timer(timer).unwrap();
    assert_eq!(value(&host, "done-0"), "");
}

#[test]
fn what_is_not_granted_is_said_on_the_button() {
    let (host, mut plugin) = started(&[HELLO]);
    press(&host, &mut plugin, "button-0");
    let failed = value(&host, "failed-0");
    assert!(
        failed.as_str().unwrap().contains("call:chat.send"),
        "{failed}"
    );
    assert_eq!(value(&host, "done-0"), "");
}

#[test]
fn a_second_press_waits_for_the_cooldown_of_that_button() {
    let slow = "Slow | | cooldown=10 | channel.create-marker";
    let (host, mut plugin) = started(&[slow, HELLO]);
    for action in ["channel.create-marker", "chat.send"] {
        host.answer(action, |_| Ok(json!({})));
    }
    for (seconds, calls) in [(0.0, 1), (9.0, 1), (10.0, 2)] {
        host.set_time(seconds * 1000.0);
        press(&host, &mut plugin, "button-0");
        assert_eq!(host.calls().len(), calls);
    }
    press(&host, &mut plugin, "button-1");
    assert_eq!(host.calls().len(), 3);
    assert_eq!(value(&host, "done-1"), "Done");
}

#[test]
fn a_button_shows_whether_it_is_on() {
    let (host, mut plugin) = started(&["Record | circle | danger confirm | obs.toggle-record"]);
    assert_eq!(host.subscriptions(), ["obs.record-state-changed"]);
    assert!(host.press("deck", "button-0-on").is_err(), "it is off");
    plugin.event(recording("obs", true)).unwrap();
    assert!(host.press("deck", "button-0").is_err());
    host.answer("obs.toggle-record", |_| {
        Ok(json!({ "outputActive": false }))
    });
    press(&host, &mut plugin, "button-0-on");
    plugin.event(recording("obs", false)).unwrap();
    assert_eq!(
        (value(&host, "on-0"), value(&host, "off-0")),
        (json!(false), json!(true))
    );
    let confirms = |node: &ui::Node| matches!(&node.kind, ui::Kind::Button { confirm, .. } if confirm == "Record?");
    let nodes = host.surface("deck").drawing().nodes;
    assert_eq!(nodes.iter().filter(|node| confirms(node)).count(), 2);
}

#[test]
fn how_things_stood_before_it_started_is_known() {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    host.add_snapshot(recording("obs", true));
    let mut plugin = Deck::default();
    plugin.init().unwrap();
    assert_eq!(
        value(&host, "on-0"),
        true,
        "the first default button records"
    );
}

#[test]
fn only_what_concerns_a_button_switches_it() {
    let scene = "Game | | | obs.set-current-program-scene | {\"sceneName\": \"Game\"}";
    let mute = "Mic | mic | | obs.toggle-input-mute | {\"inputName\": \"Mic\"}";
    let second = "Rec 2 | | | obs.toggle-record | {\"connector\": \"obs-2\"}";
    let (host, mut plugin) = started(&[scene, mute, second]);
    let tell = |plugin: &mut Deck, topic: &str, data: Value| {
        plugin.event(testing::named(topic, &data)).unwrap();
    };
    let muted = |input: &str| json!({ "inputName": input, "inputMuted": true });
    tell(
        &mut plugin,
        "obs.current-program-scene-changed",
        json!({ "sceneName": "Game" }),
    );
    tell(&mut plugin, "obs.input-mute-state-changed", muted("Music"));
    plugin.event(recording("obs", true)).unwrap();
    assert_eq!(
        ["on-0", "on-1", "on-2"].map(|name| value(&host, name)),
        [true, false, false]
    );
    tell(
        &mut plugin,
        "obs.current-program-scene-changed",
        json!({ "sceneName": "Pause" }),
    );
    tell(&mut plugin, "obs.input-mute-state-changed", muted("Mic"));
    plugin.event(recording("obs-2", true)).unwrap();
    assert_eq!(
        ["on-0", "on-1", "on-2"].map(|name| value(&host, name)),
        [false, true, true]
    );
}

#[test]
fn a_wrong_line_costs_only_itself_and_too_many_are_left_out() {
    let lines: Vec<String> = (0..500)
        .map(|number| format!("B{number} | | | obs.toggle-record"))
        .collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.insert(0, "nonsense");
    let (host, plugin) = started(&lines);
    assert_eq!(plugin.keys.len(), 100);
    assert!(host.press("deck", "button-99").is_ok() && host.press("deck", "button-100").is_err());
    assert!(host.logs()[0].1.contains("`nonsense`"));
    let (host, _plugin) = started(&[]);
    assert!(
        json!(host.surface("deck").drawing())
            .to_string()
            .contains("settings")
    );
}

#[test]
fn the_widget_has_the_same_buttons_and_settings_change_both() {
    let (host, mut plugin) = started(&[]);
    host.set_setting("buttons", json!([HELLO]));
    plugin.settings_changed(Vec::new()).unwrap();
    host.answer("chat.send", |_| Ok(json!({})));
    plugin
        .surface(host.press("buttons", "button-0").unwrap())
        .unwrap();
    assert_eq!(host.sent(), ["Hello!"]);
    assert_eq!(value(&host, "done-0"), "Done");
}

#[test]
fn a_command_presses_a_button_by_its_label() {
    let (host, mut plugin) = started(&[HELLO]);
    host.answer("chat.send", |_| Ok(json!({})));
    let answer = plugin
        .command("press", json!({ "label": "Hello" }))
        .unwrap();
    assert_eq!(answer, "Done");
    let error = plugin
        .command("press", json!({ "label": "Helo" }))
        .unwrap_err();
    assert!(
        error.to_string().contains("did you mean `Hello`?"),
        "{error}"
    );
}

#[test]
fn every_topic_that_a_button_listens_to_is_asked_for_in_the_manifest() {
    let parameters = json!({ "sceneName": "a", "inputName": "a", "inputMuted": true, "active": true, "studioModeEnabled": true });
    let actions = [
        "obs.toggle-stream",
        "obs.toggle-record",
        "obs.toggle-replay-buffer",
        "obs.toggle-virtual-cam",
        "obs.set-studio-mode-enabled",
        "obs.set-current-program-scene",
        "obs.toggle-input-mute",
        "obs.set-input-mute",
        "moderation.set-shield-mode",
    ];
    for action in actions {
        let topic = state::State::of(action, &parameters).unwrap().topic;
        assert!(
            include_str!("../pato.toml").contains(&format!("scope = \"{topic}\"")),
            "{topic}"
        );
        assert!(pato_sdk::catalogue::topic(topic).is_some(), "{topic}");
        assert!(pato_sdk::catalogue::action(action).is_some(), "{action}");
    }
}

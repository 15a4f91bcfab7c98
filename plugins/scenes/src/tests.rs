use pato_sdk::catalogue::TopicPayload;
use pato_sdk::testing::{self, FakeHost};

use super::*;

const MANIFEST: &str = include_str!("../pato.toml");

/// A plugin with OBS, which has the scenes Gaming and Pause.
fn started(settings: &[(&str, Value)]) -> (FakeHost, Scenes) {
    let host = FakeHost::with_manifest(MANIFEST);
    for (key, value) in settings {
        host.set_setting(key, value.clone());
    }
    host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
    host.answer("obs.get-scene-list", |_| {
        Ok(json!({ "scenes": [{ "sceneName": "Pause" }, { "sceneName": "Gaming" }] }))
    });
    host.answer(
        "obs.set-current-program-scene",
        |parameters| match parameters["sceneName"].as_str() {
            Some("Gaming" | "Pause") => Ok(json!({})),
            _ => Err(Error::NotFound("No source was found".into())),
        },
    );
    let mut plugin = Scenes::default();
    plugin.init().unwrap();
    (host, plugin)
}

fn by(role: Role, text: &str) -> Event {
    testing::event(&ChatMessage {
        text: text.into(),
        roles: vec![role],
        ..ChatMessage::example()
    })
}

fn changes(host: &FakeHost) -> Vec<Value> {
    let calls = host.calls().into_iter();
    calls
        .filter(|call| call.action == "obs.set-current-program-scene")
        .map(|call| call.parameters)
        .collect()
}

#[test]
fn a_moderator_changes_the_scene_with_one_action() {
    let (host, mut plugin) = started(&[]);
    plugin.event(by(Role::Moderator, "!scene Gaming")).unwrap();
    assert_eq!(changes(&host), [json!({ "sceneName": "Gaming" })]);
    assert_eq!(host.sent(), ["Scene: Gaming"]);
    assert!(
        host.calls()
            .iter()
            .all(|call| call.action != "obs.get-scene-list")
    );
}

#[test]
fn others_change_nothing_unless_the_setting_says_so() {
    let (host, mut plugin) = started(&[]);
    plugin.event(by(Role::Vip, "!scene Gaming")).unwrap();
    plugin.event(testing::chat("!scene Gaming")).unwrap();
    assert!(host.calls().is_empty());

    let (host, mut plugin) = started(&[("audience", json!("everyone"))]);
    plugin.event(testing::chat("!scene Gaming")).unwrap();
    assert_eq!(host.sent(), ["Scene: Gaming"]);
}

#[test]
fn a_name_in_another_case_is_corrected_and_a_slip_gets_a_hint() {
    let (host, mut plugin) = started(&[]);
    plugin.event(by(Role::Moderator, "!scene gaming")).unwrap();
    assert_eq!(
        changes(&host).last(),
        Some(&json!({ "sceneName": "Gaming" }))
    );
    let (host, mut plugin) = started(&[]);
    plugin.event(by(Role::Moderator, "!scene Gamng")).unwrap();
    assert_eq!(
        host.sent(),
        ["There is no scene “Gamng”. Did you mean “Gaming”?"]
    );
}

#[test]
fn the_list_is_not_needed_to_say_that_a_scene_is_not_there() {
    let (host, mut plugin) = started(&[]);
    host.answer("obs.get-scene-list", |_| Err(Error::Denied("…".into())));
    plugin.event(by(Role::Moderator, "!scene Nowhere")).unwrap();
    assert_eq!(host.sent(), ["There is no scene “Nowhere”."]);
}

#[test]
fn chat_hears_that_obs_is_not_connected_and_may_try_again_at_once() {
    let (host, mut plugin) = started(&[]);
    host.answer("obs.set-current-program-scene", |_| {
        Err(Error::Unavailable("refused".into()))
    });
    plugin.event(by(Role::Moderator, "!scene Gaming")).unwrap();
    plugin.event(by(Role::Moderator, "!scene Gaming")).unwrap();
    assert_eq!(host.sent(), ["OBS is not connected."; 2]);
}

#[test]
fn a_second_change_waits_for_the_cooldown() {
    let (host, mut plugin) = started(&[]);
    let mut later = by(Role::Moderator, "!scene Pause");
    plugin.event(by(Role::Moderator, "!scene Gaming")).unwrap();
    later.time = 1999.0;
    plugin.event(later.clone()).unwrap();
    assert_eq!(changes(&host).len(), 1);
    later.time = 2000.0;
    plugin.event(later).unwrap();
    assert_eq!(changes(&host).len(), 2);
}

#[test]
fn the_scenes_are_listed_as_obs_shows_them() {
    let (host, mut plugin) = started(&[]);
    plugin.event(by(Role::Moderator, "!scenes")).unwrap();
    assert_eq!(host.sent(), ["Scenes: Gaming, Pause"]);
}

#[test]
fn a_reward_changes_to_its_scene() {
    let (host, mut plugin) =
        started(&[("rewards", json!(["Gaming Scene = Gaming", "no scene here"]))]);
    plugin
        .event(testing::event(&RewardRedeemed::example()))
        .unwrap();
    assert_eq!(changes(&host), [json!({ "sceneName": "Gaming" })]);
    assert_eq!(host.sent(), ["@Ronni Scene: Gaming"]);
    assert!(
        host.logs()
            .iter()
            .any(|(_, line)| line.contains("`no scene here`"))
    );
}

#[test]
fn its_own_messages_change_nothing() {
    let (host, mut plugin) = started(&[]);
    let mut own = by(Role::Broadcaster, "!scene Gaming");
    own.flags.own = true;
    plugin.event(own).unwrap();
    assert!(host.calls().is_empty());
}

/// What OBS tells of itself.
fn told(source: &str, topic: &str, data: &Value) -> Event {
    let mut event = testing::named(topic, data);
    event.source = source.into();
    // A change that Pato made is told all the same.
    event.flags.own = true;
    event
}

fn listed(source: &str, scenes: &[&str]) -> Event {
    let scenes: Vec<_> = scenes
        .iter()
        .map(|name| json!({ "sceneName": name }))
        .collect();
    told(
        source,
        "obs.scene-list-changed",
        &json!({ "scenes": scenes }),
    )
}

fn on_air(source: &str, scene: &str) -> Event {
    told(
        source,
        "obs.current-program-scene-changed",
        &json!({ "sceneName": scene }),
    )
}

/// The buttons of the widget: label and tone.
fn buttons(host: &FakeHost) -> Vec<(String, ui::Tone)> {
    let nodes = host.surface("scenes").drawing().nodes.into_iter();
    let button = |node: ui::Node| match node.kind {
        ui::Kind::Button { label, tone, .. } => Some((label, tone)),
        _ => None,
    };
    nodes.filter_map(button).collect()
}

#[test]
fn the_widget_has_a_button_for_each_scene_and_marks_the_one_on_air() {
    let (host, mut plugin) = started(&[]);
    assert!(buttons(&host).is_empty());
    plugin.event(listed("obs", &["Pause", "Gaming"])).unwrap();
    plugin.event(on_air("obs", "Pause")).unwrap();
    let (gaming, pause) = (
        ("Gaming".into(), ui::Tone::Normal),
        ("Pause".into(), ui::Tone::Accent),
    );
    assert_eq!(buttons(&host), [gaming, pause]);
    plugin
        .surface(host.press("scenes", "scene-0-0").unwrap())
        .unwrap();
    assert_eq!(
        changes(&host),
        [json!({ "sceneName": "Gaming", "connector": "obs" })]
    );
    plugin.event(on_air("obs", "Gaming")).unwrap();
    assert_eq!(buttons(&host)[0].1, ui::Tone::Accent);
}

#[test]
fn the_widget_says_why_a_button_did_nothing() {
    let (host, mut plugin) = started(&[]);
    plugin.event(listed("obs", &["Gaming"])).unwrap();
    host.answer("obs.set-current-program-scene", |_| {
        Err(Error::Unavailable("refused".into()))
    });
    plugin
        .surface(host.press("scenes", "scene-0-0").unwrap())
        .unwrap();
    let problem = host.surface("scenes").value("problem").cloned();
    assert_eq!(problem, Some(json!("OBS is not connected.")));
}

#[test]
fn each_of_several_obs_has_its_own_buttons() {
    let (host, mut plugin) = started(&[]);
    plugin.event(listed("obs", &["Gaming"])).unwrap();
    plugin
        .event(listed("obs-2", &["Gaming", "Second"]))
        .unwrap();
    assert_eq!(buttons(&host).len(), 3);
    plugin
        .surface(host.press("scenes", "scene-1-1").unwrap())
        .unwrap();
    assert_eq!(
        changes(&host),
        [json!({ "sceneName": "Gaming", "connector": "obs-2" })]
    );
}

#[test]
fn however_many_scenes_there_are_the_widget_can_be_drawn() {
    let (host, mut plugin) = started(&[]);
    let names: Vec<String> = (0..5000).map(|number| format!("Scene {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    plugin.event(listed("obs", &names)).unwrap();
    assert_eq!(buttons(&host).len(), 200);
}

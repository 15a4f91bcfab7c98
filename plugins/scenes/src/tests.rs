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

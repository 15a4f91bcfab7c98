//! The whole way: a line in chat, through a sandboxed plugin, to the real OBS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use pato_test_servers::obs::RealObs;
use pato_test_servers::twitch::{Configuration, TwitchServer};
use serde_json::{Value, json};
use support::{Pato, bundled};

const PASSWORD: &str = "a-password-for-obs";

/// What a moderator's message carries on Twitch.
const MODERATOR: &[(&str, &str)] = &[
    ("badges", "moderator/1"),
    ("mod", "1"),
    ("display-name", "Ronni"),
    ("user-id", "12826"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_line_makes_obs_change_scene_and_obs_may_come_and_go() {
    let Some(mut obs) = RealObs::start(Some(PASSWORD)).await.unwrap() else {
        return;
    };
    let twitch = TwitchServer::start(Configuration::default()).await.unwrap();
    let mut pato = Pato::new();
    let server = format!("irc://{}", twitch.address());
    pato.start(
        &[
            "--twitch",
            "pato",
            "--twitch-server",
            &server,
            "--obs",
            &obs.url(),
            "--secrets-from-stdin",
        ],
        &format!("obs={PASSWORD}\n"),
    );
    let connected = |connectors: &Value| {
        connectors
            .as_array()
            .unwrap()
            .iter()
            .all(|connector| connector["state"] == "connected")
    };
    pato.until(&["connector", "list"], connected);
    twitch.wait_for_joins(1).await.unwrap();
    for scene in ["Gaming", "Talking"] {
        pato.json(&[
            "call",
            "obs.create-scene",
            &json!({ "sceneName": scene }).to_string(),
        ]);
    }
    let current =
        || pato.json(&["call", "obs.get-current-program-scene"])["currentProgramSceneName"].clone();
    let switched_to = |scene: &str| {
        pato.until(&["call", "obs.get-current-program-scene"], |answer| {
            answer["currentProgramSceneName"] == scene
        });
    };

    // Without the grant, the plugin asks and is refused, and the user is told what to type.
    let scenes = bundled("scenes");
    pato.json(&[
        "plugin",
        "add",
        scenes.to_str().unwrap(),
        "--grant",
        "subscribe:chat.message",
    ]);
    pato.json(&["plugin", "settings", "scenes", "cooldown=0"]);
    let before = current();
    twitch.say("pato", "ronni", "!scene Gaming", MODERATOR);
    let denied = pato.until(&["events", "history", "plugin.denied"], |events| {
        events
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["data"]["permission"] == "call:obs.set-current-program-scene")
    });
    let remedy = "pato plugin grant scenes call:obs.set-current-program-scene";
    assert!(denied.to_string().contains(remedy), "{denied:#}");
    assert_eq!(current(), before);

    // With exactly that grant, it works.
    pato.json(&[
        "plugin",
        "grant",
        "scenes",
        "call:obs.set-current-program-scene",
    ]);
    pato.json(&["plugin", "restart", "scenes"]);
    twitch.say("pato", "ronni", "!scene Gaming", MODERATOR);
    switched_to("Gaming");
    let told = pato.until(
        &["events", "history", "obs.current-program-scene-changed"],
        |events| {
            events
                .as_array()
                .unwrap()
                .iter()
                .any(|event| event["data"]["sceneName"] == "Gaming")
        },
    );
    assert!(told.is_array());

    // A viewer may not.
    twitch.say("pato", "viewer", "!scene Talking", &[("user-id", "99")]);

    // OBS goes, Pato says so; it comes back, and so does the connection.
    obs.kill().await.unwrap();
    let gone = |connectors: &Value| {
        connectors.as_array().unwrap().iter().any(|connector| {
            connector["id"] == "obs"
                && connector["state"] == "waiting"
                && connector["reason"].is_string()
        })
    };
    pato.until(&["connector", "list"], gone);
    obs.restart().await.unwrap();
    pato.run(&["connector", "retry", "obs"]);
    pato.until(&["connector", "list"], connected);
    assert_ne!(current(), json!("Talking"));
    let history = pato.json(&["events", "history", "connector.status", "--limit", "1000"]);
    let states: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["data"]["connector"] == "obs")
        .map(|event| event["data"]["state"].as_str().unwrap())
        .collect();
    let waited = states.iter().position(|state| *state == "waiting").unwrap();
    assert!(states[waited..].contains(&"connected"), "{states:?}");
    for scene in ["Gaming", "Talking"] {
        // A killed OBS may not have saved them.
        pato.run(&[
            "call",
            "obs.create-scene",
            &json!({ "sceneName": scene }).to_string(),
        ]);
    }
    twitch.say("pato", "ronni", "!scene Talking", MODERATOR);
    switched_to("Talking");
}

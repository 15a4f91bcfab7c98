//! What plugins show: only what the manifest declares, of the kinds that the user grants, and so fast.

use std::time::{Duration, Instant};

use pato_permissions::Grants;
use pato_runtime::{Happening, LoadOptions, PluginHandle, SurfaceEvent};
use serde_json::{Value, json};

use crate::kit::{
    Host, Shown, ShownWhat, command, eventually, fixture, granted, grants, limited, ok, pause,
    refusal,
};

/// Each function, its parameters, and the permission that it needs.
fn calls() -> [(&'static str, Value, &'static str); 6] {
    let widget = "show:widget";
    let overlay = "show:overlay";
    [
        ("show", json!({ "surface": "probe" }), widget),
        (
            "set-values",
            json!({ "surface": "probe", "values": { "count": 3 } }),
            widget,
        ),
        (
            "append",
            json!({ "surface": "probe", "name": "lines", "items": ["a", "b"] }),
            widget,
        ),
        ("queue-alert", json!({ "overlay": "stage" }), overlay),
        ("clear-alerts", json!({ "overlay": "stage" }), overlay),
        ("skip-alert", json!({ "overlay": "stage" }), overlay),
    ]
}

async fn denied(plugin: &PluginHandle, name: &str, parameters: &Value, permission: &str) {
    let refused = refusal(plugin, name, parameters.clone()).await;
    let line = format!("pato plugin grant capabilities {permission}");
    assert_eq!(refused, ("denied".to_owned(), line), "{name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_granted_is_shown_under_the_plugins_own_name() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    for (name, parameters, _) in calls() {
        let answer = command(&plugin, name, parameters).await;
        match name {
            // The screen of this test has no alert to end.
            "skip-alert" => assert_eq!(answer["error"]["kind"], "not-found"),
            "queue-alert" => assert_eq!(answer["ok"], "a1"),
            "clear-alerts" => assert_eq!(answer["ok"], 3),
            _ => assert_eq!(answer, json!({ "ok": null }), "{name}"),
        }
    }
    let shown = host.screen.0.lock().unwrap().clone();
    assert!(shown.iter().all(|shown| shown.plugin == "capabilities"));
    let surfaces: Vec<&str> = shown.iter().map(|shown| &*shown.surface).collect();
    assert_eq!(
        surfaces,
        ["probe", "probe", "probe", "stage", "stage", "stage"]
    );
    let ShownWhat::Table(nodes) = &shown[0].what else {
        panic!("{:?}", shown[0]);
    };
    let kinds: Vec<Value> = nodes
        .iter()
        .map(|node| serde_json::to_value(&node.kind).unwrap()["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "column",
            "stat",
            "log",
            "button",
            "toggle",
            "table",
            "form",
            "text-input"
        ]
    );
    assert_eq!(
        shown[1].what,
        ShownWhat::Values(vec![("count".into(), json!(3))])
    );
    let items = vec![json!("a"), json!("b")];
    assert_eq!(shown[2].what, ShownWhat::Items("lines".into(), items));
    assert!(matches!(&shown[3].what, ShownWhat::Alert(alert) if alert.duration == 1000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_that_is_not_granted_or_was_revoked_is_refused_and_the_other_is_not() {
    let host = Host::start();
    let options = LoadOptions {
        grants: Grants::default(),
        ..granted("capabilities")
    };
    let plugin = host.load("capabilities", options).await;
    for (name, parameters, permission) in calls() {
        denied(&plugin, name, &parameters, permission).await;
    }
    // What is drawn is kept for the moment when it is granted; nothing is done with an alert.
    let kept = host.screen.0.lock().unwrap().clone();
    let is_drawing = |shown: &Shown| {
        matches!(
            shown.what,
            ShownWhat::Table(_) | ShownWhat::Values(_) | ShownWhat::Items(..)
        )
    };
    assert!(kept.iter().all(is_drawing), "{kept:?}");
    for allowed in ["show:widget", "show:overlay"] {
        plugin.set_grants(&grants(&[allowed]));
        for (name, parameters, permission) in calls() {
            if permission == allowed {
                let answer = command(&plugin, name, parameters).await;
                assert_ne!(answer["error"]["kind"], "denied", "{name}");
            } else {
                denied(&plugin, name, &parameters, permission).await;
            }
        }
    }
    plugin.set_grants(&Grants::default());
    for (name, parameters, permission) in calls() {
        denied(&plugin, name, &parameters, permission).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_manifest_does_not_declare_is_not_there_whatever_is_granted() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    for surface in ["prob", "", "alerts/stage", &"x".repeat(100_000)] {
        let (kind, text) = refusal(&plugin, "show", json!({ "surface": surface })).await;
        assert_eq!(kind, "not-found");
        assert!(text.len() < 200, "{text}");
    }
    let (_, text) = refusal(&plugin, "show", json!({ "surface": "prob" })).await;
    assert!(text.contains("did you mean `probe`?"), "{text}");
    let (kind, text) = refusal(&plugin, "queue-alert", json!({ "overlay": "probe" })).await;
    assert_eq!(kind, "invalid");
    assert!(text.contains("alerts are for overlays"), "{text}");
    let other = host.load("echo", granted("echo")).await;
    drop(other);
    assert!(host.screen.0.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_reaches_the_plugin_in_order_with_who_did_it() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let happenings = [
        Happening::Pressed(Value::Null),
        Happening::Changed(json!(true)),
        Happening::Submitted(json!({ "text": "hello" })),
        Happening::Shown("a1".into()),
        Happening::Finished("a1".into()),
    ];
    for what in happenings {
        plugin
            .tell_surface(SurfaceEvent {
                surface: "probe".into(),
                node: "press".into(),
                what,
                who: "dashboard".into(),
            })
            .unwrap();
    }
    let received = command(&plugin, "received", json!({})).await;
    let told = received["surface"].as_array().unwrap();
    let what: Vec<&Value> = told.iter().map(|event| &event["what"]).collect();
    assert_eq!(
        what,
        [
            &json!({ "pressed": null }),
            &json!({ "changed": true }),
            &json!({ "submitted": { "text": "hello" } }),
            &json!({ "shown": "a1" }),
            &json!({ "finished": "a1" }),
        ]
    );
    assert!(told.iter().all(|event| event["who"] == "dashboard"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_is_paused_is_not_told_and_a_busy_one_says_so() {
    let host = Host::start();
    let plugin = host.load("capabilities", granted("capabilities")).await;
    let press = || SurfaceEvent {
        surface: "probe".into(),
        node: "press".into(),
        what: Happening::Pressed(Value::Null),
        who: "dashboard".into(),
    };
    assert!(!plugin.is_paused());
    pause(&plugin).await;
    assert!(plugin.is_paused());
    plugin.tell_surface(press()).unwrap();
    plugin.resume().await;
    let received = command(&plugin, "received", json!({})).await;
    assert_eq!(received["surface"], json!([]));
    // More than its queue holds, faster than it can be emptied.
    let refused = (0..100_000).any(|_| plugin.tell_surface(press()).is_err());
    assert!(refused, "the queue is bounded");
    plugin.stop().await;
    assert!(plugin.tell_surface(press()).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_draws_as_fast_as_it_can_is_held_back_and_others_go_on() {
    let host = Host::start();
    // So low that no machine is too slow to be faster.
    let few = limited("flood-ui", |limits| {
        limits.show_rate = 20;
        limits.processor_time = Duration::from_secs(30);
    });
    let flood = host.load("flood-ui", few).await;
    let other = host.load("capabilities", granted("capabilities")).await;
    let done = host.listen("flood-ui.done");
    let begun = Instant::now();
    host.publish("test.flood-ui", json!({ "count": 200, "rows": 10 }));
    ok(&other, "show", json!({ "surface": "probe" })).await;
    let mut over = Vec::new();
    eventually("the flood is over", || {
        over.extend(done.arrived());
        !over.is_empty()
    })
    .await;
    let told = &over[0];
    assert!(told["refused"].as_u64().unwrap() > 300, "{told}");
    assert_eq!(told["error"]["kind"], "rate-limited", "{told}");
    let most = f64::from(flood.limits().show_rate) * (begun.elapsed().as_secs_f64() + 2.0);
    assert!(told["done"].as_f64().unwrap() < most, "{told}");
}

#[test]
fn the_fixtures_declare_what_they_show() {
    for name in ["capabilities", "flood-ui", "bad-tables"] {
        let manifest = pato_packages::read_manifest(&fixture(name)).unwrap();
        assert!(!manifest.surfaces.is_empty(), "{name}");
    }
}

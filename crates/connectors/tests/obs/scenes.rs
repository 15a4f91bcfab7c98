//! Scenes, their items, and what leads from one to the next.

use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::tour::Tour;

pub(crate) async fn scenes_and_groups_obey(tour: &mut Tour<'_>) {
    tour.ok("obs.create-scene", json!({ "sceneName": "Draft" }))
        .await;
    tour.tells("obs.scene-created", "sceneName", "Draft").await;
    tour.told("obs.scene-list-changed", |data| {
        names(&data["scenes"]).contains(&"Draft".into())
    })
    .await;
    let rename = json!({ "sceneName": "Draft", "newSceneName": "Gaming" });
    tour.ok("obs.set-scene-name", rename).await;
    tour.tells("obs.scene-name-changed", "oldSceneName", "Draft")
        .await;
    let list = tour.ok("obs.get-scene-list", json!({})).await;
    assert!(names(&list["scenes"]).contains(&"Gaming".into()), "{list}");

    tour.ok(
        "obs.set-current-program-scene",
        json!({ "sceneName": "Gaming", "connector": "obs" }),
    )
    .await;
    tour.tells("obs.current-program-scene-changed", "sceneName", "Gaming")
        .await;
    let scene = tour.ok("obs.get-current-program-scene", json!({})).await;
    assert_eq!(scene["currentProgramSceneName"], "Gaming");
    tour.refused(
        "obs.set-current-program-scene",
        json!({ "sceneName": "No such scene" }),
        600,
    )
    .await;
    tour.refused("obs.set-current-program-scene", json!({}), 300)
        .await;

    let over = json!({ "sceneName": "Gaming", "transitionName": "Cut", "transitionDuration": 100 });
    tour.ok("obs.set-scene-scene-transition-override", over)
        .await;
    let of = json!({ "sceneName": "Gaming" });
    let over = tour.ok("obs.get-scene-scene-transition-override", of).await;
    assert_eq!(over["transitionName"], "Cut");

    let groups = tour.ok("obs.get-group-list", json!({})).await;
    assert_eq!(groups["groups"], json!(["Overlay"]));
    tour.ok(
        "obs.get-group-scene-item-list",
        json!({ "sceneName": "Overlay" }),
    )
    .await;
}

fn names(scenes: &Value) -> Vec<String> {
    let scenes = scenes.as_array().unwrap();
    scenes
        .iter()
        .map(|scene| scene["sceneName"].as_str().unwrap().to_owned())
        .collect()
}

/// The item of the colour in the scene on air, with more fields.
async fn colour(tour: &mut Tour<'_>, more: Value) -> Value {
    let find = json!({ "sceneName": "Gaming", "sourceName": "Colour" });
    let mut item = tour.ok("obs.get-scene-item-id", find).await;
    item["sceneName"] = json!("Gaming");
    item.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    item
}

pub(crate) async fn items_obey(tour: &mut Tour<'_>) {
    let item = colour(tour, json!({})).await;
    tour.newer("obs.get-scene-item-source", item.clone()).await;
    for (name, field, value, event) in [
        (
            "enabled",
            "sceneItemEnabled",
            json!(false),
            Some("obs.scene-item-enable-state-changed"),
        ),
        (
            "locked",
            "sceneItemLocked",
            json!(true),
            Some("obs.scene-item-lock-state-changed"),
        ),
        (
            "index",
            "sceneItemIndex",
            json!(1),
            Some("obs.scene-item-list-reindexed"),
        ),
        (
            "blend-mode",
            "sceneItemBlendMode",
            json!("OBS_BLEND_ADDITIVE"),
            None,
        ),
    ] {
        let mut changed = item.clone();
        changed[field] = value.clone();
        tour.ok(&format!("obs.set-scene-item-{name}"), changed)
            .await;
        if let Some(topic) = event {
            let told = tour.told(topic, |data| data["sceneName"] == "Gaming").await;
            assert!(
                told[field] == value || told["sceneItems"].is_array(),
                "{told}"
            );
        }
        let now = tour
            .ok(&format!("obs.get-scene-item-{name}"), item.clone())
            .await;
        assert_eq!(now[field], value);
    }
    let back = colour(tour, json!({ "sceneItemEnabled": true })).await;
    tour.ok("obs.set-scene-item-enabled", back).await;
    tour.ok("obs.get-scene-item-list", json!({ "sceneName": "Gaming" }))
        .await;

    let copy = colour(tour, json!({ "destinationSceneName": "Backstage" })).await;
    let copy = tour.ok("obs.duplicate-scene-item", copy).await;
    tour.tells("obs.scene-item-created", "sceneName", "Backstage")
        .await;
    tour.told("obs.scene-item-selected", |data| {
        data["sceneItemId"] == copy["sceneItemId"]
    })
    .await;
    let gone = json!({ "sceneName": "Backstage", "sceneItemId": copy["sceneItemId"] });
    tour.ok("obs.remove-scene-item", gone).await;
    tour.tells("obs.scene-item-removed", "sceneName", "Backstage")
        .await;
    let again = json!({ "sceneName": "Backstage", "sourceName": "Colour" });
    tour.ok("obs.create-scene-item", again).await;
    tour.tells("obs.scene-item-created", "sceneName", "Backstage")
        .await;
}

pub(crate) async fn an_item_that_moves_fast_is_told_at_a_pace(tour: &mut Tour<'_>) {
    const STEPS: u32 = 200;
    let item = colour(tour, json!({})).await;
    let begin = Instant::now();
    for step in 1..=STEPS {
        let mut there = item.clone();
        there["sceneItemTransform"] = json!({ "positionX": step });
        // Not through the tour, which forgets at each call what came before.
        tour.running
            .call("obs.set-scene-item-transform", there)
            .await
            .unwrap();
    }
    let topic = "obs.scene-item-transform-changed";
    let at = |data: &Value| data["sceneItemTransform"]["positionX"].as_f64();
    tour.told(topic, |data| at(data) == Some(f64::from(STEPS)))
        .await;
    let gaps = begin.elapsed().as_millis() / 50;
    let told = tour
        .recent()
        .iter()
        .filter(|event| event.topic.as_str() == topic)
        .count();
    assert!(told as u128 <= gaps + 1, "{told} in {:?}", begin.elapsed());
    let mut last = item.clone();
    last["sceneItemTransform"] = json!({ "positionX": 1 });
    tour.ok("obs.set-scene-item-transform", last).await;
    let now = tour.ok("obs.get-scene-item-transform", item).await;
    assert_eq!(now["sceneItemTransform"]["positionX"], 1.0);
}

pub(crate) async fn transitions_and_studio_mode_obey(tour: &mut Tour<'_>) {
    tour.ok("obs.get-transition-kind-list", json!({})).await;
    let list = tour.ok("obs.get-scene-transition-list", json!({})).await;
    assert_eq!(list["currentSceneTransitionName"], "Swipe");
    let settings = json!({ "transitionSettings": { "direction": "up" } });
    tour.ok(
        "obs.set-current-scene-transition-settings",
        settings.clone(),
    )
    .await;
    let now = tour.ok("obs.get-current-scene-transition", json!({})).await;
    assert_eq!(now["transitionSettings"]["direction"], "up");
    tour.ok(
        "obs.set-current-scene-transition",
        json!({ "transitionName": "Fade" }),
    )
    .await;
    tour.tells(
        "obs.current-scene-transition-changed",
        "transitionName",
        "Fade",
    )
    .await;
    tour.refused("obs.set-current-scene-transition-settings", settings, 606)
        .await;
    let longer = json!({ "transitionDuration": 150 });
    tour.ok("obs.set-current-scene-transition-duration", longer)
        .await;
    tour.tells(
        "obs.current-scene-transition-duration-changed",
        "transitionDuration",
        150,
    )
    .await;

    tour.refused("obs.trigger-studio-mode-transition", json!({}), 506)
        .await;
    tour.ok(
        "obs.set-studio-mode-enabled",
        json!({ "studioModeEnabled": true }),
    )
    .await;
    tour.tells("obs.studio-mode-state-changed", "studioModeEnabled", true)
        .await;
    let on = tour.ok("obs.get-studio-mode-enabled", json!({})).await;
    assert_eq!(on["studioModeEnabled"], true);
    tour.ok(
        "obs.set-current-preview-scene",
        json!({ "sceneName": "Stage" }),
    )
    .await;
    tour.tells("obs.current-preview-scene-changed", "sceneName", "Stage")
        .await;
    let preview = tour.ok("obs.get-current-preview-scene", json!({})).await;
    assert_eq!(preview["currentPreviewSceneName"], "Stage");
    tour.ok("obs.trigger-studio-mode-transition", json!({}))
        .await;
    for event in ["started", "video-ended", "ended"] {
        let topic = format!("obs.scene-transition-{event}");
        tour.tells(&topic, "transitionName", "Fade").await;
    }
    tour.tells("obs.current-program-scene-changed", "sceneName", "Stage")
        .await;
    tour.ok("obs.get-current-scene-transition-cursor", json!({}))
        .await;
    for (position, release) in [(0.3, false), (0.9, true)] {
        let bar = json!({ "position": position, "release": release });
        tour.ok("obs.set-t-bar-position", bar).await;
    }
    tour.tells("obs.scene-transition-ended", "transitionName", "Fade")
        .await;
    tour.ok(
        "obs.set-studio-mode-enabled",
        json!({ "studioModeEnabled": false }),
    )
    .await;
    tour.tells("obs.studio-mode-state-changed", "studioModeEnabled", false)
        .await;
    // What studio mode leaves on air is OBS's choice.
    sleep(Duration::from_millis(200)).await;
}

pub(crate) async fn what_was_made_can_be_removed(tour: &mut Tour<'_>) {
    tour.ok("obs.remove-input", json!({ "inputName": "Colour" }))
        .await;
    tour.tells("obs.input-removed", "inputName", "Colour").await;
    tour.ok("obs.remove-scene", json!({ "sceneName": "Backstage" }))
        .await;
    tour.tells("obs.scene-removed", "sceneName", "Backstage")
        .await;
}

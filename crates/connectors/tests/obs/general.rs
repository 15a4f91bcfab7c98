//! OBS itself, its profiles and collections, its windows.

use pato_test_servers::obs::COLLECTION;
use serde_json::json;

use crate::tour::Tour;

pub(crate) async fn everything_about_obs_itself_works(tour: &mut Tour<'_>) {
    tour.ok("obs.get-stats", json!({})).await;
    let custom = json!({ "eventData": { "said": "hello" } });
    tour.ok("obs.broadcast-custom-event", custom).await;
    tour.tells("obs.custom-event", "said", "hello").await;

    let hotkeys = tour.ok("obs.get-hotkey-list", json!({})).await;
    let screenshot = json!("OBSBasic.Screenshot");
    assert!(hotkeys["hotkeys"].as_array().unwrap().contains(&screenshot));
    let hotkey = json!({ "hotkeyName": screenshot });
    tour.ok("obs.trigger-hotkey-by-name", hotkey).await;
    let folder = tour.folder.display().to_string();
    tour.told("obs.screenshot-saved", |data| {
        data["savedScreenshotPath"]
            .as_str()
            .unwrap()
            .starts_with(&folder)
    })
    .await;
    let keys = json!({ "keyId": "OBS_KEY_F24", "keyModifiers": { "shift": true } });
    tour.ok("obs.trigger-hotkey-by-key-sequence", keys).await;
    let nothing = json!({ "hotkeyName": "No such hotkey" });
    tour.refused("obs.trigger-hotkey-by-name", nothing, 600)
        .await;

    let nobody = json!({ "vendorName": "nobody", "requestType": "anything" });
    tour.refused("obs.call-vendor-request", nobody, 600).await;
    tour.refused("obs.sleep", json!({ "sleepMillis": 1 }), 206)
        .await;

    let slot = json!({ "realm": "OBS_WEBSOCKET_DATA_REALM_GLOBAL", "slotName": "deaths" });
    let mut full = slot.clone();
    full["slotValue"] = json!([1, { "two": null }]);
    tour.ok("obs.set-persistent-data", full.clone()).await;
    let kept = tour.ok("obs.get-persistent-data", slot).await;
    assert_eq!(kept["slotValue"], full["slotValue"]);

    let raw = json!({ "requestType": "GetSourceActive", "requestData": { "sourceName": "Scene" } });
    let answer = tour.ok("obs.raw-request", raw).await;
    assert_eq!(answer["videoActive"], true);
    let raw = json!({ "requestType": "MakeCoffee" });
    let error = tour.running.call("obs.raw-request", raw).await.unwrap_err();
    assert!(
        error.to_string().contains("does not know MakeCoffee"),
        "{error}"
    );
    tour.newer("obs.get-canvas-list", json!({})).await;
}

pub(crate) async fn profiles_and_scene_collections_can_be_changed(tour: &mut Tour<'_>) {
    let profiles = tour.ok("obs.get-profile-list", json!({})).await;
    assert_eq!(profiles["currentProfileName"], "Untitled");
    let other = json!({ "profileName": "Other" });
    tour.ok("obs.create-profile", other.clone()).await;
    tour.tells("obs.current-profile-changing", "profileName", "Untitled")
        .await;
    tour.tells("obs.current-profile-changed", "profileName", "Other")
        .await;
    tour.told("obs.profile-list-changed", |data| {
        data["profiles"]
            .as_array()
            .unwrap()
            .contains(&json!("Other"))
    })
    .await;
    tour.ok(
        "obs.set-current-profile",
        json!({ "profileName": "Untitled" }),
    )
    .await;
    tour.tells("obs.current-profile-changed", "profileName", "Untitled")
        .await;
    tour.ok("obs.remove-profile", other).await;
    tour.tells("obs.profile-list-changed", "profiles", json!(["Untitled"]))
        .await;
    let parameter = json!({ "parameterCategory": "Pato", "parameterName": "was" });
    let mut here = parameter.clone();
    here["parameterValue"] = json!("here");
    tour.ok("obs.set-profile-parameter", here).await;
    let kept = tour.ok("obs.get-profile-parameter", parameter).await;
    assert_eq!(kept["parameterValue"], "here");

    tour.ok(
        "obs.set-video-settings",
        json!({ "fpsNumerator": 10, "fpsDenominator": 1 }),
    )
    .await;
    let video = tour.ok("obs.get-video-settings", json!({})).await;
    assert_eq!(
        (&video["baseWidth"], &video["fpsNumerator"]),
        (&json!(320), &json!(10))
    );
    let directory = tour.ok("obs.get-record-directory", json!({})).await;
    assert_eq!(
        directory["recordDirectory"],
        json!(tour.folder.display().to_string())
    );
    tour.newer("obs.set-record-directory", directory).await;

    let list = tour.ok("obs.get-scene-collection-list", json!({})).await;
    assert_eq!(list["currentSceneCollectionName"], "Untitled");
    tour.ok(
        "obs.create-scene-collection",
        json!({ "sceneCollectionName": "New" }),
    )
    .await;
    tour.tells(
        "obs.current-scene-collection-changing",
        "sceneCollectionName",
        "Untitled",
    )
    .await;
    tour.tells(
        "obs.current-scene-collection-changed",
        "sceneCollectionName",
        "New",
    )
    .await;
    tour.told("obs.scene-collection-list-changed", |data| {
        data["sceneCollections"]
            .as_array()
            .unwrap()
            .contains(&json!("New"))
    })
    .await;
    let prepared = json!({ "sceneCollectionName": COLLECTION });
    tour.ok("obs.set-current-scene-collection", prepared).await;
    tour.tells(
        "obs.current-scene-collection-changed",
        "sceneCollectionName",
        COLLECTION,
    )
    .await;
    // The state is asked for anew, since everything is another.
    tour.tells(
        "obs.current-scene-transition-changed",
        "transitionName",
        "Swipe",
    )
    .await;
}

pub(crate) async fn windows_open(tour: &mut Tour<'_>) {
    let colour = json!({ "inputName": "Colour" });
    tour.ok("obs.open-input-properties-dialog", colour.clone())
        .await;
    tour.ok("obs.open-input-filters-dialog", colour.clone())
        .await;
    tour.refused("obs.open-input-interact-dialog", colour, 604)
        .await;
    let monitors = tour.ok("obs.get-monitor-list", json!({})).await;
    assert_eq!(
        monitors["monitors"].as_array().unwrap().len(),
        1,
        "{monitors}"
    );
    let mix = json!({ "videoMixType": "OBS_WEBSOCKET_VIDEO_MIX_TYPE_PROGRAM", "monitorIndex": -1 });
    tour.ok("obs.open-video-mix-projector", mix).await;
    let source = json!({ "sourceName": "Stage", "monitorIndex": -1 });
    tour.ok("obs.open-source-projector", source).await;
}

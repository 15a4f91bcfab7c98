use super::*;

#[tokio::test]
async fn what_has_to_cool_down_is_waited_for() {
    let server = server().await;
    let running = Running::connected(&server).await;
    for _ in 0..2 {
        running
            .call("vtube.hotkey-trigger", json!({ "hotkeyID": "Cry" }))
            .await
            .unwrap();
    }
    assert!(server.received("HotkeyTrigger").len() >= 3);
    server.fault(Fault::Refuse("ModelLoad", 153));
    let hijiki = json!({ "modelID": "47c71722c5304a039b0570b60a189875" });
    let answer = running
        .call("vtube.model-load", hijiki.clone())
        .await
        .unwrap();
    assert_eq!(answer, hijiki);
    assert_eq!(server.received("ModelLoad").len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn every_question_is_answered_in_the_shape_of_the_catalogue() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let item = running
        .call("vtube.item-load", json!({ "fileName": "fire" }))
        .await
        .unwrap();
    let item = &item["instanceID"];
    for (action, parameters) in [
        ("vtube.api-state", json!({})),
        ("vtube.statistics", json!({})),
        ("vtube.vts-folder-info", json!({})),
        ("vtube.current-model", json!({})),
        ("vtube.available-models", json!({})),
        ("vtube.hotkeys-in-current-model", json!({})),
        ("vtube.expression-state", json!({ "details": true })),
        (
            "vtube.expression-activation",
            json!({ "expressionFile": "cry.exp3.json", "active": true }),
        ),
        ("vtube.art-mesh-list", json!({})),
        (
            "vtube.art-mesh-selection",
            json!({ "requestedArtMeshCount": 1, "activeArtMeshes": ["D_FACE_00"] }),
        ),
        ("vtube.scene-color-overlay-info", json!({})),
        ("vtube.face-found", json!({})),
        ("vtube.input-parameter-list", json!({})),
        ("vtube.parameter-value", json!({ "name": "FaceAngleX" })),
        ("vtube.live2d-parameter-list", json!({})),
        ("vtube.get-current-model-physics", json!({})),
        ("vtube.ndi-config", json!({ "setNewConfig": false })),
        (
            "vtube.item-list",
            json!({
                "includeAvailableSpots": true,
                "includeItemInstancesInScene": true,
                "includeAvailableItemFiles": true,
            }),
        ),
        (
            "vtube.item-animation-control",
            json!({ "itemInstanceID": item, "frame": 3 }),
        ),
        (
            "vtube.item-move",
            json!({ "itemsToMove": [{ "itemInstanceID": item, "positionX": 0.5 }] }),
        ),
        (
            "vtube.item-sort",
            json!({ "itemInstanceID": item, "setFrontOrder": "UseSpecialID" }),
        ),
        (
            "vtube.item-pin",
            json!({ "itemInstanceID": item, "pin": false }),
        ),
        (
            "vtube.item-unload",
            json!({ "unloadAllLoadedByThisPlugin": true }),
        ),
        (
            "vtube.post-processing-list",
            json!({ "fillPostProcessingEffectsArray": true }),
        ),
        (
            "vtube.post-processing-update",
            json!({ "postProcessingOn": true }),
        ),
        (
            "vtube.permission",
            json!({ "requestedPermission": "LoadCustomImagesAsItems" }),
        ),
        (
            "vtube.move-model",
            json!({ "timeInSeconds": 0, "valuesAreRelativeToModel": true, "rotation": 5 }),
        ),
        (
            "vtube.color-tint",
            json!({
                "colorTint": { "colorR": 1, "colorG": 2, "colorB": 3, "colorA": 4 },
                "artMeshMatcher": { "tintAll": true },
            }),
        ),
    ] {
        let answer = running.call(action, parameters).await;
        let answer = answer.unwrap_or_else(|error| panic!("{action}: {error}"));
        let schema = catalogue::action(action).unwrap().answer();
        let required = schema.get("required").and_then(Value::as_array);
        for field in required.into_iter().flatten() {
            let value = &answer[field.as_str().unwrap()];
            assert!(!value.is_null(), "{action} lacks {field}: {answer}");
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn an_action_that_does_not_exist_is_refused() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let parameters = Payload::empty();
    for action in [
        "vtube.authentication-token",
        "vtube.event-subscription",
        "vtube.",
        "obs.get-stats",
    ] {
        let error = running
            .connector
            .call(Call::new(action, &parameters))
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectorError::NotFound(_)),
            "{action}: {error}"
        );
    }
    running.stop().await;
}
#[tokio::test]
async fn only_so_many_questions_wait_for_the_user() {
    let server = server().await;
    server.set_pop_ups(PopUps::Wait);
    let running = Arc::new(Running::connected(&server).await);
    let select = json!({ "requestedArtMeshCount": 1 });
    let waiting: Vec<_> = (0..6)
        .map(|_| {
            let (running, select) = (Arc::clone(&running), select.clone());
            tokio::spawn(async move { running.call("vtube.art-mesh-selection", select).await })
        })
        .collect();
    eventually("six questions", || (server.pop_ups() == 6).then_some(())).await;
    let error = running
        .call("vtube.art-mesh-selection", select)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)), "{error}");
    // Whatever asks nobody goes on.
    running.call("vtube.statistics", json!({})).await.unwrap();
    while server.answer_pop_up(true) {}
    for question in waiting {
        assert_eq!(question.await.unwrap().unwrap()["success"], true);
    }
    Arc::into_inner(running).unwrap().stop().await;
}

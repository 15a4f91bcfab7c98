use super::*;

#[tokio::test]
async fn the_state_is_told_at_the_beginning_and_only_wanted_events_are_asked_for() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let model = running
        .event("vtube.model-loaded", |data| data["modelName"] == "Akari")
        .await;
    assert!(model.stateful);
    assert_eq!(
        (&*model.source, model.account.as_deref()),
        ("vtube", Some("me"))
    );
    running
        .event("vtube.tracking-status-changed", |data| {
            data["faceFound"] == true
        })
        .await;
    running
        .event("vtube.post-processing", |data| {
            data["currentOnState"] == false
        })
        .await;
    let is_asked = |event: &str| server.subscriptions().iter().any(|name| name == event);
    assert!(!is_asked("HotkeyTriggered"));

    let all = running.subscribe("vtube.*");
    eventually("hotkeys", || is_asked("HotkeyTriggered").then_some(())).await;
    assert!(!is_asked("ModelOutline"));
    let outline = running.subscribe("vtube.model-outline");
    running.event("vtube.model-outline", |_| true).await;
    drop(outline);
    eventually("no outline", || (!is_asked("ModelOutline")).then_some(())).await;
    drop(all);
    eventually("no hotkeys", || {
        (!is_asked("HotkeyTriggered")).then_some(())
    })
    .await;

    server.track_face(false);
    running
        .event("vtube.tracking-status-changed", |data| {
            data["leftHandFound"] == false
        })
        .await;
    server.change_background("beach");
    running
        .event("vtube.background-changed", |data| {
            data["backgroundName"] == "beach"
        })
        .await;
    server.load_model(None);
    running
        .event("vtube.model-loaded", |data| data["modelLoaded"] == false)
        .await;
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

#[tokio::test]
async fn a_hotkey_of_pato_is_flagged_own_with_its_cause_and_one_of_the_user_is_not() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let _mailbox = running.subscribe("vtube.*");
    eventually("hotkeys", || {
        let subscriptions = server.subscriptions();
        [
            "HotkeyTriggered",
            "BackgroundChanged",
            "ModelAnimation",
            "ExpressionToggled",
        ]
        .iter()
        .all(|event| subscriptions.iter().any(|name| name == event))
        .then_some(())
    })
    .await;
    let cause = Event {
        id: EventId::new("c1"),
        topic: Topic::new("chat.message").unwrap(),
        source: "twitch".into(),
        account: None,
        time: 0.0,
        cause: None,
        depth: 3,
        flags: Flags::default(),
        stateful: false,
        data: Payload::empty(),
    };
    let parameters =
        Payload::from_value(&json!({ "hotkeyID": "beach", "connector": "vtube" })).unwrap();
    let call = Call::new("vtube.hotkey-trigger", &parameters)
        .caused_by(Some(&cause))
        .by("plugin:a");
    running.connector.call(call).await.unwrap();
    let own = running
        .event("vtube.hotkey-triggered", |data| {
            data["hotkeyName"] == "Beach"
        })
        .await;
    assert!(own.flags.own);
    assert_eq!((own.cause.as_ref(), own.depth), (Some(&cause.id), 4));
    let background = running.event("vtube.background-changed", |_| true).await;
    assert_eq!((background.flags.own, background.depth), (false, 4));

    assert!(server.press_hotkey("Wave"));
    let user = running
        .event("vtube.hotkey-triggered", |data| {
            data["hotkeyName"] == "Wave"
        })
        .await;
    assert_eq!((user.flags.own, user.cause.clone()), (false, None));
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

#[tokio::test]
async fn points_on_art_meshes_are_followed_together_and_no_longer_than_wanted() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let _mailbox = running.subscribe("vtube.*");
    let follow = async |caller: &str, name: &str, frequency: u32| {
        let point = json!({ "trackingPointID": name, "artMeshCoords": { "artMeshID": "D_FACE_00" }, "visualize": false });
        let parameters = json!({ "frequency": frequency, "trackingPoints": [point] });
        running
            .call_as(caller, vtube::FOLLOW_POINTS, parameters)
            .await
    };
    follow("plugin:a", "hat", 10).await.unwrap();
    follow("plugin:b", "nose", 30).await.unwrap();
    let error = follow("plugin:b", "hat", 30).await.unwrap_err();
    assert!(error.to_string().contains("`plugin:a`"), "{error}");
    running
        .event("vtube.art-mesh-tracking", |data| {
            data["foundPointsCount"] == 2
        })
        .await;
    let last = server.received("EventSubscription").pop().unwrap();
    assert_eq!(last["config"]["frequency"], 30);

    server.fault(Fault::Refuse("EventSubscription", 100_150));
    let error = follow("plugin:a", "ear", 10).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Invalid(_)), "{error}");
    server.fault(Fault::Drop);
    eventually("again", || (server.connections() == 2).then_some(())).await;
    let again = || {
        server
            .subscriptions()
            .iter()
            .any(|event| event == "ArtMeshTracking")
            .then_some(())
    };
    eventually("followed again", again).await;
    running.connector.caller_gone("plugin:a");
    running.connector.caller_gone("plugin:b");
    eventually("not followed", || again().is_none().then_some(())).await;
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

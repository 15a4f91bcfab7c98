use super::*;

#[tokio::test]
async fn a_request_that_obs_is_not_ready_for_is_asked_again_but_not_for_ever() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;

    let call = running.call("obs.get-stats", json!({}));
    for _ in 0..2 {
        let request = client.request().await;
        client.refuse(&request, 207).await;
    }
    let request = client.request().await;
    client.answer(&request, json!({ "cpuUsage": 1.5 })).await;
    assert_eq!(call.await.unwrap().unwrap().as_str(), r#"{"cpuUsage":1.5}"#);

    let call = running.call("obs.get-stats", json!({}));
    for _ in 0..READY_TRIES {
        let request = client.request().await;
        client.refuse(&request, 207).await;
    }
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    running.stop().await;
}

#[tokio::test]
async fn every_refusal_becomes_the_error_it_means() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    for (code, kind) in [
        (300, "invalid: "),
        (402, "invalid: "),
        (501, "failed: "),
        (600, "not found: "),
        (604, "failed: "),
        (702, "failed: "),
    ] {
        let call = running.call("obs.get-stats", json!({}));
        let request = client.request().await;
        client.refuse(&request, code).await;
        let error = call.await.unwrap().unwrap_err().to_string();
        assert!(error.starts_with(kind), "{error}");
        assert!(
            error.contains(&format!("(status {code} of OBS)")),
            "{error}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn what_this_obs_does_not_know_is_said_with_the_version_it_came_with() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let _client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let error = running
        .call("obs.create-record-chapter", json!({}))
        .await
        .unwrap()
        .unwrap_err();
    let ConnectorError::NotFound(text) = error else {
        panic!("{error}")
    };
    for part in [
        "version 29.0.2",
        "CreateRecordChapter",
        "obs-websocket 5.5.0: update OBS",
    ] {
        assert!(text.contains(part), "{text} lacks {part}");
    }
    running.stop().await;
}

#[tokio::test]
async fn requests_wait_while_the_scene_collection_changes_but_not_for_ever() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.collection = Duration::from_millis(200);
    });
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    client
        .event(
            "CurrentSceneCollectionChanging",
            json!({ "sceneCollectionName": "a" }),
        )
        .await;
    running.event("obs.current-scene-collection-changing").await;
    let error = running
        .call("obs.get-stats", json!({}))
        .await
        .unwrap()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("still changing its scene collection"),
        "{error}"
    );

    let call = running.call("obs.get-stats", json!({}));
    client
        .event(
            "CurrentSceneCollectionChanged",
            json!({ "sceneCollectionName": "b" }),
        )
        .await;
    // The state is asked for anew, and the request that waited goes out.
    let mut asked = Vec::new();
    for _ in 0..=snapshot::QUESTIONS.len() {
        let request = client.request().await;
        client.answer(&request, json!({})).await;
        asked.push(request["requestType"].as_str().unwrap().to_owned());
    }
    assert!(
        asked.contains(&"GetStats".into()) && asked.contains(&"GetSceneList".into()),
        "{asked:?}"
    );
    call.await.unwrap().unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_request_that_met_a_change_of_the_scene_collection_is_asked_again_after_it() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let call = running.call("obs.get-stats", json!({}));
    let request = client.request().await;
    let name = json!({ "sceneCollectionName": "a" });
    client
        .event("CurrentSceneCollectionChanging", name.clone())
        .await;
    client.refuse(&request, 207).await;
    let early = tokio::time::timeout(Duration::from_millis(600), client.request()).await;
    assert!(early.is_err(), "asked during the change: {early:?}");

    client.event("CurrentSceneCollectionChanged", name).await;
    for _ in 0..=snapshot::QUESTIONS.len() {
        let request = client.request().await;
        client.answer(&request, json!({ "cpuUsage": 1.5 })).await;
    }
    assert_eq!(call.await.unwrap().unwrap().as_str(), r#"{"cpuUsage":1.5}"#);
    running.stop().await;
}

#[tokio::test]
async fn a_change_of_the_scene_collection_that_never_ends_does_not_hold_requests_for_ever() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.collection = Duration::from_millis(50);
        configuration.timing.silence = Duration::from_millis(500);
    });
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let name = json!({ "sceneCollectionName": "a" });
    client.event("CurrentSceneCollectionChanging", name).await;
    running.event("obs.current-scene-collection-changing").await;
    let error = running.call("obs.get-stats", json!({})).await.unwrap();
    assert!(matches!(error, Err(ConnectorError::Unavailable(_))));
    let mut changing = running.connector.link.changing.subscribe();
    let over = changing.wait_for(|changing| !changing);
    tokio::time::timeout(PATIENCE, over).await.unwrap().unwrap();
    let call = running.call("obs.get-stats", json!({}));
    // A sign of life may be asked for in between.
    loop {
        let request = client.request().await;
        client.answer(&request, version()).await;
        if request["requestType"] == "GetStats" {
            break;
        }
    }
    call.await.unwrap().unwrap();
    running.stop().await;
}

#[tokio::test]
async fn answers_in_any_order_reach_who_asked_and_a_broken_connection_fails_the_rest() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let mut calls = Vec::new();
    let mut requests = Vec::new();
    for number in 0..50 {
        let data = json!({ "sceneName": number.to_string(), "connector": "obs" });
        calls.push(running.call("obs.set-current-program-scene", data));
        let request = client.request().await;
        assert_eq!(
            request["requestData"],
            json!({ "sceneName": number.to_string() })
        );
        requests.push(request);
    }
    let unanswered = calls.split_off(49);
    for request in requests[..49].iter().rev() {
        let data = request["requestData"].clone();
        client.answer(request, data).await;
    }
    for (number, call) in calls.into_iter().enumerate() {
        let answer: Value = call.await.unwrap().unwrap().read().unwrap();
        assert_eq!(answer["sceneName"], number.to_string());
    }
    drop(client);
    for call in unanswered {
        let error = call.await.unwrap().unwrap_err();
        assert!(
            error.to_string().contains("may or may not have been done"),
            "{error}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn who_answers_too_late_is_not_waited_for() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.request = Duration::from_millis(100);
    });
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let call = running.call("obs.get-stats", json!({}));
    let late = client.request().await;
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, ConnectorError::TimedOut(_)), "{error}");
    client.answer(&late, json!({ "cpuUsage": 1.0 })).await;
    let call = running.call("obs.get-stats", json!({}));
    let request = client.request().await;
    client.answer(&request, json!({ "cpuUsage": 2.0 })).await;
    assert_eq!(call.await.unwrap().unwrap().as_str(), r#"{"cpuUsage":2.0}"#);
    running.stop().await;
}

#[tokio::test]
async fn an_event_names_what_led_to_the_request_behind_it() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let cause = crate::connector::tests::cause("chat-1", 4);
    let parameters = Payload::parse(r#"{"sceneName":"Gaming"}"#).unwrap();
    let call = running
        .connector
        .call(Call::new("obs.set-current-program-scene", &parameters).caused_by(Some(&cause)));
    let obs = async {
        let request = client.request().await;
        client.answer(&request, Value::Null).await;
        client
            .event(
                "SceneTransitionStarted",
                json!({ "transitionName": "Fade" }),
            )
            .await;
    };
    let (answer, ()) = tokio::join!(call, obs);
    answer.unwrap();
    let event = running.event("obs.scene-transition-started").await;
    assert_eq!(
        (event.cause.clone(), event.depth),
        (Some(EventId::new("chat-1")), 5)
    );
    running.stop().await;
}

#[tokio::test]
async fn a_raw_request_is_taken_apart_and_a_wrong_one_never_reaches_obs() {
    let raw = |text| translate(RAW_REQUEST, &Payload::parse(text).unwrap());
    let (name, data) =
        raw(r#"{"requestType":"GetX","requestData":{"a":[1]},"connector":"obs"}"#).unwrap();
    assert_eq!((name.as_str(), data.as_str()), ("GetX", r#"{"a":[1]}"#));
    for wrong in [
        "{}",
        r#"{"requestType":1}"#,
        r#"{"requestType":"GetX","requestData":[]}"#,
    ] {
        assert!(
            matches!(raw(wrong), Err(ConnectorError::Invalid(_))),
            "{wrong}"
        );
    }
    for foreign in [
        "chat.send",
        "obs.",
        "obs",
        // Not in the catalogue, so no grant could be about it.
        "obs.get-source-private-settings",
        "obs.get-stream--service-settings",
        "obs.get-Stream-service-settings",
        "obs.get-stream-service-settings-",
        "obs.-get-stream-service-settings",
        "obs.set--input-settings",
    ] {
        let refused = translate(foreign, &Payload::empty());
        assert!(
            matches!(refused, Err(ConnectorError::NotFound(_))),
            "{foreign}"
        );
    }
    let huge = json!({ "captionText": "a".repeat(MAX_REQUEST_BYTES) });
    let refused = translate(
        "obs.send-stream-caption",
        &Payload::from_value(&huge).unwrap(),
    );
    assert!(matches!(refused, Err(ConnectorError::Invalid(_))));
}

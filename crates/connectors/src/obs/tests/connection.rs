use super::*;

#[tokio::test]
async fn a_server_without_password_is_let_be_and_its_state_is_told() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let scene = running.event("obs.current-program-scene-changed").await;
    assert!(scene.stateful);
    assert_eq!(&*scene.source, "obs");
    assert_eq!(scene.data.as_str(), r#"{"sceneName":"Start"}"#);

    client
        .event("SomethingOfVersionSix", json!({ "a": 1 }))
        .await;
    let unknown = running.event("obs.something-of-version-six").await;
    assert!(!unknown.stateful);
    running.stop().await;
}

#[tokio::test]
async fn who_is_kicked_or_refused_does_not_come_back_before_the_user_says_so() {
    for (code, remedy) in [
        (4009, "Show Connect Info"),
        (4010, "update the older"),
        (4011, "someone disconnected Pato in OBS"),
    ] {
        let fake = FakeObs::new().await;
        let running = Running::start(fake.url(), |_| {});
        fake.let_in().await.close(code).await;
        let status = running.until(ConnectionState::NeedsUser).await;
        assert!(status.reason.unwrap().contains(remedy), "{code}");
        let again = tokio::time::timeout(Duration::from_millis(300), fake.listener.accept()).await;
        assert!(again.is_err(), "it came back by itself after {code}");

        running.connector.retry_now();
        let _client = fake.let_in().await;
        running.until(ConnectionState::Connected).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn every_other_end_is_followed_by_another_try() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    for code in [1001, 4000, 4005, 4007, 4012, 1006] {
        let client = fake.let_in().await;
        if code == 1006 {
            // Half a frame, and then nothing.
            let mut stream = client.0.into_inner();
            tokio::io::AsyncWriteExt::write_all(&mut stream, &[0x81, 0x7e, 0x01])
                .await
                .unwrap();
        } else {
            client.close(code).await;
        }
    }
    let _client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn what_is_no_obs_is_told_apart_and_tried_again() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.connect = Duration::from_millis(200);
        configuration.back_off.first = Duration::from_secs(600);
        configuration.back_off.longest = Duration::from_secs(600);
    });
    for garbage in ["{\"op\":", "[]", "{\"op\":2,\"d\":{}}", "\u{0}", ""] {
        let mut client = fake.accept().await;
        if !garbage.is_empty() {
            client.0.send(Message::text(garbage)).await.unwrap();
        }
        let status = running.until(ConnectionState::Waiting).await;
        let reason = status.reason.unwrap();
        assert!(
            reason.contains("instead of the greeting"),
            "{garbage}: {reason}"
        );
        running.connector.retry_now();
        running.until(ConnectionState::Connecting).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn garbage_in_the_middle_ends_the_connection_and_a_new_one_is_made() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    client
        .0
        .send(Message::text("{\"op\":5,\"d\":{\"eventType\":7}}"))
        .await
        .unwrap();
    let _client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn who_says_nothing_also_when_asked_is_given_up() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.silence = Duration::from_millis(300);
    });
    let mut client = fake.let_in().await;
    // The machine answers the ping; OBS does not answer the question.
    let probe = client.request().await;
    assert_eq!(probe["requestType"], "GetVersion");
    let _client = fake.let_in().await;
    let history = running
        .bus
        .history(&Pattern::new("connector.status").unwrap(), 100);
    let given_up = history
        .iter()
        .any(|event| event.data.as_str().contains("OBS has said nothing"));
    assert!(given_up, "{history:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_sign_of_life_keeps_the_connection() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.silence = Duration::from_millis(300);
    });
    let mut client = fake.let_in().await;
    for _ in 0..4 {
        let probe = client.request().await;
        client.answer(&probe, version()).await;
    }
    let tries = running
        .bus
        .history(&Pattern::new("connector.status").unwrap(), 100);
    assert_eq!(tries.len(), 2, "connecting and connected, once: {tries:?}");
    running.stop().await;
}

#[tokio::test]
async fn obs_that_starts_up_is_connected_once_it_is_ready() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.silence = Duration::from_millis(200);
    });
    let mut client = fake.accept().await;
    client.greet().await;
    for _ in 0..3 {
        let request = client.request().await;
        assert_eq!(request["requestType"], "GetVersion");
        client.refuse(&request, 207).await;
    }
    assert_eq!(
        running.connector.status().borrow().state,
        ConnectionState::Connecting
    );
    let request = client.request().await;
    client.answer(&request, version()).await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

/// What the connection that stands asks for anew.
async fn subscribed(client: &mut Client) -> u64 {
    let message = client.receive().await;
    assert_eq!(message["op"], 3);
    message["d"]["eventSubscriptions"].as_u64().unwrap()
}

#[tokio::test]
async fn events_of_high_volume_come_only_while_they_are_wanted() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let mailbox = running.bus.subscribe(MailboxConfiguration::new("meter"));
    // Hardly anyone who wants everything wants twenty sound levels a second.
    mailbox.add(Pattern::new("obs.*").unwrap());
    let meters = Pattern::new("obs.input-volume-meters").unwrap();
    mailbox.add(meters.clone());
    assert_eq!(subscribed(&mut client).await & (1 << 16), 1 << 16);
    mailbox.remove(&meters);
    assert_eq!(subscribed(&mut client).await & (1 << 16), 0);
    mailbox.add(meters);
    assert_eq!(subscribed(&mut client).await & (1 << 16), 1 << 16);
    drop(mailbox);
    assert_eq!(subscribed(&mut client).await & (1 << 16), 0);
    running.stop().await;
}

#[tokio::test]
async fn without_obs_a_call_says_why_and_what_to_do() {
    let fake = FakeObs::new().await;
    let url = fake.url();
    drop(fake);
    let running = Running::start(url, |_| {});
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("is OBS running"));
    let error = running
        .call("obs.get-stats", json!({}))
        .await
        .unwrap()
        .unwrap_err();
    assert!(matches!(&error, ConnectorError::Unavailable(_)), "{error}");
    running.stop().await;
}

#[tokio::test]
async fn meters_come_at_most_twenty_times_a_second_and_the_last_of_them_is_told() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let begin = tokio::time::Instant::now();
    for number in 0..500 {
        let inputs = json!({ "inputs": [{ "inputName": "Microphone", "number": number }] });
        client.event("InputVolumeMeters", inputs).await;
    }
    let pattern = Pattern::new("obs.input-volume-meters").unwrap();
    let told = async {
        loop {
            let events = running.bus.history(&pattern, 1_000);
            if events
                .iter()
                .any(|event| event.data.as_str().contains("499"))
            {
                return events.len();
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    let told = tokio::time::timeout(PATIENCE, told).await.unwrap();
    // However slow this machine is: one at once, and one for each gap that has passed.
    let gaps = begin.elapsed().as_millis() / throttle::GAP.as_millis();
    assert!(told as u128 <= gaps + 1, "{told} in {:?}", begin.elapsed());
    running.stop().await;
}

#[tokio::test]
async fn what_waits_for_its_turn_is_told_when_the_connection_ends() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    for active in [true, false] {
        let data = json!({ "inputName": "Camera", "videoActive": active });
        client.event("InputActiveStateChanged", data).await;
    }
    client.close(1001).await;
    running.until(ConnectionState::Waiting).await;
    let told = running.event("obs.input-active-state-changed").await;
    assert!(told.data.as_str().contains("false"), "{:?}", told.data);
    running.stop().await;
}

#[tokio::test]
async fn who_closes_obs_is_told_so() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    client.event("ExitStarted", Value::Null).await;
    client.close(1001).await;
    let status = running.until(ConnectionState::Waiting).await;
    assert_eq!(status.reason.as_deref(), Some("OBS was closed"));
    running.event("obs.exit-started").await;
    running.stop().await;
}

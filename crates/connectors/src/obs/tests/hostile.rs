//! What is sent by a program that is no OBS, or by one that has gone mad.

use tokio::io::AsyncWriteExt;

use super::*;

/// Says `bytes` on the wire, as a server: frames are not masked.
async fn say(client: Client, bytes: &[u8]) -> TcpStream {
    let mut stream = client.0.into_inner();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// A text frame, which need not be text.
fn text_frame(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap();
    let mut frame = vec![0x81, 126];
    frame.extend(length.to_be_bytes());
    frame.extend(payload);
    frame
}

#[tokio::test]
async fn what_no_obs_would_say_ends_the_connection_is_told_and_tried_again_only_after_a_pause() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.back_off.first = Duration::from_secs(600);
        configuration.back_off.longest = Duration::from_secs(600);
    });
    let mut too_long = vec![0x81, 127];
    too_long.extend((1_u64 << 40).to_be_bytes());
    let nonsense: [(&str, Vec<u8>); 8] = [
        ("no JSON", text_frame(b"{\"op\":")),
        (
            "invalid UTF-8",
            text_frame(b"{\"op\":5,\"d\":\"\xff\xfe\"}"),
        ),
        (
            "an event without a name",
            text_frame(b"{\"op\":5,\"d\":{}}"),
        ),
        (
            "an event of numbers",
            text_frame(b"{\"op\":5,\"d\":{\"eventType\":7}}"),
        ),
        ("a list", text_frame(b"[5]")),
        ("a deep nest", text_frame(&[b'['; 60_000])),
        ("an impossible frame", vec![0xf3, 0x00]),
        ("a terabyte", too_long),
    ];
    for (what, bytes) in nonsense {
        let client = fake.let_in().await;
        running.until(ConnectionState::Connected).await;
        let _stream = say(client, &bytes).await;
        let status = running.until(ConnectionState::Waiting).await;
        let reason = status.reason.unwrap();
        assert!(reason.contains("OBS"), "{what}: {reason}");
        let again = tokio::time::timeout(Duration::from_millis(50), fake.listener.accept()).await;
        assert!(again.is_err(), "{what}: it came back at once");
        running.connector.retry_now();
    }
    running.stop().await;
}

#[tokio::test]
async fn a_response_without_a_status_fails_the_caller() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let call = running.call("obs.get-stats", json!({}));
    let request = client.request().await;
    let response = json!({ "requestId": request["requestId"], "requestType": "GetStats" });
    client.send(json!({ "op": 7, "d": response })).await;
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    let _client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn what_is_only_new_or_large_does_no_harm() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    for message in [
        json!({ "op": 99, "d": [1, 2] }),
        json!({ "op": 99, "d": { "eventType": 7 } }),
        json!({ "op": 9, "d": { "requestId": "1", "results": [] } }),
        json!({ "op": 0, "d": { "rpcVersion": 1 } }),
        // An answer that nobody waits for.
        json!({ "op": 7, "d": { "requestId": "no number", "requestType": "GetStats",
            "requestStatus": { "result": true, "code": 100 } } }),
    ] {
        client.send(message).await;
    }
    client
        .0
        .send(Message::binary(vec![0xff; 100]))
        .await
        .unwrap();
    let huge = json!({ "eventData": { "text": "x".repeat(10 * 1024 * 1024) } });
    client.event("CustomEvent", huge).await;
    client
        .event("VendorEvent", json!({ "vendorName": "a" }))
        .await;
    running.event("obs.vendor-event").await;
    let custom = Pattern::new("obs.custom-event").unwrap();
    assert!(
        running.bus.history(&custom, 10).is_empty(),
        "10 MB went to every mailbox"
    );

    // A picture may be as large.
    let call = running.call("obs.get-stats", json!({}));
    let request = client.request().await;
    let picture = json!({ "imageData": "x".repeat(10 * 1024 * 1024) });
    client.answer(&request, picture).await;
    assert!(call.await.unwrap().unwrap().as_str().len() > 10 * 1024 * 1024);
    let tries = Pattern::new("connector.status").unwrap();
    assert_eq!(
        running.bus.history(&tries, 100).len(),
        2,
        "connecting and connected, once"
    );
    running.stop().await;
}

#[tokio::test]
async fn a_greeting_of_ten_megabytes_is_no_greeting() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.back_off.first = Duration::from_secs(600);
        configuration.back_off.longest = Duration::from_secs(600);
    });
    let mut client = fake.accept().await;
    let hello = json!({ "rpcVersion": 1, "padding": "x".repeat(10 * 1024 * 1024) });
    client.send(json!({ "op": 0, "d": hello })).await;
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("instead of the greeting"));
    running.stop().await;
}

use super::*;

#[tokio::test]
async fn what_is_no_vtube_studio_is_told_and_tried_again() {
    let server = server().await;
    let running = Running::connected(&server).await;
    // More than the largest message that is taken.
    let flood = "x".repeat(9 << 20);
    for garbage in ["{", "[]", "null", "\u{0}", "{\"messageType\":7}", &flood] {
        let before = server.authentications();
        server.fault(Fault::Send(garbage.into()));
        eventually("another connection", || {
            (server.authentications() > before).then_some(())
        })
        .await;
        running.until(ConnectionState::Connected).await;
    }
    // Strange, but no reason to go.
    let before = server.connections();
    for strange in [
        json!({ "messageType": "ModelLoadedEvent", "data": [1] }),
        json!({ "messageType": "NeverHeardOfEvent", "data": {} }),
        json!({ "messageType": "StatisticsResponse", "requestID": "99999", "data": {} }),
        json!({ "messageType": "APIError", "requestID": "", "data": {} }),
    ] {
        server.fault(Fault::Send(strange.to_string()));
    }
    running.call("vtube.statistics", json!({})).await.unwrap();
    assert_eq!(server.connections(), before);
    running.stop().await;
}

#[tokio::test]
async fn silence_is_noticed_and_requests_end() {
    let server = server().await;
    let environment = environment();
    let secret = Secret::new(TOKEN.into());
    environment
        .vault
        .set(
            "account:me",
            "token",
            secret,
            &[server.address().to_string()],
        )
        .unwrap();
    let mut configuration = configuration(&server);
    configuration.timing.silence = Duration::from_millis(200);
    configuration.timing.request = Duration::from_millis(150);
    configuration.timing.connect = Duration::from_millis(200);
    let running = Running::run(configuration, environment);
    running.until(ConnectionState::Connected).await;
    server.fault(Fault::Silence(true));
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::TimedOut(_)), "{error}");
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("has said nothing"));
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    server.fault(Fault::Silence(false));
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn an_api_that_is_switched_off_is_told_and_found_again() {
    let server = server().await;
    server.fault(Fault::SwitchOff(true));
    let running = Running::start(&server);
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("Allow Plugin API access"));
    server.fault(Fault::SwitchOff(false));
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn without_an_address_vtube_studio_is_found_by_what_it_broadcasts() {
    let place = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let listen = place.local_addr().unwrap();
    drop(place);
    let open = Configuration {
        broadcast_to: Some(listen),
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let mut configuration = configuration(&server);
    // Nobody is there.
    let otherwise = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    configuration.address = VtubeAddress::Discovered { listen, otherwise };
    let login = log_in(&configuration, "me", &environment).await.unwrap();
    login.finish().await.unwrap();
    let running = Running::run(configuration, environment);
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

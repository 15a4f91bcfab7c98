use super::*;

#[tokio::test]
async fn a_login_asks_the_user_and_its_token_opens_every_later_connection() {
    let open = Configuration {
        pop_ups: PopUps::Wait,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let running = Running::run(configuration(&server), environment.clone());
    let status = running.until(ConnectionState::NeedsUser).await;
    assert!(
        status
            .reason
            .unwrap()
            .contains("click Allow in VTube Studio")
    );
    assert_eq!(server.pop_ups(), 0, "it asked without being told to");

    let login = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    assert!(
        matches!(login.prompt(), LoginPrompt::Confirm { text } if text.contains("click Allow"))
    );
    let finish = tokio::spawn(login.finish());
    eventually("a pop-up", || (server.pop_ups() == 1).then_some(())).await;
    // A second login has to wait for the first.
    let second = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    let error = second.finish().await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Unavailable(text) if text.contains("already")),
        "{error}"
    );
    assert!(server.answer_pop_up(true));
    let account = finish.await.unwrap().unwrap();
    assert_eq!(account.handle, "me");
    let kept = environment.vault.list();
    assert_eq!((&*kept[0].scope, &*kept[0].name), ("account:me", "token"));
    assert_eq!(kept[0].hosts[0].to_string(), server.address().to_string());

    running.connector.retry_now();
    running.until(ConnectionState::Connected).await;
    server.fault(Fault::Drop);
    eventually("another connection", || {
        (server.authentications() >= 3).then_some(())
    })
    .await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn a_denied_pop_up_is_told_and_not_repeated() {
    let open = Configuration {
        pop_ups: PopUps::Deny,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let login = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    let error = login.finish().await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("click Allow")),
        "{error}"
    );
    assert!(environment.vault.list().is_empty());
    assert_eq!(server.received("AuthenticationToken").len(), 1);
}

#[tokio::test]
async fn a_token_that_is_none_is_not_kept() {
    let open = Configuration {
        pop_ups: PopUps::Wait,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    for token in [
        json!("\",\"x\":\""),
        json!("a"),
        json!(7),
        json!(null),
        json!("x".repeat(65)),
    ] {
        let login = log_in(&configuration(&server), "me", &environment)
            .await
            .unwrap();
        let finish = tokio::spawn(login.finish());
        eventually("a pop-up", || (server.pop_ups() == 1).then_some(())).await;
        let message = json!({
            "messageType": "AuthenticationTokenResponse",
            // The second request of the connection.
            "requestID": ((1_u64 << 62) + 1).to_string(),
            "data": { "authenticationToken": token },
        });
        server.fault(Fault::Send(message.to_string()));
        let error = finish.await.unwrap().unwrap_err();
        assert!(
            matches!(error, ConnectorError::Failed(_)),
            "{token}: {error}"
        );
        assert!(environment.vault.list().is_empty());
        eventually("no pop-up", || (server.pop_ups() == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn a_permission_that_is_taken_back_stops_the_connector_until_the_user_acts() {
    let server = server().await;
    let running = Running::connected(&server).await;
    // Or else the answer to one of the first questions is what tells.
    running.event("vtube.post-processing", |_| true).await;
    server.fault(Fault::Revoke);
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    let status = running.until(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("connect `me` once more"));
    let connections = server.connections();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(server.connections(), connections, "it hammers");
    // Also with the token that counts no more.
    running.connector.retry_now();
    eventually("one more try", || {
        (server.connections() == connections + 1).then_some(())
    })
    .await;
    running.until(ConnectionState::NeedsUser).await;
    running.stop().await;
}

#[tokio::test]
async fn a_token_goes_only_where_it_was_given() {
    let first = server().await;
    let environment = environment();
    let secret = Secret::new(TOKEN.into());
    environment
        .vault
        .set(
            "account:me",
            "token",
            secret,
            &[first.address().to_string()],
        )
        .unwrap();
    let second = server().await;
    let running = Running::run(configuration(&second), environment);
    let status = running.until(ConnectionState::NeedsUser).await;
    let reason = status.reason.unwrap();
    assert!(
        reason.contains("belongs to") && !reason.contains(TOKEN),
        "{reason}"
    );
    assert!(second.received("Authentication").is_empty());
    running.stop().await;
}

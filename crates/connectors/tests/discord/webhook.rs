use pato_test_servers::faults::HttpFault;

use super::*;

async fn light(server: Configuration) -> Running {
    Running::start(server, &["chat.*"], |configuration| {
        configuration.bot = None;
    })
    .await
}

#[tokio::test]
async fn without_a_bot_a_webhook_writes_and_what_it_wrote_is_told_once() {
    let running = light(Configuration::default()).await;
    running.until(ConnectionState::Connected).await;
    assert_eq!(
        running.connector.actions(),
        ["chat.send", "discord.execute-webhook"]
    );
    let sent = running
        .call("chat.send", json!({ "text": "we are live, @everyone" }))
        .await
        .unwrap();
    assert_eq!(sent["messages"], 1);
    let events = running.wait_for("chat.message", 1).await;
    assert!(events[0].flags.own);
    assert_eq!(events[0].account.as_deref(), Some("hook"));
    assert_eq!(data(&events[0])["message_id"], sent["message_ids"][0]);
    let calls = running.server.calls();
    let post = calls.last().unwrap();
    assert!(post.header("authorization").is_none());
    assert_eq!(post.query("wait"), Some("true"));
    assert_eq!(
        post.json::<Value>().unwrap()["allowed_mentions"]["parse"],
        json!([])
    );

    let named = json!({ "text": "quack", "name": "Duck", "picture": "https://example.com/a.png" });
    running
        .call("discord.execute-webhook", named)
        .await
        .unwrap();
    let body: Value = running.server.calls().last().unwrap().json().unwrap();
    assert_eq!(
        (&body["username"], &body["avatar_url"]),
        (&json!("Duck"), &json!("https://example.com/a.png"))
    );
    let refused = running
        .call("chat.send", json!({ "text": "hi", "reply_to": "1" }))
        .await;
    assert!(
        matches!(refused, Err(ConnectorError::Invalid(_))),
        "{refused:?}"
    );
    assert_eq!(running.events("chat.message").len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn with_a_bot_what_the_webhook_wrote_comes_back_as_own_once() {
    let running = Running::bot().await;
    running
        .call("discord.execute-webhook", json!({ "text": "we are live" }))
        .await
        .unwrap();
    running.heard("the end").await;
    let own: Vec<_> = running
        .events("chat.message")
        .into_iter()
        .filter(|event| event.flags.own)
        .collect();
    assert_eq!(own.len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_told_to_the_user() {
    let running = light(Configuration::default()).await;
    running.until(ConnectionState::Connected).await;
    let gone = HttpFault::Answer(discord::refusal(404, 10_015, "Unknown Webhook"));
    running
        .server
        .faults()
        .next("POST /api/v10/webhooks/*", 1, gone);
    let error = running
        .call("chat.send", json!({ "text": "hi" }))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    let reason = running
        .until(ConnectionState::NeedsUser)
        .await
        .reason
        .unwrap();
    assert!(reason.contains("Webhooks"), "{reason}");
    running.connector.retry_now();
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn a_webhook_that_cannot_be_asked_about_is_asked_again() {
    let server = Configuration::default();
    let running = light(server).await;
    running.until(ConnectionState::Connected).await;
    running.shutdown.cancel();
    timeout(PATIENCE, running.task).await.unwrap().unwrap();
    for fault in [
        HttpFault::Drop,
        HttpFault::Answer(discord::refusal(502, 0, "")),
    ] {
        running
            .server
            .faults()
            .next("GET /api/v10/webhooks/*", 1, fault);
    }
    let before = running.server.calls().len();
    let shutdown = CancellationToken::new();
    let run = running.connector.run(shutdown.clone());
    let mut status = running.connector.status();
    let connected = async {
        let connected = status.wait_for(|status| status.state == ConnectionState::Connected);
        timeout(PATIENCE, connected).await.unwrap().unwrap();
        shutdown.cancel();
    };
    tokio::join!(run, connected);
    assert_eq!(running.server.calls().len(), before + 3);
}

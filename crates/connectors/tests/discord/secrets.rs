use pato_connectors::LoginPrompt;
use pato_connectors::discord::{Credential, log_in};
use pato_test_servers::faults::HttpFault;
use zeroize::Zeroizing;

use super::storms::Log;
use super::*;

#[tokio::test]
async fn no_log_no_error_and_no_event_holds_a_secret() {
    let log = Log::listen();
    let running = Running::bot().await;
    let mut texts = Vec::new();
    running
        .call("chat.send", json!({ "text": "hello" }))
        .await
        .unwrap();
    running
        .call("discord.execute-webhook", json!({ "text": "hello" }))
        .await
        .unwrap();
    for fault in [
        HttpFault::Drop,
        HttpFault::Truncate,
        HttpFault::Answer(discord::rate_limit(true, Duration::from_millis(10))),
        HttpFault::Answer(discord::rate_limit(false, Duration::from_millis(10))),
        HttpFault::Answer(discord::refusal(404, 10_015, "Unknown Webhook")),
    ] {
        running.server.faults().next("POST *", 1, fault);
        texts.push(format!(
            "{:?}",
            running
                .call("discord.execute-webhook", json!({ "text": "x" }))
                .await
        ));
    }
    running.server.fault(discord::Fault::Drop);
    running.heard("again").await;
    let interaction = running.server.interact(2, &json!({ "name": "quack" }));
    running.wait_for("discord.interaction", 1).await;
    let answer = json!({ "interaction_id": interaction.id, "text": "Quack!" });
    running.call("discord.answer", answer).await.unwrap();
    let unauthorized = HttpFault::Answer(discord::refusal(401, 0, "401: Unauthorized"));
    running.server.faults().next("POST *", 1, unauthorized);
    texts.push(format!(
        "{:?}",
        running.call("chat.send", json!({ "text": "x" })).await
    ));
    texts.push(format!(
        "{:?}",
        running.until(ConnectionState::NeedsUser).await
    ));
    texts.push(format!("{:?}", running.events("*")));
    let vault = running.vault.clone();
    running.stop().await;
    let logged = log.end();
    assert!(
        logged.contains("connection changed") && logged.len() > 10_000,
        "nothing was logged"
    );
    texts.push(logged);
    let redactor = vault.redactor();
    let (_, webhook) = Configuration::default().webhook;
    for text in &texts {
        for secret in [
            &Configuration::default().token,
            &webhook,
            &interaction.token,
        ] {
            let place = text.find(secret.as_str());
            let around = place.map(|place| text.get(place.saturating_sub(300)..place));
            assert!(around.is_none(), "a secret follows on: {around:?}");
        }
        assert_eq!(
            redactor.redact(text),
            text.as_str(),
            "a secret in another shape"
        );
    }
}

#[tokio::test]
async fn a_bot_is_taken_in_when_discord_knows_its_token() {
    let server = DiscordServer::start(Configuration::default())
        .await
        .unwrap();
    let environment = environment();
    let token = Secret::new(Configuration::default().token);
    let login = log_in(
        place(&server),
        "bot",
        Credential::BotToken(token),
        environment.clone(),
    )
    .unwrap();
    assert_eq!(login.prompt(), LoginPrompt::Nothing);
    let account = login.finish().await.unwrap();
    assert_eq!(
        (account.user_id.as_str(), account.login.as_str()),
        (discord::BOT, "pato-bot")
    );
    assert!(environment.vault.contains(&account.vault_scope(), "token"));
    assert!(!format!("{account:?}").contains(&Configuration::default().token));

    let wrong = Credential::BotToken(Secret::new("wrong-token".into()));
    assert_eq!(format!("{wrong:?}"), "BotToken(***)");
    let login = log_in(place(&server), "other", wrong, environment.clone()).unwrap();
    let error = login.finish().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    assert!(
        !environment.vault.contains("account:other", "token"),
        "a wrong token is kept"
    );
}

#[tokio::test]
async fn a_webhook_is_taken_in_by_its_address_and_only_its_token_is_secret() {
    let server = DiscordServer::start(Configuration::default())
        .await
        .unwrap();
    let environment = environment();
    let (id, token) = Configuration::default().webhook;
    let address = |token: &str| {
        let address = format!("https://discord.com/api/webhooks/{id}/{token}");
        Credential::WebhookAddress(Zeroizing::new(address))
    };
    assert_eq!(format!("{:?}", address(&token)), "WebhookAddress(***)");
    let login = log_in(place(&server), "hook", address(&token), environment.clone()).unwrap();
    let account = login.finish().await.unwrap();
    assert_eq!(
        (account.user_id.as_str(), account.name.as_str()),
        (id.as_str(), "Pond news")
    );
    let redacted = environment.vault.redactor();
    let shown = format!("https://discord.com/api/webhooks/{id}/{token}");
    assert_eq!(
        redacted.redact(&shown),
        format!("https://discord.com/api/webhooks/{id}/***")
    );

    let login = log_in(
        place(&server),
        "gone",
        address("another-token"),
        environment.clone(),
    )
    .unwrap();
    let error = login.finish().await.unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    assert!(!environment.vault.contains("account:gone", "webhook"));
    let none =
        Credential::WebhookAddress(Zeroizing::new("https://discord.com/channels/1/2".into()));
    assert!(matches!(
        log_in(place(&server), "x", none, environment),
        Err(ConnectorError::Invalid(_))
    ));
}

#[test]
fn tokens_do_not_go_over_the_network_in_the_clear() {
    for (api, gateway) in [
        ("http://discord.com/api/v10/", "wss://gateway.discord.gg"),
        ("https://discord.com/api/v10/", "ws://gateway.discord.gg"),
        ("http://127.0.0.1.example/", "ws://127.0.0.1"),
        ("discord.com", "gateway.discord.gg"),
    ] {
        assert!(Place::new(api, gateway).is_err(), "{api} {gateway}");
    }
    assert!(Place::itself().is_ok());
}

use futures_util::future::join_all;
use pato_test_servers::discord::Fault;
use pato_test_servers::faults::{Garbage, HttpFault};

use super::*;

/// Intents, as bits.
const GUILDS: u64 = 1;
const GUILD_MESSAGES: u64 = 1 << 9;
const GUILD_VOICE_STATES: u64 = 1 << 7;
const MESSAGE_CONTENT: u64 = 1 << 15;

#[tokio::test]
async fn a_broken_connection_is_resumed_and_what_was_missed_comes_once() {
    let running = Running::bot().await;
    for (index, fault) in [
        Fault::Drop,
        Fault::Close(4000),
        Fault::Reconnect,
        Fault::InvalidSession(true),
    ]
    .into_iter()
    .enumerate()
    {
        let before = format!("before {index}");
        running.heard(&before).await;
        running.server.fault(fault.clone());
        running.heard(&format!("missed {index}")).await;
        running.heard(&format!("after {index}")).await;
        let resumes = index as u64 + 1;
        assert_eq!(running.server.resumes(), resumes, "{fault:?}");
        assert_eq!(running.server.identifies(), 1, "{fault:?}");
    }
    assert_eq!(
        running.events("chat.message").len(),
        12,
        "none is lost and none comes twice"
    );
    running.stop().await;
}

#[tokio::test]
async fn events_that_come_again_are_told_once() {
    let running = Running::bot().await;
    for index in 0..3 {
        running.heard(&format!("message {index}")).await;
    }
    // With the number of the first event, so that the session is resumed from there.
    let again = json!({ "op": 0, "s": 1, "t": "TYPING_START", "d": {} });
    running.server.fault(Fault::Text(again.to_string()));
    running.heard("message 3").await;
    running.server.fault(Fault::Text(again.to_string()));
    sleep(Duration::from_millis(100)).await;
    running.server.fault(Fault::Drop);
    running.heard("message 4").await;
    assert_eq!(running.server.resumes(), 1);
    assert_eq!(running.events("chat.message").len(), 5);
    running.stop().await;
}

#[tokio::test]
async fn a_session_that_is_over_is_begun_anew() {
    let faults = [
        Fault::InvalidSession(false),
        Fault::Close(4009),
        Fault::Close(4007),
    ];
    let cases = faults.map(|fault| async move {
        let running = Running::bot().await;
        running.server.fault(fault.clone());
        until(|| running.server.identifies() == 2, || format!("{fault:?}")).await;
        running.until(ConnectionState::Connected).await;
        running.heard("still here").await;
        running.stop().await;
    });
    join_all(cases).await;
}

#[tokio::test]
async fn after_what_only_the_user_can_mend_discord_is_left_alone_until_told() {
    let cases = [4004, 4010, 4011, 4012, 4013, 4014].map(|code| async move {
        let running = Running::bot().await;
        running.server.fault(Fault::Close(code));
        let reason = running
            .until(ConnectionState::NeedsUser)
            .await
            .reason
            .unwrap();
        assert!(reason.starts_with("Discord"), "{reason}");
        let calls = running.server.calls().len();
        sleep(Duration::from_millis(500)).await;
        assert_eq!(running.server.calls().len(), calls, "{code} is tried again");
        let error = running
            .call("chat.send", json!({ "text": "hi" }))
            .await
            .unwrap_err();
        assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
        running.connector.retry_now();
        running.until(ConnectionState::Connected).await;
        running.stop().await;
    });
    join_all(cases).await;
}

#[tokio::test]
async fn an_intent_that_is_not_switched_on_is_explained_with_the_page_to_open() {
    let server = Configuration {
        privileged: 0,
        ..Configuration::default()
    };
    let running = Running::start(server, &["chat.*"], |_| ()).await;
    let reason = running
        .until(ConnectionState::NeedsUser)
        .await
        .reason
        .unwrap();
    assert!(
        reason.contains("https://discord.com/developers/applications"),
        "{reason}"
    );
    assert!(reason.contains("Message Content Intent"), "{reason}");
    running.stop().await;
}

#[tokio::test]
async fn a_wrong_token_is_tried_once_and_a_new_one_when_told() {
    let running = Running::start(Configuration::default(), &[], |configuration| {
        configuration.bot.as_mut().unwrap().handle = "other".into();
    })
    .await;
    let reason = running
        .until(ConnectionState::NeedsUser)
        .await
        .reason
        .unwrap();
    assert!(reason.contains("token"), "{reason}");
    assert!(
        running.server.calls().is_empty(),
        "without a token nothing is asked"
    );

    let host = [running.server.address().to_string()];
    let wrong = Secret::new("wrong-token".into());
    running
        .vault
        .set("account:other", "token", wrong, &host)
        .unwrap();
    running.connector.retry_now();
    until(|| !running.server.calls().is_empty(), || "no try".into()).await;
    let reason = running
        .until(ConnectionState::NeedsUser)
        .await
        .reason
        .unwrap();
    assert!(reason.contains("Reset Token"), "{reason}");
    sleep(Duration::from_millis(500)).await;
    assert_eq!(
        running.server.calls().len(),
        1,
        "a refused token is tried again"
    );

    let right = Secret::new(Configuration::default().token);
    running
        .vault
        .set("account:other", "token", right, &host)
        .unwrap();
    running.connector.retry_now();
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn a_gateway_that_says_nothing_more_is_left_and_found_again() {
    let server = Configuration {
        heartbeat: Duration::from_millis(200),
        ..Configuration::default()
    };
    let running = Running::with(server, |_| ()).await;
    running.server.fault(Fault::Silence(true));
    running.until(ConnectionState::Waiting).await;
    // Writing does not need the gateway.
    let sent = running
        .call("chat.send", json!({ "text": "where are you?" }))
        .await;
    assert_eq!(sent.unwrap()["messages"], 1);
    running.server.fault(Fault::Silence(false));
    running.until(ConnectionState::Connected).await;
    running.heard("there you are").await;
    let events = running.events("chat.message");
    assert_eq!((events.len(), events[0].flags.own), (2, true));
    assert_eq!(running.server.identifies(), 1, "the session is kept");
    running.stop().await;
}

#[tokio::test]
async fn used_up_sessions_are_told_and_none_is_begun() {
    let server = Configuration {
        sessions_left: 0,
        ..Configuration::default()
    };
    let running = Running::start(server, &[], |_| ()).await;
    let reason = running
        .until(ConnectionState::Waiting)
        .await
        .reason
        .unwrap();
    assert!(reason.contains("1000 sessions a day"), "{reason}");
    assert_eq!(running.server.identifies(), 0);
    running.stop().await;
}

#[tokio::test]
async fn the_token_goes_to_no_address_that_is_not_discords() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let strange = listener.local_addr().unwrap();
    for address in [
        format!("ws://{strange}"),
        format!("ws://localhost:{}", strange.port()),
        "no address".into(),
        "wss://gateway.discord.gg.example".into(),
        String::new(),
    ] {
        let server = Configuration {
            resume_address: Some(address.clone()),
            ..Configuration::default()
        };
        let running = Running::with(server, |_| ()).await;
        running.heard("hello").await;
        running.server.fault(Fault::Drop);
        running.heard("hello again").await;
        assert_eq!(
            running.server.identifies(),
            1,
            "the session is kept: {address}"
        );
        running.stop().await;
    }
    let visit = timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(visit.is_err(), "somebody else was connected to");
}

#[tokio::test]
async fn messages_that_are_none_change_nothing() {
    let running = Running::bot().await;
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"op":0}"#,
        r#"{"op":0,"t":"MESSAGE_CREATE","s":null,"d":{}}"#,
        r#"{"op":0,"t":"MESSAGE_CREATE","s":-1,"d":{}}"#,
        r#"{"op":255,"d":{}}"#,
        r#"{"op":"0","t":7}"#,
        r#"{"op":0,"t":"READY\u0000","s":1,"d":[]}"#,
        r#"{"op":11}"#,
        r#"{"op":1,"d":null}"#,
        "\u{0}\u{feff}",
    ] {
        running.server.fault(Fault::Text(text.into()));
    }
    let deep = format!(
        "{{\"op\":0,\"s\":1,\"t\":\"X\",\"d\":{}1{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    running.server.fault(Fault::Text(deep));
    running.heard("still here").await;
    assert_eq!(running.server.identifies(), 1);
    running.stop().await;
}

#[tokio::test]
async fn what_subscribers_want_decides_what_discord_is_asked_for() {
    let running = Running::start(Configuration::default(), &["chat.message"], |_| ()).await;
    running.until(ConnectionState::Connected).await;
    let chat = GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT;
    assert_eq!(running.server.intents(), chat);
    // Twilight lets one session begin each five seconds, as Discord asks.
    running
        .mailbox
        .add(Pattern::new("discord.voice-state").unwrap());
    until(
        || running.server.identifies() == 2,
        || "no new session".into(),
    )
    .await;
    assert_eq!(running.server.intents(), chat | GUILD_VOICE_STATES);
    running.heard("hello").await;
    running
        .mailbox
        .add(Pattern::new("chat.message-deleted").unwrap());
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(
        running.server.identifies(),
        2,
        "what is asked for already costs no session"
    );
    running.stop().await;
}

#[tokio::test]
async fn an_api_that_is_not_well_is_asked_again() {
    let running = Running::start(Configuration::default(), &["chat.*"], |_| ()).await;
    running.until(ConnectionState::Connected).await;
    for fault in [
        HttpFault::Drop,
        HttpFault::Garbage(Garbage::InvalidJson),
        HttpFault::Garbage(Garbage::InvalidUtf8),
        HttpFault::Garbage(Garbage::Huge),
        HttpFault::Truncate,
        HttpFault::Answer(discord::refusal(503, 0, "no")),
    ] {
        running
            .server
            .faults()
            .next("GET /api/v10/gateway/bot", 1, fault);
    }
    running.server.fault(Fault::InvalidSession(false));
    until(
        || running.server.identifies() == 2,
        || format!("{:?}", running.connector.status().borrow()),
    )
    .await;
    running.heard("hello").await;
    let calls = running.server.calls();
    let asked = calls
        .iter()
        .filter(|call| call.path.ends_with("/gateway/bot"));
    assert_eq!(
        asked.count(),
        8,
        "once for the first session, seven times for the next"
    );
    running.stop().await;
}

#[tokio::test]
async fn the_session_ends_when_pato_does() {
    let running = Running::bot().await;
    assert_eq!(running.server.connected(), 1);
    running.shutdown.cancel();
    timeout(Duration::from_secs(5), running.task)
        .await
        .unwrap()
        .unwrap();
    let server = running.server;
    until(
        || server.connected() == 0,
        || "Discord still shows the bot as online".into(),
    )
    .await;
    assert_eq!(
        running.connector.status().borrow().state,
        ConnectionState::Off
    );
}

#[tokio::test]
async fn pato_ends_in_time_while_discord_is_silent() {
    let running = Running::start(Configuration::default(), &[], |_| ()).await;
    running.server.fault(Fault::Silence(true));
    sleep(Duration::from_millis(100)).await;
    running.stop().await;
}

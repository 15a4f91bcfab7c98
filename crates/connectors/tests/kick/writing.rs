//! Acting as the account.

use http::Method;
use pato_test_servers::faults::{Garbage, HttpFault};
use pato_test_servers::http::{Response, StatusCode};
use pato_test_servers::kick::{CHAT, Fault, VIEWER, message};
use serde_json::json;

use super::*;

const SEND: &str = "POST /public/v1/chat";

#[tokio::test]
async fn what_pato_writes_comes_back_once_as_its_own_and_names_its_cause() {
    let stage = Stage::writer().await;
    stage.server.say(&VIEWER, "!hello");
    let cause = stage.events("chat.message", 1).await.remove(0);
    let parameters = json!({ "text": "hello [emote:37226:KEKW]", "reply_to": "abc" });
    let answer = stage
        .call_because_of("chat.send", parameters, Some(&cause))
        .await
        .unwrap();
    assert_eq!(answer["messages"], 1);
    let event = stage.events("chat.message", 2).await.remove(1);
    assert!(event.flags.own);
    assert_eq!((event.cause.as_ref(), event.depth), (Some(&cause.id), 1));
    assert_eq!(event.account.as_deref(), Some("kick-1"));
    let told = stage.told("chat.message", 2).await.remove(1);
    assert_eq!(told["message_id"], answer["message_ids"][0]);
    // As the service tells it, not as Pato knew it before.
    assert_eq!(told["roles"], json!(["broadcaster"]));
    assert_eq!(told["reply_to"]["message_id"], "abc");
    let written = &stage.server.calls_of(&Method::POST, "/public/v1/chat")[0];
    let body: Value = written.json().unwrap();
    assert_eq!(body["broadcaster_user_id"], BROADCASTER.id);
    assert_eq!(
        (&body["type"], &body["reply_to_message_id"]),
        (&json!("user"), &json!("abc"))
    );
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(stage.told("chat.message", 2).await.len(), 2);
    // What the same person types elsewhere is not Pato's.
    stage.server.say(&BROADCASTER, "typed by hand");
    assert!(!stage.events("chat.message", 3).await[2].flags.own);
    stage.end().await;
}

#[tokio::test]
async fn without_reading_what_pato_writes_is_told_all_the_same() {
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&SCOPES), false);
    });
    let mut stage = stage.await.connected().await;
    assert_eq!(stage.state(ConnectionState::Connected).await.reason, None);
    stage
        .call("chat.send", json!({ "text": "hello" }))
        .await
        .unwrap();
    let event = stage.events("chat.message", 1).await.remove(0);
    assert!(event.flags.own);
    let told = stage.told("chat.message", 1).await.remove(0);
    assert_eq!(
        (&told["text"], &told["user"]["name"]),
        (&json!("hello"), &json!("Pato_Host"))
    );
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_never_comes_back_is_told_from_what_pato_knows() {
    let stage = Stage::writer().await;
    stage.server.fault(Fault::Silence(true));
    stage
        .call("chat.send", json!({ "text": "hello" }))
        .await
        .unwrap();
    let event = stage.events("chat.message", 1).await.remove(0);
    assert!(event.flags.own);
    let id = stage.told("chat.message", 1).await[0]["message_id"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.server.fault(Fault::Silence(false));
    // Late, and therefore nothing new.
    stage.server.emit(
        CHAT,
        "App\\Events\\ChatMessageEvent",
        &message(&id, &BROADCASTER, "hello"),
    );
    stage.server.say(&VIEWER, "and now");
    let told = stage.told("chat.message", 2).await;
    assert_eq!((told.len(), &told[1]["text"]), (2, &json!("and now")));
    stage.end().await;
}

#[tokio::test]
async fn long_texts_become_several_messages_and_what_cannot_be_is_refused() {
    let stage = Stage::writer().await;
    let long = format!("{} {}", "a".repeat(400), "b".repeat(400));
    let answer = stage
        .call("chat.send", json!({ "text": long }))
        .await
        .unwrap();
    assert_eq!(answer["messages"], 2);
    stage.events("chat.message", 2).await;
    for (parameters, hint) in [
        (json!({ "text": " \n" }), "visible character"),
        (json!({ "text": "a".repeat(4_001) }), "8 at most"),
        (json!({ "text": "a", "reply_to": "../bans" }), "no id"),
        (json!({ "text": "a", "channel": "elsewhere" }), "pato-host"),
        (json!({ "text": "a", "account": "other" }), "kick-1"),
        (json!({ "txt": "a" }), "txt"),
    ] {
        let error = stage
            .call("chat.send", parameters)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{error}");
    }
    stage.server.fault(Fault::RefuseMessage);
    let error = stage
        .call("chat.send", json!({ "text": "a" }))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Failed(_)), "{error}");
    let error = stage.call("obs.start-stream", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)));
    assert_eq!(
        stage
            .server
            .calls_of(&Method::POST, "/public/v1/chat")
            .len(),
        3
    );
    stage.end().await;
}

#[tokio::test]
async fn moderation_is_done_and_told_as_pato_s_own() {
    let stage = Stage::writer().await;
    let cases = [
        (
            "moderation.delete-message",
            json!({ "message_id": "abc-1" }),
            "chat.message-deleted",
        ),
        (
            "moderation.timeout",
            json!({ "login": "Ron_ni", "seconds": 61 }),
            "moderation.banned",
        ),
        (
            "moderation.unban",
            json!({ "login": "ron-ni" }),
            "moderation.unbanned",
        ),
    ];
    for (action, parameters, topic) in cases {
        stage.call(action, parameters).await.unwrap();
        let event = stage.events(topic, 1).await.remove(0);
        assert!(event.flags.own, "{action}");
        stage.told(topic, 1).await;
    }
    let timeout = &stage.told("moderation.banned", 1).await[0];
    // Kick counts minutes.
    assert_eq!(timeout["seconds"], 120);
    let reason = "x".repeat(200);
    stage
        .call(
            "moderation.ban",
            json!({ "login": "ron-ni", "reason": reason }),
        )
        .await
        .unwrap();
    assert_eq!(
        stage.told("moderation.banned", 2).await[1].get("seconds"),
        None
    );
    let bans = stage
        .server
        .calls_of(&Method::POST, "/public/v1/moderation/bans");
    let body: Value = bans[1].json().unwrap();
    assert_eq!(
        (&body["user_id"], body.get("duration")),
        (&json!(VIEWER.id), None)
    );
    assert_eq!(body["reason"].as_str().unwrap().len(), 100);
    for (parameters, hint) in [
        (
            json!({ "login": "nobody", "seconds": 60 }),
            "nobody on Kick",
        ),
        (json!({ "login": "ron-ni", "seconds": 0 }), "604800"),
        (json!({ "login": "ron-ni", "seconds": 604_801 }), "604800"),
    ] {
        let error = stage
            .call("moderation.timeout", parameters)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{error}");
    }
    // Done by somebody else, it is not.
    let data = json!({ "id": "9", "user": VIEWER.short(), "permanent": true });
    stage
        .server
        .emit(CHAT, "App\\Events\\UserBannedEvent", &data);
    assert!(!stage.events("moderation.banned", 3).await[2].flags.own);
    stage.end().await;
}

#[tokio::test]
async fn the_channel_and_its_rewards_are_changed() {
    let stage = Stage::writer().await;
    let update = json!({ "title": "New", "category": "just chatting", "tags": ["rust"] });
    stage.call("channel.update", update).await.unwrap();
    let stream = stage.call("stream.get", json!({})).await.unwrap();
    assert_eq!(
        (&stream["title"], &stream["category"]),
        (&json!("New"), &json!("Just Chatting"))
    );
    assert_eq!(
        (&stream["live"], &stream["tags"]),
        (&json!(true), &json!(["rust"]))
    );
    for (parameters, hint) in [
        (json!({ "category": "chatting" }), "Just Chatting IRL"),
        (json!({ "language": "de" }), "language"),
        (json!({}), "nothing to change"),
    ] {
        let error = stage
            .call("channel.update", parameters)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{error}");
    }
    let create = json!({ "title": "Hydrate", "cost": 500, "input_required": true, "skip_queue": false, "color": "#00E5CB" });
    let made = stage.call("channel.create-reward", create).await.unwrap();
    assert_eq!(
        (&made["cost"], &made["input_required"]),
        (&json!(500), &json!(true))
    );
    let id = made["id"].clone();
    let update = json!({ "reward_id": id, "paused": true, "cost": 700 });
    let changed = stage.call("channel.update-reward", update).await.unwrap();
    assert_eq!(
        (&changed["paused"], &changed["cost"]),
        (&json!(true), &json!(700))
    );
    let listed = stage
        .call("channel.list-rewards", json!({ "own_only": false }))
        .await
        .unwrap();
    assert_eq!(listed["rewards"][0]["title"], "Hydrate");
    stage
        .call("channel.delete-reward", json!({ "reward_id": id }))
        .await
        .unwrap();
    let gone = stage
        .call("channel.delete-reward", json!({ "reward_id": id }))
        .await
        .unwrap_err();
    assert!(matches!(gone, ConnectorError::NotFound(_)), "{gone}");
    let redemption = |id: &str| json!({ "reward_id": "r", "redemption_id": id });
    stage
        .call("channel.fulfil-redemption", redemption("01KB"))
        .await
        .unwrap();
    stage
        .call("channel.refund-redemption", redemption("01KB"))
        .await
        .unwrap();
    let error = stage
        .call("channel.refund-redemption", redemption("gone"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("NOT_FOUND"), "{error}");
    stage.end().await;
}

#[tokio::test]
async fn a_missing_account_or_permission_is_named_with_what_to_type() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let error = stage
        .call("chat.send", json!({ "text": "a" }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Unavailable(text) if text.contains("pato account add kick"))
    );
    stage.end().await;
    let few = ["user:read", "channel:read"];
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&few), false);
    });
    let stage = stage.await.connected().await;
    let error = stage
        .call("chat.send", json!({ "text": "a" }))
        .await
        .unwrap_err();
    let ConnectorError::Denied(text) = error else {
        panic!("{error}")
    };
    assert!(
        text.contains("`chat:write`") && text.contains("pato account authorize kick-1"),
        "{text}"
    );
    assert!(
        stage
            .server
            .calls_of(&Method::POST, "/public/v1/chat")
            .is_empty()
    );
    stage.end().await;
}

#[tokio::test]
async fn a_token_that_is_over_is_replaced_once_for_all_who_wait() {
    let stage = Stage::writer().await;
    stage.server.fault(Fault::ExpireTokens);
    let rewards = || stage.call("channel.list-rewards", json!({ "own_only": false }));
    let (first, second, third) = tokio::join!(rewards(), rewards(), rewards());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(
        stage.server.calls_of(&Method::POST, "/oauth/token").len(),
        1
    );
    stage.end().await;
}

#[tokio::test]
async fn a_token_is_replaced_before_it_ends() {
    let server = Configuration {
        access_seconds: 2,
        ..Configuration::default()
    };
    let stage = Stage::with(server, |it| ways(it, false, Some(&SCOPES), false));
    let stage = stage.await.connected().await;
    // The first is of unknown age, so it is found out by a refusal.
    stage.server.fault(Fault::ExpireTokens);
    stage.call("stream.get", json!({})).await.unwrap();
    let refreshes = || stage.server.calls_of(&Method::POST, "/oauth/token").len();
    let before = refreshes();
    for _ in 0..3 {
        stage.call("stream.get", json!({})).await.unwrap();
    }
    assert!(refreshes() > before);
    let refused = stage.server.calls_of(&Method::GET, "/public/v1/channels");
    // One call met the token that had been taken away; no later one met one that was over.
    assert_eq!(refused.len(), 1 + 4);
    stage.end().await;
}

#[tokio::test]
async fn a_login_that_is_taken_back_waits_for_the_user() {
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&SCOPES), false);
    });
    let mut stage = stage.await.connected().await;
    stage.server.fault(Fault::RevokeTokens);
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    let ConnectorError::Denied(text) = error else {
        panic!("{error}")
    };
    assert!(text.contains("pato account add kick"), "{text}");
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("pato account add kick"));
    // The user logs in again.
    keep_secrets(
        &stage.environment,
        &stage.server,
        &stage.server.token(&SCOPES.join(" ")),
    );
    stage.kick.retry_now();
    let stage = stage.connected().await;
    stage.call("stream.get", json!({})).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_login_that_is_taken_back_shows_while_reading_goes_on() {
    let mut stage = Stage::writer().await;
    stage.server.fault(Fault::RevokeTokens);
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    let noted = |status: &ConnectorStatus| {
        let reason = status.reason.as_deref().unwrap_or_default();
        reason.contains("unofficial") && reason.contains("the login: ")
    };
    let status = stage.until(noted).await;
    assert_eq!(status.state, ConnectionState::Connected);
    stage.server.say(&VIEWER, "still read");
    stage.events("chat.message", 1).await;
    keep_secrets(
        &stage.environment,
        &stage.server,
        &stage.server.token(&SCOPES.join(" ")),
    );
    stage.kick.retry_now();
    stage.until(|status| !noted(status)).await;
    stage.end().await;
}

#[tokio::test]
async fn too_much_is_waited_out_or_told() {
    let stage = Stage::writer().await;
    let slow_down = |seconds: Option<u32>| {
        let response = Response::json(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({ "message": "Slow down" }),
        );
        HttpFault::Answer(match seconds {
            Some(seconds) => response.with_header("retry-after", &seconds),
            None => response,
        })
    };
    let send = || stage.call("chat.send", json!({ "text": "quack" }));
    stage.server.faults().next(SEND, 3, slow_down(None));
    send().await.unwrap();
    stage.server.faults().next(SEND, 1, slow_down(Some(1)));
    send().await.unwrap();
    stage.server.faults().next(SEND, 1, slow_down(Some(60)));
    let Err(ConnectorError::RateLimited(wait)) = send().await else {
        panic!("no limit")
    };
    assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60));
    // Known by now, Kick is not even asked.
    assert!(matches!(send().await, Err(ConnectorError::RateLimited(_))));
    assert_eq!(
        stage
            .server
            .calls_of(&Method::POST, "/public/v1/chat")
            .len(),
        7
    );
    stage.end().await;
}

#[tokio::test]
async fn trouble_of_kick_s_is_told_in_its_words_and_no_secret_shows() {
    let stage = Stage::writer().await;
    let faults = stage.server.faults();
    let answer = |status: StatusCode| {
        let body = json!({ "message": "Only followers may write \u{7}" });
        HttpFault::Answer(Response::json(status, &body))
    };
    faults.next(SEND, 1, answer(StatusCode::FORBIDDEN));
    faults.next(SEND, 1, answer(StatusCode::BAD_REQUEST));
    faults.next(SEND, 1, answer(StatusCode::BAD_GATEWAY));
    for garbage in Garbage::ALL {
        faults.next(SEND, 1, HttpFault::Garbage(garbage));
    }
    faults.next(SEND, 1, HttpFault::Drop);
    let token = "ACCESS";
    for kind in [
        "Denied",
        "Invalid",
        "Unavailable",
        "Failed",
        "Failed",
        "Failed",
        "Unavailable",
    ] {
        let error = stage
            .call("chat.send", json!({ "text": "a" }))
            .await
            .unwrap_err();
        let text = format!("{error:?}");
        assert!(text.starts_with(kind), "{kind}: {text}");
        assert!(!text.contains('\u{7}') && !text.contains(token), "{text}");
    }
    stage
        .call("chat.send", json!({ "text": "a" }))
        .await
        .unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_is_an_error_and_not_a_loop() {
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&SCOPES), false);
    });
    let mut stage = stage.await.connected().await;
    stage.server.fault(Fault::ExpireTokens);
    let faults = stage.server.faults();
    faults.next("POST /oauth/token", 1, HttpFault::LoseAnswer);
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    // Kick takes each refresh token once: now only the user can help.
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    stage.state(ConnectionState::NeedsUser).await;
    let asked = || stage.server.calls_of(&Method::POST, "/oauth/token").len();
    let before = asked();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(asked(), before);
    stage.end().await;
}

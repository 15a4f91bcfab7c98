//! Reading without login.

use pato_test_servers::faults::{Garbage, HttpFault};
use pato_test_servers::http::{Response, StatusCode};
use pato_test_servers::kick::{CHANNEL, CHAT, CHATROOM, Fault, PREDICTIONS, VIEWER};
use serde_json::json;

use super::*;

const GIFTS: &str = "GiftedSubscriptionsEvent";

#[tokio::test]
async fn chat_is_read_over_either_transport() {
    for transport in [Transport::Pusher, Transport::Centrifugo] {
        let stage = Stage::reader(transport).await;
        let id = stage.server.say(&VIEWER, "hi [emote:37226:KEKW] there");
        let event = stage.events("chat.message", 1).await.remove(0);
        assert_eq!((&*event.source, event.flags.own), ("kick", false));
        assert_eq!(event.time, 1_795_193_974_000.0, "{transport:?}");
        let told = stage.told("chat.message", 1).await.remove(0);
        assert_eq!(told["message_id"], id);
        assert_eq!(told["channel"], "pato-host");
        assert_eq!(told["text"], "hi KEKW there");
        let emotes = json!([{ "id": "37226", "name": "KEKW", "begin": 3, "end": 7 }]);
        assert_eq!(told["emotes"], emotes);
        let user = json!({ "id": "82098", "login": "ron-ni", "name": "Ron_ni" });
        assert_eq!(told["user"], user);
        assert_eq!(told["roles"], json!(["moderator", "subscriber"]));
        assert_eq!(
            told["badges"][1],
            json!({ "id": "subscriber", "version": "3" })
        );
        assert_eq!(told["color"], "#BC66FF");
        stage.end().await;
    }
}

#[tokio::test]
async fn it_is_off_until_the_user_wants_it_and_then_says_what_it_is() {
    let mut stage = Stage::with(Configuration::default(), |_| {}).await;
    let status = stage.state(ConnectionState::NeedsUser).await;
    let reason = status.reason.unwrap();
    assert!(reason.contains("unofficial = true") && reason.contains("pato account add kick"));
    let page = "/api/v2/channels/pato-host";
    assert!(stage.server.calls_of(&http::Method::GET, page).is_empty());
    stage.end().await;

    let mut stage = Stage::reader(Transport::Centrifugo).await;
    let status = stage.state(ConnectionState::Connected).await;
    assert!(status.reason.unwrap().contains("unofficial"));
    assert!(status.last_heard.is_some());
    stage.end().await;
}

#[tokio::test]
async fn the_state_of_the_stream_and_the_chat_is_told_at_once_and_when_it_changes() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let told = stage.told("stream.status", 1).await.remove(0);
    assert_eq!(
        (&told["live"], &told["title"]),
        (&json!(true), &json!("Building a plugin host"))
    );
    assert_eq!(told["category"], "Software");
    assert_eq!(told["started_at"], 1_795_191_076_000.0);
    let mode = stage.told("chat.mode", 1).await.remove(0);
    assert_eq!(mode["slow_seconds"], 2);
    let changed = json!({
        "id": 2_579_856, "slow_mode": { "enabled": false, "message_interval": 0 },
        "subscribers_mode": { "enabled": true }, "followers_mode": { "enabled": true, "min_duration": 10 },
        "emotes_mode": { "enabled": false },
    });
    let event = "App\\Events\\ChatroomUpdatedEvent";
    stage.server.emit(CHAT, event, &changed);
    stage.server.emit(CHAT, event, &changed);
    stage.server.emit(
        CHANNEL,
        "App\\Events\\StopStreamBroadcast",
        &json!({ "livestream": { "id": 1 } }),
    );
    let status = stage.told("stream.status", 2).await.remove(1);
    assert_eq!(status["live"], false);
    assert_eq!(status.get("started_at"), None);
    let modes = stage.told("chat.mode", 2).await;
    assert_eq!(modes.len(), 2);
    let mode = &modes[1];
    assert_eq!(
        (&mode["slow_seconds"], &mode["followers_minutes"]),
        (&json!(0), &json!(10))
    );
    assert_eq!(mode["subscribers_only"], true);
    let live = json!({ "livestream": { "session_title": "Again", "created_at": "2026-11-20T18:00:00.000000Z" } });
    stage
        .server
        .emit(CHANNEL, "App\\Events\\StreamerIsLive", &live);
    let status = stage.told("stream.status", 3).await.remove(2);
    assert_eq!(
        (&status["live"], &status["title"]),
        (&json!(true), &json!("Again"))
    );
    stage.end().await;
}

#[tokio::test]
async fn what_moderators_do_is_told() {
    let stage = Stage::reader(Transport::Pusher).await;
    let person = VIEWER.short();
    let hidden = json!({ "id": 0, "username": "moderator", "slug": "moderator" });
    for (event, data) in [
        (
            "MessageDeletedEvent",
            json!({ "id": "1", "message": { "id": "abc" } }),
        ),
        ("ChatroomClearEvent", json!({ "id": "2" })),
        (
            "UserBannedEvent",
            json!({ "id": "3", "user": person, "banned_by": hidden,
            "permanent": false, "duration": 2, "expires_at": "2026-10-02T06:45:04+00:00" }),
        ),
        (
            "UserBannedEvent",
            json!({ "id": "4", "user": person, "permanent": true,
            "banned_by": { "id": 5, "username": "Mod", "slug": "mod" }, "expires_at": null }),
        ),
        (
            "UserUnbannedEvent",
            json!({ "id": "5", "user": person, "permanent": true,
            "unbanned_by": { "id": 5, "username": "Mod", "slug": "mod" } }),
        ),
        (
            "PinnedMessageCreatedEvent",
            json!({ "duration": "1200",
            "message": pato_test_servers::kick::message("pin", &VIEWER, "read [emote:1:This]") }),
        ),
        ("PinnedMessageDeletedEvent", json!([])),
    ] {
        stage
            .server
            .emit(CHAT, &format!("App\\Events\\{event}"), &data);
    }
    let deleted = stage.told("chat.message-deleted", 1).await.remove(0);
    assert_eq!(
        deleted,
        json!({ "message_id": "abc", "channel": "pato-host" })
    );
    assert_eq!(
        stage.told("chat.cleared", 1).await[0],
        json!({ "channel": "pato-host" })
    );
    let banned = stage.told("moderation.banned", 2).await;
    assert_eq!(
        (&banned[0]["seconds"], banned[0].get("moderator")),
        (&json!(120), None)
    );
    assert_eq!(
        (banned[1].get("seconds"), &banned[1]["moderator"]["name"]),
        (None, &json!("Mod"))
    );
    let unbanned = stage.told("moderation.unbanned", 1).await.remove(0);
    assert_eq!(unbanned["moderator"]["login"], "mod");
    let pins = stage.told("chat.pin", 2).await;
    assert_eq!(
        (&pins[0]["message_id"], &pins[0]["text"]),
        (&json!("pin"), &json!("read This"))
    );
    assert_eq!(pins[1], json!({ "channel": "pato-host" }));
    stage.end().await;
}

#[tokio::test]
async fn what_people_give_is_told_once_and_as_the_service_tells_it() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let subscription = json!({ "chatroom_id": 1, "username": "JonElsdon23", "months": 6 });
    let event = "App\\Events\\SubscriptionEvent";
    // The same on two channels is one, and its twin is nothing.
    stage.server.emit(CHAT, event, &subscription);
    stage.server.emit(CHATROOM, event, &subscription);
    let twin = json!({ "user_ids": [1], "username": "JonElsdon23", "channel_id": 1 });
    stage
        .server
        .emit(CHANNEL, "App\\Events\\ChannelSubscriptionEvent", &twin);
    let kicks = json!({
        "gift_transaction_id": "1", "message": "TAKE MINE!", "created_at": "2026-09-03T15:21:07.373823974Z",
        "sender": { "id": 3_026_507, "username": "ChrisE", "username_color": "#E9113C" },
        "gift": { "gift_id": "pack_it_up", "name": "Pack It Up", "amount": 1000 },
    });
    // Twice the same by one way are two gifts.
    stage.server.emit(CHANNEL, "KicksGifted", &kicks);
    stage.server.emit(CHANNEL, "KicksGifted", &kicks);
    let host = json!({ "chatroom_id": 1, "optional_message": null, "number_viewers": 216, "host_username": "Bortnyk_Chess" });
    stage
        .server
        .emit(CHAT, "App\\Events\\StreamHostEvent", &host);
    let reward = json!({ "reward_title": "Hydrate", "user_id": 7, "username": "Viewer", "user_input": "now" });
    stage.server.emit(CHATROOM, "RewardRedeemedEvent", &reward);
    let reward = stage.told("channel.reward-redeemed", 1).await.remove(0);
    assert_eq!(
        (&reward["title"], &reward["input"]),
        (&json!("Hydrate"), &json!("now"))
    );
    assert_eq!(
        (&reward["user"]["id"], reward.get("redemption_id")),
        (&json!("7"), None)
    );
    let subscribed = stage.told("channel.subscribe", 1).await;
    assert_eq!((subscribed.len(), &subscribed[0]["months"]), (1, &json!(6)));
    assert_eq!(subscribed[0].get("tier"), None);
    let cheers = stage.told("channel.cheer", 2).await;
    assert_eq!(cheers.len(), 2);
    assert_eq!(
        (&cheers[0]["unit"], &cheers[0]["amount"]),
        (&json!("kicks"), &json!(1000))
    );
    assert_eq!(cheers[0]["text"], "TAKE MINE!");
    let raid = stage.told("channel.raid", 1).await.remove(0);
    assert_eq!(
        (&raid["viewers"], &raid["user"]["login"]),
        (&json!(216), &json!("bortnyk-chess"))
    );
    stage.end().await;
}

fn gift(gifter: Option<&str>, names: &[&str], chunk: &Value) -> Value {
    json!({
        "chatroom_id": 1, "gifted_usernames": names, "gifter_username": gifter,
        "gifted_total": 5, "gifter_total": 12, "chunk_details": chunk,
    })
}

#[tokio::test]
async fn a_gift_in_parts_becomes_one_and_a_part_that_never_comes_is_not_invented() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let chunk = |id: &str, index: u32| json!({ "correlation_id": id, "chunk_index": index, "total_chunks": 2 });
    stage.server.emit(
        CHAT,
        GIFTS,
        &gift(Some("amy"), &["c", "d", "e"], &chunk("x1", 1)),
    );
    stage.server.emit(
        CHAT,
        GIFTS,
        &gift(Some("amy"), &["a", "b"], &chunk("x1", 0)),
    );
    let whole = stage.told("channel.gift", 1).await.remove(0);
    assert_eq!((&whole["count"], &whole["total"]), (&json!(5), &json!(12)));
    let names: Vec<_> = whole["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["name"])
        .collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    // Half of another one, and an anonymous one.
    stage.server.emit(
        CHAT,
        GIFTS,
        &gift(Some("bob"), &["f", "g"], &chunk("x2", 0)),
    );
    let half = stage.told("channel.gift", 2).await.remove(1);
    assert_eq!(
        (&half["count"], &half["user"]["name"]),
        (&json!(2), &json!("bob"))
    );
    stage
        .server
        .emit(CHAT, GIFTS, &gift(None, &["h"], &Value::Null));
    let anonymous = stage.told("channel.gift", 3).await.remove(2);
    assert_eq!(
        (anonymous.get("user"), &anonymous["count"]),
        (None, &json!(1))
    );
    stage.end().await;
}

#[tokio::test]
async fn predictions_and_goals_are_states() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let prediction = |state: &str, winner: Value| {
        json!({ "prediction": {
            "id": "01M1KX", "channel_id": 1, "title": "Will the goose win?", "state": state,
            "duration": 60, "winning_outcome_id": winner, "created_at": "2026-11-20T17:00:00Z",
            "outcomes": [{ "id": "a", "title": "Yes", "total_vote_amount": 500, "vote_count": 3 }],
        } })
    };
    stage.server.emit(
        PREDICTIONS,
        "PredictionCreated",
        &prediction("ACTIVE", Value::Null),
    );
    stage.server.emit(
        PREDICTIONS,
        "PredictionUpdated",
        &prediction("ACTIVE", Value::Null),
    );
    stage.server.emit(
        PREDICTIONS,
        "PredictionUpdated",
        &prediction("RESOLVED", json!("a")),
    );
    let told = stage.told("channel.prediction", 2).await;
    assert_eq!((told.len(), &told[0]["state"]), (2, &json!("open")));
    assert_eq!(told[0]["outcomes"][0]["points"], 500.0);
    assert_eq!(told[1]["winning_outcome_id"], "a");
    let goal = json!({ "id": "g", "type": "followers", "target_value": 500, "current_value": 442,
        "status": "active", "achieved_at": null });
    stage.server.emit(CHANNEL, "GoalProgressUpdateEvent", &goal);
    let goal = stage.told("channel.goal", 1).await.remove(0);
    assert_eq!(
        (&goal["current"], &goal["achieved"]),
        (&json!(442.0), &json!(false))
    );
    stage.end().await;
}

#[tokio::test]
async fn several_things_in_one_message_are_all_heard() {
    let stage = Stage::reader(Transport::Centrifugo).await;
    let first = pato_test_servers::kick::message("1", &VIEWER, "one");
    let second = pato_test_servers::kick::message("2", &VIEWER, "two");
    let event = "App\\Events\\ChatMessageEvent";
    stage.server.emit_together(&[
        (CHAT, event, &first),
        (CHAT, event, &first),
        (CHAT, event, &second),
    ]);
    let told = stage.told("chat.message", 2).await;
    assert_eq!(
        (&told[0]["text"], &told[1]["text"]),
        (&json!("one"), &json!("two"))
    );
    assert_eq!(told.len(), 2);
    stage.end().await;
}

#[tokio::test]
async fn after_a_break_it_says_why_and_comes_back() {
    for transport in [Transport::Pusher, Transport::Centrifugo] {
        let mut stage = Stage::reader(transport).await;
        let id = stage.server.say(&VIEWER, "first");
        stage.events("chat.message", 1).await;
        for (count, fault) in [(2, Fault::Drop), (3, Fault::Disconnect)] {
            stage.server.fault(fault);
            let status = stage.state(ConnectionState::Waiting).await;
            assert!(
                status.reason.is_some() && status.next_try.is_some(),
                "{status:?}"
            );
            stage = stage.listening(count).await;
        }
        // What comes twice is told once, also across connections.
        let again = pato_test_servers::kick::message(&id, &VIEWER, "first");
        stage
            .server
            .emit(CHAT, "App\\Events\\ChatMessageEvent", &again);
        stage.server.say(&VIEWER, "second");
        let told = stage.told("chat.message", 2).await;
        assert_eq!((told.len(), &told[1]["text"]), (2, &json!("second")));
        stage.end().await;
    }
}

#[tokio::test]
async fn garbage_is_left_out_and_what_breaks_the_connection_is_survived() {
    for transport in [Transport::Pusher, Transport::Centrifugo] {
        let mut stage = Stage::reader(transport).await;
        stage.server.fault(Fault::Garbage(Garbage::InvalidJson));
        stage.server.emit(
            CHAT,
            "App\\Events\\ChatMessageEvent",
            &json!({ "id": 5, "sender": [] }),
        );
        stage
            .server
            .emit(CHAT, "App\\Events\\UserBannedEvent", &json!("nonsense"));
        stage
            .server
            .emit(CHAT, "App\\Events\\NeverHeardOf", &json!({ "a": [1] }));
        stage.server.say(&VIEWER, "still here");
        stage.events("chat.message", 1).await;
        assert_eq!(stage.kick.metrics().malformed, 3, "{transport:?}");
        for (count, garbage) in [(2, Garbage::InvalidUtf8), (3, Garbage::Huge)] {
            stage.server.fault(Fault::Garbage(garbage));
            stage.state(ConnectionState::Waiting).await;
            stage = stage.listening(count).await;
        }
        stage.server.say(&VIEWER, "and here");
        assert_eq!(stage.told("chat.message", 2).await.len(), 2);
        stage.end().await;
    }
}

#[tokio::test]
async fn a_silent_server_is_left() {
    for transport in [Transport::Pusher, Transport::Centrifugo] {
        let server = Configuration {
            transport,
            ping: Duration::from_secs(1),
            activity_seconds: 1,
            ..Configuration::default()
        };
        let stage = Stage::with(server, |it| {
            ways(it, true, None, false);
            it.timing.answer = Duration::from_millis(800);
        });
        let mut stage = stage.await.listening(1).await;
        // As long as pings are answered, the connection stands.
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let pings = match transport {
            Transport::Pusher => "pusher:ping",
            Transport::Centrifugo => "{}",
        };
        let heard = stage.server.heard();
        assert!(
            heard.iter().filter(|text| text.contains(pings)).count() >= 2,
            "{heard:?}"
        );
        stage.server.fault(Fault::Silence(true));
        let status = stage.state(ConnectionState::Waiting).await;
        assert!(status.reason.unwrap().contains("silent"));
        stage.server.fault(Fault::Silence(false));
        stage.listening(2).await.end().await;
    }
}

#[tokio::test]
async fn a_guest_s_time_is_prolonged_before_it_is_over() {
    let server = Configuration {
        guest_seconds: 2,
        ..Configuration::default()
    };
    let stage = Stage::with(server, |it| ways(it, true, None, false)).await;
    let stage = stage.listening(1).await;
    let refreshes = || {
        let heard = stage.server.heard();
        heard
            .iter()
            .filter(|line| line.contains("\"refresh\""))
            .count()
    };
    while refreshes() < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stage.server.say(&VIEWER, "hi");
    stage.events("chat.message", 1).await;
    assert_eq!(stage.told("connector.status", 2).await.len(), 2);
    stage.end().await;
}

#[tokio::test]
async fn a_channel_that_does_not_exist_waits_for_the_user() {
    let mut stage = Stage::with(Configuration::default(), |it| {
        ways(it, true, None, false);
        it.channel = "nobody_there".into();
    })
    .await;
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("no channel `nobody-there`"));
    stage.end().await;
    let server = KickServer::start(Configuration::default()).await.unwrap();
    for channel in ["", "two words", "a/../b", "a\r\nb", "ä", &"x".repeat(65)] {
        let configuration = KickConfiguration {
            channel: channel.into(),
            ..configuration(&server)
        };
        assert!(
            Kick::new(configuration, environment()).is_err(),
            "{channel:?}"
        );
    }
}

#[tokio::test]
async fn a_wall_and_strange_answers_are_waited_out() {
    let mut stage = Stage::with(Configuration::default(), |it| ways(it, true, None, false)).await;
    stage.server.fault(Fault::Wall(true));
    stage.server.fault(Fault::Drop);
    let status = stage.state(ConnectionState::Waiting).await;
    let reason = status.reason.unwrap();
    assert!(reason.contains("Kick"), "{reason}");
    let walled = |status: &ConnectorStatus| {
        let reason = status.reason.as_deref().unwrap_or_default();
        reason.contains("blocked by security policy")
    };
    stage.until(walled).await;
    let faults = stage.server.faults();
    let negotiate = "POST /api/v1/realtime/channels/2587387/chat/connection";
    let elsewhere = json!({ "data": { "connections": [
        { "provider": "carrier-pigeon" },
        { "provider": "centrifugo", "credentials": { "url": "wss://kick.com.evil.example/connection/websocket" } },
    ] } });
    faults.next(
        negotiate,
        1,
        HttpFault::Answer(Response::json(StatusCode::OK, &elsewhere)),
    );
    for garbage in Garbage::ALL {
        faults.next(
            "GET /api/v2/channels/pato-host",
            1,
            HttpFault::Garbage(garbage),
        );
        faults.next(
            "POST /api/v1/realtime/auth/connection",
            1,
            HttpFault::Garbage(garbage),
        );
    }
    stage.server.fault(Fault::Wall(false));
    let stage = stage.listening(1).await;
    stage.server.say(&VIEWER, "at last");
    stage.events("chat.message", 1).await;
    let statuses = stage.told("connector.status", 1).await;
    let told = statuses.iter().any(|status| {
        let reason = status["reason"].as_str().unwrap_or_default();
        reason.contains("not its own")
    });
    assert!(told, "{statuses:?}");
    stage.end().await;
}

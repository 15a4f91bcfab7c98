//! Webhooks, alone and beside reading.

use http::Method;
use pato_test_servers::faults::{Garbage, HttpFault};
use pato_test_servers::http::{Response, StatusCode};
use pato_test_servers::kick::{CHANNEL, CHAT, CHATROOM, Person, VIEWER, Webhook, message};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// A stage that takes webhooks, and where.
async fn stage(unofficial: bool) -> (Stage, String) {
    let change = |it: &mut KickConfiguration| {
        ways(it, unofficial, Some(&SCOPES), true);
        it.timing.pairing = Duration::from_secs(2);
    };
    let stage = Stage::with(Configuration::default(), change).await;
    let stage = match unofficial {
        true => stage.listening(1).await,
        false => stage.connected().await,
    };
    let mut listening = stage.kick.listening();
    let address = listening.wait_for(Option::is_some).await.unwrap().unwrap();
    while stage.server.subscriptions().len() < 10 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (stage, format!("http://{address}/"))
}

/// Sends a webhook of the channel, and returns the status.
async fn deliver(stage: &Stage, url: &str, id: &str, event: &str, mut body: Value) -> u16 {
    if let Some(body) = body.as_object_mut() {
        body.entry("broadcaster").or_insert(BROADCASTER.full());
    }
    let webhook = Webhook::new(id, &now(), event, &body);
    stage.server.deliver(url, &webhook).await.unwrap()
}

fn chat(id: &str, person: &Person, text: &str) -> Value {
    let mut sender = person.full();
    sender["identity"] = json!({ "username_color": "#FF5733", "badges": [
        { "text": "Moderator", "type": "moderator" }, { "text": "Subscriber", "type": "subscriber", "count": 3 },
    ] });
    json!({
        "message_id": id, "sender": sender, "content": text, "created_at": "2026-11-20T16:59:34Z",
        "emotes": [{ "emote_id": "37226", "positions": [{ "s": 3, "e": 20 }] }],
        "replies_to": { "message_id": "parent", "content": "hi", "sender": VIEWER.full() },
    })
}

#[tokio::test]
async fn everything_that_kick_sends_becomes_an_event() {
    let (stage, url) = stage(false).await;
    let viewer = VIEWER.full();
    let times = json!({ "created_at": "2025-01-14T16:08:05Z", "expires_at": "2025-01-14T16:10:05Z", "reason": "spam" });
    let forever = json!({ "created_at": "2025-01-14T16:08:05Z", "expires_at": null, "reason": "" });
    let anonymous =
        json!({ "is_anonymous": true, "user_id": null, "username": null, "channel_slug": null });
    let kicks = json!({ "amount": 500, "name": "Rage Quit", "type": "LEVEL_UP", "tier": "MID", "message": "w" });
    for (index, (event, body)) in [
        ("chat.message.sent", chat("m1", &VIEWER, "yo [emote:37226:KEKW]")),
        ("channel.followed", json!({ "follower": viewer })),
        ("channel.subscription.new", json!({ "subscriber": viewer, "duration": 1 })),
        ("channel.subscription.renewal", json!({ "subscriber": viewer, "duration": 3 })),
        ("channel.subscription.gifts", json!({ "gifter": anonymous, "giftees": [viewer] })),
        ("kicks.gifted", json!({ "sender": viewer, "gift": kicks, "created_at": "2025-10-20T04:00:08.634Z" })),
        ("moderation.banned", json!({ "moderator": BROADCASTER.full(), "banned_user": viewer, "metadata": times })),
        ("livestream.status.updated", json!({ "is_live": true, "title": "Hi", "started_at": "2025-01-01T11:00:00+11:00" })),
        ("livestream.metadata.updated", json!({ "metadata": { "title": "Ho", "language": "en", "category": { "id": 1, "name": "Art" } } })),
        ("channel.never.heard.of", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(deliver(&stage, &url, &format!("id-{index}"), event, body).await, 200, "{event}");
    }
    let told = stage.told("chat.message", 1).await.remove(0);
    assert_eq!(
        (&told["text"], &told["emotes"][0]["begin"]),
        (&json!("yo KEKW"), &json!(3))
    );
    assert_eq!(told["roles"], json!(["moderator", "subscriber"]));
    assert_eq!(told["reply_to"]["message_id"], "parent");
    let follow = stage.told("channel.follow", 1).await.remove(0);
    assert_eq!(
        follow["user"],
        json!({ "id": "82098", "login": "ron-ni", "name": "Ron_ni" })
    );
    let subscribed = stage.told("channel.subscribe", 2).await;
    assert_eq!(
        (&subscribed[0]["months"], &subscribed[1]["months"]),
        (&json!(1), &json!(3))
    );
    let gift = stage.told("channel.gift", 1).await.remove(0);
    assert_eq!(
        (gift.get("user"), &gift["recipients"][0]["name"]),
        (None, &json!("Ron_ni"))
    );
    let cheer = stage.told("channel.cheer", 1).await.remove(0);
    assert_eq!(
        (&cheer["amount"], &cheer["text"]),
        (&json!(500), &json!("w"))
    );
    let banned = stage.told("moderation.banned", 1).await.remove(0);
    assert_eq!(
        (&banned["seconds"], &banned["reason"]),
        (&json!(120), &json!("spam"))
    );
    let stream = stage.told("stream.status", 2).await.remove(1);
    assert_eq!(
        (&stream["title"], &stream["category"]),
        (&json!("Ho"), &json!("Art"))
    );
    assert_eq!(
        (&stream["live"], &stream["started_at"]),
        (&json!(true), &json!(1_735_689_600_000.0))
    );
    let ban = json!({ "banned_user": BROADCASTER.full(), "metadata": forever });
    deliver(&stage, &url, "id-x", "moderation.banned", ban).await;
    assert_eq!(
        stage.told("moderation.banned", 2).await[1].get("seconds"),
        None
    );
    stage.end().await;
}

#[tokio::test]
async fn what_is_not_kick_s_is_refused_and_what_comes_twice_is_told_once() {
    let (stage, url) = stage(false).await;
    let mut body = chat("m1", &VIEWER, "hi");
    body["broadcaster"] = BROADCASTER.full();
    let honest = Webhook::new("id-1", &now(), "chat.message.sent", &body);
    let at = |seconds: i64| {
        (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds)).to_string()
    };
    let altered = |change: &dyn Fn(&mut Webhook)| {
        let mut webhook = honest.clone();
        change(&mut webhook);
        webhook
    };
    let forgeries = [
        (401, altered(&|it| it.signed = Some("other".into()))),
        (
            401,
            altered(&|it| {
                it.signed = Some(it.body.clone());
                it.body = body.to_string().replace("hi", "ho").into();
            }),
        ),
        (400, altered(&|it| it.timestamp = at(-700))),
        (400, altered(&|it| it.timestamp = at(90))),
        (400, altered(&|it| it.timestamp = "yesterday".into())),
        (400, altered(&|it| it.id = String::new())),
        (413, altered(&|it| it.body = vec![b'x'; 600_000].into())),
    ];
    for (status, forgery) in forgeries {
        assert_eq!(stage.server.deliver(&url, &forgery).await.unwrap(), status);
    }
    // A forgery with the id of an honest one does not keep that out.
    assert_eq!(stage.server.deliver(&url, &honest).await.unwrap(), 200);
    assert_eq!(stage.server.deliver(&url, &honest).await.unwrap(), 200);
    let late = altered(&|it| it.timestamp = at(-500));
    assert_eq!(stage.server.deliver(&url, &late).await.unwrap(), 200);
    let elsewhere = json!({ "follower": VIEWER.full(), "broadcaster": VIEWER.full() });
    assert_eq!(
        deliver(&stage, &url, "id-2", "channel.followed", elsewhere).await,
        200
    );
    for (index, body) in ["", "null", "[]", "{\"broadcaster\":", "\u{0}"]
        .into_iter()
        .enumerate()
    {
        let mut webhook = honest.clone();
        webhook.id = format!("garbage-{index}");
        webhook.body = body.to_owned().into();
        assert_eq!(
            stage.server.deliver(&url, &webhook).await.unwrap(),
            200,
            "{body:?}"
        );
    }
    let mut webhook = honest.clone();
    webhook.id = "no-utf8".into();
    webhook.body = Garbage::InvalidUtf8.bytes();
    assert_eq!(stage.server.deliver(&url, &webhook).await.unwrap(), 200);
    deliver(
        &stage,
        &url,
        "id-3",
        "channel.followed",
        json!({ "follower": VIEWER.full() }),
    )
    .await;
    assert_eq!(stage.told("channel.follow", 1).await.len(), 1);
    assert_eq!(stage.told("chat.message", 1).await.len(), 1);
    let metrics = stage.kick.metrics();
    assert_eq!(
        (metrics.duplicates, metrics.malformed),
        (2, 6),
        "{metrics:?}"
    );
    assert!(metrics.refused >= 6, "{metrics:?}");
    // The key was asked for once, and once more because of the first forgery at most.
    let asked = stage
        .server
        .calls_of(&Method::GET, "/public/v1/public-key")
        .len();
    assert_eq!(asked, 1);
    stage.end().await;
}

#[tokio::test]
async fn what_is_no_request_harms_nobody() {
    let (stage, url) = stage(false).await;
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let mut idle = Vec::new();
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab",
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        idle.push(stream);
    }
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    deliver(
        &stage,
        &url,
        "id-1",
        "channel.followed",
        json!({ "follower": VIEWER.full() }),
    )
    .await;
    stage.events("channel.follow", 1).await;
    stage.end().await;
}

#[tokio::test]
async fn what_both_ways_report_is_told_once_whichever_comes_first() {
    let (stage, url) = stage(true).await;
    let viewer = VIEWER.full();
    // Webhook first, then the page; then the other way round.
    deliver(
        &stage,
        &url,
        "1",
        "chat.message.sent",
        chat("m1", &VIEWER, "one"),
    )
    .await;
    stage.server.emit(
        CHAT,
        "App\\Events\\ChatMessageEvent",
        &message("m1", &VIEWER, "one"),
    );
    stage.server.emit(
        CHAT,
        "App\\Events\\ChatMessageEvent",
        &message("m2", &VIEWER, "two"),
    );
    stage.events("chat.message", 2).await;
    deliver(
        &stage,
        &url,
        "2",
        "chat.message.sent",
        chat("m2", &VIEWER, "two"),
    )
    .await;
    deliver(
        &stage,
        &url,
        "3",
        "channel.subscription.renewal",
        json!({ "subscriber": viewer, "duration": 3 }),
    )
    .await;
    stage.server.emit(
        CHAT,
        "App\\Events\\SubscriptionEvent",
        &json!({ "username": "Ron_ni", "months": 3 }),
    );
    let kicks = |name: &str| json!({ "sender": viewer, "gift": { "amount": 100, "name": name } });
    let seen = json!({ "sender": { "id": VIEWER.id, "username": VIEWER.name }, "gift": { "amount": 100, "name": "Hype" } });
    // The same twice, by both ways: two gifts.
    stage.server.emit(CHANNEL, "KicksGifted", &seen);
    deliver(&stage, &url, "4", "kicks.gifted", kicks("Hype")).await;
    deliver(&stage, &url, "5", "kicks.gifted", kicks("Hype")).await;
    stage.server.emit(CHANNEL, "KicksGifted", &seen);
    // One gift, divided differently.
    let gift = |names: &[&str]| json!({ "gifted_usernames": names, "gifter_username": "Amy", "gifter_total": 3 });
    stage
        .server
        .emit(CHAT, "GiftedSubscriptionsEvent", &gift(&["Ron_ni", "bob"]));
    stage.events("channel.gift", 1).await;
    let giftee = |name: &str| json!({ "user_id": 1, "username": name, "channel_slug": name.to_lowercase().replace('_', "-") });
    let whole = json!({ "gifter": giftee("Amy"), "giftees": [giftee("Ron_ni"), giftee("bob"), giftee("cid")] });
    deliver(&stage, &url, "6", "channel.subscription.gifts", whole).await;
    stage
        .server
        .emit(CHAT, "GiftedSubscriptionsEvent", &gift(&["cid"]));
    let ban = json!({ "banned_user": viewer, "metadata": { "created_at": "2025-01-14T16:08:05Z", "expires_at": null } });
    deliver(&stage, &url, "7", "moderation.banned", ban).await;
    let seen = json!({ "id": "9", "user": VIEWER.short(), "permanent": true });
    stage
        .server
        .emit(CHAT, "App\\Events\\UserBannedEvent", &seen);
    stage.server.say(&VIEWER, "the last");
    stage.events("chat.message", 3).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(stage.told("chat.message", 3).await.len(), 3);
    assert_eq!(stage.told("channel.subscribe", 1).await.len(), 1);
    assert_eq!(stage.told("channel.cheer", 2).await.len(), 2);
    assert_eq!(stage.told("moderation.banned", 1).await.len(), 1);
    let gifts = stage.told("channel.gift", 2).await;
    let counts: Vec<_> = gifts
        .iter()
        .map(|gift| gift["count"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, [2, 1]);
    stage.end().await;
}

fn redemption(id: &str, status: &str, redeemed_at: &str) -> Value {
    json!({
        "id": id, "user_input": "now", "status": status, "redeemed_at": redeemed_at,
        "reward": { "id": "reward-1", "title": "Hydrate", "cost": 1000, "description": "" },
        "redeemer": VIEWER.full(),
    })
}

#[tokio::test]
async fn a_redemption_is_told_with_its_ids_if_any_way_knows_them() {
    let (stage, url) = stage(true).await;
    let seen = json!({ "reward_title": "Hydrate", "user_id": VIEWER.id, "username": VIEWER.name, "user_input": "now" });
    let event = "channel.reward.redemption.updated";
    // The page is first, but knows less.
    stage.server.emit(CHATROOM, "RewardRedeemedEvent", &seen);
    deliver(
        &stage,
        &url,
        "1",
        event,
        redemption("r1", "pending", &now()),
    )
    .await;
    let told = stage.told("channel.reward-redeemed", 1).await.remove(0);
    assert_eq!(
        (&told["redemption_id"], &told["reward_id"]),
        (&json!("r1"), &json!("reward-1"))
    );
    assert_eq!(
        (&told["status"], &told["cost"]),
        (&json!("open"), &json!(1000))
    );
    deliver(
        &stage,
        &url,
        "2",
        event,
        redemption("r1", "accepted", &now()),
    )
    .await;
    let updated = stage.told("channel.redemption-updated", 1).await.remove(0);
    assert_eq!(
        (&updated["redemption_id"], &updated["status"]),
        (&json!("r1"), &json!("fulfilled"))
    );
    // Nobody needs to accept this one; that one was made long ago.
    deliver(
        &stage,
        &url,
        "3",
        event,
        redemption("r2", "accepted", &now()),
    )
    .await;
    stage.server.emit(CHATROOM, "RewardRedeemedEvent", &seen);
    deliver(
        &stage,
        &url,
        "4",
        event,
        redemption("r0", "accepted", "2025-12-02T22:54:19.323Z"),
    )
    .await;
    assert_eq!(
        stage.told("channel.redemption-updated", 2).await[1]["redemption_id"],
        "r0"
    );
    // No webhook comes: after a while the page's word has to do.
    stage.server.emit(CHATROOM, "RewardRedeemedEvent", &seen);
    let told = stage.told("channel.reward-redeemed", 3).await;
    assert_eq!(
        (&told[1]["status"], told[2].get("redemption_id")),
        (&json!("fulfilled"), None)
    );
    assert_eq!(told.len(), 3);
    stage.end().await;
}

#[tokio::test]
async fn subscriptions_are_made_once_and_made_again_when_kick_has_dropped_them() {
    let change = |it: &mut KickConfiguration| {
        ways(it, false, Some(&SCOPES), true);
        it.timing.upkeep = Duration::from_millis(200);
    };
    let stage = Stage::with(Configuration::default(), change)
        .await
        .connected()
        .await;
    let subscribed = |count: usize| {
        let server = &stage.server;
        async move {
            while server.subscriptions().len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    };
    subscribed(10).await;
    let path = "/public/v1/events/subscriptions";
    while stage.server.calls_of(&Method::GET, path).len() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(stage.server.calls_of(&Method::POST, path).len(), 1);
    assert!(
        stage
            .server
            .subscriptions()
            .iter()
            .all(|made| made.broadcaster == BROADCASTER.id)
    );
    stage.server.unsubscribe_all();
    subscribed(10).await;
    stage.end().await;
}

#[tokio::test]
async fn trouble_with_webhooks_shows_and_is_tried_again_while_reading_goes_on() {
    let change = |it: &mut KickConfiguration| ways(it, true, Some(&SCOPES), true);
    let server = Configuration::default();
    let path = "GET /public/v1/events/subscriptions";
    let mut stage = Stage::with(server, |it| {
        change(it);
        it.timing.upkeep = Duration::from_millis(50);
    })
    .await
    .listening(1)
    .await;
    let trouble = Response::text(StatusCode::SERVICE_UNAVAILABLE, "later");
    stage
        .server
        .faults()
        .next(path, 50, HttpFault::Answer(trouble));
    let noted = |text: &'static str| {
        move |status: &ConnectorStatus| {
            let reason = status.reason.as_deref().unwrap_or_default();
            status.state == ConnectionState::Connected && reason.contains(text)
        }
    };
    let status = stage.until(noted("the subscription to webhooks: ")).await;
    assert!(status.reason.unwrap().contains("next try in"));
    stage.server.say(&VIEWER, "still read");
    stage.events("chat.message", 1).await;
    stage.server.faults().clear();
    let well = |status: &ConnectorStatus| {
        let reason = status.reason.as_deref().unwrap_or_default();
        status.state == ConnectionState::Connected && !reason.contains("webhooks")
    };
    stage.until(well).await;
    stage.end().await;

    let few = ["user:read", "channel:read"];
    let mut stage = Stage::with(Configuration::default(), |it| {
        ways(it, true, Some(&few), true);
    })
    .await;
    stage.until(noted("events:subscribe")).await;
    stage.end().await;

    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let mut stage = Stage::with(Configuration::default(), |it| {
        change(it);
        it.webhook = Some(address);
    })
    .await;
    stage.until(noted("can't be taken at")).await;
    drop(taken);
    let mut listening = stage.kick.listening();
    let again = listening.wait_for(|listening| *listening == Some(address));
    tokio::time::timeout(Duration::from_secs(10), again)
        .await
        .unwrap()
        .unwrap();
    stage.end().await;
}

#[tokio::test]
async fn an_account_that_may_not_be_sent_webhooks_is_told_what_to_type() {
    let few = ["user:read", "channel:read"];
    let change = |it: &mut KickConfiguration| ways(it, true, Some(&few), true);
    let mut stage = Stage::with(Configuration::default(), change).await;
    let told = |status: &ConnectorStatus| {
        let reason = status.reason.as_deref().unwrap_or_default();
        reason.contains("`events:subscribe`") && reason.contains("pato account authorize kick-1")
    };
    let status = stage.until(told).await;
    assert_eq!(status.state, ConnectionState::Connected);
    assert!(stage.server.subscriptions().is_empty());
    stage.end().await;
}

#[tokio::test]
async fn webhooks_are_taken_on_this_machine_only_and_need_an_account() {
    let server = KickServer::start(Configuration::default()).await.unwrap();
    let mut open = configuration(&server);
    ways(&mut open, false, Some(&SCOPES), true);
    open.webhook = Some("0.0.0.0:0".parse().unwrap());
    let error = Kick::new(open, environment()).err().unwrap().to_string();
    assert!(error.contains("127.0.0.1"), "{error}");
    let mut alone = configuration(&server);
    ways(&mut alone, true, None, true);
    let error = Kick::new(alone, environment()).err().unwrap().to_string();
    assert!(error.contains("pato account add kick"), "{error}");
}

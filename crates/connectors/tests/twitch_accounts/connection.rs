//! What becomes of the connection, and of events, when things go wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use pato_events::Pattern;
use pato_events::catalogue::host::ConnectionState;
use pato_test_servers::faults::{Garbage, Rates};
use pato_test_servers::twitch::api::{Notification, SocketFault, sample};
use serde_json::{Value, json};

use super::stage::{BROADCASTER, Setting, Stage, VIEWER, server};

const REWARDS: &str = "/helix/channel_points/custom_rewards";

const REDEMPTION: &str = "channel.channel_points_custom_reward_redemption.add";

fn follow(number: usize) -> Value {
    let mut event = sample("channel.follow", BROADCASTER).unwrap();
    event["user_id"] = json!(number.to_string());
    event
}

fn followers(events: &[std::sync::Arc<pato_events::Event>]) -> Vec<String> {
    let ids = events.iter().map(|event| {
        let data: Value = event.data.read().unwrap();
        data["user"]["id"].as_str().unwrap().to_owned()
    });
    ids.collect()
}

#[tokio::test]
async fn a_move_to_another_connection_leaves_no_gap() {
    let stage = Stage::connected(Setting::default()).await;
    let made = stage.calls("POST", "/helix/eventsub/subscriptions");
    for number in 0..50 {
        if number == 10 {
            stage.api.fault(SocketFault::Reconnect);
        }
        assert_eq!(stage.api.publish("channel.follow", follow(number)), 1);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let events = stage.events("channel.follow", 50).await;
    let expected: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    assert_eq!(followers(&events), expected);
    assert_eq!(stage.api.connections(), 2);
    assert_eq!(
        stage.calls("POST", "/helix/eventsub/subscriptions"),
        made,
        "they move along"
    );
    assert_eq!(stage.status().state, ConnectionState::Connected);
    stage.end().await;
}

#[tokio::test]
async fn after_a_drop_it_says_why_comes_back_and_subscribes_anew() {
    let mut stage = Stage::connected(Setting::default()).await;
    let subscriptions = stage.api.subscriptions().len();
    stage.api.fault(SocketFault::Drop);
    let status = stage.state(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("connection"));
    stage.state(ConnectionState::Connected).await;
    assert_eq!(stage.api.subscriptions().len(), subscriptions);
    stage.api.publish("channel.follow", follow(1));
    stage.events("channel.follow", 1).await;
    stage.end().await;
}

#[tokio::test]
async fn every_close_code_is_named_and_mended() {
    let mut stage = Stage::connected(Setting {
        wanted: &[],
        ..Setting::default()
    })
    .await;
    for (code, meaning) in [
        (4000, "error of its own"),
        (4002, "ping was not answered"),
        (4003, "nothing was subscribed"),
        (4004, "not made in time"),
        (4007, "address to reconnect to"),
        (1001, "ended the connection"),
    ] {
        stage.api.fault(SocketFault::Close(code));
        let reason = stage.state(ConnectionState::Waiting).await.reason.unwrap();
        assert!(
            reason.contains(meaning) && reason.contains(&code.to_string()),
            "{reason}"
        );
        stage.state(ConnectionState::Connected).await;
    }
    stage.end().await;
}

#[tokio::test]
async fn silence_is_noticed() {
    let mut server = server();
    server.keepalive = Duration::from_secs(1);
    let mut stage = Stage::connected(Setting {
        server,
        wanted: &[],
        ..Setting::default()
    })
    .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(stage.api.connections(), 1, "keepalives keep it alive");
    stage.api.fault(SocketFault::Silence(true));
    let reason = stage.state(ConnectionState::Waiting).await.reason.unwrap();
    assert!(reason.contains("silent for 1.5 s"), "{reason}");
    stage.api.fault(SocketFault::Silence(false));
    stage.state(ConnectionState::Connected).await;
    stage.end().await;
}

#[tokio::test]
async fn what_comes_twice_or_too_late_is_left_out() {
    let stage = Stage::connected(Setting::default()).await;
    let twice = Notification {
        message_id: Some("twice".into()),
        ..Notification::new("channel.follow", follow(1))
    };
    stage.api.notify(&twice);
    stage.api.notify(&twice);
    stage.api.notify(&Notification {
        timestamp: Some(Timestamp::now() - Duration::from_secs(601)),
        ..Notification::new("channel.follow", follow(2))
    });
    stage.api.publish("channel.follow", follow(3));
    assert_eq!(
        followers(&stage.events("channel.follow", 2).await),
        ["1", "3"]
    );
    let metrics = stage.twitch.metrics();
    assert_eq!((metrics.duplicates, metrics.old), (1, 1));
    stage.end().await;
}

#[tokio::test]
async fn disorder_doubles_nothing() {
    let stage = Stage::connected(Setting::default()).await;
    let rates = Rates {
        lose: 0.0,
        duplicate: 0.5,
        delay: 0.5,
    };
    stage.api.fault(SocketFault::Disorder(7, rates));
    for number in 0..200 {
        stage.api.publish("channel.follow", follow(number));
    }
    stage.api.fault(SocketFault::Order);
    stage.api.publish("channel.follow", follow(200));
    let told = followers(&stage.events("channel.follow", 201).await);
    let different: BTreeSet<_> = told.iter().collect();
    assert_eq!((told.len(), different.len()), (201, 201));
    stage.end().await;
}

#[tokio::test]
async fn garbage_does_not_lose_what_follows() {
    let mut stage = Stage::connected(Setting::default()).await;
    stage.api.fault(SocketFault::Garbage(Garbage::InvalidJson));
    stage
        .api
        .send_text(r#"{"metadata":{"message_id":7},"payload":[]}"#);
    stage.api.send_text(
        &json!({
            "metadata": { "message_id": "a", "message_type": "notification",
                "message_timestamp": Timestamp::now().to_string() },
            "payload": { "subscription": { "id": "s", "type": "channel.follow", "version": "2",
                "condition": {} }, "event": { "user_id": 7 } },
        })
        .to_string(),
    );
    stage.api.publish("channel.follow", follow(1));
    stage.events("channel.follow", 1).await;
    assert_eq!(
        (stage.twitch.metrics().malformed, stage.api.connections()),
        (3, 1)
    );
    // What is no message at all ends the connection, and another one is made.
    for (garbage, connections) in [(Garbage::InvalidUtf8, 2), (Garbage::Huge, 3)] {
        stage.api.fault(SocketFault::Garbage(garbage));
        stage.state(ConnectionState::Waiting).await;
        stage.state(ConnectionState::Connected).await;
        assert_eq!(stage.api.connections(), connections);
    }
    stage.end().await;
}

/// A reward that Pato made.
async fn reward(stage: &Stage, skip_queue: bool) -> String {
    let title = if skip_queue { "Quack at once" } else { "Quack" };
    let parameters =
        json!({ "title": title, "cost": 100, "input_required": false, "skip_queue": skip_queue });
    let reward = stage
        .call("channel.create-reward", parameters)
        .await
        .unwrap();
    reward["id"].as_str().unwrap().to_owned()
}

/// Someone redeems it; the event of it, which EventSub has not told of.
fn redeem(stage: &Stage, reward_id: &str, id: &str, status: &str) -> Value {
    let redemption = json!({
        "broadcaster_id": BROADCASTER, "broadcaster_login": "pato", "broadcaster_name": "pato",
        "id": id, "user_id": VIEWER, "user_login": "ronni", "user_name": "Ronni",
        "user_input": "", "status": status, "redeemed_at": Timestamp::now().to_string(),
        "reward": { "id": reward_id, "title": "Quack", "prompt": "", "cost": 100 },
    });
    stage.api.change(|world| {
        let redemptions = &mut world.channel(BROADCASTER).redemptions;
        redemptions.push(redemption.clone());
    });
    let mut event = sample(REDEMPTION, BROADCASTER).unwrap();
    event["id"] = json!(id);
    event["reward"]["id"] = json!(reward_id);
    event
}

#[tokio::test]
async fn redemptions_made_in_a_gap_are_told_once() {
    let mut stage = Stage::connected(Setting::default()).await;
    let (queued, at_once) = (reward(&stage, false).await, reward(&stage, true).await);
    let heard = redeem(&stage, &queued, "heard", "UNFULFILLED");
    stage.api.publish(REDEMPTION, heard);
    stage.events("channel.reward-redeemed", 1).await;

    // While nobody listens, two are made.
    stage
        .api
        .refuse("GET /oauth2/validate", 1, 503, Duration::ZERO);
    stage.api.fault(SocketFault::Drop);
    let missed = redeem(&stage, &queued, "missed", "UNFULFILLED");
    redeem(&stage, &at_once, "fulfilled", "FULFILLED");
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    stage.events("channel.reward-redeemed", 3).await;
    // Twitch tells of one of them after all, and there is another gap.
    stage.api.publish(REDEMPTION, missed);
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    stage
        .api
        .publish(REDEMPTION, redeem(&stage, &queued, "last", "UNFULFILLED"));
    stage.events("channel.reward-redeemed", 4).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let events = stage.events("channel.reward-redeemed", 4).await;
    let ids: Vec<_> = events
        .iter()
        .map(|event| event.data.read::<Value>().unwrap()["redemption_id"].clone())
        .collect();
    assert_eq!(ids, ["heard", "missed", "fulfilled", "last"]);
    stage.end().await;
}

#[tokio::test]
async fn a_redemption_is_told_even_if_the_first_look_never_ended() {
    let mut stage = Stage::connected(Setting::default()).await;
    let own = reward(&stage, false).await;
    let before = stage.api.connections();
    // The next connections cannot find out anything until the third.
    stage
        .api
        .refuse("GET /helix/channel_points/*", 2, 503, Duration::ZERO);
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    redeem(&stage, &own, "missed", "UNFULFILLED");
    stage.state(ConnectionState::Connected).await;
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    let events = stage.events("channel.reward-redeemed", 1).await;
    let data: Value = events[0].data.read().unwrap();
    assert_eq!(data["redemption_id"], "missed");
    assert_eq!(stage.api.connections(), before + 2);
    stage.end().await;
}

#[tokio::test]
async fn redemptions_older_than_this_run_are_not_told() {
    let stage = Stage::connected(Setting::default()).await;
    let own = reward(&stage, false).await;
    let stopped = stage.stop().await;
    redeem(&stopped, &own, "old", "UNFULFILLED");
    let looked = |stage: &Stage| stage.calls("GET", &format!("{REWARDS}/redemptions"));
    let before = looked(&stopped);
    let mut stage = stopped.again();
    stage.state(ConnectionState::Connected).await;
    let asked = |_: &_| looked(&stage) > before;
    stage.api.wait_until(asked).await.unwrap();
    redeem(&stage, &own, "new", "UNFULFILLED");
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    let events = stage.events("channel.reward-redeemed", 1).await;
    let ids = events.iter().map(|event| {
        let data: Value = event.data.read().unwrap();
        data["redemption_id"].clone()
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["new"]);
    stage.end().await;
}

#[tokio::test]
async fn how_things_stand_is_told_at_the_beginning_and_after_a_gap() {
    let mut stage = Stage::connected(Setting::default()).await;
    let status = stage.events("stream.status", 1).await;
    assert_eq!(status[0].data.read::<Value>().unwrap()["title"], "Ducks");
    let parameters = json!({ "title": "Which?", "choices": ["a", "b"], "seconds": 60 });
    stage.call("channel.create-poll", parameters).await.unwrap();
    let polls = stage.events("channel.poll", 1).await.len();
    stage
        .api
        .change(|world| world.channel(BROADCASTER).title = "Geese".into());
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    let status = stage.events("stream.status", 2).await;
    assert_eq!(status[1].data.read::<Value>().unwrap()["title"], "Geese");
    let polls = stage.events("channel.poll", polls + 1).await;
    assert_eq!(
        polls.last().unwrap().data.read::<Value>().unwrap()["state"],
        "running"
    );
    stage.end().await;
}

#[tokio::test]
async fn writing_does_not_wait_for_the_connection_that_events_come_over() {
    let mut stage = Stage::connected(Setting::default()).await;
    stage
        .api
        .refuse("GET /oauth2/validate", 1_000, 503, Duration::ZERO);
    stage.api.fault(SocketFault::Drop);
    stage.state(ConnectionState::Waiting).await;
    let sent = stage
        .call("chat.send", json!({ "text": "still here" }))
        .await;
    assert_eq!(sent.unwrap()["messages"], 1);
    stage.end().await;
}

#[tokio::test]
async fn without_the_scope_for_chat_that_is_said() {
    let stage = Stage::connected(Setting {
        scopes: vec!["channel:read:polls"],
        wanted: &[],
        ..Setting::default()
    })
    .await;
    let reason = stage.status().reason.unwrap();
    assert!(reason.contains("user:read:chat"), "{reason}");
    stage.end().await;
}

#[tokio::test]
async fn only_what_somebody_wants_is_subscribed_to() {
    let stage = Stage::connected(Setting {
        wanted: &[],
        ..Setting::default()
    })
    .await;
    assert!(stage.subscribed("channel.chat.message") && stage.subscribed("stream.online"));
    assert!(!stage.subscribed("channel.follow"));
    let follows = Pattern::new("channel.follow").unwrap();
    stage.mailbox.add(follows.clone());
    stage
        .api
        .wait_until(|_| stage.subscribed("channel.follow"))
        .await
        .unwrap();
    stage.mailbox.remove(&follows);
    stage
        .api
        .wait_until(|_| !stage.subscribed("channel.follow"))
        .await
        .unwrap();
    assert_eq!(stage.api.connections(), 1);
    stage.end().await;
}

#[tokio::test]
async fn what_the_account_may_not_hear_is_said_with_the_remedy() {
    let stage = Stage::connected(Setting {
        scopes: vec!["user:read:chat"],
        wanted: &["channel.follow", "**"],
        ..Setting::default()
    })
    .await;
    let reason = stage.status().reason.unwrap();
    assert!(reason.contains("moderator:read:followers"), "{reason}");
    assert!(reason.contains("`pato account authorize main`"), "{reason}");
    assert!(
        !reason.contains("hype_train"),
        "only what was named: {reason}"
    );
    stage.end().await;
}

#[tokio::test]
async fn a_subscription_that_fails_for_a_moment_is_made_later() {
    let setting = Setting {
        wanted: &["channel.follow"],
        ..Setting::default()
    };
    let stage = Stage::start(setting).await;
    stage
        .api
        .refuse("POST /helix/eventsub/subscriptions", 3, 503, Duration::ZERO);
    stage
        .api
        .wait_until(|_| stage.subscribed("channel.follow"))
        .await
        .unwrap();
    stage
        .api
        .wait_until(|_| stage.subscribed("channel.chat.message"))
        .await
        .unwrap();
    assert_eq!(stage.api.connections(), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_revoked_subscription_is_said_and_the_rest_goes_on() {
    let stage = Stage::connected(Setting::default()).await;
    let revoked = stage
        .api
        .revoke_subscriptions("channel.shoutout.create", "moderator_removed");
    assert_eq!(revoked, 1);
    let said = |stage: &Stage| stage.status().reason.unwrap_or_default();
    stage
        .api
        .wait_until(|_| said(&stage).contains("no longer a moderator"))
        .await
        .unwrap();
    stage.api.publish("channel.follow", follow(1));
    stage.events("channel.follow", 1).await;
    assert_eq!(stage.status().state, ConnectionState::Connected);
    stage.end().await;
}

//! What can be done through Helix.

use std::time::Duration;

use pato_connectors::{Connector, ConnectorError};
use pato_events::catalogue;
use pato_test_servers::faults::{Garbage, HttpFault};
use pato_test_servers::twitch::api::{Stream, TwitchApi};
use serde_json::{Value, json};

use super::stage::{BROADCASTER, Setting, Stage, VIEWER};

/// A channel that is live, with somebody in its chat.
async fn live() -> Stage {
    let mut setting = Setting::default();
    let channel = setting.server.world.channel(BROADCASTER);
    channel.stream = Some(Stream {
        id: "s1".into(),
        started_at: jiff::Timestamp::now(),
        viewers: 7,
    });
    channel.chatters.insert(VIEWER.into());
    channel
        .followers
        .push((VIEWER.into(), jiff::Timestamp::now()));
    channel.held.insert("held-1".into(), VIEWER.into());
    Stage::connected(setting).await
}

fn channel<T>(
    api: &TwitchApi,
    read: impl FnOnce(&mut pato_test_servers::twitch::api::Channel) -> T,
) -> T {
    api.change(|world| read(world.channel(BROADCASTER)))
}

#[tokio::test]
async fn every_action_that_is_served_does_what_it_says() {
    let stage = live().await;
    let api = &stage.api;
    let mut done = Vec::new();
    let mut act = async |action: &'static str, parameters: Value| {
        done.push(action);
        let answer = stage.call(action, parameters).await;
        answer.unwrap_or_else(|error| panic!("{action}: {error}"))
    };
    let ronni = || json!({ "login": "ronni" });

    let sent = act("chat.send", json!({ "text": "hi" })).await;
    let id = sent["message_ids"][0].clone();
    act(
        "chat.announce",
        json!({ "text": "live", "color": "purple" }),
    )
    .await;
    act("chat.whisper", json!({ "login": "ronni", "text": "psst" })).await;
    assert_eq!(api.change(|world| world.whispers.len()), 1);
    let mode = json!({ "slow_seconds": 10, "followers_minutes": 5, "emotes_only": true });
    act("chat.set-mode", mode).await;
    let settings = channel(api, |channel| channel.settings.clone());
    assert_eq!(
        (settings.slow_mode, settings.follower_mode),
        (Some(10), Some(5))
    );
    assert!(settings.emote_mode && !settings.subscriber_mode);

    act("moderation.delete-message", json!({ "message_id": id })).await;
    act("moderation.clear-chat", json!({})).await;
    assert!(channel(api, |channel| channel.messages.is_empty()));
    act(
        "moderation.timeout",
        json!({ "login": "@Ronni", "seconds": 60, "reason": "spam" }),
    )
    .await;
    assert!(channel(api, |channel| channel.bans[VIEWER]
        .ends_at
        .is_some()));
    act("moderation.unban", ronni()).await;
    act("moderation.ban", ronni()).await;
    assert!(channel(api, |channel| channel.bans[VIEWER]
        .ends_at
        .is_none()));
    stage.call("moderation.unban", ronni()).await.unwrap();
    act(
        "moderation.warn",
        json!({ "login": "ronni", "reason": "no shouting" }),
    )
    .await;
    assert_eq!(channel(api, |channel| channel.warnings.len()), 1);
    let held = json!({ "message_id": "held-1", "allow": true });
    act("moderation.resolve-held-message", held).await;
    assert!(channel(api, |channel| channel.held.is_empty()));
    act("moderation.set-shield-mode", json!({ "active": true })).await;
    assert!(channel(api, |channel| channel.shield.0));

    let update = json!({ "title": "Geese", "category": "Just Chatting", "tags": ["Ducks"] });
    act("channel.update", update).await;
    let status = act("stream.get", json!({})).await;
    assert_eq!(
        (&status["title"], &status["live"]),
        (&json!("Geese"), &json!(true))
    );
    assert_eq!(
        (&status["category"], &status["tags"]),
        (&json!("Just Chatting"), &json!(["Ducks"]))
    );
    act("channel.shoutout", ronni()).await;
    act("channel.raid", ronni()).await;
    assert_eq!(
        channel(api, |channel| channel.raid.clone()).as_deref(),
        Some(VIEWER)
    );
    act("channel.cancel-raid", json!({})).await;
    assert_eq!(
        act("channel.start-ad", json!({ "seconds": 60 })).await["seconds"],
        60
    );
    assert!(act("channel.create-clip", json!({})).await["url"].is_string());
    act("channel.create-marker", json!({ "description": "here" })).await;
    assert_eq!(channel(api, |channel| channel.markers.len()), 1);

    let poll =
        json!({ "title": "Which?", "choices": ["a", "b"], "seconds": 60, "points_per_vote": 5 });
    let poll = act("channel.create-poll", poll).await;
    assert_eq!(
        (&poll["state"], &poll["channel"]),
        (&json!("running"), &json!("pato"))
    );
    let ended = act(
        "channel.end-poll",
        json!({ "poll_id": poll["id"], "show": true }),
    )
    .await;
    assert_eq!(ended["state"], "terminated");
    let prediction = json!({ "title": "Win?", "outcomes": ["yes", "no"], "seconds": 60 });
    let open = act("channel.create-prediction", prediction.clone()).await;
    let id = &open["id"];
    let locked = act("channel.lock-prediction", json!({ "prediction_id": id })).await;
    assert_eq!(locked["state"], "locked");
    let winner = json!({ "prediction_id": id, "outcome_id": open["outcomes"][1]["id"] });
    let resolved = act("channel.resolve-prediction", winner).await;
    assert_eq!(resolved["winning_outcome_id"], open["outcomes"][1]["id"]);
    let second = stage
        .call("channel.create-prediction", prediction)
        .await
        .unwrap();
    let canceled = act(
        "channel.cancel-prediction",
        json!({ "prediction_id": second["id"] }),
    )
    .await;
    assert_eq!(canceled["state"], "canceled");

    let reward = json!({ "title": "Quack", "cost": 100, "input_required": true, "skip_queue": false, "color": "#00E5CB" });
    let reward = act("channel.create-reward", reward).await;
    let reward_id = reward["id"].clone();
    let paused = json!({ "reward_id": reward_id, "paused": true, "cost": 200 });
    let paused = act("channel.update-reward", paused).await;
    assert_eq!(
        (&paused["paused"], &paused["cost"]),
        (&json!(true), &json!(200))
    );
    let list = act("channel.list-rewards", json!({ "own_only": true })).await;
    assert_eq!(list["rewards"][0]["title"], "Quack");
    for id in ["one", "two"] {
        channel(api, |channel| {
            channel.redemptions.push(json!({
            "broadcaster_id": BROADCASTER, "broadcaster_login": "pato", "broadcaster_name": "pato",
            "id": id, "user_id": VIEWER, "user_login": "ronni", "user_name": "Ronni",
            "user_input": "", "status": "UNFULFILLED", "redeemed_at": "2026-01-01T00:00:00Z",
            "reward": { "id": reward_id, "title": "Quack", "prompt": "", "cost": 200 },
        }));
        });
    }
    let one = json!({ "reward_id": reward_id, "redemption_id": "one" });
    act("channel.fulfil-redemption", one).await;
    let two = json!({ "reward_id": reward_id, "redemption_id": "two" });
    act("channel.refund-redemption", two).await;
    let statuses: Vec<_> = channel(api, |channel| {
        channel
            .redemptions
            .iter()
            .map(|it| it["status"].clone())
            .collect()
    });
    assert_eq!(statuses, ["FULFILLED", "CANCELED"]);
    act("channel.delete-reward", json!({ "reward_id": reward_id })).await;
    assert!(channel(api, |channel| channel.rewards.is_empty()));

    act("channel.add-vip", ronni()).await;
    assert!(channel(api, |channel| channel.vips.contains(VIEWER)));
    act("channel.remove-vip", ronni()).await;
    act("channel.add-moderator", ronni()).await;
    assert!(channel(api, |channel| channel.moderators.contains(VIEWER)));
    act("channel.remove-moderator", ronni()).await;
    let person = act("channel.get-user", ronni()).await;
    assert_eq!(person["user"]["id"], VIEWER);
    assert!(person["follows_since"].is_number());
    let followers = act("channel.list-followers", json!({ "limit": 5 })).await;
    assert_eq!(
        (&followers["people"][0]["login"], &followers["total"]),
        (&json!("ronni"), &json!(1))
    );
    act("channel.list-subscribers", json!({ "limit": 5 })).await;
    let chatters = act("channel.list-chatters", json!({ "limit": 5 })).await;
    assert_eq!(chatters["people"][0]["login"], "ronni");

    let mut served = stage.twitch.actions();
    served.sort_unstable();
    done.sort_unstable();
    assert_eq!(done, served);
    stage.end().await;
}

#[tokio::test]
async fn what_twitch_would_refuse_is_refused_before_it_is_asked() {
    let stage = Stage::connected(Setting::default()).await;
    let before = stage.api.calls().len();
    for (action, parameters, hint) in [
        ("chat.send", json!({ "text": " \n " }), "nothing is left"),
        (
            "chat.send",
            json!({ "text": "x".repeat(5_000) }),
            "8 at most",
        ),
        (
            "chat.send",
            json!({ "text": "a", "channel": "other" }),
            "not in `other`",
        ),
        (
            "chat.send",
            json!({ "text": "a", "reply_to": "1 & 2" }),
            "no message id",
        ),
        ("chat.send", json!({ "txet": "a" }), "txet"),
        (
            "chat.announce",
            json!({ "text": "a", "color": "beige" }),
            "beige",
        ),
        (
            "chat.set-mode",
            json!({ "slow_seconds": 1_000 }),
            "3 to 120",
        ),
        (
            "moderation.delete-message",
            json!({ "message_id": "" }),
            "no message id",
        ),
        (
            "moderation.timeout",
            json!({ "login": "ronni", "seconds": 0 }),
            "1 to 1209600",
        ),
        (
            "moderation.ban",
            json!({ "login": "ron&ni" }),
            "no person's name",
        ),
        (
            "channel.start-ad",
            json!({ "seconds": 61 }),
            "61; Twitch takes 30",
        ),
        (
            "channel.create-poll",
            json!({ "title": "a", "choices": ["b"], "seconds": 60 }),
            "2 to 5",
        ),
        (
            "channel.create-marker",
            json!({ "description": "x".repeat(141) }),
            "141 characters",
        ),
        (
            "channel.list-followers",
            json!({ "limit": 101 }),
            "1 to 100",
        ),
        (
            "channel.pet-duck",
            json!({}),
            "no action `channel.pet-duck`",
        ),
    ] {
        let error = stage
            .call(action, parameters)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{action}: {error}");
    }
    let asked = stage.api.calls();
    let asked = asked[before..]
        .iter()
        .filter(|call| call.method.as_str() != "GET");
    assert_eq!(asked.count(), 0);
    stage.end().await;
}

#[tokio::test]
async fn an_account_that_lacks_a_scope_is_told_which_and_what_to_type() {
    let stage = Stage::connected(Setting {
        scopes: vec!["user:read:chat"],
        wanted: &[],
        ..Setting::default()
    })
    .await;
    let error = stage
        .call("channel.create-clip", json!({}))
        .await
        .unwrap_err();
    let ConnectorError::Denied(text) = error else {
        panic!("{error}")
    };
    assert!(
        text.contains("`clips:edit`") && text.contains("`pato account authorize main`"),
        "{text}"
    );
    assert_eq!(stage.calls("POST", "/helix/clips"), 0);
    stage.end().await;
}

#[tokio::test]
async fn every_refusal_of_twitch_is_an_error_in_its_words() {
    let stage = Stage::connected(Setting::default()).await;
    let update = || json!({ "title": "a" });
    for (status, expected) in [
        (400, "invalid"),
        (403, "not allowed"),
        (404, "not found"),
        (409, "failed"),
        (422, "invalid"),
        (500, "unavailable"),
        (503, "unavailable"),
    ] {
        stage
            .api
            .refuse("PATCH /helix/channels", 1, status, Duration::ZERO);
        let error = stage
            .call("channel.update", update())
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(expected) && error.contains("account `main`"),
            "{status}: {error}"
        );
    }
    for fault in [
        HttpFault::Drop,
        HttpFault::Truncate,
        HttpFault::Garbage(Garbage::InvalidJson),
        HttpFault::Garbage(Garbage::InvalidUtf8),
        HttpFault::Garbage(Garbage::Huge),
    ] {
        stage
            .api
            .faults()
            .next("GET /helix/channels", 1, fault.clone());
        let error = stage.call("stream.get", json!({})).await.unwrap_err();
        assert!(error.to_string().len() < 300, "{fault:?}: {error}");
    }
    // One 401 is mended by a new token.
    stage
        .api
        .refuse("PATCH /helix/channels", 1, 401, Duration::ZERO);
    stage.call("channel.update", update()).await.unwrap();
    let nobody = stage
        .call("moderation.ban", json!({ "login": "nobody" }))
        .await
        .unwrap_err();
    assert!(matches!(&nobody, ConnectorError::NotFound(text) if text.contains("`nobody`")));
    let game = stage
        .call("channel.update", json!({ "category": "Chess 3D" }))
        .await
        .unwrap_err();
    assert!(matches!(&game, ConnectorError::NotFound(text) if text.contains("Chess 3D")));
    stage.end().await;
}

#[tokio::test]
async fn a_short_limit_is_waited_out_and_a_long_one_is_told() {
    let stage = Stage::connected(Setting::default()).await;
    stage
        .api
        .refuse("GET /helix/channels", 1, 429, Duration::from_secs(1));
    stage.call("stream.get", json!({})).await.unwrap();
    stage
        .api
        .refuse("GET /helix/channels", 1, 429, Duration::from_secs(30));
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    let ConnectorError::RateLimited(wait) = error else {
        panic!("{error}")
    };
    assert!(
        wait > Duration::from_secs(25) && wait < Duration::from_secs(40),
        "{wait:?}"
    );
    // Until then, Twitch is not asked at all.
    let asked = stage.api.calls().len();
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)));
    assert_eq!(stage.api.calls().len(), asked);
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_twitch_drops_is_an_error_with_its_reason() {
    let stage = Stage::connected(Setting {
        bot: true,
        ..Setting::default()
    })
    .await;
    stage
        .call("chat.send", json!({ "text": "hi" }))
        .await
        .unwrap();
    let error = stage
        .call("chat.send", json!({ "text": "hi" }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Failed(text) if text.contains("identical")),
        "{error}"
    );
    channel(&stage.api, |channel| {
        channel.settings.subscriber_mode = true;
    });
    let error = stage
        .call("chat.send", json!({ "text": "ho" }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("subscribers")),
        "{error}"
    );
    assert_eq!(stage.events("chat.message", 1).await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_long_text_goes_out_in_pieces_and_a_bot_keeps_its_distance() {
    let stage = Stage::connected(Setting {
        bot: true,
        ..Setting::default()
    })
    .await;
    let text: Vec<_> = (0..250).map(|number| format!("duck{number:<3}")).collect();
    let text = text.join(" ");
    let begin = std::time::Instant::now();
    let answer = stage
        .call("chat.send", json!({ "text": text }))
        .await
        .unwrap();
    assert_eq!(
        (
            &answer["messages"],
            answer["message_ids"].as_array().unwrap().len()
        ),
        (&json!(5), 5)
    );
    assert!(
        begin.elapsed() >= Duration::from_secs(4),
        "one a second, as a viewer"
    );
    stage.end().await;
}

#[tokio::test]
async fn people_are_looked_up_once() {
    let stage = Stage::connected(Setting::default()).await;
    for _ in 0..3 {
        stage
            .call("channel.add-vip", json!({ "login": "ronni" }))
            .await
            .ok();
        stage
            .call("channel.remove-vip", json!({ "login": "RONNI" }))
            .await
            .ok();
    }
    assert_eq!(stage.calls("GET", "/helix/users"), 1);
    stage.end().await;
}

#[tokio::test]
async fn what_is_served_stands_in_the_catalogue() {
    let stage = Stage::connected(Setting::default()).await;
    for action in stage.twitch.actions() {
        assert!(catalogue::action(action).is_some(), "{action}");
    }
    stage.end().await;
}

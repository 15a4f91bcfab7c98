//! What Twitch tells of, on the bus.

use pato_connectors::{Call, Connector};
use pato_events::{Event, Payload};
use pato_test_servers::twitch::api::samples;
use serde_json::{Value, json};

use super::stage::{BOT, BROADCASTER, Setting, Stage, VIEWER};

fn chat_of(user_id: &str, message_id: &str, text: &str) -> Value {
    json!({
        "broadcaster_user_id": BROADCASTER, "broadcaster_user_login": "pato",
        "broadcaster_user_name": "Pato", "chatter_user_id": user_id, "chatter_user_login": "x",
        "chatter_user_name": "X", "message_id": message_id, "message_type": "text", "badges": [],
        "message": { "text": text, "fragments": [] }, "color": "",
    })
}

fn text(event: &Event) -> String {
    let data: Value = event.data.read().unwrap();
    data["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_documented_event_arrives_as_one_of_the_account() {
    let stage = Stage::connected(Setting::default()).await;
    let mut sent = 0;
    for (kind, version, mut event) in samples() {
        let subscribed =
            stage.api.subscriptions().into_iter().any(|found| {
                found["type"] == kind.as_str() && found["version"] == version.as_str()
            });
        if !subscribed {
            continue;
        }
        // The server finds who is to be told by these.
        event["broadcaster_user_id"] = json!(BROADCASTER);
        event["to_broadcaster_user_id"] = json!(BROADCASTER);
        assert!(stage.api.publish(&kind, event) > 0, "{kind}");
        sent += 1;
    }
    assert!(sent > 60, "{sent}");
    // The last one of all is told when all before it are.
    stage.api.publish(
        "channel.chat.message",
        chat_of(VIEWER, "last", "that is all"),
    );
    let told = async {
        loop {
            let events = stage.events("chat.message", 1).await;
            if text(events.last().unwrap()) == "that is all" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    told.await;
    assert_eq!(stage.twitch.metrics().malformed, 0);
    for family in ["chat.*", "channel.*", "stream.*", "moderation.*"] {
        for event in stage.events(family, 1).await {
            assert_eq!(event.account.as_deref(), Some("main"), "{}", event.topic);
            assert_eq!(&*event.source, "twitch");
        }
    }
    stage.end().await;
}

#[tokio::test]
async fn what_pato_writes_comes_back_once_and_as_its_own() {
    let stage = Stage::connected(Setting::default()).await;
    stage
        .api
        .publish("channel.chat.message", chat_of(VIEWER, "m0", "how are you"));
    let cause = stage.events("chat.message", 1).await.remove(0);
    let parameters = Payload::from_value(&json!({ "text": "fine" })).unwrap();
    let call = Call::new("chat.send", &parameters).caused_by(Some(&cause));
    let answer: Value = stage.twitch.call(call).await.unwrap().read().unwrap();
    let events = stage.events("chat.message", 2).await;
    let own = &events[1];
    assert!(own.flags.own && !cause.flags.own);
    assert_eq!((own.cause.as_ref(), own.depth), (Some(&cause.id), 1));
    let data: Value = own.data.read().unwrap();
    assert_eq!(
        answer,
        json!({ "messages": 1, "message_ids": [data["message_id"]] })
    );

    // What the streamer types is not Pato's.
    stage
        .api
        .publish("channel.chat.message", chat_of(BROADCASTER, "m2", "typed"));
    let events = stage.events("chat.message", 3).await;
    assert_eq!(events.len(), 3);
    assert!(!events[2].flags.own);
    stage.end().await;
}

#[tokio::test]
async fn the_bot_writes_and_the_main_account_hears_it() {
    let stage = Stage::connected(Setting {
        bot: true,
        ..Setting::default()
    })
    .await;
    stage
        .call("chat.send", json!({ "text": "I am the bot" }))
        .await
        .unwrap();
    let main = json!({ "text": "I am not", "account": "main" });
    stage.call("chat.send", main).await.unwrap();
    let events = stage.events("chat.message", 2).await;
    let writers = events.iter().map(|event| {
        let data: Value = event.data.read().unwrap();
        (data["user"]["id"].clone(), event.flags.own)
    });
    assert_eq!(
        writers.collect::<Vec<_>>(),
        [(json!(BOT), true), (json!(BROADCASTER), true)]
    );
    let unknown = json!({ "text": "Who?", "account": "nobody" });
    let error = stage
        .call("chat.send", unknown)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`nobody`") && error.contains("main, bot"),
        "{error}"
    );
    assert_eq!(
        stage.api.sessions().len(),
        1,
        "the bot needs no connection of its own"
    );

    // The bot's login ends: reading goes on, and what is missing is said.
    stage.api.disconnect_user(BOT);
    let error = stage
        .call("chat.send", json!({ "text": "hello?" }))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("`pato account authorize bot`"),
        "{error}"
    );
    let said = |stage: &Stage| stage.status().reason.unwrap_or_default();
    stage
        .api
        .wait_until(|_| said(&stage).contains("authorize bot"))
        .await
        .unwrap();
    stage
        .api
        .publish("channel.chat.message", chat_of(VIEWER, "m9", "still there"));
    assert_eq!(
        text(&stage.events("chat.message", 3).await[2]),
        "still there"
    );
    stage.end().await;
}

use pato_test_servers::discord::{BOT, Fault, MODERATOR_ROLE, OTHER_CHANNEL, OWNER, person};
use pato_test_servers::faults::HttpFault;

use super::*;

#[tokio::test]
async fn a_message_becomes_chat_with_all_that_discord_tells() {
    let running = Running::bot().await;
    let parent = running.heard("who is live?").await;
    let parent_id = data(&parent)["message_id"].clone();
    assert_eq!(data(&parent)["roles"], json!(["broadcaster"]));
    let extra = json!({
        "type": 19, "roles": [MODERATOR_ROLE],
        "attachments": [{ "id": "1", "filename": "a.png", "size": 1, "url": "https://cdn.example/a.png" }],
        "referenced_message": { "id": parent_id, "author": ronni(), "content": "who is live?" },
    });
    let duck = person("100000000000000007", "duck", "Duck");
    let id = running.server.say(CHANNEL, &duck, "Pato is", &extra);
    let events = running.wait_for("chat.message", 2).await;
    let message = data(&events[1]);
    assert_eq!(message["message_id"], id);
    assert_eq!(message["channel"], CHANNEL);
    assert_eq!(
        message["user"],
        json!({ "id": "100000000000000007", "login": "duck", "name": "Duck" })
    );
    assert_eq!(message["roles"], json!(["moderator"]));
    assert_eq!(message["attachments"], json!(["https://cdn.example/a.png"]));
    assert_eq!(message["reply_to"]["message_id"], parent_id);
    assert_eq!(message["reply_to"]["text"], "who is live?");
    let event = &events[1];
    assert_eq!(
        (&*event.source, event.account.as_deref()),
        ("discord", Some("bot"))
    );
    assert!(!event.flags.own);
    // The time is in the id.
    let id: u64 = id.parse().unwrap();
    assert_eq!(event.time as u64, (id >> 22) + 1_420_070_400_000);
    running.stop().await;
}

#[tokio::test]
async fn only_the_channels_that_are_chosen_are_chat() {
    let running = Running::bot().await;
    let none = json!({});
    running
        .server
        .say(OTHER_CHANNEL, &ronni(), "private", &none);
    let elsewhere = json!({ "id": "1", "channel_id": CHANNEL, "guild_id": "999", "author": ronni(), "content": "x" });
    running.server.dispatch("MESSAGE_CREATE", &elsewhere);
    let joined = json!({ "type": 7 });
    running.server.say(CHANNEL, &ronni(), "", &joined);
    running.heard("hello").await;
    assert_eq!(
        running.events("chat.*").len(),
        1,
        "{:?}",
        running.events("chat.*")
    );
    running.stop().await;
}

#[tokio::test]
async fn what_pato_does_comes_back_as_its_own_once_and_with_its_cause() {
    let running = Running::bot().await;
    let cause = running.heard("!hello").await;
    let answer = running
        .call_because("chat.send", json!({ "text": "hello!" }), Some(&cause))
        .await;
    let id = answer.unwrap()["message_ids"][0].clone();
    let changed = json!({ "message_id": id, "text": "hello, all!" });
    running
        .call_because("chat.edit", changed, Some(&cause))
        .await
        .unwrap();
    let duck = json!({ "message_id": id, "emoji": "🦆" });
    running
        .call_because("chat.react", duck, Some(&cause))
        .await
        .unwrap();
    let gone = json!({ "message_id": id });
    running
        .call_because("moderation.delete-message", gone, Some(&cause))
        .await
        .unwrap();
    running.server.fault(Fault::Drop);
    running.heard("the end").await;

    let own: Vec<_> = running
        .events("chat.*")
        .into_iter()
        .filter(|event| event.flags.own)
        .collect();
    let topics: Vec<&str> = own.iter().map(|event| event.topic.as_str()).collect();
    assert_eq!(
        topics,
        [
            "chat.message",
            "chat.message-edited",
            "chat.reaction",
            "chat.message-deleted"
        ]
    );
    for event in &own {
        assert_eq!(event.cause.as_ref(), Some(&cause.id), "{}", event.topic);
        assert_eq!(event.depth, 1);
    }
    assert_eq!(data(&own[0])["message_id"], id);
    assert_eq!(data(&own[1])["text"], "hello, all!");
    assert_eq!(data(&own[2])["emoji"], "🦆");
    running.stop().await;
}

#[tokio::test]
async fn another_cannot_pass_off_a_message_as_patos_cause() {
    let running = Running::bot().await;
    let cause = running.heard("!hello").await;
    let slow = HttpFault::Slow(Duration::from_millis(500));
    running
        .server
        .faults()
        .next("POST /api/v10/channels/*", 1, slow);
    let send = running.call_because("chat.send", json!({ "text": "hello!" }), Some(&cause));
    let forge = async {
        until(
            || {
                running
                    .server
                    .calls()
                    .iter()
                    .any(|call| call.path.ends_with("/messages"))
            },
            || "no call".into(),
        )
        .await;
        let nonce = sent_body(&running)["nonce"].clone();
        running
            .server
            .say(CHANNEL, &ronni(), "forged", &json!({ "nonce": nonce }));
    };
    let (sent, ()) = tokio::join!(send, forge);
    sent.unwrap();
    let [_, forged, own] = &running.wait_for("chat.message", 3).await[..] else {
        panic!("three messages")
    };
    assert!(!forged.flags.own && forged.cause.is_none());
    assert!(own.flags.own && own.cause.as_ref() == Some(&cause.id));
    running.stop().await;
}

fn sent_body(running: &Running) -> Value {
    let calls = running.server.calls();
    let post = calls.iter().find(|call| call.path.ends_with("/messages"));
    post.unwrap().json().unwrap()
}

#[tokio::test]
async fn reactions_deletions_members_voice_and_scheduled_events_are_told() {
    let running = Running::bot().await;
    let duck = person("100000000000000007", "duck", "Duck");
    let member = json!({ "user": duck, "nick": "Quack", "roles": [] });
    let base = json!({ "guild_id": GUILD, "user_id": duck["id"] });
    let with = |extra: Value| {
        let mut merged = base.clone();
        merged
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        merged
    };
    let reaction = json!({
        "channel_id": CHANNEL, "message_id": "5", "emoji": { "id": "7", "name": "quack" }, "member": member,
    });
    let server = &running.server;
    server.dispatch("MESSAGE_REACTION_ADD", &with(reaction.clone()));
    let mut back = with(reaction);
    back.as_object_mut().unwrap().remove("member");
    server.dispatch("MESSAGE_REACTION_REMOVE", &back);
    let bulk = json!({ "ids": ["5", "6"], "channel_id": CHANNEL, "guild_id": GUILD });
    server.dispatch("MESSAGE_DELETE_BULK", &bulk);
    server.dispatch("GUILD_MEMBER_ADD", &with(member.clone()));
    server.dispatch("GUILD_MEMBER_REMOVE", &with(member.clone()));
    let voice =
        json!({ "channel_id": "8", "member": member, "self_mute": true, "self_video": false });
    server.dispatch("VOICE_STATE_UPDATE", &with(voice));
    let event = json!({
        "id": "9", "name": "Show", "scheduled_start_time": "2026-11-27T19:00:00+00:00", "status": 1,
        "entity_metadata": { "location": "the pond" }, "channel_id": null,
    });
    server.dispatch("GUILD_SCHEDULED_EVENT_CREATE", &with(event));
    server.dispatch(
        "GUILD_SCHEDULED_EVENT_USER_ADD",
        &with(json!({ "guild_scheduled_event_id": "9" })),
    );
    running.heard("the end").await;

    let reactions = running.events("chat.reaction");
    assert_eq!(data(&reactions[0])["user"]["name"], "Quack");
    assert_eq!(data(&reactions[0])["emoji"], "quack");
    let added: Vec<_> = reactions
        .iter()
        .map(|event| data(event)["added"].clone())
        .collect();
    assert_eq!(added, [json!(true), json!(false)]);
    assert_eq!(running.events("chat.message-deleted").len(), 2);
    let joined = data(&running.events("discord.member-joined")[0]);
    assert_eq!(
        (&joined["user"]["login"], &joined["server_id"]),
        (&json!("duck"), &json!(GUILD))
    );
    assert_eq!(running.events("discord.member-left").len(), 1);
    let voice = data(&running.events("discord.voice-state")[0]);
    assert_eq!(
        (&voice["channel_id"], &voice["muted"]),
        (&json!("8"), &json!(true))
    );
    let scheduled = data(&running.events("discord.scheduled-event")[0]);
    assert_eq!(
        (&scheduled["change"], &scheduled["location"]),
        (&json!("created"), &json!("the pond"))
    );
    assert_eq!(running.events("discord.scheduled-event-interest").len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn an_embed_that_discord_adds_is_no_edit() {
    let running = Running::bot().await;
    let id = running.heard("https://example.com").await;
    let update = json!({
        "id": data(&id)["message_id"], "channel_id": CHANNEL, "guild_id": GUILD, "author": ronni(),
        "content": "https://example.com", "edited_timestamp": null, "embeds": [{ "type": "link" }],
    });
    running.server.dispatch("MESSAGE_UPDATE", &update);
    running.heard("the end").await;
    assert!(running.events("chat.message-edited").is_empty());
    running.stop().await;
}

#[tokio::test]
async fn hidden_contents_are_explained_once() {
    let running = Running::with(Configuration::default(), |configuration| {
        configuration.message_content = false;
    })
    .await;
    let none = json!({});
    running.server.say(
        CHANNEL,
        &person(BOT, "pato-bot", "Pato"),
        "own messages are seen",
        &none,
    );
    running.wait_for("chat.message", 1).await;
    assert!(running.events("chat.notice").is_empty());
    for _ in 0..3 {
        running.server.say(CHANNEL, &ronni(), "hidden", &none);
    }
    running.wait_for("chat.message", 4).await;
    let notices = running.events("chat.notice");
    assert_eq!(notices.len(), 1);
    let text = data(&notices[0])["text"].to_string();
    assert!(text.contains("Message Content Intent"), "{text}");
    running.stop().await;
}

#[tokio::test]
async fn events_of_another_shape_harm_nothing() {
    let running = Running::bot().await;
    let person = person(OWNER, "ronni", "Ronni");
    let shapes = [
        json!(null),
        json!([]),
        json!("text"),
        json!({}),
        json!({ "id": 7, "channel_id": CHANNEL }),
        json!({ "id": "7", "channel_id": CHANNEL, "author": null, "content": null }),
        json!({ "id": "7", "channel_id": CHANNEL, "author": person, "type": "x", "embeds": 1 }),
        json!({ "id": "7", "guild_id": GUILD, "data": { "options": [{ "options": [{ "options": [{ "options": [{}] }] }] }] } }),
        json!({ "guild_id": GUILD, "role": { "id": "1", "permissions": 7 } }),
        json!({ "user": { "id": "x".repeat(100_000) } }),
    ];
    for name in [
        "GUILD_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_REMOVE",
        "VOICE_STATE_UPDATE",
        "GUILD_SCHEDULED_EVENT_CREATE",
        "GUILD_SCHEDULED_EVENT_USER_ADD",
        "INTERACTION_CREATE",
        "SOMETHING_NEW",
    ] {
        for shape in &shapes {
            running.server.dispatch(name, shape);
        }
    }
    running.heard("still here").await;
    assert_eq!(running.server.identifies(), 1);
    running.stop().await;
}

use pato_events::catalogue::{Action, discord as own};
use pato_test_servers::discord::{MODERATOR_ROLE, OTHER_CHANNEL, OWNER};
use pato_test_servers::http::Request;

use super::*;

/// The latest call of the API: its method, its path after the version, and its body.
fn latest(running: &Running) -> (String, String, Value) {
    let calls = running.server.calls();
    let call: &Request = calls
        .iter()
        .rfind(|call| call.path.starts_with("/api/"))
        .unwrap();
    let path = call.path.trim_start_matches("/api/v10/").to_owned();
    (
        call.method.to_string(),
        path,
        call.json().unwrap_or_default(),
    )
}

fn calls(running: &Running) -> usize {
    running.server.calls().len()
}

#[tokio::test]
async fn a_message_can_notify_nobody() {
    let running = Running::bot().await;
    let text = "@everyone @here <@100000000000000001> <@&400000000000000001>";
    running
        .call("chat.send", json!({ "text": text }))
        .await
        .unwrap();
    let (method, path, body) = latest(&running);
    assert_eq!(
        (method.as_str(), path),
        ("POST", format!("channels/{CHANNEL}/messages"))
    );
    let nobody = json!({ "parse": [], "users": [], "roles": [], "replied_user": false });
    assert_eq!(body["allowed_mentions"], nobody);
    let id = running.wait_for("chat.message", 1).await;
    let change = json!({ "message_id": data(&id[0])["message_id"], "text": text });
    running.call("chat.edit", change).await.unwrap();
    assert_eq!(latest(&running).2["allowed_mentions"], nobody);
    running
        .call(
            "discord.send",
            json!({ "text": text, "channel": OTHER_CHANNEL }),
        )
        .await
        .unwrap();
    assert_eq!(latest(&running).2["allowed_mentions"], nobody);
    running
        .call("discord.execute-webhook", json!({ "text": text }))
        .await
        .unwrap();
    assert_eq!(latest(&running).2["allowed_mentions"], nobody);
    let named = json!({ "text": text, "notify_users": [OWNER], "notify_roles": [MODERATOR_ROLE] });
    running.call("discord.send", named).await.unwrap();
    let allowed = latest(&running).2["allowed_mentions"].clone();
    assert_eq!(
        allowed,
        json!({ "parse": [], "users": [OWNER], "roles": [MODERATOR_ROLE], "replied_user": false })
    );
    for name in [own::Send::DANGER, own::ExecuteWebhook::DANGER] {
        assert!(name.is_some(), "who may notify has to be granted by name");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_long_text_goes_out_in_pieces_and_answers_once() {
    let running = Running::bot().await;
    let parent = data(&*running.heard("tell me all").await)["message_id"].clone();
    let text = "quack ".repeat(700);
    let sent = running
        .call("chat.send", json!({ "text": text, "reply_to": parent }))
        .await
        .unwrap();
    assert_eq!(
        (
            &sent["messages"],
            sent["message_ids"].as_array().unwrap().len()
        ),
        (&json!(3), 3)
    );
    let events = running.wait_for("chat.message", 4).await;
    assert_eq!(data(&events[1])["reply_to"]["message_id"], parent);
    assert!(data(&events[2])["reply_to"].is_null());
    let gone = json!({ "text": "hi", "reply_to": "900000000000077777" });
    let sent = running.call("chat.send", gone).await.unwrap();
    assert_eq!(sent["messages"], 1, "the message that it answers is gone");
    let too_long = running
        .call("chat.send", json!({ "text": "q".repeat(10_001) }))
        .await;
    assert!(
        matches!(too_long, Err(ConnectorError::Invalid(_))),
        "{too_long:?}"
    );
    running.stop().await;
}

#[tokio::test]
async fn every_action_reaches_discord_as_its_documentation_says() {
    let running = Running::bot().await;
    let ronni = json!({ "login": "ronni", "reason": "spam, again" });
    let with = |extra: Value| {
        let mut merged = ronni.clone();
        merged
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        merged
    };
    let member = format!("guilds/{GUILD}/members/{OWNER}");
    running
        .call("moderation.timeout", with(json!({ "seconds": 60 })))
        .await
        .unwrap();
    let until = json!({ "communication_disabled_until": "2025-11-20T12:01:00Z" });
    assert_eq!(latest(&running), ("PATCH".into(), member.clone(), until));
    let reason = running
        .server
        .calls()
        .last()
        .unwrap()
        .header("x-audit-log-reason")
        .map(str::to_owned);
    assert_eq!(reason.as_deref(), Some("spam%2C%20again"));

    running.call("moderation.ban", ronni.clone()).await.unwrap();
    let ban = format!("guilds/{GUILD}/bans/{OWNER}");
    assert_eq!(latest(&running), ("PUT".into(), ban.clone(), json!({})));
    running
        .call("moderation.unban", json!({ "login": "ronni" }))
        .await
        .unwrap();
    assert_eq!(latest(&running).1, ban);
    running
        .call("moderation.unban", json!({ "login": OWNER }))
        .await
        .unwrap();
    assert_eq!(latest(&running).1, ban);

    let role = json!({ "user_id": OWNER, "role_id": MODERATOR_ROLE });
    running
        .call("discord.add-role", role.clone())
        .await
        .unwrap();
    let path = format!("{member}/roles/{MODERATOR_ROLE}");
    assert_eq!(latest(&running), ("PUT".into(), path.clone(), Value::Null));
    running.call("discord.remove-role", role).await.unwrap();
    assert_eq!(latest(&running), ("DELETE".into(), path, Value::Null));
    running
        .call("discord.kick", json!({ "user_id": OWNER }))
        .await
        .unwrap();
    assert_eq!(latest(&running), ("DELETE".into(), member, Value::Null));

    let thread = running
        .call("discord.create-thread", json!({ "name": "Questions" }))
        .await
        .unwrap();
    assert!(!thread["thread_id"].as_str().unwrap().is_empty());
    let options = json!([{ "name": "times", "description": "How often", "kind": "integer" }]);
    let command = json!({ "name": "quack", "description": "Quacks", "options": options });
    let registered = running
        .call("discord.register-command", command)
        .await
        .unwrap();
    assert!(!registered["command_id"].as_str().unwrap().is_empty());
    let (_, path, body) = latest(&running);
    assert_eq!(
        path,
        format!(
            "applications/{}/guilds/{GUILD}/commands",
            discord::APPLICATION
        )
    );
    assert_eq!(body["options"][0]["type"], 4);

    let embed = json!({ "embeds": [{ "title": "Show", "color": "#FF0000" }] });
    running.call("discord.send", embed).await.unwrap();
    assert_eq!(latest(&running).2["embeds"][0]["color"], 0xFF_0000);
    running.stop().await;
}

#[tokio::test]
async fn chat_stays_in_the_channels_of_chat() {
    let running = Running::bot().await;
    let id = "900000000000000001";
    let before = calls(&running);
    for (action, parameters) in [
        ("chat.send", json!({ "text": "hi" })),
        ("chat.edit", json!({ "text": "hi", "message_id": id })),
        ("chat.react", json!({ "emoji": "🦆", "message_id": id })),
        ("moderation.delete-message", json!({ "message_id": id })),
        ("discord.create-thread", json!({ "name": "x" })),
    ] {
        for channel in [OTHER_CHANNEL, "x/../..", ""] {
            let mut parameters = parameters.clone();
            parameters["channel"] = json!(channel);
            let error = running.call(action, parameters).await.unwrap_err();
            assert!(
                matches!(&error, ConnectorError::NotFound(text) if text.contains(CHANNEL)),
                "{error}"
            );
        }
    }
    assert_eq!(calls(&running), before, "nothing is asked of Discord");
    running.stop().await;
}

#[tokio::test]
async fn parameters_cannot_lead_a_request_elsewhere() {
    let running = Running::bot().await;
    let before = calls(&running);
    for id in [
        "../../users/@me",
        "1?limit=1",
        "1#",
        "",
        "１２３",
        "{secret:token}",
        "@me",
    ] {
        for (action, parameters) in [
            ("chat.send", json!({ "text": "hi", "reply_to": id })),
            ("chat.edit", json!({ "text": "hi", "message_id": id })),
            ("chat.react", json!({ "emoji": "🦆", "message_id": id })),
            ("moderation.delete-message", json!({ "message_id": id })),
            ("discord.send", json!({ "text": "hi", "channel": id })),
            (
                "discord.send",
                json!({ "text": "hi", "notify_users": [id] }),
            ),
            ("discord.kick", json!({ "user_id": id })),
            ("discord.add-role", json!({ "user_id": "1", "role_id": id })),
            (
                "discord.create-thread",
                json!({ "name": "x", "message_id": id }),
            ),
        ] {
            let error = running.call(action, parameters).await.unwrap_err();
            assert!(
                matches!(error, ConnectorError::Invalid(_)),
                "{action} {id}: {error}"
            );
        }
    }
    assert_eq!(calls(&running), before, "nothing is asked of Discord");
    let emoji = json!({ "message_id": "1", "emoji": "../../{secret:token}" });
    let error = running.call("chat.react", emoji).await.unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    assert!(
        latest(&running)
            .1
            .contains("/reactions/..%2F..%2F%7Bsecret%3Atoken%7D/@me")
    );
    let login = json!({ "login": "../../users&limit=1" });
    let error = running.call("moderation.ban", login).await.unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    running.stop().await;
}

#[tokio::test]
async fn an_emoji_of_the_server_is_found_by_its_name() {
    let running = Running::bot().await;
    let id = data(&*running.heard("hello").await)["message_id"].clone();
    for emoji in [
        "quack",
        ":quack:",
        "<:quack:510000000000000001>",
        "<a:quack:510000000000000001>",
    ] {
        let react = json!({ "message_id": id, "emoji": emoji });
        running.call("chat.react", react).await.unwrap();
        let path = latest(&running).1;
        assert!(
            path.ends_with("/reactions/quack%3A510000000000000001/@me"),
            "{path}"
        );
    }
    let reactions = running.wait_for("chat.reaction", 4).await;
    assert!(
        reactions
            .iter()
            .all(|event| event.flags.own && data(event)["emoji"] == "quack")
    );
    for emoji in ["duck", "", "<>", "🦆".repeat(65).as_str()] {
        let react = json!({ "message_id": id, "emoji": emoji });
        let error = running.call("chat.react", react).await.unwrap_err();
        let expected = matches!(
            error,
            ConnectorError::NotFound(_) | ConnectorError::Invalid(_)
        );
        assert!(expected, "{emoji}: {error}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_name_comes_before_an_id() {
    let running = Running::bot().await;
    // Somebody calls themselves by the owner's id.
    let troll = discord::person("100000000000000666", OWNER, "Troll");
    running.server.say(CHANNEL, &troll, "ban me", &json!({}));
    running.wait_for("chat.message", 1).await;
    let error = running
        .call("moderation.ban", json!({ "login": OWNER }))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    assert_eq!(
        latest(&running).1,
        format!("guilds/{GUILD}/bans/100000000000000666")
    );
    running.stop().await;
}

#[tokio::test]
async fn what_discord_refuses_is_told_in_its_words_with_the_remedy() {
    let running = Running::bot().await;
    let gone = json!({ "message_id": "900000000000099999" });
    let error = running
        .call("moderation.delete-message", gone)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("Unknown Message")),
        "{error}"
    );
    let refusal = discord::refusal(403, 50_013, "Missing Permissions");
    let fault = pato_test_servers::faults::HttpFault::Answer(refusal);
    running
        .server
        .faults()
        .next("POST /api/v10/channels/*", 1, fault);
    let error = running
        .call("chat.send", json!({ "text": "hi" }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("role")),
        "{error}"
    );
    let unknown = running
        .connector
        .call(Call::new("discord.sned", &Payload::empty()))
        .await
        .unwrap_err();
    assert!(
        unknown.to_string().contains("did you mean `discord.send`?"),
        "{unknown}"
    );
    for seconds in [0, 28 * 86_400 + 1] {
        let long = json!({ "login": "ronni", "seconds": seconds });
        let error = running.call("moderation.timeout", long).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Invalid(_)), "{error}");
    }
    running.stop().await;
}

use pato_test_servers::discord::Interaction;

use super::*;

const COMMAND: u8 = 2;
const BUTTON: u8 = 3;
const FORM: u8 = 5;

async fn used(running: &Running, kind: u8, given: Value) -> Interaction {
    let interaction = running.server.interact(kind, &given);
    let id = json!(interaction.id);
    let told = |event: &Arc<Event>| data(event)["interaction_id"] == id;
    until(
        || running.events("discord.interaction").iter().any(told),
        || "not told".into(),
    )
    .await;
    interaction
}

async fn answered(
    running: &Running,
    interaction: &Interaction,
    count: usize,
) -> Vec<(String, Value)> {
    until(
        || running.server.answers(interaction).len() >= count,
        || format!("{:?}", running.server.answers(interaction)),
    )
    .await;
    let answers = running.server.answers(interaction).into_iter();
    answers
        .map(|call| (call.method.to_string(), call.json().unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn a_command_is_told_with_what_was_given_and_without_its_token() {
    let running = Running::bot().await;
    let options = json!([{ "name": "loud", "type": 1, "options": [{ "name": "times", "type": 4, "value": 3 }] }]);
    let interaction = used(
        &running,
        COMMAND,
        json!({ "id": "8", "name": "quack", "type": 1, "options": options }),
    )
    .await;
    let event = &running.events("discord.interaction")[0];
    let told = data(event);
    assert_eq!(
        (&told["kind"], &told["name"]),
        (&json!("command"), &json!("quack"))
    );
    assert_eq!(
        told["options"],
        json!([{ "name": "loud times", "value": 3 }])
    );
    assert_eq!(told["user"]["login"], "ronni");
    assert!(
        !event.data.as_str().contains(&interaction.token),
        "{:?}",
        event.data
    );

    let rows =
        json!([{ "type": 1, "components": [{ "type": 4, "custom_id": "name", "value": "Duck" }] }]);
    used(
        &running,
        FORM,
        json!({ "custom_id": "sign-up", "components": rows }),
    )
    .await;
    let told = data(&running.events("discord.interaction")[1]);
    assert_eq!(
        told["options"],
        json!([{ "name": "name", "value": "Duck" }])
    );
    let menu = json!({ "custom_id": "colour", "component_type": 3, "values": ["red"] });
    used(&running, BUTTON, menu).await;
    let told = data(&running.events("discord.interaction")[2]);
    assert_eq!(
        (&told["kind"], &told["values"]),
        (&json!("component"), &json!(["red"]))
    );
    running.stop().await;
}

#[tokio::test]
async fn a_quick_answer_goes_out_at_once_and_more_can_follow() {
    let running = Running::bot().await;
    let interaction = used(&running, COMMAND, json!({ "name": "quack" })).await;
    let answer = json!({ "interaction_id": interaction.id, "text": "@everyone Quack!", "only_for_them": true });
    running.call("discord.answer", answer).await.unwrap();
    let more = json!({ "interaction_id": interaction.id, "text": "And again!" });
    running.call("discord.answer", more).await.unwrap();
    let answers = answered(&running, &interaction, 2).await;
    let (_, first) = &answers[0];
    assert_eq!(
        (&first["type"], &first["data"]["flags"]),
        (&json!(4), &json!(64))
    );
    assert_eq!(first["data"]["allowed_mentions"]["parse"], json!([]));
    assert_eq!(
        (answers[1].0.as_str(), &answers[1].1["content"]),
        ("POST", &json!("And again!"))
    );
    // The time for telling to wait comes, and passes.
    sleep(Duration::from_millis(2_500)).await;
    assert_eq!(running.server.answers(&interaction).len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn who_is_not_answered_in_time_is_told_to_wait() {
    let running = Running::bot().await;
    let command = used(&running, COMMAND, json!({ "name": "quack" })).await;
    let button = used(&running, BUTTON, json!({ "custom_id": "more" })).await;
    let waits = answered(&running, &command, 1).await;
    assert_eq!(waits[0].1, json!({ "type": 5 }));
    assert_eq!(
        answered(&running, &button, 1).await[0].1,
        json!({ "type": 6 })
    );

    let private = json!({ "interaction_id": command.id, "text": "psst", "only_for_them": true });
    let error = running.call("discord.answer", private).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Invalid(text) if text.contains("everybody")),
        "{error}"
    );
    for (interaction, method) in [(&command, "PATCH"), (&button, "POST")] {
        let late = json!({ "interaction_id": interaction.id, "text": "Quack!" });
        running.call("discord.answer", late).await.unwrap();
        let answers = answered(&running, interaction, 2).await;
        assert_eq!(
            (answers[1].0.as_str(), &answers[1].1["content"]),
            (method, &json!("Quack!"))
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn an_interaction_that_nobody_knows_is_not_found() {
    let running = Running::bot().await;
    for id in ["1", "", "../callback", "x".repeat(1_000).as_str()] {
        let answer = json!({ "interaction_id": id, "text": "hi" });
        let error = running.call("discord.answer", answer).await.unwrap_err();
        assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_token_that_is_none_leads_nowhere() {
    let running = Running::bot().await;
    for (index, token) in ["../../users/@me", "a/b", "", "..", "{secret:token}", "a?b"]
        .iter()
        .enumerate()
    {
        let id = format!("70000000000000000{index}");
        let interaction = json!({
            "id": id, "token": token, "type": 2, "data": { "name": "quack" }, "user": ronni(),
        });
        running.server.dispatch("INTERACTION_CREATE", &interaction);
        running.wait_for("discord.interaction", index + 1).await;
        let before = running.server.calls().len();
        let answer = json!({ "interaction_id": id, "text": "hi" });
        let error = running.call("discord.answer", answer).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Failed(_)), "{error}");
        assert_eq!(running.server.calls().len(), before, "{token}");
    }
    running.stop().await;
}

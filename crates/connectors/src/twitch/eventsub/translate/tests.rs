use pato_events::catalogue;
use pato_test_servers::twitch::api::samples;
use serde_json::{Value, json};

use super::*;
use crate::twitch::eventsub::types::{Condition, TYPES};

/// What an event of that type becomes: topics and payloads, each checked against the catalogue.
fn told(translator: &mut Translator, kind: &str, event: &Value) -> Read<Vec<(String, Value)>> {
    let condition = json!({ "broadcaster_user_id": "1337" });
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (event, condition) = (fields(event), fields(&condition));
    let events = translator.translate(kind, Fields(&event), Fields(&condition))?;
    let drafts = events.map(|events| events.drafts).unwrap_or_default();
    let told = drafts.iter().map(|draft| {
        let entry = catalogue::topic(draft.topic.as_str()).unwrap();
        entry.check(&draft.data).unwrap();
        assert_eq!(draft.stateful, entry.stateful, "{}", draft.topic);
        (draft.topic.to_string(), draft.data.read().unwrap())
    });
    Ok(told.collect())
}

fn once(kind: &str, event: &Value) -> Vec<(String, Value)> {
    let mut translator = Translator {
        stream: Some(catalogue::TopicPayload::example()),
        ..Translator::default()
    };
    told(&mut translator, kind, event).unwrap()
}

fn sample(kind: &str) -> Value {
    let mut samples = samples().into_iter();
    let found = samples.find(|(found, _, _)| found == kind);
    found.unwrap_or_else(|| panic!("no sample of {kind}")).2
}

/// The one event that the documented sample becomes.
fn one(kind: &str) -> (String, Value) {
    let [event] = once(kind, &sample(kind)).try_into().unwrap();
    event
}

#[test]
fn every_type_that_is_subscribed_to_is_understood_as_twitch_documents_it() {
    for kind in TYPES {
        let samples = samples();
        let samples = samples
            .iter()
            .filter(|(name, version, _)| name == kind.name && version == kind.version);
        let mut count = 0;
        for (name, _, event) in samples {
            count += 1;
            let told = once(name, event);
            assert!(!told.is_empty(), "{name}: {event}");
            if kind.condition != Condition::RaidFrom && name != "channel.chat.notification" {
                let topics: Vec<_> = told.iter().map(|(topic, _)| topic.as_str()).collect();
                assert!(
                    topics.iter().any(|topic| kind.topics.contains(topic)),
                    "{name} becomes {topics:?}"
                );
            }
        }
        assert!(count > 0, "Twitch documents {} {}", kind.name, kind.version);
    }
}

#[test]
fn what_is_not_subscribed_to_becomes_nothing() {
    for kind in [
        "channel.suspicious_user.message",
        "user.update",
        "drop.entitlement.grant",
    ] {
        assert!(once(kind, &json!({})).is_empty());
    }
}

#[test]
fn no_change_of_a_sample_makes_it_panic_or_breaks_the_catalogue() {
    let replacements = [
        json!(null),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{1}ACTION "),
        json!([]),
        json!([null, 1, {}]),
        json!({}),
        json!({ "value": -1, "decimal_places": u64::MAX, "currency": "" }),
    ];
    for (kind, _, event) in samples() {
        for name in event.as_object().unwrap().keys() {
            for replacement in &replacements {
                let mut changed = event.clone();
                changed[name] = replacement.clone();
                // Whether it is refused or told, `told` checks what is told.
                let _ = told(&mut Translator::default(), &kind, &changed);
            }
            let mut changed = event.clone();
            changed.as_object_mut().unwrap().remove(name);
            let _ = told(&mut Translator::default(), &kind, &changed);
        }
    }
}

#[test]
fn what_twitch_adds_loses_no_event() {
    let mut follow = sample("channel.follow");
    follow["something_new"] = json!({ "deep": [1] });
    assert_eq!(once("channel.follow", &follow).len(), 1);

    let mut notice = sample("channel.chat.notification");
    notice["notice_type"] = json!("modiversary");
    let [(topic, data)] = once("channel.chat.notification", &notice)
        .try_into()
        .unwrap();
    assert_eq!(
        (topic.as_str(), &data["kind"]),
        ("chat.notice", &json!("modiversary"))
    );

    let mut bits = sample("channel.bits.use");
    bits["type"] = json!("custom_power_up");
    let [(topic, _)] = once("channel.bits.use", &bits).try_into().unwrap();
    assert_eq!(topic, "channel.power-up");
}

#[test]
fn a_missing_field_is_named() {
    let error = told(&mut Translator::default(), "channel.follow", &json!({}));
    assert_eq!(error, Err(Unreadable("broadcaster_user_login".into())));
}

fn chat(change: impl FnOnce(&mut Value)) -> Vec<(String, Value)> {
    let mut event = json!({
        "broadcaster_user_id": "1", "broadcaster_user_login": "pato", "broadcaster_user_name": "Pato",
        "chatter_user_id": "7", "chatter_user_login": "ronni", "chatter_user_name": "Ronni",
        "message_id": "m1", "message_type": "text", "color": "#0D4200",
        "badges": [{ "set_id": "moderator", "id": "1", "info": "" }],
        "message": { "text": "🦆 Kappa hi", "fragments": [
            { "type": "text", "text": "🦆 " },
            { "type": "emote", "text": "Kappa", "emote": { "id": "25", "emote_set_id": "0" } },
            { "type": "text", "text": " hi" },
        ] },
    });
    change(&mut event);
    once("channel.chat.message", &event)
}

#[test]
fn a_chat_message_keeps_roles_badges_and_emotes_by_code_point() {
    let [(topic, data)] = chat(|_| {}).try_into().unwrap();
    assert_eq!(topic, "chat.message");
    assert_eq!(
        data["user"],
        json!({ "id": "7", "login": "ronni", "name": "Ronni" })
    );
    assert_eq!(data["roles"], json!(["moderator"]));
    assert_eq!(
        data["badges"],
        json!([{ "id": "moderator", "version": "1" }])
    );
    assert_eq!(
        data["emotes"],
        json!([{ "id": "25", "name": "Kappa", "begin": 2, "end": 7 }])
    );
    assert_eq!(data["color"], "#0D4200");
}

#[test]
fn an_action_a_reply_and_a_first_message_are_understood() {
    let [(_, data)] = chat(|event| {
        event["message_type"] = json!("user_intro");
        event["message"] = json!({ "text": "\u{1}ACTION Kappa\u{1}", "fragments": [
            { "type": "text", "text": "\u{1}ACTION " },
            { "type": "emote", "text": "Kappa", "emote": { "id": "25" } },
            { "type": "text", "text": "\u{1}" },
        ] });
        event["reply"] = json!({
            "parent_message_id": "m0", "parent_message_body": "how are you",
            "parent_user_id": "8", "parent_user_login": "ada", "parent_user_name": "Ada",
        });
    })
    .try_into()
    .unwrap();
    assert_eq!(
        (&data["text"], &data["is_action"]),
        (&json!("Kappa"), &json!(true))
    );
    assert_eq!(
        (&data["emotes"][0]["begin"], &data["emotes"][0]["end"]),
        (&json!(0), &json!(5))
    );
    assert_eq!(data["reply_to"]["user"]["login"], "ada");
    assert_eq!(data["is_first"], true);
}

#[test]
fn what_is_paid_in_chat_is_told_from_chat_only_if_nothing_else_tells_of_it() {
    let paid = |event: &mut Value| {
        event["cheer"] = json!({ "bits": 100 });
        event["channel_points_custom_reward_id"] = json!("r1");
    };
    let topics: Vec<_> = chat(paid).into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(
        topics,
        ["chat.message", "channel.cheer", "channel.reward-redeemed"]
    );

    let elsewhere = chat(|event| {
        paid(event);
        event["source_broadcaster_user_id"] = json!("2");
        event["source_broadcaster_user_login"] = json!("other");
    });
    let [(_, data)] = elsewhere.try_into().unwrap();
    assert_eq!(data["shared_from"], "other");

    let mut event = sample("channel.chat.message");
    paid(&mut event);
    let mut translator = Translator::default();
    translator.active.insert("channel.bits.use");
    let redemptions = "channel.channel_points_custom_reward_redemption.add";
    translator.active.insert(redemptions);
    assert_eq!(
        told(&mut translator, "channel.chat.message", &event)
            .unwrap()
            .len(),
        1
    );
}

fn notice(kind: &str, details: Value, active: &[&'static str]) -> Vec<(String, Value)> {
    let mut event = json!({
        "broadcaster_user_id": "1", "broadcaster_user_login": "pato", "broadcaster_user_name": "Pato",
        "chatter_user_id": "7", "chatter_user_login": "ronni", "chatter_user_name": "Ronni",
        "chatter_is_anonymous": false, "message_id": "n1", "notice_type": kind,
        "system_message": "Something happened!", "message": { "text": "yay", "fragments": [] },
    });
    event[kind] = details;
    let mut translator = Translator::default();
    translator.active.extend(active);
    told(&mut translator, "channel.chat.notification", &event).unwrap()
}

#[test]
fn chat_tells_of_subscriptions_and_gifts_where_nothing_else_does() {
    let sub = json!({ "sub_tier": "1000", "is_prime": true, "duration_months": 1 });
    let [(topic, data)] = notice("sub", sub.clone(), &[]).try_into().unwrap();
    assert_eq!(
        (topic.as_str(), &data["tier"]),
        ("channel.subscribe", &json!("Prime"))
    );
    assert!(notice("sub", sub, &["channel.subscribe"]).is_empty());

    let gift = json!({
        "sub_tier": "2000", "duration_months": 1, "cumulative_total": 3, "community_gift_id": null,
        "recipient_user_id": "8", "recipient_user_login": "ada", "recipient_user_name": "Ada",
    });
    let [(topic, data)] = notice("sub_gift", gift.clone(), &[]).try_into().unwrap();
    assert_eq!(
        (topic.as_str(), &data["recipients"][0]["login"]),
        ("channel.gift", &json!("ada"))
    );
    let mut bundled = gift;
    bundled["community_gift_id"] = json!("c1");
    assert!(notice("sub_gift", bundled, &[]).is_empty());
    let bundle = json!({ "id": "c1", "total": 5, "sub_tier": "1000", "cumulative_total": null });
    let [(_, data)] = notice("community_sub_gift", bundle, &[])
        .try_into()
        .unwrap();
    assert_eq!(data["count"], 5);
}

#[test]
fn a_watch_streak_and_a_donation_are_told() {
    let streak = json!({ "streak_count": 12, "channel_points_awarded": 350 });
    let [(topic, data)] = notice("watch_streak", streak, &[]).try_into().unwrap();
    assert_eq!(topic, "channel.watch-streak");
    assert_eq!(
        (&data["streams"], &data["text"]),
        (&json!(12), &json!("yay"))
    );

    let amount = json!({ "value": 1250, "decimal_place": 2, "currency": "EUR" });
    let donation = json!({ "charity_name": "Ducks", "amount": amount });
    let [(topic, data)] = notice("charity_donation", donation, &[])
        .try_into()
        .unwrap();
    assert_eq!(topic, "channel.donation");
    assert_eq!(data["amount"], json!({ "value": 12.5, "currency": "EUR" }));
}

#[test]
fn an_announcement_and_what_has_no_topic_become_a_notice() {
    let [(topic, data)] = notice("announcement", json!({ "color": "BLUE" }), &[])
        .try_into()
        .unwrap();
    assert_eq!(
        (topic.as_str(), &data["kind"]),
        ("chat.notice", &json!("announcement"))
    );
    assert_eq!(data["text"], "Something happened! yay");
}

#[test]
fn the_title_changes_without_ending_the_stream() {
    let mut translator = Translator::default();
    let unknown = told(&mut translator, "channel.update", &sample("channel.update"));
    assert_eq!(
        unknown,
        Ok(Vec::new()),
        "nobody knows yet whether it is live"
    );
    let [(_, online)] = told(&mut translator, "stream.online", &sample("stream.online"))
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(online["live"], true);
    let update = sample("channel.update");
    let [(_, updated)] = told(&mut translator, "channel.update", &update)
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(
        (&updated["live"], &updated["title"]),
        (&json!(true), &update["title"])
    );
    assert_eq!(updated["started_at"], online["started_at"]);
    let offline = told(&mut translator, "stream.offline", &sample("stream.offline")).unwrap();
    assert_eq!(
        (&offline[0].1["live"], &offline[0].1["title"]),
        (&json!(false), &update["title"])
    );
}

#[test]
fn a_raid_has_two_ends() {
    let event = sample("channel.raid");
    let fields = event.as_object().unwrap().clone();
    let mut topics = Vec::new();
    for end in ["to_broadcaster_user_id", "from_broadcaster_user_id"] {
        let condition = json!({ end: "1337" }).as_object().unwrap().clone();
        let mut translator = Translator::default();
        let events = translator.translate("channel.raid", Fields(&fields), Fields(&condition));
        topics.push(events.unwrap().unwrap().drafts[0].topic.to_string());
    }
    assert_eq!(topics, ["channel.raid", "channel.raid-sent"]);
}

#[test]
fn polls_and_predictions_say_how_they_stand() {
    assert_eq!(one("channel.poll.begin").1["state"], "running");
    assert_eq!(one("channel.poll.end").1["state"], "completed");
    for (kind, state) in [
        ("channel.prediction.begin", "open"),
        ("channel.prediction.progress", "open"),
        ("channel.prediction.lock", "locked"),
        ("channel.prediction.end", "resolved"),
    ] {
        assert_eq!(one(kind).1["state"], state, "{kind}");
    }
}

#[test]
fn what_viewers_reach_together_is_told_with_its_amounts() {
    let (_, begin) = one("channel.hype_train.begin");
    assert_eq!(begin["active"], true);
    assert!(begin["goal"].as_u64().is_some());
    let (_, end) = one("channel.hype_train.end");
    assert_eq!((&end["active"], &end["level"]), (&json!(false), &json!(2)));
    assert!(one("channel.goal.end").1["achieved"].is_boolean());
    let (_, donation) = one("channel.charity_campaign.progress");
    let event = sample("channel.charity_campaign.progress");
    let cents = event["current_amount"]["value"].as_f64().unwrap();
    assert_eq!(
        donation["current"]["value"].as_f64().unwrap(),
        cents / 100.0
    );
}

#[test]
fn rewards_and_redemptions_keep_their_identifiers() {
    let kind = "channel.channel_points_custom_reward_redemption.add";
    let (_, data) = one(kind);
    assert_eq!(data["redemption_id"], sample(kind)["id"]);
    assert_eq!(data["status"], "open");
    let kind = "channel.channel_points_automatic_reward_redemption.add";
    let (_, data) = one(kind);
    assert_eq!(data["reward_id"], "send_highlighted_message");
    assert_eq!(
        (&data["cost"], &data["input"]),
        (&json!(100), &json!("Hello world! VoHiYo"))
    );
    for (end, change) in [
        ("add", "added"),
        ("update", "updated"),
        ("remove", "removed"),
    ] {
        let (_, data) = one(&format!("channel.channel_points_custom_reward.{end}"));
        assert_eq!(data["change"], change);
    }
}

#[test]
fn bans_are_told_once_and_with_their_length() {
    let mut event = sample("channel.ban");
    event["is_permanent"] = json!(false);
    event["banned_at"] = json!("2020-07-15T18:15:11.17106713Z");
    event["ends_at"] = json!("2020-07-15T18:16:11.17106713Z");
    assert_eq!(once("channel.ban", &event)[0].1["seconds"], 60);
    event["is_permanent"] = json!(true);
    assert!(once("channel.ban", &event)[0].1.get("seconds").is_none());

    let timeout = samples()
        .into_iter()
        .find(|(kind, _, event)| kind == "channel.moderate" && event["action"] == "timeout");
    let timeout = timeout.unwrap().2;
    let mut translator = Translator::default();
    let expires = timeout["timeout"]["expires_at"].as_str().unwrap();
    translator.now = crate::twitch::eventsub::frame::milliseconds(expires).unwrap() - 30_000.0;
    let told_of = told(&mut translator, "channel.moderate", &timeout).unwrap();
    assert_eq!(
        (told_of[0].0.as_str(), &told_of[0].1["seconds"]),
        ("moderation.banned", &json!(30))
    );
    assert_eq!(told_of[1].0, "moderation.action");
    translator.active.insert("channel.ban");
    assert_eq!(
        told(&mut translator, "channel.moderate", &timeout)
            .unwrap()
            .len(),
        1
    );
}

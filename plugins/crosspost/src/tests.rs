use std::time::Duration;

use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

const NOON: f64 = 1_763_683_200_000.0;
const MINUTE: f64 = 60_000.0;

fn started(settings: &[(&str, Value)]) -> (FakeHost, Crosspost) {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    host.set_setting("announce_to", json!(["discord/1"]));
    host.set_setting("relay", json!(["twitch/pato <-> discord/2"]));
    for (key, value) in settings {
        host.set_setting(key, value.clone());
    }
    host.answer("chat.send", |_| {
        Ok(json!({ "messages": 1, "message_ids": ["sent"] }))
    });
    host.set_time(NOON);
    (host, restarted())
}

fn restarted() -> Crosspost {
    let mut plugin = Crosspost::default();
    plugin.init().unwrap();
    plugin
}

fn status(live: bool, title: Option<&str>) -> StreamStatus {
    StreamStatus {
        live,
        title: title.map(str::to_owned),
        started_at: live.then_some(NOON),
        ..StreamStatus::example()
    }
}

/// What was said in Twitch's channel `pato`.
fn said(text: &str) -> Event {
    Event {
        time: NOON,
        ..testing::chat(text)
    }
}

fn said_in(source: &str, channel: &str, text: &str) -> Event {
    let message = ChatMessage {
        channel: channel.into(),
        text: text.into(),
        user: User::example(),
        ..ChatMessage::example()
    };
    Event {
        source: source.into(),
        time: NOON,
        ..testing::event(&message)
    }
}

fn fire(host: &FakeHost, plugin: &mut Crosspost) -> Duration {
    let (timer, after, _) = host.timers()[0];
    timer.cancel().unwrap();
    plugin.timer(timer).unwrap();
    after
}

#[test]
fn a_stream_that_begins_is_announced_once() {
    let (host, mut plugin) = started(&[]);
    let event = testing::event(&status(true, Some("Geese")));
    plugin.event(event.clone()).unwrap();
    assert_eq!(
        host.calls()[0].parameters,
        json!({
            "connector": "discord",
            "channel": "1",
            "text": "pato is live: Geese (Software and Game Development) https://www.twitch.tv/pato",
        })
    );
    plugin.event(event.clone()).unwrap();
    restarted().event(event).unwrap();
    assert_eq!(host.calls().len(), 1);
    assert!(host.timers().is_empty());
}

#[test]
fn it_waits_for_the_title_but_not_for_ever() {
    let (host, mut plugin) = started(&[]);
    plugin.event(testing::event(&status(true, None))).unwrap();
    assert!(host.calls().is_empty());
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    assert_eq!(host.sent().len(), 1);
    fire(&host, &mut plugin);
    assert_eq!(host.sent().len(), 1);

    let (host, mut plugin) = started(&[]);
    let untitled = StreamStatus {
        category: None,
        ..status(true, None)
    };
    plugin.event(testing::event(&untitled)).unwrap();
    assert_eq!(fire(&host, &mut plugin), Duration::from_secs(20));
    assert_eq!(host.sent(), ["pato is live: https://www.twitch.tv/pato"]);
}

#[test]
fn an_interruption_is_no_new_stream_and_a_long_one_is() {
    let (host, mut plugin) = started(&[]);
    let mut at = |minutes: f64, live: bool| {
        let now = NOON + minutes * MINUTE;
        host.set_time(now);
        let status = StreamStatus {
            started_at: live.then_some(now),
            ..status(live, Some("Geese"))
        };
        plugin.event(testing::event(&status)).unwrap();
        host.sent().len()
    };
    assert_eq!(at(0.0, true), 1);
    assert_eq!(at(300.0, false), 1);
    assert_eq!(at(310.0, true), 1);
    assert_eq!(at(400.0, false), 1);
    assert_eq!(at(500.0, true), 2);
}

#[test]
fn a_stream_that_ended_unseen_does_not_swallow_the_next_one() {
    let (host, mut plugin) = started(&[]);
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    let mut plugin = restarted();
    let tomorrow = NOON + 1440.0 * MINUTE;
    host.set_time(tomorrow);
    plugin.event(testing::event(&status(false, None))).unwrap();
    let next = StreamStatus {
        started_at: Some(tomorrow),
        ..status(true, Some("Ducks"))
    };
    plugin.event(testing::event(&next)).unwrap();
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn how_things_stand_is_announced_only_if_the_stream_has_just_begun() {
    for (minutes, announced) in [(10.0, 1), (31.0, 0)] {
        let (host, mut plugin) = started(&[]);
        host.set_time(NOON + minutes * MINUTE);
        let mut event = testing::event(&status(true, Some("Geese")));
        event.flags.snapshot = true;
        plugin.event(event).unwrap();
        assert_eq!(host.sent().len(), announced, "after {minutes} minutes");
    }
    let (host, mut plugin) = started(&[]);
    let unknown = StreamStatus {
        started_at: None,
        ..status(true, Some("Geese"))
    };
    let mut event = testing::event(&unknown);
    event.flags.snapshot = true;
    plugin.event(event).unwrap();
    assert!(host.sent().is_empty());
}

#[test]
fn simulated_and_unnamed_streams_are_not_announced() {
    let (host, mut plugin) = started(&[]);
    let mut event = testing::event(&status(true, Some("Geese")));
    event.flags.simulated = true;
    plugin.event(event.clone()).unwrap();
    assert!(host.sent().is_empty());
    host.set_setting("announce_from", json!(["simulator/pato"]));
    plugin.settings_changed(Vec::new()).unwrap();
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    assert!(host.sent().is_empty());
    event.source = "simulator".into();
    plugin.event(event).unwrap();
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn a_place_that_is_not_there_is_tried_again_over_a_restart_and_others_are_not() {
    let (host, mut plugin) = started(&[("announce_to", json!(["discord/1", "kick/pato"]))]);
    let refuse = |parameters: Value| match parameters["connector"] == "kick" {
        true => Err(Error::Unavailable("not connected".into())),
        false => Ok(json!({ "messages": 1 })),
    };
    host.answer("chat.send", refuse);
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    assert_eq!(fire(&host, &mut plugin), Duration::from_secs(30));
    assert_eq!(fire(&host, &mut plugin), Duration::from_secs(60));
    for (timer, ..) in host.timers() {
        timer.cancel().unwrap();
    }
    let mut plugin = restarted();
    host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
    fire(&host, &mut plugin);
    let places: Vec<Value> = host
        .calls()
        .iter()
        .map(|call| call.parameters["connector"].clone())
        .collect();
    assert_eq!(places, ["discord", "kick", "kick", "kick", "kick"]);
    assert!(host.timers().is_empty());
    assert_eq!(
        plugin.command("status", Value::Null).unwrap()["announcing"],
        json!([])
    );
}

#[test]
fn a_place_that_never_answers_is_given_up_and_the_end_of_the_stream_ends_it_too() {
    let (host, mut plugin) = started(&[]);
    host.answer("chat.send", |_| {
        Err(Error::Unavailable("not connected".into()))
    });
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    let mut tries = 1;
    while !host.timers().is_empty() {
        assert!(fire(&host, &mut plugin) <= Duration::from_secs(600));
        tries += 1;
    }
    assert_eq!(tries, 12);
    assert!(
        host.logs()
            .last()
            .unwrap()
            .1
            .contains("given up: not connected")
    );

    let (host, mut plugin) = started(&[]);
    host.answer("chat.send", |_| {
        Err(Error::Unavailable("not connected".into()))
    });
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    plugin.event(testing::event(&status(false, None))).unwrap();
    fire(&host, &mut plugin);
    assert_eq!(host.calls().len(), 1);
}

#[test]
fn the_command_announces_what_is_live_once_more() {
    let (host, mut plugin) = started(&[]);
    let error = plugin.command("announce", Value::Null).unwrap_err();
    assert_eq!(error, Error::NotFound("no stream is live".into()));
    host.add_snapshot(testing::event(&status(true, Some("Geese"))));
    assert_eq!(
        plugin.command("announce", Value::Null).unwrap(),
        json!({ "announced": 1 })
    );
    assert_eq!(host.sent().len(), 1);
    assert!(plugin.command("anounce", Value::Null).is_err());
}

#[test]
fn chat_is_carried_both_ways_and_only_between_the_places_of_the_setting() {
    let (host, mut plugin) = started(&[]);
    plugin.event(said("hello there")).unwrap();
    plugin.event(said_in("discord", "2", "hi")).unwrap();
    plugin.event(said_in("discord", "1", "elsewhere")).unwrap();
    plugin.event(said_in("kick", "pato", "elsewhere")).unwrap();
    let calls: Vec<Value> = host
        .calls()
        .into_iter()
        .map(|call| call.parameters)
        .collect();
    assert_eq!(
        calls,
        [
            json!({ "connector": "discord", "channel": "2", "text": "[twitch] Ronni: hello there" }),
            json!({ "connector": "twitch", "channel": "pato", "text": "[discord] Ronni: hi" }),
        ]
    );
}

#[test]
fn what_was_carried_never_comes_back() {
    let (host, mut plugin) = started(&[]);
    plugin.event(said("hello  there")).unwrap();
    // Pato's own message, as the connector flags it.
    let mut own = said_in("discord", "2", "[twitch] Ronni: hello there");
    own.flags.own = true;
    // The same by a way on which nobody knows that it is Pato's: by its id, by its text, or quoted by
    // another relay.
    let mut by_id = said_in("discord", "2", "something else");
    by_id.data = by_id
        .data
        .replace(&ChatMessage::example().message_id, "sent");
    let by_text = said_in("discord", "2", "[twitch] Ronni: hello\u{200B} there ");
    let quoted = said("[discord] Bot: [twitch] Ronni: hello there");
    for event in [own, by_id, by_text, quoted] {
        plugin.event(event).unwrap();
    }
    assert_eq!(host.sent().len(), 1);
    assert_eq!(plugin.relay.counts.echoes, 4);
    // Others may say the same words.
    plugin
        .event(said_in("discord", "2", "hello there"))
        .unwrap();
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn two_relays_with_an_echoing_service_between_them_come_to_an_end() {
    let (host, mut plugin) = started(&[("relay_per_minute", json!(600))]);
    plugin.event(said("hello")).unwrap();
    for round in 0..100 {
        let Some(call) = host.calls().get(round).cloned() else {
            break;
        };
        let text = call.parameters["text"].as_str().unwrap().to_owned();
        // Another bot writes whatever it sees into the other chat, under its own name.
        let (source, channel) = match call.parameters["connector"].as_str() {
            Some("discord") => ("twitch", "pato"),
            _ => ("discord", "2"),
        };
        let text = format!("({round}) {text}");
        plugin.event(said_in(source, channel, &text)).unwrap();
    }
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn commands_bots_blocked_words_and_other_channels_stay_where_they_are() {
    let (host, mut plugin) = started(&[("blocked_words", json!(["secret*"]))]);
    let shared = ChatMessage {
        shared_from: Some("other".into()),
        text: "from afar".into(),
        ..ChatMessage::example()
    };
    let mut bot = said("I am a bot");
    bot.data = bot.data.replace("ronni", "Nightbot");
    let stay = [
        said(" !scene Gaming"),
        said("the SEC\u{200B}RETS of geese"),
        said(" "),
        testing::event(&shared),
        bot,
    ];
    for event in stay {
        plugin.event(event).unwrap();
    }
    let flags: [fn(&mut Event); 4] = [
        |event| event.flags.replayed = true,
        |event| event.flags.redelivered = true,
        |event| event.flags.simulated = true,
        |event| event.time = NOON - 11.0 * MINUTE,
    ];
    for flag in flags {
        let mut event = said("hello");
        flag(&mut event);
        plugin.event(event).unwrap();
    }
    assert!(host.sent().is_empty());
}

#[test]
fn nobody_calls_everyone_or_gives_commands_by_way_of_the_relay() {
    let (host, mut plugin) = started(&[("format", json!("{text} by {user}"))]);
    plugin
        .event(said("/ban @everyone <@123>\r\n@here {user}"))
        .unwrap();
    let sent = &host.sent()[0];
    assert!(sent.starts_with("ban @\u{200B}everyone <@\u{200B}123>  @\u{200B}here {user} by"));
    plugin.event(said(&"é".repeat(5000))).unwrap();
    assert_eq!(host.sent()[1].chars().count(), 401);
}

#[test]
fn a_format_that_leaves_out_who_or_what_is_not_used() {
    let (host, mut plugin) = started(&[("format", json!("{text}"))]);
    plugin.event(said("hello")).unwrap();
    assert_eq!(host.sent(), ["[twitch] Ronni: hello"]);
    assert!(host.logs()[0].1.contains("needs {user} and {text}"));
}

#[test]
fn a_flood_is_cut_off_and_told_once_a_minute() {
    let (host, mut plugin) = started(&[("relay_per_minute", json!(5))]);
    for number in 0..50 {
        plugin.event(said(&format!("flood {number}"))).unwrap();
    }
    assert_eq!(host.sent().len(), 5);
    assert_eq!(plugin.relay.counts.left_out, 45);
    assert_eq!(host.logs().len(), 1);
    host.set_time(NOON + MINUTE);
    plugin.event(said("later")).unwrap();
    assert_eq!(host.sent().len(), 6);
}

#[test]
fn a_service_that_wants_a_pause_gets_it() {
    let (host, mut plugin) = started(&[]);
    host.answer("chat.send", |_| Err(Error::RateLimited(5000)));
    plugin.event(said("one")).unwrap();
    plugin.event(said("two")).unwrap();
    assert_eq!(host.sent().len(), 1);
    host.set_time(NOON + 5000.0);
    plugin.event(said("three")).unwrap();
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn wrong_lines_of_settings_are_left_out_and_named() {
    let wrong = [
        ("relay", json!(["twitch/pato -> discord"])),
        ("announce_to", json!(["discord"])),
        ("announce_from", json!(["twitch"])),
        ("links", json!(["twitch"])),
    ];
    let (host, mut plugin) = started(&wrong);
    plugin.event(said("hello")).unwrap();
    plugin
        .event(testing::event(&status(true, Some("Geese"))))
        .unwrap();
    assert!(host.calls().is_empty());
    let lines: Vec<String> = host.logs().into_iter().map(|(_, line)| line).collect();
    for (setting, _) in wrong {
        assert!(lines.iter().any(|line| line.contains(setting)), "{lines:?}");
    }
    let error = plugin.command("announce", Value::Null).unwrap_err();
    assert!(matches!(error, Error::NotFound(_)));
}

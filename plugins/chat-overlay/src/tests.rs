use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

/// A plugin, its host, and how many messages were written.
struct Chat {
    host: FakeHost,
    plugin: ChatOverlay,
    messages: u32,
}

impl Chat {
    fn new(settings: &[(&str, Value)]) -> Self {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        for (key, value) in settings {
            host.set_setting(key, value.clone());
        }
        let mut plugin = ChatOverlay::default();
        plugin.init().unwrap();
        Self {
            host,
            plugin,
            messages: 0,
        }
    }

    fn says(&mut self, name: &str, text: &str) -> ChatMessage {
        self.messages += 1;
        let message = ChatMessage {
            message_id: format!("message-{}", self.messages),
            text: text.into(),
            user: user(name),
            ..ChatMessage::example()
        };
        self.happens(testing::event(&message));
        message
    }

    fn happens(&mut self, event: Event) {
        self.plugin.event(event).unwrap();
        self.wait();
    }

    /// Lets time go by until every timer that is set now is due.
    fn wait(&mut self) {
        for (timer, ..) in self.host.timers() {
            timer.cancel().unwrap();
            self.plugin.timer(timer).unwrap();
        }
    }

    fn items(&self, surface: &str) -> Vec<Value> {
        let lines = self.host.surface(surface).value(LINES).cloned();
        lines.unwrap().as_array().unwrap().clone()
    }

    fn shown(&self) -> Vec<String> {
        let text = |item: &Value| item["detail"].as_str().unwrap().to_owned();
        self.items("chat").iter().map(text).collect()
    }
}

fn user(name: &str) -> User {
    User {
        id: format!("id of {name}"),
        login: name.to_lowercase(),
        name: name.into(),
    }
}

#[test]
fn a_message_has_the_colour_and_the_role_of_who_wrote_it() {
    let mut chat = Chat::new(&[]);
    chat.says("Ronni", "hello");
    let expected = json!({
        "id": "1", "text": "Ronni", "detail": "hello", "color": "#0D4200", "icon": "shield",
    });
    for surface in ["chat", "latest"] {
        assert_eq!(chat.items(surface)[0], expected);
    }
    chat.host.set_setting("roles", json!(false));
    chat.plugin.settings_changed(Vec::new()).unwrap();
    assert_eq!(chat.items("chat")[0]["icon"], Value::Null);
}

#[test]
fn only_the_last_lines_are_shown() {
    let mut chat = Chat::new(&[("lines", json!(2))]);
    for number in 0..100 {
        chat.says("Ada", &number.to_string());
    }
    assert_eq!(chat.shown(), ["98", "99"]);
    assert_eq!(chat.items("latest").len(), 50);
}

#[test]
fn what_moderators_delete_is_gone_at_once() {
    let mut chat = Chat::new(&[]);
    let bad = chat.says("Bot", "buy followers");
    chat.says("Ada", "hello");
    let deleted = ChatMessageDeleted {
        message_id: bad.message_id,
        ..ChatMessageDeleted::example()
    };
    let mut elsewhere = testing::event(&deleted);
    elsewhere.source = "kick".into();
    chat.happens(elsewhere);
    assert_eq!(chat.shown().len(), 2, "another service has the same id");
    chat.happens(testing::event(&deleted));
    assert_eq!(chat.shown(), ["hello"]);
    assert_eq!(chat.items("latest").len(), 1);
}

#[test]
fn who_is_timed_out_loses_all_messages_and_a_cleared_chat_is_empty() {
    let mut chat = Chat::new(&[]);
    for name in ["Bot", "Ada", "Bot"] {
        chat.says(name, name);
    }
    let cleared = |user| ChatCleared {
        user,
        ..ChatCleared::example()
    };
    let by_name = User {
        id: String::new(),
        ..user("BOT")
    };
    chat.happens(testing::event(&cleared(Some(by_name))));
    assert_eq!(chat.shown(), ["Ada"]);
    chat.happens(testing::event(&cleared(None)));
    assert!(chat.shown().is_empty());
}

#[test]
fn a_message_that_was_changed_says_what_it_says_now() {
    let mut chat = Chat::new(&[]);
    let message = chat.says("Ada", "helo");
    let edited = ChatMessageEdited {
        message_id: message.message_id,
        text: "hello".into(),
        ..ChatMessageEdited::example()
    };
    chat.happens(testing::event(&edited));
    assert_eq!(chat.shown(), ["hello"]);
}

#[test]
fn old_messages_go_from_the_overlay_and_stay_in_the_widget() {
    let mut chat = Chat::new(&[("fade_seconds", json!(10))]);
    chat.says("Ada", "first");
    chat.host.set_time(9000.0);
    chat.says("Ada", "second");
    assert_eq!(chat.shown().len(), 2);
    chat.host.set_time(11_000.0);
    chat.wait();
    chat.wait();
    assert_eq!(chat.shown(), ["second"]);
    assert_eq!(chat.items("latest").len(), 2);
}

#[test]
fn commands_and_bots_are_left_out_unless_wanted() {
    let mut chat = Chat::new(&[]);
    chat.says("Ada", "!hug Bo");
    chat.says("Nightbot", "hugs!");
    assert!(chat.shown().is_empty());
    let mut chat = Chat::new(&[("commands", json!(true)), ("ignored_chatters", json!([]))]);
    chat.says("Ada", "!hug Bo");
    chat.says("Nightbot", "hugs!");
    assert_eq!(chat.shown().len(), 2);
}

#[test]
fn a_storm_is_drawn_in_pieces_and_its_end_is_seen() {
    let mut chat = Chat::new(&[]);
    let message = |number: u32| {
        testing::event(&ChatMessage {
            text: number.to_string(),
            ..ChatMessage::example()
        })
    };
    chat.plugin.event(message(0)).unwrap();
    for number in 1..1000 {
        chat.plugin.event(message(number)).unwrap();
    }
    assert_eq!(chat.shown(), ["0"], "a moment ago it was drawn");
    chat.wait();
    assert_eq!(chat.shown().last().unwrap(), "999");
    assert_eq!(chat.host.timers().len(), 1);
}

#[test]
fn whatever_people_write_it_can_be_drawn() {
    let mut chat = Chat::new(&[("lines", json!(50))]);
    for number in 0..180 {
        let letter = ["\u{1F986}", "\u{1}", "\\"][number / 60];
        let message = ChatMessage {
            color: Some(["red", "#12345é", "#123456"][number % 3].into()),
            message_id: "x".repeat(5000),
            ..ChatMessage::new(
                "",
                "pato",
                user(&"\u{1F986}".repeat(1000)),
                letter.repeat(5000),
            )
        };
        chat.happens(testing::event(&message));
    }
    let items = chat.items("chat");
    assert_eq!(items.len(), 50);
    assert_eq!(items[49]["color"], "#123456");
    assert_eq!(items[48]["color"], Value::Null);
    assert!(chat.host.logs().is_empty(), "{:?}", chat.host.logs());
}

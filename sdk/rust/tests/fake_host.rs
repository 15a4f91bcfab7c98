//! The SDK against its fake host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::time::Duration;

use pato_sdk::catalogue::moderation::{Timeout, TimeoutParameters};
use pato_sdk::http::Response;
use pato_sdk::log::Level;
use pato_sdk::prelude::*;
use pato_sdk::storage::Transaction;
use pato_sdk::testing::{self, FakeHost};
use pato_sdk::websocket::Message;

#[derive(Default)]
struct Fails;

#[plugin]
impl Plugin for Fails {
    fn event(&mut self, event: Event) -> Result<()> {
        let number: Value = event.json()?;
        match number["number"].as_u64() {
            Some(2) => Err(Error::Failed("two is too many".into())),
            _ => events::publish("fails.handled", &number).map(drop),
        }
    }
}

#[test]
fn an_event_that_fails_is_logged_and_the_next_ones_are_handled() {
    let host = FakeHost::new();
    let batch = (1..=3).map(|number| testing::named("test.number", &json!({ "number": number })));
    Fails.events(batch.collect()).unwrap();
    let handled: Vec<_> = host
        .published()
        .iter()
        .map(|one| one.data["number"].clone())
        .collect();
    assert_eq!(handled, [json!(1), json!(3)]);
    let (level, line) = &host.logs()[0];
    assert_eq!(*level, Level::Error);
    assert!(
        line.contains("`test.number`") && line.contains("two is too many"),
        "{line}"
    );
}

#[test]
fn a_command_of_another_plugin_is_answered_by_the_test() {
    let host = FakeHost::new();
    let call = || plugins::call::<u32>("points", "get", &json!({ "user": "ronni" }));
    assert!(matches!(call(), Err(Error::Denied(text)) if text.contains("points.get")));
    host.answer("points.get", |parameters| {
        assert_eq!(parameters["user"], "ronni");
        Ok(json!(7))
    });
    assert_eq!(call(), Ok(7));
    assert_eq!(host.calls()[1].action, "points.get");
    assert_eq!(plugins::caller(), None);
    host.set_caller(Some("alerts"));
    assert_eq!(plugins::caller().as_deref(), Some("alerts"));
}

#[test]
fn a_command_that_is_not_there_is_named() {
    let error = Fails.command("dance", Value::Null).unwrap_err();
    assert_eq!(error, Error::NotFound("there is no command `dance`".into()));
}

#[test]
fn a_payload_is_read_only_as_its_topics_type() {
    let event = testing::chat("hello");
    assert_eq!(
        event.payload::<ChatMessage>().unwrap().unwrap().text,
        "hello"
    );
    let other = testing::named("chat.other", &json!({}));
    assert!(other.payload::<ChatMessage>().unwrap().is_none());
    let broken = testing::named("chat.message", &json!({ "text": 1 }));
    let error = broken.payload::<ChatMessage>().unwrap_err().to_string();
    assert!(
        error.contains("`chat.message`") && error.contains("line 1"),
        "{error}"
    );
}

#[test]
fn only_objects_are_published_and_only_patterns_subscribed() {
    let host = FakeHost::new();
    assert!(matches!(events::publish("a.b", &1), Err(Error::Invalid(_))));
    assert!(matches!(
        events::subscribe("chat.mess*"),
        Err(Error::Invalid(_))
    ));
    assert!(matches!(
        events::unsubscribe("chat.*"),
        Err(Error::NotFound(_))
    ));
    events::publish_state("a.b", &json!({})).unwrap();
    events::subscribe("chat.*").unwrap();
    assert!(host.published()[0].stateful);
    assert_eq!(host.subscriptions(), ["chat.*"]);
}

#[test]
fn a_snapshot_finds_what_matches() {
    let host = FakeHost::new();
    host.add_snapshot(testing::named("counter.stats", &json!({ "messages": 1 })));
    assert_eq!(events::snapshot("counter.*").unwrap().len(), 1);
    assert!(events::snapshot("chat.*").unwrap().is_empty());
}

#[test]
fn an_action_without_an_answer_is_denied() {
    let host = FakeHost::new();
    let parameters = TimeoutParameters {
        login: "ronni".into(),
        seconds: 60,
        ..TimeoutParameters::default()
    };
    let denied = services::call::<Timeout>(&parameters).unwrap_err();
    assert!(matches!(denied, Error::Denied(line) if line.contains("call:moderation.timeout")));
    host.answer("moderation.timeout", |parameters| {
        assert_eq!(parameters["seconds"], 60);
        Ok(json!({}))
    });
    services::call::<Timeout>(&parameters).unwrap();
    services::call::<Timeout>(&parameters).unwrap();
    assert_eq!(host.calls().len(), 3);
}

#[test]
fn only_a_chat_message_is_replied_to() {
    let host = FakeHost::new();
    let error = chat::reply(&testing::named("test.other", &json!({})), "hi").unwrap_err();
    assert!(error.to_string().contains("`test.other`"));
    assert!(host.calls().is_empty());
}

#[test]
fn a_transaction_over_the_quota_changes_nothing() {
    let host = FakeHost::new();
    host.set_storage_quota(20);
    storage::set("old", &1).unwrap();
    let changes = Transaction::new()
        .delete("old")
        .set_bytes("new", vec![0; 20]);
    assert_eq!(changes.commit(), Err(Error::RateLimited(u32::MAX)));
    assert_eq!(storage::get::<u8>("old").unwrap(), Some(1));
    let changes = Transaction::new()
        .delete("old")
        .set("new", "value")
        .unwrap();
    changes.commit().unwrap();
    assert_eq!(storage::keys("", None).unwrap(), ["new"]);
    assert_eq!(storage::keys("", Some("new")).unwrap(), [""; 0]);
    assert!(storage::get::<u8>("new").is_err());
}

#[test]
fn settings_begin_with_the_manifests_defaults() {
    let manifest = "[settings.volume]\ntype = \"integer\"\ndefault = 50";
    let host = FakeHost::with_manifest(manifest);
    assert_eq!(settings::get::<u32>("volume").unwrap(), 50);
    host.set_setting("volume", json!(80));
    assert_eq!(settings::all::<Value>().unwrap(), json!({ "volume": 80 }));
    assert!(matches!(
        settings::get::<u32>("volum"),
        Err(Error::NotFound(_))
    ));
}

#[test]
fn the_web_is_what_the_test_says() {
    let host = FakeHost::new();
    assert!(matches!(
        http::get("https://a.example/").send(),
        Err(Error::Denied(_))
    ));
    host.web(|request| {
        Ok(Response {
            status: 201,
            url: request.url,
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: request.body.unwrap_or_default(),
        })
    });
    let request = http::post("https://a.example/")
        .json(&json!({ "a": 1 }))
        .unwrap();
    let response = request.timeout(Duration::from_secs(1)).send().unwrap();
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.json::<Value>().unwrap(), json!({ "a": 1 }));
    assert_eq!(host.requests()[1].headers[0].0, "content-type");
}

#[test]
fn a_closed_connection_takes_nothing_more() {
    let host = FakeHost::new();
    let connection = websocket::connect("wss://a.example/").unwrap();
    connection.send("hello").unwrap();
    connection.close(1000, "bye").unwrap();
    assert!(matches!(connection.send("more"), Err(Error::NotFound(_))));
    let (_, connected) = &host.connections()[0];
    assert_eq!(connected.sent, [Message::Text("hello".into())]);
    assert_eq!(connected.closed, Some((1000, "bye".into())));
}

#[test]
fn timers_have_a_shortest_and_a_longest_time() {
    let host = FakeHost::new();
    assert!(matches!(
        timers::after(Duration::from_millis(9)),
        Err(Error::Invalid(_))
    ));
    assert!(matches!(
        timers::every(Duration::from_secs(50 * 86_400)),
        Err(Error::Invalid(_))
    ));
    let timer = timers::every(Duration::from_secs(1)).unwrap();
    assert_eq!(host.timers(), [(timer, Duration::from_secs(1), true)]);
    timer.cancel().unwrap();
    assert!(matches!(timer.cancel(), Err(Error::NotFound(_))));
}

#[test]
fn the_clock_says_what_the_test_says() {
    let host = FakeHost::new();
    assert!(clock::now() < f64::EPSILON);
    host.set_time(1_763_683_200_000.0);
    assert!((clock::now() - 1_763_683_200_000.0).abs() < f64::EPSILON);
}

#[test]
fn a_publish_that_is_refused_publishes_nothing() {
    let host = FakeHost::new();
    let error = Error::RateLimited(100);
    host.set_publish_error(Some(error.clone()));
    assert_eq!(events::publish("a.b", &json!({})), Err(error));
    host.set_publish_error(None);
    events::publish("a.b", &json!({})).unwrap();
    assert_eq!(host.published().len(), 1);
}

#[test]
fn a_new_host_knows_nothing_of_the_former() {
    let host = FakeHost::new();
    info!("a line of {}", 1);
    assert_eq!(host.logs(), [(Level::Info, "a line of 1".to_owned())]);
    assert!(FakeHost::new().logs().is_empty());
}

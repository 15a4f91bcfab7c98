//! The connector `simulator`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, Clock};
use pato_connectors::simulator::{Simulator, SimulatorConfiguration};
use pato_connectors::{Call, Connector, ConnectorError, Environment};
use pato_events::catalogue::host::ConnectionState;
use pato_events::{Event, Pattern, Payload};
use pato_vault::Vault;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> f64 {
        1_000.0
    }
}

fn simulator(rate: f64) -> (Arc<Simulator>, Bus) {
    let bus = Bus::new(BusConfiguration::default(), Arc::new(StoppedClock));
    let environment = Environment {
        bus: bus.clone(),
        clock: Arc::new(StoppedClock),
        vault: Vault::new(),
        seed: 1,
    };
    let configuration = SimulatorConfiguration {
        rate,
        ..SimulatorConfiguration::default()
    };
    (
        Arc::new(Simulator::new(configuration, environment).unwrap()),
        bus,
    )
}

fn events(bus: &Bus, pattern: &str) -> Vec<Arc<Event>> {
    bus.history(&Pattern::new(pattern).unwrap(), 100_000)
}

fn data(event: &Event) -> Value {
    event.data.read().unwrap()
}

async fn call(
    simulator: &Simulator,
    action: &str,
    parameters: Value,
) -> Result<(), ConnectorError> {
    let parameters = Payload::from_value(&parameters).unwrap();
    simulator
        .call(Call::new(action, &parameters))
        .await
        .map(drop)
}

/// Runs for a span of paused time.
async fn run(simulator: &Arc<Simulator>, span: Duration) {
    let shutdown = CancellationToken::new();
    let (running, token) = (Arc::clone(simulator), shutdown.clone());
    let task = tokio::spawn(async move { running.run(token).await });
    tokio::time::sleep(span).await;
    assert_eq!(
        simulator.status().borrow().state,
        ConnectionState::Connected
    );
    shutdown.cancel();
    task.await.unwrap();
    assert_eq!(simulator.status().borrow().state, ConnectionState::Off);
}

#[tokio::test(start_paused = true)]
async fn a_minute_holds_the_chosen_rate_and_everything_is_marked() {
    let (simulator, bus) = simulator(50.0);
    run(&simulator, Duration::from_secs(60)).await;
    let mut all = events(&bus, "**");
    all.retain(|event| event.topic.as_str() != "connector.status");
    assert!((2_700..3_300).contains(&all.len()), "{}", all.len());
    assert!(
        all.iter()
            .all(|event| event.flags.simulated && !event.flags.own)
    );
    assert!(all.iter().all(|event| &*event.source == "simulator"));
}

#[tokio::test(start_paused = true)]
async fn a_rate_of_nothing_is_only_what_is_fired() {
    let (simulator, bus) = simulator(0.0);
    let fired = simulator
        .fire("channel.raid", &json!({"viewers": 7}))
        .unwrap();
    assert!(fired.flags.simulated);
    assert_eq!(data(&fired)["viewers"], 7);
    assert!(
        simulator
            .fire("stream.status", &json!({}))
            .unwrap()
            .stateful
    );
    let text = json!({"text": "!hello"});
    let first = simulator.fire("chat.message", &text).unwrap();
    let second = simulator.fire("chat.message", &text).unwrap();
    assert_ne!(first.data, second.data, "each message has an id of its own");
    assert!(simulator.fire("channel.riad", &json!({})).is_err());
    run(&simulator, Duration::from_secs(3_600)).await;
    assert_eq!(events(&bus, "channel.*").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_written_appears_and_what_is_deleted_is_told() {
    let (simulator, bus) = simulator(5.0);
    run(&simulator, Duration::from_secs(10)).await;
    let spam = events(&bus, "chat.message").pop().unwrap();
    let id = data(&spam)["message_id"].clone();
    let parameters =
        Payload::from_value(&json!({"text": "please do not", "reply_to": id})).unwrap();
    simulator
        .call(Call::new("chat.send", &parameters).caused_by(Some(&spam)))
        .await
        .unwrap();
    let own = events(&bus, "chat.message").pop().unwrap();
    assert!(own.flags.own && own.flags.simulated);
    assert_eq!(own.cause.as_ref(), Some(&spam.id));
    assert_eq!(data(&own)["reply_to"]["message_id"], id);

    call(
        &simulator,
        "moderation.delete-message",
        json!({"message_id": id}),
    )
    .await
    .unwrap();
    let deleted = events(&bus, "chat.message-deleted");
    assert_eq!(data(&deleted[0])["login"], data(&spam)["user"]["login"]);
    let again = call(
        &simulator,
        "moderation.delete-message",
        json!({"message_id": id}),
    )
    .await;
    assert!(matches!(again, Err(ConnectorError::NotFound(_))));
}

#[tokio::test(start_paused = true)]
async fn who_is_timed_out_is_silent_until_it_is_over() {
    let (simulator, bus) = simulator(50.0);
    let silenced = json!({"login": "ronni", "seconds": 60});
    call(&simulator, "moderation.timeout", silenced)
        .await
        .unwrap();
    assert_eq!(
        data(&events(&bus, "chat.cleared")[0])["timeout_seconds"],
        60
    );
    let wrote = |bus: &Bus| {
        let messages = events(bus, "chat.message");
        messages
            .iter()
            .filter(|event| data(event)["user"]["login"] == "ronni")
            .count()
    };
    run(&simulator, Duration::from_secs(59)).await;
    assert_eq!(wrote(&bus), 0);
    run(&simulator, Duration::from_secs(60)).await;
    let before = wrote(&bus);
    assert!(before > 0);
    call(&simulator, "moderation.ban", json!({"login": "Ronni"}))
        .await
        .unwrap();
    run(&simulator, Duration::from_secs(60)).await;
    assert_eq!(wrote(&bus), before);
    call(&simulator, "moderation.unban", json!({"login": "ronni"}))
        .await
        .unwrap();
    run(&simulator, Duration::from_secs(60)).await;
    assert!(wrote(&bus) > before);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_hint() {
    let (simulator, _) = simulator(1.0);
    for (action, parameters, hint) in [
        ("chat.sned", json!({}), "did you mean `chat.send`?"),
        ("chat.send", json!({"text": "  "}), "write 1 to"),
        (
            "chat.send",
            json!({"text": "x".repeat(5_000)}),
            "write 1 to",
        ),
        (
            "chat.send",
            json!({"text": "a", "channel": "other"}),
            "not `other`",
        ),
        (
            "chat.send",
            json!({"text": "a", "reply_to": "zzz"}),
            "no message `zzz`",
        ),
        (
            "moderation.ban",
            json!({"login": "roni"}),
            "did you mean `ronni`?",
        ),
        (
            "moderation.timeout",
            json!({"login": "ronni", "seconds": 0}),
            "at least 1",
        ),
    ] {
        let error = call(&simulator, action, parameters)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{error}");
    }
    for rate in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let (_, bus) = (
            0,
            Bus::new(BusConfiguration::default(), Arc::new(StoppedClock)),
        );
        let environment = Environment {
            bus,
            clock: Arc::new(StoppedClock),
            vault: Vault::new(),
            seed: 1,
        };
        let configuration = SimulatorConfiguration {
            rate,
            ..SimulatorConfiguration::default()
        };
        assert!(
            Simulator::new(configuration, environment).is_err(),
            "{rate}"
        );
    }
}

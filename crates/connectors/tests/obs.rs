//! The connector against the real OBS, without a screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, ManualClock};
use pato_connectors::obs::{ObsConfiguration, ObsConnector};
use pato_connectors::{Call, Connector, ConnectorError, Environment};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::catalogue::{self, obs};
use pato_events::{Event, Pattern, Payload};
use pato_test_servers::obs::RealObs;
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(60);

const PASSWORD: &str = "pato-secret";

struct Running {
    connector: Arc<ObsConnector>,
    bus: Bus,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(url: &str, password: Option<&str>) -> Self {
        let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
        let bus = Bus::new(BusConfiguration::default(), clock.clone());
        let vault = Vault::new();
        if let Some(password) = password {
            let secret = Secret::new(password.to_owned());
            let host = url.trim_start_matches("ws://");
            vault.set("obs", "password", secret, &[host]).unwrap();
        }
        let environment = Environment {
            bus: bus.clone(),
            clock,
            vault,
            seed: 1,
        };
        let name = password.map(|_| "password".to_owned());
        let mut configuration = ObsConfiguration::new(url.parse().unwrap(), name);
        configuration.back_off.first = Duration::from_millis(200);
        configuration.back_off.longest = Duration::from_secs(1);
        let connector = Arc::new(ObsConnector::new(configuration, environment));
        let shutdown = CancellationToken::new();
        let task = tokio::spawn({
            let (connector, shutdown) = (Arc::clone(&connector), shutdown.clone());
            async move { connector.run(shutdown).await }
        });
        Self {
            connector,
            bus,
            shutdown,
            task,
        }
    }

    async fn until(&self, state: ConnectionState) -> ConnectorStatus {
        let mut status = self.connector.status();
        let reached = status.wait_for(|status| status.state == state);
        let reached = timeout(PATIENCE, reached).await;
        reached
            .unwrap_or_else(|_| panic!("{:?}", self.connector.status().borrow()))
            .unwrap()
            .clone()
    }

    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let entry = catalogue::action(action).unwrap();
        entry.check(&parameters).unwrap();
        let answer = self.connector.call(Call::new(action, &parameters)).await?;
        Ok(answer.read().unwrap())
    }

    /// The latest event of that topic that says this.
    async fn event(&self, topic: &str, field: &str, value: Value) -> Arc<Event> {
        let pattern = Pattern::new(topic).unwrap();
        let event = async {
            loop {
                let events = self.bus.history(&pattern, 1_000);
                let says =
                    |event: &&Arc<Event>| event.data.read::<Value>().unwrap()[field] == value;
                if let Some(event) = events.iter().rev().find(says) {
                    return Arc::clone(event);
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let event = timeout(PATIENCE, event).await;
        event.unwrap_or_else(|_| panic!("no {topic} with {field} = {value}"))
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

// One OBS serves all of these, one after the other: it takes seconds to start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obs_is_reached_with_its_password_obeys_and_is_found_again_after_a_crash() {
    let Some(mut obs) = RealObs::start(Some(PASSWORD)).await.unwrap() else {
        return;
    };
    a_wrong_password_waits_for_the_user(&obs).await;
    let running = Running::start(&obs.url(), Some(PASSWORD));
    running.until(ConnectionState::Connected).await;
    the_state_is_told_at_the_beginning(&running).await;
    scenes_are_listed_created_and_switched(&running).await;
    every_question_is_answered_in_the_shape_of_the_catalogue(&running).await;
    requests_reach_obs_as_they_are(&running).await;
    every_event_fits_the_catalogue(&running);
    a_crash_is_told_and_the_way_back_found(&running, &mut obs).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obs_without_a_password_lets_everyone_in() {
    let Some(obs) = RealObs::start(None).await.unwrap() else {
        return;
    };
    let running = Running::start(&obs.url(), None);
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

async fn a_wrong_password_waits_for_the_user(obs: &RealObs) {
    for password in [Some("not-the-password"), None] {
        let running = Running::start(&obs.url(), password);
        let reason = running
            .until(ConnectionState::NeedsUser)
            .await
            .reason
            .unwrap();
        assert!(
            reason.contains("Tools → WebSocket Server Settings"),
            "{reason}"
        );
        assert!(!reason.contains("not-the-password"), "{reason}");
        running.stop().await;
    }
}

async fn the_state_is_told_at_the_beginning(running: &Running) {
    let scene = running
        .call("obs.get-current-program-scene", json!({}))
        .await
        .unwrap();
    let name = scene["currentProgramSceneName"].clone();
    running
        .event("obs.current-program-scene-changed", "sceneName", name)
        .await;
    for (topic, field) in [
        ("obs.stream-state-changed", "outputActive"),
        ("obs.record-state-changed", "outputActive"),
        ("obs.studio-mode-state-changed", "studioModeEnabled"),
    ] {
        let event = running.event(topic, field, json!(false)).await;
        assert!(event.stateful, "{topic}");
    }
    let collection = "obs.current-scene-collection-changed";
    running
        .event(collection, "sceneCollectionName", json!("Untitled"))
        .await;
}

async fn scenes_are_listed_created_and_switched(running: &Running) {
    for name in ["Gaming", "Chatting"] {
        running
            .call("obs.create-scene", json!({ "sceneName": name }))
            .await
            .unwrap();
        running
            .event("obs.scene-created", "sceneName", json!(name))
            .await;
    }
    let list = running.call("obs.get-scene-list", json!({})).await.unwrap();
    let names: Vec<_> = list["scenes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scene| &scene["sceneName"])
        .collect();
    assert!(names.contains(&&json!("Gaming")), "{list}");

    let parameters = json!({ "sceneName": "Gaming", "connector": "obs" });
    running
        .call("obs.set-current-program-scene", parameters)
        .await
        .unwrap();
    let event = running
        .event(
            "obs.current-program-scene-changed",
            "sceneName",
            json!("Gaming"),
        )
        .await;
    assert_eq!(&*event.source, "obs");

    let missing = json!({ "sceneName": "No such scene" });
    let error = running
        .call("obs.set-current-program-scene", missing)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("No such scene")),
        "{error}"
    );
    let incomplete = running
        .call("obs.set-current-program-scene", json!({}))
        .await
        .unwrap_err();
    assert!(
        matches!(&incomplete, ConnectorError::Invalid(_)),
        "{incomplete}"
    );
}

async fn every_question_is_answered_in_the_shape_of_the_catalogue(running: &Running) {
    let version = running.call("obs.get-version", json!({})).await.unwrap();
    let known: Vec<String> = serde_json::from_value(version["availableRequests"].clone()).unwrap();
    for request in &known {
        // What the published protocol leaves out.
        if request.contains("PrivateSettings") {
            continue;
        }
        let action = obs::topic_of(request);
        assert!(
            catalogue::action(&action).is_some(),
            "{action} is not in the catalogue"
        );
    }
    let mut answered = 0;
    for entry in obs::ACTIONS.iter().copied().flatten() {
        let needs_parameters = entry.parameters().get("required").is_some();
        if !entry.name.starts_with("obs.get-") || needs_parameters {
            continue;
        }
        let request = obs::protocol_name(entry.name).unwrap();
        match running.call(entry.name, json!({})).await {
            Ok(answer) => {
                answered += 1;
                let schema = entry.answer();
                let required = schema.get("required").and_then(Value::as_array);
                for field in required.into_iter().flatten() {
                    let value = &answer[field.as_str().unwrap()];
                    assert!(!value.is_null(), "{request} lacks {field}: {answer}");
                }
            }
            Err(ConnectorError::NotFound(text)) if !known.contains(&request) => {
                assert!(text.contains("does not know"), "{text}");
            }
            // Without the name of a scene or an input; outside studio mode; without a replay.
            Err(ConnectorError::Invalid(_) | ConnectorError::Failed(_)) => {}
            Err(ConnectorError::NotFound(text)) => assert!(text.contains("status 600"), "{text}"),
            Err(error) => panic!("{request}: {error}"),
        }
    }
    assert!(answered >= 20, "only {answered} answers");
}

async fn requests_reach_obs_as_they_are(running: &Running) {
    let raw =
        json!({ "requestType": "GetSourceActive", "requestData": { "sourceName": "Gaming" } });
    let answer = running.call(obs::RAW_REQUEST, raw).await.unwrap();
    assert_eq!(answer["videoActive"], true);
    let raw = json!({ "requestType": "MakeCoffee" });
    let error = running.call(obs::RAW_REQUEST, raw).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("MakeCoffee")),
        "{error}"
    );

    let input = json!({
        "sceneName": "Gaming", "inputName": "Colour", "inputKind": "color_source_v3",
        "inputSettings": { "color": 4_278_190_335_u32 },
    });
    let item = running.call("obs.create-input", input).await.unwrap();
    let hide = json!({
        "sceneName": "Gaming", "sceneItemId": item["sceneItemId"], "sceneItemEnabled": false,
    });
    running
        .call("obs.set-scene-item-enabled", hide)
        .await
        .unwrap();
    running
        .event(
            "obs.scene-item-enable-state-changed",
            "sceneItemEnabled",
            json!(false),
        )
        .await;
    let picture = json!({ "sourceName": "Colour", "imageFormat": "png", "imageWidth": 64 });
    let picture = running
        .call("obs.get-source-screenshot", picture)
        .await
        .unwrap();
    assert!(
        picture["imageData"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
}

fn every_event_fits_the_catalogue(running: &Running) {
    let events = running.bus.history(&Pattern::new("obs.*").unwrap(), 10_000);
    assert!(events.len() > 15, "{events:?}");
    for event in events {
        let entry = catalogue::topic(event.topic.as_str());
        let entry = entry.unwrap_or_else(|| panic!("{} is not in the catalogue", event.topic));
        entry
            .check(&event.data)
            .unwrap_or_else(|error| panic!("{}: {error}", event.topic));
    }
}

async fn a_crash_is_told_and_the_way_back_found(running: &Running, obs: &mut RealObs) {
    obs.kill().await.unwrap();
    let refused = async {
        loop {
            let reason = running
                .until(ConnectionState::Waiting)
                .await
                .reason
                .unwrap();
            if reason.contains("is OBS running") {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, refused).await.unwrap();
    let error = running.call("obs.get-stats", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");

    obs.restart().await.unwrap();
    running.until(ConnectionState::Connected).await;
    running.call("obs.get-stats", json!({})).await.unwrap();
    let history = running
        .bus
        .history(&Pattern::new("connector.status").unwrap(), 1_000);
    let states: Vec<ConnectionState> = history
        .iter()
        .map(|event| event.data.read::<ConnectorStatus>().unwrap().state)
        .filter(|state| *state != ConnectionState::Connecting)
        .collect();
    assert_eq!(states.first(), Some(&ConnectionState::Connected));
    assert_eq!(states.last(), Some(&ConnectionState::Connected));
    assert!(states.contains(&ConnectionState::Waiting), "{states:?}");
}

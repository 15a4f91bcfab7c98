//! The connector against the server that speaks VTube Studio's plugin API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock};
use pato_connectors::vtube::{VtubeAddress, VtubeConfiguration, VtubeConnector, log_in};
use pato_connectors::{Call, Connector, ConnectorError, Environment, LoginPrompt};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::catalogue::{self, vtube};
use pato_events::{Event, EventId, Flags, Pattern, Payload, Topic};
use pato_test_servers::vtube::{Configuration, Fault, PopUps, Token, VtubeServer};
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(20);

const TOKEN: &str = "adcd-123-ef09-some-token-string-abcd";

/// A server that let Pato in before.
async fn server() -> VtubeServer {
    let token = Token {
        token: TOKEN.into(),
        plugin: "Pato".into(),
        developer: "The Pato project".into(),
    };
    let configuration = Configuration {
        tokens: vec![token],
        ..Configuration::default()
    };
    VtubeServer::start(configuration).await.unwrap()
}

fn environment() -> Environment {
    let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault: Vault::new(),
        seed: 1,
    }
}

fn configuration(server: &VtubeServer) -> VtubeConfiguration {
    let mut configuration = VtubeConfiguration::new("me", Some(server.url().parse().unwrap()));
    configuration.back_off.first = Duration::from_millis(20);
    configuration
}

struct Running {
    connector: Arc<VtubeConnector>,
    bus: Bus,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// With the token in the vault.
    fn start(server: &VtubeServer) -> Self {
        let environment = environment();
        let hosts = [server.address().to_string()];
        let secret = Secret::new(TOKEN.into());
        environment
            .vault
            .set("account:me", "token", secret, &hosts)
            .unwrap();
        Self::run(configuration(server), environment)
    }

    async fn connected(server: &VtubeServer) -> Self {
        let running = Self::start(server);
        running.until(ConnectionState::Connected).await;
        running
    }

    fn run(configuration: VtubeConfiguration, environment: Environment) -> Self {
        let bus = environment.bus.clone();
        let connector = Arc::new(VtubeConnector::new(configuration, environment));
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

    async fn call_as(
        &self,
        caller: &str,
        action: &str,
        parameters: Value,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let entry = catalogue::action(action).unwrap();
        entry
            .check(&parameters)
            .unwrap_or_else(|error| panic!("{action}: {error}"));
        let call = Call::new(action, &parameters).by(caller);
        let answer = timeout(PATIENCE, self.connector.call(call))
            .await
            .unwrap()?;
        Ok(answer.read().unwrap())
    }

    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        self.call_as("plugin:a", action, parameters).await
    }

    async fn inject(
        &self,
        caller: &str,
        mode: &str,
        id: &str,
        value: f64,
    ) -> Result<Value, ConnectorError> {
        let parameters = json!({ "mode": mode, "parameterValues": [{ "id": id, "value": value }] });
        self.call_as(caller, vtube::INJECT, parameters).await
    }

    fn subscribe(&self, pattern: &str) -> Mailbox {
        let mailbox = self.bus.subscribe(MailboxConfiguration::new("test"));
        mailbox.add(Pattern::new(pattern).unwrap());
        mailbox
    }

    /// The latest event of that topic for which this is true.
    async fn event(&self, topic: &str, is: impl Fn(&Value) -> bool) -> Arc<Event> {
        let pattern = Pattern::new(topic).unwrap();
        eventually(topic, || {
            let mut events = self.bus.history(&pattern, 1_000).into_iter().rev();
            events.find(|event| is(&event.data.read().unwrap()))
        })
        .await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, found)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}

fn is_near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-9)
}

#[tokio::test]
async fn a_login_asks_the_user_and_its_token_opens_every_later_connection() {
    let open = Configuration {
        pop_ups: PopUps::Wait,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let running = Running::run(configuration(&server), environment.clone());
    let status = running.until(ConnectionState::NeedsUser).await;
    assert!(
        status
            .reason
            .unwrap()
            .contains("click Allow in VTube Studio")
    );
    assert_eq!(server.pop_ups(), 0, "it asked without being told to");

    let login = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    assert!(
        matches!(login.prompt(), LoginPrompt::Confirm { text } if text.contains("click Allow"))
    );
    let finish = tokio::spawn(login.finish());
    eventually("a pop-up", || (server.pop_ups() == 1).then_some(())).await;
    // A second login has to wait for the first.
    let second = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    let error = second.finish().await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Unavailable(text) if text.contains("already")),
        "{error}"
    );
    assert!(server.answer_pop_up(true));
    let account = finish.await.unwrap().unwrap();
    assert_eq!(account.handle, "me");
    let kept = environment.vault.list();
    assert_eq!((&*kept[0].scope, &*kept[0].name), ("account:me", "token"));
    assert_eq!(kept[0].hosts[0].to_string(), server.address().to_string());

    running.connector.retry_now();
    running.until(ConnectionState::Connected).await;
    server.fault(Fault::Drop);
    eventually("another connection", || {
        (server.authentications() >= 3).then_some(())
    })
    .await;
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn a_denied_pop_up_is_told_and_not_repeated() {
    let open = Configuration {
        pop_ups: PopUps::Deny,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let login = log_in(&configuration(&server), "me", &environment)
        .await
        .unwrap();
    let error = login.finish().await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("click Allow")),
        "{error}"
    );
    assert!(environment.vault.list().is_empty());
    assert_eq!(server.received("AuthenticationToken").len(), 1);
}

#[tokio::test]
async fn a_token_that_is_none_is_not_kept() {
    let open = Configuration {
        pop_ups: PopUps::Wait,
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    for token in [
        json!("\",\"x\":\""),
        json!("a"),
        json!(7),
        json!(null),
        json!("x".repeat(65)),
    ] {
        let login = log_in(&configuration(&server), "me", &environment)
            .await
            .unwrap();
        let finish = tokio::spawn(login.finish());
        let asked = eventually("a request", || server.received("AuthenticationToken").pop()).await;
        assert_eq!(asked["pluginName"], "Pato");
        let message = json!({
            "messageType": "AuthenticationTokenResponse",
            // The second request of the connection.
            "requestID": ((1_u64 << 62) + 1).to_string(),
            "data": { "authenticationToken": token },
        });
        sleep(Duration::from_millis(50)).await;
        server.fault(Fault::Send(message.to_string()));
        let error = finish.await.unwrap().unwrap_err();
        assert!(
            matches!(error, ConnectorError::Failed(_)),
            "{token}: {error}"
        );
        assert!(environment.vault.list().is_empty());
        eventually("no pop-up", || (server.pop_ups() == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn a_permission_that_is_taken_back_stops_the_connector_until_the_user_acts() {
    let server = server().await;
    let running = Running::connected(&server).await;
    // Or else the answer to one of the first questions is what tells.
    running.event("vtube.post-processing", |_| true).await;
    server.fault(Fault::Revoke);
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    let status = running.until(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("connect `me` once more"));
    let connections = server.connections();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(server.connections(), connections, "it hammers");
    // Also with the token that counts no more.
    running.connector.retry_now();
    eventually("one more try", || {
        (server.connections() == connections + 1).then_some(())
    })
    .await;
    running.until(ConnectionState::NeedsUser).await;
    running.stop().await;
}

#[tokio::test]
async fn the_state_is_told_at_the_beginning_and_only_wanted_events_are_asked_for() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let model = running
        .event("vtube.model-loaded", |data| data["modelName"] == "Akari")
        .await;
    assert!(model.stateful);
    assert_eq!(
        (&*model.source, model.account.as_deref()),
        ("vtube", Some("me"))
    );
    running
        .event("vtube.tracking-status-changed", |data| {
            data["faceFound"] == true
        })
        .await;
    running
        .event("vtube.post-processing", |data| {
            data["currentOnState"] == false
        })
        .await;
    let is_asked = |event: &str| server.subscriptions().iter().any(|name| name == event);
    assert!(!is_asked("HotkeyTriggered"));

    let all = running.subscribe("vtube.*");
    eventually("hotkeys", || is_asked("HotkeyTriggered").then_some(())).await;
    assert!(!is_asked("ModelOutline"));
    let outline = running.subscribe("vtube.model-outline");
    running.event("vtube.model-outline", |_| true).await;
    drop(outline);
    eventually("no outline", || (!is_asked("ModelOutline")).then_some(())).await;
    drop(all);
    eventually("no hotkeys", || {
        (!is_asked("HotkeyTriggered")).then_some(())
    })
    .await;

    server.track_face(false);
    running
        .event("vtube.tracking-status-changed", |data| {
            data["leftHandFound"] == false
        })
        .await;
    server.change_background("beach");
    running
        .event("vtube.background-changed", |data| {
            data["backgroundName"] == "beach"
        })
        .await;
    server.load_model(None);
    running
        .event("vtube.model-loaded", |data| data["modelLoaded"] == false)
        .await;
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

fn every_event_fits_the_catalogue(running: &Running) {
    let events = running
        .bus
        .history(&Pattern::new("vtube.*").unwrap(), 10_000);
    assert!(events.len() > 3, "{events:?}");
    for event in events {
        let entry = catalogue::topic(event.topic.as_str()).unwrap();
        entry
            .check(&event.data)
            .unwrap_or_else(|error| panic!("{}: {error}", event.topic));
    }
}

#[tokio::test]
async fn a_hotkey_of_pato_is_flagged_own_with_its_cause_and_one_of_the_user_is_not() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let _mailbox = running.subscribe("vtube.*");
    eventually("hotkeys", || {
        let subscriptions = server.subscriptions();
        [
            "HotkeyTriggered",
            "BackgroundChanged",
            "ModelAnimation",
            "ExpressionToggled",
        ]
        .iter()
        .all(|event| subscriptions.iter().any(|name| name == event))
        .then_some(())
    })
    .await;
    let cause = Event {
        id: EventId::new("c1"),
        topic: Topic::new("chat.message").unwrap(),
        source: "twitch".into(),
        account: None,
        time: 0.0,
        cause: None,
        depth: 3,
        flags: Flags::default(),
        stateful: false,
        data: Payload::empty(),
    };
    let parameters =
        Payload::from_value(&json!({ "hotkeyID": "beach", "connector": "vtube" })).unwrap();
    let call = Call::new("vtube.hotkey-trigger", &parameters)
        .caused_by(Some(&cause))
        .by("plugin:a");
    running.connector.call(call).await.unwrap();
    let own = running
        .event("vtube.hotkey-triggered", |data| {
            data["hotkeyName"] == "Beach"
        })
        .await;
    assert!(own.flags.own);
    assert_eq!((own.cause.as_ref(), own.depth), (Some(&cause.id), 4));
    let background = running.event("vtube.background-changed", |_| true).await;
    assert_eq!((background.flags.own, background.depth), (false, 4));

    assert!(server.press_hotkey("Wave"));
    let user = running
        .event("vtube.hotkey-triggered", |data| {
            data["hotkeyName"] == "Wave"
        })
        .await;
    assert_eq!((user.flags.own, user.cause.clone()), (false, None));
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

#[tokio::test]
async fn what_has_to_cool_down_is_waited_for() {
    let server = server().await;
    let running = Running::connected(&server).await;
    for _ in 0..2 {
        running
            .call("vtube.hotkey-trigger", json!({ "hotkeyID": "Cry" }))
            .await
            .unwrap();
    }
    assert!(server.received("HotkeyTrigger").len() >= 3);
    server.fault(Fault::Refuse("ModelLoad", 153));
    let hijiki = json!({ "modelID": "47c71722c5304a039b0570b60a189875" });
    let answer = running
        .call("vtube.model-load", hijiki.clone())
        .await
        .unwrap();
    assert_eq!(answer, hijiki);
    assert_eq!(server.received("ModelLoad").len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn every_question_is_answered_in_the_shape_of_the_catalogue() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let item = running
        .call("vtube.item-load", json!({ "fileName": "fire" }))
        .await
        .unwrap();
    let item = &item["instanceID"];
    for (action, parameters) in [
        ("vtube.api-state", json!({})),
        ("vtube.statistics", json!({})),
        ("vtube.vts-folder-info", json!({})),
        ("vtube.current-model", json!({})),
        ("vtube.available-models", json!({})),
        ("vtube.hotkeys-in-current-model", json!({})),
        ("vtube.expression-state", json!({ "details": true })),
        (
            "vtube.expression-activation",
            json!({ "expressionFile": "cry.exp3.json", "active": true }),
        ),
        ("vtube.art-mesh-list", json!({})),
        (
            "vtube.art-mesh-selection",
            json!({ "requestedArtMeshCount": 1, "activeArtMeshes": ["D_FACE_00"] }),
        ),
        ("vtube.scene-color-overlay-info", json!({})),
        ("vtube.face-found", json!({})),
        ("vtube.input-parameter-list", json!({})),
        ("vtube.parameter-value", json!({ "name": "FaceAngleX" })),
        ("vtube.live2d-parameter-list", json!({})),
        ("vtube.get-current-model-physics", json!({})),
        ("vtube.ndi-config", json!({ "setNewConfig": false })),
        (
            "vtube.item-list",
            json!({
                "includeAvailableSpots": true,
                "includeItemInstancesInScene": true,
                "includeAvailableItemFiles": true,
            }),
        ),
        (
            "vtube.item-animation-control",
            json!({ "itemInstanceID": item, "frame": 3 }),
        ),
        (
            "vtube.item-move",
            json!({ "itemsToMove": [{ "itemInstanceID": item, "positionX": 0.5 }] }),
        ),
        (
            "vtube.item-sort",
            json!({ "itemInstanceID": item, "setFrontOrder": "UseSpecialID" }),
        ),
        (
            "vtube.item-pin",
            json!({ "itemInstanceID": item, "pin": false }),
        ),
        (
            "vtube.item-unload",
            json!({ "unloadAllLoadedByThisPlugin": true }),
        ),
        (
            "vtube.post-processing-list",
            json!({ "fillPostProcessingEffectsArray": true }),
        ),
        (
            "vtube.post-processing-update",
            json!({ "postProcessingOn": true }),
        ),
        (
            "vtube.permission",
            json!({ "requestedPermission": "LoadCustomImagesAsItems" }),
        ),
        (
            "vtube.move-model",
            json!({ "timeInSeconds": 0, "valuesAreRelativeToModel": true, "rotation": 5 }),
        ),
        (
            "vtube.color-tint",
            json!({
                "colorTint": { "colorR": 1, "colorG": 2, "colorB": 3, "colorA": 4 },
                "artMeshMatcher": { "tintAll": true },
            }),
        ),
    ] {
        let answer = running.call(action, parameters).await;
        let answer = answer.unwrap_or_else(|error| panic!("{action}: {error}"));
        let schema = catalogue::action(action).unwrap().answer();
        let required = schema.get("required").and_then(Value::as_array);
        for field in required.into_iter().flatten() {
            let value = &answer[field.as_str().unwrap()];
            assert!(!value.is_null(), "{action} lacks {field}: {answer}");
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn one_plugin_sets_a_parameter_and_others_add_until_they_stop() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let angle = || server.parameter("FaceAngleX");
    running
        .inject("plugin:a", "set", "FaceAngleX", 10.0)
        .await
        .unwrap();
    assert!(is_near(angle(), 10.0));
    let error = running
        .inject("plugin:b", "set", "FaceAngleX", 5.0)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("`plugin:a`")),
        "{error}"
    );
    running
        .inject("plugin:b", "add", "FaceAngleX", 2.0)
        .await
        .unwrap();
    running
        .inject("plugin:c", "add", "FaceAngleX", 3.0)
        .await
        .unwrap();
    assert!(is_near(angle(), 15.0), "{:?}", angle());

    // Held for longer than VTube Studio remembers.
    sleep(Duration::from_millis(1_500)).await;
    assert!(is_near(angle(), 15.0), "{:?}", angle());
    let released = running
        .call_as("plugin:c", vtube::RELEASE, json!({ "ids": ["FaceAngleX"] }))
        .await;
    assert_eq!(released.unwrap(), json!({ "released": ["FaceAngleX"] }));
    eventually("12", || is_near(angle(), 12.0).then_some(())).await;
    running.connector.caller_gone("plugin:a");
    running.connector.caller_gone("plugin:b");
    eventually("the tracking's value", || {
        is_near(angle(), 0.0).then_some(())
    })
    .await;
    running
        .inject("plugin:b", "set", "FaceAngleX", 5.0)
        .await
        .unwrap();

    // What is held survives the connection.
    server.fault(Fault::Drop);
    eventually("another connection", || {
        (server.connections() == 2).then_some(())
    })
    .await;
    sleep(Duration::from_millis(1_200)).await;
    eventually("5 again", || is_near(angle(), 5.0).then_some(())).await;
    running.stop().await;
}

#[tokio::test]
async fn a_flood_of_updates_becomes_few_injections_with_the_latest_value() {
    let server = server().await;
    let running = Arc::new(Running::connected(&server).await);
    let began = tokio::time::Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let running = Arc::clone(&running);
            tokio::spawn(async move {
                running
                    .inject("plugin:a", "set", "FaceAngleX", f64::from(number))
                    .await
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let frames = began.elapsed().as_millis() / 16 + 2;
    let injections = server.received("InjectParameterData").len();
    assert!(
        injections as u128 <= frames && injections < 200,
        "{injections} in {frames} frames"
    );
    assert!(is_near(server.parameter("FaceAngleX"), 199.0));
    Arc::into_inner(running).unwrap().stop().await;
}

#[tokio::test]
async fn a_parameter_that_is_not_there_or_not_ours_harms_nobody_else() {
    let server = server().await;
    let running = Running::connected(&server).await;
    running
        .inject("plugin:a", "set", "FaceAngleY", 1.0)
        .await
        .unwrap();
    let error = running
        .inject("plugin:b", "set", "FaceAngelX", 1.0)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("`FaceAngleX`")),
        "{error}"
    );
    server.occupy("FaceAngleX", "Another program");
    let both = json!({ "parameterValues": [{ "id": "FaceAngleX", "value": 1 }, { "id": "MouthOpen", "value": 1 }] });
    let error = running
        .call_as("plugin:b", vtube::INJECT, both)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("outside of Pato")),
        "{error}"
    );
    eventually("the other", || {
        is_near(server.parameter("MouthOpen"), 1.0).then_some(())
    })
    .await;
    sleep(Duration::from_millis(1_200)).await;
    assert!(is_near(server.parameter("FaceAngleY"), 1.0));
    running.stop().await;
}

#[tokio::test]
async fn custom_parameters_are_counted_and_belong_to_their_makers() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let make = async |caller: &str, name: String| {
        let parameters = json!({ "parameterName": name, "min": 0, "max": 1, "defaultValue": 0.5 });
        running
            .call_as(caller, vtube::CREATE_PARAMETER, parameters)
            .await
    };
    make("plugin:a", "HeartRate".into()).await.unwrap();
    let error = make("plugin:b", "HeartRate".into()).await.unwrap_err();
    assert!(error.to_string().contains("is of `plugin:a`"), "{error}");
    let delete = json!({ "parameterName": "HeartRate" });
    let error = running
        .call_as("plugin:b", vtube::DELETE_PARAMETER, delete.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    // A name that VTube Studio refuses takes no place.
    assert!(matches!(
        make("plugin:a", "no!".into()).await,
        Err(ConnectorError::Invalid(_))
    ));

    running
        .inject("plugin:b", "set", "HeartRate", 0.9)
        .await
        .unwrap();
    running
        .call_as("plugin:a", vtube::DELETE_PARAMETER, delete)
        .await
        .unwrap();
    let error = running
        .inject("plugin:b", "set", "HeartRate", 0.9)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");

    for number in 0..60 {
        make("plugin:a", format!("ParamA{number}")).await.unwrap();
    }
    for number in 0..40 {
        make("plugin:b", format!("ParamB{number}")).await.unwrap();
    }
    // VTube Studio counts both as one.
    let error = make("plugin:b", "OneMore".into())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("`plugin:a` 60, `plugin:b` 40"), "{error}");
    assert_eq!(server.custom_parameters().len(), 100);
    running.stop().await;
}

#[tokio::test]
async fn points_on_art_meshes_are_followed_together_and_no_longer_than_wanted() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let _mailbox = running.subscribe("vtube.*");
    let follow = async |caller: &str, name: &str, frequency: u32| {
        let point = json!({ "trackingPointID": name, "artMeshCoords": { "artMeshID": "D_FACE_00" }, "visualize": false });
        let parameters = json!({ "frequency": frequency, "trackingPoints": [point] });
        running
            .call_as(caller, vtube::FOLLOW_POINTS, parameters)
            .await
    };
    follow("plugin:a", "hat", 10).await.unwrap();
    follow("plugin:b", "nose", 30).await.unwrap();
    let error = follow("plugin:b", "hat", 30).await.unwrap_err();
    assert!(error.to_string().contains("`plugin:a`"), "{error}");
    running
        .event("vtube.art-mesh-tracking", |data| {
            data["foundPointsCount"] == 2
        })
        .await;
    let last = server.received("EventSubscription").pop().unwrap();
    assert_eq!(last["config"]["frequency"], 30);

    server.fault(Fault::Refuse("EventSubscription", 100_150));
    let error = follow("plugin:a", "ear", 10).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Invalid(_)), "{error}");
    server.fault(Fault::Drop);
    eventually("again", || (server.connections() == 2).then_some(())).await;
    let again = || {
        server
            .subscriptions()
            .iter()
            .any(|event| event == "ArtMeshTracking")
            .then_some(())
    };
    eventually("followed again", again).await;
    running.connector.caller_gone("plugin:a");
    running.connector.caller_gone("plugin:b");
    eventually("not followed", || again().is_none().then_some(())).await;
    every_event_fits_the_catalogue(&running);
    running.stop().await;
}

#[tokio::test]
async fn what_is_no_vtube_studio_is_told_and_tried_again() {
    let server = server().await;
    let running = Running::connected(&server).await;
    for garbage in ["{", "[]", "null", "\u{0}", "{\"messageType\":7}"] {
        let before = server.authentications();
        server.fault(Fault::Send(garbage.into()));
        eventually("another connection", || {
            (server.authentications() > before).then_some(())
        })
        .await;
        running.until(ConnectionState::Connected).await;
    }
    // Strange, but no reason to go.
    let before = server.connections();
    for strange in [
        json!({ "messageType": "ModelLoadedEvent", "data": [1] }),
        json!({ "messageType": "NeverHeardOfEvent", "data": {} }),
        json!({ "messageType": "StatisticsResponse", "requestID": "99999", "data": {} }),
        json!({ "messageType": "APIError", "requestID": "", "data": {} }),
    ] {
        server.fault(Fault::Send(strange.to_string()));
    }
    running.call("vtube.statistics", json!({})).await.unwrap();
    assert_eq!(server.connections(), before);
    running.stop().await;
}

#[tokio::test]
async fn silence_is_noticed_and_requests_end() {
    let server = server().await;
    let environment = environment();
    let secret = Secret::new(TOKEN.into());
    environment
        .vault
        .set(
            "account:me",
            "token",
            secret,
            &[server.address().to_string()],
        )
        .unwrap();
    let mut configuration = configuration(&server);
    configuration.timing.silence = Duration::from_millis(200);
    configuration.timing.request = Duration::from_millis(150);
    configuration.timing.connect = Duration::from_millis(200);
    let running = Running::run(configuration, environment);
    running.until(ConnectionState::Connected).await;
    server.fault(Fault::Silence(true));
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::TimedOut(_)), "{error}");
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("has said nothing"));
    let error = running
        .call("vtube.statistics", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    server.fault(Fault::Silence(false));
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn an_api_that_is_switched_off_is_told_and_found_again() {
    let server = server().await;
    server.fault(Fault::SwitchOff(true));
    let running = Running::start(&server);
    let status = running.until(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("Allow Plugin API access"));
    server.fault(Fault::SwitchOff(false));
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn without_an_address_vtube_studio_is_found_by_what_it_broadcasts() {
    let place = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let listen = place.local_addr().unwrap();
    drop(place);
    let open = Configuration {
        broadcast_to: Some(listen),
        ..Configuration::default()
    };
    let server = VtubeServer::start(open).await.unwrap();
    let environment = environment();
    let mut configuration = configuration(&server);
    // Nobody is there.
    let otherwise = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    configuration.address = VtubeAddress::Discovered { listen, otherwise };
    let login = log_in(&configuration, "me", &environment).await.unwrap();
    login.finish().await.unwrap();
    let running = Running::run(configuration, environment);
    running.until(ConnectionState::Connected).await;
    running.stop().await;
}

#[tokio::test]
async fn a_token_goes_only_where_it_was_given() {
    let first = server().await;
    let environment = environment();
    let secret = Secret::new(TOKEN.into());
    environment
        .vault
        .set(
            "account:me",
            "token",
            secret,
            &[first.address().to_string()],
        )
        .unwrap();
    let second = server().await;
    let running = Running::run(configuration(&second), environment);
    let status = running.until(ConnectionState::NeedsUser).await;
    let reason = status.reason.unwrap();
    assert!(
        reason.contains("belongs to") && !reason.contains(TOKEN),
        "{reason}"
    );
    assert!(second.received("Authentication").is_empty());
    running.stop().await;
}

#[tokio::test]
async fn an_action_that_does_not_exist_is_refused() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let parameters = Payload::empty();
    for action in [
        "vtube.authentication-token",
        "vtube.event-subscription",
        "vtube.",
        "obs.get-stats",
    ] {
        let error = running
            .connector
            .call(Call::new(action, &parameters))
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectorError::NotFound(_)),
            "{action}: {error}"
        );
    }
    running.stop().await;
}

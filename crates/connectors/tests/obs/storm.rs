//! Many things go wrong between the connector and a fake OBS, one after the other. OBS sends nothing
//! again; so what it sent over a connection that stands comes once, and after each gap its state is read
//! anew.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use pato_connectors::{Connector, ConnectorError};
use pato_events::catalogue::host::ConnectionState;
use pato_events::{Event, Pattern};
use pato_test_servers::obs::fake::{FakeObs, Fault};
use rand::RngExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::running::{PASSWORD, Running};
use super::storms::{
    Kinds, Log, Storm, a_day_of_reconnects, in_small_steps, no_task_is_left_but, until,
};

const KINDS: Kinds<Kind> = &[
    (Kind::Drop, 20),
    (Kind::Close, 15),
    (Kind::Exit, 8),
    (Kind::Kicked, 4),
    (Kind::Garbage, 12),
    (Kind::Strange, 12),
    (Kind::Silence, 6),
    (Kind::NotReady, 12),
    (Kind::Refused, 8),
    (Kind::AnswerTwice, 10),
    (Kind::LoseAnswer, 6),
    (Kind::Slow, 6),
    (Kind::Collection, 10),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The connection breaks, within a frame.
    Drop,
    /// OBS closes it.
    Close,
    /// OBS ends.
    Exit,
    /// The user disconnects Pato in OBS.
    Kicked,
    /// What comes is no message of obs-websocket.
    Garbage,
    /// What comes is one, and makes no sense.
    Strange,
    /// Nothing comes any more.
    Silence,
    /// OBS is not ready for a while.
    NotReady,
    /// A request is refused.
    Refused,
    /// Answers come twice.
    AnswerTwice,
    /// An answer never comes.
    LoseAnswer,
    /// What comes, comes late.
    Slow,
    /// The user changes the scene collection, and OBS is not ready meanwhile.
    Collection,
}

struct Weather {
    storm: Storm<Kind>,
    obs: FakeObs,
    running: Running,
}

impl Weather {
    /// OBS tells of something. Counts if there is somebody to tell.
    fn say(&mut self) {
        let id = self.storm.fresh_id();
        if self.obs.say(&id) > 0 {
            self.storm.told(&id);
        }
    }

    fn is(&self, state: ConnectionState) -> bool {
        self.running.connector.status().borrow().state == state
    }

    /// The scene that the bus says is on.
    fn scene(&self) -> Option<String> {
        let topic = Pattern::new("obs.current-program-scene-changed").unwrap();
        let state = self.running.bus.snapshot(&topic).pop()?;
        let state: Value = state.data.read().unwrap();
        state["sceneName"].as_str().map(str::to_owned)
    }

    /// Something changes in OBS, whoever listens; returns it.
    fn change_scene(&mut self) -> String {
        let scene = self.storm.fresh_id();
        self.obs.change_scene(&scene);
        scene
    }

    /// Another connection stands, and tells the state as it is.
    async fn comes_back(&self, before: u64, scene: &str) {
        let back = || {
            self.obs.identified() > before
                && self.is(ConnectionState::Connected)
                && self.scene().as_deref() == Some(scene)
        };
        let problem = || {
            format!(
                "{:?}: {:?}",
                self.running.connector.status().borrow(),
                self.scene()
            )
        };
        until(back, problem).await;
    }

    /// Every call is answered, in whatever weather.
    async fn call(&self, action: &str, parameters: Value) -> Result<Value, ConnectorError> {
        let call = self.running.call(action, parameters);
        timeout(Duration::from_secs(60), call).await.unwrap()
    }

    /// Pato lets OBS tell of something. OBS is asked once at most, and has done it if it says so.
    async fn ask(&mut self) -> Result<Value, ConnectorError> {
        let id = self.storm.fresh_id();
        self.storm.perhaps_told(&id);
        let parameters = json!({ "eventData": { "text": id } });
        let answer = self.call("obs.broadcast-custom-event", parameters).await;
        let asked = self.obs.broadcasts(&id);
        match &answer {
            Ok(_) => {
                assert_eq!(asked, 1, "{id}");
                self.storm.told(&id);
            }
            Err(error) => assert!(asked <= 1, "{id}: {error}"),
        }
        answer
    }

    /// Somebody calls while the connection breaks; then it comes back.
    async fn breaks(&mut self, fault: Fault) {
        let before = self.obs.identified();
        self.obs.fault(fault);
        let calls = (0..3).map(|_| self.call("obs.get-stats", json!({})));
        for answer in join_all(calls).await {
            if let Err(error) = answer {
                assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
            }
        }
        let scene = self.change_scene();
        self.comes_back(before, &scene).await;
    }

    async fn strike(&mut self, kind: Kind) {
        let before = self.obs.identified();
        match kind {
            Kind::Drop => self.breaks(Fault::Drop).await,
            Kind::Close => {
                let code = self
                    .storm
                    .one_of(&[1000, 1001, 4000, 4002, 4005, 4007, 4012]);
                self.breaks(Fault::Close(code)).await;
            }
            Kind::Exit => self.breaks(Fault::Exit).await,
            Kind::Kicked => {
                self.obs.fault(Fault::Close(4011));
                until(
                    || self.is(ConnectionState::NeedsUser),
                    || "it goes on".into(),
                )
                .await;
                let scene = self.change_scene();
                let answer = self.ask().await;
                assert!(matches!(answer, Err(ConnectorError::Unavailable(_))));
                self.running.connector.retry_now();
                self.comes_back(before, &scene).await;
            }
            Kind::Garbage => {
                let garbage = [
                    "{",
                    "[]",
                    "null",
                    "\u{0}",
                    "{\"op\":5,\"d\":{\"eventType\":7}}",
                ];
                let garbage = self.storm.one_of(&garbage);
                self.breaks(Fault::Send(garbage.into())).await;
            }
            Kind::Strange => {
                let strange = [
                    json!({ "op": 5, "d": { "eventType": "NeverHeardOf", "eventData": { "a": 1 } } }),
                    json!({ "op": 5, "d": { "eventType": "InputMuteStateChanged", "eventData": null } }),
                    // An answer that came before, and one to nobody.
                    json!({ "op": 7, "d": { "requestId": "0", "requestStatus": { "result": true, "code": 100 } } }),
                    json!({ "op": 7, "d": { "requestId": "nobody" } }),
                    json!({ "op": 99, "d": [1] }),
                ];
                let strange = self.storm.one_of(&strange);
                self.obs.fault(Fault::Send(strange.to_string()));
                self.ask().await.unwrap();
                assert_eq!(self.obs.identified(), before, "{strange}");
            }
            Kind::Silence => {
                self.obs.fault(Fault::Silence(true));
                let scene = self.change_scene();
                let answer = self.ask().await;
                assert!(matches!(answer, Err(ConnectorError::TimedOut(_))));
                let noticed = || !self.is(ConnectionState::Connected);
                until(noticed, || "the silence is not noticed".into()).await;
                self.obs.fault(Fault::Silence(false));
                self.comes_back(before, &scene).await;
            }
            Kind::NotReady => {
                // Also more often than is tried.
                let times = self.storm.random.random_range(1..=8);
                self.obs.fault(Fault::NotReady(times));
                let answer = self.ask().await;
                assert!(answer.is_ok() || times >= 5, "{answer:?} after {times}");
                self.obs.fault(Fault::NotReady(0));
            }
            Kind::Refused => {
                self.obs.fault(Fault::Refuse("BroadcastCustomEvent", 702));
                let answer = self.ask().await;
                assert!(
                    matches!(answer, Err(ConnectorError::Failed(_))),
                    "{answer:?}"
                );
            }
            Kind::AnswerTwice => {
                self.obs.fault(Fault::AnswerTwice(2));
                self.ask().await.unwrap();
                self.ask().await.unwrap();
            }
            Kind::LoseAnswer => {
                self.obs.fault(Fault::LoseAnswer(1));
                let answer = self.ask().await;
                assert!(
                    matches!(answer, Err(ConnectorError::TimedOut(_))),
                    "{answer:?}"
                );
            }
            Kind::Slow => {
                let late = Duration::from_millis(self.storm.random.random_range(1..1_000));
                self.obs.fault(Fault::Slow(late));
                self.say();
                self.ask().await.unwrap();
                self.storm.settle().await;
                self.obs.fault(Fault::Slow(Duration::ZERO));
            }
            Kind::Collection => {
                let (collection, scene) = (self.storm.fresh_id(), self.storm.fresh_id());
                self.obs.begin_collection(&collection);
                self.say();
                self.storm.settle().await;
                let asks = async {
                    // Longer than what is not ready is asked again for.
                    tokio::time::sleep(Duration::from_secs(8)).await;
                    self.obs.end_collection(&scene);
                };
                let (answer, ()) = tokio::join!(self.call("obs.get-stats", json!({})), asks);
                answer.unwrap();
                let told = || self.scene().as_ref() == Some(&scene);
                until(told, || format!("{scene} is not told: {:?}", self.scene())).await;
            }
        }
    }
}

fn text_of(event: &Event) -> Option<String> {
    let data: Value = event.data.read().unwrap();
    data["text"].as_str().map(str::to_owned)
}

/// A fake OBS, and a connector that it has let in.
async fn start() -> (FakeObs, Running) {
    let obs = FakeObs::start(PASSWORD).await.unwrap();
    let running = Running::start("obs", &obs.url(), Some(PASSWORD));
    running.connected().await;
    (obs, running)
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm()).await;
}

async fn storm() {
    let log = Log::listen();
    let (obs, running) = start().await;
    let storm = Storm::begin(&running.bus, "obs.custom-event", KINDS, text_of);
    let mut weather = Weather {
        storm,
        obs,
        running,
    };
    for _ in 0..weather.storm.faults() {
        for _ in 0..weather.storm.random.random_range(1..=4) {
            weather.say();
        }
        // What is under way when a connection breaks is lost.
        weather.storm.settle().await;
        let kind = weather.storm.next();
        weather.strike(kind).await;
    }
    let (storm, obs, running) = (weather.storm, weather.obs, weather.running);
    storm.judge().await;
    running.stop().await;
    drop(obs);
    no_task_is_left_but(0).await;
    log.holds_none_of(&BTreeSet::from([PASSWORD.to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_day_of_reconnects_leaves_no_task_behind() {
    let (obs, running) = start().await;
    a_day_of_reconnects(|| obs.fault(Fault::Drop), || obs.identified()).await;
    running.stop().await;
    drop(obs);
    no_task_is_left_but(0).await;
}

//! Many things go wrong, one after the other. VTube Studio sends nothing again; so what it sent over a
//! connection that stands comes once, and after each gap its state is read anew.

use std::collections::BTreeSet;

use rand::RngExt;

use super::storms::{Kinds, Log, Storm, in_small_steps, no_task_is_left_but, until};
use super::*;

const KINDS: Kinds<Kind> = &[
    (Kind::Drop, 30),
    (Kind::Garbage, 20),
    (Kind::Strange, 20),
    (Kind::Silence, 6),
    (Kind::SwitchOff, 10),
    (Kind::Refused, 15),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The connection breaks.
    Drop,
    /// What comes is no message of VTube Studio's.
    Garbage,
    /// What comes is one, and makes no sense.
    Strange,
    /// Nothing comes any more.
    Silence,
    /// The user switches the API off for a while.
    SwitchOff,
    /// A request is refused.
    Refused,
}

/// The model that a state or the user names; none is empty.
const MODELS: [&str; 2] = ["Akari", ""];

struct Weather {
    storm: Storm<Kind>,
    server: VtubeServer,
    running: Running,
}

impl Weather {
    /// The user chooses a background. Counts if VTube Studio has somebody to tell.
    fn change_background(&mut self) {
        let id = self.storm.fresh_id();
        if self.server.change_background(&id) > 0 {
            self.storm.told(&id);
        }
    }

    /// What changes while nobody listens, and can be asked for.
    fn change_state(&mut self) -> (String, bool) {
        let (model, face) = (self.storm.one_of(&MODELS), self.storm.random.random());
        self.server
            .load_model(Some(model).filter(|name| !name.is_empty()));
        self.server.track_face(face);
        (model.to_owned(), face)
    }

    /// Whether the states on the bus are these.
    fn is_told(&self, (model, face): &(String, bool)) -> bool {
        let state = |topic| {
            let events = self.running.bus.snapshot(&Pattern::new(topic).unwrap());
            events
                .first()
                .map(|event| event.data.read::<Value>().unwrap())
        };
        let (Some(loaded), Some(tracking)) = (
            state("vtube.model-loaded"),
            state("vtube.tracking-status-changed"),
        ) else {
            return false;
        };
        let is_model = match model.is_empty() {
            true => loaded["modelLoaded"] == false,
            false => loaded["modelLoaded"] == true && loaded["modelName"] == model.as_str(),
        };
        is_model && tracking["faceFound"] == *face
    }

    fn is_connected(&self) -> bool {
        self.running.connector.status().borrow().state == ConnectionState::Connected
    }

    /// Another connection stands, is subscribed, and tells the state as it is.
    async fn comes_back(&self, before: u64, state: &(String, bool)) {
        let back = || {
            let subscribed = self.server.subscriptions();
            self.server.authentications() > before
                && self.is_connected()
                && subscribed.iter().any(|event| event == "BackgroundChanged")
                && self.is_told(state)
        };
        until(back, || {
            format!("{:?}", self.running.connector.status().borrow())
        })
        .await;
    }

    async fn strike(&mut self, kind: Kind) {
        let before = self.server.authentications();
        let connections = self.server.connections();
        match kind {
            Kind::Drop => self.server.fault(Fault::Drop),
            Kind::Garbage => {
                // The last is more than the largest message that is taken.
                let flood = "x".repeat(9 << 20);
                let garbage = ["{", "[]", "null", "\u{0}", "{\"messageType\":7}", &flood];
                let garbage = self.storm.one_of(&garbage);
                self.server.fault(Fault::Send(garbage.into()));
            }
            Kind::Strange => {
                let strange = [
                    json!({ "messageType": "BackgroundChangedEvent", "data": [1] }),
                    json!({ "messageType": "NeverHeardOfEvent", "data": {} }),
                    // An answer that came before.
                    json!({ "messageType": "StatisticsResponse", "requestID": "0", "data": {} }),
                    json!({ "messageType": "APIError", "requestID": "", "data": {} }),
                ];
                let strange = self.storm.one_of(&strange);
                self.server.fault(Fault::Send(strange.to_string()));
                self.change_background();
                self.storm.settle().await;
                assert_eq!(self.server.connections(), connections, "{strange}");
                return;
            }
            Kind::Silence => {
                self.server.fault(Fault::Silence(true));
                let state = self.change_state();
                let answer = self.running.call("vtube.statistics", json!({})).await;
                assert!(
                    matches!(answer, Err(ConnectorError::TimedOut(_))),
                    "{answer:?}"
                );
                until(
                    || !self.is_connected(),
                    || "the silence is not noticed".into(),
                )
                .await;
                self.server.fault(Fault::Silence(false));
                return self.comes_back(before, &state).await;
            }
            Kind::SwitchOff => {
                self.server.fault(Fault::SwitchOff(true));
                self.server.fault(Fault::Drop);
                until(|| !self.is_connected(), || "still connected".into()).await;
                let state = self.change_state();
                let answer = self.running.call("vtube.statistics", json!({})).await;
                assert!(
                    matches!(answer, Err(ConnectorError::Unavailable(_))),
                    "{answer:?}"
                );
                self.server.fault(Fault::SwitchOff(false));
                return self.comes_back(before, &state).await;
            }
            Kind::Refused => {
                self.server.fault(Fault::Refuse("Statistics", 0));
                let answer = self.running.call("vtube.statistics", json!({})).await;
                assert!(answer.is_err(), "{answer:?}");
                let answer = self.running.call("vtube.statistics", json!({})).await;
                assert!(answer.is_ok(), "{answer:?}");
                return;
            }
        }
        // Somebody calls while the connection breaks, and is answered in any case.
        let calls = (0..3).map(|_| self.running.call("vtube.statistics", json!({})));
        let answers = futures_util::future::join_all(calls).await;
        for answer in answers {
            if let Err(error) = answer {
                assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
            }
        }
        let state = self.change_state();
        self.comes_back(before, &state).await;
    }
}

fn background_of(event: &Event) -> Option<String> {
    let data: Value = event.data.read().unwrap();
    data["backgroundName"].as_str().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm()).await;
}

async fn storm() {
    let log = Log::listen();
    let server = server().await;
    let running = Running::connected(&server).await;
    let storm = Storm::begin(
        &running.bus,
        "vtube.background-changed",
        KINDS,
        background_of,
    );
    let mut weather = Weather {
        storm,
        server,
        running,
    };
    let state = weather.change_state();
    weather.comes_back(0, &state).await;
    for _ in 0..weather.storm.faults() {
        for _ in 0..weather.storm.random.random_range(1..=4) {
            weather.change_background();
        }
        // What is under way when a connection breaks is lost.
        weather.storm.settle().await;
        let kind = weather.storm.next();
        weather.strike(kind).await;
    }
    weather.storm.judge().await;
    let running = weather.running;
    assert!(!running.task.is_finished(), "the connector has ended");
    running.stop().await;
    drop(weather.server);
    no_task_is_left_but(0).await;
    log.holds_none_of(&BTreeSet::from([TOKEN.to_owned()]));
}

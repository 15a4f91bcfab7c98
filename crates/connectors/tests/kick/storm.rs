//! Many things go wrong, one after the other. Kick's page sends nothing again, and its webhooks come up
//! to three times; what was told over either way comes once.

use std::collections::BTreeSet;

use pato_test_servers::faults::{Garbage, HttpFault};
use pato_test_servers::http::{Response, StatusCode};
use pato_test_servers::kick::{CHAT, Fault, VIEWER, Webhook, message};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::json;

use super::storms::{
    Kinds, Log, Storm, a_day_of_reconnects, in_small_steps, no_task_is_left_but, until,
};
use super::*;

const MESSAGE: &str = "App\\Events\\ChatMessageEvent";

const KINDS: Kinds<Kind> = &[
    (Kind::Drop, 20),
    (Kind::Disconnect, 15),
    (Kind::Garbage, 15),
    (Kind::Wall, 6),
    (Kind::Refused, 20),
    (Kind::Silence, 5),
    (Kind::Duplicates, 15),
    (Kind::Disorder, 10),
    (Kind::Webhooks, 15),
    (Kind::ExpiredToken, 10),
    (Kind::Call, 20),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The connection breaks.
    Drop,
    /// Kick ends it in the transport's own way.
    Disconnect,
    /// What comes is no message of the transport.
    Garbage,
    /// The page takes Pato for a program for a while.
    Wall,
    /// On the way to the next connection a call goes wrong.
    Refused,
    /// Nothing comes any more.
    Silence,
    /// The page and webhooks tell the same, each more than once.
    Duplicates,
    /// Webhooks come in another order than the page tells.
    Disorder,
    /// Webhooks go on while the connection is broken.
    Webhooks,
    /// The access token is no longer good when Pato writes.
    ExpiredToken,
    /// Writing goes wrong.
    Call,
}

struct Weather {
    storm: Storm<Kind>,
    stage: Stage,
    webhooks: String,
}

impl Weather {
    /// The page tells of a message. Counts if somebody listens.
    fn say(&mut self) -> String {
        let id = self.storm.fresh_id();
        self.repeat(&id);
        id
    }

    /// The page tells of a message, perhaps not for the first time.
    fn repeat(&mut self, id: &str) {
        let message = message(id, &VIEWER, id);
        if self.stage.server.emit(CHAT, MESSAGE, &message) > 0 {
            self.storm.told(id);
        }
    }

    /// A webhook tells of a message; Kick is answered that it has arrived.
    async fn deliver(&mut self, id: &str) {
        let body = json!({
            "message_id": id, "sender": VIEWER.full(), "content": id, "emotes": [],
            "created_at": "2026-11-20T16:59:34Z", "broadcaster": BROADCASTER.full(),
        });
        let now = jiff::Timestamp::now().to_string();
        let webhook = Webhook::new(&format!("webhook {id}"), &now, "chat.message.sent", &body);
        let status = self.stage.server.deliver(&self.webhooks, &webhook).await;
        assert_eq!(status.unwrap(), 200, "{id}");
        self.storm.told(id);
    }

    fn is(&self, state: ConnectionState) -> bool {
        self.stage.status.borrow().state == state
    }

    /// Another connection listens.
    async fn comes_back(&self, before: u64) {
        let back = || self.stage.server.listened() > before && self.is(ConnectionState::Connected);
        until(back, || format!("{:?}", self.stage.status.borrow())).await;
    }

    async fn breaks(&mut self, fault: Fault) {
        let before = self.stage.server.listened();
        self.stage.server.fault(fault);
        self.comes_back(before).await;
    }

    async fn strike(&mut self, kind: Kind) {
        let before = self.stage.server.listened();
        match kind {
            Kind::Drop => self.breaks(Fault::Drop).await,
            Kind::Disconnect => self.breaks(Fault::Disconnect).await,
            Kind::Garbage => {
                let garbage = self.storm.one_of(&Garbage::ALL);
                match garbage {
                    // A message that says nothing is left out, and the connection stays.
                    Garbage::InvalidJson => {
                        self.stage.server.fault(Fault::Garbage(garbage));
                        self.say();
                        self.storm.settle().await;
                        assert_eq!(self.stage.server.listened(), before);
                    }
                    _ => self.breaks(Fault::Garbage(garbage)).await,
                }
            }
            Kind::Wall => {
                self.stage.server.fault(Fault::Wall(true));
                self.stage.server.fault(Fault::Drop);
                let noticed = || self.is(ConnectionState::Waiting);
                until(noticed, || "the wall is not noticed".into()).await;
                self.stage.server.fault(Fault::Wall(false));
                self.comes_back(before).await;
            }
            Kind::Refused => {
                let calls = self.storm.one_of(&[
                    "GET /api/v2/channels/*",
                    "POST /api/v1/realtime/channels/*",
                    "POST /api/v1/realtime/auth/connection",
                ]);
                let fault = self.http_fault();
                let times = self.storm.random.random_range(1..=3);
                self.stage.server.faults().next(calls, times, fault);
                self.breaks(Fault::Drop).await;
                self.stage.server.faults().clear();
            }
            Kind::Silence => {
                self.stage.server.fault(Fault::Silence(true));
                let noticed = || !self.is(ConnectionState::Connected);
                until(noticed, || "the silence is not noticed".into()).await;
                let id = self.storm.fresh_id();
                self.deliver(&id).await;
                self.stage.server.fault(Fault::Silence(false));
                self.comes_back(before).await;
            }
            Kind::Duplicates => {
                let id = self.say();
                self.deliver(&id).await;
                self.repeat(&id);
                self.deliver(&id).await;
            }
            Kind::Disorder => {
                let mut ids: Vec<_> = (0..5).map(|_| self.say()).collect();
                ids.shuffle(&mut self.storm.random);
                for id in ids {
                    self.deliver(&id).await;
                }
            }
            Kind::Webhooks => {
                self.stage.server.fault(Fault::Drop);
                let ids: Vec<_> = (0..3).map(|_| self.storm.fresh_id()).collect();
                for id in &ids {
                    self.deliver(id).await;
                }
                self.comes_back(before).await;
                for id in &ids {
                    self.repeat(id);
                    self.deliver(id).await;
                }
            }
            Kind::ExpiredToken => {
                self.stage.server.fault(Fault::ExpireTokens);
                self.write().await.unwrap();
            }
            Kind::Call => {
                let fault = self.http_fault();
                self.stage
                    .server
                    .faults()
                    .next("POST /public/v1/chat", 1, fault);
                // Whether it can be done depends on what goes wrong.
                let _ = self.write().await;
                self.stage.server.faults().clear();
            }
        }
    }

    fn http_fault(&mut self) -> HttpFault {
        let answer = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            HttpFault::Answer(Response::json(status, &json!({ "message": "no" })))
        };
        let late = Duration::from_millis(self.storm.random.random_range(1..2_000));
        let mut faults: Vec<_> = [401, 403, 429, 500, 503].map(answer).into();
        faults.extend(Garbage::ALL.map(HttpFault::Garbage));
        faults.extend([
            HttpFault::Drop,
            HttpFault::LoseAnswer,
            HttpFault::Silence,
            HttpFault::Slow(late),
            HttpFault::Truncate,
        ]);
        self.storm.one_of(&faults)
    }

    /// Pato writes, and is answered in any case. What Kick took comes back once.
    async fn write(&mut self) -> Result<Value, ConnectorError> {
        let id = self.storm.fresh_id();
        self.storm.perhaps_told(&id);
        let call = self.stage.call("chat.send", json!({ "text": id }));
        let answer = tokio::time::timeout(Duration::from_secs(60), call)
            .await
            .unwrap();
        if answer.is_ok() {
            self.storm.told(&id);
        }
        answer
    }
}

fn text_of(event: &Event) -> Option<String> {
    let data: Value = event.data.read().unwrap();
    data["text"].as_str().map(str::to_owned)
}

/// A connector that reads, writes and takes webhooks, and where.
async fn start(transport: Transport) -> (Stage, String) {
    let server = Configuration {
        transport,
        activity_seconds: 10,
        ..Configuration::default()
    };
    let stage = Stage::with(server, |it| ways(it, true, Some(&SCOPES), true)).await;
    let is_ready = || {
        stage.server.subscriptions().len() >= 10
            && stage.server.listened() > 0
            && stage.kick.listening().borrow().is_some()
            && stage.status.borrow().state == ConnectionState::Connected
    };
    until(is_ready, || format!("{:?}", stage.status.borrow())).await;
    let address = stage.kick.listening().borrow().unwrap();
    (stage, format!("http://{address}/"))
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_over_pusher_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm(Transport::Pusher)).await;
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_over_centrifugo_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm(Transport::Centrifugo)).await;
}

async fn storm(transport: Transport) {
    let log = Log::listen();
    let (stage, webhooks) = start(transport).await;
    let storm = Storm::begin(&stage.environment.bus, "chat.message", KINDS, text_of);
    let mut weather = Weather {
        storm,
        stage,
        webhooks,
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
    let Weather { storm, stage, .. } = weather;
    storm.judge().await;
    let mut secrets = BTreeSet::from([CLIENT_SECRET.to_owned()]);
    for call in stage.server.calls() {
        if let Some(header) = call.headers.get("authorization") {
            let header = header.to_str().unwrap();
            secrets.insert(header.rsplit(' ').next().unwrap().to_owned());
        }
    }
    let guests = stage.server.heard().into_iter();
    secrets.extend(guests.filter_map(|line| {
        let line: Value = serde_json::from_str(&line).ok()?;
        Some(line["connect"]["token"].as_str()?.to_owned())
    }));
    assert!(secrets.len() > 1, "no token was ever sent");
    stage.end().await;
    no_task_is_left_but(0).await;
    log.holds_none_of(&secrets);
}

#[tokio::test(start_paused = true)]
async fn a_day_of_reconnects_leaves_no_task_behind() {
    let (stage, _) = start(Transport::Centrifugo).await;
    a_day_of_reconnects(
        || stage.server.fault(Fault::Drop),
        || stage.server.listened(),
    )
    .await;
    stage.end().await;
    no_task_is_left_but(0).await;
}

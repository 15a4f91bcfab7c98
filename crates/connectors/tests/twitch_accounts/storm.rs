//! Many things go wrong, one after the other, by chance from a seed; nothing is lost or doubled.

use std::collections::BTreeSet;
use std::time::Duration;

use pato_events::Event;
use pato_events::catalogue::host::ConnectionState;
use pato_test_servers::faults::{Garbage, Rates};
use pato_test_servers::twitch::api::{SocketFault, sample};
use rand::RngExt;
use serde_json::{Value, json};

use super::stage::{BROADCASTER, Setting, Stage, server};
use super::storms::{
    Kinds, Log, Storm, a_day_of_reconnects, in_small_steps, no_task_is_left_but, until,
};

const SUBSCRIPTIONS: &str = "/helix/eventsub/subscriptions";

const KINDS: Kinds<Kind> = &[
    (Kind::Drop, 20),
    (Kind::Close, 20),
    (Kind::Move, 20),
    (Kind::Garbage, 8),
    (Kind::Duplicates, 12),
    (Kind::Slow, 8),
    (Kind::ExpiredToken, 10),
    (Kind::Refused, 20),
    (Kind::Silence, 5),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The connection breaks.
    Drop,
    /// It is closed with one of Twitch's codes.
    Close,
    /// Twitch asks to connect elsewhere.
    Move,
    /// What comes is no EventSub.
    Garbage,
    /// What comes, comes twice.
    Duplicates,
    /// What comes, comes late.
    Slow,
    /// The token is no longer good when the next connection subscribes.
    ExpiredToken,
    /// The next connection's first subscription is refused: 401, 429, 500, 503.
    Refused,
    /// Nothing comes any more.
    Silence,
}

struct Weather {
    storm: Storm<Kind>,
    stage: Stage,
}

impl Weather {
    /// Somebody follows. Counts if the server had a session to tell.
    fn follow(&mut self) {
        let id = self.storm.fresh_id();
        let mut event = sample("channel.follow", BROADCASTER).unwrap();
        event["user_id"] = json!(id);
        if self.stage.api.publish("channel.follow", event) > 0 {
            self.storm.told(&id);
        }
    }

    /// A new connection stands, and is subscribed.
    async fn comes_back(&self, before: u64) {
        let back = || {
            self.stage.api.connections() > before
                && self.stage.status().state == ConnectionState::Connected
                && self.stage.subscribed("channel.follow")
        };
        until(back, || format!("{:?}", self.stage.status())).await;
    }

    async fn strike(&mut self, kind: Kind) {
        let before = self.stage.api.connections();
        let refusals = [401, 429, 500, 503];
        let codes = [4000, 4002, 4004, 4005, 4006, 4007, 1001, 1011];
        match kind {
            Kind::Drop => self.stage.api.fault(SocketFault::Drop),
            Kind::Close => {
                let code = self.storm.one_of(&codes);
                self.stage.api.fault(SocketFault::Close(code));
            }
            Kind::Garbage => {
                let garbage = self.storm.one_of(&Garbage::ALL);
                self.stage.api.fault(SocketFault::Garbage(garbage));
                if garbage == Garbage::InvalidJson {
                    // A message that says nothing is left out, and the connection stays.
                    return;
                }
            }
            Kind::ExpiredToken => {
                self.stage.api.expire_access_tokens();
                self.stage.api.fault(SocketFault::Drop);
            }
            Kind::Refused => {
                let status = self.storm.one_of(&refusals);
                let calls = format!("POST {SUBSCRIPTIONS}");
                self.stage
                    .api
                    .refuse(&calls, 1, status, Duration::from_millis(20));
                self.stage.api.fault(SocketFault::Drop);
            }
            Kind::Silence => {
                self.stage.api.fault(SocketFault::Silence(true));
                let noticed = || self.stage.status().state != ConnectionState::Connected;
                until(noticed, || "the silence is not noticed".into()).await;
                self.stage.api.fault(SocketFault::Silence(false));
            }
            Kind::Move => {
                self.stage.api.fault(SocketFault::Reconnect);
                for _ in 0..3 {
                    self.follow();
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                self.stage
                    .api
                    .wait_until(|api| api.connections() > before)
                    .await
                    .unwrap();
                return;
            }
            Kind::Duplicates => {
                let rates = Rates {
                    lose: 0.0,
                    duplicate: 1.0,
                    delay: 0.0,
                };
                let seed = self.storm.random.random();
                self.stage.api.fault(SocketFault::Disorder(seed, rates));
                self.follow();
                self.storm.settle().await;
                self.stage.api.fault(SocketFault::Order);
                return;
            }
            Kind::Slow => {
                self.stage
                    .api
                    .fault(SocketFault::Slow(Duration::from_millis(5)));
                self.follow();
                self.follow();
                self.storm.settle().await;
                self.stage.api.fault(SocketFault::Slow(Duration::ZERO));
                return;
            }
        }
        self.comes_back(before).await;
    }
}

fn user_of(event: &Event) -> Option<String> {
    let data: Value = event.data.read().unwrap();
    data["user"]["id"].as_str().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm()).await;
}

async fn storm() {
    let log = Log::listen();
    let mut server = server();
    server.keepalive = Duration::from_secs(1);
    // So many new connections would use up what Helix gives in a minute.
    server.points = 1_000_000;
    let stage = Stage::connected(Setting {
        server,
        wanted: &[],
        ..Setting::default()
    })
    .await;
    let storm = Storm::begin(&stage.bus, "channel.follow", KINDS, user_of);
    let mut weather = Weather { storm, stage };
    weather.comes_back(0).await;
    for _ in 0..weather.storm.faults() {
        for _ in 0..weather.storm.random.random_range(1..=4) {
            weather.follow();
        }
        // What is under way when a connection breaks is lost at Twitch too, and the server can't know.
        weather.storm.settle().await;
        let kind = weather.storm.next();
        weather.strike(kind).await;
    }
    let Weather { storm, stage } = weather;
    storm.judge().await;
    let mut tokens = BTreeSet::new();
    for call in stage.api.calls() {
        if let Some(header) = call.headers.get("authorization") {
            let header = header.to_str().unwrap();
            tokens.insert(header.rsplit(' ').next().unwrap().to_owned());
        }
    }
    assert!(!tokens.is_empty(), "no token was ever sent");
    stage.end().await;
    no_task_is_left_but(0).await;
    log.holds_none_of(&tokens);
}

#[tokio::test(start_paused = true)]
async fn a_day_of_reconnects_leaves_no_task_behind() {
    let stage = Stage::connected(Setting::default()).await;
    let cut = || stage.api.fault(SocketFault::Drop);
    a_day_of_reconnects(cut, || stage.api.connections()).await;
    stage.end().await;
    no_task_is_left_but(0).await;
}

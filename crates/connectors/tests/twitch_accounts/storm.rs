//! Many things go wrong, one after the other, by chance from a seed; nothing is lost or doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pato_bus::Overflow;
use pato_events::Event;
use pato_events::catalogue::host::ConnectionState;
use pato_test_servers::faults::{Garbage, Rates};
use pato_test_servers::twitch::api::{SocketFault, sample};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::stage::{BROADCASTER, Setting, Stage, server};

/// How many things go wrong, unless `PATO_FAULTS` says so: the soak lets a thousand happen.
const FAULTS: usize = 120;
const SEED: u64 = 20_261_121;
const SUBSCRIPTIONS: &str = "/helix/eventsub/subscriptions";

/// What can go wrong, and how often in comparison.
const KINDS: &[(Kind, u32)] = &[
    (Kind::Drop, 20),
    (Kind::Close, 20),
    (Kind::Move, 20),
    (Kind::Garbage, 8),
    (Kind::Duplicates, 12),
    (Kind::Slow, 8),
    (Kind::ExpiredToken, 10),
    (Kind::Refused, 20),
    (Kind::Silence, 1),
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

struct Storm {
    stage: Stage,
    random: Xoshiro256PlusPlus,
    published: usize,
    /// The followers that the server says it told of.
    told: BTreeSet<String>,
    /// How often each was heard of.
    heard: BTreeMap<String, usize>,
}

impl Storm {
    /// Somebody follows. Counts if the server had a session to tell.
    fn follow(&mut self) {
        self.published += 1;
        let id = self.published.to_string();
        let mut event = sample("channel.follow", BROADCASTER).unwrap();
        event["user_id"] = json!(id);
        if self.stage.api.publish("channel.follow", event) > 0 {
            self.told.insert(id);
        }
    }

    /// All that the server has told of so far has arrived.
    async fn settle(&mut self) {
        let settled = async {
            while !self.told.iter().all(|id| self.heard.contains_key(id)) {
                let mut events = Vec::new();
                self.stage.mailbox.next_batch(&mut events, 100).await;
                self.hear(&events);
            }
        };
        let settled = tokio::time::timeout(Duration::from_secs(15), settled)
            .await
            .is_ok();
        let missing: Vec<_> = self
            .told
            .iter()
            .filter(|id| !self.heard.contains_key(*id))
            .collect();
        assert!(settled, "told, and not heard of: {missing:?}");
    }

    fn hear(&mut self, events: &[Arc<Event>]) {
        for event in events {
            let data: Value = event.data.read().unwrap();
            let id = data["user"]["id"].as_str().unwrap().to_owned();
            *self.heard.entry(id).or_default() += 1;
        }
    }

    /// A new connection stands, and is subscribed.
    async fn comes_back(&mut self, before: u64) {
        let back = async {
            while self.stage.api.connections() <= before
                || self.stage.status().state != ConnectionState::Connected
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        // Where the welcome was silenced too, it is waited for before the next try.
        tokio::time::timeout(Duration::from_secs(60), back)
            .await
            .expect("it comes back");
        let subscribed = self.stage.api.wait_until(|api| {
            api.subscriptions()
                .iter()
                .any(|found| found["type"] == "channel.follow")
        });
        let subscribed = subscribed.await;
        assert!(subscribed.is_ok(), "{:?}", self.stage.status());
    }

    async fn strike(&mut self, kind: Kind) {
        let before = self.stage.api.connections();
        let refusals = [401, 429, 500, 503];
        let codes = [4000, 4002, 4004, 4005, 4006, 4007, 1001, 1011];
        match kind {
            Kind::Drop => self.stage.api.fault(SocketFault::Drop),
            Kind::Close => {
                let code = *codes.choose(&mut self.random).unwrap();
                self.stage.api.fault(SocketFault::Close(code));
            }
            Kind::Garbage => {
                let garbage = *Garbage::ALL.choose(&mut self.random).unwrap();
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
                let status = *refusals.choose(&mut self.random).unwrap();
                let calls = format!("POST {SUBSCRIPTIONS}");
                self.stage
                    .api
                    .refuse(&calls, 1, status, Duration::from_millis(20));
                self.stage.api.fault(SocketFault::Drop);
            }
            Kind::Silence => {
                self.stage.api.fault(SocketFault::Silence(true));
                while self.stage.status().state == ConnectionState::Connected {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
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
                let seed = self.random.random();
                self.stage.api.fault(SocketFault::Disorder(seed, rates));
                self.follow();
                self.settle().await;
                self.stage.api.fault(SocketFault::Order);
                return;
            }
            Kind::Slow => {
                self.stage
                    .api
                    .fault(SocketFault::Slow(Duration::from_millis(5)));
                self.follow();
                self.follow();
                self.settle().await;
                self.stage.api.fault(SocketFault::Slow(Duration::ZERO));
                return;
            }
        }
        self.comes_back(before).await;
    }
}

#[tokio::test]
async fn after_many_faults_every_event_has_come_once_and_no_log_has_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    // The runtime of this test has one thread, so that this hears all of it.
    let _listening = tracing::subscriber::set_default(subscriber);
    let mut server = server();
    server.keepalive = Duration::from_secs(1);
    // So many new connections would use up what Helix gives in a minute.
    server.points = 1_000_000;
    let mut stage = Stage::connected(Setting {
        server,
        wanted: &[],
        ..Setting::default()
    })
    .await;
    stage.mailbox = stage.bus.subscribe(pato_bus::MailboxConfiguration {
        name: "storm".into(),
        capacity: 100_000,
        overflow: Overflow::DropNewest,
    });
    stage
        .mailbox
        .add(pato_events::Pattern::new("channel.follow").unwrap());
    let mut storm = Storm {
        stage,
        random: Xoshiro256PlusPlus::seed_from_u64(SEED),
        published: 0,
        told: BTreeSet::new(),
        heard: BTreeMap::new(),
    };
    let subscribed = storm.stage.api.wait_until(|api| {
        api.subscriptions()
            .iter()
            .any(|found| found["type"] == "channel.follow")
    });
    subscribed.await.unwrap();
    let mut struck = BTreeMap::<Kind, usize>::new();
    let faults = std::env::var("PATO_FAULTS").map_or(FAULTS, |text| text.parse().unwrap());
    for _ in 0..faults {
        for _ in 0..storm.random.random_range(1..=4) {
            storm.follow();
        }
        // What is under way when a connection breaks is lost at Twitch too, and the server can't know.
        storm.settle().await;
        let (kind, _) = *KINDS
            .choose_weighted(&mut storm.random, |(_, weight)| *weight)
            .unwrap();
        *struck.entry(kind).or_default() += 1;
        storm.strike(kind).await;
    }
    storm.settle().await;
    let wrong: Vec<_> = storm
        .heard
        .iter()
        .filter(|(_, times)| **times != 1)
        .collect();
    assert!(wrong.is_empty(), "more than once: {wrong:?}");
    assert_eq!(storm.heard.len(), storm.told.len());
    assert!(
        storm.told.len() > 2 * faults,
        "{} of {}",
        storm.told.len(),
        storm.published
    );
    // The rarest may not have been among few.
    assert!(struck.len() + 1 >= KINDS.len(), "{struck:?}");

    let written = log.text();
    let mut tokens = BTreeSet::new();
    for call in storm.stage.api.calls() {
        if let Some(header) = call.headers.get("authorization") {
            let header = header.to_str().unwrap();
            tokens.insert(header.rsplit(' ').next().unwrap().to_owned());
        }
    }
    assert!(tokens.len() > 10, "tokens were refreshed: {}", tokens.len());
    assert!(!written.is_empty());
    for token in tokens {
        assert!(!written.contains(&token), "a token stands in the log");
    }
    storm.stage.end().await;
}

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

//! The connector `twitch` against the test server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pato_bus::{Bus, BusConfiguration, Clock};
use pato_connectors::twitch::{Security, Twitch, TwitchConfiguration, TwitchLogin, TwitchServer};
use pato_connectors::{BackOffConfiguration, Call, Connector, ConnectorError, Environment};
use pato_events::catalogue::chat::{ChatMessage, Role};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, Pattern, Payload};
use pato_test_servers::twitch::{self as server, Account, Fault};
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "k7xq2v9mwz4r8t1n3p5s";

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> f64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        now.as_secs_f64() * 1_000.0
    }
}

/// A connector that runs against a server of its own.
struct Stage {
    server: server::TwitchServer,
    twitch: Arc<Twitch>,
    bus: Bus,
    status: watch::Receiver<ConnectorStatus>,
    shutdown: CancellationToken,
    run: JoinHandle<()>,
}

fn account(badges: &str) -> Account {
    Account::viewer(TOKEN, "quackbot").with_badges(badges)
}

fn configuration(server: &server::TwitchServer) -> TwitchConfiguration {
    let roots = server.certificate().cloned();
    TwitchConfiguration {
        server: TwitchServer {
            host: "127.0.0.1".into(),
            port: server.address().port(),
            security: match roots {
                Some(root) => Security::Tls {
                    extra_roots: vec![root],
                },
                None => Security::Plain,
            },
        },
        back_off: BackOffConfiguration {
            first: Duration::from_millis(20),
            longest: Duration::from_millis(100),
            ..BackOffConfiguration::default()
        },
        ..TwitchConfiguration::new("#Pato")
    }
}

fn environment(server: &server::TwitchServer, token: &str) -> Environment {
    let vault = Vault::new();
    let host = server.address().to_string();
    let secret = Secret::new(token.to_owned());
    vault.set("twitch", "token", secret, &[host]).unwrap();
    let clock = Arc::new(SystemClock);
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault,
        seed: 1,
    }
}

fn login() -> Option<TwitchLogin> {
    Some(TwitchLogin {
        user: "quackbot".into(),
        scope: "twitch".into(),
        secret: "token".into(),
    })
}

impl Stage {
    async fn anonymous(server: server::Configuration) -> Self {
        Self::with(server, TOKEN, |_| {}).await
    }

    async fn writer(badges: &str) -> Self {
        let server = server::Configuration {
            accounts: vec![account(badges)],
            ..server::Configuration::default()
        };
        let stage = Self::with(server, TOKEN, |it| it.login = login()).await;
        stage.connected().await
    }

    async fn with(
        server: server::Configuration,
        token: &str,
        change: impl FnOnce(&mut TwitchConfiguration),
    ) -> Self {
        let server = server::TwitchServer::start(server).await.unwrap();
        let mut configuration = configuration(&server);
        change(&mut configuration);
        let environment = environment(&server, token);
        let bus = environment.bus.clone();
        let twitch = Arc::new(Twitch::new(configuration, environment).unwrap());
        let shutdown = CancellationToken::new();
        let (running, token) = (Arc::clone(&twitch), shutdown.clone());
        let status = twitch.status();
        let run = tokio::spawn(async move { running.run(token).await });
        Self {
            server,
            twitch,
            bus,
            status,
            shutdown,
            run,
        }
    }

    async fn state(&mut self, state: ConnectionState) -> ConnectorStatus {
        let reached = self.status.wait_for(|status| status.state == state);
        let reached = tokio::time::timeout(Duration::from_secs(10), reached).await;
        reached
            .unwrap_or_else(|_| panic!("never {state:?}"))
            .unwrap()
            .clone()
    }

    async fn connected(mut self) -> Self {
        self.state(ConnectionState::Connected).await;
        self
    }

    /// The events of these topics, as soon as there are so many.
    async fn events(&self, pattern: &str, count: usize) -> Vec<Arc<Event>> {
        let pattern = Pattern::new(pattern).unwrap();
        for _ in 0..500 {
            let events = self.bus.history(&pattern, 10_000);
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "fewer than {count} of {pattern}: {:?}",
            self.bus.history(&pattern, 100)
        )
    }

    async fn send(&self, parameters: Value) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let answer = self
            .twitch
            .call(Call::new("chat.send", &parameters))
            .await?;
        Ok(answer.read().unwrap())
    }

    fn written(&self) -> Vec<String> {
        let mut lines = self.server.received();
        lines.retain(|line| line.contains("PRIVMSG"));
        lines
    }

    async fn end(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.run).await;
        ended
            .expect("the connector ends within five seconds")
            .unwrap();
        assert_eq!(self.status.borrow().state, ConnectionState::Off);
    }
}

fn message(event: &Event) -> ChatMessage {
    event.data.read().unwrap()
}

#[tokio::test]
async fn chat_is_read_over_tls_without_an_account() {
    let tls = server::Configuration {
        tls: true,
        ..server::Configuration::default()
    };
    let stage = Stage::anonymous(tls).await.connected().await;
    let tags = [
        ("badges", "moderator/1"),
        ("display-name", "Ronni"),
        ("emotes", "25:3-7"),
    ];
    let id = stage.server.say("pato", "ronni", "hi Kappa", &tags);
    let events = stage.events("chat.message", 1).await;
    assert_eq!(&*events[0].source, "twitch");
    assert!(!events[0].flags.own && !events[0].flags.simulated);
    let chat = message(&events[0]);
    assert_eq!((chat.message_id, chat.channel), (id, "pato".to_owned()));
    assert_eq!(
        (chat.user.name, chat.roles),
        ("Ronni".to_owned(), vec![Role::Moderator])
    );
    assert_eq!(chat.emotes[0].name, "Kappa");
    assert!(stage.status.borrow().last_heard.is_some());
    assert!(
        stage
            .server
            .received()
            .iter()
            .any(|line| line.starts_with("NICK justinfan"))
    );
    let refused = stage.send(json!({"text": "hi"})).await.unwrap_err();
    assert!(
        matches!(&refused, ConnectorError::Unavailable(text) if text.contains("--twitch-login"))
    );
    stage.end().await;
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let tls = server::Configuration {
        tls: true,
        ..server::Configuration::default()
    };
    let mut stage = Stage::with(tls, TOKEN, |it| {
        it.server.security = Security::Tls {
            extra_roots: Vec::new(),
        };
    })
    .await;
    let status = stage.state(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("certificate"));
    assert_eq!(stage.server.received(), [""; 0]);
    stage.end().await;
}

#[tokio::test]
async fn what_pato_writes_goes_out_and_is_told_as_its_own() {
    let stage = Stage::writer("broadcaster/1").await;
    let parent = stage.server.say("pato", "ronni", "how are you", &[]);
    let cause = stage.events("chat.message", 1).await.remove(0);
    let parameters = json!({"text": "fine\r\nQUIT\r\nJOIN #other", "reply_to": parent});
    let parameters = Payload::from_value(&parameters).unwrap();
    let answer = stage
        .twitch
        .call(Call::new("chat.send", &parameters).caused_by(Some(&cause)))
        .await
        .unwrap();
    assert_eq!(answer.as_str(), r#"{"messages":1,"message_ids":[]}"#);
    let events = stage.events("chat.message", 2).await;
    let own = &events[1];
    assert!(own.flags.own);
    assert_eq!((own.cause.as_ref(), own.depth), (Some(&cause.id), 1));
    assert_eq!(message(own).user.login, "quackbot");
    assert_eq!(message(own).roles, [Role::Broadcaster]);
    assert_eq!(
        stage.written(),
        [format!(
            "@reply-parent-msg-id={parent} PRIVMSG #pato :fine  QUIT  JOIN #other"
        )]
    );
    stage.end().await;
}

#[tokio::test]
async fn a_long_text_goes_out_in_pieces() {
    let stage = Stage::writer("moderator/1").await;
    let answer = stage
        .send(json!({"text": "duck ".repeat(250)}))
        .await
        .unwrap();
    assert_eq!(answer["messages"], 3);
    assert_eq!(stage.written().len(), 3);
    let mut ids: Vec<_> = stage
        .events("chat.message", 3)
        .await
        .iter()
        .map(|event| message(event).message_id)
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    stage.end().await;
}

#[tokio::test]
async fn what_twitch_would_not_take_is_refused_before_it_is_sent() {
    let stage = Stage::writer("moderator/1").await;
    for (parameters, hint) in [
        (json!({"text": " \n "}), "nothing is left"),
        (json!({"text": "x".repeat(5_000)}), "8 at most"),
        (json!({"text": "a", "channel": "other"}), "not in `other`"),
        (
            json!({"text": "a", "reply_to": "1 PRIVMSG #x :y"}),
            "no message id",
        ),
        (
            json!({"text": "a", "reply_to": "1\r\nQUIT"}),
            "no message id",
        ),
        (json!({"txet": "a"}), "txet"),
    ] {
        let error = stage.send(parameters).await.unwrap_err().to_string();
        assert!(error.contains(hint), "{error}");
    }
    let unknown = stage
        .twitch
        .call(Call::new("moderation.ban", &Payload::empty()))
        .await;
    assert!(matches!(unknown, Err(ConnectorError::NotFound(_))));
    assert_eq!(stage.written(), [""; 0]);
    stage.end().await;
}

#[tokio::test]
async fn a_message_that_twitch_refuses_is_an_error_with_its_words() {
    let stage = Stage::writer("moderator/1").await;
    stage.server.fault(Fault::RefuseMessage("msg_duplicate"));
    let error = stage.send(json!({"text": "hi"})).await.unwrap_err();
    assert!(matches!(&error, ConnectorError::Failed(text) if text.contains("msg_duplicate")));
    stage.server.fault(Fault::RefuseMessage("msg_ratelimit"));
    let error = stage.send(json!({"text": "hi"})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)));
    assert_eq!(
        stage.send(json!({"text": "hi"})).await.unwrap()["messages"],
        1
    );
    assert_eq!(stage.events("chat.notice", 2).await.len(), 2);
    assert_eq!(stage.events("chat.message", 1).await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn the_twenty_first_message_of_a_vip_is_told_how_long_to_wait() {
    let stage = Stage::writer("vip/1").await;
    for number in 0..20 {
        stage
            .send(json!({"text": format!("quack {number}")}))
            .await
            .unwrap();
    }
    let Err(ConnectorError::RateLimited(wait)) = stage.send(json!({"text": "more"})).await else {
        panic!("the limit is missing")
    };
    assert!(
        wait > Duration::from_secs(10) && wait <= Duration::from_secs(31),
        "{wait:?}"
    );
    assert_eq!(stage.written().len(), 20);
    stage.end().await;
}

#[tokio::test]
async fn after_a_drop_it_says_why_and_comes_back() {
    let mut stage = Stage::anonymous(server::Configuration::default())
        .await
        .connected()
        .await;
    stage.server.fault(Fault::Drop);
    let status = stage.state(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("connection"));
    assert!(status.next_try.is_some());
    stage.state(ConnectionState::Connected).await;
    stage.server.wait_for_joins(2).await.unwrap();
    stage.server.say("pato", "ronni", "still here?", &[]);
    assert_eq!(stage.events("chat.message", 1).await.len(), 1);
    let statuses = stage.events("connector.status", 5).await;
    let states: Vec<_> = statuses
        .iter()
        .map(|event| event.data.read::<Value>().unwrap()["state"].clone())
        .collect();
    assert_eq!(
        states,
        [
            "connecting",
            "connected",
            "waiting",
            "connecting",
            "connected"
        ]
    );
    stage.end().await;
}

#[tokio::test]
async fn a_reconnect_keeps_what_it_knows_and_tells_nothing_twice() {
    let mut stage = Stage::anonymous(server::Configuration::default())
        .await
        .connected()
        .await;
    stage.server.say("pato", "ronni", "first", &[("id", "one")]);
    stage.events("chat.message", 1).await;
    stage.server.fault(Fault::Reconnect);
    stage.state(ConnectionState::Waiting).await;
    stage.state(ConnectionState::Connected).await;
    stage.server.wait_for_joins(2).await.unwrap();
    stage.server.say("pato", "ronni", "first", &[("id", "one")]);
    stage
        .server
        .say("pato", "ronni", "second", &[("id", "two")]);
    let events = stage.events("chat.message", 2).await;
    assert_eq!(message(&events[1]).text, "second");
    assert_eq!(stage.twitch.metrics().duplicates, 1);
    stage.end().await;
}

#[tokio::test]
async fn a_silent_server_is_asked_and_then_left() {
    let quick = |it: &mut TwitchConfiguration| {
        it.silence = Duration::from_millis(200);
        it.patience = Duration::from_millis(300);
    };
    let stage = Stage::with(server::Configuration::default(), TOKEN, quick).await;
    let mut stage = stage.connected().await;
    // As long as a PING is answered, the connection stands.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(stage.server.connections(), 1);
    assert!(
        stage
            .server
            .received()
            .iter()
            .filter(|line| line.starts_with("PING"))
            .count()
            >= 2
    );
    stage.server.fault(Fault::Silence(true));
    let status = stage.state(ConnectionState::Waiting).await;
    assert!(status.reason.unwrap().contains("did not answer a PING"));
    stage.server.fault(Fault::Silence(false));
    stage.state(ConnectionState::Connected).await;
    stage.end().await;
}

#[tokio::test]
async fn a_refused_token_is_not_tried_again_until_the_user_says_so() {
    let server = server::Configuration {
        accounts: vec![account("")],
        ..server::Configuration::default()
    };
    let mut stage = Stage::with(server, TOKEN, |it| it.login = login())
        .await
        .connected()
        .await;
    stage.server.fault(Fault::RefuseLogins(true));
    stage.server.fault(Fault::Drop);
    let status = stage.state(ConnectionState::NeedsUser).await;
    let reason = status.reason.unwrap();
    assert!(reason.contains("`quackbot`") && reason.contains("Login authentication failed"));
    assert!(!reason.contains(TOKEN));
    let tried = stage.server.connections();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stage.server.connections(), tried);
    let error = stage.send(json!({"text": "hi"})).await.unwrap_err();
    assert!(matches!(&error, ConnectorError::Unavailable(text) if text.contains("waits for you")));
    stage.server.fault(Fault::RefuseLogins(false));
    stage.twitch.retry_now();
    stage.state(ConnectionState::Connected).await;
    stage.end().await;
}

#[tokio::test]
async fn a_token_only_leaves_for_the_host_it_belongs_to_and_only_if_it_is_one() {
    let server = || server::Configuration {
        accounts: vec![account("")],
        ..server::Configuration::default()
    };
    let elsewhere = |it: &mut TwitchConfiguration| {
        it.login = login();
        it.server.host = "localhost".into();
    };
    let mut stage = Stage::with(server(), TOKEN, elsewhere).await;
    stage.state(ConnectionState::NeedsUser).await;
    assert!(
        !stage
            .server
            .received()
            .iter()
            .any(|line| line.contains(TOKEN))
    );
    stage.end().await;

    let smuggled = format!("{TOKEN}\r\nJOIN #other");
    let mut stage = Stage::with(server(), &smuggled, |it| it.login = login()).await;
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("copy it once more"));
    assert!(
        !stage
            .server
            .received()
            .iter()
            .any(|line| line.contains("other"))
    );
    stage.end().await;

    // Some tools write `oauth:` before it, some do not.
    let stage = Stage::with(server(), &format!("oauth:{TOKEN}"), |it| it.login = login()).await;
    stage.connected().await.end().await;
}

#[tokio::test]
async fn a_channel_that_does_not_exist_waits_for_the_user() {
    let server = server::Configuration {
        missing_channels: vec!["pato".into()],
        ..server::Configuration::default()
    };
    let mut stage = Stage::anonymous(server).await;
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(
        status
            .reason
            .unwrap()
            .contains("does not let us into `pato`")
    );
    stage.end().await;
}

#[tokio::test]
async fn garbage_does_not_disturb_what_follows() {
    let stage = Stage::anonymous(server::Configuration::default())
        .await
        .connected()
        .await;
    stage.server.fault(Fault::Garbage);
    stage.server.send_bytes(&vec![b'x'; 300_000]);
    stage.server.send_bytes(b"\r\n");
    stage.server.say("pato", "ronni", "hi", &[]);
    let events = stage.events("chat.message", 1).await;
    assert_eq!((events.len(), message(&events[0]).text.as_str()), (1, "hi"));
    let metrics = stage.twitch.metrics();
    assert!(
        metrics.malformed > 0 && metrics.not_utf8 > 0 && metrics.too_long == 1,
        "{metrics:?}"
    );
    assert_eq!(stage.server.connections(), 1);
    stage.end().await;
}

#[tokio::test]
async fn names_and_ways_that_cannot_be_right_are_refused() {
    let server = server::TwitchServer::start(server::Configuration::default())
        .await
        .unwrap();
    for channel in ["", "#", "two words", "a\r\nQUIT", &"x".repeat(26), "ä"] {
        let configuration = TwitchConfiguration::new(channel);
        assert!(
            Twitch::new(configuration, environment(&server, TOKEN)).is_err(),
            "{channel:?}"
        );
    }
    let mut clear = TwitchConfiguration::new("pato");
    clear.login = login();
    clear.server.security = Security::Plain;
    let refused = Twitch::new(clear, environment(&server, TOKEN))
        .err()
        .unwrap();
    assert!(refused.to_string().contains("in the clear"));
}

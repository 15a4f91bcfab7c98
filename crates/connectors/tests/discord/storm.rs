//! Many things go wrong, one after the other; nothing is lost or doubled, and every call is answered.

use std::collections::BTreeSet;

use pato_test_servers::discord::Fault;
use pato_test_servers::faults::{Garbage, HttpFault};
use rand::RngExt;

use super::storms::{
    Kinds, Log, Storm, a_day_of_reconnects, in_small_steps, no_task_is_left_but, until,
};
use super::*;

const KINDS: Kinds<Kind> = &[
    (Kind::Drop, 20),
    (Kind::Close, 15),
    (Kind::Reconnect, 15),
    (Kind::Invalid, 10),
    (Kind::Over, 8),
    (Kind::Refused, 8),
    (Kind::Unauthorized, 3),
    (Kind::Silence, 6),
    (Kind::Garbage, 8),
    (Kind::Again, 10),
    (Kind::Slow, 6),
    (Kind::Call, 20),
];

/// The task of `twilight-http-ratelimiting` 0.18, which does not end with its last handle.
const LIMITER: usize = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The connection breaks.
    Drop,
    /// It is closed with a code after which the session can be resumed.
    Close,
    /// Discord asks to connect again.
    Reconnect,
    /// The session is called invalid, and can be resumed.
    Invalid,
    /// The session is over.
    Over,
    /// The session is over, and the next one is not allowed at once: 429, 500, 503, nonsense.
    Refused,
    /// The session is over, and the token is refused until the user has looked.
    Unauthorized,
    /// Nothing comes any more, no heartbeat either.
    Silence,
    /// What comes is nothing of the gateway's.
    Garbage,
    /// The latest events come once more.
    Again,
    /// What comes, comes late.
    Slow,
    /// A call goes wrong.
    Call,
}

struct Weather {
    storm: Storm<Kind>,
    running: Running,
}

impl Weather {
    /// Somebody writes. Counts if there is a session that collects it.
    fn say(&mut self) {
        let text = self.storm.fresh_id();
        let collected = self.running.server.sessions() > 0;
        self.running
            .server
            .say(CHANNEL, &ronni(), &text, &json!({}));
        if collected {
            self.storm.told(&text);
        }
    }

    fn begun(&self) -> u64 {
        self.running.server.identifies() + self.running.server.resumes()
    }

    async fn comes_back(&self, before: u64) {
        let (running, status) = (&self.running, self.running.connector.status());
        let back = || self.begun() > before && status.borrow().state == ConnectionState::Connected;
        until(back, || {
            format!("{:?}", running.connector.status().borrow())
        })
        .await;
    }

    /// Breaks a connection in a way that keeps the session: what is said meanwhile comes later.
    async fn break_off(&mut self, fault: Fault) {
        let before = self.begun();
        self.running.server.fault(fault);
        self.say();
        self.comes_back(before).await;
    }

    /// Ends the session: what is said before the next one is nobody's.
    async fn end_session(&mut self, fault: Fault) {
        // What Discord has told of, and was not read yet, is lost with the session.
        self.storm.settle().await;
        let before = self.begun();
        self.running.server.fault(fault);
        self.say();
        self.comes_back(before).await;
    }

    async fn strike(&mut self, kind: Kind) {
        match kind {
            Kind::Drop => self.break_off(Fault::Drop).await,
            Kind::Close => {
                let codes = [4000, 4001, 4002, 4003, 4005, 4008];
                let code = self.storm.one_of(&codes);
                self.break_off(Fault::Close(code)).await;
            }
            Kind::Reconnect => self.break_off(Fault::Reconnect).await,
            Kind::Invalid => self.break_off(Fault::InvalidSession(true)).await,
            Kind::Over => {
                let ends = [1001, 4007, 4009].map(Fault::Close);
                let fault = match self.storm.random.random_range(0..4) {
                    0 => Fault::InvalidSession(false),
                    _ => self.storm.one_of(&ends),
                };
                self.end_session(fault).await;
            }
            Kind::Refused => {
                let fault = self.http_fault();
                let calls = "GET /api/v10/gateway/bot";
                self.running.server.faults().next(calls, 1, fault);
                self.end_session(Fault::InvalidSession(false)).await;
            }
            Kind::Unauthorized => {
                self.storm.settle().await;
                let answer = HttpFault::Answer(discord::refusal(401, 0, "401: Unauthorized"));
                let calls = "GET /api/v10/gateway/bot";
                self.running.server.faults().next(calls, 1, answer);
                let before = self.begun();
                self.running.server.fault(Fault::InvalidSession(false));
                self.running.until(ConnectionState::NeedsUser).await;
                self.running.connector.retry_now();
                self.comes_back(before).await;
            }
            Kind::Silence => {
                let before = self.begun();
                self.running.server.fault(Fault::Silence(true));
                self.say();
                let status = self.running.connector.status();
                until(
                    || status.borrow().state != ConnectionState::Connected,
                    || "the silence is not noticed".into(),
                )
                .await;
                self.running.server.fault(Fault::Silence(false));
                self.comes_back(before).await;
            }
            Kind::Garbage => {
                let garbage = self.storm.one_of(&Garbage::ALL);
                self.running.server.fault(Fault::Garbage(garbage));
                self.say();
                self.storm.settle().await;
            }
            Kind::Again => {
                let count = self.storm.random.random_range(1..10);
                self.running.server.fault(Fault::Again(count));
                self.say();
                self.running.server.fault(Fault::Again(1));
            }
            Kind::Slow => {
                let late = Duration::from_millis(self.storm.random.random_range(1..2_000));
                self.running.server.fault(Fault::Slow(late));
                self.say();
                self.say();
                self.storm.settle().await;
                self.running.server.fault(Fault::Slow(Duration::ZERO));
            }
            Kind::Call => {
                let fault = self.http_fault();
                self.running
                    .server
                    .faults()
                    .next("POST /api/v10/channels/*", 1, fault);
                self.call().await;
            }
        }
    }

    fn http_fault(&mut self) -> HttpFault {
        let wait = Duration::from_millis(self.storm.random.random_range(1..500));
        let mut faults = vec![
            HttpFault::Answer(discord::rate_limit(true, wait)),
            HttpFault::Answer(discord::rate_limit(false, wait)),
            HttpFault::Answer(discord::refusal(500, 0, "500: Internal Server Error")),
            HttpFault::Answer(discord::refusal(503, 0, "503: Service Unavailable")),
            HttpFault::Drop,
            HttpFault::LoseAnswer,
            HttpFault::Silence,
            HttpFault::Slow(wait),
            HttpFault::Truncate,
        ];
        faults.extend(Garbage::ALL.map(HttpFault::Garbage));
        self.storm.one_of(&faults)
    }

    /// Pato writes. Whatever the answer, Discord has it once at most; after an answer without error
    /// that is told of, it has it.
    async fn call(&mut self) {
        let text = self.storm.fresh_id();
        self.storm.perhaps_told(&text);
        let answer = self
            .running
            .call("chat.send", json!({ "text": text }))
            .await;
        if let Ok(answer) = answer
            && answer["message_ids"][0]
                .as_str()
                .is_some_and(|id| !id.is_empty())
        {
            self.storm.told(&text);
        }
    }
}

fn text_of(event: &Event) -> Option<String> {
    data(event)["text"].as_str().map(str::to_owned)
}

fn server() -> Configuration {
    Configuration {
        sessions_left: 1_000_000,
        heartbeat: Duration::from_secs(5),
        // The pauses of a bucket are by the real clock, and this test's is not.
        bucket: (u16::MAX, Duration::from_secs(1)),
        ..Configuration::default()
    }
}

#[tokio::test(start_paused = true)]
async fn after_many_faults_every_event_has_come_once_and_no_log_has_a_secret() {
    in_small_steps(storm()).await;
}

async fn storm() {
    let log = Log::listen();
    let running = Running::with(server(), |_| ()).await;
    let storm = Storm::begin(&running.bus, "chat.message", KINDS, text_of);
    let mut weather = Weather { storm, running };
    for _ in 0..weather.storm.faults() {
        for _ in 0..weather.storm.random.random_range(1..=4) {
            weather.say();
        }
        let kind = weather.storm.next();
        weather.strike(kind).await;
    }
    let Weather { storm, running } = weather;
    storm.judge().await;
    assert!(!running.task.is_finished(), "the connector has ended");
    running.stop().await;
    no_task_is_left_but(LIMITER).await;
    let secrets = Configuration::default();
    log.holds_none_of(&BTreeSet::from([secrets.token, secrets.webhook.1]));
}

#[tokio::test(start_paused = true)]
async fn a_day_of_reconnects_leaves_no_task_behind() {
    let running = Running::with(server(), |_| ()).await;
    let cut = || running.server.fault(Fault::Drop);
    let begun = || running.server.identifies() + running.server.resumes();
    a_day_of_reconnects(cut, begun).await;
    running.stop().await;
    no_task_is_left_but(LIMITER).await;
}

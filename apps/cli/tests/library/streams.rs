//! A switch of versions while some hundred events a second come: each goes to exactly one of the two.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::api::Api;
use crate::shop::{RIGHTS, Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

/// Between two events of one thread.
const PAUSE: Duration = Duration::from_millis(6);

/// How many threads send them.
const SENDERS: usize = 2;

/// What was sent, and who answered it.
#[derive(Default)]
struct Stream {
    sent: Mutex<Vec<String>>,
    /// By the id of the answer: what it answers, and its topic.
    answers: Mutex<BTreeMap<String, (String, String)>>,
    ends: AtomicBool,
}

impl Stream {
    /// Sends events, and gathers the answers to them, while `meanwhile` runs.
    fn during(pato: &Pato, meanwhile: impl FnOnce(&Api)) -> Self {
        let stream = Self::default();
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                let (stream, api) = (&stream, Api::of(pato));
                scope.spawn(move || stream.send(&api));
            }
            let (gathering, gathers) = (&stream, Api::of(pato));
            scope.spawn(move || gathering.gather(&gathers));
            let api = Api::of(pato);
            stream.wait_for(pato, 100);
            meanwhile(&api);
            let so_far = stream.sent.lock().unwrap().len();
            stream.wait_for(pato, so_far + 100);
            stream.ends.store(true, Ordering::Relaxed);
        });
        let sent = stream.sent.lock().unwrap().clone();
        let api = Api::of(pato);
        pato.eventually("an answer to every event", || {
            stream.look(&api);
            let answered = stream.answered();
            sent.iter().all(|id| answered.contains_key(id))
        });
        stream
    }

    fn wait_for(&self, pato: &Pato, events: usize) {
        pato.eventually("events", || self.sent.lock().unwrap().len() >= events);
    }

    fn send(&self, api: &Api) {
        while !self.ends.load(Ordering::Relaxed) {
            let id = api.emit("test.echo");
            self.sent.lock().unwrap().push(id);
            std::thread::sleep(PAUSE);
        }
    }

    fn gather(&self, api: &Api) {
        while !self.ends.load(Ordering::Relaxed) {
            self.look(api);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn look(&self, api: &Api) {
        for topic in ["echo.reply", "trap-handler.handled"] {
            let answers = api.get(&format!("/api/events?pattern={topic}&limit=1000"));
            let mut all = self.answers.lock().unwrap();
            for answer in answers.as_array().unwrap() {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let id = text(&answer["details"]["id"]);
                all.insert(id, (text(&answer["data"]["id"]), topic.to_owned()));
            }
        }
    }

    /// The topics of the answers to each event.
    fn answered(&self) -> BTreeMap<String, Vec<String>> {
        let mut answered: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (event, topic) in self.answers.lock().unwrap().values() {
            answered
                .entry(event.clone())
                .or_default()
                .push(topic.clone());
        }
        answered
    }
}

fn each_event_is_answered_by_exactly_one_version(rest: &str) {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(1));
    let release = |version, fixture| Release {
        rest,
        ..Release::witness(version, fixture, &key)
    };
    let old = shop.put("1.wasm", release("1.0.0", "echo").pack());
    let new = shop.put("2.wasm", release("2.0.0", "trap-handler").pack());
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    let stream = Stream::during(&pato, |api| {
        // There, and back again.
        for url in [&new, &old] {
            let offer = api.post("/api/library/offers", &json!({ "reference": url }));
            let end = api.accept(&offer).unwrap();
            assert_eq!(end["stage"], "installed", "{end:#}");
        }
    });
    let answered = stream.answered();
    let sent = stream.sent.lock().unwrap();
    let twice: Vec<_> = sent.iter().filter(|id| answered[*id].len() > 1).collect();
    assert!(twice.is_empty(), "answered more than once: {twice:?}");
    assert_eq!(answered.len(), sent.len());
    for topic in ["echo.reply", "trap-handler.handled"] {
        let count = answered
            .values()
            .filter(|topics| topics[0] == topic)
            .count();
        assert!(count > 50, "{topic}: {count} of {}", sent.len());
    }
    let dropped = pato.json(&["plugin", "info", "witness"])["metrics"]["dropped"].clone();
    assert_eq!(dropped, 0);
    assert_clean(&pato);
}

#[test]
fn across_a_switch_under_a_stream_each_event_is_answered_by_exactly_one_version() {
    each_event_is_answered_by_exactly_one_version(RIGHTS);
}

#[test]
fn across_a_switch_of_mailboxes_that_lose_nothing_it_is_the_same() {
    let spills = format!("{RIGHTS}\n[mailbox]\noverflow = \"spill\"\n");
    each_event_is_answered_by_exactly_one_version(&spills);
}

#[test]
fn when_the_new_version_traps_under_a_stream_no_event_is_lost() {
    let (shop, key, pato) = (Shop::open(), author(), pato_with_trial(300));
    let old = shop.put("1.wasm", Release::witness("1.0.0", "echo", &key).pack());
    let new = shop.put(
        "2.wasm",
        Release::witness("2.0.0", "trap-handler", &key).pack(),
    );
    pato.json(&["plugin", "install", &old, "--grant-all"]);
    let stream = Stream::during(&pato, |api| {
        let offer = api.post("/api/library/offers", &json!({ "reference": new }));
        let accept = format!("/api/library/offers/{}/accept", offer["id"]);
        api.until(&offer, |offer| {
            if offer["needs_answer"] == true {
                api.post(&accept, &json!({ "grant": [] }));
            }
            offer["stage"] == "trial"
        });
        let so_far = || api.get("/api/events?pattern=trap-handler.handled&limit=1000");
        pato.eventually("answers of the new one", || {
            so_far().as_array().unwrap().len() > 20
        });
        api.emit("test.poison");
        let end = api.until(&offer, |offer| offer["stage"] == "failed");
        assert!(
            end["problem"].as_str().unwrap().contains("1.0.0 runs on"),
            "{end:#}"
        );
    });
    let answered = stream.answered();
    // Those that were handed over together with the one that it trapped on may come again, marked as such.
    let twice = answered.values().filter(|topics| topics.len() > 1).count();
    assert!(
        twice <= 64,
        "{twice} of {} were answered twice",
        answered.len()
    );
    assert_eq!(
        pato.json(&["plugin", "info", "witness"])["version"],
        "1.0.0"
    );
    assert_clean(&pato);
}

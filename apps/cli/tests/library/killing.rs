//! Kill -9 at moments drawn by chance while plugins are installed, updated and removed: the next start finds
//! the version before or the one after, whole and running, and nothing of what was on its way.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, Gone};
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

/// The latest moment after the beginning of a change at which the host is killed, in milliseconds.
const LATEST: u64 = 400;

/// The versions there are: more than are kept to go back to.
const VERSIONS: u64 = 6;

/// Which version is installed; none if the plugin is not.
type Installed = Option<String>;

/// What may be the case: what was acknowledged, and what was under way.
#[derive(Debug, Clone, Default)]
struct Expected {
    before: Installed,
    after: Option<Installed>,
}

/// What the host is asked to do, over and over.
struct Changes<'a> {
    urls: &'a [String],
    expected: Mutex<Expected>,
    random: Xoshiro256PlusPlus,
}

impl Changes<'_> {
    /// Makes changes until the host has gone; `begun` is told of each.
    fn go_on(&mut self, api: &Api, begun: &dyn Fn()) {
        loop {
            let now = self.expected.lock().unwrap().before.clone();
            let next = self.draw(now.as_ref());
            self.expected.lock().unwrap().after = Some(next.clone());
            begun();
            match self.change(api, next.as_ref()) {
                Ok(()) => {
                    *self.expected.lock().unwrap() = Expected {
                        before: next,
                        after: None,
                    };
                }
                Err(Gone) => return,
            }
        }
    }

    /// A third of the changes of what is installed are removals.
    fn draw(&mut self, now: Option<&String>) -> Installed {
        if now.is_some() && self.random.random_bool(0.3) {
            return None;
        }
        loop {
            let version = format!("1.0.{}", self.random.random_range(0..VERSIONS));
            if now != Some(&version) {
                return Some(version);
            }
        }
    }

    fn change(&self, api: &Api, next: Option<&String>) -> Result<(), Gone> {
        let Some(version) = next else {
            let removed = api.ask(Method::DELETE, "/api/modules/witness", &json!({}))?;
            assert!(removed.is_null(), "{removed}");
            return Ok(());
        };
        let number: usize = version.rsplit('.').next().unwrap().parse().unwrap();
        let wanted = json!({ "reference": self.urls[number] });
        let offer = api.ask(Method::POST, "/api/library/offers", &wanted)?;
        let end = api.accept(&offer)?;
        assert_eq!(end["stage"], "installed", "{end:#}");
        Ok(())
    }
}

/// What is installed, which must be whole, running, and as it was expected.
fn look(pato: &Pato, expected: &Expected) -> Installed {
    let plugins = pato.json(&["plugin", "list"]);
    let found = plugins[0]["version"].as_str().map(str::to_owned);
    let fits = found == expected.before || Some(&found) == expected.after.as_ref();
    assert!(fits, "{found:?} is neither of {expected:?}");
    if found.is_some() {
        assert_eq!(plugins[0]["state"], "running", "{plugins:#}");
        for request in plugins[0]["requests"].as_array().unwrap() {
            assert_eq!(request["granted"], true, "{request}");
        }
        let answer = pato.json(&["call", "witness.storage-get", r#"{"key": "written"}"#]);
        assert!(answer.get("ok").is_some(), "{answer}");
    }
    assert_clean(pato);
    found
}

fn killed_at_random_moments(rounds: u64, trial_seconds: u64, seed: u64) {
    let (shop, key) = (Shop::open(), author());
    let mut pato = pato_with_trial(trial_seconds);
    let urls: Vec<_> = (0..VERSIONS)
        .map(|number| {
            let version = format!("1.0.{number}");
            let release = Release::witness(&version, "capabilities", &key);
            shop.put(&format!("{number}.wasm"), release.pack())
        })
        .collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut installed = None;
    let (mut under_way, mut outcomes) = (0, BTreeSet::new());
    for round in 0..rounds {
        let moment = Duration::from_millis(random.random_range(0..LATEST));
        let api = Api::of(&pato);
        let mut changes = Changes {
            urls: &urls,
            expected: Mutex::new(Expected {
                before: installed,
                after: None,
            }),
            random: Xoshiro256PlusPlus::seed_from_u64(seed ^ (round << 32)),
        };
        let (began, begins) = std::sync::mpsc::channel();
        let expected = std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                let begun = move || drop(began.send(Instant::now()));
                changes.go_on(&api, &begun);
                changes.expected.into_inner().unwrap()
            });
            let first = begins.recv().unwrap();
            std::thread::sleep(moment.saturating_sub(first.elapsed()));
            pato.kill();
            work.join().unwrap()
        });
        under_way += u64::from(expected.after.is_some());
        pato.start(&["--simulate", "0"], "");
        installed = look(&pato, &expected);
        let outcome: Value = json!({
            "took": expected.after.as_ref() == Some(&installed),
            "installed": installed.is_some(),
        });
        outcomes.insert(outcome.to_string());
        eprintln!("round {round}: killed after {moment:?}: {expected:?} -> {installed:?}");
    }
    // A change was under way nearly always, and it came out both ways.
    assert!(under_way * 10 >= rounds * 8, "{under_way} of {rounds}");
    assert!(outcomes.len() >= 3, "{outcomes:?}");
}

#[test]
fn a_host_that_is_killed_at_160_moments_has_the_old_or_the_new_version_whole() {
    killed_at_random_moments(160, 0, 5);
}

#[test]
fn a_host_that_is_killed_at_40_moments_of_trials_has_the_old_or_the_new_version_whole() {
    killed_at_random_moments(40, 1, 77);
}

//! Kill -9 at moments drawn by chance while plugins are installed, updated and removed: the next start finds
//! the version before or the one after, whole and running, and nothing of what was on its way.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, Gone};
use crate::shop::{Release, Shop, assert_clean, author, pato_with_trial};
use crate::support::Pato;

/// The versions there are: more than are kept to go back to.
const VERSIONS: u64 = 6;

/// How the host is killed.
struct Killing {
    rounds: u64,
    /// The latest moment after the beginning of a change, in milliseconds.
    latest: u64,
    trial_seconds: u64,
    /// How many of the changes are removals, from 0 to 1.
    removals: f64,
    seed: u64,
}

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
    removals: f64,
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

    fn draw(&mut self, now: Option<&String>) -> Installed {
        if now.is_some() && self.random.random_bool(self.removals) {
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

fn killed_at_random_moments(killing: &Killing) {
    let (rounds, seed) = (killing.rounds, killing.seed);
    let (shop, key) = (Shop::open(), author());
    let mut pato = pato_with_trial(killing.trial_seconds);
    let urls: Vec<_> = (0..VERSIONS)
        .map(|number| {
            let version = format!("1.0.{number}");
            let release = Release::witness(&version, "capabilities", &key);
            shop.put(&format!("{number}.wasm"), release.pack())
        })
        .collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    pato.json(&["plugin", "install", &urls[0], "--grant-all"]);
    let mut installed = Some("1.0.0".to_owned());
    let (mut under_way, mut outcomes) = (0, BTreeSet::new());
    for round in 0..rounds {
        let moment = Duration::from_millis(random.random_range(0..killing.latest));
        let api = Api::of(&pato);
        let mut changes = Changes {
            urls: &urls,
            removals: killing.removals,
            expected: Mutex::new(Expected {
                before: installed.clone(),
                after: None,
            }),
            random: Xoshiro256PlusPlus::seed_from_u64(seed ^ (round << 32)),
        };
        let (began, begins) = std::sync::mpsc::channel();
        let expected = std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                let begun = move || {
                    // Only the first is waited for.
                    let _ = began.send(Instant::now());
                };
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
        let begun_with = std::mem::replace(&mut installed, look(&pato, &expected));
        outcomes.insert(installed == begun_with);
        eprintln!("round {round}: killed after {moment:?}: {expected:?} -> {installed:?}");
    }
    // A change was under way nearly always; some were done by then, and some were not.
    assert!(under_way * 10 >= rounds * 8, "{under_way} of {rounds}");
    assert_eq!(outcomes.len(), 2, "{outcomes:?}");
}

#[test]
fn a_host_that_is_killed_at_160_moments_has_the_old_or_the_new_version_whole() {
    killed_at_random_moments(&Killing {
        rounds: 160,
        latest: 400,
        trial_seconds: 0,
        removals: 0.3,
        seed: 5,
    });
}

#[test]
fn a_host_that_is_killed_at_40_moments_of_trials_has_the_old_or_the_new_version_whole() {
    killed_at_random_moments(&Killing {
        rounds: 40,
        latest: 2_000,
        trial_seconds: 1,
        removals: 0.0,
        seed: 77,
    });
}

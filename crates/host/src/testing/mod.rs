//! Plays fixtures into a plugin without a host, and writes down what the plugin did.
//!
//! The plugin runs in the real runtime, with all that its manifest asks for granted, but for the network.
//! Whatever it asks of the host is recorded in place of being done. The clock begins where the fixture says and
//! moves only while nobody has anything to do, and random numbers begin at the same seed, so that the same
//! plugin does the same each time.

mod doubles;
mod fixture;

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, BusConfiguration, Clock, Mailbox, MailboxConfiguration, Overflow};
use pato_events::{Draft, Pattern, Payload, Timestamp};
use pato_permissions::{Grants, Permission};
use pato_runtime::{
    CacheConfiguration, Dependencies, LoadOptions, PluginHandle, Runtime, RuntimeConfiguration,
    RuntimeError,
};
use pato_vault::Vault;
use serde_json::{Value, json};
use tokio::time::Instant;

pub use self::fixture::{Fixture, FixtureError, Step};

use self::doubles::{Doubles, MemorySpills};
use crate::package::Package;

/// How long the plugin has for what a step leads to, before the next one.
const PAUSE: Duration = Duration::from_secs(1);

/// Where random numbers begin.
const SEED: u64 = 7;

/// How many events of one step are written down.
const WAITING: usize = 65_536;

/// Why a fixture could not be played.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The runtime can't be built, or the plugin not be loaded.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The system refuses.
    #[error("can't set up the test: {0}")]
    Io(#[from] std::io::Error),
    /// An event of the fixture can't be published.
    #[error("step {step} of the fixture: {problem}")]
    Step {
        /// Counted from 1.
        step: usize,
        /// What is wrong.
        problem: String,
    },
}

/// Plays a fixture into a plugin from its start to its end. Blocks the thread, so it is not for one that
/// executes tasks.
///
/// The answer is a snapshot: how the plugin ended, what it stores, and for its start, each step and its end what
/// it did, published and logged.
///
/// # Errors
///
/// If the plugin can't be loaded, or an event can't be published.
pub fn play(
    package: &Package,
    fixture: &Fixture,
    cache: CacheConfiguration,
) -> Result<Value, TestError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()?
        .block_on(async {
            Stage::set(package, fixture, cache)
                .await?
                .play(fixture)
                .await
        })
}

/// Time as the fixture has it.
struct FixtureClock {
    started_at: Timestamp,
    origin: Instant,
}

impl Clock for FixtureClock {
    fn now(&self) -> Timestamp {
        self.started_at + self.origin.elapsed().as_secs_f64() * 1_000.0
    }
}

/// A plugin among doubles.
struct Stage {
    runtime: Runtime,
    plugin: PluginHandle,
    bus: Bus,
    doubles: Arc<Doubles>,
    /// Hears everything.
    heard: Mailbox,
    /// The next line of the log.
    next_line: u64,
    origin: Instant,
}

impl Stage {
    async fn set(
        package: &Package,
        fixture: &Fixture,
        cache: CacheConfiguration,
    ) -> Result<Self, TestError> {
        let origin = Instant::now();
        let clock: Arc<dyn Clock> = Arc::new(FixtureClock {
            started_at: fixture.started_at,
            origin,
        });
        let bus = Bus::new(BusConfiguration::default(), Arc::clone(&clock));
        let heard = bus.subscribe(MailboxConfiguration {
            name: "test".into(),
            capacity: WAITING,
            overflow: Overflow::DropNewest,
        });
        if let Ok(everything) = Pattern::new("**") {
            heard.add(everything);
        }
        let doubles = Arc::new(Doubles::default());
        let runtime = Runtime::new(
            RuntimeConfiguration {
                cache: Some(cache),
                max_plugins: 1,
                random_seed: Some(SEED),
                ..RuntimeConfiguration::default()
            },
            Dependencies {
                bus: bus.clone(),
                clock,
                services: Arc::clone(&doubles) as _,
                storage: Arc::clone(&doubles) as _,
                screen: Arc::clone(&doubles) as _,
                spills: Arc::new(MemorySpills),
                vault: Vault::new(),
                seed: SEED,
            },
        )?;
        let manifest = package.manifest.clone();
        let options = LoadOptions {
            grants: grants(&manifest),
            manifest: Some(manifest),
            settings: fixture.settings.clone(),
            ..LoadOptions::default()
        };
        let plugin = runtime.load(&package.bytes, options).await?;
        Ok(Self {
            runtime,
            plugin,
            bus,
            doubles,
            heard,
            next_line: 0,
            origin,
        })
    }

    async fn play(mut self, fixture: &Fixture) -> Result<Value, TestError> {
        self.plugin.started().await;
        tokio::time::sleep(PAUSE).await;
        let mut steps = vec![self.outcome("start".into(), None)];
        for (index, step) in fixture.steps.iter().enumerate() {
            let done = self.perform(step).await;
            let (what, answer) = done.map_err(|problem| TestError::Step {
                step: index + 1,
                problem,
            })?;
            if !matches!(step, Step::Answer { .. }) {
                steps.push(self.outcome(what, answer));
            }
        }
        let status = self.plugin.status();
        self.runtime.shutdown(PAUSE).await;
        steps.push(self.outcome("end".into(), None));
        Ok(json!({
            "plugin": format!("{} {}", self.plugin.id(), self.plugin.manifest().version),
            "state": status.state,
            "reason": status.reason,
            "steps": steps,
            "stored": self.doubles.stored(),
        }))
    }

    /// Does a step, and waits for what it leads to. Answers with what it was, and what was answered.
    async fn perform(&self, step: &Step) -> Result<(Value, Option<Value>), String> {
        match step {
            Step::Event { after, draft } => {
                let what = json!({ "event": draft.topic });
                if let Some(after) = after {
                    tokio::time::sleep_until(self.origin + PAUSE + *after).await;
                }
                self.publish(draft)?;
                // A recording says itself how time went by.
                let pause = after.map_or(PAUSE, |_| Duration::from_millis(1));
                tokio::time::sleep(pause).await;
                Ok((what, None))
            }
            Step::Command { name, parameters } => {
                let parameters =
                    Payload::from_value(parameters).map_err(|error| error.to_string())?;
                let answer = match self.plugin.command(name, &parameters).await {
                    Ok(answer) => json!({ "ok": answer }),
                    Err(error) => json!({ "error": error.to_string() }),
                };
                tokio::time::sleep(PAUSE).await;
                Ok((json!({ "command": name }), Some(answer)))
            }
            Step::Settings(values) => {
                self.plugin.set_settings(values.clone()).await;
                tokio::time::sleep(PAUSE).await;
                Ok((json!({ "settings": values }), None))
            }
            Step::Answer { action, answer } => {
                self.doubles.answer(action, answer.clone());
                Ok((Value::Null, None))
            }
            Step::Wait(time) => {
                tokio::time::sleep(*time).await;
                Ok((json!({ "wait-ms": time.as_millis() }), None))
            }
        }
    }

    fn publish(&self, draft: &Draft) -> Result<(), String> {
        let mut draft = draft.clone();
        // Now, as the plugin's own clock says, too.
        draft.time = None;
        let published = self.bus.publish(draft);
        published.map(drop).map_err(|error| error.to_string())
    }

    /// What happened since this was asked last.
    fn outcome(&mut self, what: Value, answer: Option<Value>) -> Value {
        let mut outcome = serde_json::Map::new();
        outcome.insert("step".into(), what);
        if let Some(answer) = answer {
            outcome.insert("answer".into(), answer);
        }
        let mut events = Vec::new();
        self.heard.try_batch(&mut events, WAITING);
        let own = format!("plugin:{}", self.plugin.id());
        let published = events.iter().filter(|event| *event.source == *own);
        let published = published.map(|event| json!({ "topic": event.topic, "data": event.data }));
        let next = self.next_line;
        let lines = self.plugin.logs(usize::MAX).into_iter();
        let lines: Vec<_> = lines.filter(|line| line.number >= next).collect();
        self.next_line = lines.last().map_or(next, |line| line.number + 1);
        let logged = lines.iter().map(|line| {
            // What follows is where in the code, which changes with each build.
            let text = line.text.lines().next().unwrap_or_default();
            json!({ "level": line.level, "text": text })
        });
        for (name, all) in [
            ("did", self.doubles.take()),
            ("published", published.collect()),
            ("logged", logged.collect()),
        ] {
            if !all.is_empty() {
                outcome.insert(name.into(), Value::Array(all));
            }
        }
        outcome.into()
    }
}

/// All that it asks for, but for the network: a test must not depend on what answers there.
fn grants(manifest: &pato_permissions::Manifest) -> Grants {
    let requests = manifest.permissions.iter();
    requests
        .map(|request| request.permission.clone())
        .filter(|permission| !matches!(permission, Permission::Http(_) | Permission::WebSocket(_)))
        .collect()
}

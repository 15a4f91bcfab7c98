//! What every storm is made of. In a storm many things go wrong, one after the other, by chance from a
//! seed; then a ledger says whether anything was lost or came twice, and the log is searched for secrets.
//!
//! `PATO_FAULTS` says how many things go wrong, `PATO_SEED` lets a storm happen again.

#![allow(dead_code, reason = "each of the test programs has a use for a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pato_bus::{Bus, Mailbox, MailboxConfiguration, Overflow};
use pato_events::{Event, Pattern};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

const SEED: u64 = 20_261_121;

/// How many things go wrong, unless `PATO_FAULTS` says so: the soak lets a thousand happen.
const FAULTS: usize = 120;

/// By how many the tasks may have grown in a storm: connections that are kept for the next call.
const TASKS: usize = 16;

/// How long one step of a paused clock is, and how often something is looked at.
const STEP: Duration = Duration::from_millis(2);

/// How long it may take until all is as it should be.
const PATIENCE: Duration = Duration::from_secs(60);

/// Things that go wrong, each with how often it does in comparison.
pub(crate) type Kinds<K> = &'static [(K, u32)];

pub(crate) struct Storm<K: 'static> {
    pub(crate) random: Xoshiro256PlusPlus,
    seed: u64,
    faults: usize,
    kinds: Kinds<K>,
    struck: BTreeMap<K, usize>,
    /// What the service said, by an id that each thing has of its own.
    ledger: BTreeMap<String, Entry>,
    ids: usize,
    mailbox: Mailbox,
    id_of: fn(&Event) -> Option<String>,
    tasks: usize,
}

#[derive(Default)]
struct Entry {
    /// Whether the service delivered it; if not, it may come or not.
    told: bool,
    heard: usize,
}

impl<K: Copy + Ord + Debug> Storm<K> {
    /// Begins to listen to a topic. `id_of` finds the id in an event; none if the event does not count.
    pub(crate) fn begin(
        bus: &Bus,
        topic: &str,
        kinds: Kinds<K>,
        id_of: fn(&Event) -> Option<String>,
    ) -> Self {
        let mailbox = bus.subscribe(MailboxConfiguration {
            name: "storm".into(),
            capacity: 100_000,
            overflow: Overflow::DropNewest,
        });
        mailbox.add(Pattern::new(topic).unwrap());
        let number = |name, otherwise: u64| {
            std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
        };
        let seed = number("PATO_SEED", SEED);
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            seed,
            faults: usize::try_from(number("PATO_FAULTS", FAULTS as u64)).unwrap(),
            kinds,
            struck: BTreeMap::new(),
            ledger: BTreeMap::new(),
            ids: 0,
            mailbox,
            id_of,
            tasks: alive_tasks(),
        }
    }

    /// How many things go wrong in all.
    pub(crate) fn faults(&self) -> usize {
        self.faults
    }

    /// What goes wrong next.
    pub(crate) fn next(&mut self) -> K {
        let (kind, _) = *self
            .kinds
            .choose_weighted(&mut self.random, |(_, weight)| *weight)
            .unwrap();
        *self.struck.entry(kind).or_default() += 1;
        println!("{kind:?}");
        kind
    }

    /// One of these.
    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all.choose(&mut self.random).unwrap().clone()
    }

    /// An id that nothing had before.
    pub(crate) fn fresh_id(&mut self) -> String {
        self.ids += 1;
        format!("thing {}", self.ids)
    }

    /// The service delivered this: it has to come, once.
    pub(crate) fn told(&mut self, id: &str) {
        self.ledger.entry(id.to_owned()).or_default().told = true;
    }

    /// Nobody can say whether the service delivered this: it may come, once.
    pub(crate) fn perhaps_told(&mut self, id: &str) {
        self.ledger.entry(id.to_owned()).or_default();
    }

    /// Waits until all that was told of so far has come.
    pub(crate) async fn settle(&mut self) {
        let settled = async {
            while self.ledger.values().any(|it| it.told && it.heard == 0) {
                let mut events = Vec::new();
                self.mailbox.next_batch(&mut events, 100).await;
                self.hear(&events);
            }
        };
        let settled = tokio::time::timeout(PATIENCE, settled).await.is_ok();
        assert!(settled, "told, and not heard of: {:?}", self.missing());
    }

    fn hear(&mut self, events: &[Arc<Event>]) {
        for id in events.iter().filter_map(|event| (self.id_of)(event)) {
            self.ledger.entry(id).or_default().heard += 1;
        }
    }

    fn missing(&self) -> Vec<&String> {
        let missing = self
            .ledger
            .iter()
            .filter(|(_, it)| it.told && it.heard == 0);
        missing.map(|(id, _)| id).collect()
    }

    /// All that was told of has come once, nothing else has come, enough of each kind went wrong, and
    /// no task is left over from it.
    pub(crate) async fn judge(mut self) {
        self.settle().await;
        // What comes once too often comes a little later.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut events = Vec::new();
        self.mailbox.try_batch(&mut events, usize::MAX);
        self.hear(&events);
        let doubled = self.ledger.iter().filter(|(_, it)| it.heard > 1);
        let doubled: Vec<_> = doubled.map(|(id, it)| (id, it.heard)).collect();
        assert!(doubled.is_empty(), "more than once: {doubled:?}");
        let told = self.ledger.values().filter(|it| it.told).count();
        println!(
            "{} faults, {told} events told of and heard of once: {:?}",
            self.faults, self.struck
        );
        assert!(
            told > self.faults,
            "{told} events for {} faults",
            self.faults
        );
        // The rarest may not have been among few.
        let kinds = self.struck.len() + 1;
        assert!(
            self.faults < FAULTS || kinds >= self.kinds.len(),
            "{:?}",
            self.struck
        );
        let most = self.tasks + TASKS;
        until(
            || alive_tasks() <= most,
            || format!("{} tasks, {} before", alive_tasks(), self.tasks),
        )
        .await;
    }
}

impl<K> Drop for Storm<K> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (seed, faults) = (self.seed, self.faults);
            eprintln!("to have it again: PATO_SEED={seed} PATO_FAULTS={faults}");
        }
    }
}

/// How many tasks there are, on both sides.
pub(crate) fn alive_tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

/// After the connector and its server have ended, no task of theirs goes on but those that are known to.
pub(crate) async fn no_task_is_left_but(known: usize) {
    until(
        || alive_tasks() <= known,
        || format!("{} tasks go on", alive_tasks()),
    )
    .await;
}

/// Lets time pass in small steps meanwhile. A paused clock leaps to the next timer whenever nothing is
/// ready, also while the network has yet to bring something: without steps, to the end of somebody's
/// patience.
pub(crate) async fn in_small_steps<T>(work: impl Future<Output = T>) -> T {
    let steps = async {
        loop {
            tokio::time::sleep(STEP).await;
        }
    };
    tokio::select! {
        done = work => done,
        () = steps => unreachable!(),
    }
}

/// Waits until something is so.
pub(crate) async fn until(mut met: impl FnMut() -> bool, problem: impl FnOnce() -> String) {
    let wait = async {
        while !met() {
            tokio::time::sleep(STEP).await;
        }
    };
    let waited = tokio::time::timeout(4 * PATIENCE, wait).await;
    waited.unwrap_or_else(|_| panic!("{}", problem()));
}

/// A day in which the connection breaks every ten minutes. `cut` breaks it, `begun` tells how many
/// connections there have been. Nothing is left over from any of them.
pub(crate) async fn a_day_of_reconnects(mut cut: impl FnMut(), begun: impl Fn() -> u64) {
    let before = alive_tasks();
    for _ in 0..6 * 24 {
        let connections = begun();
        cut();
        until(|| begun() > connections, || "it does not come back".into()).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let now = alive_tasks();
    assert!(now <= before + TASKS, "{now} tasks, {before} before");
}

/// Keeps what is logged, at every level, in this thread.
pub(crate) struct Log {
    text: Written,
    _listening: DefaultGuard,
    /// While there is only one, `tracing` asks the thread that comes first to a place in the code whether
    /// anybody wants to hear from there; another test's thread would say no for this one.
    _second: Dispatch,
}

impl Log {
    /// Begins to listen. All of a test is heard if its runtime has one thread.
    pub(crate) fn listen() -> Self {
        let text = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_writer(text.clone())
            .finish();
        Self {
            text,
            _second: Dispatch::new(NoSubscriber::new()),
            _listening: tracing::subscriber::set_default(subscriber),
        }
    }

    /// Listens no more. Returns all that was logged.
    pub(crate) fn end(self) -> String {
        let text = self.text.0.lock().unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// None of these stands in the log.
    pub(crate) fn holds_none_of(self, secrets: &BTreeSet<String>) {
        let text = self.end();
        assert!(text.contains("connection changed"), "nothing was logged");
        for secret in secrets {
            assert!(!secret.is_empty());
            let place = text.find(secret.as_str());
            let around = place.map(|place| text.get(place.saturating_sub(300)..place));
            assert!(around.is_none(), "a secret follows on: {around:?}");
        }
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Written {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

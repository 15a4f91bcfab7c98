mod handover;

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use event_listener::EventListener;
use pato_events::{Draft, Event, EventId, Pattern, Topic};
use serde::Serialize;

use crate::clock::Clock;
use crate::history::History;
use crate::inbox::{Inbox, MailboxMetrics};
use crate::index::Index;
use crate::interest::Interest;
use crate::lock;
use crate::mailbox::{Mailbox, MailboxConfiguration};
use crate::states::States;

/// So many events of the history are looked at before the bus is unlocked for a moment.
const HISTORY_CHUNK: usize = 256;

/// How a bus is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusConfiguration {
    /// How many events the history keeps.
    pub history: usize,
    /// How many bytes the history keeps. An event that alone is larger is not kept.
    pub history_bytes: usize,
    /// How many events may lead to one, each the cause of the next. One more is refused as a loop.
    pub max_depth: u8,
    /// What every event id begins with; a number follows. To be unique on one machine, it differs
    /// from one start of the host to the next.
    pub id_prefix: String,
    /// How many states are kept. Beyond that, the source that keeps the most loses its oldest.
    pub states: usize,
}

impl Default for BusConfiguration {
    /// A history of 10,000 events and 16 MiB, 16 causes, 10,000 states, and ids that are numbers.
    fn default() -> Self {
        Self {
            history: 10_000,
            history_bytes: 16 << 20,
            max_depth: 16,
            id_prefix: String::new(),
            states: 10_000,
        }
    }
}

/// What a bus has done and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusMetrics {
    /// Events published since the start.
    pub published: u64,
    /// Events refused as a loop since the start.
    pub refused_loops: u64,
    /// Mailboxes that are open.
    pub subscribers: usize,
    /// Patterns that they have in all.
    pub subscriptions: usize,
    /// States kept.
    pub states: usize,
    /// States given up because there were too many, since the start.
    pub evicted_states: u64,
    /// Events in the history.
    pub history: usize,
    /// About how many bytes they take.
    pub history_bytes: usize,
}

/// Why an event was not published.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PublishError {
    /// Too many events led to it, each the cause of the next.
    #[error(
        "`{topic}` from `{publisher}` was refused as a loop: it would be the end of a chain of more \
         than {max_depth} causes{}; let one of them ignore the events that it causes itself", tell(.chain)
    )]
    Loop {
        /// What was to be published.
        topic: Topic,
        /// Who wanted to publish it.
        publisher: Arc<str>,
        /// How many causes are allowed.
        max_depth: u8,
        /// The causes, latest first, as far as the history reaches.
        chain: Vec<Arc<Event>>,
    },
}

/// Where everyone publishes, and everyone subscribes. A handle: cloning it is cheap.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

struct Shared {
    max_depth: u8,
    id_prefix: String,
    clock: Arc<dyn Clock>,
    /// Told of each change of a subscription.
    interest: event_listener::Event,
    /// How often a subscription changed; goes up before `interest` is told.
    changes: AtomicU64,
    core: Mutex<Core>,
}

/// Held while an event gets its number and is appended to everything that wants it: that makes the one
/// order of the bus, and a snapshot exact.
struct Core {
    /// The number of the latest event, and so how many there have been.
    sequence: u64,
    refused_loops: u64,
    subscribed: u64,
    index: Index,
    states: States,
    history: History,
    /// Ids are written here, so that each costs one allocation.
    id: String,
}

impl Bus {
    /// A bus without subscribers, history or states.
    pub fn new(configuration: BusConfiguration, clock: Arc<dyn Clock>) -> Self {
        let core = Core {
            sequence: 0,
            refused_loops: 0,
            subscribed: 0,
            index: Index::default(),
            states: States::new(configuration.states),
            history: History::new(configuration.history, configuration.history_bytes),
            id: String::new(),
        };
        Self {
            shared: Arc::new(Shared {
                max_depth: configuration.max_depth,
                id_prefix: configuration.id_prefix,
                clock,
                interest: event_listener::Event::new(),
                changes: AtomicU64::new(0),
                core: Mutex::new(core),
            }),
        }
    }

    /// Gives an event its id, depth and, if it has none, its time; keeps it in the history and, if it
    /// is stateful, as the state of its topic; and puts it into each mailbox that has a matching
    /// pattern.
    ///
    /// Does not wait for readers. If a matching mailbox is full and has a [`Spill`](crate::Spill), the
    /// event has been handed to that when the call returns.
    ///
    /// # Errors
    ///
    /// If more causes led to it than [`BusConfiguration::max_depth`] allows.
    pub fn publish(&self, draft: Draft) -> Result<Arc<Event>, PublishError> {
        let shared = &*self.shared;
        let depth = match &draft.cause {
            Some((_, depth)) if *depth >= shared.max_depth => return Err(self.refuse(draft)),
            Some((_, depth)) => depth + 1,
            None => 0,
        };
        // No JSON number says infinite, and a reader could not read the event.
        let time = draft.time.filter(|time| time.is_finite());
        let time = time.unwrap_or_else(|| shared.clock.now());

        let mut core = self.core();
        let event = Arc::new(Event {
            id: core.next_id(&shared.id_prefix),
            topic: draft.topic,
            source: draft.source,
            account: draft.account,
            time,
            cause: draft.cause.map(|(id, _)| id),
            depth,
            flags: draft.flags,
            stateful: draft.stateful,
            data: draft.data,
        });
        let matching = core.append(&event);
        for inbox in &*matching {
            inbox.deliver(&event);
        }
        drop(core);

        for inbox in &*matching {
            inbox.settle();
        }
        Ok(event)
    }

    /// A new mailbox, still without patterns.
    pub fn subscribe(&self, configuration: MailboxConfiguration) -> Mailbox {
        let inbox = Arc::new(Inbox::new(configuration));
        let mut core = self.core();
        core.subscribed += 1;
        let number = core.subscribed;
        core.index.insert(number, inbox.clone());
        drop(core);
        Mailbox::new(self.clone(), number, inbox)
    }

    /// What subscribers want, to be watched by those who can leave unwanted events unmade.
    pub fn interest(&self) -> Interest {
        Interest::new(self.clone())
    }

    /// The latest event of each stateful (topic, source, account) that `pattern` selects, oldest
    /// first.
    pub fn snapshot(&self, pattern: &Pattern) -> Vec<Arc<Event>> {
        let states = self.core().states.matching(pattern);
        in_order(states)
    }

    /// The latest events of the history that `pattern` selects, oldest first, `limit` at most.
    ///
    /// Publishers are held up only for moments, however long the history is; an event that leaves the
    /// history meanwhile is not among them.
    pub fn history(&self, pattern: &Pattern, limit: usize) -> Vec<Arc<Event>> {
        let mut found = Vec::new();
        let mut end = u64::MAX;
        while found.len() < limit {
            let chunk = self.core().history.before(end, HISTORY_CHUNK);
            let Some((oldest, _)) = chunk.last() else {
                break;
            };
            end = *oldest;
            let matching = chunk
                .into_iter()
                .map(|(_, event)| event)
                .filter(|event| pattern.matches(&event.topic));
            found.extend(matching.take(limit - found.len()));
        }
        found.reverse();
        found
    }

    /// The event of this id, if it is still in the history.
    pub fn find(&self, id: &EventId) -> Option<Arc<Event>> {
        let sequence = self.sequence_of(id)?;
        let event = self.core().history.get(sequence)?.clone();
        (event.id == *id).then_some(event)
    }

    /// The event of this id, its cause, that one's cause, and so on, as far as the history reaches.
    pub fn chain(&self, id: &EventId) -> Vec<Arc<Event>> {
        let mut chain = Vec::new();
        let mut next = self.find(id);
        while let Some(event) = next {
            // A cause is older than its effect. One that claims otherwise must not keep us here.
            next = event
                .cause
                .as_ref()
                .filter(|cause| self.sequence_of(cause) < self.sequence_of(&event.id))
                .and_then(|cause| self.find(cause));
            chain.push(event);
        }
        chain
    }

    /// What the bus has done and holds.
    pub fn metrics(&self) -> BusMetrics {
        let core = self.core();
        BusMetrics {
            published: core.sequence,
            refused_loops: core.refused_loops,
            subscribers: core.index.inboxes().len(),
            subscriptions: core.index.subscriptions(),
            states: core.states.len(),
            evicted_states: core.states.evicted(),
            history: core.history.len(),
            history_bytes: core.history.bytes(),
        }
    }

    /// The metrics of every open mailbox, the longest subscribed first.
    pub fn mailboxes(&self) -> Vec<MailboxMetrics> {
        let inboxes: Vec<_> = self.core().index.inboxes().cloned().collect();
        inboxes.iter().map(|inbox| inbox.metrics()).collect()
    }

    pub(crate) fn add_pattern(&self, number: u64, pattern: Pattern) -> Vec<Arc<Event>> {
        let mut core = self.core();
        let earlier: Vec<_> = core.index.patterns(number).cloned().collect();
        let mut states = core.states.matching(&pattern);
        if !core.index.add_pattern(number, pattern) {
            return Vec::new();
        }
        drop(core);
        self.interest_changed();
        states.retain(|(_, event)| !earlier.iter().any(|known| known.matches(&event.topic)));
        in_order(states)
    }

    pub(crate) fn remove_pattern(&self, number: u64, pattern: &Pattern) -> bool {
        let removed = self.core().index.remove_pattern(number, pattern);
        if removed {
            self.interest_changed();
        }
        removed
    }

    pub(crate) fn patterns(&self, number: u64) -> Vec<Pattern> {
        self.core().index.patterns(number).cloned().collect()
    }

    pub(crate) fn remove_inbox(&self, number: u64) {
        self.core().index.remove(number);
        self.interest_changed();
    }

    pub(crate) fn wanted(&self) -> BTreeSet<Pattern> {
        self.core().index.all_patterns().cloned().collect()
    }

    pub(crate) fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::Acquire)
    }

    pub(crate) fn next_change(&self) -> EventListener {
        self.shared.interest.listen()
    }

    fn interest_changed(&self) {
        self.shared.changes.fetch_add(1, Ordering::Release);
        self.shared.interest.notify(usize::MAX);
    }

    fn refuse(&self, draft: Draft) -> PublishError {
        self.core().refused_loops += 1;
        let cause = draft.cause.as_ref();
        PublishError::Loop {
            chain: cause.map_or_else(Vec::new, |(id, _)| self.chain(id)),
            topic: draft.topic,
            publisher: draft.source,
            max_depth: self.shared.max_depth,
        }
    }

    /// The number in an id of this bus.
    fn sequence_of(&self, id: &EventId) -> Option<u64> {
        let number = id.as_str().strip_prefix(&self.shared.id_prefix)?;
        number.parse().ok()
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        lock(&self.shared.core)
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Bus");
        text.field("metrics", &self.metrics())
            .finish_non_exhaustive()
    }
}

impl Core {
    fn next_id(&mut self, prefix: &str) -> EventId {
        self.sequence += 1;
        self.id.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.id, "{prefix}{}", self.sequence);
        EventId::new(self.id.as_str())
    }

    fn append(&mut self, event: &Arc<Event>) -> Arc<[Arc<Inbox>]> {
        self.history.push(self.sequence, event);
        if event.stateful {
            self.states.keep(self.sequence, event);
        }
        self.index.matching(&event.topic)
    }
}

fn in_order(mut states: Vec<(u64, Arc<Event>)>) -> Vec<Arc<Event>> {
    states.sort_unstable_by_key(|(sequence, _)| *sequence);
    states.into_iter().map(|(_, event)| event).collect()
}

/// The round that the events go, each station once, in the order of cause and effect.
fn tell(chain: &[Arc<Event>]) -> String {
    let mut stations: Vec<String> = Vec::new();
    for event in chain.iter().rev() {
        let station = format!("`{}` from `{}`", event.topic, event.source);
        if !stations.contains(&station) {
            stations.push(station);
        }
    }
    match stations.is_empty() {
        true => String::new(),
        false => format!(", which goes through {}", stations.join(", ")),
    }
}

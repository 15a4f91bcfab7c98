//! What a plugin's task, its host functions and its handle share.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use pato_bus::{Bus, Clock, Mailbox};
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::{
    PluginDenied, PluginDependencies, PluginDependency, PluginLagged, PluginState, PluginStatus,
};
use pato_events::{Draft, Event, EventId, Payload, Topic};
use pato_permissions::{Allowed, Denial, Grants, Manifest, Permission, PluginId};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::bindings::pato::platform::types::Error;
use crate::calls::{Edges, Interfaces, Plugins};
use crate::curtain::Curtain;
use crate::limits::Limits;
use crate::log::Log;
use crate::metrics::{Counters, count};
use crate::screen::Painter;
use crate::services::Services;
use crate::storage::{Storage, StorageScope};

/// How often the same refusal is told to the user.
const DENIAL_PAUSE: Duration = Duration::from_secs(60);

/// How many different refusals are told to the user in that time.
const MAX_DENIALS: usize = 64;

/// The part of a loaded plugin, while another version of it may be loaded too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is the plugin.
    Plugin,
    /// It was started beside the plugin, and may take over.
    Candidate,
    /// It was the plugin. It finishes what it had, and then rests, for it may be the plugin again.
    Standby,
}

/// What becomes of events that a plugin did not come to, when its task ends.
pub(crate) enum Remainder {
    /// Its spill keeps them, if it has one.
    SetAside,
    /// The version that took over has them.
    LeaveTo(Arc<Shared>),
    /// The version that it took over from has them, and is the plugin again.
    HandBack(Arc<Shared>),
}

/// A loaded plugin. It outlives the Stores in which it runs, one after the other.
pub(crate) struct Shared {
    pub(crate) id: PluginId,
    /// As which it publishes: `plugin:<id>`.
    pub(crate) source: Arc<str>,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) limits: Limits,
    /// Whether the engine counts instructions.
    pub(crate) counts_instructions: bool,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where its random numbers begin; none takes the system's.
    pub(crate) random_seed: Option<u64>,
    pub(crate) bus: Bus,
    pub(crate) services: Arc<dyn Services>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) storage_scope: StorageScope,
    pub(crate) screen: Curtain,
    /// All that are loaded.
    pub(crate) plugins: Weak<Plugins>,
    /// What it offers to them, and wants of them.
    pub(crate) interfaces: Arc<Interfaces>,
    /// What it called in them.
    pub(crate) edges: Edges,
    /// How it was last told that what it wants is served.
    pub(crate) dependencies: Mutex<Vec<PluginDependency>>,
    pub(crate) mailbox: Mailbox,
    pub(crate) counters: Counters,
    pub(crate) log: Log,
    pub(crate) allowed: watch::Sender<Arc<Allowed>>,
    /// Wakes its task after the grants changed.
    pub(crate) grants_changed: Notify,
    pub(crate) settings: RwLock<Arc<BTreeMap<String, Value>>>,
    pub(crate) status: watch::Sender<PluginStatus>,
    pub(crate) denials: Mutex<HashMap<String, Instant>>,
    /// Set when what waits may be what the plugin is not allowed to have: because a subscription was
    /// revoked, or because an earlier run left it in the spill.
    pub(crate) revoked: AtomicBool,
    /// Whether nothing is delivered to it for now.
    pub(crate) paused: AtomicBool,
    pub(crate) role: watch::Sender<Role>,
    /// Whether the version from which it took over stands by: then nothing starts it anew after a trap.
    pub(crate) on_trial: AtomicBool,
    /// What the version that it takes over from could do.
    pub(crate) former: Option<Arc<Allowed>>,
    pub(crate) remainder: Mutex<Remainder>,
    /// How things stand, to be delivered when it is the plugin.
    pub(crate) states: Mutex<Vec<Arc<Event>>>,
    /// Events of its mailbox that another version may have begun to handle.
    pub(crate) begun: Mutex<HashSet<EventId>>,
    /// Asks its task to end between two calls, without `shutdown`.
    pub(crate) retire: CancellationToken,
    /// Asks its task to end, with `shutdown`.
    pub(crate) stop: CancellationToken,
    /// Ends its task wherever it is.
    pub(crate) kill: CancellationToken,
    /// Cancelled when its task has ended.
    pub(crate) ended: CancellationToken,
}

impl Shared {
    /// What it may do at this moment.
    pub(crate) fn allowed(&self) -> Arc<Allowed> {
        Arc::clone(&self.allowed.borrow())
    }

    /// Counts a refusal, tells the user unless that was done a moment ago, and makes the answer for
    /// the plugin.
    pub(crate) fn deny(&self, denial: &Denial) -> Error {
        count(&self.counters.denials);
        let wanted = denial.permission.parse::<Permission>();
        if let (Some(former), Ok(wanted)) = (&self.former, wanted)
            && former.check(&wanted).is_ok()
        {
            count(&self.counters.lost_permissions);
        }
        if self.is_news(&denial.permission) {
            self.announce(&PluginDenied {
                plugin: self.id.to_string(),
                permission: denial.permission.clone(),
                declared: denial.declared,
                remedy: denial.remedy.clone(),
            });
        }
        Error::Denied(denial.remedy.clone())
    }

    fn is_news(&self, permission: &str) -> bool {
        let now = Instant::now();
        let mut told = lock(&self.denials);
        told.retain(|_, at| now.duration_since(*at) < DENIAL_PAUSE);
        if told.contains_key(permission) || told.len() >= MAX_DENIALS {
            return false;
        }
        told.insert(permission.to_owned(), now);
        true
    }

    /// Changes what it may do, for the very next host call. Subscriptions that are no longer allowed
    /// end, and what waits because of them is not delivered.
    pub(crate) fn set_grants(&self, grants: &Grants) {
        let new = Arc::new(Allowed::new(&self.manifest, grants));
        self.allowed.send_replace(Arc::clone(&new));
        for pattern in self.mailbox.patterns() {
            if new.check_subscribe(&pattern).is_err() {
                self.mailbox.remove(&pattern);
                self.revoked.store(true, Ordering::Release);
            }
        }
        self.grants_changed.notify_one();
    }

    pub(crate) fn settings(&self) -> Arc<BTreeMap<String, Value>> {
        let settings = self.settings.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&settings)
    }

    /// Changes the settings and returns the names of those that are different now.
    pub(crate) fn set_settings(&self, new: BTreeMap<String, Value>) -> Vec<String> {
        let mut settings = self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = self.manifest.settings.keys();
        let changed = changed.filter(|key| settings.get(*key) != new.get(*key));
        let changed = changed.cloned().collect();
        *settings = Arc::new(new);
        changed
    }

    pub(crate) fn state(&self) -> PluginState {
        self.status.borrow().state
    }

    /// Changes the state and tells everyone.
    pub(crate) fn set_status(&self, state: PluginState, reason: Option<String>) {
        let status = PluginStatus {
            plugin: self.id.to_string(),
            state,
            reason: reason.map(|reason| self.log.clean(&reason)),
        };
        self.announce(&status);
        self.status.send_replace(status);
        self.tell_dependents();
    }

    /// Tells those that call it whether it is there.
    pub(crate) fn tell_dependents(&self) {
        if let Some(plugins) = self.plugins.upgrade() {
            plugins.tell_dependencies();
        }
    }

    /// Tells how what it wants of other plugins is served, if that is news.
    pub(crate) fn tell_dependencies(&self, find: impl FnOnce() -> Vec<PluginDependency>) {
        if self.role() != Role::Plugin {
            return;
        }
        // Found while nobody else tells of them, so that what was told last is the latest.
        let mut told = lock(&self.dependencies);
        let dependencies = find();
        if *told != dependencies {
            self.announce(&PluginDependencies {
                plugin: self.id.to_string(),
                dependencies: dependencies.clone(),
            });
            *told = dependencies;
        }
    }

    pub(crate) fn announce_lag(&self, dropped: u32) {
        self.announce(&PluginLagged {
            plugin: self.id.to_string(),
            dropped,
        });
    }

    /// Tells everyone the state that it is in, because it is the plugin now.
    pub(crate) fn announce_status(&self) {
        let status = self.status.borrow().clone();
        self.announce(&status);
        // What was told last was told of another version.
        lock(&self.dependencies).clear();
        self.tell_dependents();
    }

    pub(crate) fn role(&self) -> Role {
        *self.role.borrow()
    }

    /// Takes the place of `old`: events from now on, surfaces, and the name.
    pub(crate) fn take_over(self: &Arc<Self>, old: &Self) {
        *lock(&old.remainder) = Remainder::LeaveTo(Arc::clone(self));
        old.screen
            .give_way(&self.screen, self.painter(&self.allowed()));
        old.role.send_replace(Role::Standby);
        *lock(&self.states) = old.mailbox.hand_over(&self.mailbox);
        self.on_trial.store(true, Ordering::Release);
        self.role.send_replace(Role::Plugin);
        self.announce_status();
    }

    /// Undoes [`take_over`](Self::take_over) after the task has ended; `unread` is what it had taken
    /// out of the mailbox.
    pub(crate) fn hand_back(&self, old: &Self, unread: &[Arc<Event>]) {
        *lock(&old.remainder) = Remainder::SetAside;
        self.role.send_replace(Role::Standby);
        self.screen
            .give_way(&old.screen, old.painter(&old.allowed()));
        lock(&old.begun).extend(unread.iter().map(|event| event.id.clone()));
        // The other one may have had more.
        old.revoked.store(true, Ordering::Release);
        let states = self.mailbox.hand_back(&old.mailbox, unread);
        lock(&old.states).extend(states);
        self.mailbox.close();
        old.role.send_replace(Role::Plugin);
        old.announce_status();
    }

    /// Leaves what it did not come to to the version that took over.
    pub(crate) fn leave_to(&self, new: &Self, unread: &[Arc<Event>]) {
        lock(&new.begun).extend(unread.iter().map(|event| event.id.clone()));
        new.revoked.store(true, Ordering::Release);
        self.mailbox.leave_to(&new.mailbox, unread);
    }

    /// Of these events, those that another version may have begun to handle.
    pub(crate) fn take_begun(&self, events: &[Arc<Event>]) -> HashSet<EventId> {
        let mut begun = lock(&self.begun);
        match begun.is_empty() {
            true => HashSet::new(),
            false => events
                .iter()
                .filter_map(|event| begun.take(&event.id))
                .collect(),
        }
    }

    fn painter<'a>(&'a self, allowed: &'a Allowed) -> Painter<'a> {
        Painter {
            plugin: &self.id,
            allowed,
        }
    }

    /// Publishes something about the plugin. What is not the plugin now is not spoken of.
    fn announce<T: TopicPayload>(&self, payload: &T) {
        if self.role() != Role::Plugin {
            return;
        }
        let (Ok(topic), Ok(data)) = (Topic::new(T::TOPIC), Payload::from_value(payload)) else {
            return tracing::error!(topic = T::TOPIC, "the catalogue holds what it should not");
        };
        let mut draft = Draft::new(topic, Arc::clone(&self.source), data);
        draft.stateful = T::STATEFUL;
        if let Err(error) = self.bus.publish(draft) {
            tracing::error!(topic = T::TOPIC, %error, "an event about a plugin was not published");
        }
    }
}

pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

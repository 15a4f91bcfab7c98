//! What a plugin's task, its host functions and its handle share.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use pato_bus::{Bus, Mailbox};
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::{PluginDenied, PluginLagged, PluginState, PluginStatus};
use pato_events::{Draft, Payload, Topic};
use pato_permissions::{Allowed, Denial, Grants, Manifest, PluginId};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::bindings::pato::platform::types::Error;
use crate::limits::Limits;
use crate::log::Log;
use crate::metrics::{Counters, count};
use crate::screen::Screen;
use crate::services::Services;
use crate::storage::Storage;

/// How often the same refusal is told to the user.
const DENIAL_PAUSE: Duration = Duration::from_secs(60);

/// How many different refusals are told to the user in that time.
const MAX_DENIALS: usize = 64;

/// A loaded plugin. It outlives the Stores in which it runs, one after the other.
pub(crate) struct Shared {
    pub(crate) id: PluginId,
    /// As which it publishes: `plugin:<id>`.
    pub(crate) source: Arc<str>,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) limits: Limits,
    /// Whether the engine counts instructions.
    pub(crate) counts_instructions: bool,
    pub(crate) bus: Bus,
    pub(crate) services: Arc<dyn Services>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) screen: Arc<dyn Screen>,
    pub(crate) mailbox: Mailbox,
    pub(crate) counters: Counters,
    pub(crate) log: Log,
    pub(crate) allowed: RwLock<Arc<Allowed>>,
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
        let allowed = self.allowed.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&allowed)
    }

    /// Counts a refusal, tells the user unless that was done a moment ago, and makes the answer for
    /// the plugin.
    pub(crate) fn deny(&self, denial: &Denial) -> Error {
        count(&self.counters.denials);
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
        let mut told = self.denials.lock().unwrap_or_else(PoisonError::into_inner);
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
        *self.allowed.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
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
    }

    pub(crate) fn announce_lag(&self, dropped: u32) {
        self.announce(&PluginLagged {
            plugin: self.id.to_string(),
            dropped,
        });
    }

    fn announce<T: TopicPayload>(&self, payload: &T) {
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

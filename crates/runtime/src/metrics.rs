use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Tier;
use crate::memory::MemoryUsage;
use crate::meter::Meter;
use crate::plugin::lock;

/// What a plugin has used and done since it was loaded, restarts included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PluginMetrics {
    /// Processor time in milliseconds.
    pub processor_milliseconds: f64,
    /// Linear memory now, in bytes.
    pub memory: u64,
    /// The most linear memory it ever had, in bytes.
    pub memory_peak: u64,
    /// How often growing its memory was refused.
    pub memory_refused: u64,
    /// Calls into it: its starts, and its handlers.
    pub calls: u64,
    /// Events that it handled.
    pub events: u64,
    /// Events that were lost to it because its mailbox was full.
    pub dropped: u64,
    /// Events that were given up because it trapped twice on each.
    pub poisoned: u64,
    /// How often it was started anew.
    pub restarts: u64,
    /// How often it trapped.
    pub traps: u64,
    /// Events that wait for it now.
    pub queued: u64,
    /// Host calls that were refused for want of a permission.
    pub denials: u64,
    /// Events that it published.
    pub published: u64,
    /// Which compiler made the code that it runs; none before its first start.
    pub tier: Option<Tier>,
    /// The latest error: a trap, or what a handler returned.
    pub last_error: Option<String>,
}

/// The counters behind [`PluginMetrics`], shared by all that count.
pub(crate) struct Counters {
    pub(crate) meter: Meter,
    pub(crate) memory: Arc<MemoryUsage>,
    pub(crate) calls: AtomicU64,
    pub(crate) events: AtomicU64,
    pub(crate) poisoned: AtomicU64,
    pub(crate) restarts: AtomicU64,
    pub(crate) traps: AtomicU64,
    pub(crate) denials: AtomicU64,
    /// Refusals of what an earlier version of the plugin could do.
    pub(crate) lost_permissions: AtomicU64,
    pub(crate) published: AtomicU64,
    tier: Mutex<Option<Tier>>,
    last_error: Mutex<Option<String>>,
}

impl Counters {
    pub(crate) fn new() -> Self {
        Self {
            meter: Meter::new(),
            memory: Arc::default(),
            calls: AtomicU64::new(0),
            events: AtomicU64::new(0),
            poisoned: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            traps: AtomicU64::new(0),
            denials: AtomicU64::new(0),
            lost_permissions: AtomicU64::new(0),
            published: AtomicU64::new(0),
            tier: Mutex::default(),
            last_error: Mutex::default(),
        }
    }

    pub(crate) fn set_last_error(&self, error: String) {
        *lock(&self.last_error) = Some(error);
    }

    pub(crate) fn set_tier(&self, tier: Tier) {
        *lock(&self.tier) = Some(tier);
    }

    /// Everything but what the mailbox knows.
    pub(crate) fn snapshot(&self) -> PluginMetrics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PluginMetrics {
            processor_milliseconds: self.meter.total().as_secs_f64() * 1_000.0,
            memory: read(&self.memory.now),
            memory_peak: read(&self.memory.peak),
            memory_refused: read(&self.memory.refused),
            calls: read(&self.calls),
            events: read(&self.events),
            poisoned: read(&self.poisoned),
            restarts: read(&self.restarts),
            traps: read(&self.traps),
            denials: read(&self.denials),
            published: read(&self.published),
            tier: *lock(&self.tier),
            last_error: lock(&self.last_error).clone(),
            dropped: 0,
            queued: 0,
        }
    }
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

//! Runs plugins: WebAssembly components in a sandbox, one task each.
//!
//! [`Runtime::load`] validates a component, compiles it or takes it from the cache, and starts a task
//! that owns it. The task calls the plugin's handlers one after the other: with events from its
//! mailbox, commands, timers, and what happens on its WebSocket connections. What the plugin asks of
//! the host is checked against what its manifest requests and the user granted, at that moment.
//!
//! Every plugin has [`Limits`]. One that breaks them, or fails by itself, traps: its memory is thrown
//! away, and it starts anew after a pause. The events it had come again one by one, and one that traps
//! twice is dropped. A plugin that keeps trapping is put in quarantine. Nothing of this touches other
//! plugins.
//!
//! # Updates
//!
//! Another version of a plugin is [loaded beside](Runtime::load_beside) the one that runs, with a copy
//! of its storage, which its `migrate` brings up to date. If that and its `init` go well, it
//! [takes over](Candidate::take_over) between two events; until it has proved itself, that can be
//! [undone](Standby::give_back), and no event is lost or handled twice either way.
//!
//! What the runtime does not know, it is handed: who performs actions ([`Services`]), where values are
//! kept ([`Storage`]), where things are shown ([`Screen`]), the bus, the clock, the secrets.

mod actor;
mod backlog;
mod bindings;
mod calls;
mod candidate;
mod compile;
mod configuration;
mod curtain;
pub mod egress;
mod engine;
mod error;
pub mod exec;
mod handle;
mod handlers;
mod host;
mod instance;
mod limits;
mod log;
mod memory;
mod meter;
mod metrics;
mod plugin;
mod rate;
mod restart;
mod runtime;
mod screen;
mod services;
mod storage;

pub use calls::{CallEdge, CalledFunction};
pub use candidate::{Candidate, Health, Standby};
pub use compile::Tier;
pub use configuration::{CacheConfiguration, Dependencies, RuntimeConfiguration};
pub use error::RuntimeError;
pub use handle::PluginHandle;
pub use limits::{Limits, RestartPolicy};
pub use log::{LogLevel, LogLine};
pub use metrics::PluginMetrics;
pub use runtime::{LoadOptions, Runtime};
pub use screen::{Drawn, Happening, NoScreen, Painter, Screen, SurfaceEvent};
pub use services::{ServiceCall, ServiceError, Services};
pub use storage::{SpillFactory, Storage, StorageChange, StorageError, StorageScope};

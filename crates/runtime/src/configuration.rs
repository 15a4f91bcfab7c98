use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Bus, Clock};
use pato_vault::Vault;

use crate::egress::EgressConfiguration;
use crate::limits::Limits;
use crate::screen::Screen;
use crate::services::Services;
use crate::storage::{SpillFactory, Storage};

/// How the runtime is set up.
#[derive(Clone)]
pub struct RuntimeConfiguration {
    /// Where compiled code is kept; none compiles at each start.
    pub cache: Option<CacheConfiguration>,
    /// Whether a plugin whose code was never compiled here starts at once with the code of a compiler
    /// that is quick and does not optimise; better code follows in the background, for its next
    /// start. Else each first start waits for the optimising compiler. On.
    pub baseline: bool,
    /// What a plugin may use, unless its manifest asks for something else or the user says so.
    pub limits: Limits,
    /// How many plugins can run at the same time. 1,000.
    pub max_plugins: u32,
    /// The most that a plugin's memory limit can be, in bytes. 128 MiB.
    pub max_memory: u64,
    /// The most processor time for one call that a manifest can ask for. 30 seconds.
    pub max_processor_time: Duration,
    /// The most log lines a second that a manifest can ask for. 1,000.
    pub max_log_rate: u32,
    /// The most that a plugin's table limit can be, in elements. 20,000.
    pub max_table_elements: usize,
    /// The largest component that is read, in bytes. 64 MiB.
    pub max_component: usize,
    /// Whether code is compiled so that instructions can be counted. It makes all plugins slower by
    /// about a third, so it is for those who need
    /// [`Limits::instructions`](crate::Limits::instructions). Off.
    pub count_instructions: bool,
    /// Where the random numbers that plugins get begin, for tests that must come out the same; each start of
    /// a plugin begins there again. None takes the system's, which nobody can guess. None.
    pub random_seed: Option<u64>,
    /// How long a plugin that is being stopped may take. 5 seconds.
    pub stop_time: Duration,
    /// The gate to the network.
    pub egress: EgressConfiguration,
}

impl Default for RuntimeConfiguration {
    fn default() -> Self {
        Self {
            cache: None,
            baseline: true,
            limits: Limits::default(),
            max_plugins: 1_000,
            max_memory: 128 << 20,
            max_processor_time: Duration::from_secs(30),
            max_log_rate: 1_000,
            max_table_elements: 20_000,
            max_component: 64 << 20,
            count_instructions: false,
            random_seed: None,
            stop_time: Duration::from_secs(5),
            egress: EgressConfiguration::default(),
        }
    }
}

/// Where compiled code is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheConfiguration {
    /// The folder; made if it is not there. What lies in it is run: it must be the user's own.
    pub folder: PathBuf,
    /// When its files have more bytes together, those not used for longest are removed. 512 MiB.
    pub max_bytes: u64,
}

impl CacheConfiguration {
    /// A cache in `folder`, with the usual bound.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            max_bytes: 512 << 20,
        }
    }
}

/// What the runtime works with.
#[derive(Clone)]
pub struct Dependencies {
    /// Where events come from and go to.
    pub bus: Bus,
    /// Says what time it is: to plugins, and for log lines and metrics.
    pub clock: Arc<dyn Clock>,
    /// Performs actions.
    pub services: Arc<dyn Services>,
    /// Keeps what plugins store.
    pub storage: Arc<dyn Storage>,
    /// Shows what plugins draw.
    pub screen: Arc<dyn Screen>,
    /// Opens the files of mailboxes that must not lose an event.
    pub spills: Arc<dyn SpillFactory>,
    /// Knows the secrets that requests carry and that logs must not.
    pub vault: Vault,
    /// Where random numbers begin: those that spread restarts over time.
    pub seed: u64,
}

//! `[library]`: where plugins may come from, and how careful an update is.

use std::collections::BTreeMap;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Configuration, ConfigurationError, wrong};

/// The longest trial: an hour.
const LONGEST_TRIAL: u64 = 60 * 60;

/// `[library]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LibrarySection {
    /// For how many seconds the version before stands by after an update. With 0 it ends at once.
    pub trial_seconds: u64,
    /// How often lists of plugins are fetched anew, in hours. With 0 only when asked for.
    pub refresh_hours: u64,
    /// How many backups are kept; with 0 none is made.
    pub backups: usize,
    /// An HTTP proxy, `http://host:port`.
    pub proxy: Option<Url>,
    /// The networks, besides this machine, that plugins may be fetched from in the clear.
    pub local_networks: Vec<IpNet>,
    /// Which registry has the packages of which namespace; `*` stands for all others.
    pub registries: BTreeMap<String, String>,
}

impl Default for LibrarySection {
    fn default() -> Self {
        Self {
            trial_seconds: 30,
            refresh_hours: 6,
            backups: 10,
            proxy: None,
            local_networks: Vec::new(),
            registries: BTreeMap::new(),
        }
    }
}

impl LibrarySection {
    /// For how long the version before stands by after an update.
    pub fn trial(&self) -> Duration {
        Duration::from_secs(self.trial_seconds)
    }
}

pub(super) fn check(configuration: &Configuration) -> Result<(), ConfigurationError> {
    let library = &configuration.library;
    if library.trial_seconds > LONGEST_TRIAL {
        return wrong(
            "library.trial_seconds",
            &library.trial_seconds,
            "use at most 3600, an hour",
        );
    }
    if let Some(proxy) = &library.proxy
        && !(matches!(proxy.scheme(), "http" | "https") && proxy.has_host())
    {
        return wrong(
            "library.proxy",
            proxy,
            "use an address such as http://proxy:3128",
        );
    }
    Ok(())
}

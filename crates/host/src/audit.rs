//! What was granted, refused and used: written down, to be looked up later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pato_bus::Clock;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::HostError;
use crate::host::Host;

/// How long what happens over and over is gathered into one entry.
const GATHERED: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AuditKind {
    Installed,
    Updated,
    RolledBack,
    Removed,
    Granted,
    GrantedOnce,
    Revoked,
    /// The user does not want to be asked again.
    Refused,
    /// The plugin wanted what it may not have.
    Denied,
    /// The plugin did what can do harm.
    Used,
    /// The user trusts another key from now on.
    PublisherForgotten,
}

impl AuditKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Updated => "updated",
            Self::RolledBack => "rolled-back",
            Self::Removed => "removed",
            Self::Granted => "granted",
            Self::GrantedOnce => "granted-once",
            Self::Revoked => "revoked",
            Self::Refused => "refused",
            Self::Denied => "denied",
            Self::Used => "used",
            Self::PublisherForgotten => "publisher-forgotten",
        }
    }
}

/// An entry to be written.
#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    pub(crate) time: f64,
    pub(crate) plugin: String,
    pub(crate) what: AuditKind,
    pub(crate) permission: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) times: u32,
}

/// Something that was granted, refused or used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When, in milliseconds since the epoch.
    pub time: f64,
    /// Which plugin.
    pub plugin: String,
    /// What happened: `installed`, `updated`, `rolled-back`, `removed`, `granted`, `granted-once`,
    /// `revoked`, `refused` (for good), `denied`, `used` (something that can do harm), or
    /// `publisher-forgotten`.
    pub what: String,
    /// The permission that it is about.
    pub permission: Option<String>,
    /// More, where there is more to say.
    pub detail: Option<String>,
    /// How often, where it happened over and over within some seconds.
    pub times: u32,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct AuditQuery {
    /// Those of one plugin.
    pub plugin: Option<String>,
    /// Those in which this stands somewhere, in any case.
    pub text: String,
    /// Those before this one: to turn the page.
    pub before: Option<i64>,
    /// At most so many; no more than 1,000.
    pub limit: usize,
}

impl Default for AuditQuery {
    fn default() -> Self {
        Self {
            plugin: None,
            text: String::new(),
            before: None,
            limit: 200,
        }
    }
}

/// Gathers what happens too often for an entry each time. Nothing is lost: there are no more different
/// ones than plugins and permissions.
pub(crate) struct Gathering {
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<(String, AuditKind, String), AuditEntry>>,
}

impl Gathering {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            entries: Mutex::default(),
        }
    }

    /// Counts one occurrence.
    pub(crate) fn add(&self, plugin: &str, what: AuditKind, permission: &str) {
        let key = (plugin.to_owned(), what, permission.to_owned());
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry(key).or_insert_with(|| AuditEntry {
            time: self.clock.now(),
            plugin: plugin.to_owned(),
            what,
            permission: Some(permission.to_owned()),
            detail: None,
            times: 0,
        });
        entry.times = entry.times.saturating_add(1);
    }

    fn take(&self) -> Vec<AuditEntry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken: Vec<_> = entries.drain().map(|(_, entry)| entry).collect();
        taken.sort_by(|one, other| one.time.total_cmp(&other.time));
        taken
    }
}

impl Host {
    /// What was granted, refused and used, the latest first.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn audit(&self, query: AuditQuery) -> Result<Vec<AuditView>, HostError> {
        self.write_gathered().await;
        Ok(self.inner.database.audit(query).await?)
    }

    /// Writes down what was decided. That it can't be written keeps nothing from happening.
    pub(crate) async fn note(
        &self,
        plugin: &str,
        what: AuditKind,
        permission: Option<String>,
        detail: Option<String>,
    ) {
        let entry = AuditEntry {
            time: self.inner.clock.now(),
            plugin: plugin.to_owned(),
            what,
            permission,
            detail,
            times: 1,
        };
        self.write(vec![entry]).await;
    }

    /// Writes what was gathered from time to time, until the host stops.
    pub(crate) async fn keep_audit(&self) {
        loop {
            let stopping = tokio::select! {
                () = tokio::time::sleep(GATHERED) => false,
                () = self.inner.stopping.cancelled() => true,
            };
            self.write_gathered().await;
            if stopping {
                return;
            }
        }
    }

    async fn write_gathered(&self) {
        let entries = self.inner.gathering.take();
        if !entries.is_empty() {
            self.write(entries).await;
        }
    }

    async fn write(&self, entries: Vec<AuditEntry>) {
        if let Err(error) = self.inner.database.note(entries).await {
            tracing::error!(%error, "what plugins were allowed and did could not be written down");
        }
        self.inner.pages_changed.send_replace(());
    }
}

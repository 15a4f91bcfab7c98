//! Copies of the database, made before anything large changes and once a day, to be gone back to.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::database::copy_closed;
use crate::directory::{DataDirectory, DirectoryError, create_private};
use crate::error::HostError;
use crate::host::Host;

/// How often one is made by itself.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const EXTENSION: &str = "sqlite";

/// A copy of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BackupView {
    /// Its name: when it was made, and why.
    pub name: String,
    /// When it was made, in milliseconds since the epoch.
    pub made_at: f64,
    /// Its size, in bytes.
    pub bytes: u64,
}

impl Host {
    /// Copies the database. `why` becomes a part of the name. None if none are to be made.
    ///
    /// # Errors
    ///
    /// If the disk or the database fails.
    pub async fn back_up(&self, why: &str) -> Result<Option<BackupView>, HostError> {
        let most = self.configuration().library.backups;
        if most == 0 {
            return Ok(None);
        }
        let folder = self.inner.directory.backups();
        create_private(&folder)?;
        let made_at = self.inner.clock.now();
        let time = jiff::Timestamp::from_millisecond(made_at as i64)
            .map(|time| time.strftime("%Y-%m-%d-%H%M%S").to_string())
            .unwrap_or_default();
        let path = free_path(&folder, &format!("{time}-{why}"));
        self.inner.database.copy_to(&path).await?;
        let mut kept = list(&folder);
        kept.drain(..kept.len().min(most));
        for old in kept {
            if let Err(error) = fs::remove_file(path_of(&folder, &old.name)) {
                tracing::warn!(backup = old.name, %error, "an old backup was not removed");
            }
        }
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        Ok(list(&folder)
            .into_iter()
            .find(|backup| Some(&backup.name) == name.as_ref()))
    }

    /// The copies of the database, the latest first.
    pub fn backups(&self) -> Vec<BackupView> {
        list(&self.inner.directory.backups())
    }

    /// Makes a copy once a day, until the host stops.
    pub(crate) async fn keep_backups(&self) {
        loop {
            let latest = self.backups().first().map_or(0.0, |backup| backup.made_at);
            let age = (self.inner.clock.now() - latest).max(0.0) / 1_000.0;
            let wait = DAY.saturating_sub(Duration::from_secs_f64(age.min(DAY.as_secs_f64())));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.inner.stopping.cancelled() => return,
            }
            if let Err(error) = self.back_up("daily").await {
                tracing::error!(%error, "the daily backup was not made");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(60)) => {}
                () = self.inner.stopping.cancelled() => return,
            }
        }
    }

    /// The components that backups speak of: plugin and hash.
    pub(crate) async fn components_of_backups(&self) -> HashSet<(String, String)> {
        let folder = self.inner.directory.backups();
        let read = tokio::task::spawn_blocking(move || {
            let names = list(&folder).into_iter();
            names
                .filter_map(|backup| components(&path_of(&folder, &backup.name)).ok())
                .flatten()
                .collect()
        });
        read.await.unwrap_or_default()
    }
}

impl DataDirectory {
    /// Puts a copy of the database in the place of the one that is there, which is kept as a backup too. No
    /// host may be running with this folder.
    ///
    /// # Errors
    ///
    /// If a host runs, there is no such copy, it is damaged, or the disk fails.
    pub fn restore(&self, name: &str) -> Result<(), HostError> {
        let _lock = self.lock()?;
        let folder = self.backups();
        let known = list(&folder);
        if known.iter().all(|backup| backup.name != name) {
            let names = known.iter().map(|backup| backup.name.as_str());
            return Err(HostError::UnknownBackup {
                name: name.to_owned(),
                hint: pato_events::nearest(name, names).map(str::to_owned),
            });
        }
        let path = path_of(&folder, name);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DirectoryError::Io { path, source }
        };
        // Copied and checked before the one that is there is touched: a damaged one changes nothing.
        let beside = tempfile::Builder::new().tempdir_in(self.path());
        let beside = beside.map_err(failed(self.path()))?;
        let copy = beside.path().join("pato.sqlite");
        copy_closed(&path, &copy)?;
        let current = self.database();
        if current.exists() {
            let now = jiff::Timestamp::now().strftime("%Y-%m-%d-%H%M%S");
            copy_closed(
                &current,
                &free_path(&folder, &format!("{now}-before-restore")),
            )?;
        }
        for tail in ["-wal", "-shm"] {
            let mut log = current.clone().into_os_string();
            log.push(tail);
            let _ = fs::remove_file(PathBuf::from(log));
        }
        fs::rename(&copy, &current).map_err(failed(&current))?;
        Ok(())
    }
}

fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.{EXTENSION}"))
}

/// A name that no backup has yet.
fn free_path(folder: &Path, name: &str) -> PathBuf {
    let first = path_of(folder, name);
    let others = (2..).map(|number| path_of(folder, &format!("{name}-{number}")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|path| !path.exists())
        .unwrap_or(first)
}

/// The latest first.
fn list(folder: &Path) -> Vec<BackupView> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let view = |entry: fs::DirEntry| {
        let path = entry.path();
        let data = entry.metadata().ok()?;
        let made = data.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH);
        let is_one = path
            .extension()
            .is_some_and(|extension| extension == EXTENSION);
        is_one.then_some(BackupView {
            name: path.file_stem()?.to_string_lossy().into_owned(),
            made_at: made.ok()?.as_secs_f64() * 1_000.0,
            bytes: data.len(),
        })
    };
    let mut backups: Vec<_> = entries.filter_map(|entry| view(entry.ok()?)).collect();
    backups.sort_by(|one, other| {
        let newer = other.made_at.total_cmp(&one.made_at);
        newer.then_with(|| other.name.cmp(&one.name))
    });
    backups
}

fn components(path: &Path) -> rusqlite::Result<HashSet<(String, String)>> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // An older one has no earlier versions.
    let with_versions = "SELECT id, hash FROM plugins UNION SELECT plugin, hash FROM versions";
    let mut statement = connection
        .prepare(with_versions)
        .or_else(|_| connection.prepare("SELECT id, hash FROM plugins"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

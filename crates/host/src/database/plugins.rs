use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Database, DatabaseError};

/// Where a plugin came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It came with Pato.
    Bundled,
    /// The user gave its file.
    File,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::File => "file",
        }
    }
}

/// An installed plugin, as the database knows it.
#[derive(Debug, Clone)]
pub struct PluginRecord {
    /// The plugin's id.
    pub id: String,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
    /// Its version.
    pub version: String,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it runs when the host does.
    pub enabled: bool,
    /// When it was installed, in milliseconds since the epoch.
    pub installed_at: f64,
}

impl Database {
    /// All installed plugins, by id.
    pub(crate) async fn plugins(&self) -> Result<Vec<PluginRecord>, DatabaseError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, hash, version, origin, enabled, installed_at FROM plugins ORDER BY id",
            )?;
            statement.query_map([], record)?.collect()
        })
        .await
    }

    /// One installed plugin.
    pub(crate) async fn plugin(&self, id: &str) -> Result<Option<PluginRecord>, DatabaseError> {
        let id = id.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, hash, version, origin, enabled, installed_at FROM plugins WHERE id = ?1",
                )?
                .query_row([id], record)
                .optional()
        })
        .await
    }

    /// Writes an installed plugin together with its grants: both or neither.
    pub(crate) async fn install(
        &self,
        plugin: PluginRecord,
        grants: Vec<String>,
    ) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            connection.execute(
                "INSERT INTO plugins (id, hash, version, origin, enabled, installed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, version = excluded.version,
                     origin = excluded.origin, enabled = excluded.enabled,
                     installed_at = excluded.installed_at",
                params![
                    plugin.id,
                    plugin.hash,
                    plugin.version,
                    plugin.origin.as_str(),
                    plugin.enabled,
                    plugin.installed_at
                ],
            )?;
            // Grants are bound to the bytes: those of other bytes end here.
            connection.execute("DELETE FROM grants WHERE plugin = ?1", [&plugin.id])?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO grants (plugin, hash, permission, granted_at) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for permission in &grants {
                insert.execute(params![
                    plugin.id,
                    plugin.hash,
                    permission,
                    plugin.installed_at
                ])?;
            }
            savepoint.release()
        })
        .await
    }

    /// Whether a plugin runs when the host does.
    pub(crate) async fn set_enabled(&self, id: &str, enabled: bool) -> Result<(), DatabaseError> {
        let id = id.to_owned();
        self.change(move |connection| {
            connection
                .execute(
                    "UPDATE plugins SET enabled = ?2 WHERE id = ?1",
                    params![id, enabled],
                )
                .map(drop)
        })
        .await
    }

    /// Forgets a plugin: its grants, settings and storage too.
    pub(crate) async fn remove_plugin(&self, id: &str) -> Result<(), DatabaseError> {
        let id = id.to_owned();
        self.change(move |connection| {
            connection
                .execute("DELETE FROM plugins WHERE id = ?1", [id])
                .map(drop)
        })
        .await
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<PluginRecord> {
    Ok(PluginRecord {
        id: row.get(0)?,
        hash: row.get(1)?,
        version: row.get(2)?,
        origin: if row.get::<_, String>(3)? == "bundled" {
            Origin::Bundled
        } else {
            Origin::File
        },
        enabled: row.get(4)?,
        installed_at: row.get(5)?,
    })
}

/// Several statements that happen wholly or not at all, inside the transaction that changes share.
/// Rolled back when dropped before its release.
pub(super) struct Savepoint<'a> {
    connection: &'a Connection,
    released: bool,
}

impl<'a> Savepoint<'a> {
    pub(super) fn begin(connection: &'a Connection) -> rusqlite::Result<Self> {
        connection.execute_batch("SAVEPOINT change")?;
        Ok(Self {
            connection,
            released: false,
        })
    }

    pub(super) fn release(mut self) -> rusqlite::Result<()> {
        self.connection.execute_batch("RELEASE change")?;
        self.released = true;
        Ok(())
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if !self.released {
            // The connection is rolled back as a whole if even this fails.
            let _ = self
                .connection
                .execute_batch("ROLLBACK TO change; RELEASE change");
        }
    }
}

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::versions::Replaced;
use super::{Database, DatabaseError, grants, versions};

/// Where a plugin came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It came with Pato.
    Bundled,
    /// The user gave its file.
    File,
    /// It was fetched from an address.
    Link,
}

impl Origin {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::File => "file",
            Self::Link => "link",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "bundled" => Self::Bundled,
            "link" => Self::Link,
            _ => Self::File,
        }
    }
}

/// An installed plugin, as the database knows it.
#[derive(Debug, Clone)]
pub struct PluginRecord {
    /// The plugin's id.
    pub id: String,
    /// The id in its manifest, if it was installed under another name.
    pub component: Option<String>,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
    /// Its version.
    pub version: String,
    /// Where it came from.
    pub origin: Origin,
    /// What newer versions are looked for at.
    pub source: Option<String>,
    /// The key that signed it.
    pub publisher: Option<String>,
    /// Whether it stays at its version.
    pub pinned: bool,
    /// Whether it runs when the host does.
    pub enabled: bool,
    /// When it was installed, in milliseconds since the epoch.
    pub installed_at: f64,
    /// The copy of its storage that it works on.
    pub generation: u32,
}

const COLUMNS: &str = "id, hash, version, origin, enabled, installed_at, component, source, \
                       publisher, pinned, generation";

impl PluginRecord {
    /// The id in its manifest.
    pub(crate) fn component_id(&self) -> &str {
        self.component.as_ref().unwrap_or(&self.id)
    }
}

impl Database {
    /// All installed plugins, by id.
    pub(crate) async fn plugins(&self) -> Result<Vec<PluginRecord>, DatabaseError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM plugins ORDER BY id"))?;
            statement.query_map([], record)?.collect()
        })
        .await
    }

    /// One installed plugin.
    pub(crate) async fn plugin(&self, id: &str) -> Result<Option<PluginRecord>, DatabaseError> {
        let id = id.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM plugins WHERE id = ?1"))?
                .query_row([id], record)
                .optional()
        })
        .await
    }

    /// Writes an installed plugin together with its grants: both or neither. Grants are bound to the
    /// bytes; the version that was installed before, and what it was granted, is kept if `keep` says so.
    pub(crate) async fn install(
        &self,
        plugin: PluginRecord,
        grants: Vec<String>,
        keep: Option<Replaced>,
    ) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            if let Some(replaced) = &keep {
                versions::keep(connection, &plugin.id, replaced)?;
            }
            connection.execute(
                "INSERT INTO plugins (id, hash, version, origin, enabled, installed_at, component,
                     source, publisher, pinned, generation)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, version = excluded.version,
                     origin = excluded.origin, enabled = excluded.enabled,
                     installed_at = excluded.installed_at, component = excluded.component,
                     source = excluded.source, publisher = excluded.publisher,
                     pinned = excluded.pinned, generation = excluded.generation",
                params![
                    plugin.id,
                    plugin.hash,
                    plugin.version,
                    plugin.origin.as_str(),
                    plugin.enabled,
                    plugin.installed_at,
                    plugin.component,
                    plugin.source,
                    plugin.publisher,
                    plugin.pinned,
                    plugin.generation,
                ],
            )?;
            versions::forget_one(connection, &plugin.id, &plugin.hash)?;
            grants::replace(connection, &plugin, &grants)?;
            if let Some(key) = &plugin.publisher {
                connection.execute(
                    "INSERT OR IGNORE INTO publishers (component, key, since) VALUES (?1, ?2, ?3)",
                    params![
                        plugin.component.as_ref().unwrap_or(&plugin.id),
                        key,
                        plugin.installed_at
                    ],
                )?;
            }
            savepoint.release()
        })
        .await
    }

    /// The key that signed a plugin of that manifest id when it first came.
    pub(crate) async fn publisher(&self, component: &str) -> Result<Option<String>, DatabaseError> {
        let component = component.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT key FROM publishers WHERE component = ?1")?
                .query_row([component], |row| row.get(0))
                .optional()
        })
        .await
    }

    /// Forgets whose key a plugin of that manifest id bore, so that another's may come.
    pub(crate) async fn forget_publisher(&self, component: &str) -> Result<bool, DatabaseError> {
        let component = component.to_owned();
        self.change(move |connection| {
            connection
                .execute("DELETE FROM publishers WHERE component = ?1", [component])
                .map(|deleted| deleted > 0)
        })
        .await
    }

    /// Whether a plugin stays at its version.
    pub(crate) async fn set_pinned(&self, id: &str, pinned: bool) -> Result<(), DatabaseError> {
        let id = id.to_owned();
        self.change(move |connection| {
            connection
                .execute(
                    "UPDATE plugins SET pinned = ?2 WHERE id = ?1",
                    params![id, pinned],
                )
                .map(drop)
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
        origin: Origin::read(row.get_ref(3)?.as_str()?),
        enabled: row.get(4)?,
        installed_at: row.get(5)?,
        component: row.get(6)?,
        source: row.get(7)?,
        publisher: row.get(8)?,
        pinned: row.get(9)?,
        generation: row.get(10)?,
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

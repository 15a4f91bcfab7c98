use rusqlite::{Connection, Row, params};

use super::plugins::Origin;
use super::{Database, DatabaseError};

/// How many earlier versions of a plugin are kept.
const KEPT: usize = 3;

/// An earlier version of an installed plugin.
#[derive(Debug, Clone)]
pub(crate) struct VersionRecord {
    /// SHA-256 of the component, hexadecimal.
    pub(crate) hash: String,
    pub(crate) version: String,
    pub(crate) origin: Origin,
    pub(crate) source: Option<String>,
    pub(crate) publisher: Option<String>,
    /// Its copy of the storage.
    pub(crate) generation: u32,
    /// In milliseconds since the epoch.
    pub(crate) replaced_at: f64,
    /// Why it was given up, if it failed.
    pub(crate) reason: Option<String>,
}

/// The version that another one takes the place of.
#[derive(Debug, Clone)]
pub(crate) struct Replaced {
    /// In milliseconds since the epoch.
    pub(crate) at: f64,
    /// Why it was given up, if it failed.
    pub(crate) reason: Option<String>,
}

impl Database {
    /// The earlier versions of a plugin, the latest replaced first.
    pub(crate) async fn versions(&self, plugin: &str) -> Result<Vec<VersionRecord>, DatabaseError> {
        let plugin = plugin.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT hash, version, origin, source, publisher, generation, replaced_at, reason
                     FROM versions WHERE plugin = ?1 ORDER BY replaced_at DESC",
                )?
                .query_map([plugin], version)?
                .collect()
        })
        .await
    }

    /// Every component that is installed or kept to go back to: plugin and hash.
    pub(crate) async fn components(&self) -> Result<Vec<(String, String)>, DatabaseError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, hash FROM plugins UNION SELECT plugin, hash FROM versions",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }
}

/// Keeps the version of a plugin that is installed now, for another takes its place. The oldest that are
/// more than the kept number are forgotten, with what they were granted and stored.
pub(super) fn keep(
    connection: &Connection,
    plugin: &str,
    replaced: &Replaced,
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO versions
             (plugin, hash, version, origin, source, publisher, generation, replaced_at, reason)
         SELECT id, hash, version, origin, source, publisher, generation, ?2, ?3
         FROM plugins WHERE id = ?1",
        params![plugin, replaced.at, replaced.reason],
    )?;
    connection.execute(
        "DELETE FROM versions WHERE plugin = ?1 AND hash IN
             (SELECT hash FROM versions WHERE plugin = ?1 ORDER BY replaced_at DESC
              LIMIT -1 OFFSET ?2)",
        params![plugin, KEPT],
    )?;
    Ok(())
}

/// Forgets an earlier version, for it is the installed one again.
pub(super) fn forget_one(
    connection: &Connection,
    plugin: &str,
    hash: &str,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "DELETE FROM versions WHERE plugin = ?1 AND hash = ?2",
            [plugin, hash],
        )
        .map(drop)
}

fn version(row: &Row<'_>) -> rusqlite::Result<VersionRecord> {
    Ok(VersionRecord {
        hash: row.get(0)?,
        version: row.get(1)?,
        origin: Origin::read(row.get_ref(2)?.as_str()?),
        source: row.get(3)?,
        publisher: row.get(4)?,
        generation: row.get(5)?,
        replaced_at: row.get(6)?,
        reason: row.get(7)?,
    })
}

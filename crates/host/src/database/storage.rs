use pato_runtime::StorageChange;
use rusqlite::{OptionalExtension, params};

use super::plugins::Savepoint;
use super::{Database, DatabaseError};

impl Database {
    /// The value of a plugin's key.
    pub(crate) async fn stored(
        &self,
        plugin: &str,
        key: &str,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let (plugin, key) = (plugin.to_owned(), key.to_owned());
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT value FROM storage WHERE plugin = ?1 AND key = ?2")?
                .query_row([plugin, key], |row| row.get(0))
                .optional()
        })
        .await
    }

    /// A plugin's keys that begin with `prefix`, in byte order, from the first one after `after`.
    pub(crate) async fn stored_keys(
        &self,
        plugin: &str,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, DatabaseError> {
        let plugin = plugin.to_owned();
        let prefix = prefix.to_owned();
        let after = after.map(str::to_owned);
        self.read(move |connection| {
            // Comparing the beginning by bytes: LIKE would fold case and read `%` as a wildcard.
            connection
                .prepare_cached(
                    "SELECT key FROM storage
                     WHERE plugin = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
                         AND substr(CAST(key AS BLOB), 1, ?4) = CAST(?2 AS BLOB)
                     ORDER BY key LIMIT ?5",
                )?
                .query_map(
                    params![plugin, prefix, after, prefix.len(), at_most],
                    |row| row.get(0),
                )?
                .collect()
        })
        .await
    }

    /// How many bytes a plugin's keys and values have together.
    pub(crate) async fn stored_bytes(&self, plugin: &str) -> Result<u64, DatabaseError> {
        let plugin = plugin.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(value)), 0)
                     FROM storage WHERE plugin = ?1",
                )?
                .query_row([plugin], |row| row.get(0))
        })
        .await
    }

    /// Makes all of a plugin's changes or none.
    pub(crate) async fn store(
        &self,
        plugin: &str,
        changes: Vec<StorageChange>,
    ) -> Result<(), DatabaseError> {
        let plugin = plugin.to_owned();
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            for change in &changes {
                match change {
                    StorageChange::Set { key, value } => connection
                        .prepare_cached(
                            "INSERT INTO storage (plugin, key, value) VALUES (?1, ?2, ?3)
                             ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value",
                        )?
                        .execute(params![plugin, key, value])?,
                    StorageChange::Delete { key } => connection
                        .prepare_cached("DELETE FROM storage WHERE plugin = ?1 AND key = ?2")?
                        .execute(params![plugin, key])?,
                };
            }
            savepoint.release()
        })
        .await
    }
}

use pato_runtime::{StorageChange, StorageScope};
use rusqlite::{OptionalExtension, params};

use super::plugins::Savepoint;
use super::{Database, DatabaseError};

impl Database {
    /// The value of a plugin's key.
    pub(crate) async fn stored(
        &self,
        scope: &StorageScope,
        key: &str,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let (plugin, generation) = columns(scope);
        let key = key.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT value FROM storage WHERE plugin = ?1 AND generation = ?2 AND key = ?3",
                )?
                .query_row(params![plugin, generation, key], |row| row.get(0))
                .optional()
        })
        .await
    }

    /// A plugin's keys that begin with `prefix`, in byte order, from the first one after `after`.
    pub(crate) async fn stored_keys(
        &self,
        scope: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, DatabaseError> {
        let (plugin, generation) = columns(scope);
        let prefix = prefix.to_owned();
        let after = after.map(str::to_owned);
        self.read(move |connection| {
            // Comparing the beginning by bytes: LIKE would fold case and read `%` as a wildcard.
            connection
                .prepare_cached(
                    "SELECT key FROM storage
                     WHERE plugin = ?1 AND generation = ?2
                         AND key >= ?3 AND (?4 IS NULL OR key > ?4)
                         AND substr(CAST(key AS BLOB), 1, ?5) = CAST(?3 AS BLOB)
                     ORDER BY key LIMIT ?6",
                )?
                .query_map(
                    params![plugin, generation, prefix, after, prefix.len(), at_most],
                    |row| row.get(0),
                )?
                .collect()
        })
        .await
    }

    /// How many bytes a plugin's keys and values have together.
    pub(crate) async fn stored_bytes(&self, scope: &StorageScope) -> Result<u64, DatabaseError> {
        let (plugin, generation) = columns(scope);
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(value)), 0)
                     FROM storage WHERE plugin = ?1 AND generation = ?2",
                )?
                .query_row(params![plugin, generation], |row| row.get(0))
        })
        .await
    }

    /// Makes all of a plugin's changes or none.
    pub(crate) async fn store(
        &self,
        scope: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), DatabaseError> {
        let (plugin, generation) = columns(scope);
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            for change in &changes {
                match change {
                    StorageChange::Set { key, value } => connection
                        .prepare_cached(
                            "INSERT INTO storage (plugin, generation, key, value)
                             VALUES (?1, ?2, ?3, ?4)
                             ON CONFLICT DO UPDATE SET value = excluded.value",
                        )?
                        .execute(params![plugin, generation, key, value])?,
                    StorageChange::Delete { key } => connection
                        .prepare_cached(
                            "DELETE FROM storage
                             WHERE plugin = ?1 AND generation = ?2 AND key = ?3",
                        )?
                        .execute(params![plugin, generation, key])?,
                };
            }
            savepoint.release()
        })
        .await
    }
}

fn columns(scope: &StorageScope) -> (String, u32) {
    (scope.plugin.to_string(), scope.generation)
}

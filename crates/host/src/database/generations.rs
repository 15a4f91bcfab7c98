//! Copies of what a plugin stores.

use rusqlite::{OptionalExtension, params};

use super::plugins::Savepoint;
use super::{Database, DatabaseError};

impl Database {
    /// Copies what a plugin stores into a new generation, and answers with its number; none if there is
    /// no such plugin. No number is used twice.
    pub(crate) async fn copy_generation(&self, plugin: &str) -> Result<Option<u32>, DatabaseError> {
        let plugin = plugin.to_owned();
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            let new: Option<u32> = connection
                .prepare_cached(
                    "UPDATE plugins SET last_generation = last_generation + 1 WHERE id = ?1
                     RETURNING last_generation",
                )?
                .query_row([&plugin], |row| row.get(0))
                .optional()?;
            connection
                .prepare_cached(
                    "INSERT INTO storage (plugin, generation, key, value)
                     SELECT plugin, ?2, key, value FROM storage
                     WHERE plugin = ?1
                         AND generation = (SELECT generation FROM plugins WHERE id = ?1)",
                )?
                .execute(params![plugin, new])?;
            savepoint.release()?;
            Ok(new)
        })
        .await
    }

    /// Forgets what a plugin stored in every generation but these and the one that it works on.
    pub(crate) async fn keep_generations(
        &self,
        plugin: &str,
        kept: Vec<u32>,
    ) -> Result<(), DatabaseError> {
        let plugin = plugin.to_owned();
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            let all: Vec<u32> = connection
                .prepare_cached(
                    "SELECT DISTINCT generation FROM storage WHERE plugin = ?1
                         AND generation <> (SELECT generation FROM plugins WHERE id = ?1)",
                )?
                .query_map([&plugin], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for generation in all.iter().filter(|generation| !kept.contains(generation)) {
                connection
                    .prepare_cached("DELETE FROM storage WHERE plugin = ?1 AND generation = ?2")?
                    .execute(params![plugin, generation])?;
            }
            savepoint.release()
        })
        .await
    }
}

use std::collections::BTreeMap;

use rusqlite::params;

use super::plugins::Savepoint;
use super::{Database, DatabaseError};

impl Database {
    /// What the user set for a plugin: JSON texts by key.
    pub(crate) async fn settings(
        &self,
        plugin: &str,
    ) -> Result<BTreeMap<String, String>, DatabaseError> {
        let plugin = plugin.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT key, value FROM settings WHERE plugin = ?1")?
                .query_map([plugin], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }

    /// Sets some settings, and brings others (those without a value) back to their defaults.
    pub(crate) async fn set_settings(
        &self,
        plugin: &str,
        changes: Vec<(String, Option<String>)>,
    ) -> Result<(), DatabaseError> {
        let plugin = plugin.to_owned();
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            for (key, value) in &changes {
                match value {
                    Some(value) => connection.execute(
                        "INSERT INTO settings (plugin, key, value) VALUES (?1, ?2, ?3)
                         ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value",
                        params![plugin, key, value],
                    )?,
                    None => connection.execute(
                        "DELETE FROM settings WHERE plugin = ?1 AND key = ?2",
                        params![plugin, key],
                    )?,
                };
            }
            savepoint.release()
        })
        .await
    }
}

use rusqlite::params;

use super::plugins::Savepoint;
use super::{Database, DatabaseError};

impl Database {
    /// What was granted to a plugin with exactly these bytes.
    pub(crate) async fn grants(
        &self,
        plugin: &str,
        hash: &str,
    ) -> Result<Vec<String>, DatabaseError> {
        let (plugin, hash) = (plugin.to_owned(), hash.to_owned());
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT permission FROM grants WHERE plugin = ?1 AND hash = ?2 ORDER BY permission",
                )?
                .query_map([plugin, hash], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Replaces what is granted to a plugin with exactly these bytes.
    pub(crate) async fn set_grants(
        &self,
        plugin: &str,
        hash: &str,
        permissions: Vec<String>,
        now: f64,
    ) -> Result<(), DatabaseError> {
        let (plugin, hash) = (plugin.to_owned(), hash.to_owned());
        self.change(move |connection| {
            let savepoint = Savepoint::begin(connection)?;
            connection.execute("DELETE FROM grants WHERE plugin = ?1", [&plugin])?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO grants (plugin, hash, permission, granted_at) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for permission in &permissions {
                insert.execute(params![plugin, hash, permission, now])?;
            }
            savepoint.release()
        })
        .await
    }
}

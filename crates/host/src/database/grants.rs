use rusqlite::{Connection, params};

use super::plugins::{PluginRecord, Savepoint};
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
            write(connection, &plugin, &hash, &permissions, now)?;
            let mut settle = connection
                .prepare_cached("DELETE FROM refusals WHERE plugin = ?1 AND permission = ?2")?;
            for permission in &permissions {
                settle.execute([&plugin, permission])?;
            }
            savepoint.release()
        })
        .await
    }

    /// What the user does not want to be asked for this plugin again.
    pub(crate) async fn refusals(&self, plugin: &str) -> Result<Vec<String>, DatabaseError> {
        let plugin = plugin.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT permission FROM refusals WHERE plugin = ?1")?
                .query_map([plugin], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Writes down that the user does not want to be asked again.
    pub(crate) async fn refuse(
        &self,
        plugin: &str,
        permission: &str,
        now: f64,
    ) -> Result<(), DatabaseError> {
        let (plugin, permission) = (plugin.to_owned(), permission.to_owned());
        self.change(move |connection| {
            connection
                .execute(
                    "INSERT OR REPLACE INTO refusals (plugin, permission, refused_at)
                     VALUES (?1, ?2, ?3)",
                    params![plugin, permission, now],
                )
                .map(drop)
        })
        .await
    }
}

/// Writes what is granted to an installed plugin. Grants of bytes that are neither installed nor kept to
/// go back to end here.
pub(super) fn replace(
    connection: &Connection,
    plugin: &PluginRecord,
    permissions: &[String],
) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM grants WHERE plugin = ?1
             AND hash NOT IN (SELECT hash FROM versions WHERE plugin = ?1)",
        [&plugin.id],
    )?;
    let (hash, now) = (&plugin.hash, plugin.installed_at);
    write(connection, &plugin.id, hash, permissions, now)
}

fn write(
    connection: &Connection,
    plugin: &str,
    hash: &str,
    permissions: &[String],
    now: f64,
) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM grants WHERE plugin = ?1 AND hash = ?2",
        params![plugin, hash],
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO grants (plugin, hash, permission, granted_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for permission in permissions {
        insert.execute(params![plugin, hash, permission, now])?;
    }
    Ok(())
}

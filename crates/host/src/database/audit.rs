use rusqlite::params;

use super::{Database, DatabaseError};
use crate::audit::{AuditEntry, AuditQuery, AuditView};

/// How many entries are kept; the oldest give way.
const KEPT: usize = 50_000;

/// The most that one page of entries holds.
const PAGE: usize = 1_000;

impl Database {
    /// Writes entries down.
    pub(crate) async fn note(&self, entries: Vec<AuditEntry>) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO audit (time, plugin, what, permission, detail, times)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for entry in &entries {
                insert.execute(params![
                    entry.time,
                    entry.plugin,
                    entry.what.as_str(),
                    entry.permission,
                    entry.detail,
                    entry.times
                ])?;
            }
            connection
                .prepare_cached("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1")?
                .execute([KEPT])?;
            Ok(())
        })
        .await
    }

    /// The entries that match, the latest first.
    pub(crate) async fn audit(&self, query: AuditQuery) -> Result<Vec<AuditView>, DatabaseError> {
        self.read(move |connection| {
            // `instr` over folded texts: LIKE would read `%` and `_` as wildcards.
            connection
                .prepare_cached(
                    "SELECT id, time, plugin, what, permission, detail, times FROM audit
                     WHERE (?1 IS NULL OR plugin = ?1) AND (?2 IS NULL OR id < ?2)
                         AND (?3 = '' OR instr(lower(plugin || ' ' || what || ' '
                             || coalesce(permission, '') || ' ' || coalesce(detail, '')), ?3) > 0)
                     ORDER BY id DESC LIMIT ?4",
                )?
                .query_map(
                    params![
                        query.plugin,
                        query.before,
                        query.text.to_lowercase(),
                        query.limit.min(PAGE)
                    ],
                    |row| {
                        Ok(AuditView {
                            id: row.get(0)?,
                            time: row.get(1)?,
                            plugin: row.get(2)?,
                            what: row.get(3)?,
                            permission: row.get(4)?,
                            detail: row.get(5)?,
                            times: row.get(6)?,
                        })
                    },
                )?
                .collect()
        })
        .await
    }
}

use rusqlite::{Row, params};

use super::{Database, DatabaseError};

/// A list of plugins that the user added, as it was last seen.
#[derive(Debug, Clone)]
pub(crate) struct IndexRecord {
    pub(crate) url: String,
    /// The smallest comes first.
    pub(crate) priority: u32,
    /// Whose signature it bears.
    pub(crate) key: Option<String>,
    pub(crate) etag: Option<String>,
    /// The highest that it ever had.
    pub(crate) serial: u64,
    pub(crate) body: Option<String>,
    /// In milliseconds since the epoch.
    pub(crate) fetched_at: Option<f64>,
    pub(crate) problem: Option<String>,
}

impl Database {
    /// The lists, the most important first.
    pub(crate) async fn indexes(&self) -> Result<Vec<IndexRecord>, DatabaseError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT url, priority, key, etag, serial, body, fetched_at, problem
                     FROM indexes ORDER BY priority, url",
                )?
                .query_map([], index)?
                .collect()
        })
        .await
    }

    /// Adds a list, or writes how it was seen last.
    pub(crate) async fn set_index(&self, index: IndexRecord) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            connection
                .execute(
                    "INSERT OR REPLACE INTO indexes
                         (url, priority, key, etag, serial, body, fetched_at, problem)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![
                        index.url,
                        index.priority,
                        index.key,
                        index.etag,
                        index.serial,
                        index.body,
                        index.fetched_at,
                        index.problem
                    ],
                )
                .map(drop)
        })
        .await
    }

    /// Removes a list. False if there was none.
    pub(crate) async fn remove_index(&self, url: &str) -> Result<bool, DatabaseError> {
        let url = url.to_owned();
        self.change(move |connection| {
            connection
                .execute("DELETE FROM indexes WHERE url = ?1", [url])
                .map(|deleted| deleted > 0)
        })
        .await
    }
}

fn index(row: &Row<'_>) -> rusqlite::Result<IndexRecord> {
    Ok(IndexRecord {
        url: row.get(0)?,
        priority: row.get(1)?,
        key: row.get(2)?,
        etag: row.get(3)?,
        serial: row.get(4)?,
        body: row.get(5)?,
        fetched_at: row.get(6)?,
        problem: row.get(7)?,
    })
}

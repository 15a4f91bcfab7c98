use rusqlite::params;

use super::{Database, DatabaseError};

/// A list of plugins that the user added.
#[derive(Debug, Clone)]
pub(crate) struct IndexRecord {
    pub(crate) url: String,
    /// The smallest comes first.
    pub(crate) priority: u32,
    /// Whose signature it bears.
    pub(crate) key: Option<String>,
    /// As it was last seen: JSON.
    pub(crate) state: Option<String>,
    /// Why it could not be fetched the last time.
    pub(crate) problem: Option<String>,
}

impl Database {
    /// The lists, the most important first.
    pub(crate) async fn indexes(&self) -> Result<Vec<IndexRecord>, DatabaseError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT url, priority, key, state, problem FROM indexes ORDER BY priority, url",
                )?
                .query_map([], |row| {
                    Ok(IndexRecord {
                        url: row.get(0)?,
                        priority: row.get(1)?,
                        key: row.get(2)?,
                        state: row.get(3)?,
                        problem: row.get(4)?,
                    })
                })?
                .collect()
        })
        .await
    }

    /// Adds a list, or writes how it was seen last.
    pub(crate) async fn set_index(&self, index: IndexRecord) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            connection
                .execute(
                    "INSERT OR REPLACE INTO indexes (url, priority, key, state, problem)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        index.url,
                        index.priority,
                        index.key,
                        index.state,
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

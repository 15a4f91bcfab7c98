use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Database, DatabaseError, translate};

impl Database {
    /// Writes all that is in the database now to a new file.
    pub(crate) async fn copy_to(&self, path: &Path) -> Result<(), DatabaseError> {
        let path = path.to_owned();
        // Outside of a transaction, as SQLite demands: a read is.
        self.read(move |connection| copy(connection, &path)).await
    }
}

/// Copies a database that nobody has open to a new file, checking that all of it can be read.
pub(crate) fn copy_closed(from: &Path, to: &Path) -> Result<(), DatabaseError> {
    let of = |path: &Path| {
        let path = path.to_owned();
        move |error: rusqlite::Error| translate(&path, &error)
    };
    let connection = Connection::open(from).map_err(of(from))?;
    let check: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(of(from))?;
    if check != "ok" {
        return Err(DatabaseError::Damaged {
            path: from.to_owned(),
            reason: check,
        });
    }
    copy(&connection, to).map_err(of(to))
}

fn copy(connection: &Connection, to: &Path) -> rusqlite::Result<()> {
    let to: PathBuf = to.to_owned();
    connection
        .execute("VACUUM INTO ?1", [to.to_string_lossy()])
        .map(drop)
}

use pato_connectors::Account;
use rusqlite::{OptionalExtension, Row, params};

use super::{Database, DatabaseError};
use crate::accounts::{Role, Service};

/// An account, as the database knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AccountRecord {
    pub(crate) account: Account,
    pub(crate) service: Service,
    pub(crate) role: Role,
    /// Whether its secrets are kept in the system's keyring.
    pub(crate) remembered: bool,
    /// When it was added, in milliseconds since the epoch.
    pub(crate) added_at: f64,
}

impl Database {
    /// All accounts, the first added first.
    pub(crate) async fn accounts(&self) -> Result<Vec<AccountRecord>, DatabaseError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT handle, user_id, login, name, scopes, service, role, remembered, added_at
                 FROM accounts ORDER BY added_at, handle",
            )?;
            statement.query_map([], record)?.collect()
        })
        .await
    }

    /// One account.
    pub(crate) async fn account(
        &self,
        handle: &str,
    ) -> Result<Option<AccountRecord>, DatabaseError> {
        let handle = handle.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT handle, user_id, login, name, scopes, service, role, remembered,
                         added_at
                     FROM accounts WHERE handle = ?1",
                )?
                .query_row([handle], record)
                .optional()
        })
        .await
    }

    /// Writes an account, in place of the one with its handle.
    pub(crate) async fn put_account(&self, record: AccountRecord) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            let AccountRecord {
                account,
                service,
                role,
                remembered,
                added_at,
            } = record;
            connection.execute(
                "INSERT OR REPLACE INTO accounts (handle, user_id, login, name, scopes, service,
                     role, remembered, added_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    account.handle,
                    account.user_id,
                    account.login,
                    account.name,
                    serde_json::Value::from(account.scopes).to_string(),
                    service.as_str(),
                    role.as_str(),
                    remembered,
                    added_at
                ],
            )?;
            Ok(())
        })
        .await
    }

    /// Forgets an account; none of that handle is as good.
    pub(crate) async fn remove_account(&self, handle: &str) -> Result<(), DatabaseError> {
        let handle = handle.to_owned();
        self.change(move |connection| {
            connection.execute("DELETE FROM accounts WHERE handle = ?1", [handle])?;
            Ok(())
        })
        .await
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<AccountRecord> {
    let scopes: String = row.get(4)?;
    let (service, role): (String, String) = (row.get(5)?, row.get(6)?);
    let unknown = |column, error: String| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    };
    Ok(AccountRecord {
        account: Account {
            handle: row.get(0)?,
            user_id: row.get(1)?,
            login: row.get(2)?,
            name: row.get(3)?,
            scopes: serde_json::from_str(&scopes).map_err(|error| unknown(4, error.to_string()))?,
        },
        service: service.parse().map_err(|error| unknown(5, error))?,
        role: role.parse().map_err(|error| unknown(6, error))?,
        remembered: row.get(7)?,
        added_at: row.get(8)?,
    })
}

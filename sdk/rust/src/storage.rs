//! The plugin's own store, which lasts over restarts, crashes and updates. Permission: `storage`,
//! scoped by the number of bytes.
//!
//! Values are kept as JSON; the functions whose names end in `_bytes` keep bytes as they are.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, host};

/// The value of a key, or none.
///
/// # Errors
///
/// If storage is not granted, or the value does not fit `T`.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>> {
    match host::storage_get(key)? {
        Some(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        None => Ok(None),
    }
}

/// The bytes of a key, or none.
///
/// # Errors
///
/// If storage is not granted.
pub fn get_bytes(key: &str) -> Result<Option<Vec<u8>>> {
    host::storage_get(key)
}

/// Sets a key. When this returns, the value is on disk.
///
/// # Errors
///
/// If storage is not granted, or its quota is used up.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<()> {
    host::storage_set(key, &serde_json::to_vec(value)?)
}

/// Sets a key to bytes. When this returns, they are on disk.
///
/// # Errors
///
/// As for [`set`].
pub fn set_bytes(key: &str, value: &[u8]) -> Result<()> {
    host::storage_set(key, value)
}

/// Removes a key. Removing one that is not there is no error.
///
/// # Errors
///
/// If storage is not granted.
pub fn delete(key: &str) -> Result<()> {
    host::storage_delete(key)
}

/// The keys that begin with `prefix`, in byte order, at most 1,000, from the first one after `after`.
///
/// # Errors
///
/// If storage is not granted.
pub fn keys(prefix: &str, after: Option<&str>) -> Result<Vec<String>> {
    host::storage_keys(prefix, after)
}

/// Changes that are made all together or not at all.
#[derive(Debug, Default)]
#[must_use = "nothing is changed before `commit`"]
pub struct Transaction {
    changes: Vec<Change>,
}

/// One change of a transaction.
#[derive(Debug)]
pub(crate) enum Change {
    Set(String, Vec<u8>),
    Delete(String),
}

impl Transaction {
    /// A transaction without changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds: sets a key.
    ///
    /// # Errors
    ///
    /// If the value does not serialise.
    pub fn set<T: Serialize + ?Sized>(self, key: &str, value: &T) -> Result<Self> {
        let value = serde_json::to_vec(value)?;
        Ok(self.set_bytes(key, value))
    }

    /// Adds: sets a key to bytes.
    pub fn set_bytes(mut self, key: &str, value: impl Into<Vec<u8>>) -> Self {
        self.changes.push(Change::Set(key.into(), value.into()));
        self
    }

    /// Adds: removes a key.
    pub fn delete(mut self, key: &str) -> Self {
        self.changes.push(Change::Delete(key.into()));
        self
    }

    /// Makes all changes. When this returns, they are on disk.
    ///
    /// # Errors
    ///
    /// As for [`set`](fn@set); then nothing is changed.
    pub fn commit(self) -> Result<()> {
        host::storage_transact(self.changes)
    }
}

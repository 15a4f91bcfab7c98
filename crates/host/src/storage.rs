//! What plugins store, in the database.

use async_trait::async_trait;
use pato_runtime::{Storage, StorageChange, StorageError, StorageScope};

use crate::database::{Database, DatabaseError};

/// The runtime's view of the database.
pub(crate) struct PluginStorage(pub(crate) Database);

#[async_trait]
impl Storage for PluginStorage {
    async fn get(&self, scope: &StorageScope, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.0
            .stored(scope, key)
            .await
            .map_err(|error| translate(&error))
    }

    async fn keys(
        &self,
        scope: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError> {
        self.0
            .stored_keys(scope, prefix, after, at_most)
            .await
            .map_err(|error| translate(&error))
    }

    async fn used(&self, scope: &StorageScope) -> Result<u64, StorageError> {
        self.0
            .stored_bytes(scope)
            .await
            .map_err(|error| translate(&error))
    }

    async fn transact(
        &self,
        scope: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError> {
        self.0
            .store(scope, changes)
            .await
            .map_err(|error| translate(&error))
    }
}

fn translate(error: &DatabaseError) -> StorageError {
    StorageError::new(error.to_string())
}

//! What plugins store, in the database.

use async_trait::async_trait;
use pato_permissions::PluginId;
use pato_runtime::{Storage, StorageChange, StorageError};

use crate::database::{Database, DatabaseError};

/// The runtime's view of the database.
pub(crate) struct PluginStorage(pub(crate) Database);

#[async_trait]
impl Storage for PluginStorage {
    async fn get(&self, plugin: &PluginId, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.0
            .stored(plugin.as_str(), key)
            .await
            .map_err(|error| translate(&error))
    }

    async fn keys(
        &self,
        plugin: &PluginId,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError> {
        self.0
            .stored_keys(plugin.as_str(), prefix, after, at_most)
            .await
            .map_err(|error| translate(&error))
    }

    async fn used(&self, plugin: &PluginId) -> Result<u64, StorageError> {
        self.0
            .stored_bytes(plugin.as_str())
            .await
            .map_err(|error| translate(&error))
    }

    async fn transact(
        &self,
        plugin: &PluginId,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError> {
        self.0
            .store(plugin.as_str(), changes)
            .await
            .map_err(|error| translate(&error))
    }
}

fn translate(error: &DatabaseError) -> StorageError {
    StorageError::new(error.to_string())
}

use std::io;

use async_trait::async_trait;
use pato_bus::Spill;
use pato_permissions::PluginId;

/// One copy of what a plugin stores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorageScope {
    /// Whose it is.
    pub plugin: PluginId,
    /// Which copy: a version of the plugin that is being tried out works on a copy of its own.
    pub generation: u32,
}

/// Keeps what plugins store, each apart from the others.
///
/// Called by a plugin's task after its permission and its quota were checked, one call at a time for
/// each plugin.
#[async_trait]
pub trait Storage: Send + Sync {
    /// The value of a key.
    async fn get(&self, scope: &StorageScope, key: &str) -> Result<Option<Vec<u8>>, StorageError>;

    /// The keys that begin with `prefix`, in byte order, from the first one after `after`, at most so
    /// many.
    async fn keys(
        &self,
        scope: &StorageScope,
        prefix: &str,
        after: Option<&str>,
        at_most: usize,
    ) -> Result<Vec<String>, StorageError>;

    /// How many bytes its keys and values have together.
    async fn used(&self, scope: &StorageScope) -> Result<u64, StorageError>;

    /// Makes all changes or none. When it returns, they last.
    async fn transact(
        &self,
        scope: &StorageScope,
        changes: Vec<StorageChange>,
    ) -> Result<(), StorageError>;
}

/// One change of what a plugin stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageChange {
    /// Sets a key.
    Set {
        /// The key, 1 to 256 bytes.
        key: String,
        /// Its value.
        value: Vec<u8>,
    },
    /// Removes a key, if it is there.
    Delete {
        /// The key, 1 to 256 bytes.
        key: String,
    },
}

/// The store failed, such as on a full disk. The plugin and the user see the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StorageError(String);

impl StorageError {
    /// An error with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Opens the places where mailboxes that must not lose an event keep what does not fit into memory.
pub trait SpillFactory: Send + Sync {
    /// The place for one plugin. What an earlier run left in it is delivered first.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    fn open(&self, plugin: &PluginId) -> io::Result<Box<dyn Spill>>;
}

//! Letting events wait for plugins: for one, or for all at once.

use crate::error::HostError;
use crate::host::Host;
use crate::view::PluginView;

impl Host {
    /// Lets events wait in the plugin's mailbox, or lets them through again.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or it does not run.
    pub async fn set_paused(&self, id: &str, paused: bool) -> Result<PluginView, HostError> {
        let record = self.record(id).await?;
        let handle = self.running_plugin(id).await?;
        if paused {
            handle.pause().await;
        } else {
            handle.resume().await;
        }
        self.plugin_view(record).await
    }

    /// Lets events wait in the mailbox of every plugin that runs, or lets them through again. Each view is
    /// as it is then.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn set_all_paused(&self, paused: bool) -> Result<Vec<PluginView>, HostError> {
        let records = self.inner.database.plugins().await?;
        let handles = records
            .iter()
            .filter_map(|record| self.loaded_plugin(&record.id));
        let changes = handles.map(async |handle| match paused {
            true => handle.pause().await,
            false => handle.resume().await,
        });
        futures_util::future::join_all(changes).await;
        self.plugins().await
    }
}

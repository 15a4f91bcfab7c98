//! Who calls what in whom, and the user's own calls of what plugins offer to each other.

use pato_runtime::CallEdge;

use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// What the plugins that are loaded call in each other.
    pub fn calls(&self) -> Vec<CallEdge> {
        self.inner.runtime.calls()
    }

    /// Calls a function that a plugin offers to other plugins, for the user: `points`, in `points` or
    /// `ronni:points/points@1.0.0`, with arguments in [WAVE](https://docs.rs/wasm-wave) such as
    /// `"ronni", 5`. The answer is in WAVE too.
    ///
    /// # Errors
    ///
    /// If the plugin does not run, exports no such function, the arguments are not of its types, or it fails.
    pub async fn call_function(
        &self,
        plugin: &str,
        interface: &str,
        function: &str,
        arguments: &str,
    ) -> Result<String, HostError> {
        let handle = self.running_plugin(plugin).await?;
        Ok(handle.call(interface, function, arguments).await?)
    }
}

use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::ComponentEncoder;

use crate::error::ToolchainError;

/// Makes a component of a core module that was linked with its world's description. What it imports of
/// WASI 0.1 is translated to WASI 0.2; what it does not import, does not get in.
///
/// # Errors
///
/// If the file cannot be read, is no module, or does not fit its world.
pub(crate) fn componentize(module: &Path) -> Result<Vec<u8>, ToolchainError> {
    let bytes = std::fs::read(module).map_err(ToolchainError::file("read", module))?;
    let encode = || {
        ComponentEncoder::default()
            .validate(true)
            .module(&bytes)?
            .adapter(
                WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
                WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
            )?
            .encode()
    };
    encode().map_err(|error| ToolchainError::Component {
        path: module.to_owned(),
        problem: format!("{error:#}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_module_is_refused_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("core.wasm");
        std::fs::write(&path, b"\0asm\x01\0\0\0\xff").unwrap();
        let message = componentize(&path).unwrap_err().to_string();
        assert!(message.contains("core.wasm"), "{message}");
        assert!(componentize(&folder.path().join("none")).is_err());
    }
}

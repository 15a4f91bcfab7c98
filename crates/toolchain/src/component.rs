use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use crate::error::ToolchainError;
use crate::world::World;

/// Makes a component of a core module that was linked with its world's description. What it imports of
/// WASI 0.1 is translated to WASI 0.2; what it does not import, does not get in.
///
/// # Errors
///
/// If the file cannot be read, is no module, or does not fit its world.
pub(crate) fn componentize(module: &Path) -> Result<Vec<u8>, ToolchainError> {
    encode(module, &read(module)?)
}

/// The same for a core module of a compiler that knows nothing of worlds.
///
/// # Errors
///
/// If the file cannot be read, is no module, or does not fit the world.
pub(crate) fn componentize_for(module: &Path, world: &World) -> Result<Vec<u8>, ToolchainError> {
    let mut bytes = read(module)?;
    embed_component_metadata(&mut bytes, &world.resolve, world.id, StringEncoding::UTF8)
        .map_err(|error| wrong(module, format!("{error:#}")))?;
    encode(module, &bytes)
}

fn read(module: &Path) -> Result<Vec<u8>, ToolchainError> {
    std::fs::read(module).map_err(ToolchainError::file("read", module))
}

fn encode(module: &Path, bytes: &[u8]) -> Result<Vec<u8>, ToolchainError> {
    let encode = || {
        ComponentEncoder::default()
            .validate(true)
            .module(bytes)?
            .adapter(
                WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
                WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
            )?
            .encode()
    };
    encode().map_err(|error| wrong(module, format!("{error:#}")))
}

fn wrong(module: &Path, problem: String) -> ToolchainError {
    ToolchainError::Component {
        path: module.to_owned(),
        problem,
    }
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

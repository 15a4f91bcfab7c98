//! Reading a plugin from where the user points: one file, or a folder of two.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pato_permissions::{Manifest, ManifestError};
use pato_runtime::{RuntimeError, read_manifest};
use sha2::{Digest, Sha256};

/// The largest component read.
pub const MAX_COMPONENT_BYTES: u64 = 64 * 1024 * 1024;

/// A plugin before it is installed.
#[derive(Debug, Clone)]
pub struct Package {
    /// What it asks for.
    pub manifest: Manifest,
    /// The component, its manifest inside.
    pub bytes: Vec<u8>,
    /// SHA-256 of the component, hexadecimal.
    pub hash: String,
}

/// Why a file or folder is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The system refused.
    #[error("can't read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Too large.
    #[error("{} has {size} bytes, and a plugin may have {MAX_COMPONENT_BYTES}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
    /// The folder form, with two manifests that differ.
    #[error(
        "{} and the manifest inside module.wasm say different things: remove one, or make them equal",
        path.display()
    )]
    TwoManifests {
        /// The manifest beside the module.
        path: PathBuf,
    },
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The component is wrong.
    #[error(transparent)]
    Component(#[from] RuntimeError),
}

impl Package {
    /// Reads a `.wasm` file with its manifest inside, or a folder with `manifest.json` and
    /// `module.wasm`.
    ///
    /// # Errors
    ///
    /// If it can't be read, is too large, or its manifest is wrong. The code itself is checked when
    /// it is loaded.
    pub fn read(path: &Path) -> Result<Self, PackageError> {
        let error = |path: &Path, source| PackageError::Io {
            path: path.to_owned(),
            source,
        };
        if !fs::metadata(path)
            .map_err(|source| error(path, source))?
            .is_dir()
        {
            return Self::from_bytes(read_bounded(path)?);
        }
        let beside = path.join("manifest.json");
        let text = fs::read_to_string(&beside).map_err(|source| error(&beside, source))?;
        let manifest = Manifest::from_json(&text, &beside.display().to_string())?;
        let mut bytes = read_bounded(&path.join("module.wasm"))?;
        match read_manifest(&bytes) {
            Ok(inside) if inside == manifest => {}
            Ok(_) => return Err(PackageError::TwoManifests { path: beside }),
            Err(_) => append_custom_section(&mut bytes, "pato:manifest", text.as_bytes()),
        }
        Self::from_bytes(bytes)
    }

    /// Takes a component with its manifest inside.
    ///
    /// # Errors
    ///
    /// If there is no manifest in it, or a wrong one.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PackageError> {
        let manifest = read_manifest(&bytes)?;
        let hash = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Self {
            manifest,
            bytes,
            hash,
        })
    }
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, PackageError> {
    let error = |source| PackageError::Io {
        path: path.to_owned(),
        source,
    };
    let size = fs::metadata(path).map_err(error)?.len();
    if size > MAX_COMPONENT_BYTES {
        return Err(PackageError::TooLarge {
            path: path.to_owned(),
            size,
        });
    }
    fs::read(path).map_err(error)
}

/// Custom sections may stand anywhere between the others, at the end too.
/// <https://webassembly.github.io/spec/core/binary/modules.html#custom-section>
fn append_custom_section(wasm: &mut Vec<u8>, name: &str, contents: &[u8]) {
    let mut section = Vec::new();
    unsigned_leb128(name.len(), &mut section);
    section.extend_from_slice(name.as_bytes());
    section.extend_from_slice(contents);
    wasm.push(0);
    unsigned_leb128(section.len(), wasm);
    wasm.extend_from_slice(&section);
}

fn unsigned_leb128(mut value: usize, into: &mut Vec<u8>) {
    loop {
        #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            into.push(byte);
            return;
        }
        into.push(byte | 0x80);
    }
}

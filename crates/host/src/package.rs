//! Reading a plugin from where the user points: one file, or a folder of two.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pato_packages::{
    MANIFEST_SECTION, PublicKey, Reader, ReaderLimits, read_manifest, with_section,
};
use pato_permissions::{Manifest, ManifestError};

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
    /// Who signed it. None if it is unsigned; a signature that does not hold is refused.
    pub publisher: Option<PublicKey>,
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
    Component(#[from] pato_packages::PackageError),
}

impl Package {
    /// Reads a `.wasm` file with its manifest inside, or a folder with `manifest.json` and
    /// `module.wasm`.
    ///
    /// # Errors
    ///
    /// If it can't be read, is too large, its manifest is wrong, or its signature does not hold. The code
    /// itself is checked when it is loaded.
    pub fn read(path: &Path) -> Result<Self, PackageError> {
        Self::from_bytes(Self::read_bytes(path)?)
    }

    /// The bytes of such a file or folder, whoever signed them: a plugin that is yet to be signed has a
    /// manifest that names its publisher, and no signature.
    ///
    /// # Errors
    ///
    /// If it can't be read, is too large, or a folder's manifest is wrong.
    pub fn read_bytes(path: &Path) -> Result<Vec<u8>, PackageError> {
        let error = |path: &Path, source| PackageError::Io {
            path: path.to_owned(),
            source,
        };
        if !fs::metadata(path)
            .map_err(|source| error(path, source))?
            .is_dir()
        {
            return read_bounded(path);
        }
        let beside = path.join("manifest.json");
        let text = fs::read_to_string(&beside).map_err(|source| error(&beside, source))?;
        let manifest = Manifest::from_json(&text, &beside.display().to_string())?;
        let mut bytes = read_bounded(&path.join("module.wasm"))?;
        match read_manifest(&bytes) {
            Ok(inside) if inside == manifest => {}
            Ok(_) => return Err(PackageError::TwoManifests { path: beside }),
            Err(_) => bytes = with_section(&bytes, MANIFEST_SECTION, text.as_bytes()),
        }
        Ok(bytes)
    }

    /// Takes a component with its manifest inside.
    ///
    /// # Errors
    ///
    /// If it is none, there is no manifest in it or a wrong one, or its signature does not hold.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PackageError> {
        let mut reader = Reader::new(ReaderLimits {
            max_bytes: MAX_COMPONENT_BYTES,
        });
        reader.push(&bytes)?;
        let inspected = reader.finish()?;
        Ok(Self {
            manifest: inspected.manifest,
            hash: inspected.sha256.to_string(),
            publisher: inspected.signature.map(|signature| signature.key),
            bytes,
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

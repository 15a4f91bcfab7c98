//! Which of the manifests in a component counts.

use pato_permissions::{MAX_MANIFEST_BYTES, Manifest, ManifestError};

use crate::error::PackageError;

/// Where a manifest comes from, in errors.
const ORIGIN: &str = "the manifest inside the component";

/// The outermost manifest seen so far. `T` is its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Manifests<T> {
    outermost: Option<(usize, T)>,
    /// Whether another, equally deep, says something else.
    differ: bool,
}

impl<T> Default for Manifests<T> {
    fn default() -> Self {
        Self {
            outermost: None,
            differ: false,
        }
    }
}

impl<T: AsRef<[u8]>> Manifests<T> {
    /// Takes one that stands in so many modules or components below the outermost.
    pub(crate) fn add(&mut self, depth: usize, manifest: T) {
        match &self.outermost {
            Some((known, _)) if *known < depth => {}
            Some((known, first)) if *known == depth => {
                self.differ |= first.as_ref() != manifest.as_ref();
            }
            _ => {
                self.outermost = Some((depth, manifest));
                self.differ = false;
            }
        }
    }

    /// The one that counts.
    pub(crate) fn outermost(self) -> Result<T, PackageError> {
        match self.outermost {
            None => Err(PackageError::NoManifest),
            Some(_) if self.differ => Err(PackageError::ManyManifests),
            Some((_, manifest)) => Ok(manifest),
        }
    }
}

/// Reads a manifest: TOML, or JSON if it begins with `{`.
pub(crate) fn parse(section: &[u8]) -> Result<Manifest, PackageError> {
    if section.len() > MAX_MANIFEST_BYTES {
        return Err(too_long(section.len()));
    }
    let text = std::str::from_utf8(section).map_err(|error| PackageError::ManifestEncoding {
        offset: error.valid_up_to(),
    })?;
    let manifest = match text.trim_start().starts_with('{') {
        true => Manifest::from_json(text, ORIGIN),
        false => Manifest::from_toml(text, ORIGIN),
    };
    Ok(manifest?)
}

pub(crate) fn too_long(length: usize) -> PackageError {
    PackageError::Manifest(ManifestError::TooLong {
        origin: ORIGIN.into(),
        length,
    })
}

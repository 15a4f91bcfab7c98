use std::ops::Range;

use pato_permissions::MAX_MANIFEST_BYTES;

use crate::error::PackageError;
use crate::manifests::{parse, too_long};
use crate::sections::{
    ASSET_SECTION, MANIFEST_SECTION, SIGNATURE_SECTION, own_sections, push_section,
};

/// The longest name of an asset, in bytes.
pub const MAX_ASSET_NAME_BYTES: usize = 128;

/// A preamble: the magic number, the version and the layer.
const PREAMBLE_BYTES: usize = 8;

/// Why a package can't be made of its parts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The component or the manifest is wrong.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The name of an asset is none.
    #[error(
        "`{name}` is no name for an asset: write 1 to {MAX_ASSET_NAME_BYTES} letters, digits, `.`, `-` and `_`, \
         and begin with a letter or digit"
    )]
    AssetName {
        /// The name, cut if it is long.
        name: String,
    },
    /// Two assets of one name.
    #[error("there are two assets `{name}`: leave one out")]
    AssetTwice {
        /// The name.
        name: String,
    },
}

/// Puts a package together: the component with its manifest as the first section, so that whoever downloads
/// it knows it at once, and its assets as the last. What it had of these, it has no more, nor a signature.
///
/// # Errors
///
/// If it is no component, the manifest is wrong, or an asset has no name or one that is taken.
pub fn pack(
    component: &[u8],
    manifest: &str,
    assets: &[(String, Vec<u8>)],
) -> Result<Vec<u8>, PackError> {
    if manifest.len() > MAX_MANIFEST_BYTES {
        return Err(too_long(manifest.len()).into());
    }
    parse(manifest.as_bytes())?;
    check_names(assets)?;
    let old: Vec<Range<usize>> = own_sections(component)?
        .into_iter()
        .filter(|(name, _)| {
            *name == MANIFEST_SECTION
                || *name == SIGNATURE_SECTION
                || name.starts_with(ASSET_SECTION)
        })
        .map(|(_, range)| range)
        .collect();
    let mut package = component.get(..PREAMBLE_BYTES).unwrap_or_default().to_vec();
    push_section(&mut package, MANIFEST_SECTION, manifest.as_bytes());
    let mut from = PREAMBLE_BYTES;
    for range in old {
        package.extend_from_slice(component.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    package.extend_from_slice(component.get(from..).unwrap_or_default());
    for (name, contents) in assets {
        push_section(&mut package, &format!("{ASSET_SECTION}{name}"), contents);
    }
    Ok(package)
}

fn check_names(assets: &[(String, Vec<u8>)]) -> Result<(), PackError> {
    let mut seen = std::collections::BTreeSet::new();
    for (name, _) in assets {
        let fits = (1..=MAX_ASSET_NAME_BYTES).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if !fits {
            let name = name
                .chars()
                .take(80)
                .flat_map(char::escape_default)
                .collect();
            return Err(PackError::AssetName { name });
        }
        if !seen.insert(name) {
            return Err(PackError::AssetTwice { name: name.clone() });
        }
    }
    Ok(())
}

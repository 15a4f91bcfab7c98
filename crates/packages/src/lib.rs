//! Plugins as files: one WebAssembly component that holds its manifest, its assets and its author's
//! signature, and the indexes that list such files.
//!
//! A [`Reader`] takes the bytes of a package as they arrive. It refuses at the first that can't be right,
//! knows the manifest as soon as its section is complete, and holds no more of the package in memory than
//! it must read. [`Reader::finish`] answers with what the package is, and nothing is to be done with a
//! package before that.
//!
//! A package's parts stand in custom sections: `pato:manifest`, `pato:asset:NAME`, and as the last one
//! `pato:signature`, which holds a signature in the format of
//! [minisign](https://jedisct1.github.io/minisign/) over every byte before it. A plain `.wasm` file with a
//! manifest is a package, too; it is unsigned.
//!
//! This crate does no I/O, asks no clock and no source of randomness. It compiles to WebAssembly. The
//! features add what authors need: `signing` draws random numbers, `analysis` looks into any binary.

#[cfg(feature = "analysis")]
pub mod analysis;
mod digest;
mod error;
mod imports;
pub mod index;
mod key;
mod manifests;
mod pack;
mod reader;
mod sections;
mod signature;
#[cfg(feature = "signing")]
pub mod signing;
mod structure;

pub use digest::{Digest, DigestError};
pub use error::PackageError;
pub use imports::{HANDLERS, check_component, is_offered_to_programs};
pub use index::Index;
pub use key::{KeyError, PublicKey};
pub use pack::{MAX_ASSET_NAME_BYTES, PackError, pack};
pub use reader::{Asset, Inspected, Reader, ReaderLimits, SectionSize};
pub use sections::{
    ASSET_SECTION, MANIFEST_SECTION, SIGNATURE_SECTION, manifest_text, read_asset, read_manifest,
    with_section, without_signature,
};
pub use signature::{MAX_SIGNATURE_BYTES, Signature, SignatureError, verify};
pub use structure::BinaryKind;

//! Reads a package while it arrives.

use std::collections::BTreeMap;

use pato_permissions::{MAX_MANIFEST_BYTES, Manifest};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use wasmparser::Payload;

use crate::digest::Digest;
use crate::error::PackageError;
use crate::imports::{check_exports, check_imports};
use crate::manifests::{Manifests, parse, too_long};
use crate::sections::{ASSET_SECTION, MANIFEST_SECTION, SIGNATURE_SECTION};
use crate::signature::{MAX_SIGNATURE_BYTES, Signature, SignatureError, Signed};
use crate::structure::{Structure, Watch};

/// The most kinds of sections that are told apart; what is more stands under `other`.
const MAX_SECTIONS: usize = 256;

/// The most assets, imports or exports of one package.
const MAX_NAMES: usize = 1024;

/// What a [`Reader`] accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderLimits {
    /// The most bytes.
    pub max_bytes: u64,
}

/// Takes the bytes of a package as they arrive, in pieces of any size: what it answers depends on the bytes
/// alone.
pub struct Reader {
    limits: ReaderLimits,
    structure: Structure,
    contents: Contents,
    sha256: Sha256,
    size: u64,
    /// Why it takes no more.
    failed: Option<PackageError>,
}

/// What a package is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspected {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Of all its bytes.
    pub sha256: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// Whose signature it bears; none if neither it nor its manifest says so.
    #[serde(skip)]
    pub signature: Option<Signature>,
    /// What it consists of, in the order in which it begins.
    pub sections: Vec<SectionSize>,
    /// The interfaces that it imports.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
    /// The files that it brings for what it shows, by name.
    pub assets: Vec<Asset>,
}

/// All sections of one kind, or of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionSize {
    /// The kind, such as `core module`, or the name of a custom section.
    pub name: String,
    /// How many there are.
    pub count: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

/// A file inside a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Reader {
    /// A reader to which nothing has come.
    pub fn new(limits: ReaderLimits) -> Self {
        Self {
            limits,
            structure: Structure::new(limits.max_bytes),
            contents: Contents::default(),
            sha256: Sha256::new(),
            size: 0,
            failed: None,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If these bytes, after those before them, can't be those of a package. From then on, it answers the
    /// same to whatever comes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let taken = self.take(bytes);
        if let Err(error) = &taken {
            self.failed = Some(error.clone());
        }
        taken
    }

    /// How many bytes it has taken.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The manifest, as soon as it is known for certain: that of the component itself. One in a module inside
    /// counts only where the component has none, which is known at the end.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.contents.manifest.as_ref()
    }

    /// What the manifest will be if none comes that stands further out.
    pub fn provisional_manifest(&self) -> Option<Manifest> {
        if let Some(manifest) = &self.contents.manifest {
            return Some(manifest.clone());
        }
        parse(&self.contents.manifests.clone().outermost().ok()?).ok()
    }

    /// Answers with what the package is, now that all its bytes are here.
    ///
    /// # Errors
    ///
    /// If it is not whole, lacks something, or its signature does not hold.
    pub fn finish(self) -> Result<Inspected, PackageError> {
        let (inspected, signature) = self.examine()?;
        let signature = signature?;
        Ok(Inspected {
            signature,
            ..inspected
        })
    }

    /// As [`finish`](Self::finish), for the eyes of authors: what the package is, even if its signature does
    /// not hold, and whether it does.
    ///
    /// # Errors
    ///
    /// If it is not whole, or lacks something.
    pub fn examine(
        mut self,
    ) -> Result<(Inspected, Result<Option<Signature>, SignatureError>), PackageError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.structure.finish()?;
        let contents = self.contents;
        let manifest = parse(&contents.manifests.outermost()?)?;
        check_exports(&contents.exports)?;
        let signature = contents
            .signed
            .check(&manifest, contents.signature.as_deref());
        let assets = contents.assets.into_iter();
        let inspected = Inspected {
            manifest,
            sha256: Digest::from_hasher(self.sha256),
            size: self.size,
            signature: signature.clone().ok().flatten(),
            sections: contents.sections,
            imports: contents.imports,
            exports: contents.exports,
            assets: assets
                .map(|(name, (_, bytes))| Asset { name, bytes })
                .collect(),
        };
        Ok((inspected, signature))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        let limit = self.limits.max_bytes;
        let room = usize::try_from(limit - self.size).unwrap_or(usize::MAX);
        let accepted = bytes.get(..room).unwrap_or(bytes);
        self.structure.push(accepted, &mut self.contents)?;
        self.sha256.update(accepted);
        self.size += accepted.len() as u64;
        match accepted.len() == bytes.len() {
            true => Ok(()),
            false => Err(PackageError::TooLarge { limit }),
        }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What was found so far.
#[derive(Default)]
struct Contents {
    /// The manifest of the component itself.
    manifest: Option<Manifest>,
    manifests: Manifests<Vec<u8>>,
    signed: Signed,
    signature: Option<Vec<u8>>,
    sections: Vec<SectionSize>,
    imports: Vec<String>,
    exports: Vec<String>,
    /// By name, how deep each stands and how many bytes it has.
    assets: BTreeMap<String, (usize, u64)>,
}

impl Watch for Contents {
    fn covered(&mut self, bytes: &[u8]) {
        // Who names no publisher has no signature to check, and this hash costs more than all the rest.
        let publisher = self.manifest.as_ref().map(|manifest| &manifest.publisher);
        if publisher.is_none_or(Option::is_some) {
            self.signed.update(bytes);
        }
    }

    fn section(&mut self, name: &str, bytes: u64) {
        let known = self.sections.len();
        let name = match self.sections.iter().any(|section| section.name == name) {
            false if known >= MAX_SECTIONS => "other",
            _ => name,
        };
        match self
            .sections
            .iter_mut()
            .find(|section| section.name == name)
        {
            Some(section) => {
                section.count += 1;
                section.bytes += bytes;
            }
            None => self.sections.push(SectionSize {
                name: name.to_owned(),
                count: 1,
                bytes,
            }),
        }
    }

    fn custom(&mut self, depth: usize, name: &str, length: usize) -> Result<bool, PackageError> {
        if name == MANIFEST_SECTION {
            return match length > MAX_MANIFEST_BYTES {
                true => Err(too_long(length)),
                false => Ok(true),
            };
        }
        if name == SIGNATURE_SECTION && depth == 0 {
            return match length > MAX_SIGNATURE_BYTES {
                true => Err(SignatureError::Malformed {
                    problem: "it is too long",
                }
                .into()),
                false => Ok(true),
            };
        }
        if let Some(asset) = name.strip_prefix(ASSET_SECTION) {
            let found = (depth, length as u64);
            match self.assets.get_mut(asset) {
                Some(known) if known.0 > depth => *known = found,
                Some(_) => {}
                None => {
                    check_count(self.assets.len() + 1, "assets")?;
                    self.assets.insert(asset.to_owned(), found);
                }
            }
        }
        Ok(false)
    }

    fn contents(&mut self, depth: usize, name: &str, contents: &[u8]) -> Result<(), PackageError> {
        if name == SIGNATURE_SECTION {
            self.signature = Some(contents.to_vec());
            return Ok(());
        }
        self.manifests.add(depth, contents.to_vec());
        if depth == 0 {
            self.manifest = Some(parse(&self.manifests.clone().outermost()?)?);
        }
        Ok(())
    }

    fn payload(&mut self, payload: &Payload<'_>) -> Result<(), PackageError> {
        match payload {
            Payload::ComponentImportSection(section) => {
                let names = section.clone().into_iter().flatten();
                let imports: Vec<_> = names.map(|import| import.name.name.to_owned()).collect();
                check_imports(&imports)?;
                self.imports.extend(imports);
                check_count(self.imports.len(), "imports")
            }
            Payload::ComponentExportSection(section) => {
                let names = section.clone().into_iter().flatten();
                self.exports
                    .extend(names.map(|export| export.name.name.to_owned()));
                check_count(self.exports.len(), "exports")
            }
            _ => Ok(()),
        }
    }
}

fn check_count(count: usize, what: &'static str) -> Result<(), PackageError> {
    match count > MAX_NAMES {
        true => Err(PackageError::TooMany {
            what,
            limit: MAX_NAMES,
        }),
        false => Ok(()),
    }
}

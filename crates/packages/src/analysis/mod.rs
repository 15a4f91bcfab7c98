//! What a binary is, for the eyes of its author: whole and valid, which worlds it fits, what it will need,
//! and what makes it large. Of any binary, plugin or not.

mod parts;
mod worlds;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use wasmparser::{Validator, WasmFeatures};
use wit_component::{WitPrinter, decode};

pub use self::parts::{CodeSize, CoreModule, Producer};
pub use self::worlds::{Need, World, WorldFit};

use self::parts::Parts;
use crate::digest::Digest;
use crate::error::PackageError;
use crate::reader::{Inspected, Reader, ReaderLimits, SectionSize};
use crate::signature::SignatureError;
use crate::structure::BinaryKind;

/// What a valid binary is.
#[derive(Debug, Clone, Serialize)]
pub struct Analysis {
    /// A component, or a core module.
    pub kind: BinaryKind,
    /// How many bytes it has.
    pub size: u64,
    /// Of all its bytes.
    pub sha256: Digest,
    /// The world that it is, in WIT; none for a core module.
    pub wit: Option<String>,
    /// What it imports: interfaces of a component; of a core module each name with the module's before it.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
    /// Which worlds it fits, of those that its kind could.
    pub worlds: Vec<WorldFit>,
    /// What it has to be granted, as far as its imports say.
    pub needs: Vec<Need>,
    /// What it consists of, in the order in which it begins.
    pub sections: Vec<SectionSize>,
    /// The core modules in it, or itself.
    pub modules: Vec<CoreModule>,
    /// Who wrote the code of its functions, the largest first.
    pub code: Vec<CodeSize>,
    /// What made it, as it says itself.
    pub producers: Vec<Producer>,
    /// What a plugin's package holds, if it is one.
    #[serde(skip)]
    pub package: Option<Inspected>,
    /// What is wrong with the package's signature.
    #[serde(skip)]
    pub signature: Option<SignatureError>,
}

impl Analysis {
    /// Validates `bytes` with every function body, and looks into them.
    ///
    /// # Errors
    ///
    /// If they are no WebAssembly, or not valid.
    pub fn of(bytes: &[u8]) -> Result<Self, PackageError> {
        let kind = BinaryKind::of(bytes)?;
        let invalid = |error: wasmparser::BinaryReaderError| PackageError::Invalid {
            offset: error.offset(),
            problem: error.message().to_owned(),
        };
        // What Wasmtime accepts without being told to.
        Validator::new_with_features(WasmFeatures::default())
            .validate_all(bytes)
            .map_err(invalid)?;
        let parts = Parts::of(bytes).map_err(invalid)?;
        let (package, problem) = match examine(bytes) {
            Ok((inspected, signature)) => (Ok(inspected), signature.err()),
            Err(error) => (Err(error), None),
        };
        let plugin = match (&package, &problem) {
            (Err(error), _) => Err(error.to_string()),
            (Ok(_), Some(problem)) => Err(problem.to_string()),
            (Ok(_), None) => Ok(()),
        };
        let package = package.ok();
        let manifest = package.as_ref().map(|package| &package.manifest);
        Ok(Self {
            kind,
            size: bytes.len() as u64,
            sha256: Digest::from_hasher(Sha256::new_with_prefix(bytes)),
            wit: (kind == BinaryKind::Component)
                .then(|| wit(bytes))
                .flatten(),
            worlds: worlds::fits(
                kind,
                &parts.imports,
                &parts.exports,
                parts.has_functions,
                plugin,
            ),
            needs: worlds::needs(&parts.imports, manifest),
            code: parts.code_sizes(),
            imports: parts.imports,
            exports: parts.exports,
            sections: parts.sections,
            modules: parts.modules,
            producers: parts.producers,
            package,
            signature: problem,
        })
    }

    /// Whether it fits this world.
    pub fn fits(&self, world: World) -> bool {
        self.worlds.iter().any(|fit| fit.world == world && fit.fits)
    }
}

fn examine(
    bytes: &[u8],
) -> Result<(Inspected, Result<Option<crate::Signature>, SignatureError>), PackageError> {
    let mut reader = Reader::new(ReaderLimits {
        max_bytes: bytes.len() as u64,
    });
    reader.push(bytes)?;
    reader.examine()
}

/// The world of a component, with the interfaces of packages that are neither WASI nor the contract: those
/// are known. None if it can't be written in WIT.
fn wit(bytes: &[u8]) -> Option<String> {
    let print = || {
        let decoded = decode(bytes).ok()?;
        let resolve = decoded.resolve();
        let own = decoded.package();
        let is_known = |name: &wit_parser::PackageName| {
            name.namespace == "wasi" || (&*name.namespace, &*name.name) == ("pato", "platform")
        };
        let packages = resolve.packages.iter();
        let others = packages.filter(|(id, package)| *id != own && !is_known(&package.name));
        let others: Vec<_> = others.map(|(id, _)| id).collect();
        let mut printer = WitPrinter::default();
        printer.emit_docs(false);
        printer.print(resolve, own, &others).ok()?;
        Some(printer.output.to_string())
    };
    // It is validated, and yet the decoder may meet what it did not expect.
    catch_unwind(AssertUnwindSafe(print)).ok().flatten()
}

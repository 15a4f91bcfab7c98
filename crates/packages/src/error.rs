use pato_permissions::{CONTRACT_VERSION, ManifestError};

use crate::imports::HANDLERS;
use crate::signature::SignatureError;

/// Why bytes are no package that this Pato can take.
///
/// Every message says what was expected, what came, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// Neither component nor module.
    #[error(
        "this is no WebAssembly: it begins with {found}, not with `\\0asm`; \
         give the .wasm file that the build made"
    )]
    NotWasm {
        /// The first bytes.
        found: String,
    },
    /// A module without the component around it.
    #[error(
        "this is a core WebAssembly module, and plugins are components: build with \
         `--target wasm32-wasip2`, or make it a component with `wasm-tools component new`"
    )]
    CoreModule,
    /// Cut off, or damaged.
    #[error(
        "the component is damaged or cut off at byte {offset}: {problem}; \
         build or download it again"
    )]
    Damaged {
        /// How far it could be read.
        offset: usize,
        /// What was found there.
        problem: String,
    },
    /// Whole, and not valid.
    #[error("this is not valid WebAssembly: at byte {offset}, {problem}; build it again")]
    Invalid {
        /// Where.
        offset: usize,
        /// What is wrong there.
        problem: String,
    },
    /// Too large.
    #[error("the component has more than {limit} bytes, the most that is accepted")]
    TooLarge {
        /// What is accepted.
        limit: u64,
    },
    /// More in it than a reader keeps.
    #[error("the component has more than {limit} {what}: leave some out")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// What is accepted.
        limit: usize,
    },
    /// It speaks another version of the contract.
    #[error(
        "it uses `{interface}`, and this Pato speaks version {CONTRACT_VERSION} of the contract: \
         build the plugin against {CONTRACT_VERSION}, or use another version of Pato"
    )]
    ContractVersion {
        /// The interface with its version.
        interface: String,
    },
    /// It imports an interface of the contract that there is not.
    #[error("it imports `{interface}`, which the contract does not have{}", hint(.nearest))]
    UnknownInterface {
        /// As imported.
        interface: String,
        /// The interface most like it.
        nearest: Option<String>,
    },
    /// It imports what this host does not offer.
    #[error(
        "it imports what no plugin gets here: {}; plugins may use `pato:platform`, WASI 0.2, and interfaces \
         of other plugins, such as `ronni:points/points@1.0.0`",
        .imports.join(", ")
    )]
    ForeignImports {
        /// Their names.
        imports: Vec<String>,
    },
    /// It has nothing to call.
    #[error(
        "it exports no handler, so there is nothing to call: a plugin exports at least one of {}, \
         or an interface of its own",
        HANDLERS.join(", ")
    )]
    NoHandlers,
    /// No manifest in it.
    #[error(
        "there is no manifest in it (custom section `pato:manifest`): build it with the SDK, \
         put a manifest.json beside it, or add one with `pato plugin pack`"
    )]
    NoManifest,
    /// Manifests that contradict each other.
    #[error("there are several manifests in it, and they differ: leave one of them")]
    ManyManifests,
    /// A manifest that is no text.
    #[error("the manifest in it is not UTF-8: byte {offset} is wrong; build the plugin again")]
    ManifestEncoding {
        /// The first wrong byte.
        offset: usize,
    },
    /// A manifest that is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Something stands after the signature, which it therefore does not cover.
    #[error(
        "byte {offset} stands after the signature, which covers only what is before it: \
         sign the plugin again with `pato plugin sign`"
    )]
    AfterSignature {
        /// The first byte after it.
        offset: usize,
    },
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

fn hint(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

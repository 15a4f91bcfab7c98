use std::io;
use std::path::PathBuf;

use pato_permissions::{CONTRACT_VERSION, ContractVersion, ManifestError, PluginId, SettingError};

use crate::egress::EgressError;
use crate::validate::HANDLERS;

/// Why a plugin cannot be run, or the runtime not be built.
///
/// Texts of Wasmtime's errors are kept as text: they are no `std::error::Error`.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// Neither component nor module.
    #[error(
        "this is no WebAssembly: it begins with {found}, not with `\\0asm`; \
         give the .wasm file that the build made"
    )]
    NotWasm {
        /// The first bytes.
        found: String,
    },
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
    /// A module without the component around it.
    #[error(
        "this is a core WebAssembly module, and plugins are components: build with \
         `--target wasm32-wasip2`, or make it a component with `wasm-tools component new`"
    )]
    CoreModule,
    /// Too large.
    #[error("the component has {length} bytes, and at most {limit} are accepted")]
    TooLarge {
        /// Its length.
        length: usize,
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
    /// Its manifest says that it needs a newer contract.
    #[error(
        "its manifest asks for version {wanted} of the contract, and this Pato speaks {CONTRACT_VERSION}: update Pato"
    )]
    ManifestContract {
        /// What it asks for.
        wanted: ContractVersion,
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
        "it imports what no plugin gets here: {}; plugins may use `pato:platform` and WASI 0.2",
        .imports.join(", ")
    )]
    ForeignImports {
        /// Their names.
        imports: Vec<String>,
    },
    /// It has nothing to call.
    #[error(
        "it exports no handler, so there is nothing to call: a plugin exports at least one of {}",
        HANDLERS.join(", ")
    )]
    NoHandlers,
    /// A handler is not of the contract's shape.
    #[error(
        "its handlers do not fit the contract: {0}; build the plugin against wit/ of version {CONTRACT_VERSION}"
    )]
    Handlers(String),
    /// No manifest in it.
    #[error(
        "there is no manifest in it (custom section `pato:manifest`): build it with the SDK, \
         or put a manifest.json beside it"
    )]
    NoManifest,
    /// Manifests that contradict each other.
    #[error("there are {count} manifests in it, and they differ: leave one of them")]
    ManyManifests {
        /// How many.
        count: usize,
    },
    /// A manifest that is no text.
    #[error("the manifest in it is not UTF-8: byte {offset} is wrong; build the plugin again")]
    ManifestEncoding {
        /// The first wrong byte.
        offset: usize,
    },
    /// A manifest that is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A setting has a value that it cannot have.
    #[error("setting `{key}`: {error}")]
    Setting {
        /// Which one.
        key: String,
        /// What is wrong with the value.
        error: SettingError,
    },
    /// It does not compile.
    #[error("it does not compile: {0}")]
    Compile(String),
    /// It cannot be connected with the host.
    #[error("it does not fit this host: {0}")]
    Link(String),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The cache's folder cannot be used.
    #[error("cannot keep compiled code in {}: {reason}", folder.display())]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// It runs already.
    #[error("a plugin `{0}` is running: stop it first")]
    AlreadyLoaded(PluginId),
    /// There is nothing beside which it could be loaded.
    #[error("no plugin `{0}` is loaded: load this one as the plugin")]
    NotLoaded(PluginId),
    /// A limit is higher than the runtime was built for.
    #[error("a plugin's {limit} may be {most} at most, and {wanted} is asked for")]
    LimitTooHigh {
        /// Which one.
        limit: &'static str,
        /// What was asked for.
        wanted: u64,
        /// What is possible.
        most: u64,
    },
    /// Instructions are limited, but not counted.
    #[error(
        "instructions are limited, but this runtime does not count them: \
         set `count_instructions` in its configuration"
    )]
    InstructionsNotCounted,
    /// Its events cannot be kept on disk, though they must not be lost.
    #[error("cannot open the file for events that wait: {0}")]
    Spill(io::Error),
    /// The engine cannot be built.
    #[error("cannot set up WebAssembly: {0}")]
    Engine(String),
    /// The gate to the network cannot be built.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The runtime is being shut down.
    #[error("the host is shutting down")]
    ShuttingDown,
}

fn hint(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

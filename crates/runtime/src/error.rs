use std::io;
use std::path::PathBuf;

use pato_packages::PackageError;
use pato_permissions::{CONTRACT_VERSION, ContractVersion, PluginId, SettingError};

use crate::egress::EgressError;

/// Why a plugin cannot be run, or the runtime not be built.
///
/// Texts of Wasmtime's errors are kept as text: they are no `std::error::Error`.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// It is no package that this Pato can take.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Its manifest says that it needs a newer contract.
    #[error(
        "its manifest asks for version {wanted} of the contract, and this Pato speaks {CONTRACT_VERSION}: update Pato"
    )]
    ManifestContract {
        /// What it asks for.
        wanted: ContractVersion,
    },
    /// A handler is not of the contract's shape.
    #[error(
        "its handlers do not fit the contract: {0}; build the plugin against wit/ of version {CONTRACT_VERSION}"
    )]
    Handlers(String),
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
    /// It offers to other plugins, or wants of them, what cannot pass from one to another.
    #[error("`{function}` of `{interface}`: {problem}")]
    Interface {
        /// The interface.
        interface: String,
        /// The function, or the resource, in it.
        function: String,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
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

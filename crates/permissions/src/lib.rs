//! What a plugin's manifest requests, what the user granted, and whether one covers the other.
//!
//! A [`Manifest`] requests [`Permission`]s and grants nothing. The user's [`Grants`] are kept apart
//! from it. [`Allowed`] is what both agree on: it is built when either changes and then asked before
//! each host call; a refusal is a [`Denial`] that carries the exact line that would allow it.
//!
//! Texts are parsed once into types that cannot hold what is refused: a [`HostScope`] is never a bare
//! star, a publish pattern never reaches a family that belongs to the host.
//!
//! This crate does no I/O and asks no clock. It compiles to WebAssembly.

mod action;
mod address;
mod allowed;
mod contract;
mod describe;
mod error;
mod grants;
mod host_scope;
mod manifest;
mod permission;
mod plugin_id;
mod size;
mod surface;

pub use action::ActionPattern;
pub use address::{is_private_address, may_resolve_to};
pub use allowed::{Allowed, Denial};
pub use contract::{CONTRACT_VERSION, ContractVersion};
pub use error::ParseError;
pub use grants::{Grants, RevokeError};
pub use host_scope::{Host, HostScope};
pub use manifest::{
    CommandDeclaration, DEFAULT_STORAGE_BYTES, MAX_MANIFEST_BYTES, MAX_REQUESTS,
    MailboxDeclaration, Manifest, ManifestError, OverflowPolicy, Request, RequestedLimits,
    SecretDeclaration, SettingDeclaration, SettingError, SettingKind, SettingValue,
    SurfaceDeclaration,
};
pub use permission::Permission;
pub use plugin_id::{MAX_PLUGIN_ID_BYTES, PluginId};
pub use size::ByteSize;
pub use surface::SurfaceKind;

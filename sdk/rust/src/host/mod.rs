//! The host's functions: the real ones in a component, and those of the fake host in native tests.

#[cfg(target_family = "wasm")]
pub(crate) mod bindings;
#[cfg(target_family = "wasm")]
mod component;
#[cfg(not(target_family = "wasm"))]
mod fake;
#[cfg(target_family = "wasm")]
pub(crate) mod handlers;

#[cfg(target_family = "wasm")]
pub(crate) use component::*;
#[cfg(not(target_family = "wasm"))]
pub(crate) use fake::*;

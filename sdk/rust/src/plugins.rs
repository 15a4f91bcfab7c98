//! Other plugins, by name. Permission: `plugins`, scoped by their ids and what is called in them.
//!
//! With types, a plugin imports the interface that the other one exports: see "Calling plugins" in the
//! documentation for authors.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, host};

/// Calls a command of another plugin and waits for its answer.
///
/// # Errors
///
/// If it is not granted, the other plugin does not run, it traps, does not answer in time or answers with an
/// error, or the answer does not fit `T`.
pub fn call<T: DeserializeOwned>(
    plugin: &str,
    command: &str,
    parameters: &(impl Serialize + ?Sized),
) -> Result<T> {
    let answer = host::call_plugin(plugin, command, &serde_json::to_string(parameters)?)?;
    Ok(serde_json::from_str(&answer)?)
}

/// The id of the plugin whose call is being handled; none while anything else is.
pub fn caller() -> Option<String> {
    host::caller()
}

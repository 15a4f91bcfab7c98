//! Actions of connected services. Permission: `call`, scoped by action.

use pato_events::catalogue::Action;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, host};

/// Performs an action of the catalogue and waits for its answer.
///
/// # Errors
///
/// If the action is not granted, the service is not connected, or it answers with an error.
pub fn call<A: Action>(parameters: &A::Parameters) -> Result<A::Answer> {
    call_named(A::NAME, parameters)
}

/// Performs the action with that name, in the service's own JSON.
///
/// # Errors
///
/// As for [`call`], or if the answer does not fit `T`.
pub fn call_named<T: DeserializeOwned>(
    action: &str,
    parameters: &(impl Serialize + ?Sized),
) -> Result<T> {
    let answer = host::call(action, &serde_json::to_string(parameters)?)?;
    Ok(serde_json::from_str(&answer)?)
}

//! The settings that the manifest declares, with the values that the user gave them. They need no
//! permission.

use serde::de::DeserializeOwned;

use crate::{Result, host};

/// The value of one setting: the user's, or else the declared default.
///
/// # Errors
///
/// If the manifest declares no such setting, or its value does not fit `T`.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<T> {
    Ok(serde_json::from_str(&host::setting(key)?)?)
}

/// All settings as one object.
///
/// # Errors
///
/// If they do not fit `T`.
pub fn all<T: DeserializeOwned>() -> Result<T> {
    Ok(serde_json::from_str(&host::settings())?)
}

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::VaultError;

/// The shortest secret, in bytes.
pub const MIN_SECRET_BYTES: usize = 4;

/// The longest secret, in bytes.
pub const MAX_SECRET_BYTES: usize = 8 << 10;

/// A secret on its way into the vault. It can be made but not read, prints as `***`, and wipes itself.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over, without a copy that would stay behind.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Checks the length.
    pub(crate) fn check(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        match self.0.len() {
            ..MIN_SECRET_BYTES => Err(VaultError::TooShort { name }),
            length if length > MAX_SECRET_BYTES => Err(VaultError::TooLong { name, length }),
            _ => Ok(()),
        }
    }

    /// The text itself, which does not leave this crate except inside an `Outgoing`.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_wipes_itself() {
        fn wipes_when_dropped<T: ZeroizeOnDrop>() {}
        wipes_when_dropped::<Secret>();
        let mut secret = Secret::new("hunter22".into());
        secret.zeroize();
        assert!(secret.expose().is_empty());
    }

    #[test]
    fn a_secret_keeps_the_memory_it_was_given() {
        let text = String::from("hunter22");
        let place = text.as_ptr();
        assert_eq!(Secret::new(text).expose().as_ptr(), place);
    }
}

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::{ParseError, shown};

/// The version of the contract (`wit/`) that this host speaks. It also runs plugins made for any
/// earlier one.
pub const CONTRACT_VERSION: ContractVersion = ContractVersion { major: 0, minor: 1 };

/// A version of the contract between host and plugin, such as `0.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContractVersion {
    /// Raised when plugins have to change.
    pub major: u16,
    /// Raised when something is added.
    pub minor: u16,
}

impl ContractVersion {
    /// Parses a version and checks that this host speaks it.
    ///
    /// # Errors
    ///
    /// If the text is no version, or one that is newer than [`CONTRACT_VERSION`].
    pub fn supported(text: &str) -> Result<Self, ParseError> {
        let wanted: Self = text.parse()?;
        if wanted > CONTRACT_VERSION {
            return Err(ParseError::ContractTooNew { wanted });
        }
        Ok(wanted)
    }
}

impl FromStr for ContractVersion {
    type Err = ParseError;

    /// Reads `0.1`; a third number, as in `0.1.0`, is allowed and left out.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| digits)
        };
        let parts: Option<Vec<u16>> = text.splitn(4, '.').map(number).collect();
        match parts.as_deref() {
            Some(&[major, minor] | &[major, minor, _]) => Ok(Self { major, minor }),
            _ => Err(ParseError::ContractVersion { text: shown(text) }),
        }
    }
}

impl fmt::Display for ContractVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for ContractVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_contract_is_refused_with_the_remedy() {
        assert_eq!(ContractVersion::supported("0.1"), Ok(CONTRACT_VERSION));
        assert_eq!(ContractVersion::supported("0.1.0"), Ok(CONTRACT_VERSION));
        assert!(ContractVersion::supported("0.0").is_ok());
        for newer in ["0.2", "1.0", "65535.0"] {
            let message = ContractVersion::supported(newer).unwrap_err().to_string();
            assert!(message.contains("update Pato"), "{message}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "", "1", "0.", "0.x", "+0.1", "0.1.0.0", "0.99999", "v0.1", "0.1-a",
        ] {
            assert!(
                matches!(
                    ContractVersion::supported(text),
                    Err(ParseError::ContractVersion { .. })
                ),
                "{text:?}"
            );
        }
    }
}

//! Whether, and where, Pato can be reached by devices on the same network.

use std::net::IpAddr;

use pato_permissions::is_private_address;
use serde::{Deserialize, Serialize};

use super::{ConfigurationError, wrong};

/// `[network]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkSection {
    /// Whether paired devices can reach it.
    pub open: bool,
    /// The addresses of this machine to listen on; none means each that it has in a private network.
    pub addresses: Vec<IpAddr>,
}

impl NetworkSection {
    pub(super) fn check(&self) -> Result<(), ConfigurationError> {
        let usable = |address: &&IpAddr| {
            is_private_address(**address) && !address.is_unspecified() && !address.is_multicast()
        };
        match self.addresses.iter().find(|address| !usable(address)) {
            Some(address) => wrong(
                "network.addresses",
                address,
                "use addresses that this machine has in its private network, such as 192.168.1.20",
            ),
            None => Ok(()),
        }
    }
}

//! The operating system's keyring, for what the user wants remembered.

use std::fmt;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use zeroize::{Zeroize, Zeroizing};

use crate::destination::Destination;
use crate::error::VaultError;
use crate::secret::Secret;

/// What the entries are filed under.
const SERVICE: &str = "Pato";

/// Where secrets outlive the process: the Keychain, the Credential Manager, or the Secret Service.
///
/// Every call may wait for the user to unlock the keyring; call it where waiting does no harm.
#[derive(Clone)]
pub struct Keyring {
    store: Arc<dyn CredentialStoreApi + Send + Sync>,
    service: String,
}

impl Keyring {
    /// The keyring of this operating system.
    ///
    /// # Errors
    ///
    /// If there is none, such as on a Linux machine without a desktop session.
    pub fn of_the_system() -> Result<Self, VaultError> {
        if let Err(error) = keyring::Entry::store_status() {
            return Err(unavailable(error));
        }
        match keyring_core::get_default_store() {
            Some(store) => Ok(Self::new(store)),
            None => Err(unavailable(&keyring_core::Error::NoDefaultStore)),
        }
    }

    /// A keyring of another making, for tests.
    pub fn new(store: Arc<dyn CredentialStoreApi + Send + Sync>) -> Self {
        Self {
            store,
            service: SERVICE.to_owned(),
        }
    }

    /// The same keyring, its entries filed under another name.
    #[must_use]
    pub fn filed_under(mut self, service: &str) -> Self {
        service.clone_into(&mut self.service);
        self
    }

    /// Keeps a secret with the hosts that it belongs to, in place of the one of that name.
    pub(crate) fn keep(
        &self,
        scope: &str,
        name: &str,
        secret: &Secret,
        hosts: &[Destination],
    ) -> Result<(), VaultError> {
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let mut text = Zeroizing::new(hosts.join(","));
        text.push('\n');
        text.push_str(secret.expose());
        self.entry(scope, name)?
            .set_secret(text.as_bytes())
            .map_err(|error| unavailable(&error))
    }

    /// A secret that was kept, with its hosts.
    pub(crate) fn recall(
        &self,
        scope: &str,
        name: &str,
    ) -> Result<Option<(Secret, Vec<String>)>, VaultError> {
        let bytes = match self.entry(scope, name)?.get_secret() {
            Ok(bytes) => bytes,
            Err(keyring_core::Error::NoEntry) => return Ok(None),
            Err(error) => return Err(unavailable(&error)),
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => Zeroizing::new(text),
            Err(error) => {
                error.into_bytes().zeroize();
                return Ok(None);
            }
        };
        // What something else put there under our name is not ours.
        Ok(text.split_once('\n').map(|(hosts, secret)| {
            let hosts = hosts.split(',').map(str::to_owned).collect();
            (Secret::new(secret.to_owned()), hosts)
        }))
    }

    /// Forgets a secret; none of that name is as good.
    pub(crate) fn forget(&self, scope: &str, name: &str) -> Result<(), VaultError> {
        match self.entry(scope, name)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn entry(&self, scope: &str, name: &str) -> Result<keyring_core::Entry, VaultError> {
        let user = format!("{scope}/{name}");
        self.store
            .build(&self.service, &user, None)
            .map_err(|error| unavailable(&error))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("store", &self.store.vendor())
            .finish_non_exhaustive()
    }
}

/// The library's own text may quote what was stored, so only its kind is told.
fn unavailable(error: &keyring_core::Error) -> VaultError {
    use keyring_core::Error;
    VaultError::Keyring {
        reason: match error {
            Error::NoDefaultStore | Error::NotSupportedByStore(_) => {
                "this system has none that Pato can use".into()
            }
            Error::NoStorageAccess(source) => format!("it can't be opened: {source}"),
            Error::PlatformFailure(source) => source.to_string(),
            Error::TooLong(..) => "the secret is too long for it".into(),
            _ => "it refused".into(),
        },
    }
}

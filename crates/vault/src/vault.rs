use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::challenge;
use crate::destination::{Destination, shown};
use crate::error::VaultError;
use crate::outgoing::Outgoing;
use crate::redactor::Redactor;
use crate::secret::Secret;
use crate::template::{self, Part};

/// The secrets of this process, in memory only. A clone is another handle to the same vault.
///
/// A secret belongs to a scope (a plugin's id, or a connector's account), has a name in it, and belongs
/// to the hosts it may be sent to. No method returns one.
#[derive(Clone, Default)]
pub struct Vault {
    /// Filled by `set`; each secret is wiped when it leaves.
    secrets: Arc<RwLock<Secrets>>,
    /// Told after each change.
    redactor: Redactor,
    /// The scopes whose secrets are also kept in a keyring.
    #[cfg(feature = "keyring")]
    remembered: Arc<RwLock<BTreeMap<String, crate::keyring::Keyring>>>,
}

type Secrets = BTreeMap<String, BTreeMap<String, Stored>>;

struct Stored {
    secret: Secret,
    hosts: Vec<Destination>,
}

/// What may be known of a secret: all but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretEntry {
    /// Whose it is.
    pub scope: String,
    /// What it is called.
    pub name: String,
    /// Where it may be sent.
    pub hosts: Vec<Destination>,
}

impl Vault {
    /// An empty vault.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a secret in, in place of the one with that name. From now on it is blotted out of whatever
    /// passes the redactor. `hosts` are `HOST` or `HOST:PORT`; without a port, 443.
    ///
    /// If the scope is remembered, its keyring gets the secret first: then this may wait for the user,
    /// and what is in force here is never newer than what is kept.
    ///
    /// # Errors
    ///
    /// If the name or a host is none, no host is named, the secret is too short or too long, or the
    /// scope's keyring refuses it.
    pub fn set<H: AsRef<str>>(
        &self,
        scope: &str,
        name: &str,
        secret: Secret,
        hosts: &[H],
    ) -> Result<(), VaultError> {
        if !template::is_name(name) {
            return Err(VaultError::Name { name: shown(name) });
        }
        secret.check(name)?;
        if hosts.is_empty() {
            let name = name.to_owned();
            return Err(VaultError::NoHosts { name });
        }
        let hosts: Vec<Destination> = hosts
            .iter()
            .map(|host| host.as_ref().parse())
            .collect::<Result<_, _>>()?;
        #[cfg(feature = "keyring")]
        if let Some(keyring) = self.keyring_of(scope) {
            keyring.keep(scope, name, &secret, &hosts)?;
        }
        let mut secrets = self.write();
        let stored = Stored { secret, hosts };
        secrets
            .entry(scope.to_owned())
            .or_default()
            .insert(name.to_owned(), stored);
        self.refresh(&secrets);
        Ok(())
    }

    /// Wipes one secret. Returns whether it was there.
    pub fn remove(&self, scope: &str, name: &str) -> bool {
        let mut secrets = self.write();
        let removed = secrets.get_mut(scope).and_then(|named| named.remove(name));
        self.refresh(&secrets);
        removed.is_some()
    }

    /// Wipes all secrets of a scope. Returns how many they were.
    pub fn remove_scope(&self, scope: &str) -> usize {
        let mut secrets = self.write();
        let removed = secrets.remove(scope).map_or(0, |named| named.len());
        self.refresh(&secrets);
        removed
    }

    /// Wipes everything.
    pub fn clear(&self) {
        let mut secrets = self.write();
        secrets.clear();
        self.refresh(&secrets);
    }

    /// What is there, by scope and name.
    pub fn list(&self) -> Vec<SecretEntry> {
        let secrets = self.read();
        let named = secrets.iter().flat_map(|(scope, named)| {
            named
                .iter()
                .map(move |(name, stored)| (scope, name, stored))
        });
        named
            .map(|(scope, name, stored)| SecretEntry {
                scope: scope.clone(),
                name: name.clone(),
                hosts: stored.hosts.clone(),
            })
            .collect()
    }

    /// Whether a secret is there.
    pub fn contains(&self, scope: &str, name: &str) -> bool {
        let secrets = self.read();
        secrets
            .get(scope)
            .is_some_and(|named| named.contains_key(name))
    }

    /// Puts the scope's secrets in where `{secret:NAME}` stands. `{{secret:` is the text `{secret:`
    /// itself. A text without placeholders goes anywhere.
    ///
    /// # Errors
    ///
    /// If a placeholder is malformed, a secret is not there, or does not belong to `destination`.
    pub fn attach(
        &self,
        scope: &str,
        template: &str,
        destination: &Destination,
    ) -> Result<Outgoing, VaultError> {
        self.attach_bytes(scope, template.as_bytes(), destination)
    }

    /// The same for a body, which may be any bytes. Secrets are put in as they are, not escaped.
    ///
    /// # Errors
    ///
    /// If a placeholder is malformed, a secret is not there, or does not belong to `destination`.
    pub fn attach_bytes(
        &self,
        scope: &str,
        template: &[u8],
        destination: &Destination,
    ) -> Result<Outgoing, VaultError> {
        let secrets = self.read();
        let pieces = template::parse(template)?
            .into_iter()
            .map(|part| match part {
                Part::Literal(bytes) => Ok(bytes),
                Part::Secret(name) => find(&secrets, scope, name, destination)
                    .map(|secret| secret.expose().as_bytes()),
            })
            .collect::<Result<Vec<&[u8]>, _>>()?;
        // Its full size from the beginning: a buffer that grows leaves unwiped copies behind.
        let mut bytes = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
        for piece in pieces {
            bytes.extend_from_slice(piece);
        }
        Ok(Outgoing(Zeroizing::new(bytes)))
    }

    /// The answer to a password challenge of obs-websocket, which proves that the secret is known and
    /// does not contain it: `base64(sha256(base64(sha256(secret + salt)) + challenge))`.
    ///
    /// # Errors
    ///
    /// If the secret is not there, or does not belong to `destination`.
    pub fn challenge_response(
        &self,
        scope: &str,
        name: &str,
        salt: &str,
        challenge: &str,
        destination: &Destination,
    ) -> Result<String, VaultError> {
        let secrets = self.read();
        let secret = find(&secrets, scope, name, destination)?;
        Ok(challenge::answer(secret.expose(), salt, challenge))
    }

    /// Blots out whatever secrets the vault holds at the moment it is used. Cheap to clone and keep.
    pub fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// From now on keeps the secrets of a scope in `keyring` too, those that are there already first.
    ///
    /// # Errors
    ///
    /// If the keyring refuses; nothing has changed then.
    #[cfg(feature = "keyring")]
    pub fn remember(
        &self,
        scope: &str,
        keyring: crate::keyring::Keyring,
    ) -> Result<(), VaultError> {
        if let Some(named) = self.read().get(scope) {
            for (name, stored) in named {
                keyring.keep(scope, name, &stored.secret, &stored.hosts)?;
            }
        }
        self.remembered_mut().insert(scope.to_owned(), keyring);
        Ok(())
    }

    /// Fetches what the keyring has of these names of a scope, and remembers the scope. Returns how
    /// many it had.
    ///
    /// # Errors
    ///
    /// If the keyring refuses.
    #[cfg(feature = "keyring")]
    pub fn recall(
        &self,
        scope: &str,
        names: &[&str],
        keyring: crate::keyring::Keyring,
    ) -> Result<usize, VaultError> {
        let mut found = 0;
        for name in names {
            if let Some((secret, hosts)) = keyring.recall(scope, name)? {
                self.set(scope, name, secret, &hosts)?;
                found += 1;
            }
        }
        self.remembered_mut().insert(scope.to_owned(), keyring);
        Ok(found)
    }

    /// Keeps the secrets of a scope in memory only from now on, and takes these names out of its
    /// keyring.
    ///
    /// # Errors
    ///
    /// If the keyring refuses.
    #[cfg(feature = "keyring")]
    pub fn forget(&self, scope: &str, names: &[&str]) -> Result<(), VaultError> {
        let keyring = self.remembered_mut().remove(scope);
        match keyring {
            Some(keyring) => names
                .iter()
                .try_for_each(|name| keyring.forget(scope, name)),
            None => Ok(()),
        }
    }

    #[cfg(feature = "keyring")]
    fn keyring_of(&self, scope: &str) -> Option<crate::keyring::Keyring> {
        let remembered = self.remembered.read();
        remembered
            .unwrap_or_else(PoisonError::into_inner)
            .get(scope)
            .cloned()
    }

    #[cfg(feature = "keyring")]
    fn remembered_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, crate::keyring::Keyring>> {
        self.remembered
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn refresh(&self, secrets: &Secrets) {
        let all = secrets.values().flat_map(BTreeMap::values);
        self.redactor.hold(all.map(|stored| stored.secret.expose()));
    }

    fn read(&self) -> RwLockReadGuard<'_, Secrets> {
        self.secrets.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Secrets> {
        self.secrets.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The secret, if it is there and belongs to the destination.
fn find<'a>(
    secrets: &'a Secrets,
    scope: &str,
    name: &str,
    destination: &Destination,
) -> Result<&'a Secret, VaultError> {
    let named = secrets.get(scope);
    let Some(stored) = named.and_then(|named| named.get(name)) else {
        let names: Vec<&str> = named
            .into_iter()
            .flat_map(|named| named.keys().map(String::as_str))
            .collect();
        return Err(VaultError::Unknown {
            scope: scope.to_owned(),
            name: name.to_owned(),
            hint: match names.is_empty() {
                true => ": it has none, so the user has to enter it first".into(),
                false => format!(": it has {}", names.join(", ")),
            },
        });
    };
    match stored.hosts.contains(destination) {
        true => Ok(&stored.secret),
        false => Err(VaultError::WrongHost {
            name: name.to_owned(),
            destination: destination.clone(),
            hosts: stored.hosts.clone(),
        }),
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("secrets", &"***").finish()
    }
}

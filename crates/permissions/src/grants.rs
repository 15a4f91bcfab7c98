use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};

use crate::manifest::Manifest;
use crate::permission::Permission;

/// What the user lets one plugin do. Empty, it lets it do nothing.
///
/// It is minimal: no permission in it covers another. As JSON, a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Grants(BTreeSet<Permission>);

/// Why a permission was not revoked. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevokeError {
    /// It was not granted.
    #[error("`{wanted}` is not granted, so there is nothing to revoke")]
    NotGranted {
        /// What was to be revoked.
        wanted: Permission,
    },
    /// A part of what is granted was meant, and would stay allowed.
    #[error("`{wanted}` is a part of `{granted}`: revoke that, then grant again what shall remain")]
    Part {
        /// What was to be revoked.
        wanted: Permission,
        /// What would still allow it, or some of it.
        granted: Permission,
    },
}

impl Grants {
    /// Everything the manifest requests, the optional included.
    pub fn all_of(manifest: &Manifest) -> Self {
        manifest
            .permissions
            .iter()
            .map(|request| request.permission.clone())
            .collect()
    }

    /// What the manifest requests as indispensable.
    pub fn required_by(manifest: &Manifest) -> Self {
        manifest
            .permissions
            .iter()
            .filter(|request| !request.optional)
            .map(|request| request.permission.clone())
            .collect()
    }

    /// Grants a permission, in place of all that it covers. Returns whether that changed anything.
    pub fn add(&mut self, permission: Permission) -> bool {
        if self.covers(&permission) {
            return false;
        }
        self.0.retain(|granted| !permission.covers(granted));
        self.0.insert(permission)
    }

    /// Revokes a permission and every granted one that lies within it, and returns those.
    ///
    /// A pattern of actions takes the dangerous ones that it matches with it, though granting it would
    /// not have granted them.
    ///
    /// # Errors
    ///
    /// If nothing of it was granted, or if what remains would still allow a part of it.
    pub fn remove(&mut self, permission: &Permission) -> Result<Vec<Permission>, RevokeError> {
        let (within, rest): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .partition(|granted| granted.is_within(permission));
        if let Some(granted) = rest.iter().find(|granted| granted.overlaps(permission)) {
            return Err(RevokeError::Part {
                wanted: permission.clone(),
                granted: (*granted).clone(),
            });
        }
        if within.is_empty() {
            return Err(RevokeError::NotGranted {
                wanted: permission.clone(),
            });
        }
        let removed = within.into_iter().cloned().collect();
        self.0.retain(|granted| !granted.is_within(permission));
        Ok(removed)
    }

    /// Whether a granted permission covers this one.
    pub fn covers(&self, permission: &Permission) -> bool {
        self.0.iter().any(|granted| granted.covers(permission))
    }

    /// The permissions, kind by kind.
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.0.iter()
    }

    /// How many permissions there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Permission> for Grants {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut grants = Self::default();
        for permission in permissions {
            grants.add(permission);
        }
        grants
    }
}

impl<'de> Deserialize<'de> for Grants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Permission>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}

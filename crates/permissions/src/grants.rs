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

#[cfg(test)]
mod tests {
    use pato_events::catalogue;

    use super::*;

    fn permission(text: &str) -> Permission {
        text.parse().unwrap()
    }

    fn grants(texts: &[&str]) -> Grants {
        texts.iter().map(|text| permission(text)).collect()
    }

    fn texts(grants: &Grants) -> Vec<String> {
        grants.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn grants_stay_minimal() {
        let mut grants = grants(&["subscribe:chat.message", "storage:1MiB", "timers"]);
        assert!(grants.add(permission("subscribe:chat.**")));
        assert!(!grants.add(permission("subscribe:chat.cleared")));
        assert!(grants.add(permission("storage:2MiB")));
        assert!(!grants.add(permission("timers")));
        assert_eq!(
            texts(&grants),
            ["subscribe:chat.**", "storage:2MiB", "timers"]
        );
    }

    #[test]
    fn revoking_takes_what_lies_within() {
        let mut grants = grants(&["call:obs.a", "call:obs.b", "call:chat.send"]);
        let removed = grants.remove(&permission("call:obs.*")).unwrap();
        assert_eq!(
            removed,
            [permission("call:obs.a"), permission("call:obs.b")]
        );
        assert_eq!(texts(&grants), ["call:chat.send"]);
    }

    #[test]
    fn revoking_a_pattern_takes_the_dangerous_actions_too() {
        let dangerous = catalogue::actions()
            .find(|action| action.danger.is_some())
            .unwrap()
            .name;
        let mut grants = grants(&["call:**", &format!("call:{dangerous}")]);
        assert_eq!(grants.len(), 2);
        assert_eq!(grants.remove(&permission("call:**")).unwrap().len(), 2);
        assert!(grants.is_empty());
    }

    #[test]
    fn revoking_a_part_explains_what_is_granted_and_changes_nothing() {
        for (granted, revoked) in [
            ("subscribe:chat.**", "subscribe:chat.message"),
            ("call:*.send", "call:chat.*"),
            ("http:*.example.com", "http:a.example.com"),
            ("storage:2MiB", "storage:1MiB"),
        ] {
            let mut grants = grants(&[granted]);
            let error = grants.remove(&permission(revoked)).unwrap_err();
            assert!(matches!(error, RevokeError::Part { .. }), "{error}");
            assert!(
                error.to_string().contains("revoke that, then grant"),
                "{error}"
            );
            assert_eq!(grants, self::grants(&[granted]));
        }
    }

    #[test]
    fn revoking_what_is_not_granted_says_so() {
        let mut grants = grants(&["call:chat.send", "http:a.example:8443", "publish:a.b"]);
        for text in [
            "timers",
            "call:obs.*",
            "http:a.example",
            "publish:a",
            "publish:a.b.**",
        ] {
            assert!(
                matches!(
                    grants.remove(&permission(text)),
                    Err(RevokeError::NotGranted { .. })
                ),
                "{text}"
            );
        }
        assert_eq!(grants.len(), 3);
    }

    #[test]
    fn grants_are_a_list_in_json_and_read_back() {
        let grants = grants(&["timers", "call:chat.send"]);
        let json = serde_json::to_string(&grants).unwrap();
        assert_eq!(json, r#"["call:chat.send","timers"]"#);
        assert_eq!(serde_json::from_str::<Grants>(&json).unwrap(), grants);
        assert!(serde_json::from_str::<Grants>(r#"["everything"]"#).is_err());
    }
}

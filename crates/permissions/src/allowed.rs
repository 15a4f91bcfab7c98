use std::fmt;

use pato_events::catalogue::RESERVED_FAMILIES;
use pato_events::{Pattern, Topic};

use crate::action::ActionPattern;
use crate::error::shown;
use crate::grants::Grants;
use crate::host_scope::HostScope;
use crate::manifest::{DEFAULT_STORAGE_BYTES, Manifest};
use crate::permission::{Permission, plugin_pattern, reserved_family};
use crate::plugin_id::PluginId;
use crate::surface::SurfaceKind;

/// What a plugin may do: what its manifest requests and the user granted.
///
/// Built anew when either changes. The checks that host calls make allocate only when they refuse.
#[derive(Debug, Clone)]
pub struct Allowed {
    plugin: PluginId,
    requested: Scopes,
    granted: Scopes,
}

/// A refusal, with what would lift it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Denial {
    /// What was wanted, in the text form of a [`Permission`].
    pub permission: String,
    /// Whether the manifest requests it, so that a grant is all that is missing.
    pub declared: bool,
    /// What to type: the command that grants it, or the line to add to the manifest.
    pub remedy: String,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            permission, remedy, ..
        } = self;
        if self.declared {
            write!(
                f,
                "`{permission}` is not granted; to allow it, type: {remedy}"
            )
        } else {
            write!(f, "`{permission}` is not requested by the plugin; {remedy}")
        }
    }
}

/// Permissions by kind.
#[derive(Debug, Clone, Default)]
struct Scopes {
    subscribe: Vec<Pattern>,
    publish: Vec<Pattern>,
    call: Vec<ActionPattern>,
    http: Vec<HostScope>,
    websocket: Vec<HostScope>,
    storage: u64,
    timers: bool,
    show: Vec<SurfaceKind>,
    plugin: Vec<Pattern>,
}

impl Allowed {
    /// What both the manifest and the grants contain.
    pub fn new(manifest: &Manifest, grants: &Grants) -> Self {
        let requested = manifest
            .permissions
            .iter()
            .map(|request| &request.permission);
        Self {
            plugin: manifest.id.clone(),
            requested: Scopes::of(requested),
            granted: Scopes::of(grants.iter()),
        }
    }

    /// Whether the permission is both requested and granted, in full.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if it is not.
    pub fn check(&self, want: &Permission) -> Result<(), Denial> {
        self.decide(
            |scopes| scopes.cover(want).then_some(()),
            || Ok(want.clone()),
        )
    }

    /// Whether an event of this topic may be published.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not.
    pub fn check_publish(&self, topic: &Topic) -> Result<(), Denial> {
        if RESERVED_FAMILIES.contains(&topic.family()) {
            let remedy = format!(
                "`{}` topics belong to the host and its connectors: publish under a name of your \
                 own, such as `{}.**`",
                topic.family(),
                self.plugin
            );
            return Err(Denial::undeclared(format!("publish:{topic}"), remedy));
        }
        self.decide(
            |scopes| scopes.publish.iter().find(|own| own.matches(topic)),
            || Ok(Permission::Publish(topic.into())),
        )?;
        Ok(())
    }

    /// Whether all that a pattern selects may be subscribed to.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not.
    pub fn check_subscribe(&self, pattern: &Pattern) -> Result<(), Denial> {
        self.decide(
            |scopes| scopes.subscribe.iter().find(|own| own.covers(pattern)),
            || Ok(Permission::Subscribe(pattern.clone())),
        )?;
        Ok(())
    }

    /// Whether an action may be performed.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not, or if the text cannot be the name of an action.
    pub fn check_call(&self, action: &str) -> Result<(), Denial> {
        let want = || match Topic::new(action) {
            Ok(name) => Ok(Permission::Call((&name).into())),
            Err(_) => Err(Denial::undeclared(
                format!("call:{}", shown(action)),
                "it is no name of an action either: write one such as `chat.send`".into(),
            )),
        };
        self.decide(
            |scopes| scopes.call.iter().find(|own| own.permits(action)),
            want,
        )?;
        Ok(())
    }

    /// Whether an HTTP request may go to this host and port; the answer is the granted scope, which
    /// says whether [private addresses](HostScope::names_private) are meant.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not, or if the text cannot be a host.
    pub fn check_http(&self, host: &str, port: u16) -> Result<&HostScope, Denial> {
        self.decide(
            |scopes| scopes.http.iter().find(|own| own.matches(host, port)),
            || destination("http", host, port).map(Permission::Http),
        )
    }

    /// The same for a WebSocket connection.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not, or if the text cannot be a host.
    pub fn check_websocket(&self, host: &str, port: u16) -> Result<&HostScope, Denial> {
        self.decide(
            |scopes| scopes.websocket.iter().find(|own| own.matches(host, port)),
            || destination("websocket", host, port).map(Permission::WebSocket),
        )
    }

    /// How many bytes may be stored; the answer is never 0.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if none may.
    pub fn check_storage(&self) -> Result<u64, Denial> {
        let wanted = match self.requested.storage {
            0 => DEFAULT_STORAGE_BYTES,
            requested => requested,
        };
        self.decide(
            |scopes| (scopes.storage > 0).then_some(()),
            || Ok(Permission::Storage(wanted)),
        )?;
        Ok(self.storage_quota())
    }

    /// How many bytes may be stored; 0 if storing is not allowed.
    pub fn storage_quota(&self) -> u64 {
        self.requested.storage.min(self.granted.storage)
    }

    /// Whether timers may be used.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not.
    pub fn check_timers(&self) -> Result<(), Denial> {
        self.decide(
            |scopes| scopes.timers.then_some(()),
            || Ok(Permission::Timers),
        )
    }

    /// Whether a surface of this kind may be shown.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not.
    pub fn check_show(&self, kind: SurfaceKind) -> Result<(), Denial> {
        self.check(&Permission::Show(kind))
    }

    /// Whether something may be called in another plugin: `points.top`, a command, or
    /// `points.points.give`, a function of an interface.
    ///
    /// # Errors
    ///
    /// A [`Denial`] if not, or if the text cannot be such a name.
    pub fn check_plugin(&self, function: &str) -> Result<(), Denial> {
        let want = || match plugin_pattern(function) {
            Ok(pattern) if pattern.is_literal() => Ok(Permission::Plugin(pattern)),
            _ => Err(Denial::undeclared(
                format!("plugin:{}", shown(function)),
                "it is no name of a plugin's command or function either: write one such as \
                 `points.points.give`"
                    .into(),
            )),
        };
        self.decide(
            |scopes| scopes.plugin.iter().find(|own| own.matches_name(function)),
            want,
        )?;
        Ok(())
    }

    /// What `find` finds in the grants, if it also finds something in the requests.
    fn decide<'a, T>(
        &'a self,
        find: impl Fn(&'a Scopes) -> Option<T>,
        want: impl FnOnce() -> Result<Permission, Denial>,
    ) -> Result<T, Denial> {
        let declared = find(&self.requested).is_some();
        if declared && let Some(found) = find(&self.granted) {
            return Ok(found);
        }
        let want = want()?;
        Err(match declared {
            true => Denial {
                permission: want.to_string(),
                declared,
                remedy: format!("pato plugin grant {} {want}", self.plugin),
            },
            false => Denial::undeclared(want.to_string(), self.requested.line_for(&want)),
        })
    }
}

impl Denial {
    fn undeclared(permission: String, remedy: String) -> Self {
        Self {
            permission,
            declared: false,
            remedy,
        }
    }
}

fn destination(kind: &str, host: &str, port: u16) -> Result<HostScope, Denial> {
    HostScope::exact(host, port).map_err(|error| {
        Denial::undeclared(format!("{kind}:{}:{port}", shown(host)), error.to_string())
    })
}

impl Scopes {
    fn of<'a>(permissions: impl Iterator<Item = &'a Permission>) -> Self {
        let mut scopes = Self::default();
        for permission in permissions {
            match permission {
                Permission::Subscribe(pattern) => scopes.subscribe.push(pattern.clone()),
                Permission::Publish(pattern) => scopes.publish.push(pattern.clone()),
                Permission::Call(action) => scopes.call.push(action.clone()),
                Permission::Http(host) => scopes.http.push(host.clone()),
                Permission::WebSocket(host) => scopes.websocket.push(host.clone()),
                Permission::Storage(bytes) => scopes.storage = scopes.storage.max(*bytes),
                Permission::Timers => scopes.timers = true,
                Permission::Show(kind) => scopes.show.push(*kind),
                Permission::Plugin(pattern) => scopes.plugin.push(pattern.clone()),
            }
        }
        scopes
    }

    fn cover(&self, want: &Permission) -> bool {
        match want {
            Permission::Subscribe(pattern) => self.subscribe.iter().any(|own| own.covers(pattern)),
            Permission::Publish(pattern) => {
                reserved_family(pattern).is_none()
                    && self.publish.iter().any(|own| own.covers(pattern))
            }
            Permission::Call(action) => self.call.iter().any(|own| own.covers(action)),
            Permission::Http(host) => self.http.iter().any(|own| own.covers(host)),
            Permission::WebSocket(host) => self.websocket.iter().any(|own| own.covers(host)),
            Permission::Storage(bytes) => *bytes <= self.storage,
            Permission::Timers => self.timers,
            Permission::Show(kind) => self.show.contains(kind),
            Permission::Plugin(pattern) => self.plugin.iter().any(|own| own.covers(pattern)),
        }
    }

    /// What to change in `pato.toml` so that it requests `want`, given that it requests these.
    fn line_for(&self, want: &Permission) -> String {
        let (key, others) = match want {
            Permission::Subscribe(_) => ("subscribe", !self.subscribe.is_empty()),
            Permission::Publish(_) => ("publish", !self.publish.is_empty()),
            Permission::Call(_) => ("call", !self.call.is_empty()),
            Permission::Http(_) => ("network.http", !self.http.is_empty()),
            Permission::WebSocket(_) => ("network.websocket", !self.websocket.is_empty()),
            Permission::Show(_) => ("show", !self.show.is_empty()),
            Permission::Plugin(_) => ("plugins", !self.plugin.is_empty()),
            Permission::Storage(_) => {
                let scope = want.scope();
                return format!("under [permissions] in pato.toml write: storage = \"{scope}\"");
            }
            Permission::Timers => {
                return "under [permissions] in pato.toml write: timers = true".into();
            }
        };
        let scope = want.scope();
        match others {
            true => format!("in pato.toml add to the list permissions.{key}: \"{scope}\""),
            false => format!("under [permissions] in pato.toml write: {key} = [\"{scope}\"]"),
        }
    }
}

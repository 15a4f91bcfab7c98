//! What a session may watch and call.

use pato_events::wire::Watch;

use super::HOST;

/// Who it is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rights {
    /// Whoever opened the dashboard on this machine.
    Everything,
    /// A paired device of that name, over a network that is not encrypted: it looks and operates, and
    /// changes nothing about who may do what.
    Device(String),
    /// An overlay, which is drawn and nothing else.
    Only(Watch),
}

/// The calls of module `host` that a paired device may make. Whatever is not here it may not.
const OPERATING: [&str; 18] = [
    "connector.retry",
    "event.chain",
    "event.history",
    "event.replay",
    "overlay.clear",
    "overlay.skip",
    "overlay.test",
    "plugin.grants",
    "plugin.info",
    "plugin.pause",
    "plugin.pause-all",
    "plugin.restart",
    "plugin.resume",
    "plugin.resume-all",
    "plugin.settings",
    "simulate",
    "status",
    "surface.act",
];

/// The views that it may not have: with them it could pair others, or come by an account.
const KEPT: [&str; 2] = ["login", "network"];

const REFUSED: &str = "this device may look and operate; do that on the computer that Pato runs on";

const ONE_OVERLAY: &str = "this connection is for watching one overlay only";

impl Rights {
    pub(super) fn may_watch(&self, watch: &Watch) -> Result<(), &'static str> {
        match self {
            Self::Everything => Ok(()),
            Self::Device(_) if KEPT.contains(&&*watch.view) => Err(REFUSED),
            Self::Device(_) => Ok(()),
            Self::Only(only) if only == watch => Ok(()),
            Self::Only(_) => Err(ONE_OVERLAY),
        }
    }

    /// Calls, subscriptions: all but watching.
    pub(super) fn may_speak(&self) -> Result<(), &'static str> {
        match self {
            Self::Only(_) => Err(ONE_OVERLAY),
            _ => Ok(()),
        }
    }

    /// What is called in another module than `host` is a plugin's command for a device; see
    /// [`commands_only`](Self::commands_only).
    pub(super) fn may_call(&self, module: &str, name: &str) -> Result<(), &'static str> {
        match self {
            Self::Everything => Ok(()),
            Self::Device(_) if module != HOST || OPERATING.contains(&name) => Ok(()),
            Self::Device(_) => Err(REFUSED),
            Self::Only(_) => Err(ONE_OVERLAY),
        }
    }

    /// Whether only the commands of plugins can be called, and no action of a service: those are done by
    /// plugins, within what they were granted.
    pub(super) fn commands_only(&self) -> bool {
        *self != Self::Everything
    }

    /// The device, if it is one.
    pub(super) fn device(&self) -> Option<&str> {
        match self {
            Self::Device(name) => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::control::NAMES;

    #[test]
    fn a_device_may_call_what_is_listed_and_a_new_call_is_not_until_it_is() {
        let device = Rights::Device("phone".into());
        for name in OPERATING {
            assert!(NAMES.contains(&name), "{name}");
        }
        let refused = NAMES
            .iter()
            .filter(|name| device.may_call(HOST, name).is_err());
        assert_eq!(refused.count(), NAMES.len() - OPERATING.len());
        for name in ["plugin.grant", "network.code", "stop", "service.set-up"] {
            assert_eq!(device.may_call(HOST, name), Err(REFUSED), "{name}");
        }
    }
}

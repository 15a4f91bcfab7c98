use pato_events::{Pattern, catalogue, nearest};

use super::Manifest;
use crate::host_scope::{Host, HostScope};
use crate::permission::{Permission, reserved_family};

pub(super) fn of(manifest: &Manifest) -> Vec<String> {
    let permissions = || {
        manifest
            .permissions
            .iter()
            .map(|request| &request.permission)
    };
    let mut warnings: Vec<String> = permissions().filter_map(unknown_name).collect();
    let reachable: Vec<&HostScope> = permissions()
        .filter_map(|permission| match permission {
            Permission::Http(scope) | Permission::WebSocket(scope) => Some(scope),
            _ => None,
        })
        .collect();
    for secret in &manifest.secrets {
        for host in &secret.hosts {
            if !reachable.iter().any(|scope| scope.covers(host)) {
                let written = written(host);
                warnings.push(format!(
                    "the secret `{}` belongs to `{host}`, which no permission reaches: \
                     add \"{written}\" to permissions.network.http or .websocket",
                    secret.name
                ));
            }
        }
    }
    warnings
}

/// As an author would write it: without the usual port.
fn written(scope: &HostScope) -> String {
    match (scope.host(), scope.port()) {
        (Host::Name(name), 443) => name.clone(),
        _ => scope.to_string(),
    }
}

fn unknown_name(permission: &Permission) -> Option<String> {
    let (kind, pattern, hint) = match permission {
        Permission::Subscribe(pattern) => {
            // Other plugins' topics are in no catalogue.
            let known = || catalogue::topics().map(|entry| entry.topic);
            reserved_family(pattern)?;
            ("topic", pattern, hint(pattern, known)?)
        }
        Permission::Call(action) => {
            let known = || catalogue::actions().map(|entry| entry.name);
            ("action", action.pattern(), hint(action.pattern(), known)?)
        }
        _ => return None,
    };
    Some(format!("`{pattern}` is no {kind} that Pato knows: {hint}"))
}

/// None if the pattern reaches something known.
fn hint<I>(pattern: &Pattern, known: impl Fn() -> I) -> Option<String>
where
    I: Iterator<Item = &'static str>,
{
    if known().any(|name| pattern.matches_name(name)) {
        return None;
    }
    Some(match nearest(pattern.as_str(), known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the reference lists them all".into(),
    })
}

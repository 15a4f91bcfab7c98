//! What is drawn, checked as the real host checks it.

use pato_surfaces::{Alert, Node, SurfaceError};

use crate::testing::screen::Shown;
use crate::testing::state::with;
use crate::{Error, Result};

impl From<SurfaceError> for Error {
    fn from(error: SurfaceError) -> Self {
        match error {
            // As long as one may have to wait for an alert to end.
            SurfaceError::QueueFull { .. } => Self::RateLimited(1000),
            SurfaceError::NoSuchNode { .. } => Self::NotFound(error.to_string()),
            error => Self::Invalid(error.to_string()),
        }
    }
}

pub(crate) fn ui_show(surface: &str, nodes: Vec<Node>) -> Result<()> {
    on(surface, |shown, hosts| {
        Ok(shown.surface.show(nodes, hosts)?)
    })
}

pub(crate) fn ui_set_values(surface: &str, values: Vec<(String, String)>) -> Result<()> {
    let read = |(name, value): (String, String)| Ok((name, serde_json::from_str(&value)?));
    let values = values.into_iter().map(read).collect::<Result<_>>()?;
    on(surface, |shown, hosts| {
        shown.surface.set(values, hosts)?;
        Ok(())
    })
}

pub(crate) fn ui_append(surface: &str, name: &str, items: &[String]) -> Result<()> {
    let items = items.iter().map(|item| serde_json::from_str(item));
    let items = items.collect::<Result<_, _>>()?;
    on(surface, |shown, _| {
        shown.surface.append(name, items)?;
        Ok(())
    })
}

pub(crate) fn ui_queue_alert(overlay: &str, alert: Alert) -> Result<String> {
    let id = with(|state| format!("alert-{}", state.next_handle()));
    on(overlay, |shown, hosts| {
        shown.queue(overlay, &id, alert, hosts)
    })?;
    Ok(id)
}

pub(crate) fn ui_skip_alert(overlay: &str) -> Result<()> {
    on(overlay, |shown, _| shown.skip(overlay))
}

pub(crate) fn ui_clear_alerts(overlay: &str) -> Result<u32> {
    on(overlay, |shown, _| Ok(shown.clear()))
}

fn on<R>(
    surface: &str,
    work: impl FnOnce(&mut Shown, &dyn Fn(&str, u16) -> bool) -> Result<R>,
) -> Result<R> {
    with(|state| {
        let hosts = state.screen.hosts.clone();
        let granted = |host: &str, _port: u16| {
            let within = |scope: &String| match scope.strip_prefix("*.") {
                Some(parent) => host
                    .strip_suffix(parent)
                    .is_some_and(|rest| rest.ends_with('.')),
                None => scope == host,
            };
            hosts.as_ref().is_none_or(|hosts| hosts.iter().any(within))
        };
        work(state.screen.get(surface)?, &granted)
    })
}

//! What a plugin showed on the fake host, and what people do there.

use std::collections::BTreeMap;

use pato_surfaces::{Act, Alert, AlertChange, AlertQueue, CheckedAlert, Hosts, Limits, Surface};
use serde_json::{Value, json};

use super::FakeHost;
use super::state::with;
use crate::ui::{AlertId, Happening, SurfaceEvent};
use crate::{Error, Result};

/// All surfaces.
#[derive(Default)]
pub(crate) struct Screen {
    /// Those that the manifest declares, by kind; none means that there is no manifest.
    declared: Option<BTreeMap<String, String>>,
    /// Which hosts images may come from; none means all.
    pub(crate) hosts: Option<Vec<String>>,
    shown: BTreeMap<String, Shown>,
    errors: BTreeMap<String, Error>,
}

/// One surface.
pub(crate) struct Shown {
    pub(crate) surface: Surface,
    /// By the manifest; none means that there is no manifest.
    kind: Option<String>,
    alerts: Vec<(AlertId, Alert)>,
    queue: AlertQueue,
    /// What the queue takes for the time. It passes when a test says so.
    time: f64,
    /// Alerts that were skipped, of which the plugin is to be told.
    skipped: Vec<AlertId>,
}

impl Screen {
    /// What a manifest declares.
    pub(crate) fn declare(manifest: &Value) -> Self {
        let surfaces = manifest.get("surfaces").and_then(Value::as_array);
        let text = |surface: &Value, key: &str| Some(surface.get(key)?.as_str()?.to_owned());
        let declared = surfaces.into_iter().flatten();
        let declared = declared.filter_map(|one| Some((text(one, "id")?, text(one, "kind")?)));
        let hosts = manifest.pointer("/permissions/network/http");
        let hosts = hosts.and_then(Value::as_array).into_iter().flatten();
        let hosts = hosts.filter_map(|one| one.get("scope").unwrap_or(one).as_str());
        let name = |scope: &str| scope.split(':').next().unwrap_or(scope).to_owned();
        Self {
            declared: Some(declared.collect()),
            hosts: Some(hosts.map(name).collect()),
            ..Self::default()
        }
    }

    pub(crate) fn get(&mut self, surface: &str) -> Result<&mut Shown> {
        if let Some(error) = self.errors.get(surface) {
            return Err(error.clone());
        }
        let kind = match &self.declared {
            None => None,
            Some(declared) => match declared.get(surface) {
                Some(kind) => Some(kind.clone()),
                None => {
                    return Err(Error::NotFound(format!(
                        "there is no surface `{surface}`: declare it in pato.toml, under [[surfaces]]"
                    )));
                }
            },
        };
        Ok(self
            .shown
            .entry(surface.to_owned())
            .or_insert_with(|| Shown {
                surface: Surface::default(),
                kind,
                alerts: Vec::new(),
                queue: AlertQueue::new(&Limits::DEFAULT),
                time: 0.0,
                skipped: Vec::new(),
            }))
    }
}

impl Shown {
    pub(crate) fn queue(
        &mut self,
        overlay: &str,
        id: &str,
        alert: Alert,
        hosts: Hosts<'_>,
    ) -> Result<()> {
        self.check_overlay(overlay)?;
        let checked = CheckedAlert::new(alert.clone(), &Limits::DEFAULT, hosts)?;
        self.queue.push(id.to_owned(), checked)?;
        self.alerts.push((AlertId::new(id.to_owned()), alert));
        Ok(())
    }

    pub(crate) fn skip(&mut self, overlay: &str) -> Result<()> {
        self.check_overlay(overlay)?;
        match self.queue.skip(self.time) {
            Some(AlertChange::Finished(id)) => self.skipped.push(AlertId::new(id)),
            _ => return Err(Error::NotFound(format!("no alert is shown on `{overlay}`"))),
        }
        Ok(())
    }

    pub(crate) fn clear(&mut self) -> u32 {
        u32::try_from(self.queue.clear().len()).unwrap_or(u32::MAX)
    }

    fn check_overlay(&self, id: &str) -> Result<()> {
        match self.kind.as_deref() {
            None | Some("overlay") => Ok(()),
            Some(kind) => Err(Error::Invalid(format!(
                "`{id}` is a {kind}, and alerts are for overlays"
            ))),
        }
    }

    /// What becomes of the alerts when time passes until something does.
    fn proceed(&mut self) -> Option<AlertChange> {
        self.time = self.time.max(self.queue.next_deadline()?);
        self.queue.poll(self.time).into_iter().next()
    }
}

/// What the plugin shows, and what people do there.
impl FakeHost {
    /// What a surface shows: what was drawn last, and its values.
    ///
    /// # Panics
    ///
    /// If the manifest does not declare it.
    #[expect(clippy::panic, reason = "a test wants to fail loudly")]
    pub fn surface(&self, id: &str) -> Surface {
        with(|state| match state.screen.shown.get(id) {
            Some(shown) => shown.surface.clone(),
            None if state
                .screen
                .declared
                .as_ref()
                .is_none_or(|all| all.contains_key(id)) =>
            {
                Surface::default()
            }
            None => panic!("the manifest declares no surface `{id}`"),
        })
    }

    /// Answers whatever the plugin shows on a surface with this error, such as [`Error::Denied`] for one
    /// that is not granted; none means that it works again.
    pub fn set_surface_error(&self, surface: &str, error: Option<Error>) {
        with(|state| match error {
            Some(error) => state.screen.errors.insert(surface.to_owned(), error),
            None => state.screen.errors.remove(surface),
        });
    }

    /// The alerts that were queued on an overlay, oldest first, be they over or not.
    pub fn alerts(&self, overlay: &str) -> Vec<(AlertId, Alert)> {
        let shown = |state: &mut super::state::State| {
            let shown = state.screen.shown.get(overlay)?;
            Some(shown.alerts.clone())
        };
        with(shown).unwrap_or_default()
    }

    /// Brings the next alert of an overlay on screen, as if time passed; none if one is there already, or
    /// none waits. Hand the event to [`Plugin::surface`](crate::Plugin::surface), as with all below.
    pub fn show_alert(&self, overlay: &str) -> Option<SurfaceEvent> {
        let change = with(|state| {
            let shown = state.screen.shown.get_mut(overlay)?;
            if shown.queue.shown().is_some() {
                return None;
            }
            shown.queue.watchers(1, shown.time);
            shown.proceed()
        });
        match change? {
            AlertChange::Shown(id) => Some(happened(overlay, Happening::Shown(AlertId::new(id)))),
            AlertChange::Finished(_) | AlertChange::Returned(_) => None,
        }
    }

    /// Ends the alert that is on screen, or tells of one that was skipped; none if there is neither.
    pub fn finish_alert(&self, overlay: &str) -> Option<SurfaceEvent> {
        let id = with(|state| {
            let shown = state.screen.shown.get_mut(overlay)?;
            if !shown.skipped.is_empty() {
                return Some(shown.skipped.remove(0));
            }
            shown.queue.shown()?;
            match shown.proceed()? {
                AlertChange::Finished(id) => Some(AlertId::new(id)),
                AlertChange::Shown(_) | AlertChange::Returned(_) => None,
            }
        });
        Some(happened(overlay, Happening::Finished(id?)))
    }

    /// Somebody presses a button.
    ///
    /// # Errors
    ///
    /// If the host would not pass it on: there is no such button, or it is hidden.
    pub fn press(&self, surface: &str, node: &str) -> Result<SurfaceEvent> {
        self.act(surface, node, Act::Pressed(Value::Null))
    }

    /// Somebody presses a button in a table.
    ///
    /// # Errors
    ///
    /// As for [`press`](Self::press).
    pub fn press_cell(
        &self,
        surface: &str,
        node: &str,
        row: &str,
        column: &str,
    ) -> Result<SurfaceEvent> {
        let cell = json!({ "row": row, "column": column });
        self.act(surface, node, Act::Pressed(cell))
    }

    /// Somebody sets a value.
    ///
    /// # Errors
    ///
    /// If the host would not pass it on: there is no such element, it is hidden, or does not take that.
    pub fn change(
        &self,
        surface: &str,
        node: &str,
        value: impl Into<Value>,
    ) -> Result<SurfaceEvent> {
        self.act(surface, node, Act::Changed(value.into()))
    }

    /// Somebody sets a value in a table.
    ///
    /// # Errors
    ///
    /// As for [`change`](Self::change).
    pub fn change_cell(
        &self,
        surface: &str,
        node: &str,
        row: &str,
        column: &str,
        value: impl Into<Value>,
    ) -> Result<SurfaceEvent> {
        let cell = json!({ "row": row, "column": column, "value": value.into() });
        self.act(surface, node, Act::Changed(cell))
    }

    /// Somebody sends a form, with an object of its elements' values by id.
    ///
    /// # Errors
    ///
    /// If the host would not pass it on: there is no such form, or a value does not fit.
    pub fn submit(&self, surface: &str, node: &str, values: Value) -> Result<SurfaceEvent> {
        self.act(surface, node, Act::Submitted(values))
    }

    fn act(&self, surface: &str, node: &str, act: Act) -> Result<SurfaceEvent> {
        self.surface(surface).check_act(node, &act)?;
        let what = match act {
            Act::Pressed(value) => Happening::Pressed(value),
            Act::Changed(value) => Happening::Changed(value),
            Act::Submitted(values) => Happening::Submitted(values),
        };
        Ok(SurfaceEvent {
            node: node.to_owned(),
            who: "dashboard".to_owned(),
            ..happened(surface, what)
        })
    }
}

/// Something that nobody did, but the host.
fn happened(surface: &str, what: Happening) -> SurfaceEvent {
    SurfaceEvent {
        surface: surface.to_owned(),
        node: String::new(),
        what,
        who: "host".to_owned(),
    }
}

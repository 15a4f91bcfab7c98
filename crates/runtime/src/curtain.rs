use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pato_surfaces::{Alert, Node, Surface, SurfaceError};
use serde_json::Value;

use crate::screen::{Drawn, Painter, Screen};
use crate::services::ServiceError;

/// Stands between a plugin and the screen. While it is closed, what the plugin draws is kept behind it,
/// held to the same rules, so that two versions of a plugin do not draw over each other.
pub(crate) struct Curtain {
    screen: Arc<dyn Screen>,
    /// What is drawn behind it; none while it is open.
    behind: Mutex<Option<Drawn>>,
}

impl Curtain {
    pub(crate) fn open(screen: Arc<dyn Screen>) -> Self {
        Self {
            screen,
            behind: Mutex::new(None),
        }
    }

    pub(crate) fn closed(screen: Arc<dyn Screen>) -> Self {
        Self {
            screen,
            behind: Mutex::new(Some(BTreeMap::new())),
        }
    }

    /// Closes this one and opens the other one, which is of the same plugin: what is behind that one is
    /// shown, and what was shown is behind this one.
    pub(crate) fn give_way(&self, other: &Self, painter: Painter<'_>) {
        // Nobody else locks two of them at once: one hand-over ends before it is undone.
        let (mut own, mut behind_other) = (self.behind(), other.behind());
        if let Some(new) = behind_other.take() {
            *own = Some(self.screen.exchange(painter, new));
        }
    }

    fn behind(&self) -> MutexGuard<'_, Option<Drawn>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For what is nothing that stays.
    fn pass<T>(
        &self,
        draw: impl FnOnce(&dyn Screen) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        match *self.behind() {
            None => draw(&*self.screen),
            Some(_) => Err(ServiceError::Unavailable(
                "another version of this plugin is the one that is shown now".into(),
            )),
        }
    }
}

impl Screen for Curtain {
    fn show(
        &self,
        painter: Painter<'_>,
        surface: &str,
        nodes: Vec<Node>,
    ) -> Result<(), ServiceError> {
        match &mut *self.behind() {
            None => self.screen.show(painter, surface, nodes),
            Some(drawn) => of(drawn, surface)
                .show(nodes, &painter.hosts())
                .map_err(refused),
        }
    }

    fn set_values(
        &self,
        painter: Painter<'_>,
        surface: &str,
        values: Vec<(String, Value)>,
    ) -> Result<(), ServiceError> {
        match &mut *self.behind() {
            None => self.screen.set_values(painter, surface, values),
            Some(drawn) => of(drawn, surface)
                .set(values, &painter.hosts())
                .map(drop)
                .map_err(refused),
        }
    }

    fn append(
        &self,
        painter: Painter<'_>,
        surface: &str,
        name: &str,
        items: Vec<Value>,
    ) -> Result<(), ServiceError> {
        match &mut *self.behind() {
            None => self.screen.append(painter, surface, name, items),
            Some(drawn) => of(drawn, surface)
                .append(name, items)
                .map(drop)
                .map_err(refused),
        }
    }

    fn queue_alert(
        &self,
        painter: Painter<'_>,
        overlay: &str,
        alert: Alert,
    ) -> Result<String, ServiceError> {
        self.pass(|screen| screen.queue_alert(painter, overlay, alert))
    }

    fn skip_alert(&self, painter: Painter<'_>, overlay: &str) -> Result<(), ServiceError> {
        self.pass(|screen| screen.skip_alert(painter, overlay))
    }

    fn clear_alerts(&self, painter: Painter<'_>, overlay: &str) -> Result<u32, ServiceError> {
        self.pass(|screen| screen.clear_alerts(painter, overlay))
    }

    fn exchange(&self, painter: Painter<'_>, drawn: Drawn) -> Drawn {
        match &mut *self.behind() {
            None => self.screen.exchange(painter, drawn),
            Some(behind) => std::mem::replace(behind, drawn),
        }
    }
}

fn of<'a>(drawn: &'a mut Drawn, surface: &str) -> &'a mut Surface {
    drawn.entry(surface.to_owned()).or_default()
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn refused(error: SurfaceError) -> ServiceError {
    ServiceError::Invalid(error.to_string())
}

use std::collections::BTreeMap;

use pato_permissions::{Allowed, PluginId};
use pato_surfaces::{Alert, Node, Surface};
use serde_json::Value;

use crate::services::ServiceError;

/// Shows what plugins draw.
///
/// Called by a plugin's task after it was checked that the manifest declares the surface. What is drawn
/// may lack a grant: it is kept and shown to nobody until there is one. Alerts come with a grant only.
/// Nothing here waits.
pub trait Screen: Send + Sync {
    /// Draws a surface in place of what was drawn before.
    ///
    /// # Errors
    ///
    /// If the table is not one that can be drawn; the text names the node.
    fn show(
        &self,
        painter: Painter<'_>,
        surface: &str,
        nodes: Vec<Node>,
    ) -> Result<(), ServiceError>;

    /// Sets values of a surface, all or none.
    ///
    /// # Errors
    ///
    /// If one does not fit what is bound to it, or they are too many or too large.
    fn set_values(
        &self,
        painter: Painter<'_>,
        surface: &str,
        values: Vec<(String, Value)>,
    ) -> Result<(), ServiceError>;

    /// Adds to the end of a value that is a list.
    ///
    /// # Errors
    ///
    /// If the value is no list, or what is added does not fit.
    fn append(
        &self,
        painter: Painter<'_>,
        surface: &str,
        name: &str,
        items: Vec<Value>,
    ) -> Result<(), ServiceError>;

    /// Queues an alert, and answers with its id.
    ///
    /// # Errors
    ///
    /// If it can't be drawn, or too many wait.
    fn queue_alert(
        &self,
        painter: Painter<'_>,
        overlay: &str,
        alert: Alert,
    ) -> Result<String, ServiceError>;

    /// Ends the alert that is shown.
    ///
    /// # Errors
    ///
    /// If none is.
    fn skip_alert(&self, painter: Painter<'_>, overlay: &str) -> Result<(), ServiceError>;

    /// Throws away the alerts that wait, and answers how many.
    ///
    /// # Errors
    ///
    /// If there is no such overlay.
    fn clear_alerts(&self, painter: Painter<'_>, overlay: &str) -> Result<u32, ServiceError>;

    /// Shows these surfaces in place of all that the plugin shows, and answers with what it showed:
    /// another version of the plugin takes over. Alerts that wait go on waiting.
    fn exchange(&self, painter: Painter<'_>, drawn: Drawn) -> Drawn;
}

/// What a plugin has drawn, by the surface's id.
pub type Drawn = BTreeMap<String, Surface>;

/// Who draws.
#[derive(Debug, Clone, Copy)]
pub struct Painter<'a> {
    /// The plugin.
    pub plugin: &'a PluginId,
    /// What it may do at this moment: pages load its images only from hosts that it may reach.
    pub allowed: &'a Allowed,
}

impl<'a> Painter<'a> {
    /// Which hosts its pictures may come from: those to which the plugin itself may send requests.
    pub fn hosts(self) -> impl Fn(&str, u16) -> bool + 'a {
        move |host, port| self.allowed.check_http(host, port).is_ok()
    }
}

/// What somebody did on a surface, or what came of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceEvent {
    /// The surface's id.
    pub surface: String,
    /// The node's id; empty for what happens to alerts.
    pub node: String,
    /// What happened.
    pub what: Happening,
    /// Who did it.
    pub who: String,
}

/// What happened on a surface.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A button was pressed.
    Pressed(Value),
    /// A value was set.
    Changed(Value),
    /// A form was sent.
    Submitted(Value),
    /// An alert is on screen.
    Shown(String),
    /// An alert is over.
    Finished(String),
}

/// Shows nothing, and says so: for a host without pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoScreen;

impl NoScreen {
    fn refuse<T>() -> Result<T, ServiceError> {
        Err(ServiceError::Unavailable("this host shows nothing".into()))
    }
}

impl Screen for NoScreen {
    fn show(&self, _: Painter<'_>, _: &str, _: Vec<Node>) -> Result<(), ServiceError> {
        Self::refuse()
    }

    fn set_values(
        &self,
        _: Painter<'_>,
        _: &str,
        _: Vec<(String, Value)>,
    ) -> Result<(), ServiceError> {
        Self::refuse()
    }

    fn append(&self, _: Painter<'_>, _: &str, _: &str, _: Vec<Value>) -> Result<(), ServiceError> {
        Self::refuse()
    }

    fn queue_alert(&self, _: Painter<'_>, _: &str, _: Alert) -> Result<String, ServiceError> {
        Self::refuse()
    }

    fn skip_alert(&self, _: Painter<'_>, _: &str) -> Result<(), ServiceError> {
        Self::refuse()
    }

    fn clear_alerts(&self, _: Painter<'_>, _: &str) -> Result<u32, ServiceError> {
        Self::refuse()
    }

    fn exchange(&self, _: Painter<'_>, _: Drawn) -> Drawn {
        Drawn::new()
    }
}

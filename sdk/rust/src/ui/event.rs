use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::AlertId;
use crate::{Error, Result};

/// What somebody did on one of the plugin's surfaces, or what became of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceEvent {
    /// The surface's id.
    pub surface: String,
    /// The element's id; empty for what happens to alerts.
    pub node: String,
    /// What happened.
    pub what: Happening,
    /// Who did it: `dashboard`, `desktop`, the name of a paired device, or `host`.
    pub who: String,
}

/// What happened on a surface. The methods of [`SurfaceEvent`] read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A button was pressed: `null`; in a table `{ "row": id, "column": key }`.
    Pressed(Value),
    /// The user set a value: a boolean, number or string; in a table
    /// `{ "row": id, "column": key, "value": … }`.
    Changed(Value),
    /// A form was sent: an object of its elements' values by id.
    Submitted(Value),
    /// The alert is on screen.
    Shown(AlertId),
    /// The alert is over: its time passed, or it was skipped.
    Finished(AlertId),
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Cell {
    /// The row's field `id`.
    pub row: String,
    /// The column's key.
    pub column: String,
}

impl SurfaceEvent {
    /// Whether it is the press of a button.
    pub fn is_press(&self) -> bool {
        matches!(self.what, Happening::Pressed(_))
    }

    /// The cell of a table in which a button was pressed or a value set; none if it was no table.
    pub fn cell(&self) -> Option<Cell> {
        match &self.what {
            Happening::Pressed(value) | Happening::Changed(value) if value.is_object() => {
                Cell::deserialize(value).ok()
            }
            _ => None,
        }
    }

    /// The value that the user set, in a table that of the cell.
    ///
    /// # Errors
    ///
    /// If no value was set, or it does not fit `T`.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T> {
        match &self.what {
            Happening::Changed(Value::Object(cell)) => {
                self.read(cell.get("value").unwrap_or(&Value::Null))
            }
            Happening::Changed(value) => self.read(value),
            _ => Err(self.is_no("change of a value")),
        }
    }

    /// What was sent with a form: an object of its elements' values by id.
    ///
    /// # Errors
    ///
    /// If no form was sent, or what was sent does not fit `T`.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        match &self.what {
            Happening::Submitted(values) => self.read(values),
            _ => Err(self.is_no("form")),
        }
    }

    /// The alert that is over, if that is what happened.
    pub fn finished(&self) -> Option<&AlertId> {
        match &self.what {
            Happening::Finished(id) => Some(id),
            _ => None,
        }
    }

    fn read<T: DeserializeOwned>(&self, value: &Value) -> Result<T> {
        T::deserialize(value).map_err(|error| {
            Error::Invalid(format!(
                "what `{}` of `{}` sent does not fit: {error}",
                self.node, self.surface
            ))
        })
    }

    fn is_no(&self, what: &str) -> Error {
        Error::Invalid(format!(
            "what happened to `{}` of `{}` is no {what}",
            self.node, self.surface
        ))
    }
}

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{SurfaceError, shown};
use crate::fit::{described, id_of};
use crate::node::{Column, ColumnKind, Kind, Node, Source};
use crate::surface::Surface;
use crate::table::Table;

/// What someone did on a surface, as a page sends it and as the plugin is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A button was pressed: `null`; in a table, `{ "row": id, "column": key }`.
    Pressed(Value),
    /// A value was set: a boolean, number or string; in a table,
    /// `{ "row": id, "column": key, "value": … }`.
    Changed(Value),
    /// A form was sent: an object of its fields' values by id.
    Submitted(Value),
}

impl Surface {
    /// Checks what a page sent against what is shown, so that a plugin is never told of something that is
    /// not there, not visible, or beyond what its node allows.
    ///
    /// # Errors
    ///
    /// [`SurfaceError::NoSuchNode`] if there is no such node (any more), [`SurfaceError::Act`] if it does
    /// not take that.
    pub fn check_act(&self, node: &str, act: &Act) -> Result<(), SurfaceError> {
        let found = self
            .table()
            .and_then(|table| Some((table, table.node(node)?)));
        let Some((table, (index, node))) = found else {
            return Err(SurfaceError::NoSuchNode { id: shown(node) });
        };
        let checked = if self.is_hidden(table, index) {
            Err("it is hidden now".into())
        } else {
            self.check_visible(table, index, node, act)
        };
        checked.map_err(|problem| SurfaceError::Act {
            id: node.id.clone(),
            problem,
        })
    }

    fn check_visible(
        &self,
        table: &Table,
        index: usize,
        node: &Node,
        act: &Act,
    ) -> Result<(), String> {
        match (&node.kind, act) {
            (Kind::Button { .. }, Act::Pressed(Value::Null)) => Ok(()),
            (Kind::Button { .. }, Act::Pressed(_)) => Err("send null for a button".into()),
            (Kind::Table { columns, .. }, Act::Pressed(cell)) => {
                let (column, _) = self.cell(node, columns, cell, &["row", "column"])?;
                match column.kind {
                    ColumnKind::Button => Ok(()),
                    _ => Err(format!("the column `{}` holds no buttons", column.key)),
                }
            }
            (Kind::Table { columns, .. }, Act::Changed(cell)) => {
                let (column, cell) = self.cell(node, columns, cell, &["row", "column", "value"])?;
                check_cell(column, cell.get("value").unwrap_or(&Value::Null), self)
            }
            (Kind::Form { .. }, Act::Submitted(Value::Object(fields))) => {
                self.check_form(table, index, fields)
            }
            (Kind::Form { .. }, Act::Submitted(_)) => {
                Err("send an object of the fields' values by id".into())
            }
            (kind, Act::Changed(_)) if kind.is_field() && table.form_of(index).is_some() => {
                Err("it is in a form: submit the form".into())
            }
            (kind, Act::Changed(value)) if kind.is_field() => check_field(kind, value),
            (kind, _) => Err(format!("`{}` does not take that", kind.name())),
        }
    }

    fn is_hidden(&self, table: &Table, index: usize) -> bool {
        table.ancestry(index).any(|node| {
            let decides = node.visible.as_deref().and_then(|name| self.value(name));
            decides == Some(&Value::Bool(false))
        })
    }

    /// Every visible field has to be there, a hidden one may be, and nothing else.
    fn check_form(
        &self,
        table: &Table,
        form: usize,
        values: &Map<String, Value>,
    ) -> Result<(), String> {
        let mut known = 0;
        for (index, field) in table.fields_of(form) {
            match values.get(&field.id) {
                Some(value) => {
                    known += 1;
                    check_field(&field.kind, value)
                        .map_err(|problem| format!("`{}`: {problem}", field.id))?;
                }
                None if self.is_hidden(table, index) => {}
                None => return Err(format!("the field `{}` is missing", field.id)),
            }
        }
        if known == values.len() {
            return Ok(());
        }
        let is_field = |id: &str| table.fields_of(form).any(|(_, field)| field.id == id);
        let unknown = values.keys().find(|id| !is_field(id));
        Err(format!(
            "`{}` is no field of the form",
            shown(unknown.map_or("", String::as_str))
        ))
    }

    /// The column that was used, and what was sent, if there is such a row.
    fn cell<'a, 'v>(
        &self,
        node: &Node,
        columns: &'a [Column],
        sent: &'v Value,
        fields: &[&str],
    ) -> Result<(&'a Column, &'v Map<String, Value>), String> {
        let cell = sent
            .as_object()
            .filter(|cell| cell.len() == fields.len())
            .filter(|cell| fields.iter().all(|field| cell.contains_key(*field)))
            .ok_or_else(|| format!("send an object of {}", fields.join(", ")))?;
        let key = cell.get("column").and_then(Value::as_str).unwrap_or("");
        let column = columns
            .iter()
            .find(|column| column.key == key)
            .ok_or_else(|| format!("there is no column `{}`", shown(key)))?;
        let row = cell.get("row").and_then(Value::as_str).unwrap_or("");
        let rows = match &node.value {
            Source::None => None,
            Source::Constant(value) => Some(value),
            Source::Bound(name) => self.value(name),
        };
        let rows = rows.and_then(Value::as_array);
        let found = rows
            .into_iter()
            .flatten()
            .find(|item| id_of(item) == Some(row));
        let Some(found) = found else {
            return Err(format!("there is no row `{}` any more", shown(row)));
        };
        if column.kind == ColumnKind::Button && found.get(key).is_none_or(Value::is_null) {
            return Err(format!("the row `{}` has no button there", shown(row)));
        }
        Ok((column, cell))
    }
}

fn check_cell(column: &Column, value: &Value, surface: &Surface) -> Result<(), String> {
    if !column.is_interactive() {
        return Err(format!("the column `{}` cannot be changed", column.key));
    }
    let most = surface.limits().input_characters;
    match (column.kind, value) {
        (ColumnKind::Toggle, Value::Bool(_)) | (ColumnKind::Number, Value::Number(_)) => Ok(()),
        (ColumnKind::Text, Value::String(text)) => check_length(text, most),
        _ => Err(format!(
            "{} does not fit the column `{}`",
            described(value),
            column.key
        )),
    }
}

fn check_field(kind: &Kind, value: &Value) -> Result<(), String> {
    match (kind, value) {
        (Kind::Toggle { .. }, Value::Bool(_)) => Ok(()),
        (
            Kind::Slider {
                minimum, maximum, ..
            }
            | Kind::NumberInput {
                minimum, maximum, ..
            },
            Value::Number(number),
        ) => match number.as_f64() {
            Some(number) if (*minimum..=*maximum).contains(&number) => Ok(()),
            _ => Err(format!("{number} is not from {minimum} to {maximum}")),
        },
        (Kind::Select { choices, .. }, Value::String(value)) => {
            if choices.iter().any(|choice| choice.value == *value) {
                return Ok(());
            }
            Err(format!("`{}` is none of the choices", shown(value)))
        }
        (
            Kind::TextInput {
                lines, max_length, ..
            },
            Value::String(text),
        ) => {
            if *lines <= 1 && text.contains(['\n', '\r']) {
                return Err("it has only one line".into());
            }
            check_length(text, *max_length)
        }
        _ => Err(format!(
            "{} is no value of `{}`",
            described(value),
            kind.name()
        )),
    }
}

fn check_length(text: &str, most: u32) -> Result<(), String> {
    match text.chars().nth(most as usize) {
        None => Ok(()),
        Some(_) => Err(format!("the text has more than {most} characters")),
    }
}

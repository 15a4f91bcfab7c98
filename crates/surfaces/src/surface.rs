use std::collections::BTreeMap;

use serde_json::Value;

use crate::address::Hosts;
use crate::drawing::{Delta, Drawing};
use crate::error::SurfaceError;
use crate::limits::Limits;
use crate::node::Node;
use crate::table::Table;
use crate::values::Values;

/// One widget, page or overlay: what is drawn, and the values that it shows. Whatever it holds fits
/// together: no value contradicts a node that is bound to it.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    limits: Limits,
    table: Option<Table>,
    values: Values,
}

impl Surface {
    /// One on which nothing was drawn yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Its limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What was drawn last.
    pub fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }

    /// The value of that name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Draws the nodes in place of what was drawn before; the values stay. The closure says which hosts
    /// images may come from. Every page has to be sent the whole then.
    ///
    /// # Errors
    ///
    /// If the table is not in order (see [`Table::new`]), or a value that is set does not fit a node that
    /// is bound to it. Nothing changes then.
    pub fn show(&mut self, nodes: Vec<Node>, hosts: Hosts<'_>) -> Result<(), SurfaceError> {
        let table = Table::new(nodes, &self.limits, hosts)?;
        for name in table.names() {
            if let Some(value) = self.values.get(name) {
                table.check_value(name, value, &self.limits, hosts)?;
            }
        }
        self.table = Some(table);
        Ok(())
    }

    /// Sets values, all or none; of two with one name the latter counts, and `null` takes a value away.
    /// Those that are not named stay. Answers with what pages have to be told.
    ///
    /// # Errors
    ///
    /// If a value is beyond the limits, or does not fit a node that is bound to it.
    pub fn set(
        &mut self,
        values: Vec<(String, Value)>,
        hosts: Hosts<'_>,
    ) -> Result<Delta, SurfaceError> {
        let values: BTreeMap<String, Value> = values.into_iter().collect();
        let mut shown = Vec::new();
        if let Some(table) = &self.table {
            for (name, value) in values.iter().filter(|(name, _)| table.shows(name)) {
                table.check_value(name, value, &self.limits, hosts)?;
                shown.push(name.clone());
            }
        }
        self.values.set(values, &self.limits)?;
        Ok(self.told(shown))
    }

    /// Adds to the end of a value that is a list, or not set; what is too many falls off its beginning.
    /// Answers with what pages have to be told.
    ///
    /// # Errors
    ///
    /// If the value is no list, the items alone are more than a value may hold, or one does not fit a node
    /// that is bound to the value.
    pub fn append(&mut self, name: &str, mut items: Vec<Value>) -> Result<Delta, SurfaceError> {
        let beyond = items.len().saturating_sub(self.limits.items);
        items.drain(..beyond);
        let growth = self.values.growth(name, &items, &self.limits)?;
        let mut delta = Delta::default();
        let shown = self.table.as_ref().filter(|table| table.shows(name));
        if let Some(table) = shown {
            let kept = self
                .values
                .list(name)?
                .get(growth.dropped..)
                .unwrap_or_default();
            table.check_added(name, kept, &items, &self.limits)?;
            if growth.shortened {
                let list = kept.iter().chain(&items).cloned().collect();
                delta.set.insert(name.into(), Value::Array(list));
            } else if !items.is_empty() {
                delta.append.insert(name.into(), items.clone());
            }
        }
        self.values.grow(name, items, &growth);
        Ok(delta)
    }

    /// What a page draws; empty while nothing was shown.
    pub fn drawing(&self) -> Drawing {
        let Some(table) = &self.table else {
            return Drawing::default();
        };
        let values = table.names().filter_map(|name| {
            let value = self.values.get(name)?;
            Some((name.to_owned(), table.drawn(name, value)))
        });
        Drawing {
            nodes: table.drawn_nodes(),
            values: values.collect(),
            problem: None,
        }
    }

    /// What pages are told of values that they show and that were set.
    fn told(&self, names: Vec<String>) -> Delta {
        let Some(table) = &self.table else {
            return Delta::default();
        };
        let set = names.into_iter().map(|name| {
            let value = self.values.get(&name);
            let value = value.map_or(Value::Null, |value| table.drawn(&name, value));
            (name, value)
        });
        Delta {
            set: set.collect(),
            append: BTreeMap::new(),
        }
    }

    /// About how many bytes a drawing of it has.
    pub(crate) fn bytes(&self) -> usize {
        self.values.bytes() + self.table.as_ref().map_or(0, Table::bytes)
    }
}

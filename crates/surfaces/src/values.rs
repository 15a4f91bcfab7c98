use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{SurfaceError, shown};
use crate::fields;
use crate::limits::Limits;
use crate::size::{items_bytes, json_bytes};

/// The named values of one surface, within the limits. What they are for is not its business.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Values {
    values: BTreeMap<String, Stored>,
    /// Of all values and names.
    bytes: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Stored {
    value: Value,
    bytes: usize,
}

/// What has to happen so that more stands at the end of a list.
pub(crate) struct Growth {
    /// How many items fall off its beginning.
    pub(crate) dropped: usize,
    /// Whether more of them do than a page knows of, which keeps as many items as there may be.
    pub(crate) shortened: bool,
    bytes: usize,
}

impl Values {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).map(|stored| &stored.value)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sets them, all or none; `null` takes a value away.
    pub(crate) fn set(
        &mut self,
        values: BTreeMap<String, Value>,
        limits: &Limits,
    ) -> Result<(), SurfaceError> {
        let mut stored = Vec::with_capacity(values.len());
        let (mut count, mut total) = (self.values.len(), self.bytes);
        for (name, value) in values {
            let bytes = json_bytes(&value);
            check_value(&name, bytes, limits)?;
            if let Some(old) = self.values.get(&name) {
                count -= 1;
                total = total.saturating_sub(old.bytes + name.len());
            }
            if !value.is_null() {
                count += 1;
                total += bytes + name.len();
            }
            stored.push((name, Stored { value, bytes }));
        }
        check_all(count, total, limits)?;
        self.bytes = total;
        for (name, new) in stored {
            if new.value.is_null() {
                self.values.remove(&name);
            } else {
                self.values.insert(name, new);
            }
        }
        Ok(())
    }

    /// The items of a list, none if it was not set.
    pub(crate) fn list(&self, name: &str) -> Result<&[Value], SurfaceError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(SurfaceError::Value {
                name: shown(name),
                problem: "it is no list, so nothing can be added to it: set it to a list first"
                    .into(),
            }),
        }
    }

    /// What adding the items to a list means, if it is possible. What is too many falls off the list's
    /// beginning: with too many items the oldest, with too many bytes the oldest half, so that a full
    /// list is not sent anew with every item.
    pub(crate) fn growth(
        &self,
        name: &str,
        added: &[Value],
        limits: &Limits,
    ) -> Result<Growth, SurfaceError> {
        let more = items_bytes(added);
        check_value(name, more + 2, limits)?;
        let before = self.list(name)?;
        let old = self.values.get(name).map_or(0, |stored| stored.bytes);
        let mut dropped = (before.len() + added.len())
            .saturating_sub(limits.items)
            .min(before.len());
        let mut bytes = old.max(2) + more;
        let (gone, kept) = before.split_at_checked(dropped).unwrap_or_default();
        bytes = bytes.saturating_sub(items_bytes(gone));
        let shortened = bytes > limits.value_bytes;
        if shortened {
            for item in kept {
                if bytes <= (limits.value_bytes / 2).max(more + 2) {
                    break;
                }
                bytes = bytes.saturating_sub(json_bytes(item) + 1);
                dropped += 1;
            }
        }
        let is_new = old == 0;
        let count = self.values.len() + usize::from(is_new);
        let name_bytes = if is_new { name.len() } else { 0 };
        check_all(
            count,
            self.bytes + name_bytes + bytes - old.min(self.bytes),
            limits,
        )?;
        Ok(Growth {
            dropped,
            shortened,
            bytes,
        })
    }

    /// Does what [`growth`](Self::growth) found possible.
    pub(crate) fn grow(&mut self, name: &str, added: Vec<Value>, growth: &Growth) {
        if !self.values.contains_key(name) {
            self.bytes += name.len();
        }
        let stored = self.values.entry(name.into()).or_insert_with(|| Stored {
            value: Value::Array(Vec::new()),
            bytes: 0,
        });
        self.bytes = (self.bytes + growth.bytes).saturating_sub(stored.bytes);
        stored.bytes = growth.bytes;
        if let Value::Array(items) = &mut stored.value {
            items.drain(..growth.dropped.min(items.len()));
            items.extend(added);
        }
    }
}

fn check_value(name: &str, bytes: usize, limits: &Limits) -> Result<(), SurfaceError> {
    let checked = fields::name("name of a value", name, limits).and_then(|()| {
        if bytes <= limits.value_bytes {
            return Ok(());
        }
        Err(format!(
            "it has {bytes} bytes as JSON, more than {}: show less of it at once",
            limits.value_bytes
        ))
    });
    checked.map_err(|problem| SurfaceError::Value {
        name: shown(name),
        problem,
    })
}

fn check_all(count: usize, bytes: usize, limits: &Limits) -> Result<(), SurfaceError> {
    let problem = if count > limits.values {
        format!("there would be {count} values, more than {}", limits.values)
    } else if bytes > limits.values_bytes {
        format!(
            "all values together would have {bytes} bytes as JSON, more than {}",
            limits.values_bytes
        )
    } else {
        return Ok(());
    };
    Err(SurfaceError::Table {
        problem: format!("{problem}: set those to null that are not shown any more"),
    })
}

use std::collections::BTreeMap;

use pato_sdk::prelude::*;
use pato_sdk::storage::Transaction;

use crate::definition::{Definition, name_of};

/// The most commands that are kept in storage.
const MOST: usize = 1000;

/// All commands: those of the settings, and those made in chat, which go before them.
#[derive(Default)]
pub(crate) struct Book {
    set: BTreeMap<String, Definition>,
    made: BTreeMap<String, Definition>,
}

impl Book {
    /// Reads the settings' lines and what is stored. A wrong line is logged and left out.
    pub(crate) fn read(lines: &[String]) -> Result<Self> {
        let mut book = Self::default();
        for line in lines {
            match Definition::parse_line(line) {
                Ok(definition) => {
                    book.set.insert(definition.name.clone(), definition);
                }
                Err(error) => warn!("a line of the setting `commands` is left out: {error}"),
            }
        }
        let mut after: Option<String> = None;
        loop {
            let keys = storage::keys("command/", after.as_deref())?;
            for key in &keys {
                if let Some(definition) = storage::get::<Definition>(key)? {
                    book.made.insert(definition.name.clone(), definition);
                }
            }
            match keys.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(book),
            }
        }
    }

    /// The command of that name or alias. A name goes before an alias.
    pub(crate) fn find(&self, name: &str) -> Option<&Definition> {
        let named = self.made.get(name).or_else(|| self.set.get(name));
        named.or_else(|| self.all().find(|one| one.names().any(|own| own == name)))
    }

    /// Whether it was made in chat or on the page, so that it can be removed.
    pub(crate) fn is_made(&self, name: &str) -> bool {
        self.made.contains_key(name)
    }

    /// Every command, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Definition> {
        let set = self.set.values();
        let mut all: Vec<_> = set
            .filter(|one| !self.made.contains_key(&one.name))
            .chain(self.made.values())
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all.into_iter()
    }

    /// Adds or replaces a command, and stores it.
    pub(crate) fn keep(&mut self, definition: Definition) -> Result<()> {
        if self.made.len() >= MOST && !self.made.contains_key(&definition.name) {
            return Err(Error::Invalid(format!(
                "there are {MOST} commands already; remove one"
            )));
        }
        storage::set(&format!("command/{}", definition.name), &definition)?;
        self.made.insert(definition.name.clone(), definition);
        Ok(())
    }

    /// Removes a command that was made in chat, and its count.
    pub(crate) fn remove(&mut self, name: &str) -> Result<()> {
        let name = name_of(name)?;
        if !self.made.contains_key(&name) {
            return Err(Error::NotFound(match self.set.contains_key(&name) {
                true => format!("`{name}` stands in the settings; remove it there"),
                false => format!("there is no command `{name}`"),
            }));
        }
        Transaction::new()
            .delete(&format!("command/{name}"))
            .delete(&format!("count/{name}"))
            .commit()?;
        self.made.remove(&name);
        Ok(())
    }
}

/// Counts one use of a command; answers how many there were.
pub(crate) fn count(name: &str) -> Result<u32> {
    let key = format!("count/{name}");
    let count = storage::get::<u32>(&key)?.unwrap_or(0).saturating_add(1);
    storage::set(&key, &count)?;
    Ok(count)
}

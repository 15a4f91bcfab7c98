//! What moderators write after `!command`.

use pato_sdk::prelude::*;

use crate::book::Book;
use crate::definition::{Definition, Options, name_of};

/// Performs `add|edit|remove NAME …`; answers what to say.
pub(crate) fn edit(book: &mut Book, text: &str) -> Result<String> {
    let (verb, rest) = split(text);
    let (name, rest) = split(rest);
    if !matches!(verb, "add" | "edit" | "remove") || name.is_empty() {
        return Err(Error::Invalid(
            "write add, edit or remove, and the command's name".into(),
        ));
    }
    let name = name_of(name)?;
    match verb {
        "add" => {
            if book.find(&name).is_some() {
                return Err(Error::Invalid(format!(
                    "`{name}` is there already; use edit"
                )));
            }
            let (options, reply) = Options::parse(rest)?;
            let mut definition = Definition::new(&name, reply)?;
            definition.apply(options);
            book.keep(definition)?;
            Ok(format!("Added {name}."))
        }
        "edit" => {
            let Some(old) = book.find(&name).cloned() else {
                return Err(Error::NotFound(format!(
                    "there is no command `{name}`; use add"
                )));
            };
            let (options, reply) = Options::parse(rest)?;
            let reply = if reply.is_empty() {
                old.reply.as_str()
            } else {
                reply
            };
            let reply = Definition::new(&old.name, reply)?.reply;
            let mut definition = Definition { reply, ..old };
            definition.apply(options);
            let name = definition.name.clone();
            book.keep(definition)?;
            Ok(format!("Changed {name}."))
        }
        _ => {
            book.remove(&name)?;
            Ok(format!("Removed {name}."))
        }
    }
}

fn split(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

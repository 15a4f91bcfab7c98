//! Answers chat commands.

mod book;
mod definition;
mod editing;
mod page;
mod reply;
#[cfg(test)]
mod tests;

use pato_sdk::Cooldowns;
use pato_sdk::chat::Audience;
use pato_sdk::prelude::*;
use pato_sdk::ui::Surfaces;
use serde::Deserialize;

use crate::book::Book;
use crate::definition::Definition;

/// The plugin.
#[derive(Default)]
struct Commands {
    settings: Settings,
    book: Book,
    cooldowns: Cooldowns,
    surfaces: Surfaces,
    /// What came of what was last done on the page.
    said: String,
}

/// What the user set; the manifest says what each means.
#[derive(Default, Deserialize)]
struct Settings {
    prefix: String,
    commands: Vec<String>,
    cooldown: u32,
    user_cooldown: u32,
    editors: Audience,
}

#[plugin]
impl Plugin for Commands {
    fn init(&mut self) -> Result<()> {
        self.read_settings()?;
        events::subscribe("chat.message")?;
        self.draw()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        if event.flags.own {
            return Ok(());
        }
        match event.payload::<ChatMessage>()? {
            Some(message) => self.message(&event, &message),
            None => Ok(()),
        }
    }

    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        let text = |key: &str| match parameters.get(key).and_then(Value::as_str) {
            Some(text) => Ok(text),
            None => Err(Error::Invalid(format!(
                "`{key}` is missing; give it as a text"
            ))),
        };
        let answer = match name {
            "list" => Ok(json!(self.book.all().collect::<Vec<_>>())),
            "set" => {
                let definition = Definition::parse_line(text("line")?)?;
                self.book.keep(definition).map(|()| Value::Null)
            }
            "remove" => self.book.remove(text("name")?).map(|()| Value::Null),
            _ => Err(Error::NotFound(format!("there is no command `{name}`"))),
        }?;
        self.draw()?;
        Ok(answer)
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.read_settings()?;
        self.draw()
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        self.use_page(&event)
    }
}

impl Commands {
    fn read_settings(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        self.book = Book::read(&self.settings.commands)?;
        Ok(())
    }

    fn message(&mut self, event: &Event, message: &ChatMessage) -> Result<()> {
        let Some((name, arguments)) = chat::command(&message.text, &self.settings.prefix) else {
            return Ok(());
        };
        match name.to_lowercase().as_str() {
            "commands" => self.list(event, message),
            "command" if self.settings.editors.admits(&message.roles) => {
                let answer = editing::edit(&mut self.book, arguments)
                    .unwrap_or_else(|error| format!("That did not work: {error}"));
                self.draw()?;
                chat::reply(event, answer)
            }
            name => self.answer(event, message, name, arguments),
        }
    }

    fn answer(
        &mut self,
        event: &Event,
        message: &ChatMessage,
        name: &str,
        arguments: &str,
    ) -> Result<()> {
        let Some(definition) = self.book.find(name) else {
            return Ok(());
        };
        if !definition.role.admits(&message.roles) {
            return Ok(());
        }
        let name = definition.name.clone();
        let personal = format!("{name} {}", message.user.id);
        let waits = !Audience::Moderators.admits(&message.roles);
        let ready = |key: &str| self.cooldowns.is_ready(key, event.time);
        if waits && !(ready(&name) && ready(&personal)) {
            return Ok(());
        }
        let global = definition.cooldown.unwrap_or(self.settings.cooldown);
        let user = definition
            .user_cooldown
            .unwrap_or(self.settings.user_cooldown);
        let count = match definition.reply.contains("{count}") {
            true => book::count(&name)?,
            false => 0,
        };
        let text = reply::fill(&definition.reply, message, arguments, count);
        self.cooldowns.start(name, event.time, global);
        self.cooldowns.start(personal, event.time, user);
        chat::reply(event, text)
    }

    fn list(&mut self, event: &Event, message: &ChatMessage) -> Result<()> {
        if !self.cooldowns.is_ready("commands", event.time) {
            return Ok(());
        }
        self.cooldowns
            .start("commands", event.time, self.settings.cooldown);
        let prefix = &self.settings.prefix;
        let usable = self
            .book
            .all()
            .filter(|one| one.role.admits(&message.roles));
        let names: Vec<String> = usable.map(|one| format!("{prefix}{}", one.name)).collect();
        match names.is_empty() {
            true => chat::reply(event, "There are no commands yet."),
            false => chat::reply(event, format!("Commands: {}", names.join(" "))),
        }
    }
}

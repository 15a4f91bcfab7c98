//! The latest chat messages, on the stream.

mod lines;
#[cfg(test)]
mod tests;

use std::time::Duration;

use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::chat::{ChatCleared, ChatMessageDeleted, ChatMessageEdited};
use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Surfaces};
use serde::Deserialize;

use crate::lines::Lines;

const OVERLAY: &str = "chat";
const WIDGET: &str = "latest";

/// What nodes show.
const LINES: &str = "lines";

/// How long the next drawing waits after one, so that a storm is ten drawings a second.
const PAUSE: Duration = Duration::from_millis(100);

/// How often old messages are looked for.
const FADE: Duration = Duration::from_secs(1);

/// The plugin.
#[derive(Default)]
struct ChatOverlay {
    settings: Settings,
    lines: Lines,
    surfaces: Surfaces,
    /// Until when nothing is drawn, and whether something changed meanwhile.
    pause: Option<Timer>,
    changed: bool,
    fade: Option<Timer>,
}

#[derive(Default, Deserialize)]
struct Settings {
    lines: usize,
    fade_seconds: u32,
    roles: bool,
    commands: bool,
    ignored_chatters: Vec<String>,
}

#[plugin]
impl Plugin for ChatOverlay {
    fn init(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        for topic in [
            ChatMessage::TOPIC,
            ChatMessageDeleted::TOPIC,
            ChatCleared::TOPIC,
        ] {
            events::subscribe(topic)?;
        }
        if let Err(error) = events::subscribe(ChatMessageEdited::TOPIC) {
            debug!("messages stay as they were written: {error}");
        }
        self.draw()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        self.events(vec![event])
    }

    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            if let Err(error) = self.take_in(&event) {
                error!("event {} of `{}`: {error}", event.id, event.topic);
            }
        }
        self.changed = true;
        self.proceed()
    }

    fn timer(&mut self, timer: Timer) -> Result<()> {
        self.pause.take_if(|own| *own == timer);
        if self.fade.take_if(|own| *own == timer).is_some() {
            self.changed = true;
        }
        self.proceed()
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.settings = settings::all()?;
        self.changed = true;
        self.proceed()
    }
}

impl ChatOverlay {
    fn take_in(&mut self, event: &Event) -> Result<()> {
        if event.flags.replayed || event.flags.snapshot {
            return Ok(());
        }
        if let Some(message) = event.payload::<ChatMessage>()? {
            if self.is_wanted(&message) {
                self.lines.add(event, message, clock::now());
            }
        } else if let Some(deleted) = event.payload::<ChatMessageDeleted>()? {
            self.lines.delete(event, &deleted);
        } else if let Some(cleared) = event.payload::<ChatCleared>()? {
            self.lines.clear(event, &cleared);
        } else if let Some(edited) = event.payload::<ChatMessageEdited>()? {
            self.lines.edit(event, &edited);
        }
        Ok(())
    }

    fn is_wanted(&self, message: &ChatMessage) -> bool {
        let is_same = |one: &String| one.trim().eq_ignore_ascii_case(&message.user.login);
        let is_command = message.text.trim_start().starts_with('!');
        !self.settings.ignored_chatters.iter().any(is_same)
            && (self.settings.commands || !is_command)
    }

    /// Draws, unless that was a moment ago, and looks for old messages later.
    fn proceed(&mut self) -> Result<()> {
        if self.changed && self.pause.is_none() {
            self.draw()?;
            self.changed = false;
            self.pause = timers::after(PAUSE).ok();
        }
        let fades = self.settings.fade_seconds > 0 && !self.lines.is_empty();
        if fades && self.fade.is_none() {
            self.fade = Some(timers::after(FADE)?);
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<()> {
        let Settings { lines, roles, .. } = self.settings;
        let since = match self.settings.fade_seconds {
            0 => f64::NEG_INFINITY,
            seconds => clock::now() - f64::from(seconds) * 1000.0,
        };
        let shown = [(LINES, self.lines.items(lines, since, roles))];
        self.surfaces.update(OVERLAY, drawing, shown)?;
        let all = self.lines.items(usize::MAX, f64::NEG_INFINITY, roles);
        self.surfaces.update(WIDGET, drawing, [(LINES, all)])
    }
}

fn drawing() -> Element {
    ui::items(LINES)
}

//! Big buttons that do whatever was granted.

mod button;
mod drawing;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use pato_sdk::Cooldowns;
use pato_sdk::prelude::*;
use pato_sdk::ui::Surfaces;
use serde::Deserialize;

use crate::button::{Button, short};

/// How many buttons there may be.
const MOST: usize = 100;

/// How long an answer stands on a button.
const ANSWER: Duration = Duration::from_secs(6);

/// The plugin.
#[derive(Default)]
struct Deck {
    settings: Settings,
    keys: Vec<Key>,
    cooldowns: Cooldowns,
    surfaces: Surfaces,
    /// When the answers are taken off the buttons.
    wipe: Option<Timer>,
    watched: BTreeSet<&'static str>,
}

#[derive(Default, Deserialize)]
struct Settings {
    buttons: Vec<String>,
    columns: u8,
    cooldown: u32,
}

/// A button, and how it stands.
struct Key {
    button: Button,
    /// Whether that which it does is on.
    on: bool,
    /// What came of the last press.
    answer: Option<Result<String>>,
}

#[plugin]
impl Plugin for Deck {
    fn init(&mut self) -> Result<()> {
        self.read_settings()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        self.take_in(&event)?;
        self.draw()
    }

    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        if name != "press" {
            return Err(Error::NotFound(format!(
                "there is no command `{name}`; use `press`"
            )));
        }
        let label = parameters.get("label").and_then(Value::as_str);
        let label =
            label.ok_or_else(|| Error::Invalid("`label` is missing; give it as a text".into()))?;
        let labels = self.keys.iter().map(|key| key.button.label.as_str());
        let Some(place) = labels.clone().position(|own| own == label) else {
            return Err(Error::NotFound(match pato_sdk::nearest(label, labels) {
                Some(near) => format!("there is no button `{label}`; did you mean `{near}`?"),
                None => format!("there is no button `{label}`"),
            }));
        };
        let answer = self.press(place);
        self.draw()?;
        answer.map(Value::String)
    }

    fn timer(&mut self, timer: Timer) -> Result<()> {
        if self.wipe.take_if(|own| *own == timer).is_some() {
            for key in &mut self.keys {
                key.answer = None;
            }
        }
        self.draw()
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.read_settings()
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        if let Some(place) = drawing::place(&event.node) {
            // What came of it stands on the button.
            drop(self.press(place));
        }
        self.draw()
    }
}

impl Deck {
    fn read_settings(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        self.keys.clear();
        for line in &self.settings.buttons {
            if self.keys.len() >= MOST {
                warn!("only {MOST} buttons are shown; `{line}` and what follows is left out");
                break;
            }
            match Button::parse(line) {
                Ok(button) => self.keys.push(Key {
                    button,
                    on: false,
                    answer: None,
                }),
                Err(error) => warn!("`{line}` in the setting `buttons` is left out: {error}"),
            }
        }
        self.watch();
        self.surfaces.redraw(drawing::PAGE);
        self.surfaces.redraw(drawing::WIDGET);
        self.draw()
    }

    /// Asks for all that tells how buttons stand, and looks how they stand now.
    fn watch(&mut self) {
        let states = self.keys.iter().filter_map(|key| key.button.state.as_ref());
        let topics: BTreeSet<&'static str> = states.map(|state| state.topic).collect();
        for topic in topics {
            if !self.watched.contains(topic) {
                match events::subscribe(topic) {
                    Ok(()) => self.watched.insert(topic),
                    Err(error) => {
                        debug!("no button shows what `{topic}` tells: {error}");
                        continue;
                    }
                };
            }
            for event in events::snapshot(topic).unwrap_or_default() {
                if let Err(error) = self.take_in(&event) {
                    warn!("{error}");
                }
            }
        }
    }

    fn take_in(&mut self, event: &Event) -> Result<()> {
        let data: Value = event.json()?;
        for key in &mut self.keys {
            let state = key.button.state.as_ref();
            if let Some(on) = state.and_then(|state| state.told(event, &data)) {
                key.on = on;
            }
        }
        Ok(())
    }

    /// Does what a button is for, unless it was pressed a moment ago.
    fn press(&mut self, place: usize) -> Result<String> {
        let Some(key) = self.keys.get_mut(place) else {
            return Err(Error::NotFound("that button is not there any more".into()));
        };
        let now = clock::now();
        let cooldown = place.to_string();
        if !self.cooldowns.is_ready(&cooldown, now) {
            return Err(Error::RateLimited(1000));
        }
        let seconds = key.button.cooldown.unwrap_or(self.settings.cooldown);
        self.cooldowns.start(cooldown, now, seconds);
        let answer = key.button.fire();
        if let Err(error) = &answer {
            warn!("`{}`: {error}", key.button.label);
        }
        key.answer = Some(answer.clone());
        if let Some(timer) = self.wipe.take() {
            // It may be due already, and then comes to nothing.
            drop(timer.cancel());
        }
        self.wipe = timers::after(ANSWER).ok();
        answer
    }

    fn draw(&mut self) -> Result<()> {
        let (keys, columns) = (&self.keys, self.settings.columns);
        let draw = |columns| move || drawing::grid(keys, columns);
        let values = drawing::values(keys);
        self.surfaces
            .update(drawing::PAGE, draw(columns), values.clone())?;
        self.surfaces.update(drawing::WIDGET, draw(2), values)
    }
}

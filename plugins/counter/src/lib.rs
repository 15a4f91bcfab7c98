//! Counts messages, chatters and words.

mod screen;
mod tally;
#[cfg(test)]
mod tests;

use std::time::Duration;

use pato_sdk::prelude::*;
use pato_sdk::ui::Surfaces;
use serde::{Deserialize, Serialize};

use crate::screen::Counted;
use crate::tally::{Count, Tally};

/// How many timer ticks of a second lie between two times that the counts are stored.
const TICKS_TO_STORE: u32 = 10;

const KEY: &str = "totals";

/// The plugin.
#[derive(Default)]
struct Counter {
    settings: Settings,
    totals: Totals,
    surfaces: Surfaces,
    /// Whether something was counted since it was last published.
    unpublished: bool,
    /// Whether something was counted since it was last stored.
    unstored: bool,
    ticks: u32,
}

#[derive(Default, Deserialize)]
struct Settings {
    top: usize,
    shortest_word: usize,
    ignored_words: Vec<String>,
    ignored_chatters: Vec<String>,
    counted: Counted,
    count_label: String,
    goal: u32,
    goal_label: String,
}

/// What is kept.
#[derive(Default, Serialize, Deserialize)]
struct Totals {
    messages: u64,
    chatters: Tally,
    words: Tally,
}

/// The payload of `counter.stats`.
#[derive(Serialize)]
struct Stats<'a> {
    messages: u64,
    chatters: usize,
    top_chatters: Vec<Count<'a>>,
    top_words: Vec<Count<'a>>,
}

#[plugin]
impl Plugin for Counter {
    fn init(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        self.totals = storage::get(KEY)?.unwrap_or_default();
        timers::every(Duration::from_secs(1))?;
        events::subscribe("chat.message")?;
        self.publish()
    }

    fn shutdown(&mut self) -> Result<()> {
        self.store()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        if event.flags.own {
            return Ok(());
        }
        if let Some(message) = event.payload::<ChatMessage>()? {
            self.count(&message);
        }
        Ok(())
    }

    fn command(&mut self, name: &str, _parameters: Value) -> Result<Value> {
        match name {
            "stats" => Ok(json!(self.stats())),
            "reset" => {
                self.reset()?;
                Ok(Value::Null)
            }
            _ => Err(Error::NotFound(format!(
                "there is no command `{name}`; use `stats` or `reset`"
            ))),
        }
    }

    fn timer(&mut self, _timer: Timer) -> Result<()> {
        self.ticks = (self.ticks + 1) % TICKS_TO_STORE;
        if self.unpublished {
            self.publish()?;
        }
        if self.unstored && self.ticks == 0 {
            self.store()?;
        }
        Ok(())
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.settings = settings::all()?;
        // The labels and the goal are part of what is drawn.
        self.surfaces.redraw(screen::COUNT);
        self.surfaces.redraw(screen::GOAL);
        self.publish()
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        match event.node.as_str() {
            screen::RESET => self.reset(),
            _ => Ok(()),
        }
    }
}

impl Counter {
    fn count(&mut self, message: &ChatMessage) {
        let login = &message.user.login;
        if self
            .settings
            .ignored_chatters
            .iter()
            .any(|ignored| ignored.eq_ignore_ascii_case(login))
        {
            return;
        }
        self.totals.messages += 1;
        self.totals.chatters.add(&message.user.name);
        for word in message
            .text
            .split(|character: char| !character.is_alphanumeric())
        {
            let word = word.to_lowercase();
            let long = word.chars().count() >= self.settings.shortest_word;
            if long && !self.settings.ignored_words.contains(&word) {
                self.totals.words.add(&word);
            }
        }
        self.unpublished = true;
        self.unstored = true;
    }

    fn stats(&self) -> Stats<'_> {
        Stats {
            messages: self.totals.messages,
            chatters: self.totals.chatters.distinct(),
            top_chatters: self.totals.chatters.top(self.settings.top),
            top_words: self.totals.words.top(self.settings.top),
        }
    }

    fn publish(&mut self) -> Result<()> {
        events::publish_state("counter.stats", &self.stats())?;
        self.unpublished = false;
        self.draw()
    }

    fn reset(&mut self) -> Result<()> {
        self.totals = Totals::default();
        self.store()?;
        self.publish()
    }

    fn store(&mut self) -> Result<()> {
        storage::set(KEY, &self.totals)?;
        self.unstored = false;
        Ok(())
    }
}

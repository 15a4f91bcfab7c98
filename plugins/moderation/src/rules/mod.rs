//! What is not allowed, one module for each rule.

mod capitals;
mod links;
mod repeats;

use pato_sdk::Words;
use pato_sdk::prelude::*;
use serde::Deserialize;

use repeats::Repeats;

/// A rule that a message broke.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Its name, for `guard.action`.
    pub(crate) rule: &'static str,
    /// What to tell the author.
    pub(crate) reason: &'static str,
}

/// All rules, as the user set them.
#[derive(Default)]
pub(crate) struct Rules {
    settings: Settings,
    words: Words,
    repeats: Repeats,
}

#[derive(Default, Deserialize)]
struct Settings {
    links: bool,
    allowed_hosts: Vec<String>,
    capitals_percent: u32,
    capitals_letters: usize,
    repeated_characters: usize,
    repeated_messages: usize,
    banned_words: Vec<String>,
}

impl Rules {
    pub(crate) fn read() -> Result<Self> {
        let settings: Settings = settings::all()?;
        Ok(Self {
            words: Words::new(&settings.banned_words),
            repeats: Repeats::default(),
            settings,
        })
    }

    /// The first rule that the message breaks, the gravest first.
    pub(crate) fn broken_by(
        &mut self,
        message: &ChatMessage,
        now: f64,
        links_permitted: bool,
    ) -> Option<Broken> {
        let settings = &self.settings;
        let visible = visible(&message.text);
        let repeated = self.repeats.count(&message.user.id, &visible, now);
        let broken = |rule, reason| Some(Broken { rule, reason });
        if self.words.stand_in(&visible) {
            return broken("words", "that word is not welcome here.");
        }
        if settings.links && !links_permitted && links::any(&visible, &settings.allowed_hosts) {
            return broken("links", "please ask before you post links.");
        }
        if settings.repeated_messages > 0 && repeated > settings.repeated_messages {
            return broken("repeated-messages", "once is enough.");
        }
        let most = settings.repeated_characters;
        if most > 0 && repeats::longest_run(&visible) > most {
            return broken(
                "repeated-characters",
                "please do not stretch your messages.",
            );
        }
        let letters = capitals::share(&message.text, &message.emotes);
        if letters.count >= settings.capitals_letters && letters.percent > settings.capitals_percent
        {
            return broken("capitals", "please do not shout.");
        }
        None
    }
}

/// Without the characters that nobody sees: they would split words and links unseen.
fn visible(text: &str) -> String {
    let hidden = |one: &char| {
        matches!(one, '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}'
            | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E007F}')
    };
    text.chars().filter(|one| !hidden(one)).collect()
}

//! Carries chat from one place to another, and never in circles.

use std::collections::{HashMap, VecDeque};

use pato_sdk::prelude::*;
use pato_sdk::{Cooldowns, Words};
use serde::Deserialize;

use crate::place::{self, Place, Route};

/// For how long a carried text is known again, in milliseconds.
const ECHO: f64 = 300_000.0;

/// How many carried texts, and how many ids of sent messages, are remembered at most.
const MOST: usize = 500;

/// How old a message may be, in milliseconds: nobody wants to read it after that. Generous, for the
/// clocks of services differ from this machine's.
const OLD: f64 = 600_000.0;

/// How many letters of a message are carried: no service splits that.
const LETTERS: usize = 400;

const FORMAT: &str = "[{service}] {user}: {text}";

/// The relay with what it remembers.
#[derive(Default)]
pub(crate) struct Relay {
    settings: Settings,
    routes: Vec<Route>,
    blocked: Words,
    /// What was carried lately, to know it again when it comes back by any way.
    carried: VecDeque<(f64, String)>,
    /// The ids of messages that were sent, with the connector.
    sent: VecDeque<(String, String)>,
    /// When messages were sent to each place within the last minute.
    recent: HashMap<Place, VecDeque<f64>>,
    /// Until when a service wants no more.
    closed: HashMap<Place, f64>,
    warned: Cooldowns,
    pub(crate) counts: Counts,
}

#[derive(Default, Deserialize)]
struct Settings {
    relay: Vec<String>,
    format: String,
    excluded_prefixes: Vec<String>,
    excluded_people: Vec<String>,
    blocked_words: Vec<String>,
    relay_per_minute: usize,
}

/// What became of messages since the plugin began.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Counts {
    pub(crate) carried: u32,
    /// Too many at once, or the service did not take them.
    pub(crate) left_out: u32,
    pub(crate) echoes: u32,
}

impl Relay {
    pub(crate) fn read_settings(&mut self) -> Result<()> {
        let mut settings: Settings = settings::all()?;
        let routes = place::read("relay", &settings.relay, Route::parse);
        self.routes = routes.into_iter().flatten().collect();
        self.blocked = Words::new(&settings.blocked_words);
        // Both are needed to know a carried message again.
        if !(settings.format.contains("{user}") && settings.format.contains("{text}")) {
            warn!("the setting `format` needs {{user}} and {{text}}; used instead: {FORMAT}");
            settings.format = FORMAT.into();
        }
        self.settings = settings;
        Ok(())
    }

    pub(crate) fn message(&mut self, event: &Event, message: &ChatMessage) {
        let from = Place::new(&event.source, &message.channel);
        if !self.routes.iter().any(|route| route.from == from) {
            return;
        }
        let now = clock::now();
        if self.is_echo(event, message, now) {
            self.counts.echoes += 1;
            return;
        }
        if !self.may_leave(event, message, now) {
            return;
        }
        let text = self.line(&from, message);
        for route in self.routes.clone() {
            if route.from == from {
                self.carry(&route.to, &text, now);
            }
        }
    }

    /// Whether Pato itself wrote it, or somebody gives back what was carried.
    fn is_echo(&mut self, event: &Event, message: &ChatMessage, now: f64) -> bool {
        while let Some((time, _)) = self.carried.front()
            && (now - time > ECHO || self.carried.len() > MOST)
        {
            self.carried.pop_front();
        }
        let sent = |(connector, id): &(String, String)| {
            *connector == event.source && *id == message.message_id
        };
        let text = bare(&message.text);
        event.flags.own
            || self.sent.iter().any(sent)
            || self.carried.iter().any(|(_, line)| text.contains(line))
    }

    fn may_leave(&self, event: &Event, message: &ChatMessage, now: f64) -> bool {
        let flags = event.flags;
        // After a trap nobody knows whether it was carried already; one line less is better than twice.
        let again = flags.replayed || flags.redelivered;
        let invented = flags.simulated && event.source != "simulator";
        // It was written in another channel, whose own chat is where it comes from.
        let shared = message.shared_from.is_some();
        let settings = &self.settings;
        let text = message.text.trim();
        let begins = |prefix: &String| !prefix.is_empty() && text.starts_with(prefix.as_str());
        let is_author = |name: &String| {
            let name = name.trim().to_lowercase();
            name == message.user.login.to_lowercase() || name == message.user.name.to_lowercase()
        };
        !(again
            || invented
            || shared
            || now - event.time > OLD
            || settings.excluded_prefixes.iter().any(begins)
            || settings.excluded_people.iter().any(is_author)
            || self.blocked.stand_in(&visible(text))
            || (text.is_empty() && message.attachments.is_empty()))
    }

    /// The line that is written elsewhere.
    fn line(&self, from: &Place, message: &ChatMessage) -> String {
        let words = std::iter::once(&message.text).chain(&message.attachments);
        let text = words.map(|word| word.trim()).collect::<Vec<_>>().join(" ");
        let filled = pato_sdk::fill(&self.settings.format, |name| match name {
            "service" => Some(from.connector.clone()),
            "channel" => Some(from.channel.clone()),
            "user" => Some(message.user.name.clone()),
            "text" => Some(text.trim().to_owned()),
            _ => None,
        });
        let line = chat::harmless(&quiet(&filled));
        match line.char_indices().nth(LETTERS) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        }
    }

    fn carry(&mut self, to: &Place, line: &str, now: f64) {
        if let Err(reason) = self.reserve(to, now) {
            return self.leave_out(to, &reason, now);
        }
        // Before it is sent: it may come back although sending seems to fail.
        self.carried.push_back((now, bare(line)));
        match to.send(line) {
            Ok(ids) => {
                self.counts.carried += 1;
                for id in ids {
                    if self.sent.len() >= MOST {
                        self.sent.pop_front();
                    }
                    self.sent.push_back((to.connector.clone(), id));
                }
            }
            Err(error) => {
                if let Error::RateLimited(wait) = error {
                    self.closed.insert(to.clone(), now + f64::from(wait));
                }
                self.leave_out(to, &error.to_string(), now);
            }
        }
    }

    /// Takes one of the messages that may go to a place within a minute.
    fn reserve(&mut self, to: &Place, now: f64) -> Result<(), String> {
        if self.closed.get(to).is_some_and(|until| now < *until) {
            return Err("the service wants a pause".into());
        }
        let most = self.settings.relay_per_minute;
        let recent = self.recent.entry(to.clone()).or_default();
        // A clock that was set back must not keep everything out.
        recent.retain(|time| (0.0..60_000.0).contains(&(now - time)));
        if recent.len() >= most {
            return Err(format!("more than {most} messages within a minute"));
        }
        recent.push_back(now);
        Ok(())
    }

    fn leave_out(&mut self, to: &Place, reason: &str, now: f64) {
        self.counts.left_out += 1;
        let key = to.to_string();
        if self.warned.is_ready(&key, now) {
            let all = self.counts.left_out;
            warn!("a message is not carried to {to}: {reason}; left out so far: {all}");
            self.warned.start(key, now, 60);
        }
    }
}

/// Without what cannot be seen, so that words cannot be broken up with it.
fn visible(text: &str) -> String {
    let invisible = |one: &char| matches!(one, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}');
    text.chars().filter(|one| !invisible(one)).collect()
}

/// What services leave of a text: they join spaces, and drop what cannot be seen.
fn bare(text: &str) -> String {
    let visible = visible(text);
    let bare: Vec<_> = visible.split_whitespace().collect();
    bare.join(" ")
}

/// The text with mentions that call nobody: a zero-width space after the sign.
fn quiet(text: &str) -> String {
    let quiet = text.replace("<@", "<@\u{200B}");
    let quiet = quiet.replace("@everyone", "@\u{200B}everyone");
    quiet.replace("@here", "@\u{200B}here")
}

use std::collections::VecDeque;

use pato_sdk::catalogue::chat::{ChatCleared, ChatMessageDeleted, ChatMessageEdited};
use pato_sdk::prelude::*;

/// How many messages are kept: what the widget shows.
const MOST: usize = 50;

/// How many letters of a name and of a text are shown, so that all lines fit into one value.
const NAME: usize = 40;
const TEXT: usize = 250;

/// The latest messages, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: VecDeque<Line>,
    count: u32,
}

/// One message.
#[derive(Debug)]
struct Line {
    /// Names it on the surface: two services may use the same id.
    number: u32,
    connector: String,
    channel: String,
    message_id: String,
    user_id: String,
    login: String,
    name: String,
    text: String,
    color: Option<String>,
    icon: Option<&'static str>,
    /// When it came, in milliseconds since the epoch.
    time: f64,
}

impl Lines {
    pub(crate) fn add(&mut self, event: &Event, message: ChatMessage, now: f64) {
        if self.lines.len() >= MOST {
            self.lines.pop_front();
        }
        self.count = self.count.wrapping_add(1);
        let text = match message.is_action {
            true => format!("* {}", message.text),
            false => message.text,
        };
        self.lines.push_back(Line {
            number: self.count,
            connector: event.source.clone(),
            icon: icon(&message.roles),
            color: message.color.filter(|color| is_color(color)),
            name: cut(&message.user.name, NAME),
            text: cut(&text, TEXT),
            channel: message.channel,
            message_id: message.message_id,
            user_id: message.user.id,
            login: message.user.login,
            time: now,
        });
    }

    pub(crate) fn edit(&mut self, event: &Event, edited: &ChatMessageEdited) {
        let mut own = self.lines.iter_mut();
        let is_it = |line: &&mut Line| {
            line.is_in(event, &edited.channel) && line.message_id == edited.message_id
        };
        if let Some(line) = own.find(is_it) {
            line.text = cut(&edited.text, TEXT);
        }
    }

    pub(crate) fn delete(&mut self, event: &Event, deleted: &ChatMessageDeleted) {
        self.lines.retain(|line| {
            !(line.is_in(event, &deleted.channel) && line.message_id == deleted.message_id)
        });
    }

    pub(crate) fn clear(&mut self, event: &Event, cleared: &ChatCleared) {
        self.lines.retain(|line| {
            let is_theirs = cleared.user.as_ref().is_none_or(|user| {
                // Some services tell only the name.
                line.login.eq_ignore_ascii_case(&user.login)
                    || (!user.id.is_empty() && line.user_id == user.id)
            });
            !(line.is_in(event, &cleared.channel) && is_theirs)
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The last so many of those that came after a moment, as a surface shows them.
    pub(crate) fn items(&self, most: usize, since: f64, roles: bool) -> Value {
        let lines = self.lines.iter().filter(|line| line.time > since);
        let lines: Vec<&Line> = lines.collect();
        let last = lines.get(lines.len().saturating_sub(most)..);
        let item = |line: &&Line| {
            json!({
                "id": line.number.to_string(),
                "text": line.name,
                "detail": line.text,
                "color": line.color,
                "icon": line.icon.filter(|_| roles),
            })
        };
        last.unwrap_or_default().iter().map(item).collect()
    }
}

impl Line {
    fn is_in(&self, event: &Event, channel: &str) -> bool {
        self.connector == event.source && self.channel.eq_ignore_ascii_case(channel)
    }
}

/// The most that somebody may do.
fn icon(roles: &[Role]) -> Option<&'static str> {
    let icons = [
        (Role::Broadcaster, "crown"),
        (Role::Moderator, "shield"),
        (Role::Vip, "gem"),
        (Role::Subscriber, "star"),
    ];
    let found = icons.iter().find(|(role, _)| roles.contains(role));
    found.map(|(_, icon)| *icon)
}

/// Whether it is `#RRGGBB`: one wrong colour would cost the whole list.
fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    digits.is_some_and(|digits| digits.bytes().all(|one| one.is_ascii_hexdigit()))
}

fn cut(text: &str, most: usize) -> String {
    // Control characters are long as JSON, and nobody sees them.
    let mut letters = text.chars().filter(|letter| !letter.is_control());
    let mut cut: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        cut.push('…');
    }
    cut
}

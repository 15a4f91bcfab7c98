//! What the page and the widget look like.

use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Tone};

use crate::{Key, short};

pub(crate) const PAGE: &str = "deck";
pub(crate) const WIDGET: &str = "buttons";

/// The place of the button with that id.
pub(crate) fn place(id: &str) -> Option<usize> {
    let id = id.strip_suffix("-on").unwrap_or(id);
    id.strip_prefix("button-")?.parse().ok()
}

/// All buttons. One that can be on is two, of which one is seen: so a change is one value.
pub(crate) fn grid(keys: &[Key], columns: u8) -> Element {
    if keys.is_empty() {
        return ui::text("Write your buttons into the settings of this plugin.").tone(Tone::Muted);
    }
    ui::grid(columns.clamp(1, 12), keys.iter().enumerate().map(tile))
}

fn tile((place, key): (usize, &Key)) -> Element {
    let button = &key.button;
    let make = |id: &str, tone| {
        let made = ui::button(id, button.label.as_str()).tone(tone);
        let made = match button.icon.as_str() {
            "" => made,
            icon => made.icon(icon),
        };
        match button.confirm {
            true => made.confirm(format!("{}?", button.label)),
            false => made,
        }
    };
    let id = format!("button-{place}");
    let mut parts = Vec::new();
    match &button.state {
        None => parts.push(make(&id, button.tone)),
        Some(_) => {
            // On is told by words, too: not everybody sees the tone.
            let on = make(&format!("{id}-on"), Tone::Accent).visible_by(name("on", place));
            let caption = ui::text("On").caption().tone(Tone::Accent);
            parts.push(make(&id, button.tone).visible_by(name("off", place)));
            parts.push(on);
            parts.push(caption.visible_by(name("on", place)));
        }
    }
    let text = |what, tone| ui::text("").bound(name(what, place)).caption().tone(tone);
    parts.push(text("done", Tone::Good));
    parts.push(text("failed", Tone::Danger));
    ui::column(parts).gap(1)
}

/// How the buttons stand.
pub(crate) fn values(keys: &[Key]) -> Vec<(String, Value)> {
    let value = |(place, key): (usize, &Key)| {
        let (done, failed) = match &key.answer {
            None => (String::new(), String::new()),
            Some(Ok(answer)) => (answer.clone(), String::new()),
            Some(Err(error)) => (String::new(), short(&error.to_string())),
        };
        let (on, off) = (json!(key.on), json!(!key.on));
        let answers = [("done", json!(done)), ("failed", json!(failed))];
        let states = [("on", on), ("off", off)];
        let shown = answers
            .into_iter()
            .chain(states.into_iter().filter(|_| key.button.state.is_some()));
        shown
            .map(move |(what, value)| (name(what, place), value))
            .collect::<Vec<_>>()
    };
    keys.iter().enumerate().flat_map(value).collect()
}

fn name(what: &str, place: usize) -> String {
    format!("{what}-{place}")
}

//! What is shown in the dashboard and on the stream.

use pato_sdk::prelude::*;
use pato_sdk::ui::{Alignment, Element};
use serde::Deserialize;

use crate::Counter;
use crate::tally::Count;

const STATS: &str = "stats";
pub(crate) const COUNT: &str = "count";
pub(crate) const GOAL: &str = "goal";

/// The button.
pub(crate) const RESET: &str = "reset";

/// What the overlays count.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Counted {
    #[default]
    Messages,
    Chatters,
}

impl Counter {
    /// Shows how things stand.
    pub(crate) fn draw(&mut self) -> Result<()> {
        let stats = self.stats();
        let values = [
            ("messages", json!(stats.messages)),
            ("chatters", json!(stats.chatters)),
            ("top_chatters", rows(&stats.top_chatters)),
            ("top_words", rows(&stats.top_words)),
        ];
        let count = match self.settings.counted {
            Counted::Messages => json!(stats.messages),
            Counted::Chatters => json!(stats.chatters),
        };
        self.surfaces.update(STATS, widget, values)?;
        let label = &self.settings.count_label;
        let value = [("count", count.clone())];
        self.surfaces.update(COUNT, || number(label), value)?;
        let (label, goal) = (&self.settings.goal_label, self.settings.goal);
        let value = [("count", count)];
        self.surfaces.update(GOAL, || bar(label, goal), value)
    }
}

/// A table's rows. A name is a chatter's or a word, so it may be too long for an id.
fn rows(counts: &[Count<'_>]) -> Value {
    let row = |(place, count): (usize, &Count<'_>)| json!({ "id": (place + 1).to_string(), "name": count.name, "count": count.count });
    counts.iter().enumerate().map(row).collect()
}

fn widget() -> Element {
    let top = |name: &str, label: &str| {
        ui::table(name)
            .column("name", label)
            .number("count", "Count")
            .empty("Nobody said a word yet.")
    };
    ui::column([
        ui::grid(
            2,
            [
                ui::stat("messages", "Messages"),
                ui::stat("chatters", "Chatters"),
            ],
        ),
        ui::tabs([
            ui::tab("Chatters", [top("top_chatters", "Chatter")]),
            ui::tab("Words", [top("top_words", "Word")]),
        ]),
        ui::button(RESET, "Reset")
            .icon("rotate-ccw")
            .confirm("Begin again at nothing?"),
    ])
}

fn number(label: &str) -> Element {
    ui::column([
        ui::text("0").bound("count").display(),
        ui::text(label).heading(),
    ])
    .align(Alignment::Center)
    .gap(1)
}

fn bar(label: &str, goal: u32) -> Element {
    ui::column([
        ui::row([
            ui::text(label).heading(),
            ui::text("0").bound("count").heading(),
            ui::text(format!("of {goal}")).heading(),
        ]),
        ui::progress("count", label, goal.into()),
    ])
}

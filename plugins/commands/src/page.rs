//! The page on which commands are added, edited, removed and tried.

use pato_sdk::catalogue::chat::User;
use pato_sdk::chat::Audience;
use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Tone};
use serde::Deserialize;

use crate::definition::{Definition, Options, role};
use crate::{Commands, reply};

const PAGE: &str = "commands";
const TABLE: &str = "rows";
const ADD: &str = "add";
const TRY: &str = "try";

/// How many bytes of rows are shown: a value holds 64 KiB.
const MOST: usize = 56 << 10;

/// Who may use a command, as it is written.
const ROLES: [(&str, &str); 5] = [
    ("everyone", "Everyone"),
    ("subscribers", "Subscribers"),
    ("vips", "VIPs"),
    ("moderators", "Moderators"),
    ("broadcaster", "Broadcaster"),
];

#[derive(Deserialize)]
struct Added {
    name: String,
    reply: String,
    role: String,
    cooldown: f64,
}

#[derive(Deserialize)]
struct Tried {
    text: String,
}

impl Commands {
    /// Shows the commands.
    pub(crate) fn draw(&mut self) -> Result<()> {
        let (mut rows, mut bytes, mut left_out) = (Vec::new(), 0, 0);
        for definition in self.book.all() {
            let row = self.row(definition);
            bytes += row.to_string().len() + 1;
            match bytes <= MOST && rows.len() < 1000 {
                true => rows.push(row),
                false => left_out += 1,
            }
        }
        let values = [
            (TABLE, json!(rows)),
            (
                "more",
                json!(format!("{left_out} more are not shown here.")),
            ),
            ("is_more", json!(left_out > 0)),
            ("said", json!(self.said)),
        ];
        self.surfaces.update(PAGE, page, values)
    }

    fn row(&self, definition: &Definition) -> Value {
        json!({
            "id": definition.name,
            "name": definition.name,
            "aliases": definition.aliases.join(", "),
            "reply": definition.reply,
            "role": definition.role,
            "cooldown": definition.cooldown.unwrap_or(self.settings.cooldown),
            "remove": self.book.is_made(&definition.name).then_some("Remove"),
        })
    }

    /// Does what somebody asks for on the page, and says there what came of it.
    pub(crate) fn use_page(&mut self, event: &SurfaceEvent) -> Result<()> {
        self.said = match self.change(event) {
            Ok(said) => said,
            Err(error) => {
                // What the user wrote has to give way to what is so.
                self.surfaces.redraw(PAGE);
                format!("That did not work: {error}")
            }
        };
        self.draw()
    }

    fn change(&mut self, event: &SurfaceEvent) -> Result<String> {
        match (event.node.as_str(), event.cell()) {
            (ADD, _) => {
                let added: Added = event.form()?;
                let mut definition = Definition::new(&added.name, &added.reply)?;
                definition.apply(Options {
                    role: Some(role(&added.role)?),
                    cooldown: Some(seconds(added.cooldown)?),
                    ..Options::default()
                });
                let name = definition.name.clone();
                if self.book.find(&name).is_some() {
                    return Err(Error::Invalid(format!("`{name}` is there already")));
                }
                self.book.keep(definition)?;
                Ok(format!("Added {name}."))
            }
            (TRY, _) => self.attempt(&event.form::<Tried>()?.text),
            (TABLE, Some(cell)) if event.is_press() => {
                self.book.remove(&cell.row)?;
                Ok(format!("Removed {}.", cell.row))
            }
            (TABLE, Some(cell)) => {
                let Some(old) = self.book.find(&cell.row).cloned() else {
                    let row = &cell.row;
                    return Err(Error::NotFound(format!("there is no command `{row}`")));
                };
                let changed = match cell.column.as_str() {
                    "reply" => Definition {
                        reply: Definition::new(&old.name, &event.value::<String>()?)?.reply,
                        ..old
                    },
                    _ => Definition {
                        cooldown: Some(seconds(event.value()?)?),
                        ..old
                    },
                };
                self.book.keep(changed)?;
                Ok(format!("Changed {}.", cell.row))
            }
            _ => Ok(String::new()),
        }
    }

    /// What a chat message would be answered with. Nothing is sent or counted.
    fn attempt(&self, text: &str) -> Result<String> {
        let prefix = &self.settings.prefix;
        let (name, arguments) = chat::command(text, prefix).unwrap_or((text, ""));
        let name = name.to_lowercase();
        let Some(definition) = self.book.find(&name) else {
            return Err(Error::NotFound(format!("there is no command `{name}`")));
        };
        let message = ChatMessage::new("", "channel", User::example(), text);
        let answer = reply::fill(&definition.reply, &message, arguments, 1);
        Ok(match definition.role {
            Audience::Everyone => answer,
            _ => format!("{answer} (not for everyone)"),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between 0 and 86,400"
)]
fn seconds(number: f64) -> Result<u32> {
    match (0.0..=86_400.0).contains(&number) {
        true => Ok(number as u32),
        false => Err(Error::Invalid(format!(
            "{number} is no time; write seconds, at most 86400"
        ))),
    }
}

fn page() -> Element {
    ui::column([
        ui::table(TABLE)
            .column("name", "Command")
            .column("aliases", "Also")
            .editable_column("reply", "Reply")
            .column("role", "For")
            .editable_number("cooldown", "Cooldown (s)")
            .buttons("remove", "")
            .empty("There are no commands yet."),
        ui::text("").bound("more").caption().visible_by("is_more"),
        ui::text("").bound("said").tone(Tone::Accent),
        ui::grid(
            2,
            [
                ui::card(
                    "Add",
                    [ui::form(
                        ADD,
                        "Add",
                        [
                            ui::text_input("name", "Command").max_length(31),
                            ui::text_area("reply", "Reply", 3).max_length(1000),
                            ui::select("role", "For", ROLES).value("everyone"),
                            ui::number_input("cooldown", "Cooldown in seconds", 0.0, 86_400.0)
                                .value(5),
                        ],
                    )],
                ),
                ui::card(
                    "Try",
                    [ui::form(
                        TRY,
                        "Try",
                        [ui::text_input("text", "As it is written in chat")
                            .placeholder("!hug Ada")],
                    )],
                ),
            ],
        ),
        ui::markdown(
            "In a reply stand `{user}`, `{channel}`, `{args}`, `{1}` to `{9}`, and `{count}` for how often it \
             was used. Commands without a button stand in the settings.",
        ),
    ])
}

//! The widget: what was done and why, with a way back.

use std::collections::VecDeque;

use pato_sdk::catalogue::moderation::{
    SetShieldMode, SetShieldModeParameters, Unban, UnbanParameters,
};
use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Surfaces, Tone};

use crate::punishment::Step;

const WIDGET: &str = "deeds";
const TABLE: &str = "rows";
const SHIELD: &str = "shield";

/// How many deeds are shown, the latest first.
const MOST: usize = 60;

/// How many letters of a message and of a name are shown, so that all deeds fit into one value.
pub(crate) const LETTERS: usize = 100;
const NAME: usize = 40;

/// One deed.
pub(crate) struct Deed {
    /// In milliseconds since the epoch.
    pub(crate) time: f64,
    pub(crate) connector: String,
    pub(crate) channel: String,
    pub(crate) login: String,
    pub(crate) rule: &'static str,
    pub(crate) step: Step,
    pub(crate) text: String,
    pub(crate) failed: bool,
}

/// What was done since the plugin started.
#[derive(Default)]
pub(crate) struct Deeds {
    /// With a number each, and whether it was lifted; the latest first.
    latest: VecDeque<(u32, Deed, bool)>,
    count: u32,
    deleted: u32,
    timeouts: u32,
    failed: u32,
    shield: bool,
    /// What came of what was last done in the widget.
    said: String,
    surfaces: Surfaces,
}

impl Deeds {
    pub(crate) fn add(&mut self, deed: Deed) {
        let count = match (deed.failed, deed.step) {
            (true, _) => &mut self.failed,
            (false, Step::Delete) => &mut self.deleted,
            (false, Step::Timeout(_)) => &mut self.timeouts,
        };
        *count = count.saturating_add(1);
        self.count = self.count.wrapping_add(1);
        self.latest.push_front((self.count, deed, false));
        self.latest.truncate(MOST);
    }

    /// Shield mode is on now, or off.
    pub(crate) fn shield(&mut self, active: bool) {
        self.shield = active;
    }

    /// Does what somebody asks for in the widget, and says there what came of it.
    pub(crate) fn used(&mut self, event: &SurfaceEvent) -> Result<()> {
        self.said = match self.act(event) {
            Ok(said) => said,
            Err(error) => {
                // A switch that was turned in vain has to go back.
                self.surfaces.redraw(WIDGET);
                format!("That did not work: {error}")
            }
        };
        self.draw()
    }

    fn act(&mut self, event: &SurfaceEvent) -> Result<String> {
        if event.node == SHIELD {
            let active = event.value()?;
            services::call::<SetShieldMode>(&SetShieldModeParameters {
                active,
                ..SetShieldModeParameters::default()
            })?;
            self.shield = active;
            return Ok(String::new());
        }
        let Some(cell) = event.cell() else {
            return Ok(String::new());
        };
        let mut latest = self.latest.iter_mut();
        let Some((_, deed, lifted)) = latest.find(|(id, ..)| id.to_string() == cell.row) else {
            return Err(Error::NotFound("that was too long ago".into()));
        };
        services::call::<Unban>(&UnbanParameters {
            connector: Some(deed.connector.clone()),
            channel: Some(deed.channel.clone()),
            login: deed.login.clone(),
            ..UnbanParameters::default()
        })?;
        *lifted = true;
        Ok(format!("{} may write again.", deed.login))
    }

    /// Shows how things stand.
    pub(crate) fn draw(&mut self) -> Result<()> {
        let values = [
            ("deleted", json!(self.deleted)),
            ("timeouts", json!(self.timeouts)),
            ("failed", json!(self.failed)),
            ("some_failed", json!(self.failed > 0)),
            (SHIELD, json!(self.shield)),
            ("said", json!(self.said)),
            (TABLE, self.latest.iter().map(row).collect()),
        ];
        self.surfaces.update(WIDGET, widget, values)
    }
}

fn row((id, deed, lifted): &(u32, Deed, bool)) -> Value {
    let step = match (deed.step, deed.failed, lifted) {
        (_, true, _) => "failed".to_owned(),
        (_, _, true) => "lifted".to_owned(),
        (step, false, false) => step.to_string(),
    };
    let is_timeout = matches!(deed.step, Step::Timeout(_));
    json!({
        "id": id.to_string(),
        "time": deed.time,
        "login": deed.login.chars().take(NAME).collect::<String>(),
        "text": deed.text,
        "rule": deed.rule,
        "step": step,
        "lift": (is_timeout && !deed.failed && !lifted).then_some("Lift"),
    })
}

fn widget() -> Element {
    ui::column([
        ui::grid(
            2,
            [
                ui::stat("deleted", "Messages deleted"),
                ui::stat("timeouts", "Timeouts"),
                ui::stat("failed", "Could not be done").visible_by("some_failed"),
            ],
        ),
        ui::toggle(SHIELD, "Shield mode"),
        ui::text("").bound("said").tone(Tone::Accent),
        ui::table(TABLE)
            .moment("time", "When")
            .column("login", "Who")
            .column("text", "Message")
            .column("rule", "Rule")
            .column("step", "Done")
            .buttons("lift", "")
            .empty("Nobody broke a rule."),
    ])
}

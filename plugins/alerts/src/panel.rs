//! The widget: what is shown, what waits, and buttons.

use pato_sdk::prelude::*;
use pato_sdk::ui::{self, Element, Tone};

use crate::Alerts;
use crate::alert::{Alert, Kind, cut};
use crate::stage;

const PANEL: &str = "queue";

/// The form that makes an alert to look at.
const TEST: &str = "test";

/// How many that wait are listed, and how many letters of each, so that all fit into one value.
const LISTED: usize = 30;
const LETTERS: usize = 150;

impl Alerts {
    /// Shows how things stand.
    pub(crate) fn draw(&mut self) -> Result<()> {
        let state = self.state();
        let showing = match state.showing {
            Some(alert) => alert.text.clone(),
            None => "Nothing".to_owned(),
        };
        let values = [
            ("showing", json!(showing)),
            ("count", json!(state.waiting)),
            ("left_out", json!(state.left_out)),
            ("some_left_out", json!(state.left_out > 0)),
            ("running", json!(!state.paused)),
            ("paused", json!(state.paused)),
            ("quiet", json!(state.quiet)),
            (
                "waiting",
                self.queue.waiting().take(LISTED).map(item).collect(),
            ),
            ("said", json!(self.said)),
        ];
        let nothing: [(&str, Value); 0] = [];
        self.surfaces
            .update(stage::STAGE, || ui::column([]), nothing)?;
        self.surfaces.update(PANEL, widget, values)
    }

    /// Does what somebody asks for in the widget, and says there if it cannot be done.
    pub(crate) fn use_panel(&mut self, event: &SurfaceEvent) {
        let parameters = match event.node.as_str() {
            TEST => event.form(),
            _ => Ok(Value::Null),
        };
        let done = parameters.and_then(|parameters| self.command(&event.node, parameters));
        self.said = match done {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
    }
}

fn item(alert: &Alert) -> Value {
    json!({
        "id": alert.id.to_string(),
        "text": cut(&alert.text, LETTERS),
        "detail": alert.message.as_deref().map(|message| cut(message, LETTERS)),
        "icon": stage::look(alert.kind).icon,
    })
}

fn widget() -> Element {
    let kinds = Kind::ALL.map(|(name, _)| (name, name));
    ui::column([
        ui::text("On screen").caption(),
        ui::text("").bound("showing").heading(),
        ui::row([
            ui::button("skip", "Skip").icon("skip-forward"),
            ui::button("pause", "Pause")
                .icon("pause")
                .visible_by("running"),
            ui::button("resume", "Resume")
                .icon("play")
                .tone(Tone::Warning)
                .visible_by("paused"),
            ui::button("replay", "Replay").icon("repeat"),
            ui::button("clear", "Clear")
                .icon("trash-2")
                .tone(Tone::Danger)
                .confirm("Throw away all alerts that wait?"),
        ]),
        ui::text("").bound("said").tone(Tone::Danger),
        ui::text("Alerts come without a sound.")
            .caption()
            .visible_by("quiet"),
        ui::stat("count", "Waiting"),
        ui::stat("left_out", "Left out, for too many waited").visible_by("some_left_out"),
        ui::items("waiting"),
        ui::form(
            TEST,
            "Test",
            [ui::select("kind", "Kind", kinds).value("follow")],
        ),
    ])
}

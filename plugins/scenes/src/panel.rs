//! The widget: a button for each scene.

use std::collections::BTreeMap;

use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Surfaces, Tone};
use serde::Deserialize;

use crate::obs::{self, Scene};

/// What tells how OBS stands.
pub(crate) const TOPICS: [&str; 2] = [
    "obs.scene-list-changed",
    "obs.current-program-scene-changed",
];

const PANEL: &str = "scenes";

/// How many scenes of one OBS have a button, and how many OBS are known: a table holds 2,000 nodes.
const MOST: usize = 200;
const INSTANCES: usize = 8;

/// The widget, and what it knows.
#[derive(Default)]
pub(crate) struct Panel {
    /// By the connectors' names.
    instances: BTreeMap<String, Instance>,
    /// Why the last press of a button did nothing.
    problem: String,
    surfaces: Surfaces,
}

/// One OBS.
#[derive(Default)]
struct Instance {
    scenes: Vec<String>,
    on_air: String,
}

#[derive(Deserialize)]
struct List {
    scenes: Vec<Scene>,
}

impl Panel {
    /// Takes in one of [`TOPICS`].
    pub(crate) fn take_in(&mut self, event: &Event) -> Result<()> {
        if self.instances.len() >= INSTANCES && !self.instances.contains_key(&event.source) {
            return Ok(());
        }
        let instance = self.instances.entry(event.source.clone()).or_default();
        match event.topic.as_str() {
            "obs.scene-list-changed" => {
                instance.scenes = obs::in_order(event.json::<List>()?.scenes);
                instance.scenes.truncate(MOST);
            }
            _ => instance.on_air = event.json::<Scene>()?.scene_name,
        }
        self.surfaces.redraw(PANEL);
        self.draw()
    }

    /// Shows the scenes.
    pub(crate) fn draw(&mut self) -> Result<()> {
        let instances = &self.instances;
        let values = [("problem", json!(self.problem))];
        self.surfaces.update(PANEL, || widget(instances), values)
    }

    /// Changes to the scene whose button was pressed.
    pub(crate) fn press(&mut self, button: &str) -> Result<()> {
        let pressed = buttons(&self.instances).find(|(id, ..)| id == button);
        let change = |(_, connector, scene): (_, _, &str)| obs::set(scene, Some(connector));
        match pressed.map(change) {
            Some(Err(error)) => self.problem = obs::explain(&error),
            Some(Ok(())) | None => self.problem.clear(),
        }
        self.draw()
    }
}

/// The buttons' ids, with the connector and the scene of each.
fn buttons(instances: &BTreeMap<String, Instance>) -> impl Iterator<Item = (String, &str, &str)> {
    let all = instances.iter().enumerate();
    all.flat_map(|(number, (connector, instance))| {
        let scenes = instance.scenes.iter().enumerate();
        scenes.map(move |(place, scene)| {
            (
                format!("scene-{number}-{place}"),
                connector.as_str(),
                scene.as_str(),
            )
        })
    })
}

fn widget(instances: &BTreeMap<String, Instance>) -> Element {
    let several = instances.len() > 1;
    let card = |(connector, instance): (&String, &Instance)| {
        let own = buttons(instances).filter(|(_, one, _)| *one == connector);
        let buttons = own.map(|(id, _, scene)| match scene == instance.on_air {
            true => ui::button(&id, scene).icon("radio").tone(Tone::Accent),
            false => ui::button(&id, scene),
        });
        let grid = ui::grid(2, buttons.collect::<Vec<_>>());
        match several {
            true => ui::card(connector.as_str(), [grid]),
            false => grid,
        }
    };
    let none = instances
        .values()
        .all(|instance| instance.scenes.is_empty());
    let hint = none.then(|| ui::text("OBS is not connected yet.").tone(Tone::Muted));
    let problem = ui::text("").bound("problem").tone(Tone::Danger);
    ui::column(
        hint.into_iter()
            .chain(instances.iter().map(card))
            .chain([problem]),
    )
}

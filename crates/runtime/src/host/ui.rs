use pato_permissions::{Allowed, SurfaceKind};
use pato_surfaces as surfaces;
use serde_json::Value;

use super::{HostState, milliseconds};
use crate::bindings::pato::platform::types::Error;
use crate::bindings::pato::platform::ui;
use crate::screen::{Painter, Screen};

impl ui::Host for HostState {
    fn show(&mut self, surface: String, nodes: Vec<ui::Node>) -> Result<(), Error> {
        let granted = self.may_show(&surface, None)?;
        let nodes = self.nodes(nodes)?;
        let allowed = self.shared.allowed();
        let screen = &self.shared.screen;
        let shown = screen.show(self.painter(&allowed), &surface, nodes);
        granted?;
        Ok(shown?)
    }

    fn set_values(&mut self, surface: String, values: Vec<ui::Named>) -> Result<(), Error> {
        let granted = self.may_show(&surface, None)?;
        let mut read = Vec::with_capacity(values.len());
        for ui::Named { name, value } in values {
            let value = self.json(&format!("the value `{}`", name.escape_debug()), &value)?;
            read.push((name, value));
        }
        let allowed = self.shared.allowed();
        let screen = &self.shared.screen;
        let set = screen.set_values(self.painter(&allowed), &surface, read);
        granted?;
        Ok(set?)
    }

    fn append(&mut self, surface: String, name: String, items: Vec<String>) -> Result<(), Error> {
        let granted = self.may_show(&surface, None)?;
        let what = format!("an item for `{}`", name.escape_debug());
        let items = items.iter().map(|item| self.json(&what, item));
        let items = items.collect::<Result<_, _>>()?;
        let allowed = self.shared.allowed();
        let screen = &self.shared.screen;
        let appended = screen.append(self.painter(&allowed), &surface, &name, items);
        granted?;
        Ok(appended?)
    }

    fn queue_alert(&mut self, overlay: String, alert: ui::Alert) -> Result<String, Error> {
        self.may_show(&overlay, Some(SurfaceKind::Overlay))??;
        let alert = surfaces::Alert {
            nodes: self.nodes(alert.nodes)?,
            duration: alert.duration,
            priority: alert.priority,
            sound: alert.sound.map(|sound| surfaces::Sound {
                source: sound.source,
                volume: sound.volume,
            }),
            enter: alert.enter.into(),
            leave: alert.leave.into(),
        };
        let allowed = self.shared.allowed();
        Ok(self
            .shared
            .screen
            .queue_alert(self.painter(&allowed), &overlay, alert)?)
    }

    fn skip_alert(&mut self, overlay: String) -> Result<(), Error> {
        self.may_show(&overlay, Some(SurfaceKind::Overlay))??;
        let allowed = self.shared.allowed();
        Ok(self
            .shared
            .screen
            .skip_alert(self.painter(&allowed), &overlay)?)
    }

    fn clear_alerts(&mut self, overlay: String) -> Result<u32, Error> {
        self.may_show(&overlay, Some(SurfaceKind::Overlay))??;
        let allowed = self.shared.allowed();
        Ok(self
            .shared
            .screen
            .clear_alerts(self.painter(&allowed), &overlay)?)
    }
}

impl HostState {
    fn painter<'a>(&'a self, allowed: &'a Allowed) -> Painter<'a> {
        Painter {
            plugin: &self.shared.id,
            allowed,
        }
    }

    /// Refuses what the manifest does not declare or comes too fast, and says whether the user granted it.
    ///
    /// What is drawn without a grant is kept, and shown to nobody: a plugin that drew once at its start is
    /// on the page as soon as it may be.
    fn may_show(
        &mut self,
        id: &str,
        only: Option<SurfaceKind>,
    ) -> Result<Result<(), Error>, Error> {
        let declared = &self.shared.manifest.surfaces;
        let Some(surface) = declared.iter().find(|surface| surface.id == id) else {
            let known = declared.iter().map(|surface| surface.id.as_str());
            let shown: String = id.chars().take(64).collect();
            let shown = shown.escape_debug();
            return Err(Error::NotFound(match pato_events::nearest(id, known) {
                Some(near) => format!("there is no surface `{shown}`; did you mean `{near}`?"),
                None => {
                    format!(
                        "there is no surface `{shown}`: declare it in pato.toml, under [[surfaces]]"
                    )
                }
            }));
        };
        let kind = surface.kind;
        if only.is_some_and(|only| only != kind) {
            return Err(Error::Invalid(format!(
                "`{id}` is a {kind}, and alerts are for overlays"
            )));
        }
        self.show_rate
            .take()
            .map_err(|wait| Error::RateLimited(milliseconds(wait)))?;
        Ok(self.permit(|allowed| allowed.check_show(kind)))
    }

    fn json(&self, what: &str, text: &str) -> Result<Value, Error> {
        let most = self.shared.limits.payload_bytes;
        if text.len() > most {
            let length = text.len();
            return Err(Error::Invalid(format!(
                "{what} may have {most} bytes, and here it has {length}"
            )));
        }
        serde_json::from_str(text)
            .map_err(|error| Error::Invalid(format!("{what} is no JSON: {error}")))
    }

    fn nodes(&self, nodes: Vec<ui::Node>) -> Result<Vec<surfaces::Node>, Error> {
        let mut read = Vec::with_capacity(nodes.len());
        for (number, node) in nodes.into_iter().enumerate() {
            let value = match node.value {
                ui::Source::None => surfaces::Source::None,
                ui::Source::Bound(name) => surfaces::Source::Bound(name),
                ui::Source::Constant(text) => {
                    let what = format!("the value of node {number}");
                    surfaces::Source::Constant(self.json(&what, &text)?)
                }
            };
            read.push(surfaces::Node {
                parent: node.parent,
                id: node.id,
                kind: node.kind.into(),
                value,
                visible: node.visible,
            });
        }
        Ok(read)
    }
}

/// Enumerations that are the same in the contract and in JSON.
macro_rules! same {
    ($($from:path => $to:path { $($case:ident),* })*) => {
        $(impl From<$from> for $to {
            fn from(value: $from) -> Self {
                match value {
                    $(<$from>::$case => Self::$case,)*
                }
            }
        })*
    };
}

same! {
    ui::Tone => surfaces::Tone { Normal, Muted, Accent, Good, Warning, Danger }
    ui::TextStyle => surfaces::TextStyle { Body, Caption, Heading, Display, Monospace }
    ui::Alignment => surfaces::Alignment { Start, Center, End, Stretch }
    ui::ColumnKind => surfaces::ColumnKind { Text, Number, Moment, Toggle, Button }
    ui::ChartKind => surfaces::ChartKind { Line, Bar, Pie }
    ui::Animation => surfaces::Animation {
        None, Fade, SlideUp, SlideDown, SlideLeft, SlideRight, Zoom, Bounce
    }
}

impl From<ui::Column> for surfaces::Column {
    fn from(column: ui::Column) -> Self {
        Self {
            key: column.key,
            label: column.label,
            kind: column.kind.into(),
            editable: column.editable,
        }
    }
}

impl From<ui::Choice> for surfaces::Choice {
    fn from(choice: ui::Choice) -> Self {
        Self {
            value: choice.value,
            label: choice.label,
        }
    }
}

impl From<ui::Kind> for surfaces::Kind {
    fn from(kind: ui::Kind) -> Self {
        match kind {
            ui::Kind::Column(it) => Self::Column {
                align: it.align.into(),
                gap: it.gap,
            },
            ui::Kind::Row(it) => Self::Row {
                align: it.align.into(),
                gap: it.gap,
            },
            ui::Kind::Grid(columns) => Self::Grid { columns },
            ui::Kind::Card(title) => Self::Card { title },
            ui::Kind::Tabs => Self::Tabs,
            ui::Kind::Tab(label) => Self::Tab { label },
            ui::Kind::Divider => Self::Divider,
            ui::Kind::Text(it) => Self::Text {
                style: it.style.into(),
                tone: it.tone.into(),
            },
            ui::Kind::Markdown => Self::Markdown,
            ui::Kind::Image(it) => Self::Image {
                alt: it.alt,
                width: it.width,
                height: it.height,
            },
            ui::Kind::Icon(it) => Self::Icon {
                name: it.name,
                tone: it.tone.into(),
            },
            ui::Kind::Stat(it) => Self::Stat {
                label: it.label,
                unit: it.unit,
            },
            ui::Kind::Progress(it) => Self::Progress {
                label: it.label,
                maximum: it.maximum,
            },
            ui::Kind::Table(it) => Self::Table {
                columns: it.columns.into_iter().map(Into::into).collect(),
                empty: it.empty,
            },
            ui::Kind::Items => Self::Items,
            ui::Kind::Chart(it) => Self::Chart {
                label: it.label,
                kind: it.kind.into(),
                unit: it.unit,
            },
            ui::Kind::Button(it) => Self::Button {
                label: it.label,
                tone: it.tone.into(),
                icon: it.icon,
                confirm: it.confirm,
            },
            ui::Kind::Toggle(label) => Self::Toggle { label },
            ui::Kind::Slider(it) => Self::Slider {
                label: it.label,
                minimum: it.minimum,
                maximum: it.maximum,
                step: it.step,
            },
            ui::Kind::Select(it) => Self::Select {
                label: it.label,
                choices: it.choices.into_iter().map(Into::into).collect(),
            },
            ui::Kind::TextInput(it) => Self::TextInput {
                label: it.label,
                placeholder: it.placeholder,
                lines: it.lines,
                max_length: it.max_length,
            },
            ui::Kind::NumberInput(it) => Self::NumberInput {
                label: it.label,
                minimum: it.minimum,
                maximum: it.maximum,
                step: it.step,
            },
            ui::Kind::Form(label) => Self::Form { label },
            ui::Kind::Log(lines) => Self::Log { lines },
        }
    }
}

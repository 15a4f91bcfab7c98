//! What is drawn, on its way to the host.

use pato_surfaces as surfaces;

use crate::Result;
use crate::host::bindings::imports::pato::platform::ui as wit;

pub(crate) fn ui_show(surface: &str, nodes: Vec<surfaces::Node>) -> Result<()> {
    Ok(wit::show(surface, &table(nodes))?)
}

pub(crate) fn ui_set_values(surface: &str, values: Vec<(String, String)>) -> Result<()> {
    let values = values
        .into_iter()
        .map(|(name, value)| wit::Named { name, value });
    Ok(wit::set_values(surface, &values.collect::<Vec<_>>())?)
}

pub(crate) fn ui_append(surface: &str, name: &str, items: &[String]) -> Result<()> {
    Ok(wit::append(surface, name, items)?)
}

pub(crate) fn ui_queue_alert(overlay: &str, alert: surfaces::Alert) -> Result<String> {
    let alert = wit::Alert {
        nodes: table(alert.nodes),
        duration: alert.duration,
        priority: alert.priority,
        sound: alert.sound.map(|sound| wit::Sound {
            source: sound.source,
            volume: sound.volume,
        }),
        enter: alert.enter.into(),
        leave: alert.leave.into(),
    };
    Ok(wit::queue_alert(overlay, &alert)?)
}

pub(crate) fn ui_skip_alert(overlay: &str) -> Result<()> {
    Ok(wit::skip_alert(overlay)?)
}

pub(crate) fn ui_clear_alerts(overlay: &str) -> Result<u32> {
    Ok(wit::clear_alerts(overlay)?)
}

fn table(nodes: Vec<surfaces::Node>) -> Vec<wit::Node> {
    let node = |node: surfaces::Node| wit::Node {
        parent: node.parent,
        id: node.id,
        kind: node.kind.into(),
        value: match node.value {
            surfaces::Source::None => wit::Source::None,
            surfaces::Source::Constant(value) => wit::Source::Constant(value.to_string()),
            surfaces::Source::Bound(name) => wit::Source::Bound(name),
        },
        visible: node.visible,
    };
    nodes.into_iter().map(node).collect()
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
    surfaces::Tone => wit::Tone { Normal, Muted, Accent, Good, Warning, Danger }
    surfaces::TextStyle => wit::TextStyle { Body, Caption, Heading, Display, Monospace }
    surfaces::Alignment => wit::Alignment { Start, Center, End, Stretch }
    surfaces::ColumnKind => wit::ColumnKind { Text, Number, Moment, Toggle, Button }
    surfaces::ChartKind => wit::ChartKind { Line, Bar, Pie }
    surfaces::Animation => wit::Animation {
        None, Fade, SlideUp, SlideDown, SlideLeft, SlideRight, Zoom, Bounce
    }
}

impl From<surfaces::Column> for wit::Column {
    fn from(column: surfaces::Column) -> Self {
        Self {
            key: column.key,
            label: column.label,
            kind: column.kind.into(),
            editable: column.editable,
        }
    }
}

impl From<surfaces::Choice> for wit::Choice {
    fn from(choice: surfaces::Choice) -> Self {
        Self {
            value: choice.value,
            label: choice.label,
        }
    }
}

impl From<surfaces::Kind> for wit::Kind {
    fn from(kind: surfaces::Kind) -> Self {
        use surfaces::Kind;
        match kind {
            Kind::Column { align, gap } => Self::Column(wit::Container {
                align: align.into(),
                gap,
            }),
            Kind::Row { align, gap } => Self::Row(wit::Container {
                align: align.into(),
                gap,
            }),
            Kind::Grid { columns } => Self::Grid(columns),
            Kind::Card { title } => Self::Card(title),
            Kind::Tabs => Self::Tabs,
            Kind::Tab { label } => Self::Tab(label),
            Kind::Divider => Self::Divider,
            Kind::Text { style, tone } => Self::Text(wit::Text {
                style: style.into(),
                tone: tone.into(),
            }),
            Kind::Markdown => Self::Markdown,
            Kind::Image { alt, width, height } => Self::Image(wit::Image { alt, width, height }),
            Kind::Icon { name, tone } => Self::Icon(wit::Icon {
                name,
                tone: tone.into(),
            }),
            Kind::Stat { label, unit } => Self::Stat(wit::Stat { label, unit }),
            Kind::Progress { label, maximum } => Self::Progress(wit::Progress { label, maximum }),
            Kind::Table { columns, empty } => Self::Table(wit::Table {
                columns: columns.into_iter().map(Into::into).collect(),
                empty,
            }),
            Kind::Items => Self::Items,
            Kind::Chart { label, kind, unit } => Self::Chart(wit::Chart {
                label,
                kind: kind.into(),
                unit,
            }),
            Kind::Button {
                label,
                tone,
                icon,
                confirm,
            } => Self::Button(wit::Button {
                label,
                tone: tone.into(),
                icon,
                confirm,
            }),
            Kind::Toggle { label } => Self::Toggle(label),
            Kind::Slider {
                label,
                minimum,
                maximum,
                step,
            } => Self::Slider(wit::Slider {
                label,
                minimum,
                maximum,
                step,
            }),
            Kind::Select { label, choices } => Self::Select(wit::Select {
                label,
                choices: choices.into_iter().map(Into::into).collect(),
            }),
            Kind::TextInput {
                label,
                placeholder,
                lines,
                max_length,
            } => Self::TextInput(wit::TextInput {
                label,
                placeholder,
                lines,
                max_length,
            }),
            Kind::NumberInput {
                label,
                minimum,
                maximum,
                step,
            } => Self::NumberInput(wit::NumberInput {
                label,
                minimum,
                maximum,
                step,
            }),
            Kind::Form { label } => Self::Form(label),
            Kind::Log { lines } => Self::Log(lines),
        }
    }
}

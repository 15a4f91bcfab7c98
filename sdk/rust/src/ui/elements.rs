//! A function for each kind of element.

use pato_surfaces::{Alignment, ChartKind, Choice, Kind, TextStyle, Tone};

use super::Element;

/// Children one below the other.
pub fn column(children: impl IntoIterator<Item = Element>) -> Element {
    let align = Alignment::default();
    Element::with(Kind::Column { align, gap: 2 }, children)
}

/// Children side by side; they wrap.
pub fn row(children: impl IntoIterator<Item = Element>) -> Element {
    let align = Alignment::Center;
    Element::with(Kind::Row { align, gap: 2 }, children)
}

/// Children in so many columns of one width: 1 to 12.
pub fn grid(columns: u8, children: impl IntoIterator<Item = Element>) -> Element {
    Element::with(Kind::Grid { columns }, children)
}

/// A box with a title, which may be empty.
pub fn card(title: impl Into<String>, children: impl IntoIterator<Item = Element>) -> Element {
    let title = title.into();
    Element::with(Kind::Card { title }, children)
}

/// Several of which one is seen; its children are made by [`tab`].
pub fn tabs(children: impl IntoIterator<Item = Element>) -> Element {
    Element::with(Kind::Tabs, children)
}

/// One of several.
pub fn tab(label: impl Into<String>, children: impl IntoIterator<Item = Element>) -> Element {
    let label = label.into();
    Element::with(Kind::Tab { label }, children)
}

/// A thin line.
pub fn divider() -> Element {
    Element::new(Kind::Divider)
}

/// A text that stays as it is, unless it is [`bound`](Element::bound) to a value.
pub fn text(text: impl Into<String>) -> Element {
    let (style, tone) = (TextStyle::Body, Tone::Normal);
    Element::constant(Kind::Text { style, tone }, text)
}

/// Paragraphs, lists, `**bold**`, `*italic*`, `` `code` ``, and links to `https:`.
pub fn markdown(text: impl Into<String>) -> Element {
    Element::constant(Kind::Markdown, text)
}

/// A picture: `asset:NAME` of the plugin's own, or an `https:` address of a granted host. `alt` says what
/// it shows, for who cannot see it.
pub fn image(source: impl Into<String>, alt: impl Into<String>) -> Element {
    let kind = Kind::Image {
        alt: alt.into(),
        width: 0,
        height: 0,
    };
    Element::constant(kind, source)
}

/// A small picture of the Lucide set (<https://lucide.dev/icons>), such as `heart`.
pub fn icon(name: impl Into<String>) -> Element {
    let name = name.into();
    let tone = Tone::Normal;
    Element::new(Kind::Icon { name, tone })
}

/// A large number or word with a label.
pub fn stat(name: &str, label: impl Into<String>) -> Element {
    let kind = Kind::Stat {
        label: label.into(),
        unit: String::new(),
    };
    Element::named(name, kind)
}

/// A bar that is full at `maximum`.
pub fn progress(name: &str, label: impl Into<String>, maximum: f64) -> Element {
    let label = label.into();
    Element::named(name, Kind::Progress { label, maximum })
}

/// A table of objects, each with a field `id`. [`Element::column`] and the like add its columns.
pub fn table(name: &str) -> Element {
    let kind = Kind::Table {
        columns: Vec::new(),
        empty: String::new(),
    };
    Element::named(name, kind)
}

/// A list of strings, or of objects `{ "id", "text", "detail"?, "icon"?, "color"? }`. The colour, `#RRGGBB`,
/// is that of the text.
pub fn items(name: &str) -> Element {
    Element::named(name, Kind::Items)
}

/// The last so many of a list of strings: 1 to 1,000.
pub fn log(name: &str, lines: u32) -> Element {
    Element::named(name, Kind::Log { lines })
}

fn chart(name: &str, label: impl Into<String>, kind: ChartKind) -> Element {
    let kind = Kind::Chart {
        label: label.into(),
        kind,
        unit: String::new(),
    };
    Element::named(name, kind)
}

/// Lines over what changes: `{ "labels": [string], "series": [{ "name": string, "values": [number] }] }`.
pub fn line_chart(name: &str, label: impl Into<String>) -> Element {
    chart(name, label, ChartKind::Line)
}

/// Bars of what is compared; its value is that of a [`line_chart`].
pub fn bar_chart(name: &str, label: impl Into<String>) -> Element {
    chart(name, label, ChartKind::Bar)
}

/// Shares of a whole; its value is that of a [`line_chart`], with one series.
pub fn pie_chart(name: &str, label: impl Into<String>) -> Element {
    chart(name, label, ChartKind::Pie)
}

/// Something to press.
pub fn button(id: &str, label: impl Into<String>) -> Element {
    let kind = Kind::Button {
        label: label.into(),
        tone: Tone::Normal,
        icon: String::new(),
        confirm: String::new(),
    };
    Element::new(kind).id(id)
}

/// A yes or no that the user sets.
pub fn toggle(name: &str, label: impl Into<String>) -> Element {
    let label = label.into();
    Element::named(name, Kind::Toggle { label })
}

/// A number that the user sets by drawing.
pub fn slider(name: &str, label: impl Into<String>, minimum: f64, maximum: f64) -> Element {
    let kind = Kind::Slider {
        label: label.into(),
        minimum,
        maximum,
        step: 1.0,
    };
    Element::named(name, kind)
}

/// One of several, given as pairs of what the plugin is told and what the user reads.
pub fn select<V: Into<String>, L: Into<String>>(
    name: &str,
    label: impl Into<String>,
    choices: impl IntoIterator<Item = (V, L)>,
) -> Element {
    let choices = choices.into_iter().map(|(value, label)| Choice {
        value: value.into(),
        label: label.into(),
    });
    let kind = Kind::Select {
        label: label.into(),
        choices: choices.collect(),
    };
    Element::named(name, kind)
}

fn input(name: &str, label: impl Into<String>, lines: u8) -> Element {
    let kind = Kind::TextInput {
        label: label.into(),
        placeholder: String::new(),
        lines,
        max_length: 500,
    };
    Element::named(name, kind)
}

/// A line of text that the user writes; 500 characters, unless [`Element::max_length`] says otherwise.
pub fn text_input(name: &str, label: impl Into<String>) -> Element {
    input(name, label, 1)
}

/// Several lines of text that the user writes.
pub fn text_area(name: &str, label: impl Into<String>, lines: u8) -> Element {
    input(name, label, lines)
}

/// A number that the user writes.
pub fn number_input(name: &str, label: impl Into<String>, minimum: f64, maximum: f64) -> Element {
    let kind = Kind::NumberInput {
        label: label.into(),
        minimum,
        maximum,
        step: 1.0,
    };
    Element::named(name, kind)
}

/// What is told together when the button with that label is pressed.
pub fn form(
    id: &str,
    label: impl Into<String>,
    children: impl IntoIterator<Item = Element>,
) -> Element {
    let label = label.into();
    Element::with(Kind::Form { label }, children).id(id)
}

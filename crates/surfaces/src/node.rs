use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One row of the table that a surface is drawn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// The index of the node that it is in, smaller than its own. Only the first has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// Names it in what people do, within its surface; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// What it shows, as its kind has it.
    #[serde(default, skip_serializing_if = "Source::is_none")]
    pub value: Source,
    /// The value by whose being `false` it is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<String>,
}

/// Where a node's value comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// It has none.
    #[default]
    None,
    /// It stays as it is until the table is replaced.
    Constant(Value),
    /// The surface's value of that name.
    Bound(String),
}

impl Source {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// How much attention something asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// The usual.
    #[default]
    Normal,
    /// Less.
    Muted,
    /// More.
    Accent,
    /// All is well.
    Good,
    /// Something may go wrong.
    Warning,
    /// Something went wrong, or will.
    Danger,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TextStyle {
    /// As running text.
    #[default]
    Body,
    /// Smaller.
    Caption,
    /// Larger.
    Heading,
    /// The largest, as on an overlay.
    Display,
    /// Of one width, as code is.
    Monospace,
}

/// How the children of a row or column are placed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// At the beginning.
    Start,
    /// In the middle.
    Center,
    /// At the end.
    End,
    /// As large as the place.
    #[default]
    Stretch,
}

/// What stands in a column of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// A string.
    #[default]
    Text,
    /// A number.
    Number,
    /// Milliseconds since the epoch, shown as local time.
    Moment,
    /// A yes or no, which the user may change.
    Toggle,
    /// A button, with the label that the cell holds.
    Button,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// The field of each row's object.
    pub key: String,
    /// What stands above it.
    pub label: String,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Whether the user may change its texts or numbers.
    #[serde(default)]
    pub editable: bool,
}

/// What a chart looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// Lines, for what changes over time.
    Line,
    /// Bars, for what is compared.
    Bar,
    /// Shares of a whole.
    Pie,
}

/// One of several that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// What the plugin is told.
    pub value: String,
    /// What the user reads.
    pub label: String,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Kind {
    /// Children one below the other.
    Column {
        /// How they are placed across.
        align: Alignment,
        /// The space between them, in steps of 4 pixels: 0 to 16.
        gap: u8,
    },
    /// Children side by side; they wrap.
    Row {
        /// How they are placed across.
        align: Alignment,
        /// The space between them, in steps of 4 pixels: 0 to 16.
        gap: u8,
    },
    /// Children in columns of one width.
    Grid {
        /// How many: 1 to 12.
        columns: u8,
    },
    /// A box.
    Card {
        /// What stands above it; may be empty.
        title: String,
    },
    /// Children that are all tabs.
    Tabs,
    /// One of several.
    Tab {
        /// What it is called.
        label: String,
    },
    /// A thin line.
    Divider,
    /// A string or a number.
    Text {
        /// How it is set.
        style: TextStyle,
        /// Its tone.
        tone: Tone,
    },
    /// A string: paragraphs, lists, `**bold**`, `*italic*`, `` `code` `` and links.
    Markdown,
    /// A string: `asset:NAME`, or an `https:` address.
    Image {
        /// What it shows, for who cannot see it.
        alt: String,
        /// In pixels; 0 means as wide as the place allows.
        width: u32,
        /// In pixels; 0 means as the picture has it.
        height: u32,
    },
    /// A small picture.
    Icon {
        /// Of the Lucide set.
        name: String,
        /// Its tone.
        tone: Tone,
    },
    /// A number or a string, large.
    Stat {
        /// What it is.
        label: String,
        /// Stands after it; may be empty.
        unit: String,
    },
    /// A number.
    Progress {
        /// What it is.
        label: String,
        /// The value that is full.
        maximum: f64,
    },
    /// A list of objects, at most 1,000.
    Table {
        /// Its columns.
        columns: Vec<Column>,
        /// What is shown while there are no rows.
        empty: String,
    },
    /// A list of strings, or of objects with `id`, `text` and perhaps `detail`, `icon` and `color`, at most
    /// 1,000.
    Items,
    /// `{ "labels": [string], "series": [{ "name": string, "values": [number] }] }`
    Chart {
        /// What it shows, for who cannot see it.
        label: String,
        /// What it looks like.
        #[serde(rename = "shape")]
        kind: ChartKind,
        /// Of its values; may be empty.
        unit: String,
    },
    /// Something to press.
    Button {
        /// What stands on it.
        label: String,
        /// Its tone.
        tone: Tone,
        /// Of the Lucide set; may be empty.
        icon: String,
        /// What the user is asked before it counts; empty means nothing.
        confirm: String,
    },
    /// A boolean.
    Toggle {
        /// What it is.
        label: String,
    },
    /// A number.
    Slider {
        /// What it is.
        label: String,
        /// The least.
        minimum: f64,
        /// The most.
        maximum: f64,
        /// Between two values.
        step: f64,
    },
    /// A string, one of several.
    Select {
        /// What it is.
        label: String,
        /// What can be chosen.
        choices: Vec<Choice>,
    },
    /// A string.
    TextInput {
        /// What it is.
        label: String,
        /// What stands in it while it is empty.
        placeholder: String,
        /// More than 1 makes it a field of several lines.
        lines: u8,
        /// In characters; at most 4,000.
        max_length: u32,
    },
    /// A number.
    NumberInput {
        /// What it is.
        label: String,
        /// The least.
        minimum: f64,
        /// The most.
        maximum: f64,
        /// Between two values.
        step: f64,
    },
    /// What is in it is told together.
    Form {
        /// What stands on its button.
        label: String,
    },
    /// A list of strings.
    Log {
        /// How many of the last are shown: 1 to 1,000.
        lines: u32,
    },
}

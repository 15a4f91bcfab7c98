//! What a node's kind says of itself: its labels, ranges, choices and columns.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::error::shown;
use crate::limits::Limits;
use crate::node::{Choice, Column, ColumnKind, Kind};

impl Kind {
    /// What it is called in an error, and in JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Column { .. } => "column",
            Self::Row { .. } => "row",
            Self::Grid { .. } => "grid",
            Self::Card { .. } => "card",
            Self::Tabs => "tabs",
            Self::Tab { .. } => "tab",
            Self::Divider => "divider",
            Self::Text { .. } => "text",
            Self::Markdown => "markdown",
            Self::Image { .. } => "image",
            Self::Icon { .. } => "icon",
            Self::Stat { .. } => "stat",
            Self::Progress { .. } => "progress",
            Self::Table { .. } => "table",
            Self::Items => "items",
            Self::Chart { .. } => "chart",
            Self::Button { .. } => "button",
            Self::Toggle { .. } => "toggle",
            Self::Slider { .. } => "slider",
            Self::Select { .. } => "select",
            Self::TextInput { .. } => "text-input",
            Self::NumberInput { .. } => "number-input",
            Self::Form { .. } => "form",
            Self::Log { .. } => "log",
        }
    }

    /// Whether other nodes may stand in it.
    pub(crate) fn is_container(&self) -> bool {
        matches!(
            self,
            Self::Column { .. }
                | Self::Row { .. }
                | Self::Grid { .. }
                | Self::Card { .. }
                | Self::Tabs
                | Self::Tab { .. }
                | Self::Form { .. }
        )
    }

    /// Whether it holds a value that the user sets, so that a form tells it.
    pub(crate) fn is_field(&self) -> bool {
        matches!(
            self,
            Self::Toggle { .. }
                | Self::Slider { .. }
                | Self::Select { .. }
                | Self::TextInput { .. }
                | Self::NumberInput { .. }
        )
    }

    /// Whether the user can do something with it, for which it needs an id.
    pub(crate) fn is_interactive(&self) -> bool {
        match self {
            Self::Button { .. } | Self::Form { .. } => true,
            Self::Table { columns, .. } => columns.iter().any(Column::is_interactive),
            other => other.is_field(),
        }
    }

    /// The texts that it carries.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Card { title: text }
            | Self::Tab { label: text }
            | Self::Image { alt: text, .. }
            | Self::Icon { name: text, .. }
            | Self::Progress { label: text, .. }
            | Self::Toggle { label: text }
            | Self::Slider { label: text, .. }
            | Self::NumberInput { label: text, .. }
            | Self::Form { label: text } => vec![text],
            Self::Stat { label, unit } | Self::Chart { label, unit, .. } => vec![label, unit],
            Self::TextInput {
                label, placeholder, ..
            } => vec![label, placeholder],
            Self::Button {
                label,
                icon,
                confirm,
                ..
            } => vec![label, icon, confirm],
            Self::Table { columns, empty } => {
                let columns = columns.iter();
                let mut texts: Vec<&str> = columns
                    .flat_map(|column| [column.key.as_str(), &column.label])
                    .collect();
                texts.push(empty);
                texts
            }
            Self::Select { label, choices } => {
                let choices = choices.iter();
                let mut texts: Vec<&str> = choices
                    .flat_map(|choice| [choice.value.as_str(), &choice.label])
                    .collect();
                texts.push(label);
                texts
            }
            Self::Column { .. }
            | Self::Row { .. }
            | Self::Grid { .. }
            | Self::Tabs
            | Self::Divider
            | Self::Text { .. }
            | Self::Markdown
            | Self::Items
            | Self::Log { .. } => Vec::new(),
        }
    }
}

impl Column {
    pub(crate) fn is_interactive(&self) -> bool {
        match self.kind {
            ColumnKind::Toggle | ColumnKind::Button => true,
            ColumnKind::Text | ColumnKind::Number => self.editable,
            ColumnKind::Moment => false,
        }
    }
}

/// Checks what a kind says of itself; the error says what is wrong and what to write.
pub(crate) fn check(kind: &Kind, limits: &Limits) -> Result<(), String> {
    match kind {
        Kind::Column { gap, .. } | Kind::Row { gap, .. } => at_most("a gap", *gap, limits.gap),
        Kind::Grid { columns } => within("a grid's columns", *columns, 1, limits.grid_columns),
        Kind::Image { width, height, .. } => {
            at_most("an image's width", *width, limits.image_pixels)?;
            at_most("an image's height", *height, limits.image_pixels)
        }
        Kind::Icon { name, .. } => icon(name, limits),
        Kind::Button { icon: name, .. } if !name.is_empty() => icon(name, limits),
        Kind::Progress { maximum, .. } if !(maximum.is_finite() && *maximum > 0.0) => {
            Err(format!("the maximum is {maximum}: write a number above 0"))
        }
        Kind::Slider {
            minimum,
            maximum,
            step,
            ..
        }
        | Kind::NumberInput {
            minimum,
            maximum,
            step,
            ..
        } => range(*minimum, *maximum, *step),
        Kind::Select { choices, .. } => self::choices(choices, limits),
        Kind::Table { columns, .. } => self::columns(columns, limits),
        Kind::TextInput { max_length, .. } => {
            within("max-length", *max_length, 1, limits.input_characters)
        }
        Kind::Log { lines } => within("a log's lines", *lines, 1, limits.log_lines),
        _ => Ok(()),
    }
}

/// Checks a name by which something is told apart: a node's id, a value, a column's key.
pub(crate) fn name(what: &str, text: &str, limits: &Limits) -> Result<(), String> {
    let fits = text.len() <= limits.name_characters
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if fits {
        return Ok(());
    }
    Err(format!(
        "`{}` is no {what}: use 1 to {} letters, digits, `-`, `_` and `.`, and begin with a letter or digit",
        shown(text),
        limits.name_characters
    ))
}

/// Checks the name of an icon. Whether there is one of that name is for the page to know, which shows a
/// neutral one otherwise.
pub(crate) fn icon(text: &str, limits: &Limits) -> Result<(), String> {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.len() <= limits.icon_characters && text.split('-').all(word) {
        return Ok(());
    }
    Err(format!(
        "`{}` is no icon: write a name of https://lucide.dev/icons, such as `heart` or `circle-check`",
        shown(text)
    ))
}

fn range(minimum: f64, maximum: f64, step: f64) -> Result<(), String> {
    for (what, number) in [("minimum", minimum), ("maximum", maximum), ("step", step)] {
        if !number.is_finite() {
            return Err(format!("the {what} is {number}: write a finite number"));
        }
    }
    if minimum > maximum {
        return Err(format!(
            "the minimum {minimum} is above the maximum {maximum}: swap them"
        ));
    }
    if step <= 0.0 {
        return Err(format!(
            "the step is {step}: write a number above 0, such as 1"
        ));
    }
    Ok(())
}

fn choices(choices: &[Choice], limits: &Limits) -> Result<(), String> {
    at_most("the number of choices", choices.len(), limits.choices)?;
    let mut seen = BTreeSet::new();
    for Choice { value, .. } in choices {
        if !seen.insert(value) {
            return Err(format!(
                "two choices have the value `{}`: give each its own",
                shown(value)
            ));
        }
    }
    Ok(())
}

fn columns(columns: &[Column], limits: &Limits) -> Result<(), String> {
    within(
        "the number of a table's columns",
        columns.len(),
        1,
        limits.columns,
    )?;
    let mut seen = BTreeSet::new();
    for Column { key, .. } in columns {
        name("key of a column", key, limits)?;
        if !seen.insert(key) {
            return Err(format!(
                "two columns have the key `{key}`: give each its own"
            ));
        }
    }
    Ok(())
}

fn at_most<N>(what: &str, number: N, most: N) -> Result<(), String>
where
    N: Copy + PartialOrd + Display,
{
    if number <= most {
        return Ok(());
    }
    Err(format!("{what} is {number}: at most {most} is possible"))
}

fn within<N>(what: &str, number: N, least: N, most: N) -> Result<(), String>
where
    N: Copy + PartialOrd + Display,
{
    if number >= least && number <= most {
        return Ok(());
    }
    Err(format!("{what}: {number} is not from {least} to {most}"))
}

use pato_surfaces::{Alignment, Column, ColumnKind, Kind, Node, Source, TextStyle, Tone};
use serde::Serialize;
use serde_json::Value;

use crate::{Error, Result};

/// Something to draw, with what stands in it.
///
/// The functions of [`ui`](crate::ui) make elements, and the methods change them. Where the first
/// parameter of a function is `name`, it becomes both the element's id, by which the plugin is told what
/// people do, and the name of the value that it shows; [`id`](Self::id), [`bound`](Self::bound) and
/// [`value`](Self::value) say otherwise. A method that does not suit the element makes
/// [`ui::show`](crate::ui::show) answer with an error that says so.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing is drawn before `ui::show`"]
pub struct Element {
    id: String,
    kind: Kind,
    value: Source,
    visible: Option<String>,
    children: Vec<Element>,
    problem: Option<String>,
}

impl Element {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            id: String::new(),
            kind,
            value: Source::None,
            visible: None,
            children: Vec::new(),
            problem: None,
        }
    }

    /// One that is named and shows the value of that name.
    pub(super) fn named(name: &str, kind: Kind) -> Self {
        Self {
            id: name.to_owned(),
            value: Source::Bound(name.to_owned()),
            ..Self::new(kind)
        }
    }

    pub(super) fn with(kind: Kind, children: impl IntoIterator<Item = Self>) -> Self {
        Self {
            children: children.into_iter().collect(),
            ..Self::new(kind)
        }
    }

    pub(super) fn constant(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            value: Source::Constant(Value::String(text.into())),
            ..Self::new(kind)
        }
    }

    /// Names it in [`SurfaceEvent`](crate::ui::SurfaceEvent).
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Makes it show the surface's value of that name.
    pub fn bound(mut self, name: impl Into<String>) -> Self {
        self.value = Source::Bound(name.into());
        self
    }

    /// Makes it show this until the surface is drawn again.
    pub fn value(mut self, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.value = Source::Constant(value),
            Err(error) => self.problem = Some(format!("its value is no JSON: {error}")),
        }
        self
    }

    /// Hides it while the surface's value of that name is `false`.
    pub fn visible_by(mut self, name: impl Into<String>) -> Self {
        self.visible = Some(name.into());
        self
    }

    /// Applies to some kinds only; remembers what was tried on another.
    fn adjust(mut self, what: &str, change: impl FnOnce(&mut Kind) -> bool) -> Self {
        if !change(&mut self.kind) {
            self.problem
                .get_or_insert_with(|| format!("`{what}` does not suit it"));
        }
        self
    }

    /// How much attention a text, an icon or a button asks for.
    pub fn tone(self, new: Tone) -> Self {
        self.adjust("tone", |kind| match kind {
            Kind::Text { tone, .. } | Kind::Icon { tone, .. } | Kind::Button { tone, .. } => {
                *tone = new;
                true
            }
            _ => false,
        })
    }

    fn style(self, what: &str, new: TextStyle) -> Self {
        self.adjust(what, |kind| match kind {
            Kind::Text { style, .. } => {
                *style = new;
                true
            }
            _ => false,
        })
    }

    /// Makes a text larger.
    pub fn heading(self) -> Self {
        self.style("heading", TextStyle::Heading)
    }

    /// Makes a text smaller.
    pub fn caption(self) -> Self {
        self.style("caption", TextStyle::Caption)
    }

    /// Makes a text as large as it can be, as on an overlay.
    pub fn display(self) -> Self {
        self.style("display", TextStyle::Display)
    }

    /// Sets a text in letters of one width, as code is.
    pub fn monospace(self) -> Self {
        self.style("monospace", TextStyle::Monospace)
    }

    /// How what stands in a row or column is placed across.
    pub fn align(self, new: Alignment) -> Self {
        self.adjust("align", |kind| match kind {
            Kind::Column { align, .. } | Kind::Row { align, .. } => {
                *align = new;
                true
            }
            _ => false,
        })
    }

    /// The space between what stands in a row or column, in steps of 4 pixels: 0 to 16.
    pub fn gap(self, new: u8) -> Self {
        self.adjust("gap", |kind| match kind {
            Kind::Column { gap, .. } | Kind::Row { gap, .. } => {
                *gap = new;
                true
            }
            _ => false,
        })
    }

    /// What stands after the number of a stat or the values of a chart.
    pub fn unit(self, new: impl Into<String>) -> Self {
        self.adjust("unit", |kind| match kind {
            Kind::Stat { unit, .. } | Kind::Chart { unit, .. } => {
                *unit = new.into();
                true
            }
            _ => false,
        })
    }

    /// The size of an image in pixels; 0 means as the place and the picture have it.
    pub fn size(self, wide: u32, high: u32) -> Self {
        self.adjust("size", |kind| match kind {
            Kind::Image { width, height, .. } => {
                (*width, *height) = (wide, high);
                true
            }
            _ => false,
        })
    }

    /// The icon of a button, of the Lucide set.
    pub fn icon(self, name: impl Into<String>) -> Self {
        self.adjust("icon", |kind| match kind {
            Kind::Button { icon, .. } => {
                *icon = name.into();
                true
            }
            _ => false,
        })
    }

    /// What the user is asked before the press of a button counts.
    pub fn confirm(self, question: impl Into<String>) -> Self {
        self.adjust("confirm", |kind| match kind {
            Kind::Button { confirm, .. } => {
                *confirm = question.into();
                true
            }
            _ => false,
        })
    }

    /// What stands in a text input while it is empty.
    pub fn placeholder(self, text: impl Into<String>) -> Self {
        self.adjust("placeholder", |kind| match kind {
            Kind::TextInput { placeholder, .. } => {
                *placeholder = text.into();
                true
            }
            _ => false,
        })
    }

    /// How many characters a text input takes: 4,000 at the most.
    pub fn max_length(self, characters: u32) -> Self {
        self.adjust("max_length", |kind| match kind {
            Kind::TextInput { max_length, .. } => {
                *max_length = characters;
                true
            }
            _ => false,
        })
    }

    /// The step between two values of a slider or a number input.
    pub fn step(self, new: f64) -> Self {
        self.adjust("step", |kind| match kind {
            Kind::Slider { step, .. } | Kind::NumberInput { step, .. } => {
                *step = new;
                true
            }
            _ => false,
        })
    }

    /// What a table shows while it has no rows.
    pub fn empty(self, text: impl Into<String>) -> Self {
        self.adjust("empty", |kind| match kind {
            Kind::Table { empty, .. } => {
                *empty = text.into();
                true
            }
            _ => false,
        })
    }

    fn add_column(
        self,
        what: &str,
        key: &str,
        label: &str,
        of: ColumnKind,
        editable: bool,
    ) -> Self {
        self.adjust(what, |kind| match kind {
            Kind::Table { columns, .. } => {
                columns.push(Column {
                    key: key.to_owned(),
                    label: label.to_owned(),
                    kind: of,
                    editable,
                });
                true
            }
            _ => false,
        })
    }

    /// Adds a column of texts to a table: the rows' field `key`.
    pub fn column(self, key: &str, label: &str) -> Self {
        self.add_column("column", key, label, ColumnKind::Text, false)
    }

    /// Adds a column of texts that the user may change.
    pub fn editable_column(self, key: &str, label: &str) -> Self {
        self.add_column("editable_column", key, label, ColumnKind::Text, true)
    }

    /// Adds a column of numbers.
    pub fn number(self, key: &str, label: &str) -> Self {
        self.add_column("number", key, label, ColumnKind::Number, false)
    }

    /// Adds a column of numbers that the user may change.
    pub fn editable_number(self, key: &str, label: &str) -> Self {
        self.add_column("editable_number", key, label, ColumnKind::Number, true)
    }

    /// Adds a column of moments, in milliseconds since the epoch.
    pub fn moment(self, key: &str, label: &str) -> Self {
        self.add_column("moment", key, label, ColumnKind::Moment, false)
    }

    /// Adds a column of yes and no, which the user may change.
    pub fn toggles(self, key: &str, label: &str) -> Self {
        self.add_column("toggles", key, label, ColumnKind::Toggle, false)
    }

    /// Adds a column of buttons; each cell holds its button's label, or `null` for none.
    pub fn buttons(self, key: &str, label: &str) -> Self {
        self.add_column("buttons", key, label, ColumnKind::Button, false)
    }

    /// The table of nodes that the contract has; what [`ui::show`](crate::ui::show) sends.
    ///
    /// # Errors
    ///
    /// If a method did not suit the element that it was called on.
    pub fn into_nodes(self) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        // A stack, for the host is to say that a tree is too deep, not an exhausted stack.
        let mut left = vec![(None, self)];
        while let Some((parent, element)) = left.pop() {
            let index = nodes.len();
            if let Some(problem) = element.problem {
                let name = match element.id.as_str() {
                    "" => String::new(),
                    id => format!(" (`{id}`)"),
                };
                return Err(Error::Invalid(format!("node {index}{name}: {problem}")));
            }
            nodes.push(Node {
                parent,
                id: element.id,
                kind: element.kind,
                value: element.value,
                visible: element.visible,
            });
            let own = u32::try_from(index).ok();
            let children = element.children.into_iter().rev();
            left.extend(children.map(|child| (own, child)));
        }
        Ok(nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{button, card, column, divider, row, text, toggle};

    #[test]
    fn a_tree_becomes_a_table_in_which_parents_stand_before_their_children() {
        let tree = column([
            row([text("a"), text("b")]),
            card("c", [text("d").bound("e").visible_by("f")]),
        ]);
        let nodes = tree.into_nodes().unwrap();
        let parents: Vec<_> = nodes.iter().map(|node| node.parent).collect();
        assert_eq!(parents, [None, Some(0), Some(1), Some(1), Some(0), Some(4)]);
        assert_eq!(nodes[2].value, Source::Constant("a".into()));
        assert_eq!(nodes[5].value, Source::Bound("e".into()));
        assert_eq!(nodes[5].visible.as_deref(), Some("f"));
    }

    #[test]
    fn what_does_not_suit_an_element_is_named_with_its_place() {
        let error = column([text("a"), button("go", "Go").number("n", "N")]).into_nodes();
        let error = error.unwrap_err().to_string();
        assert_eq!(error, "node 2 (`go`): `number` does not suit it");
        let error = divider()
            .heading()
            .tone(Tone::Good)
            .into_nodes()
            .unwrap_err();
        assert_eq!(error.to_string(), "node 0: `heading` does not suit it");
    }

    #[test]
    fn a_tree_of_any_depth_is_flattened_for_the_host_to_judge() {
        let mut tree = text("deep");
        for _ in 0..1000 {
            tree = column([tree]);
        }
        assert_eq!(tree.into_nodes().unwrap().len(), 1001);
    }

    #[test]
    fn a_name_is_id_and_binding_unless_said_otherwise() {
        let nodes = column([toggle("on", "On"), toggle("on", "On").id("own").value(true)]);
        let nodes = nodes.into_nodes().unwrap();
        assert_eq!(
            (nodes[1].id.as_str(), &nodes[1].value),
            ("on", &Source::Bound("on".into()))
        );
        assert_eq!(
            (nodes[2].id.as_str(), &nodes[2].value),
            ("own", &Source::Constant(true.into()))
        );
    }
}

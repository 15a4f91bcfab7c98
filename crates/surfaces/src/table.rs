use std::collections::BTreeMap;

use serde_json::Value;

use crate::address::Hosts;
use crate::error::{SurfaceError, shown};
use crate::limits::Limits;
use crate::markdown::Markdown;
use crate::node::{Kind, Node, Source};
use crate::{fields, fit, size};

/// A table of nodes that was found to be in order: pages can draw it without a doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    nodes: Vec<Node>,
    /// For each node, the form it is in.
    forms: Vec<Option<usize>>,
    ids: BTreeMap<String, usize>,
    /// The names that nodes are bound to or hidden by, and the nodes that show each.
    bindings: BTreeMap<String, Vec<usize>>,
    /// Of its texts and constants.
    bytes: usize,
}

impl Table {
    /// Checks the nodes as `wit/ui.wit` and the limits have it. The closure says which hosts images may
    /// come from.
    ///
    /// # Errors
    ///
    /// [`SurfaceError::Table`] or [`SurfaceError::Node`] with the first node that is not in order.
    pub fn new(nodes: Vec<Node>, limits: &Limits, hosts: Hosts<'_>) -> Result<Self, SurfaceError> {
        if nodes.is_empty() || nodes.len() > limits.nodes {
            return Err(SurfaceError::Table {
                problem: format!(
                    "the table has {} nodes: write 1 to {}",
                    nodes.len(),
                    limits.nodes
                ),
            });
        }
        let mut table = Self {
            forms: Vec::with_capacity(nodes.len()),
            nodes,
            ids: BTreeMap::new(),
            bindings: BTreeMap::new(),
            bytes: 0,
        };
        let mut depths = Vec::with_capacity(table.nodes.len());
        let nodes = std::mem::take(&mut table.nodes);
        for (index, node) in nodes.iter().enumerate() {
            table
                .check(index, &nodes, &mut depths, limits, hosts)
                .map_err(|problem| SurfaceError::Node {
                    index,
                    id: shown(&node.id),
                    problem,
                })?;
            if table.bytes > limits.table_text_bytes {
                return Err(SurfaceError::Table {
                    problem: format!(
                        "with node {index} its texts have more than {} bytes: bind what is long to \
                         values, or draw less",
                        limits.table_text_bytes
                    ),
                });
            }
        }
        table.nodes = nodes;
        Ok(table)
    }

    /// The nodes, as they were given.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes as pages receive them: the constant of a `markdown` is a [`Markdown`]. Made anew for
    /// each page, for that form takes many times the memory of the text.
    pub fn drawn_nodes(&self) -> Vec<Node> {
        self.nodes.iter().map(drawn_node).collect()
    }

    /// The names of the values that it shows, or by which something of it is hidden.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.bindings.keys().map(String::as_str)
    }

    pub(crate) fn node(&self, id: &str) -> Option<(usize, &Node)> {
        let index = *self.ids.get(id)?;
        Some((index, self.nodes.get(index)?))
    }

    /// The form that a node is in.
    pub(crate) fn form_of(&self, index: usize) -> Option<usize> {
        self.forms.get(index).copied().flatten()
    }

    /// The nodes of a form that hold values.
    pub(crate) fn fields_of(&self, form: usize) -> impl Iterator<Item = (usize, &Node)> {
        let nodes = self.nodes.iter().enumerate();
        nodes
            .filter(move |(index, node)| self.form_of(*index) == Some(form) && node.kind.is_field())
    }

    /// The node, the one that it is in, and so on.
    pub(crate) fn ancestry(&self, index: usize) -> impl Iterator<Item = &Node> {
        std::iter::successors(self.nodes.get(index), |node| {
            node.parent
                .and_then(|parent| self.nodes.get(parent as usize))
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn shows(&self, name: &str) -> bool {
        self.bindings.contains_key(name)
    }

    /// Checks that all nodes which show the value of that name can show this one.
    pub(crate) fn check_value(
        &self,
        name: &str,
        value: &Value,
        limits: &Limits,
        hosts: Hosts<'_>,
    ) -> Result<(), SurfaceError> {
        self.each_bound(name, |kind| fit::check(kind, value, limits, hosts))
    }

    /// Checks that all nodes which show the list of that name can show it with more at its end.
    pub(crate) fn check_added(
        &self,
        name: &str,
        before: &[Value],
        added: &[Value],
        limits: &Limits,
    ) -> Result<(), SurfaceError> {
        self.each_bound(name, |kind| fit::check_added(kind, before, added, limits))
    }

    fn each_bound(
        &self,
        name: &str,
        check: impl Fn(&Kind) -> Result<(), String>,
    ) -> Result<(), SurfaceError> {
        for index in self.bindings.get(name).into_iter().flatten() {
            let Some(node) = self.nodes.get(*index) else {
                continue;
            };
            check(&node.kind).map_err(|problem| SurfaceError::Value {
                name: shown(name),
                problem: format!("{problem} (node {index} shows it)"),
            })?;
        }
        Ok(())
    }

    /// The value of that name as pages receive it.
    pub(crate) fn drawn(&self, name: &str, value: &Value) -> Value {
        let mut bound = self.bindings.get(name).into_iter().flatten();
        let is_markdown = bound.any(|index| {
            let node = self.nodes.get(*index);
            node.is_some_and(|node| node.kind == Kind::Markdown)
        });
        if is_markdown {
            read_markdown(value)
        } else {
            value.clone()
        }
    }

    fn check(
        &mut self,
        index: usize,
        nodes: &[Node],
        depths: &mut Vec<usize>,
        limits: &Limits,
        hosts: Hosts<'_>,
    ) -> Result<(), String> {
        let Some(node) = nodes.get(index) else {
            return Ok(());
        };
        let bytes = bytes_of(node, limits)?;
        self.bytes += bytes;
        self.check_place(index, node, nodes, depths, limits)?;
        self.check_id(index, node, limits)?;
        fields::check(&node.kind, limits)?;
        match &node.value {
            Source::None => {}
            Source::Constant(value) => fit::check(&node.kind, value, limits, hosts)
                .map_err(|problem| format!("its constant: {problem}"))?,
            Source::Bound(name) => self.bind(index, name, nodes, limits, hosts)?,
        }
        if let Some(name) = &node.visible {
            fields::name("name of a value", name, limits)?;
            self.bindings.entry(name.clone()).or_default();
        }
        Ok(())
    }

    fn check_place(
        &mut self,
        index: usize,
        node: &Node,
        nodes: &[Node],
        depths: &mut Vec<usize>,
        limits: &Limits,
    ) -> Result<(), String> {
        let parent = match (index, node.parent) {
            (0, None) => None,
            (0, Some(parent)) => {
                return Err(format!(
                    "it names node {parent} as its parent: the first node has none"
                ));
            }
            (_, None) => {
                return Err("it names no parent: only the first node has none".into());
            }
            (_, Some(parent)) => Some(parent as usize),
        };
        let before = nodes.get(..index).unwrap_or_default();
        let (depth, form, parent_kind) = match parent {
            None => (1, None, None),
            Some(parent) => {
                let (Some(above), Some(depth)) = (before.get(parent), depths.get(parent)) else {
                    return Err(format!(
                        "it names node {parent} as its parent, which does not stand before it"
                    ));
                };
                let form = match above.kind {
                    Kind::Form { .. } => Some(parent),
                    _ => self.form_of(parent),
                };
                (depth + 1, form, Some(&above.kind))
            }
        };
        if depth > limits.depth {
            return Err(format!(
                "it stands {depth} deep: at most {} is possible",
                limits.depth
            ));
        }
        check_parent(&node.kind, parent_kind)?;
        if form.is_some() && matches!(node.kind, Kind::Form { .. }) {
            return Err("it is a form in a form: put one beside the other".into());
        }
        depths.push(depth);
        self.forms.push(form);
        Ok(())
    }

    fn check_id(&mut self, index: usize, node: &Node, limits: &Limits) -> Result<(), String> {
        if node.id.is_empty() {
            return if node.kind.is_interactive() {
                Err(format!(
                    "`{}` that can be used needs an id, by which the plugin is told",
                    node.kind.name()
                ))
            } else {
                Ok(())
            };
        }
        fields::name("id", &node.id, limits)?;
        match self.ids.insert(node.id.clone(), index) {
            None => Ok(()),
            Some(other) => Err(format!("node {other} has the same id: give each its own")),
        }
    }

    fn bind(
        &mut self,
        index: usize,
        name: &str,
        nodes: &[Node],
        limits: &Limits,
        hosts: Hosts<'_>,
    ) -> Result<(), String> {
        fields::name("name of a value", name, limits)?;
        let Some(node) = nodes.get(index) else {
            return Ok(());
        };
        // Null fits wherever a value does.
        fit::check(&node.kind, &Value::Null, limits, hosts)?;
        let bound = self.bindings.entry(name.into()).or_default();
        let is_markdown = node.kind == Kind::Markdown;
        let other = bound
            .first()
            .and_then(|first| Some((first, nodes.get(*first)?)));
        if let Some((first, other)) = other
            && (other.kind == Kind::Markdown) != is_markdown
        {
            return Err(format!(
                "`{name}` is shown by node {first}, too, and only one of them is a markdown: give each a \
                 value of its own"
            ));
        }
        if bound.len() >= limits.nodes_of_value {
            return Err(format!(
                "`{name}` is shown by {} nodes already, the most that is possible",
                bound.len()
            ));
        }
        bound.push(index);
        Ok(())
    }
}

fn check_parent(kind: &Kind, parent: Option<&Kind>) -> Result<(), String> {
    let name = kind.name();
    match (kind, parent) {
        (Kind::Tab { .. }, Some(Kind::Tabs)) => Ok(()),
        (Kind::Tab { .. }, _) => Err("a tab stands only in tabs".into()),
        (_, Some(Kind::Tabs)) => Err(format!("in tabs stands `{name}`: put it in a tab there")),
        (_, Some(parent)) if !parent.is_container() => Err(format!(
            "it stands in `{}`, which holds nothing: put it beside that",
            parent.name()
        )),
        _ => Ok(()),
    }
}

fn bytes_of(node: &Node, limits: &Limits) -> Result<usize, String> {
    let texts = node.kind.texts();
    let constant = match &node.value {
        Source::Constant(value) => size::json_bytes(value),
        Source::None | Source::Bound(_) => 0,
    };
    let bytes = texts.iter().map(|text| text.len()).sum::<usize>() + constant;
    if bytes <= limits.node_text_bytes {
        return Ok(bytes);
    }
    Err(format!(
        "its texts and its constant have {bytes} bytes, more than {}: shorten them, or bind it to a value",
        limits.node_text_bytes
    ))
}

fn drawn_node(node: &Node) -> Node {
    match (&node.kind, &node.value) {
        (Kind::Markdown, Source::Constant(text)) => Node {
            value: Source::Constant(read_markdown(text)),
            ..node.clone()
        },
        _ => node.clone(),
    }
}

fn read_markdown(value: &Value) -> Value {
    let markdown = value.as_str().map(Markdown::parse);
    markdown
        .and_then(|markdown| serde_json::to_value(markdown).ok())
        .unwrap_or(Value::Null)
}

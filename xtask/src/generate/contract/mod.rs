//! The contract with plugins, `wit/`, as a page of the book.
#![expect(
    clippy::indexing_slicing,
    reason = "the ids that a `Resolve` tells are those of what it holds"
)]

mod declaration;

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wit_parser::{
    Docs, Function, Interface, InterfaceId, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId,
    TypeOwner, World, WorldItem,
};

use self::declaration::{declaration, documented_members, signature};
use super::Generated;
use crate::project::Project;

const FOLDER: &str = "wit";

const NOTE: &str = "<!-- Made by `cargo xtask generate` from wit/. -->\n\n";

const INTRODUCTION: &str = "\
What a plugin may ask of the host, and what the host calls in a plugin, in \
[WIT](https://component-model.bytecodealliance.org/design/wit.html). The files lie in \
[`wit/`](https://github.com/pato-host/pato/tree/main/wit); `pato new` puts a copy of them into each project \
that is not in Rust, where the SDK brings them. How the names look in each language: \
[Languages](../authors/languages.md#how-the-contract-looks-in-each).\n\n";

const CAPABILITIES: &str = "\
A plugin that does not import an interface cannot use it, and importing one grants nothing: the \
[manifest](../authors/manifest.md) requests a permission, the user grants it, and each call is checked against \
both. What is refused is answered with [error](#types-error), `denied`.\n\n";

const HANDLERS: &str = "\
A plugin exports only the handlers it has; the host looks which are there. Calls never overlap: one ends before \
the next begins. How long each may take: [Limits](../authors/limits.md).\n\n";

pub(super) fn generate(project: &Project) -> Result<Vec<Generated>> {
    Ok(vec![Generated {
        path: "docs/src/reference/contract.md".into(),
        text: page(&project.path(FOLDER))?,
    }])
}

/// The page that tells of the package in `folder`.
fn page(folder: &Path) -> Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir(folder)
        .with_context(|| format!("cannot read the contract in {}", folder.display()))?;
    let contract = Contract::new(&resolve, package)?;
    let mut page = format!("{NOTE}# The contract\n\n{INTRODUCTION}");
    contract.index(&mut page)?;
    for interface in &contract.all {
        contract.interface(&mut page, interface)?;
    }
    contract.worlds(&mut page)?;
    Ok(page.trim_end().to_owned() + "\n")
}

/// A package in WIT, in the order in which its worlds name its interfaces.
struct Contract<'a> {
    resolve: &'a Resolve,
    package: PackageId,
    all: Vec<Named<'a>>,
}

/// An interface, and what it is to a plugin.
struct Named<'a> {
    id: InterfaceId,
    name: &'a str,
    interface: &'a Interface,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It has types alone.
    Shared,
    /// Plugins import it.
    Capability,
    /// Plugins export it.
    Handler,
}

impl<'a> Contract<'a> {
    fn new(resolve: &'a Resolve, package: PackageId) -> Result<Self> {
        let parsed = &resolve.packages[package];
        let world = parsed
            .worlds
            .get("plugin")
            .context("wit/ has no world `plugin`, which says what plugins import and export")?;
        let world = &resolve.worlds[*world];
        let mut all = Vec::new();
        for (items, exported) in [(&world.imports, false), (&world.exports, true)] {
            for item in items.values() {
                let &WorldItem::Interface { id, .. } = item else {
                    bail!("the world `plugin` has something that is no interface: give it one");
                };
                let interface = &resolve.interfaces[id];
                let name = interface.name.as_deref();
                let name = name.context("the world `plugin` has an interface without a name")?;
                let role = match exported {
                    true => Role::Handler,
                    false if interface.functions.is_empty() => Role::Shared,
                    false => Role::Capability,
                };
                all.push(Named {
                    id,
                    name,
                    interface,
                    role,
                });
            }
        }
        for name in parsed.interfaces.keys() {
            ensure!(
                all.iter().any(|known| known.name == name),
                "the interface `{name}` in wit/ stands in no world: name it in wit/worlds.wit"
            );
        }
        Ok(Self {
            resolve,
            package,
            all,
        })
    }

    fn with(&self, role: Role) -> impl Iterator<Item = &Named<'a>> {
        self.all.iter().filter(move |named| named.role == role)
    }

    /// What there is, each with a link to its section.
    fn index(&self, page: &mut String) -> Result<()> {
        let package = &self.resolve.packages[self.package].name;
        writeln!(page, "The package is `{package}`.\n")?;
        writeln!(page, "## What a plugin may import\n\n{CAPABILITIES}")?;
        trim(page);
        *page += "| Interface | | Permission | Functions |\n|---|---|---|---|\n";
        for named in self.with(Role::Capability) {
            let permission = permission(&named.interface.docs).with_context(|| {
                format!(
                    "the interface `{}` in wit/ does not say which permission it needs: add a paragraph \
                     `Permission: …` to its documentation",
                    named.name
                )
            })?;
            let row = [named.link(), named.summary(), permission, named.functions()];
            writeln!(page, "| {} |", row.join(" | "))?;
        }
        let shared: Vec<_> = self.with(Role::Shared).map(Named::link).collect();
        writeln!(page, "\nTypes that they share: {}.\n", shared.join(", "))?;
        writeln!(page, "## What a plugin may export\n\n{HANDLERS}")?;
        trim(page);
        *page += "| Interface | | Functions |\n|---|---|---|\n";
        for named in self.with(Role::Handler) {
            let row = [named.link(), named.summary(), named.functions()];
            writeln!(page, "| {} |", row.join(" | "))?;
        }
        *page += "\nAn interface of another package is one of another plugin: \
                  [Calling other plugins](../authors/calling-plugins.md).\n\n";
        Ok(())
    }

    fn interface(&self, page: &mut String, named: &Named<'_>) -> Result<()> {
        writeln!(page, "## {}\n", named.name)?;
        text(page, &named.interface.docs);
        let types = || named.interface.types.iter();
        let defined = |id: TypeId| &self.resolve.types[id];
        let used: Vec<_> = types()
            .filter_map(|(name, id)| self.origin(named.id, defined(*id), name))
            .collect();
        if !used.is_empty() {
            writeln!(page, "Uses {}.\n", used.join(", "))?;
        }
        for (name, function) in &named.interface.functions {
            self.function(page, &named.anchor(name), function)?;
        }
        for (name, id) in types() {
            if self.origin(named.id, defined(*id), name).is_none() {
                self.definition(page, &named.anchor(name), name, defined(*id))?;
            }
        }
        Ok(())
    }

    /// A link to where a type is defined, if that is in another interface.
    fn origin(&self, own: InterfaceId, defined: &TypeDef, name: &str) -> Option<String> {
        let TypeDefKind::Type(Type::Id(original)) = defined.kind else {
            return None;
        };
        match self.resolve.types[original].owner {
            TypeOwner::Interface(other) if other != own => {
                let interface = self.resolve.interfaces[other].name.as_deref()?;
                let there = self.resolve.types[original].name.as_deref()?;
                Some(format!("[{name}](#{interface}-{there})"))
            }
            _ => None,
        }
    }

    fn function(&self, page: &mut String, anchor: &str, function: &Function) -> Result<()> {
        let signature = signature(self.resolve, function)?;
        heading(page, anchor, &function.name)?;
        writeln!(page, "```wit\n{signature}\n```\n")?;
        text(page, &function.docs);
        Ok(())
    }

    fn definition(
        &self,
        page: &mut String,
        anchor: &str,
        name: &str,
        defined: &TypeDef,
    ) -> Result<()> {
        let declaration = declaration(self.resolve, name, defined)?;
        heading(page, anchor, name)?;
        writeln!(page, "```wit\n{declaration}\n```\n")?;
        text(page, &defined.docs);
        let members = documented_members(&defined.kind);
        if !members.is_empty() {
            *page += "| | |\n|---|---|\n";
            for (name, docs) in members {
                writeln!(page, "| `{name}` | {} |", one_line(docs))?;
            }
            *page += "\n";
        }
        Ok(())
    }

    fn worlds(&self, page: &mut String) -> Result<()> {
        *page += "## Worlds\n\n";
        for (name, id) in &self.resolve.packages[self.package].worlds {
            let world: &World = &self.resolve.worlds[*id];
            heading(page, &format!("world-{name}"), name)?;
            text(page, &world.docs);
            for (word, items) in [("Imports", &world.imports), ("Exports", &world.exports)] {
                let items: Vec<_> = items.values().filter_map(|item| self.item(item)).collect();
                if !items.is_empty() {
                    writeln!(page, "{word} {}.\n", items.join(", "))?;
                }
            }
        }
        Ok(())
    }

    /// What a world imports or exports: with a link if it is told of here.
    fn item(&self, item: &WorldItem) -> Option<String> {
        let WorldItem::Interface { id, .. } = item else {
            return None;
        };
        match self.all.iter().find(|named| named.id == *id) {
            Some(named) => Some(named.link()),
            None => Some(format!("`{}`", self.resolve.id_of(*id)?)),
        }
    }
}

impl Named<'_> {
    fn anchor(&self, of: &str) -> String {
        format!("{}-{of}", self.name)
    }

    fn link(&self) -> String {
        format!("[{0}](#{0})", self.name)
    }

    fn functions(&self) -> String {
        let names = self.interface.functions.keys();
        let links = names.map(|name| format!("[{name}](#{})", self.anchor(name)));
        links.collect::<Vec<_>>().join(", ")
    }

    fn summary(&self) -> String {
        first_sentence(&one_line(contents(&self.interface.docs)))
    }
}

/// A heading that can be linked to by a name of its own: functions of several interfaces share names.
fn heading(page: &mut String, anchor: &str, name: &str) -> Result<()> {
    writeln!(page, "<a id=\"{anchor}\"></a>\n\n### {name}\n")?;
    Ok(())
}

/// A documentation, which is written in Markdown already.
fn text(page: &mut String, docs: &Docs) {
    let text = contents(docs).trim();
    if !text.is_empty() {
        let text = text
            .replace("Permission:", "**Permission:**")
            .replace("Permissions:", "**Permissions:**");
        *page += &text;
        *page += "\n\n";
    }
}

/// The needed permission, out of a paragraph `Permission: …` or `Permissions: …`.
fn permission(docs: &Docs) -> Option<String> {
    let mut paragraphs = contents(docs).split("\n\n");
    let rest = paragraphs.find_map(|paragraph| {
        let rest = paragraph.trim().strip_prefix("Permission")?;
        rest.strip_prefix(':').or_else(|| rest.strip_prefix("s:"))
    })?;
    let sentence = first_sentence(&one_line(rest));
    Some(sentence.trim_end_matches('.').to_owned())
}

fn first_sentence(text: &str) -> String {
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text.to_owned(),
    }
}

fn contents(docs: &Docs) -> &str {
    docs.contents.as_deref().unwrap_or_default()
}

/// A text as it can stand in a table.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

/// Leaves one empty line at the end.
fn trim(page: &mut String) {
    page.truncate(page.trim_end().len());
    *page += "\n\n";
}

#[cfg(test)]
mod tests;

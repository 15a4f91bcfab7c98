//! One walk through a binary: sections, core modules, function bodies, names and producers.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_demangle::try_demangle;
use serde::Serialize;
use wasmparser::{
    BinaryReaderError, ComponentExternalKind, CustomSectionReader, Encoding, ExternalKind,
    KnownCustom, Name, NameSectionReader, Parser, Payload, ProducersSectionReader, TypeRef,
};

use crate::reader::SectionSize;

/// Under which name the code of functions without a name stands.
const NAMELESS: &str = "(without a name)";

/// Under which name the code stands that belongs to no crate or package: that of C, and what tools add.
const OTHER: &str = "(other)";

/// A core module, in a component or by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoreModule {
    /// The name that its name section gives it.
    pub name: Option<String>,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it consists of.
    pub sections: Vec<SectionSize>,
}

/// The functions of one crate or package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeSize {
    /// A crate of Rust, a package of Go, or in parentheses what is neither.
    pub name: String,
    /// How many functions there are.
    pub functions: u64,
    /// How many bytes their bodies have together.
    pub bytes: u64,
}

/// A line of a producers section.
/// <https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub field: String,
    /// Its name, such as `Rust`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was found.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
    /// Whether it exports a function, or an interface, beside those that WASI and the contract know.
    pub(super) has_functions: bool,
    pub(super) sections: Vec<SectionSize>,
    pub(super) modules: Vec<CoreModule>,
    pub(super) producers: Vec<Producer>,
    code: BTreeMap<String, (u64, u64)>,
}

/// A module or component that is not at its end.
struct Frame {
    encoding: Encoding,
    start: usize,
    /// Where the latest section ended.
    end: usize,
    sections: Vec<SectionSize>,
    name: Option<String>,
    /// How many functions it imports: their indexes come first.
    imported_functions: u32,
    bodies: Vec<u64>,
    names: BTreeMap<u32, String>,
    is_go: bool,
}

impl Frame {
    fn new(encoding: Encoding, start: usize) -> Self {
        Self {
            encoding,
            start,
            end: start + 8,
            sections: Vec::new(),
            name: None,
            imported_functions: 0,
            bodies: Vec::new(),
            names: BTreeMap::new(),
            is_go: false,
        }
    }

    fn section(&mut self, name: &str, range: &Range<usize>) {
        // A section begins where the one before it ends.
        let bytes = range.end.saturating_sub(self.end) as u64;
        self.end = range.end;
        match self.sections.iter_mut().find(|known| known.name == name) {
            Some(section) => {
                section.count += 1;
                section.bytes += bytes;
            }
            None => self.sections.push(SectionSize {
                name: name.to_owned(),
                count: 1,
                bytes,
            }),
        }
    }
}

impl Parts {
    pub(super) fn of(bytes: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut parts = Self::default();
        let mut frames: Vec<Frame> = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let Payload::Version {
                encoding, range, ..
            } = &payload
            {
                frames.push(Frame::new(*encoding, range.start));
                continue;
            }
            if let Payload::End(end) = &payload {
                if let Some(frame) = frames.pop() {
                    parts.close(frame, *end, frames.is_empty());
                }
                continue;
            }
            let outermost = frames.len() == 1;
            let Some(frame) = frames.last_mut() else {
                continue;
            };
            if let Some((id, range)) = payload.as_section() {
                let name = match &payload {
                    Payload::CustomSection(custom) => custom.name(),
                    _ => section_name(frame.encoding, id),
                };
                frame.section(name, &range);
            }
            parts.take(payload, frame, outermost)?;
        }
        parts.producers.sort();
        parts.producers.dedup();
        Ok(parts)
    }

    pub(super) fn code_sizes(&self) -> Vec<CodeSize> {
        let all = self.code.iter();
        let mut sizes: Vec<_> = all
            .map(|(name, (functions, bytes))| CodeSize {
                name: name.clone(),
                functions: *functions,
                bytes: *bytes,
            })
            .collect();
        sizes.sort_by_key(|size| std::cmp::Reverse(size.bytes));
        sizes
    }

    fn take(
        &mut self,
        payload: Payload<'_>,
        frame: &mut Frame,
        outermost: bool,
    ) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let is_function = matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                    frame.imported_functions += u32::from(is_function);
                    if outermost {
                        self.imports
                            .push(format!("{}.{}", import.module, import.name));
                    }
                }
            }
            Payload::ExportSection(section) if outermost => {
                for export in section {
                    let export = export?;
                    self.has_functions |= matches!(export.kind, ExternalKind::Func)
                        && !matches!(export.name, "_start" | "_initialize");
                    self.exports.push(export.name.to_owned());
                }
            }
            Payload::ComponentImportSection(section) if outermost => {
                for import in section {
                    self.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if outermost => {
                for export in section {
                    let export = export?;
                    let name = export.name.name;
                    let kinds = [ComponentExternalKind::Func, ComponentExternalKind::Instance];
                    let is_called_otherwise = ["wasi:cli/run@", "pato:platform/"]
                        .iter()
                        .any(|known| name.starts_with(known));
                    self.has_functions |= kinds.contains(&export.kind) && !is_called_otherwise;
                    self.exports.push(name.to_owned());
                }
            }
            Payload::CodeSectionEntry(body) => frame.bodies.push(body.range().len() as u64),
            Payload::CustomSection(custom) => self.custom(&custom, frame),
            _ => {}
        }
        Ok(())
    }

    /// Custom sections are not validated: what is wrong in one is passed over.
    fn custom(&mut self, custom: &CustomSectionReader<'_>, frame: &mut Frame) {
        match custom.as_known() {
            KnownCustom::Name(names) => read_names(names, frame),
            KnownCustom::Producers(producers) => {
                let before = self.producers.len();
                read_producers(producers, &mut self.producers);
                let new = self.producers.get(before..).unwrap_or_default();
                frame.is_go |= new
                    .iter()
                    .any(|producer| producer.field == "language" && producer.name == "Go");
            }
            _ => {}
        }
    }

    fn close(&mut self, frame: Frame, end: usize, outermost: bool) {
        for (index, bytes) in (frame.imported_functions..).zip(&frame.bodies) {
            let name = frame.names.get(&index);
            let owner = name.map_or(NAMELESS, |name| owner(name, frame.is_go));
            let (functions, total) = self.code.entry(owner.to_owned()).or_default();
            *functions += 1;
            *total += bytes;
        }
        if frame.encoding == Encoding::Module {
            self.modules.push(CoreModule {
                name: frame.name,
                bytes: end.saturating_sub(frame.start) as u64,
                sections: frame.sections.clone(),
            });
        }
        if outermost {
            self.sections = frame.sections;
        }
    }
}

fn read_names(names: NameSectionReader<'_>, frame: &mut Frame) {
    for name in names.into_iter().map_while(Result::ok) {
        match name {
            Name::Module { name, .. } => frame.name = Some(name.to_owned()),
            Name::Function(functions) => {
                let functions = functions.into_iter().map_while(Result::ok);
                frame.names.extend(functions.map(|function| {
                    let name = demangled(function.name);
                    (function.index, name)
                }));
            }
            _ => {}
        }
    }
}

fn read_producers(producers: ProducersSectionReader<'_>, into: &mut Vec<Producer>) {
    for field in producers.into_iter().map_while(Result::ok) {
        for value in field.values.into_iter().map_while(Result::ok) {
            into.push(Producer {
                field: field.name.to_owned(),
                name: value.name.to_owned(),
                version: value.version.to_owned(),
            });
        }
    }
}

/// The path of a Rust function, or the name as it is.
fn demangled(name: &str) -> String {
    try_demangle(name).map_or_else(|_| name.to_owned(), |path| format!("{path:#}"))
}

/// The crate or package that a function belongs to.
fn owner(name: &str, is_go: bool) -> &str {
    if is_go {
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let dot = name.get(last..).and_then(|rest| rest.find('.'));
        return dot
            .and_then(|dot| name.get(..last + dot))
            .filter(|package| !package.is_empty())
            .unwrap_or(OTHER);
    }
    // The first path in it: of `<u8 as core::fmt::Display>::fmt` that is `core`.
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("::") {
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_part(*c))
            .last();
        if let Some(part) = start.and_then(|(start, _)| before.get(start..)) {
            return part;
        }
        rest = after;
    }
    OTHER
}

fn section_name(encoding: Encoding, id: u8) -> &'static str {
    const OF_MODULES: [&str; 14] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
        "tag",
    ];
    let names: &[&str] = match encoding {
        Encoding::Module => &OF_MODULES,
        Encoding::Component => &crate::structure::COMPONENT_SECTIONS,
    };
    names.get(usize::from(id)).copied().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_for_the_crate_in_which_it_was_written() {
        for (name, expected) in [
            ("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core"),
            ("_RNvCs1234_7mycrate3foo", "mycrate"),
            ("<alloc::vec::Vec<T> as core::ops::Drop>::drop", "alloc"),
            ("<u8 as core::fmt::Display>::fmt", "core"),
            ("<[T]>::len", OTHER),
            ("malloc", OTHER),
            ("::", OTHER),
            ("", OTHER),
        ] {
            assert_eq!(owner(&demangled(name), false), expected, "{name}");
        }
        for (name, expected) in [
            ("runtime.mallocgc", "runtime"),
            ("github.com/a/b.(*T).Method", "github.com/a/b"),
            ("memset", OTHER),
            (".x", OTHER),
        ] {
            assert_eq!(owner(name, true), expected, "{name}");
        }
    }
}

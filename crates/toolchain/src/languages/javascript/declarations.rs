//! TypeScript declarations of a world, as QuickJS hands its values over: a variant is `{ tag, val }`, flags
//! are an object of booleans, a list of bytes is a `Uint8Array`. What is not there is handed over as `null`, and
//! taken as `undefined` too. An error that a function answers with is thrown.

use std::fmt::Write;

use wit_parser::{
    Docs, Function, Handle, Interface, InterfaceId, Resolve, Result_, Type, TypeDef, TypeDefKind,
    TypeId, TypeOwner, WorldItem,
};

use crate::world::World;

/// The declarations of all that a world imports and exports: a module for each interface. An imported one
/// has its functions; an exported one has them as members of a type, which a plugin's object can be
/// checked against.
pub(super) fn of(world: &World) -> String {
    let mut text = "// Made from wit/ by `pato build`.\n".to_owned();
    let writer = Writer {
        resolve: &world.resolve,
    };
    let Some(described) = world.resolve.worlds.get(world.id) else {
        return text;
    };
    let imports = described.imports.values().map(|item| (item, false));
    let exports = described.exports.values().map(|item| (item, true));
    for (item, is_export) in imports.chain(exports) {
        if let WorldItem::Interface { id, .. } = item {
            // Writing to a text cannot fail.
            let _ = writer.module(&mut text, *id, is_export);
        }
    }
    text
}

struct Writer<'a> {
    resolve: &'a Resolve,
}

impl Writer<'_> {
    fn module(&self, text: &mut String, id: InterfaceId, is_export: bool) -> std::fmt::Result {
        let (Some(interface), Some(name)) = (self.resolve.interfaces.get(id), self.name_of(id))
        else {
            return Ok(());
        };
        writeln!(text)?;
        document(text, "", &interface.docs)?;
        writeln!(text, "declare module \"{name}\" {{")?;
        for (name, id) in &interface.types {
            if let Some(definition) = self.resolve.types.get(*id) {
                document(text, "  ", &definition.docs)?;
                let described = self.definition(definition);
                writeln!(text, "  export type {} = {described};", pascal(name))?;
            }
        }
        match is_export {
            true => self.handlers(text, interface)?,
            false => self.functions(text, interface)?,
        }
        writeln!(text, "}}")
    }

    fn functions(&self, text: &mut String, interface: &Interface) -> std::fmt::Result {
        for (name, function) in &interface.functions {
            document(text, "  ", &function.docs)?;
            let (name, signature) = (camel(name), self.signature(function));
            if is_reserved(&name) {
                writeln!(text, "  function _{name}{signature};")?;
                writeln!(text, "  export {{ _{name} as {name} }};")?;
            } else {
                writeln!(text, "  export function {name}{signature};")?;
            }
        }
        Ok(())
    }

    fn handlers(&self, text: &mut String, interface: &Interface) -> std::fmt::Result {
        let name = pascal(interface.name.as_deref().unwrap_or_default());
        writeln!(text, "  export interface {name} {{")?;
        for (name, function) in &interface.functions {
            document(text, "    ", &function.docs)?;
            writeln!(text, "    {}{};", camel(name), self.signature(function))?;
        }
        writeln!(text, "  }}")
    }

    fn signature(&self, function: &Function) -> String {
        let parameters: Vec<_> = function
            .params
            .iter()
            .map(|parameter| {
                let mut name = camel(&parameter.name);
                if is_reserved(&name) {
                    name.insert(0, '_');
                }
                format!("{name}: {}", self.described(parameter.ty))
            })
            .collect();
        let answer = match function
            .result
            .map(|result| (result, self.as_result(result)))
        {
            None => "void".to_owned(),
            Some((_, Some(result))) => self.or_void(result.ok),
            Some((plain, None)) => self.described(plain),
        };
        format!("({}): {answer}", parameters.join(", "))
    }

    fn as_result(&self, one: Type) -> Option<&Result_> {
        let Type::Id(id) = one else { return None };
        match &self.resolve.types.get(id)?.kind {
            TypeDefKind::Result(result) => Some(result),
            _ => None,
        }
    }

    fn or_void(&self, one: Option<Type>) -> String {
        one.map_or_else(|| "void".to_owned(), |one| self.described(one))
    }

    /// A type where it is used: by its name, if it has one.
    fn described(&self, one: Type) -> String {
        match one {
            Type::Bool => "boolean".to_owned(),
            Type::Char | Type::String => "string".to_owned(),
            Type::Id(id) => match self.resolve.types.get(id) {
                Some(definition) => match &definition.name {
                    Some(name) => pascal(name),
                    None => self.definition(definition),
                },
                None => "unknown".to_owned(),
            },
            Type::ErrorContext => "unknown".to_owned(),
            Type::U8
            | Type::U16
            | Type::U32
            | Type::U64
            | Type::S8
            | Type::S16
            | Type::S32
            | Type::S64
            | Type::F32
            | Type::F64 => "number".to_owned(),
        }
    }

    /// What a type is.
    fn definition(&self, definition: &TypeDef) -> String {
        match &definition.kind {
            TypeDefKind::Type(Type::Id(id)) => self.used(*id),
            TypeDefKind::Type(other) => self.described(*other),
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter();
                braced(fields.map(|field| {
                    let (name, described) = (camel(&field.name), self.described(field.ty));
                    (&field.docs, format!("{name}: {described}"))
                }))
            }
            TypeDefKind::Flags(flags) => braced(
                flags
                    .flags
                    .iter()
                    .map(|flag| (&flag.docs, format!("{}?: boolean", camel(&flag.name)))),
            ),
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter();
                alternatives(cases.map(|case| self.case(&case.name, case.ty)))
            }
            TypeDefKind::Enum(cases) => {
                alternatives(cases.cases.iter().map(|case| format!("\"{}\"", case.name)))
            }
            TypeDefKind::Tuple(tuple) => {
                let parts: Vec<_> = tuple.types.iter().map(|one| self.described(*one)).collect();
                format!("[{}]", parts.join(", "))
            }
            TypeDefKind::Option(one) => format!("{} | null | undefined", self.described(*one)),
            TypeDefKind::Result(result) => alternatives(
                [("ok", result.ok), ("err", result.err)].map(|(tag, one)| self.case(tag, one)),
            ),
            TypeDefKind::List(Type::U8) | TypeDefKind::FixedLengthList(Type::U8, _) => {
                "Uint8Array".to_owned()
            }
            TypeDefKind::List(one) | TypeDefKind::FixedLengthList(one, _) => {
                format!("Array<{}>", self.described(*one))
            }
            TypeDefKind::Map(key, value) => {
                format!("Map<{}, {}>", self.described(*key), self.described(*value))
            }
            TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => self.used(*id),
            TypeDefKind::Resource
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => "unknown".to_owned(),
        }
    }

    fn case(&self, tag: &str, value: Option<Type>) -> String {
        match value {
            Some(value) => format!("{{ tag: \"{tag}\"; val: {} }}", self.described(value)),
            None => format!("{{ tag: \"{tag}\" }}"),
        }
    }

    /// A type that may be another interface's.
    fn used(&self, id: TypeId) -> String {
        let Some(definition) = self.resolve.types.get(id) else {
            return "unknown".to_owned();
        };
        match (&definition.name, definition.owner) {
            (Some(name), TypeOwner::Interface(owner)) => match self.name_of(owner) {
                Some(module) => format!("import(\"{module}\").{}", pascal(name)),
                None => pascal(name),
            },
            _ => self.described(Type::Id(id)),
        }
    }

    fn name_of(&self, id: InterfaceId) -> Option<String> {
        self.resolve.interfaces.get(id)?.package?;
        self.resolve.id_of(id)
    }
}

/// An object type of members with their documentation.
fn braced<'a>(members: impl Iterator<Item = (&'a Docs, String)>) -> String {
    let mut text = "{\n".to_owned();
    for (docs, member) in members {
        // Writing to a text cannot fail.
        let _ = document(&mut text, "    ", docs);
        let _ = writeln!(text, "    {member};");
    }
    text + "  }"
}

fn alternatives(each: impl IntoIterator<Item = String>) -> String {
    each.into_iter().collect::<Vec<_>>().join(" | ")
}

fn document(text: &mut String, indent: &str, docs: &Docs) -> std::fmt::Result {
    let Some(contents) = &docs.contents else {
        return Ok(());
    };
    writeln!(text, "{indent}/**")?;
    for line in contents.trim_end().lines() {
        let line = line.replace("*/", "*\u{200b}/");
        writeln!(text, "{}", format!("{indent} * {line}").trim_end())?;
    }
    writeln!(text, "{indent} */")
}

/// `handle-events` as `handleEvents`.
fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let mut letters = pascal.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// `event-handler` as `EventHandler`.
fn pascal(name: &str) -> String {
    name.split('-')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

/// Whether JavaScript does not take it for the name of a function or parameter.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 37] = [
        "arguments",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "with",
    ];
    RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::contract;

    const OWN: &str = r"
        package local:plugin;
        interface shapes {
            record point { left-edge: s32, label: option<string> }
            variant shape { none, dot(point), path(list<tuple<f32, f32>>) }
            flags look { filled, dashed-line }
            enum delete { now, later }
            /// Draws */ it.
            draw: func(new: shape, bytes: list<u8>) -> result<list<string>, delete>;
            %import: func() -> result;
            both: func() -> option<result<u8, string>>;
        }
        world plugin {
            import shapes;
            import pato:platform/storage@0.1.0;
            export pato:platform/event-handler@0.1.0;
        }";

    fn declarations() -> String {
        let project = tempfile::tempdir().unwrap();
        contract::write_if_missing(project.path()).unwrap();
        fs::write(project.path().join("wit/world.wit"), OWN).unwrap();
        of(&World::read(project.path()).unwrap())
    }

    #[test]
    fn values_are_declared_as_the_engine_hands_them_over() {
        let text = declarations();
        for part in [
            "declare module \"local:plugin/shapes\" {",
            "leftEdge: number;",
            "label: string | null | undefined;",
            "{ tag: \"none\" } | { tag: \"dot\"; val: Point } | { tag: \"path\"; val: Array<[number, number]> }",
            "dashedLine?: boolean;",
            "export type Delete = \"now\" | \"later\";",
            "export function draw(_new: Shape, bytes: Uint8Array): Array<string>;",
            "function _import(): void;",
            "export { _import as import };",
            "export function both(): { tag: \"ok\"; val: number } | { tag: \"err\"; val: string } | null | undefined;",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("Draws */"), "the comment would end there");
    }

    #[test]
    fn types_of_other_interfaces_are_taken_from_there_and_exports_are_types() {
        let text = declarations();
        for part in [
            "export type Error = import(\"pato:platform/types@0.1.0\").Error;",
            "export function set(key: string, value: Uint8Array): void;",
            "export { _delete as delete };",
            "export interface EventHandler {",
            "handleEvents(events: Array<Event>): void;",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}

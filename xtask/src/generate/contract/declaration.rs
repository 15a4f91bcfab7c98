//! Types and functions as WIT has them.
#![expect(
    clippy::indexing_slicing,
    reason = "the ids that a `Resolve` tells are those of what it holds"
)]

use std::fmt::Write;

use anyhow::{Result, bail};
use wit_parser::{Docs, Function, Resolve, Type, TypeDef, TypeDefKind, TypeId};

/// Words of WIT, before which a name has `%`.
const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "bool",
    "borrow",
    "char",
    "constructor",
    "enum",
    "error-context",
    "export",
    "f32",
    "f64",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "list",
    "map",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "static",
    "stream",
    "string",
    "tuple",
    "type",
    "u16",
    "u32",
    "u64",
    "u8",
    "use",
    "variant",
    "with",
    "world",
];

/// A function, as its interface declares it.
pub(super) fn signature(resolve: &Resolve, function: &Function) -> Result<String> {
    let mut parameters = Vec::new();
    for parameter in &function.params {
        let kind = shown(resolve, &parameter.ty)?;
        parameters.push(format!("{}: {kind}", escaped(&parameter.name)));
    }
    let (name, parameters) = (escaped(&function.name), parameters.join(", "));
    Ok(match &function.result {
        Some(result) => format!("{name}: func({parameters}) -> {};", shown(resolve, result)?),
        None => format!("{name}: func({parameters});"),
    })
}

/// A type with a name, as its interface declares it.
pub(super) fn declaration(resolve: &Resolve, name: &str, defined: &TypeDef) -> Result<String> {
    let word = defined.kind.as_str();
    let members: Vec<String> = match &defined.kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            let field = |name: &str, ty| anyhow::Ok(format!("{name}: {}", shown(resolve, ty)?));
            fields
                .map(|one| field(&escaped(&one.name), &one.ty))
                .collect::<Result<_>>()?
        }
        TypeDefKind::Variant(variant) => {
            let case = |name: String, carried: Option<&Type>| {
                anyhow::Ok(match carried {
                    Some(ty) => format!("{name}({})", shown(resolve, ty)?),
                    None => name,
                })
            };
            let cases = variant.cases.iter();
            cases
                .map(|one| case(escaped(&one.name), one.ty.as_ref()))
                .collect::<Result<_>>()?
        }
        TypeDefKind::Enum(choice) => {
            let cases = choice.cases.iter();
            cases.map(|one| escaped(&one.name)).collect()
        }
        TypeDefKind::Flags(flags) => {
            let flags = flags.flags.iter();
            flags.map(|one| escaped(&one.name)).collect()
        }
        TypeDefKind::Type(other) => {
            return Ok(format!(
                "type {} = {};",
                escaped(name),
                shown(resolve, other)?
            ));
        }
        // A list, say, that has got a name.
        kind => {
            let kind = composed(resolve, kind)?;
            return Ok(format!("type {} = {kind};", escaped(name)));
        }
    };
    let mut text = format!("{word} {} {{\n", escaped(name));
    for member in members {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {member},");
    }
    Ok(text + "}")
}

/// The fields, cases or flags of a type that have a documentation of their own.
pub(super) fn documented_members(kind: &TypeDefKind) -> Vec<(&str, &str)> {
    fn member<'a>(name: &'a str, docs: &'a Docs) -> Option<(&'a str, &'a str)> {
        Some((name, docs.contents.as_deref()?))
    }
    match kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            fields
                .filter_map(|one| member(&one.name, &one.docs))
                .collect()
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter();
            cases
                .filter_map(|one| member(&one.name, &one.docs))
                .collect()
        }
        TypeDefKind::Enum(choice) => {
            let cases = choice.cases.iter();
            cases
                .filter_map(|one| member(&one.name, &one.docs))
                .collect()
        }
        TypeDefKind::Flags(flags) => {
            let flags = flags.flags.iter();
            flags
                .filter_map(|one| member(&one.name, &one.docs))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A type as a parameter has it.
fn shown(resolve: &Resolve, ty: &Type) -> Result<String> {
    Ok(match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(id) => return named(resolve, *id),
    }
    .to_owned())
}

fn named(resolve: &Resolve, id: TypeId) -> Result<String> {
    let defined = &resolve.types[id];
    match &defined.name {
        Some(name) => Ok(escaped(name)),
        None => composed(resolve, &defined.kind),
    }
}

/// A type that is made of others.
fn composed(resolve: &Resolve, kind: &TypeDefKind) -> Result<String> {
    let optional = |ty: &Option<Type>| ty.as_ref().map(|ty| shown(resolve, ty)).transpose();
    Ok(match kind {
        TypeDefKind::List(item) => format!("list<{}>", shown(resolve, item)?),
        TypeDefKind::Option(some) => format!("option<{}>", shown(resolve, some)?),
        TypeDefKind::Tuple(tuple) => {
            let types = tuple.types.iter().map(|ty| shown(resolve, ty));
            format!("tuple<{}>", types.collect::<Result<Vec<_>>>()?.join(", "))
        }
        TypeDefKind::Result(result) => match (optional(&result.ok)?, optional(&result.err)?) {
            (Some(ok), Some(error)) => format!("result<{ok}, {error}>"),
            (None, Some(error)) => format!("result<_, {error}>"),
            (Some(ok), None) => format!("result<{ok}>"),
            (None, None) => "result".into(),
        },
        other => bail!(
            "a {} in wit/: say in xtask/src/generate/contract how it is to be shown",
            other.as_str()
        ),
    })
}

fn escaped(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("%{name}"),
        false => name.to_owned(),
    }
}

use std::fs;
use std::path::Path;

use heck::{ToSnakeCase, ToUpperCamelCase};
use wit_bindgen_core::Files;
use wit_bindgen_go::{Format, Opts};
use wit_parser::{
    FunctionKind, Interface, LiveTypes, Resolve, Type, TypeDef, TypeDefKind, WorldItem, WorldKey,
};

use crate::contract::WIT;
use crate::error::ToolchainError;
use crate::world::World;

/// Of which the compiler makes the plugin.
pub(super) const MAIN_PACKAGE: &str = "./build/bindings";

/// The same, as it stands in imports after the name of the project's module.
const FOLDER: &str = "build/bindings";

/// Where the generator believes that its packages are; they are written beside what it generates, so that
/// no build needs to get them.
const GENERATORS_PACKAGES: &str = "\"go.bytecodealliance.org/pkg/wit/";

const PACKAGES: [(&str, &str); 4] = [
    (
        "wit/runtime/runtime.go",
        include_str!("bindings/wit/runtime/runtime.go"),
    ),
    (
        "wit/runtime/empty.s",
        include_str!("bindings/wit/runtime/empty.s"),
    ),
    (
        "wit/types/types.go",
        include_str!("bindings/wit/types/types.go"),
    ),
    (
        "wit/types/tuples.go",
        include_str!("bindings/wit/types/tuples.go"),
    ),
];

/// Where a function of the host that answers with more than a number has memory for its answer.
const ANSWER: &str = "returnArea := uintptr(witRuntime.Allocate(pinner,";

/// The most values in a tuple, and the most flags, for which the generator has a type.
const MAX_TUPLE: usize = 16;
const MAX_FLAGS: usize = 32;

/// Writes a package for each interface, in the project's own module, and the package that exports what
/// stands in the project's folder.
pub(super) fn write(project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
    let mut world = World::read(project)?;
    let wrong = |problem: String| ToolchainError::Wit {
        path: project.join(WIT),
        problem,
    };
    refuse_what_go_has_not(&world).map_err(wrong)?;
    let module = module_name(&project.join("go.mod"))?;
    let base = format!("{module}/{FOLDER}");
    let (exports, errors) = (exports(&world), errors(&world));
    let options = Opts {
        format: Format::False,
        pkg_name: Some(base.clone()),
        ..Opts::default()
    };
    let mut files = Files::default();
    options
        .build()
        .generate(&mut world.resolve, world.id, &mut files)
        .map_err(|error| wrong(format!("{error:#}")))?;
    for (name, contents) in files.iter() {
        let text = String::from_utf8_lossy(contents);
        let text = text.replace(GENERATORS_PACKAGES, &format!("\"{base}/wit/"));
        let text = text.replace(ANSWER, &format!("defer witRuntime.Hold()()\n{ANSWER}"));
        write_file(&bindings.join(name), &text)?;
    }
    for (name, text) in PACKAGES {
        write_file(&bindings.join(name), text)?;
    }
    for (package, text) in errors {
        write_file(&bindings.join(package).join("errors.go"), &text)?;
    }
    for export in exports {
        let package = &export.package;
        let path = bindings.join(package).join("handlers.go");
        write_file(&path, &export.text(&module))?;
    }
    let main = format!(
        "// What the host calls.\npackage main\n\nimport _ \"{base}/wit_exports\"\n\nfunc main() {{}}\n"
    );
    write_file(&bindings.join("main.go"), &main)
}

/// An interface that the plugin exports.
struct Export {
    /// The package in which the generator looks for its functions.
    package: String,
    /// The type that has them in the project.
    handlers: String,
    functions: Vec<String>,
}

impl Export {
    /// The package hands on to the type in the project's own package.
    fn text(&self, module: &str) -> String {
        let Self {
            package,
            handlers,
            functions,
        } = self;
        let mut text = format!("package {package}\n\nimport plugin \"{module}\"\n\nvar (\n");
        for function in functions {
            text.push_str(&format!(
                "\t{function} = plugin.{handlers}{{}}.{function}\n"
            ));
        }
        text.push_str(")\n");
        text
    }
}

fn exports(world: &World) -> Vec<Export> {
    let resolve = &world.resolve;
    let Some(found) = resolve.worlds.get(world.id) else {
        return Vec::new();
    };
    let mut exports = Vec::new();
    let mut own = Vec::new();
    for (key, item) in &found.exports {
        match item {
            WorldItem::Interface { id, .. } => {
                let interface = resolve.interfaces.get(*id);
                // One that has only types needs no handlers.
                let Some(interface) = interface.filter(|found| !found.functions.is_empty()) else {
                    continue;
                };
                let name = match key {
                    WorldKey::Name(name) => Some(name),
                    WorldKey::Interface(_) => interface.name.as_ref(),
                };
                let functions = interface.functions.values();
                exports.push(Export {
                    package: format!("export_{}", package_of(resolve, key, interface)),
                    handlers: name
                        .map(|name| name.to_upper_camel_case())
                        .unwrap_or_default(),
                    functions: functions
                        .map(|function| function.name.to_upper_camel_case())
                        .collect(),
                });
            }
            WorldItem::Function(function) => own.push(function.name.to_upper_camel_case()),
            WorldItem::Type { .. } => {}
        }
    }
    if !own.is_empty() {
        exports.push(Export {
            package: "export_wit_world".to_owned(),
            handlers: found.name.to_upper_camel_case(),
            functions: own,
        });
    }
    exports
}

/// For each variant that is called `error`, in its package, the method that makes it one of Go's errors.
fn errors(world: &World) -> Vec<(String, String)> {
    let resolve = &world.resolve;
    let Some(found) = resolve.worlds.get(world.id) else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    for (key, item) in found.imports.iter().chain(&found.exports) {
        let WorldItem::Interface { id, .. } = item else {
            continue;
        };
        let Some(interface) = resolve.interfaces.get(*id) else {
            continue;
        };
        let error = interface.types.get("error");
        let Some(TypeDefKind::Variant(variant)) = error
            .and_then(|id| resolve.types.get(*id))
            .map(|error| &error.kind)
        else {
            continue;
        };
        let cases = variant.cases.iter().map(|case| case.name.as_str());
        if cases.clone().any(|case| case == "error") {
            continue; // Its own method has that name.
        }
        let names: Vec<_> = cases.map(|case| format!("{case:?}")).collect();
        let package = package_of(resolve, key, interface);
        let text = format!(
            "package {package}\n\nimport \"fmt\"\n\n\
             // Error tells which case it is, and what it holds.\n\
             func (self Error) Error() string {{\n\
             \tname := [...]string{{{}}}[self.tag]\n\
             \tif self.value == nil {{\n\t\treturn name\n\t}}\n\
             \treturn fmt.Sprint(name, \": \", self.value)\n}}\n",
            names.join(", ")
        );
        errors.push((package, text));
    }
    errors
}

/// As the generator names it: with the version only where there are several.
fn package_of(resolve: &Resolve, key: &WorldKey, interface: &Interface) -> String {
    let package = interface.package.and_then(|id| resolve.packages.get(id));
    let (WorldKey::Interface(_), Some(package)) = (key, package) else {
        let WorldKey::Name(name) = key else {
            return String::new();
        };
        return name.to_snake_case();
    };
    let own = &package.name;
    let has_others = resolve.packages.iter().any(|(_, other)| {
        let other = &other.name;
        other.namespace == own.namespace && other.name == own.name && other.version != own.version
    });
    let version = match &own.version {
        Some(version) if has_others => {
            format!("{}_", version.to_string().replace(['.', '-', '+'], "_"))
        }
        _ => String::new(),
    };
    format!(
        "{}_{}_{version}{}",
        own.namespace.to_snake_case(),
        own.name.to_snake_case(),
        interface
            .name
            .as_deref()
            .unwrap_or_default()
            .to_snake_case()
    )
}

/// What the generator can't do, some of which it would not survive.
fn refuse_what_go_has_not(world: &World) -> Result<(), String> {
    let resolve = &world.resolve;
    let mut types = LiveTypes::default();
    types.add_world(resolve, world.id);
    for id in types.iter() {
        let Some(found) = resolve.types.get(id) else {
            continue;
        };
        if let Some(what) = unknown_to_go(found) {
            let name = found.name.as_deref().unwrap_or("a type without a name");
            return Err(format!(
                "{name} has {what}, which a plugin in Go can't use: use another type"
            ));
        }
    }
    let Some(found) = resolve.worlds.get(world.id) else {
        return Ok(());
    };
    let is_exported = |key: &WorldKey| found.exports.contains_key(key);
    for (key, item) in found.imports.iter().chain(&found.exports) {
        let name = resolve.name_world_key(key);
        let functions: Vec<_> = match item {
            WorldItem::Interface { id, .. } => match resolve.interfaces.get(*id) {
                Some(interface) => interface.functions.values().collect(),
                None => continue,
            },
            WorldItem::Function(function) => vec![function],
            WorldItem::Type { .. } => continue,
        };
        for function in functions {
            let problem = match function.kind {
                FunctionKind::AsyncFreestanding
                | FunctionKind::AsyncMethod(_)
                | FunctionKind::AsyncStatic(_) => "is async, which Go can't do",
                FunctionKind::Freestanding => continue,
                _ if is_exported(key) => "belongs to a resource, which Go can't export",
                _ => continue,
            };
            return Err(format!(
                "the function {} of {name} {problem}",
                function.name
            ));
        }
    }
    Ok(())
}

fn unknown_to_go(found: &TypeDef) -> Option<&'static str> {
    match &found.kind {
        TypeDefKind::Future(_) => Some("a future"),
        TypeDefKind::Stream(_) => Some("a stream"),
        TypeDefKind::FixedLengthList(..) => Some("a list of fixed length"),
        TypeDefKind::Type(Type::ErrorContext) => Some("an error-context"),
        TypeDefKind::Tuple(tuple) if tuple.types.len() > MAX_TUPLE => {
            Some("a tuple of more than 16 values")
        }
        TypeDefKind::Flags(flags) if flags.flags.len() > MAX_FLAGS => Some("more than 32 flags"),
        _ => None,
    }
}

/// The name that the project's module has, and each import of one of its packages begins with.
fn module_name(path: &Path) -> Result<String, ToolchainError> {
    let text = fs::read_to_string(path).map_err(ToolchainError::file("read", path))?;
    let name = text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("module")?;
        let rest = rest.strip_prefix(|character: char| {
            character.is_whitespace() || character == '"' || character == '`'
        })?;
        let rest = rest.split("//").next().unwrap_or_default();
        Some(rest.trim().trim_matches(['"', '`'].as_slice()).to_owned())
    });
    name.filter(|name| !name.is_empty() && !name.starts_with('('))
        .ok_or_else(|| {
            let problem =
                "it has no line with the name of the module, as in `module local/greeter`";
            ToolchainError::file("use", path)(std::io::Error::other(problem))
        })
}

fn write_file(path: &Path, text: &str) -> Result<(), ToolchainError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(ToolchainError::file("make", folder))?;
    }
    fs::write(path, text).map_err(ToolchainError::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    fn project(world: &str) -> tempfile::TempDir {
        let project = tempfile::tempdir().unwrap();
        contract::write_if_missing(project.path()).unwrap();
        fs::write(project.path().join("wit/world.wit"), world).unwrap();
        fs::write(project.path().join("go.mod"), "module local/greeter\n").unwrap();
        project
    }

    fn refusal(world: &str) -> String {
        let project = project(world);
        let bindings = project.path().join("bindings");
        let message = write(project.path(), &bindings).unwrap_err().to_string();
        assert!(!bindings.exists());
        message
    }

    #[test]
    fn what_go_has_not_is_refused_by_name() {
        for (item, named) in [
            ("type late = future<u32>; get: func() -> late;", "a future"),
            ("get: func() -> stream<u8>;", "a stream"),
            ("type grid = list<u8, 4>; get: func() -> grid;", "grid"),
            ("get: async func();", "the function get"),
            ("resource thing { get: func(); }", "resource"),
        ] {
            let world = format!(
                "package local:plugin;\ninterface mine {{ {item} }}\nworld plugin {{ export mine; }}\n"
            );
            let message = refusal(&world);
            assert!(message.contains(named), "{item}: {message}");
        }
    }

    #[test]
    fn every_answer_that_needs_memory_is_held_and_no_package_needs_to_be_got() {
        let project = project(include_str!("../../../tests/go/world.wit"));
        let bindings = project.path().join("bindings");
        write(project.path(), &bindings).unwrap();
        let mut answers = 0;
        let mut folders = vec![bindings];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                assert!(!text.contains("go.bytecodealliance.org"), "{path:?}");
                let here = text.matches("returnArea :=").count();
                assert_eq!(text.matches("witRuntime.Hold()()").count(), here);
                answers += here;
            }
        }
        assert!(answers > 10, "{answers}");
    }

    #[test]
    fn the_modules_name_is_read_as_go_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("go.mod");
        let name = |text: &str| {
            fs::write(&path, text).unwrap();
            module_name(&path)
        };
        for text in [
            "module local/greeter\n\ngo 1.27\n",
            "// mine\nmodule \"local/greeter\" // here\n",
            "module\tlocal/greeter\r\n",
            "module `local/greeter`",
        ] {
            assert_eq!(name(text).unwrap(), "local/greeter", "{text}");
        }
        for text in ["", "go 1.27\n", "modules x\n", "module \n"] {
            let message = name(text).unwrap_err().to_string();
            assert!(message.contains("go.mod"), "{message}");
            assert!(message.contains("module local/greeter"), "{message}");
        }
    }
}

//! Which interfaces a component may import, and which it must export.

use pato_events::nearest;
use wasmparser::{BinaryReaderError, Parser, Payload};

use crate::error::PackageError;
use crate::structure::{check_kind, damaged};

/// The interfaces that a plugin can export; at least one is needed.
pub const HANDLERS: [&str; 8] = [
    "life-cycle",
    "migration",
    "event-handler",
    "command-handler",
    "timer-handler",
    "websocket-handler",
    "settings-handler",
    "ui-handler",
];

/// The interfaces that a plugin can import.
const CAPABILITIES: [&str; 11] = [
    "types",
    "events",
    "services",
    "plugins",
    "storage",
    "settings",
    "http",
    "websocket",
    "timers",
    "ui",
    "log",
];

/// The packages of WASI 0.2 that are linked for every plugin.
const WASI: [&str; 7] = [
    "cli",
    "clocks",
    "filesystem",
    "http",
    "io",
    "random",
    "sockets",
];

/// Checks that `bytes` is a component that this host can run: whole, of the right contract, with
/// imports that are offered, or that another plugin may offer, and something to call. What its functions contain is checked when it is
/// compiled.
///
/// # Errors
///
/// If it is none, or has more than `most` bytes.
pub fn check_component(bytes: &[u8], most: usize) -> Result<(), PackageError> {
    if bytes.len() > most {
        return Err(PackageError::TooLarge { limit: most as u64 });
    }
    check_kind(bytes)?;
    let interface = Interface::read(bytes).map_err(|error| damaged(&error))?;
    check_imports(&interface.imports)?;
    check_exports(&interface.exports)
}

/// Whether a component that is no plugin gets this import, under `pato exec`: of WASI 0.2, all that needs no
/// host.
pub fn is_offered_to_programs(import: &str) -> bool {
    Name::parse(import).is_some_and(|name| name.is_wasi() && name.package != "wasi:http")
}

/// What the component as a whole imports and exports.
struct Interface {
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Interface {
    fn read(bytes: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut interface = Self {
            imports: Vec::new(),
            exports: Vec::new(),
        };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        interface.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        interface.exports.push(export?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(interface)
    }
}

/// Checks that everything of these names is offered to plugins, or can be offered by one: an interface of
/// another package.
pub(crate) fn check_imports(imports: &[String]) -> Result<(), PackageError> {
    let mut foreign = Vec::new();
    for import in imports {
        match Name::parse(import) {
            Some(name) if name.package == "pato:platform" => {
                name.check_version()?;
                if !CAPABILITIES.contains(&name.interface) {
                    return Err(PackageError::UnknownInterface {
                        interface: import.clone(),
                        nearest: nearest(name.interface, CAPABILITIES).map(str::to_owned),
                    });
                }
            }
            Some(name) if name.is_wasi() || name.is_of_plugin() => {}
            _ => foreign.push(import.clone()),
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    Err(PackageError::ForeignImports { imports: foreign })
}

/// Checks that there is something to call among the exports, a handler or an interface for other plugins,
/// and that those of the contract are of its version.
pub(crate) fn check_exports(exports: &[String]) -> Result<(), PackageError> {
    let mut callable = 0;
    for name in exports.iter().filter_map(|export| Name::parse(export)) {
        if name.package == "pato:platform" {
            name.check_version()?;
            callable += usize::from(HANDLERS.contains(&name.interface));
        } else {
            callable += usize::from(name.is_of_plugin());
        }
    }
    match callable {
        0 => Err(PackageError::NoHandlers),
        _ => Ok(()),
    }
}

/// `pato:platform/events@0.1.0` in its parts.
struct Name<'a> {
    whole: &'a str,
    package: &'a str,
    interface: &'a str,
    version: Option<semver::Version>,
}

impl<'a> Name<'a> {
    fn parse(whole: &'a str) -> Option<Self> {
        let (path, version) = match whole.split_once('@') {
            Some((path, version)) => (path, semver::Version::parse(version).ok()),
            None => (whole, None),
        };
        let (package, interface) = path.split_once('/')?;
        package.split_once(':')?;
        Some(Self {
            whole,
            package,
            interface,
            version,
        })
    }

    /// Before 1.0, the second number says what fits together; Wasmtime links by the same rule.
    fn check_version(&self) -> Result<(), PackageError> {
        match &self.version {
            Some(version) if (version.major, version.minor) == (0, 1) => Ok(()),
            _ => Err(PackageError::ContractVersion {
                interface: self.whole.to_owned(),
            }),
        }
    }

    /// Whether a plugin can offer it to others: all but the host's own packages and WASI's.
    fn is_of_plugin(&self) -> bool {
        !self.package.starts_with("wasi:") && self.package != "pato:platform"
    }

    fn is_wasi(&self) -> bool {
        let package = self.package.strip_prefix("wasi:");
        package.is_some_and(|package| WASI.contains(&package))
            && self
                .version
                .as_ref()
                .is_some_and(|version| (version.major, version.minor) == (0, 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn refusal(wat: &str) -> String {
        check_component(&wat::parse_str(wat).unwrap(), LIMIT)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_is_no_component_is_told_from_what_is() {
        let message = check_component(b"MZ\x90\0 a program", LIMIT)
            .unwrap_err()
            .to_string();
        assert!(message.contains("`MZ\\x90\\x00`"), "{message}");
        assert!(
            check_component(b"", LIMIT)
                .unwrap_err()
                .to_string()
                .contains("nothing")
        );
        assert!(matches!(
            check_component(&wat::parse_str("(module)").unwrap(), LIMIT),
            Err(PackageError::CoreModule)
        ));
        assert!(matches!(
            check_component(&vec![0; LIMIT + 1], LIMIT),
            Err(PackageError::TooLarge { limit }) if limit == LIMIT as u64
        ));
    }

    #[test]
    fn a_component_cut_off_anywhere_is_refused_with_the_place() {
        let whole = wat::parse_str(
            r#"(component
                (core module (memory 1) (func (export "f")))
                (instance $handlers)
                (export "pato:platform/life-cycle@0.1.0" (instance $handlers)))"#,
        )
        .unwrap();
        check_component(&whole, LIMIT).unwrap();
        for length in 0..whole.len() {
            match check_component(&whole[..length], LIMIT) {
                // Cut between two sections it is whole, but then what the rest held is not there.
                Ok(()) => assert_eq!(whole[length], 0, "only a custom section may be missing"),
                Err(PackageError::Damaged { offset, .. }) => assert!(offset <= length),
                Err(PackageError::NoHandlers | PackageError::NotWasm { .. }) => {}
                Err(other) => panic!("{length}: {other}"),
            }
        }
    }

    #[test]
    fn imports_that_are_not_offered_are_named() {
        let message = refusal(
            r#"(component
                (import "emit" (func))
                (import "wasi:io/poll@0.2.6" (instance))
                (import "ronni:points/points@1.0.0" (instance))
                (import "wasi:io/poll@0.3.0" (instance)))"#,
        );
        assert!(
            message.contains("gets here: emit, wasi:io/poll@0.3.0;"),
            "{message}"
        );
        let message = refusal(r#"(component (import "pato:platform/event@0.1.0" (instance)))"#);
        assert!(message.contains("did you mean `events`?"), "{message}");
    }

    #[test]
    fn another_version_of_the_contract_is_refused_in_imports_and_exports() {
        let message = refusal(r#"(component (import "pato:platform/events@0.2.0" (instance)))"#);
        assert!(
            message.contains("`pato:platform/events@0.2.0`"),
            "{message}"
        );
        let message = refusal(
            r#"(component (instance $i) (export "pato:platform/life-cycle@1.0.0" (instance $i)))"#,
        );
        assert!(message.contains("version 0.1"), "{message}");
    }

    #[test]
    fn what_only_serves_other_plugins_is_a_plugin() {
        let bytes = wat::parse_str(
            r#"(component (instance $i) (export "ronni:points/points@1.0.0" (instance $i)))"#,
        );
        check_component(&bytes.unwrap(), LIMIT).unwrap();
    }

    #[test]
    fn a_component_without_a_handler_is_told_what_was_looked_for() {
        let message =
            refusal(r#"(component (instance $i) (export "wasi:cli/run@0.2.6" (instance $i)))"#);
        assert!(
            message.contains("life-cycle, migration, event-handler"),
            "{message}"
        );
    }
}

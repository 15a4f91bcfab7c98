use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::component::Component;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

use super::signature::Signature;
use crate::error::RuntimeError;

/// What a plugin offers to other plugins, and what it wants of them.
#[derive(Debug, Default)]
pub(crate) struct Interfaces {
    pub(crate) imports: Vec<Arc<Interface>>,
    pub(crate) exports: Vec<Interface>,
}

/// An interface with its functions; one that has none but only types is not kept.
#[derive(Debug)]
pub(crate) struct Interface {
    pub(crate) name: InterfaceName,
    pub(crate) functions: BTreeMap<String, Signature>,
}

/// Such as `ronni:points/points@1.0.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InterfaceName {
    whole: String,
    version: Option<semver::Version>,
}

impl InterfaceName {
    /// None if it is of the host's own packages, or no interface of a package at all.
    fn of_plugin(name: &str) -> Option<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => (path, semver::Version::parse(version).ok()),
            None => (name, None),
        };
        let (package, _) = path.split_once('/')?;
        let foreign = package != "pato:platform" && !package.starts_with("wasi:");
        (foreign && package.contains(':')).then(|| Self {
            whole: name.to_owned(),
            version,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.whole
    }

    /// Without the version: `ronni:points/points`.
    pub(crate) fn path(&self) -> &str {
        self.whole.split('@').next().unwrap_or(&self.whole)
    }

    /// Its last part: `points`.
    pub(crate) fn short(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or(&self.whole)
    }

    /// Whether this one can be used where `wanted` is asked for: the same or a later version, of those that
    /// semantic versioning calls compatible.
    pub(crate) fn serves(&self, wanted: &Self) -> bool {
        self.path() == wanted.path()
            && match (&self.version, &wanted.version) {
                (Some(own), Some(wanted)) => {
                    let compatible = semver::Comparator {
                        op: semver::Op::Caret,
                        major: wanted.major,
                        minor: Some(wanted.minor),
                        patch: Some(wanted.patch),
                        pre: wanted.pre.clone(),
                    };
                    compatible.matches(own)
                }
                (None, None) => true,
                _ => false,
            }
    }
}

impl Interfaces {
    /// Reads them from a component, and refuses what cannot be passed from one plugin to another.
    pub(crate) fn of(component: &Component) -> Result<Self, RuntimeError> {
        let (engine, component) = (component.engine(), component.component_type());
        let read = |(name, item): (&str, ComponentItem)| match item {
            ComponentItem::ComponentInstance(instance) => {
                let name = InterfaceName::of_plugin(name)?;
                Some(Interface::read(engine, name, &instance))
            }
            _ => None,
        };
        let gather = |items: Vec<(&str, ComponentItem)>| {
            let interfaces = items.into_iter().filter_map(read);
            let interfaces = interfaces.collect::<Result<Vec<_>, _>>()?;
            let with_functions = interfaces.into_iter();
            Ok::<_, RuntimeError>(
                with_functions
                    .filter(|interface| !interface.functions.is_empty())
                    .collect::<Vec<_>>(),
            )
        };
        let imports = component.imports(engine);
        let exports = component.exports(engine);
        Ok(Self {
            imports: gather(imports.map(|(name, item)| (name, item.ty)).collect())?
                .into_iter()
                .map(Arc::new)
                .collect(),
            exports: gather(exports.map(|(name, item)| (name, item.ty)).collect())?,
        })
    }

    /// Of what is exported, what serves an import, with the function in it.
    pub(crate) fn export_for(
        &self,
        wanted: &InterfaceName,
        function: &str,
    ) -> Option<(&Interface, &Signature)> {
        let mut serving = self.exports.iter().filter(|own| own.name.serves(wanted));
        serving.find_map(|own| Some((own, own.functions.get(function)?)))
    }
}

impl Interface {
    fn read(
        engine: &wasmtime::Engine,
        name: InterfaceName,
        instance: &ComponentInstance,
    ) -> Result<Self, RuntimeError> {
        let mut functions = BTreeMap::new();
        for (item, export) in instance.exports(engine) {
            let refuse = |problem: String| RuntimeError::Interface {
                interface: name.whole.clone(),
                function: item.to_owned(),
                problem,
            };
            match export.ty {
                ComponentItem::ComponentFunc(function) => {
                    let signature = Signature::read(&function).map_err(refuse)?;
                    functions.insert(item.to_owned(), signature);
                }
                ComponentItem::Resource(_) => {
                    return Err(refuse(
                        "it is a resource, and those stay in the plugin that made them: pass records, or \
                         an id that the plugin looks up"
                            .into(),
                    ));
                }
                _ => {}
            }
        }
        Ok(Self { name, functions })
    }

    /// A function of it as permissions name it, within the plugin: `points.give`.
    pub(crate) fn scope(&self, function: &str) -> String {
        format!("{}.{function}", self.name.short())
    }

    /// A function of it, as it is looked up in the component: `ronni:points/points@1.0.0#give`.
    pub(crate) fn symbol(&self, function: &str) -> String {
        format!("{}#{function}", self.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> InterfaceName {
        InterfaceName::of_plugin(text).unwrap()
    }

    #[test]
    fn a_later_compatible_version_serves_and_an_earlier_or_incompatible_one_does_not() {
        let serves = |own: &str, wanted: &str| name(own).serves(&name(wanted));
        for (own, wanted) in [
            ("a:b/c@1.0.0", "a:b/c@1.0.0"),
            ("a:b/c@1.4.0", "a:b/c@1.2.9"),
            ("a:b/c@0.2.3", "a:b/c@0.2.0"),
            ("a:b/c", "a:b/c"),
        ] {
            assert!(serves(own, wanted), "{own} {wanted}");
        }
        for (own, wanted) in [
            ("a:b/c@1.0.0", "a:b/c@1.1.0"),
            ("a:b/c@2.0.0", "a:b/c@1.0.0"),
            ("a:b/c@0.3.0", "a:b/c@0.2.0"),
            ("a:b/c@1.0.0", "a:b/c"),
            ("a:b/c", "a:b/c@1.0.0"),
            ("a:b/d@1.0.0", "a:b/c@1.0.0"),
            ("x:b/c@1.0.0", "a:b/c@1.0.0"),
        ] {
            assert!(!serves(own, wanted), "{own} {wanted}");
        }
    }

    #[test]
    fn what_the_host_offers_is_of_no_plugin() {
        for text in [
            "pato:platform/events@0.1.0",
            "wasi:cli/run@0.2.0",
            "run",
            "a/b",
            "",
        ] {
            assert_eq!(InterfaceName::of_plugin(text), None, "{text}");
        }
        assert_eq!(name("ronni:points/points@1.0.0").short(), "points");
        assert_eq!(name("a:b/c@1.0.0").path(), "a:b/c");
    }
}

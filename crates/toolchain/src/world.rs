use std::path::Path;

use wit_parser::{Resolve, WorldId};

use crate::contract::WIT;
use crate::error::ToolchainError;

/// The world in a project's `wit` folder: what its plugin imports and exports.
pub(crate) struct World {
    pub(crate) resolve: Resolve,
    pub(crate) id: WorldId,
}

impl World {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// If the interfaces are wrong, or there is not exactly one world.
    pub(crate) fn read(project: &Path) -> Result<Self, ToolchainError> {
        let path = project.join(WIT);
        let wrong = |problem: String| ToolchainError::Wit {
            path: path.clone(),
            problem,
        };
        if !path.is_dir() {
            return Err(wrong(
                "the folder is not there; it holds `world.wit`, which says what the plugin imports and exports"
                    .to_owned(),
            ));
        }
        let mut resolve = Resolve::default();
        let (package, _) = match resolve.push_dir(&path) {
            Ok(pushed) => pushed,
            Err(error) => return Err(wrong(resolve.render_error(&error))),
        };
        let id = resolve
            .select_world(&[package], None)
            .map_err(|error| wrong(format!("{error:#}")))?;
        Ok(Self { resolve, id })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.resolve
            .worlds
            .get(self.id)
            .map_or("", |world| world.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::contract;

    fn read(world: &str) -> Result<World, String> {
        let project = tempfile::tempdir().unwrap();
        contract::write_if_missing(project.path()).unwrap();
        fs::write(project.path().join("wit/world.wit"), world).unwrap();
        World::read(project.path()).map_err(|error| error.to_string())
    }

    fn refusal(world: &str) -> String {
        match read(world) {
            Ok(world) => panic!("it was taken: {}", world.name()),
            Err(message) => message,
        }
    }

    #[test]
    fn a_world_of_the_contracts_interfaces_is_read() {
        let world = read(
            "package local:plugin;\nworld greeter { export pato:platform/life-cycle@0.1.0; }\n",
        );
        assert_eq!(world.unwrap().name(), "greeter");
    }

    #[test]
    fn a_mistake_is_told_with_file_and_line() {
        let message = refusal("package local:plugin;\nworld plugin {\n  exprot x;\n}\n");
        assert!(message.contains("world.wit:3"), "{message}");
        let message = refusal(
            "package local:plugin;\nworld plugin {\n  export pato:platform/event-handlers@0.1.0;\n}\n",
        );
        assert!(message.contains("event-handlers"), "{message}");
        assert!(message.contains("world.wit:3"), "{message}");
    }

    #[test]
    fn a_folder_without_a_world_or_with_two_is_refused() {
        assert!(refusal("package local:plugin;\n").contains("world"));
        let two = "package local:plugin;\nworld a {}\nworld b {}\n";
        assert!(refusal(two).contains("world"));
        let nothing = tempfile::tempdir().unwrap();
        let error = World::read(nothing.path()).err().unwrap().to_string();
        assert!(error.contains("world.wit"), "{error}");
    }
}

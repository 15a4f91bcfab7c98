use std::fs;
use std::path::Path;

use pato_permissions::PluginId;

use crate::contract;
use crate::error::ToolchainError;
use crate::language::{BINDINGS, Language, Template};
use crate::project::Project;

/// What every project has, whatever its language.
const SHARED: [Template; 1] = [Template {
    path: "pato.toml",
    text: include_str!("../../templates/shared/pato.toml"),
}];

/// What every project with interfaces of its own has.
const WORLD: Template = Template {
    path: "wit/world.wit",
    text: include_str!("../../templates/shared/world.wit"),
};

/// A project to make.
#[derive(Debug, Clone, Copy)]
pub struct NewProject<'a> {
    /// The plugin's id.
    pub id: &'a str,
    /// The folder to make, or an empty one.
    pub folder: &'a Path,
    /// Where projects in Rust find the SDK.
    pub sdk: Sdk<'a>,
}

/// Where projects in Rust find the SDK.
#[derive(Debug, Clone, Copy)]
pub enum Sdk<'a> {
    /// In the registry that Cargo is set to, in this crate's own version.
    Version,
    /// In a folder: `sdk/rust` of Pato's sources.
    Path(&'a Path),
}

/// Makes a project from a language's template: a plugin that answers `!hello` in chat, counts points for
/// each chatter, and tells them by the command `points`.
///
/// # Errors
///
/// If the id is none, the folder holds something, or it can't be written.
pub fn create(
    language: &'static dyn Language,
    new: NewProject<'_>,
) -> Result<Project, ToolchainError> {
    let id = PluginId::new(new.id)?;
    let sdk = sdk_dependency(new.sdk)?;
    let folder = new.folder;
    let is_taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken || folder.is_file() {
        return Err(ToolchainError::Exists {
            folder: folder.to_owned(),
        });
    }
    let render = |text: &str| {
        text.replace("{{id}}", id.as_str())
            .replace("{{name}}", &title(id.as_str()))
            .replace("{{sdk}}", &sdk)
    };
    let world = language.about().uses_wit.then_some(&WORLD);
    for file in SHARED.iter().chain(world).chain(language.about().template) {
        write(&folder.join(file.path), &render(file.text))?;
    }
    if language.about().uses_wit {
        contract::write_if_missing(folder)?;
    }
    let project = Project::open(folder, Some(language))?;
    language.bind(project.folder(), &project.output().join(BINDINGS))?;
    Ok(project)
}

fn write(path: &Path, text: &str) -> Result<(), ToolchainError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(ToolchainError::file("make", folder))?;
    }
    fs::write(path, text).map_err(ToolchainError::file("write", path))
}

/// `my-plugin` as `My plugin`.
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.trim().chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What stands after `pato-sdk = ` in `Cargo.toml`.
fn sdk_dependency(sdk: Sdk<'_>) -> Result<String, ToolchainError> {
    let path = match sdk {
        Sdk::Version => return Ok(format!("\"{}\"", env!("CARGO_PKG_VERSION"))),
        Sdk::Path(path) => path,
    };
    let wrong = |problem: &str| ToolchainError::Sdk {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    let absolute = std::path::absolute(path).map_err(|error| wrong(&error.to_string()))?;
    if !absolute.join("Cargo.toml").is_file() {
        return Err(wrong("there is no Cargo.toml in it"));
    }
    let text = absolute
        .to_str()
        .filter(|text| !text.contains('\'') && !text.contains(char::is_control))
        .ok_or_else(|| wrong("its name cannot stand in a Cargo.toml"))?;
    Ok(format!("{{ path = '{text}' }}"))
}

#[cfg(test)]
mod tests;

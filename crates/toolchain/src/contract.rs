use std::fs;
use std::path::Path;

use crate::error::ToolchainError;

/// The version of the package `pato:platform` that new projects are written against.
pub const CONTRACT_PACKAGE_VERSION: &str = "0.1.0";

/// The folder of a project's own interfaces.
pub(crate) const WIT: &str = "wit";

/// The contract's folder in a project; `wit/deps` is where tools look for packages.
const CONTRACT: &str = "wit/deps/pato-platform";

/// The interfaces of the contract. Its worlds name WASI too, of which a project has no copy.
const FILES: [(&str, &str); 4] = [
    ("types.wit", include_str!("../../../wit/types.wit")),
    (
        "capabilities.wit",
        include_str!("../../../wit/capabilities.wit"),
    ),
    ("handlers.wit", include_str!("../../../wit/handlers.wit")),
    ("ui.wit", include_str!("../../../wit/ui.wit")),
];

/// Writes the contract into a project that has none. One that is there stays: the project is written
/// against it, and every later host serves it.
pub(crate) fn write_if_missing(project: &Path) -> Result<(), ToolchainError> {
    let folder = project.join(CONTRACT);
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(ToolchainError::file("make", &folder))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::write(&path, text).map_err(ToolchainError::file("write", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interface_of_the_contract_is_written_in_the_version_that_is_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let mut there: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".wit") && name != "worlds.wit")
            .collect();
        there.sort();
        let mut written = FILES.map(|(name, _)| name);
        written.sort_unstable();
        assert_eq!(there, written);
        let package = format!("package pato:platform@{CONTRACT_PACKAGE_VERSION};");
        assert!(FILES.iter().all(|(_, text)| text.starts_with(&package)));
    }

    #[test]
    fn a_contract_that_is_there_stays() {
        let project = tempfile::tempdir().unwrap();
        write_if_missing(project.path()).unwrap();
        let types = project.path().join(CONTRACT).join("types.wit");
        fs::write(&types, "mine").unwrap();
        write_if_missing(project.path()).unwrap();
        assert_eq!(fs::read_to_string(types).unwrap(), "mine");
    }
}

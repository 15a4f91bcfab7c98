use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folders in which programs are looked for, the first one first.
#[derive(Debug, Clone, Default)]
pub struct Toolbox {
    folders: Vec<PathBuf>,
}

impl Toolbox {
    /// Looks in these folders only.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Looks where this process's `PATH` says.
    pub fn from_environment() -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        Self::new(env::split_paths(&path).collect())
    }

    /// Looks first in the folders where a project has programs of its own: the packages of Node, and the
    /// virtual environment of Python.
    pub fn for_project(&self, project: &Path) -> Self {
        let mut folders = vec![
            project.join("node_modules").join(".bin"),
            project
                .join(".venv")
                .join(if cfg!(windows) { "Scripts" } else { "bin" }),
        ];
        folders.extend(self.folders.iter().cloned());
        Self::new(folders)
    }

    /// The program of that name, if one of the folders has it.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        which::which_in_global(name, Some(self.search_path()))
            .ok()?
            .next()
    }

    /// The folders as programs expect them in `PATH`.
    pub(crate) fn search_path(&self) -> OsString {
        // A folder with a separator in its name cannot stand in `PATH`, nor have come out of one.
        let fitting = self
            .folders
            .iter()
            .filter(|folder| env::join_paths([folder]).is_ok());
        env::join_paths(fitting).unwrap_or_default()
    }
}

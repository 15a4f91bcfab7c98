use std::fmt;
use std::path::PathBuf;
use std::process::ExitStatus;

use pato_packages::{PackError, PackageError};
use pato_permissions::{ManifestError, ParseError};

use crate::tools::ToolReport;

/// Why a project was not made, or not built. What was built before is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// No manifest in the folder or in one above it.
    #[error(
        "there is no pato.toml in {} or in a folder above it; `pato new NAME` makes a project",
        .folder.display()
    )]
    NotAProject {
        /// Where the search began.
        folder: PathBuf,
    },
    /// A manifest, but no language's files.
    #[error(
        "{} has a pato.toml, but the files of no language; looked for {looked_for}",
        .folder.display()
    )]
    NoLanguage {
        /// The project's folder.
        folder: PathBuf,
        /// The files that were looked for, and the language of each.
        looked_for: String,
    },
    /// The files of several languages.
    #[error(
        "{} is in two languages at once: {}; say which one is meant, as in `pato build --language {first}`",
        .folder.display(), listed(.found)
    )]
    ManyLanguages {
        /// The project's folder.
        folder: PathBuf,
        /// For each language its name and the file that says so.
        found: Vec<(&'static str, PathBuf)>,
        /// The first language's id.
        first: &'static str,
    },
    /// There is no such language.
    #[error("there is no language `{name}`{}; there are {known}", suggestion(.nearest))]
    UnknownLanguage {
        /// What was asked for.
        name: String,
        /// The language most like it.
        nearest: Option<&'static str>,
        /// All ids.
        known: String,
    },
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The name of a new project is no plugin id.
    #[error(transparent)]
    Name(#[from] ParseError),
    /// A new project's folder holds something.
    #[error("{} is there already, and not empty; choose another name, or another folder with --path", .folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// A path that cannot stand in a project's files.
    #[error("{} is no path to the SDK: {problem}; give the folder `sdk/rust` of Pato's sources with --sdk", .path.display())]
    Sdk {
        /// The path.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("can't {action} {}: {source}", .path.display())]
    File {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A source that the language needs is not there.
    #[error("{} is not there: {needed}", .path.display())]
    NoSource {
        /// The file or folder.
        path: PathBuf,
        /// What stands in it.
        needed: &'static str,
    },
    /// An asset is larger than a plugin may be, or no file.
    #[error("{} {problem}", .path.display())]
    Asset {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Programs are missing, or too old.
    #[error("{language} can't be built here:{}", each(.missing))]
    Tools {
        /// The language's name.
        language: &'static str,
        /// What is missing.
        missing: Vec<ToolReport>,
    },
    /// A program could not be started, or not be waited for.
    #[error("can't run `{command}`: {source}")]
    Run {
        /// The command.
        command: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A program failed. What it printed was handed on as it came.
    #[error("`{command}` failed with {status}; what it printed above says why")]
    Failed {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines that it printed.
        output: Vec<String>,
    },
    /// The program succeeded, and did not leave what it should.
    #[error("`{command}` succeeded, but {problem}")]
    NoResult {
        /// The command.
        command: String,
        /// What is missing, and what to do.
        problem: String,
    },
    /// The interfaces in `wit/` are wrong.
    #[error("{}: {problem}", .path.display())]
    Wit {
        /// The folder.
        path: PathBuf,
        /// What is wrong, with the file and line where there is one.
        problem: String,
    },
    /// What the compiler made does not become a component.
    #[error("no component can be made of {}: {problem}", .path.display())]
    Component {
        /// The module.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The component is no plugin.
    #[error("it was built, but is no plugin that Pato runs: {0}")]
    Package(#[from] PackageError),
    /// The parts do not go together.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The system does not tell what is saved.
    #[error("can't watch {}: {problem}", .path.display())]
    Watch {
        /// The folder.
        path: PathBuf,
        /// Why not, and what to do.
        problem: String,
    },
    /// Another build of the same project runs.
    #[error(
        "another build of {} is under way; wait until it ends, or stop it",
        .folder.display()
    )]
    Busy {
        /// The project's folder.
        folder: PathBuf,
    },
    /// Whoever asked for it wanted it no more.
    #[error("stopped, as asked")]
    Cancelled,
}

impl ToolchainError {
    /// For `map_err`: a file could not be read, written, and so on.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

fn listed(found: &[(&str, PathBuf)]) -> String {
    let each: Vec<_> = found
        .iter()
        .map(|(language, file)| format!("{} says {language}", file.display()))
        .collect();
    each.join(", ")
}

fn suggestion(nearest: &Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| {
        format!(", did you mean `{nearest}`?")
    })
}

fn each(missing: &[ToolReport]) -> impl fmt::Display {
    missing
        .iter()
        .filter_map(|tool| {
            let problem = tool.problem.as_ref()?;
            let (name, why, remedy) = (tool.name, tool.why, &tool.remedy);
            Some(format!("\n  `{name}`, which {why}, {problem}: {remedy}"))
        })
        .collect::<String>()
}

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::build::Profile;
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::runner::Runner;
use crate::tools::{Detail, Program, ToolReport, Toolbox};

/// A language that plugins are written in.
///
/// All but [`component`](Self::component) and [`check`](Self::check) is called on any thread and must not
/// take long.
#[async_trait]
pub trait Language: Send + Sync {
    /// What is known of it without looking at anything.
    fn about(&self) -> &'static About;

    /// The file that says that the folder is a project of this language; none if it is not.
    fn detect(&self, folder: &Path) -> Option<PathBuf> {
        Some(folder.join(self.about().marks)).filter(|path| path.is_file())
    }

    /// Looks for what a build needs. Where there is no project, what each project brings itself is left
    /// out.
    async fn check(&self, toolbox: &Toolbox, in_project: bool, detail: Detail) -> Vec<ToolReport> {
        let mut reports = Vec::new();
        for program in self.about().programs {
            if in_project || !program.is_of_project {
                reports.push(ToolReport::of(program, toolbox, detail).await);
            }
        }
        reports
    }

    /// Writes what sources and editors refer to and no tool need be there for, into `build/bindings`.
    ///
    /// # Errors
    ///
    /// If the project's interfaces are wrong, or it can't be written.
    #[expect(unused_variables, reason = "a language without bindings writes none")]
    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        Ok(())
    }

    /// Builds the component, without manifest and assets. Called once for each build, after
    /// [`check`](Self::check) and [`bind`](Self::bind), and dropped when the build is cancelled.
    ///
    /// # Errors
    ///
    /// If a source is missing, or a program fails.
    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError>;
}

/// What is known of a language.
#[derive(Debug)]
pub struct About {
    /// Its name on the command line, such as `cpp`.
    pub id: &'static str,
    /// Its name in texts, such as `C++`.
    pub name: &'static str,
    /// The files by which a project is known, for messages; just one, unless [`Language::detect`] says more.
    pub marks: &'static str,
    /// The programs that a build needs.
    pub programs: &'static [Program],
    /// What gets the programs that each project brings itself; it may use the network.
    pub installation: &'static [InstallStep],
    /// The files of a new project.
    pub template: &'static [Template],
    /// Whether its projects have a folder `wit` with the contract and a world of their own.
    pub uses_wit: bool,
    /// The folders beside `build` that builds leave.
    pub leftovers: &'static [&'static str],
    /// The files in the project's folder that builds write: that one of them changed is no reason for another
    /// build.
    pub byproducts: &'static [&'static str],
}

/// A file of a new project.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Where it stands in the project, with slashes.
    pub path: &'static str,
    /// What stands in it: `{{id}}` becomes the plugin's id, `{{name}}` its name, and `{{sdk}}` how Cargo
    /// finds the SDK.
    pub text: &'static str,
}

/// One build, for the language that does it.
pub struct Build<'a> {
    /// The project's folder.
    pub project: &'a Path,
    /// The folder for what is made, which is there.
    pub output: &'a Path,
    /// What it is built for.
    pub profile: Profile,
    pub(crate) runner: Runner<'a>,
}

impl Build<'_> {
    /// The folder of what [`Language::bind`] wrote.
    pub(crate) fn bindings(&self) -> PathBuf {
        self.output.join(BINDINGS)
    }

    /// A source that the language cannot do without.
    pub(crate) fn source(
        &self,
        path: &str,
        needed: &'static str,
    ) -> Result<PathBuf, ToolchainError> {
        let path = self.project.join(path);
        if path.is_file() {
            return Ok(path);
        }
        Err(ToolchainError::NoSource { path, needed })
    }
}

/// The folder under the output for what [`Language::bind`] writes.
pub(crate) const BINDINGS: &str = "bindings";

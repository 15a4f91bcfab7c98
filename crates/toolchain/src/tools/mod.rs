//! The programs that languages need: where they are, which version, and how to get them.

mod report;
mod toolbox;

pub use report::ToolReport;
pub use toolbox::Toolbox;

/// A program that a language needs.
#[derive(Debug)]
pub struct Program {
    /// Its names; any of them will do.
    pub names: &'static [&'static str],
    /// What it is for, as in "which bundles the sources".
    pub why: &'static str,
    /// The arguments that make it print its version.
    pub version: &'static [&'static str],
    /// The oldest version that works: major and minor number.
    pub minimum: (u64, u64),
    /// How to get it.
    pub remedy: Remedy,
    /// Whether each project brings its own, so that a machine without a project does not need it.
    pub is_of_project: bool,
}

/// How to get a program, by operating system: a command, or words with one in it.
#[derive(Debug, Clone, Copy)]
pub struct Remedy {
    /// On Linux, and what else is not named.
    pub linux: &'static str,
    /// On macOS.
    pub macos: &'static str,
    /// On Windows.
    pub windows: &'static str,
}

impl Remedy {
    /// One that is the same everywhere.
    pub const fn everywhere(text: &'static str) -> Self {
        Self {
            linux: text,
            macos: text,
            windows: text,
        }
    }

    /// The one for this machine.
    pub fn here(self) -> &'static str {
        if cfg!(windows) {
            self.windows
        } else if cfg!(target_os = "macos") {
            self.macos
        } else {
            self.linux
        }
    }
}

/// How closely programs are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Whether they are there: enough before a build, and takes no time.
    Presence,
    /// Their versions too, for which each is started once.
    Versions,
}

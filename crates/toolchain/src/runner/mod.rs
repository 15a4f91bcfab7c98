use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[cfg(windows)]
use process_wrap::tokio::JobObject;
#[cfg(unix)]
use process_wrap::tokio::ProcessGroup;
use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::io::BufReader;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::error::ToolchainError;
use crate::lines::each_line;
use crate::tools::Toolbox;

/// What happens during a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A program is started; this is its command.
    Command(&'a str),
    /// A line that a program printed, as it wrote it.
    Line(&'a str),
}

/// Takes what happens, at once and in order. It must not block: the programs wait for it.
pub type Sink<'a> = dyn Fn(Progress<'_>) + Send + Sync + 'a;

/// How many of the last lines an error keeps.
const KEPT_LINES: usize = 200;

/// How long what a program left behind may go on printing after its end.
const STRAGGLERS: Duration = Duration::from_secs(2);

/// Runs programs for one project.
pub(crate) struct Runner<'a> {
    /// Where they run.
    pub(crate) folder: &'a Path,
    pub(crate) toolbox: &'a Toolbox,
    /// Whether what they print may have colours.
    pub(crate) color: bool,
    pub(crate) sink: &'a Sink<'a>,
    pub(crate) cancel: &'a CancellationToken,
}

/// A program with its arguments.
pub(crate) struct CommandLine {
    name: &'static str,
    program: PathBuf,
    variables: Vec<(&'static str, &'static str)>,
    arguments: Vec<OsString>,
}

impl CommandLine {
    /// Adds arguments.
    pub(crate) fn with<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        let arguments = arguments.into_iter();
        self.arguments
            .extend(arguments.map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn set(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// As one would type it.
    pub(crate) fn shown(&self) -> String {
        let mut shown = String::new();
        for (name, value) in &self.variables {
            shown.push_str(&format!("{name}={value} "));
        }
        shown.push_str(self.name);
        for argument in &self.arguments {
            shown.push(' ');
            shown.push_str(&argument.to_string_lossy());
        }
        shown
    }
}

impl Runner<'_> {
    /// One of the programs of these names, the first that is there.
    pub(crate) fn program(
        &self,
        names: &'static [&'static str],
    ) -> Result<CommandLine, ToolchainError> {
        let found = names
            .iter()
            .find_map(|name| Some((*name, self.toolbox.find(name)?)));
        match found {
            Some((name, program)) => Ok(CommandLine {
                name,
                program,
                variables: Vec::new(),
                arguments: Vec::new(),
            }),
            None => Err(ToolchainError::Run {
                command: names.join("` or `"),
                source: std::io::ErrorKind::NotFound.into(),
            }),
        }
    }

    /// Runs a program to its end; all it prints goes to the sink.
    pub(crate) async fn run(&self, command: &CommandLine) -> Result<(), ToolchainError> {
        let tail = Tail::default();
        self.run_with(command, &tail, |line| {
            tail.keep(line);
            (self.sink)(Progress::Line(line));
        })
        .await
    }

    /// Runs a program to its end, and hands each line of its standard output to `take`; the rest of what
    /// it prints goes to the sink.
    pub(crate) async fn run_reading(
        &self,
        command: &CommandLine,
        take: impl FnMut(&str),
    ) -> Result<(), ToolchainError> {
        self.run_with(command, &Tail::default(), take).await
    }

    async fn run_with(
        &self,
        line: &CommandLine,
        tail: &Tail,
        take: impl FnMut(&str),
    ) -> Result<(), ToolchainError> {
        let shown = line.shown();
        (self.sink)(Progress::Command(&shown));
        let failed = |source| ToolchainError::Run {
            command: shown.clone(),
            source,
        };
        let mut group = Group::start(self.command(line)).map_err(failed)?;
        let output = group.child.stdout().take().map(BufReader::new);
        let errors = group.child.stderr().take().map(BufReader::new);
        let read_output = async {
            match output {
                Some(output) => each_line(output, take).await,
                None => Ok(()),
            }
        };
        let read_errors = async {
            match errors {
                Some(errors) => {
                    let hand_on = |line: &str| {
                        tail.keep(line);
                        (self.sink)(Progress::Line(line));
                    };
                    each_line(errors, hand_on).await
                }
                None => Ok(()),
            }
        };
        let reading = async { tokio::try_join!(read_output, read_errors).map(drop) };
        let status = tokio::select! {
            ended = group.finish(reading) => ended.map_err(failed)?,
            () = self.cancel.cancelled() => {
                group.end().await;
                return Err(ToolchainError::Cancelled);
            }
        };
        if status.success() {
            return Ok(());
        }
        Err(ToolchainError::Failed {
            command: shown,
            status,
            output: tail.lines(),
        })
    }

    fn command(&self, line: &CommandLine) -> Command {
        let mut command = Command::new(&line.program);
        command
            .args(&line.arguments)
            .envs(line.variables.iter().copied())
            .current_dir(self.folder)
            .env("PATH", self.toolbox.search_path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.color {
            command
                .env("CARGO_TERM_COLOR", "always")
                .env("CLICOLOR_FORCE", "1")
                .env("FORCE_COLOR", "1")
                .env_remove("NO_COLOR");
        } else {
            command
                .env("CARGO_TERM_COLOR", "never")
                .env("NO_COLOR", "1")
                .env_remove("CLICOLOR_FORCE")
                .env_remove("FORCE_COLOR");
        }
        let environment = self.folder.join(".venv");
        if environment.is_dir() {
            // Python's tools look here for the packages of the project.
            command.env("VIRTUAL_ENV", environment);
        }
        command
    }
}

/// The last lines of a program, for an error.
#[derive(Default)]
struct Tail(Mutex<VecDeque<String>>);

impl Tail {
    fn keep(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }
}

/// A program and all that it started. Dropping it ends them.
struct Group {
    child: Box<dyn ChildWrapper>,
    /// Whether the program's end was seen, so that its number may be another's by now.
    is_over: bool,
}

impl Group {
    fn start(command: Command) -> std::io::Result<Self> {
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(JobObject);
        Ok(Self {
            child: command.spawn()?,
            is_over: false,
        })
    }

    /// Waits for the end of the program and of what it prints.
    async fn finish(
        &mut self,
        reading: impl Future<Output = std::io::Result<()>>,
    ) -> std::io::Result<ExitStatus> {
        tokio::pin!(reading);
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status?,
                read = &mut reading, if !is_read => {
                    read?;
                    is_read = true;
                }
            }
        };
        self.is_over = true;
        if !is_read {
            match tokio::time::timeout(STRAGGLERS, reading).await {
                Ok(read) => read?,
                // Something was left behind in the background, and would keep the pipes open for ever.
                Err(_) => drop(self.child.start_kill()),
            }
        }
        Ok(status)
    }

    /// Ends the program with all that it started.
    async fn end(&mut self) {
        // Either fails only if all of it has ended by itself.
        let _ = self.child.start_kill();
        let _ = self.child.wait().await;
        self.is_over = true;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = self.child.start_kill();
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;

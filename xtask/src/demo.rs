use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::host::{self, Build};
use crate::project::Project;
use crate::{guests, pages, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Ends by itself after this time, such as 30s, with a summary.
    #[arg(long = "for", value_name = "TIME")]
    time: Option<String>,
    /// Handed on to `pato demo`.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds everything and becomes the host; its exit code is the task's.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<ExitCode> {
    println!("demo: 1 of 4, what plugins are built with");
    setup::for_guests(project)?;
    println!("demo: 2 of 4, the plugins");
    guests::build(project)?;
    println!("demo: 3 of 4, the pages");
    pages::build(project)?;
    println!("demo: 4 of 4, the host");
    if !Build::default().path(project, "pato").exists() {
        println!("demo: the first build takes about 10 minutes on two cores, later ones seconds");
    }
    let mut command = Command::new(host::build(project)?);
    command
        .args(["demo", "--plugins"])
        .arg(guests::bundled(project));
    if let Some(time) = &arguments.time {
        command.args(["--for", time]);
    }
    command.args(&arguments.rest);
    become_child(&mut command)
}

/// Nothing stands between the terminal and the host: Ctrl-C reaches it, its end is the end.
#[cfg(unix)]
fn become_child(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    Err(command.exec()).context("cannot start pato")
}

#[cfg(not(unix))]
fn become_child(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().context("cannot start pato")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

use std::env;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Runs a command with this terminal's input and output, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    eprintln!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and answers with what it printed; what it complained of is part of the error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{line}` ended with {}: {}",
            output.status,
            complaint.trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed no text"))
}

/// Whether a command can be started and succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Like [`run`], but ends the command when the time is over.
pub(crate) fn run_for_at_most(limit: Duration, command: &mut Command) -> Result<()> {
    let line = describe(command);
    eprintln!("$ {line}");
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                bail!("`{line}` ended with {status}");
            }
            return Ok(());
        }
        if Instant::now() >= end {
            end_child(&mut child);
            bail!("`{line}` was not done after {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The path of a program, if the search path has it.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) {
        &["exe", "cmd", "bat"]
    } else {
        &[""]
    };
    env::split_paths(&env::var_os("PATH")?)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |ending| folder.join(name).with_extension(ending))
        })
        .find(|path| path.is_file())
}

/// The program under that name, or an error that says how to get it.
pub(crate) fn program(name: &str) -> Result<Command> {
    let path = find_program(name)
        .with_context(|| format!("`{name}` is not there; `cargo xtask setup` installs it"))?;
    Ok(Command::new(path))
}

fn end_child(child: &mut Child) {
    // Either call fails only if the child has ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

fn describe(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_shown_without_the_folder_of_the_program() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["build", "--release"]);
        assert_eq!(describe(&command), "cargo build --release");
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_the_remedy() {
        let message = program("no-such-program").unwrap_err().to_string();
        assert!(message.contains("`no-such-program`"), "{message}");
        assert!(message.contains("cargo xtask setup"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let error = run_for_at_most(Duration::from_millis(100), Command::new("sleep").arg("600"));
        let message = error.unwrap_err().to_string();
        assert!(message.contains("was not done"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_is_an_error_with_its_complaint() {
        let error = capture(Command::new("sh").args(["-c", "echo no >&2; exit 3"]));
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains('3') && message.contains(": no"),
            "{message}"
        );
    }
}
